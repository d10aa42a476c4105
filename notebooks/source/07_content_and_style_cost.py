# %% [markdown]
# # 7 · Content cost and style cost
#
# The left picture is one of the course's paintings. The right one began as coloured noise. Which parts of the left one are in the right one, and which are lost?

# %% jupyter={"source_hidden": true} tags=["long"]
import numpy as np
from course_utils import plots
from course_utils.backend import tf
from course_utils.data.image_files import resize
from course_utils.data.paintings import painting
from course_utils.style.settings import STYLE_LAYERS
from course_utils.style.transfer import StyleTransfer

def large(picture):
    """A square picture, smoothly enlarged to be looked at."""
    return resize(np.uint8(picture), 480, 480)

blocks = {layer: STYLE_LAYERS[layer] for layer in ("block1_conv1", "block2_conv1", "block3_conv1")}
original = painting("grid", 160, 160)
opening = StyleTransfer(original, original, alpha=0, variation=20, start="noise", levels=2,
                        style_layers=blocks)
woven = opening.run(100, progress=False)

words = ("Left: a painting of rectangles in white, red, yellow and blue between black lines. Right: "
         "black lines, coloured rectangles and brush marks again, but none in its old place.")
title = "What is the same, and what is lost?"
shown = [large(original), large(woven)]
plots.picture_grid(shown, ["a painting", "made from noise"], title, words, width=4.0)

# %% [markdown]
# Black lines, rectangles (though some of them lean), white, red, yellow, blue, even the furrows of the brush: all there. But no rectangle is where it was. Something has measured *how* the picture is painted, and nothing of *what is where*. That is the **style cost**, and in this lesson you build it, until in section 7 you can make such pictures yourself. You also build its opposite, the **content cost**.
#
# **Questions**
#
# - How can a number say whether two pictures show the same thing?
# - How can a number say whether two pictures are painted in the same way?
# - Which step forgets where things are?
#
# **Objectives.** After this lesson you can
#
# - write the content cost, the Gram matrix and the style cost from their formulas,
# - say what an entry of a Gram matrix means, and why the place is lost,
# - find a wrong Gram matrix that has the right shape,
# - explain what the weights of the layers do, and make a texture from the style cost alone.
#
# **Before you start**: lessons 1 and 6.
#
# **Time**: 65 minutes to read and to write, 30 minutes for the questions, 75 for the exercises; the notebook runs in RUN_TIME on two cores.
#
# ## 1. The content cost
#
# Lesson 6 rebuilt pictures from a deep layer of VGG19. What is in the picture stayed, and where it is; fine detail was lost. So compare two pictures *there*: the <dfn>content picture</dfn> $C$, whose things are to be kept, and the <dfn>generated picture</dfn> $G$, the one that we make. Their activations in one layer, $a^{(C)}$ and $a^{(G)}$, have the shape $(1, n_H, n_W, n_C)$. The <dfn>content cost</dfn> $J_\mathrm{content}(C, G)$ is their squared difference, summed over all entries and divided by the number of entries and by 4:
#
# $$J_\mathrm{content} = \frac{1}{4\, n_H n_W n_C} \sum \big(a^{(C)} - a^{(G)}\big)^2 \tag{1}$$
#
# It is a quarter of the mean squared difference. Up to a factor, you have met it in lesson 1: the squared distance of two points. The points are activations now.

# %% tags=["nbval-check-output"]
def content_cost(a_C, a_G):
    """Content cost, eq. (1); two times (1, n_H, n_W, n_C) -> a scalar."""
    _, n_H, n_W, n_C = a_C.shape
    return tf.reduce_sum((a_C - a_G) ** 2) / (4 * n_H * n_W * n_C)

example = np.array([[[[1.0, 0], [2, 1]], [[0, 3], [1, 1]]]])  # (1, 2, 2, 2)
another = np.array([[[[1.0, 0], [2, 1]], [[0, 1], [1, 1]]]])
print(f"{content_cost(example, another):.3f}")

# %% [markdown]
# By hand: one entry differs, 3 against 1. So the sum is $(3 - 1)^2 = 4$, and there are $2 \cdot 2 \cdot 2 = 8$ entries: $4 / (4 \cdot 8) = 0.125$. (`tf` is TensorFlow. `tf.reduce_sum` is its `np.sum`, and it can be differentiated: we need that in section 7.)
#
# Now real pictures: a cat; the same, moved by 8 pixels, a sixteenth of the width (what leaves at the right comes in at the left); the same, brighter; an astronaut. What does the moved cat cost in a deep layer, in percent of the astronaut's content cost? And does the brighter cat cost more than that, or less?

# %%
from course_utils.data.sample_pictures import picture

cat = resize(picture("chelsea")[:, 75:375], 128, 128)
compared = {"moved": np.roll(cat, 8, axis=1), "brighter": np.minimum(cat.astype(float) + 30, 255),
            "another": resize(picture("astronaut")[:300, 80:380], 128, 128)}

words = "Four photographs: a cat; the same, moved to the right; the same, brighter; an astronaut."
shown = [large(one) for one in (cat, *compared.values())]
plots.picture_grid(shown, ["C: the cat", *compared], "Which is nearest to the cat?", words, width=2.2)

# %%
from course_utils.feedback.lesson import check, guess, hint  # hint("gram_matrix") asks you a question
from course_utils.vgg19 import FeatureExtractor

see = FeatureExtractor(["block1_conv1", "block4_conv2"])
cost_of_the_move = guess(...)  # percent of what the astronaut costs, in block 4

def activations(picture):
    """The pixels as they are, then what two layers of VGG19 see."""
    return {"pixels": picture[None].astype(float), **see(picture)}

# %%
print("content cost, in percent of what the astronaut costs")
for layer, a_C in activations(cat).items():
    cost = {name: content_cost(a_C, activations(one)[layer]) for name, one in compared.items()}
    moved = cost["moved"] / cost["another"]
    brighter = cost["brighter"] / cost["another"]
    print(f"{layer:13} moved {moved:6.1%}   brighter {brighter:6.1%}")
cost_of_the_move.is_really(100 * float(moved), "%")

a_C = see(cat)["block4_conv2"]
astronaut = content_cost(a_C, see(compared["another"])["block4_conv2"])
for pixels in (1, 2, 4, 8, 16):
    cost = content_cost(a_C, see(np.roll(cat, pixels, axis=1))["block4_conv2"])
    print(f"moved by {pixels:2} pixels: {cost / astronaut:6.1%} in block 4")

# %% tags=["guard"]
by_move = [content_cost(a_C, see(np.roll(cat, n, axis=1))["block4_conv2"]) / astronaut for n in (1, 2, 4, 8, 16)]
assert by_move[0] < 0.03 and by_move[1] < 0.07 and by_move[3] > 0.2 and all(np.diff(by_move) > 0), by_move
assert brighter < 0.04 < 0.1 < moved

# %% [markdown]
# (In percent of the astronaut, because costs of different layers have different sizes.) Deep in the network a brighter cat is hardly another picture. A move of a pixel or two is cheap, too: lesson 6 had the curve. (There we gave distances, here their *square*, which makes small numbers smaller.) But the cost rises with each pixel: an eye that has moved farther is compared with the fur beside it. Moved by 8 pixels, the cat costs a larger share of the astronaut's cost here than in the pixels themselves. The content cost says **what is where**. It forgives a change of brightness, and a move of a pixel or two, but not another place.
#
# For style we need the opposite: forgive the place, and compare the paint.
#
# ## 2. The Gram matrix
#
# What is style, in terms of activations? Each channel answers to something: an edge, a colour, a stripe. Where its activation is large, it *fires*. A painting in dabs of yellow on blue has places where the channel for yellow and the channel for a round edge fire *together*. Where, we do not care. So add up over all positions $p$ how strongly two channels $i$ and $j$ fire together. The matrix of these sums is the <dfn>Gram matrix</dfn> $A$:
#
# $$A_{ij} = \sum_{\text{positions } p} a_{p,i} \; a_{p,j}$$
#
# with $a_{p,i}$ for the activation of channel $i$ at position $p$. (The lecture notes write $G$ for the Gram matrix too, $G^{(S)}$ and $G^{(G)}$ for those of two pictures. In this course $G$ is the generated picture alone, and the matrices are $A^{(S)}$ and $A^{(G)}$.)
#
# Take the small example from above. It has $2 \times 2$ positions and 2 channels. Write the positions below one another, one row each, and beside them the products of the channels:
#
# | position | ch. 1 | ch. 2 | 1·1 | 1·2 | 2·2 |
# | --- | --- | --- | --- | --- | --- |
# | top left | 1 | 0 | 1 | 0 | 0 |
# | top right | 2 | 1 | 4 | 2 | 1 |
# | bottom left | 0 | 3 | 0 | 0 | 9 |
# | bottom right | 1 | 1 | 1 | 1 | 1 |
# | **sum** | | | **6** | **3** | **11** |
#
# **Predict.** Which of the three sums goes where in the Gram matrix? What is the shape of the matrix for a layer with 64 channels and $128 \times 128$ positions?
#
# <details><summary>Answer</summary>
#
# The first row is 6, 3 and the second 3, 11: channel 2 with channel 1 is the same as 1 with 2. The matrix has a row and a column for each *channel*. With 64 channels it is $64 \times 64$, however many positions there are.
#
# </details>
#
# ### Your turn: write it
#
# The table is also the recipe: make it a matrix $F$ with a row for each position and a column for each channel, and multiply $F^\top F$. Write `gram_matrix(a)` for activations of shape $(1, n_H, n_W, n_C)$; it returns $(n_C, n_C)$. `tf.reshape`, `tf.transpose` and `@` are all you need. One way is folded in the cell after yours.

# %%
def gram_matrix(a):
    """Gram matrix; (1, n_H, n_W, n_C) -> (n_C, n_C)."""
    raise NotImplementedError()  # your lines

check("gram_matrix", gram_matrix)

# %% tags=["nbval-check-output"] jupyter={"source_hidden": true}
def gram_matrix(a):
    """Gram matrix; (1, n_H, n_W, n_C) -> (n_C, n_C)."""
    _, n_H, n_W, n_C = a.shape
    F = tf.reshape(a, (n_H * n_W, n_C))  # a row for each position, a column for each channel
    return tf.transpose(F) @ F

print(gram_matrix(example).numpy())

# %% [markdown]
# As by hand. On the diagonal, $A_{ii}$ says **how strongly** channel $i$ fires in this picture. Off the diagonal, $A_{ij}$ says **how much $i$ and $j$ fire together**. Look at three real channels of a painted sky: the strongest; among the other strong ones, the one that fires *most* together with it; and the one that does so *least*. "Together" is measured by $A_{ij} / \sqrt{A_{ii}\, A_{jj}}$: 1 if one is a multiple of the other, 0 if they never fire at one place.

# %%
sky = painting("vortex", 128, 128)
see_block2 = FeatureExtractor(["block2_conv1"])
a = see_block2(sky)["block2_conv1"].numpy()  # (1, 64, 64, 128)
A = gram_matrix(a).numpy()  # (128, 128)
strength = np.diag(A)  # (128,): how strongly each channel fires

i = strength.argmax()
together = A[i] / np.sqrt(strength[i] * strength + 1e-9)
strong = [channel for channel in np.argsort(strength)[-40:] if channel != i]
j = max(strong, key=lambda channel: together[channel])
k = min(strong, key=lambda channel: together[channel])

# %% tags=["guard"]
assert together[j] > 0.7 > 0.5 > together[k]

# %% jupyter={"source_hidden": true}
maps = [255 * a[0, :, :, channel] / a[0, :, :, channel].max() for channel in (i, j, k)]
captions = ["the painting", f"channel {i}", f"channel {j}: {together[j]:.2f}",
            f"channel {k}: {together[k]:.2f}"]
words = ("A painted night sky, and three of its channels as grey pictures, bright where the channel "
         "fires. The first two are bright at the same places. The third is bright at other places.")
title = "Two channels that fire together, and one that fires elsewhere"
plots.picture_grid([sky, *maps], captions, title, words, width=2.2)

# %% [markdown]
# The Gram matrix does not keep the grey pictures. It keeps sums over the whole picture: how bright each channel is, and how well any two of them match. (The bright rows at the very edge come from the border of zeros of lesson 6.) The next figure shows how well the 24 strongest channels of the sky match one another: in the sky, in another sky by the same painter, and in the cat. Each table is yellow on the diagonal, where a channel meets itself. Do the other cells agree? Take them all, and *correlate* them with those of the first sky: 1 would mean the same pattern of high and low, 0 that one says nothing of the other. The guess is for the cat.

# %%
correlation_of_the_cat = guess(...)  # from -1 to 1
strongest = np.argsort(strength)[-24:]

def matches(a):
    """How much 24 channels fire together, (24, 24); 1 on the diagonal."""
    A = gram_matrix(a).numpy()[np.ix_(strongest, strongest)]
    return A / np.sqrt(np.outer(np.diag(A), np.diag(A)))

b = see_block2(painting("vortex", 128, 128, seed=1))["block2_conv1"].numpy()
c = see_block2(cat)["block2_conv1"].numpy()
tables = {"a sky": matches(a), "another sky": matches(b), "the cat": matches(c)}
beside = ~np.eye(24, dtype=bool)  # all cells but the diagonal

# %% jupyter={"source_hidden": true}
words = "Yellow on the diagonal, else green to blue. The skies' look alike; the cat's has a dark cross."
figure = plots.DescribedFigure(words, (8.8, 3.2))
figure.suptitle("24 strong channels of a sky, each with each, in three pictures", x=0.01, ha="left")
for ax, (name, table) in zip(figure.subplots(1, 3), tables.items()):
    shown = ax.imshow(table, vmin=0, vmax=1)
    ax.set(title=name, xlabel="24 channels", ylabel="24 channels", xticks=[], yticks=[])
figure.colorbar(shown, ax=figure.axes, shrink=0.8, label="how much they fire together")
figure

# %%
def agreement(name, cells):
    return np.corrcoef(tables["a sky"][cells], tables[name][cells])[0, 1]

lit = np.arange(24) != tables["the cat"].mean(axis=0).argmin()  # all channels but that of the cross
print(f"another sky: correlation with the sky's table {agreement('another sky', beside):.2f}")
print(f"the cat: correlation with the sky's table {agreement('the cat', beside):.2f}")
correlation_of_the_cat.is_really(agreement("the cat", beside))
print(f"the cat without its dark cross: {agreement('the cat', beside & lit & lit[:, None]):.2f}")

# %% tags=["guard"]
assert agreement("another sky", beside) > 0.95 and agreement("the cat", beside) < 0.4
assert 0.4 < agreement("the cat", beside & lit & lit[:, None]) < 0.7

# %% [markdown]
# The two skies have their stars at different places, and nearly the same table. The cat's is mostly green, too, but it agrees far less with the sky's. One channel does much of that: the dark purple cross, a strong channel of the sky that hardly fires with the others in the cat. Without it the correlation rises to about a half, and that of the other sky is still far away.
#
# ## 3. It forgets where
#
# A sum does not know in which order its terms came. So take the activations of the sky, and put their $64 \times 64$ positions into another order, as one shuffles cards. Each position keeps its 128 channels.
#
# **Predict.** What happens to the content cost, and what to the Gram matrix?
#
# <details><summary>Answer</summary>The content cost compares position with position: it becomes large. In the Gram matrix the same products are added in another order: nothing happens.</details>

# %%
def shuffled(a):
    """The same positions in another order; (1, n_H, n_W, n_C) -> the same shape."""
    positions = np.random.default_rng(0).permutation(a.reshape(-1, a.shape[3]))
    return positions.reshape(a.shape)

print(f"content cost of the shuffled sky: {content_cost(a, shuffled(a)):10.0f}")
print(f"              of another sky:     {content_cost(a, b):10.0f}")
print(f"              of the cat:         {content_cost(a, c):10.0f}")
change = np.abs(gram_matrix(shuffled(a)) - gram_matrix(a)).max() / np.abs(gram_matrix(a)).max()
print(f"largest change in the Gram matrix: {change:.0e} of its largest entry")

# %% tags=["guard"]
assert change < 1e-4
assert content_cost(a, shuffled(a)) > content_cost(a, b) > 0.9 * content_cost(a, c)

# %% [markdown]
# By content, the shuffled sky is even a little farther from the sky than the cat is. By its Gram matrix, it *is* the sky; what is left is rounding. That is the whole secret of style in this lesson: **summing over positions throws the place away, and keeps what fires with what.**
#
# The next figure adds up one entry of the matrix, that of $i$ and $j$ from above. Where it is live (in the lab of the course, or on its site), it has a table of twelve strong channels of the sky, too. Each cell is a pair; the stronger the blue, the more the two fire together. Pick the cell with the least blue: where in the sky does each of its channels fire? Then shuffle.

# %%
from course_utils import explorables

others = [channel for channel in strong[::-1] if channel not in (j, k)]
twelve = [i, j, k, *others[:9]]
explorables.gram_matrix(a, twelve, sky, pair=(i, j))

# %% [markdown]
# Does the style then know nothing of space? No, it knows something: each activation has looked at a neighbourhood of the picture, the deeper the layer, the larger. Shuffle the *pixels* before the network sees them, and no stroke can be left. (The *length* of a matrix is its distance from 0, all entries side by side, as in lesson 1.)

# %%
again = see_block2(shuffled(sky[None]))["block2_conv1"]
cases = {"activations shuffled": shuffled(a), "pixels shuffled": again, "another sky": b}
A = gram_matrix(a)
for name, one in cases.items():
    change = np.linalg.norm(gram_matrix(one) - A) / np.linalg.norm(A)
    print(f"{name:22} the Gram matrix differs by {change:.1%} of its length")

# %% tags=["guard"]
assert np.linalg.norm(gram_matrix(again) - A) > 0.5 * np.linalg.norm(A)

# %% [markdown]
# With its pixels shuffled, the sky has a Gram matrix that differs by nearly its whole length; another sky's differs by a tenth. So a Gram matrix forgets where a stroke is, but not what a stroke looks like.
#
# ### Twice the side, four times the sum
#
# A picture with twice the width and twice the height has four times as many positions.
#
# **Predict.** The same painting with 64, 128 and 256 pixels a side: what happens to the sum of the diagonal, without and with division by $n_H n_W$?
#
# <details><summary>Answer</summary>The sum over positions grows about four times with each doubling. Divided by the number of positions it is a mean, and stays about the same. Not exactly: in a larger picture a window of 3 x 3 pixels covers less of a stroke, and less of the picture is border. How much either does, the numbers do not tell.</details>

# %%
def mean_gram_matrix(a):
    """Gram matrix per position; (1, n_H, n_W, n_C) -> (n_C, n_C)."""
    return gram_matrix(a) / (a.shape[1] * a.shape[2])

for side in (64, 128, 256):
    one = see(painting("vortex", side, side))["block1_conv1"]
    plain = np.trace(gram_matrix(one))
    print(f"{side:3} pixels a side: sum {plain:12.0f}   mean {np.trace(mean_gram_matrix(one)):8.0f}")

# %% tags=["guard"]
layers_by_side = [see(painting("vortex", side, side))["block1_conv1"] for side in (64, 128, 256)]
sums = [np.trace(gram_matrix(one)) for one in layers_by_side]
means = [np.trace(mean_gram_matrix(one)) for one in layers_by_side]
assert 3 < sums[1] / sums[0] < 5 and 3 < sums[2] / sums[1] < 5 and 0.85 < means[2] / means[0] < 1.15

# %% [markdown]
# So two Gram matrices can be compared if both are divided by their numbers of positions; otherwise we compare sizes.
#
# ## 4. A wrong matrix of the right shape
#
# You will read programs that write $F F^\top$ instead of $F^\top F$, with a row for each channel. That is the same, *if* the rows are channels. In TensorFlow the channel is the last axis. This one forgets it:

# %% tags=["nbval-check-output"]
def wrong_gram(a):
    F = np.reshape(a, (a.shape[3], -1))  # "a row for each channel"
    return F @ F.T

print("right", gram_matrix(example).numpy().tolist(), "  wrong", wrong_gram(example).tolist())
searched = np.array([[[[0.0, 0, 1], [2, 2, 3]], [[1, 3, 1], [0, 1, 3]]]])
print("right", gram_matrix(searched).numpy().tolist())
print("wrong", wrong_gram(searched).tolist())

# %% [markdown]
# On our first example the wrong function is right. By chance! Nobody chose those numbers for it. On the second, with three channels, the shape is right, the matrix is symmetric, and the first row is right. A check of shape, symmetry and first row passes it. (The second example *was* searched for.) The last two rows are wrong.
#
# `reshape` never moves a number. It only cuts the same list into rows of another length. Which list does a row of the wrong $F$ hold?
#
# <details><summary>Answer</summary>The numbers lie in memory position by position, all channels of the first position first. So the first row holds the first positions with all their channels: a strip at the top of the picture. The wrong matrix compares strips of the picture, not channels.</details>

# %%
def same_as_by_hand(function, a):
    return np.allclose(function(a), np.einsum("nhwi,nhwj->ij", a, a), rtol=1e-4)  # sum over n, h, w

def forgets_the_place(function, a):
    return np.allclose(function(shuffled(a)), function(a), rtol=1e-4)

for function in (gram_matrix, wrong_gram):
    checks = same_as_by_hand(function, a), forgets_the_place(function, a)
    print(f"{function.__name__:12} equals the sum: {checks[0]!s:5}   forgets the place: {checks[1]}")

# %% tags=["guard"]
assert same_as_by_hand(gram_matrix, a) and forgets_the_place(gram_matrix, a)
assert not same_as_by_hand(wrong_gram, a) and not forgets_the_place(wrong_gram, a)

# %% [markdown]
# Two checks that the wrong one cannot pass: compare **all** entries with the plain sum, on numbers without any symmetry; and shuffle the positions. If you must have the channels first, say so: `np.transpose(a[0], (2, 0, 1))` first, then `reshape`.
#
# ## 5. The style cost
#
# Now compare the Gram matrices of the <dfn>style picture</dfn> $S$, the one whose way of painting we want, and of $G$. The <dfn>style cost</dfn> $J_\mathrm{style}^{[l]}(S, G)$ of one layer $l$ is
#
# $$J_\mathrm{style}^{[l]} = \frac{1}{4\, n_C^2 (n_H n_W)^2} \sum_{i,\,j} \big(A^{(S)}_{ij} - A^{(G)}_{ij}\big)^2 \tag{2}$$
#
# with $i$ and $j$ from 1 to $n_C$. The division by $(n_H n_W)^2$ can go inside the square: each matrix divided by its own $n_H n_W$, as `mean_gram_matrix` does. For pictures of one size this is eq. (2), and pictures of two sizes can be compared as well.
#
# **Your turn.** Write `layer_style_cost(a_S, a_G)` for two activations of shape $(1, n_H, n_W, n_C)$; it returns one number. One way is folded in the cell after yours.

# %%
def layer_style_cost(a_S, a_G):
    """Style cost of one layer, eq. (2); two times (1, n_H, n_W, n_C) -> a scalar."""
    raise NotImplementedError()  # your lines

check("layer_style_cost", layer_style_cost)

# %% jupyter={"source_hidden": true}
def layer_style_cost(a_S, a_G):
    """Style cost of one layer, eq. (2); two times (1, n_H, n_W, n_C) -> a scalar."""
    n_C = a_S.shape[3]
    difference = mean_gram_matrix(a_S) - mean_gram_matrix(a_G)  # (n_C, n_C)
    return tf.reduce_sum(difference**2) / (4 * n_C**2)

# %% [markdown]
# One layer sees one scale of strokes. So take several layers, with weights $\lambda_l$ that say how much each counts:
#
# $$J_\mathrm{style}(S, G) = \sum_l \lambda_l \, J_\mathrm{style}^{[l]}(S, G)$$
#
# ### Which layer speaks loudest?
#
# The usual five layers are the first of each block. The plain choice is $\lambda_l = 0.2$ for each: all count the same. Do they? Compare the sky with noise, from which a texture begins:

# %% tags=["nbval-check-output"]
def style_cost(a_S, a_G, weights):
    """Style cost over layers; activations and weights are dictionaries, layer -> value."""
    return sum(weight * layer_style_cost(a_S[layer], a_G[layer]) for layer, weight in weights.items())

see_style = FeatureExtractor(STYLE_LAYERS)
noise = np.random.default_rng(0).uniform(0, 255, sky.shape)
a_S, a_G = see_style(sky), see_style(noise)

def shares(weights):
    parts = {layer: w * float(layer_style_cost(a_S[layer], a_G[layer])) for layer, w in weights.items()}
    return {layer: part / sum(parts.values()) for layer, part in parts.items()}

for layer, weight in STYLE_LAYERS.items():
    print(f"{layer}: mean activation {np.mean(a_S[layer]):4.0f}, the course's weight {weight:.0e}")

# %% jupyter={"source_hidden": true}
equal = dict.fromkeys(STYLE_LAYERS, 0.2)
bars = {"0.2 each": shares(equal), "the course's": shares(STYLE_LAYERS)}
words = "Two bars. With equal weights block 4 fills almost all of it; below, all five have a part."
title = f"With equal weights, {bars['0.2 each']['block4_conv1']:.0%} of the cost of noise is block 4's"
plots.share_bars(bars, title, words)

# %% tags=["guard"]
assert bars["0.2 each"]["block4_conv1"] > 0.95 > 0.7 > max(bars["the course's"].values())
size = {layer: float(tf.reduce_mean(a_S[layer])) for layer in STYLE_LAYERS}
assert max(size, key=size.get) == "block4_conv1"

# %% [markdown]
# At the start, when the picture is noise, equal weights give block 4 nearly the whole cost. Its activations are larger, as the means above say, and the cost has their *fourth* power: products in the Gram matrix, and then squares.
#
# The course's weights $\lambda_l$ roughly undo that, so that each layer has its say. **A weight alone says nothing; look at the share.** (It depends on the two pictures, too.)
#
# Now both costs side by side, by the package's functions, which agree with ours. Once more the moved cat; and a cat in the colours of the night sky:

# %%
from course_utils.style import costs
from course_utils.style.colours import match_colours

changed = {"moved": compared["moved"], "in other colours": match_colours(cat, sky)}

words = ("Three pictures: the cat; the cat moved by 8 pixels; and the cat at its old place, but in the "
         "blues of a night sky.")
shown = [large(one) for one in (cat, *changed.values())]
plots.picture_grid(shown, ["the cat", *changed], "Another place, or other colours?", words, width=2.9)

# %%
def both(one):
    content = costs.content_cost(see(cat)["block4_conv2"], see(one)["block4_conv2"])
    return np.array([content, costs.style_cost(see_style(cat), see_style(one), STYLE_LAYERS)])

parts = {name: both(one) / both(compared["another"]) for name, one in changed.items()}
for name, (content, style) in parts.items():
    print(f"{name:17} content cost {content:4.0%}, style cost {style:4.0%} of the astronaut's")

# %% tags=["guard"]
assert parts["moved"][1] < 0.1 < parts["moved"][0] < 0.5 < parts["in other colours"][1]
ours, theirs = (cost(a_S, a_G, STYLE_LAYERS) for cost in (style_cost, costs.style_cost))
assert np.isclose(ours, theirs, rtol=1e-3)

# %% [markdown]
# For the content cost, the two are about equally far away. (So the content cost forgives brightness, but not every change of colour.) For the style cost, the moved cat is almost the cat, and the recoloured one most of the way to another picture. (The moved cat is not quite free: at its edges, for one thing, pixels that were far apart are neighbours now.)
#
# ## 6. Does it tell painting from painting?
#
# In lesson 1 a distance told people apart. Ask the same of style. Here are four paintings and six photographs, cut into a left and a right half:

# %%
paintings = ["vortex", "grid", "points", "waves"]
whole = {name: painting(name, 256, 512) for name in paintings}
whole |= {name: picture(name) for name in ("china", "flower", "coffee", "astronaut", "hubble")}
whole["the cat"] = picture("chelsea")

def half(picture, right):
    """A square from the left or the right half of a picture, 128 x 128 pixels."""
    side = min(picture.shape[0], picture.shape[1] // 2)
    return resize(picture[:side, right * side : (right + 1) * side], 128, 128)

left = [half(one, right=0) for one in whole.values()]
right = [half(one, right=1) for one in whole.values()]

gap = np.full((128, 3, 3), 255)
pairs = [np.hstack([one, gap, other]) for one, other in zip(left, right)]
words = ("Ten pairs of small pictures, four in a row: the left and the right half of four paintings "
         "and of six photographs. The halves of a painting have the same strokes and other motifs.")
title = "Ten left halves, each beside its right half"
plots.picture_grid(pairs, list(whole), title, words, columns=4, width=2.2)

# %% [markdown]
# Each left half looks for its other half among the ten: the nearest one. Guessing finds one of them, on average. For comparison: the pixels, and the mean colour of the picture, which knows nothing of strokes. How many of the ten will the *style* find?
#
# The style cost *is* a squared distance between two points. Write all entries of all Gram matrices one after another, each times $\sqrt{\lambda_l} / (2 n_C)$, and you have the point.

# %%
def style_point(picture):
    """All Gram matrices of a picture as one point; squared distances of such points are style costs."""
    a = see_style(picture)
    parts = []
    for layer in a:
        factor = np.sqrt(STYLE_LAYERS[layer]) / (2 * a[layer].shape[3])
        parts.append(np.ravel(factor * mean_gram_matrix(a[layer])))
    return np.concatenate(parts)

found_by_style = guess(...)

# %%
def pixel_point(picture):
    return picture.astype(float).ravel()

def colour_point(picture):
    return picture.mean(axis=(0, 1))

def distances(point, asked, known):
    """How far each picture that asks is from each known one, (asked, known)."""
    rows = [point(one) for one in asked]
    columns = [point(one) for one in known]
    return np.array([[np.linalg.norm(row - column) for column in columns] for row in rows])

methods = {"pixels": pixel_point, "mean colour": colour_point, "style": style_point}
halves = {name: distances(point, left, right) for name, point in methods.items()}
hits = {name: table.argmin(axis=1) == np.arange(10) for name, table in halves.items()}
for name, hit in hits.items():
    print(f"{name:12} {hit.sum():2} of 10")
found_by_style.is_really(hits["style"].sum(), "of 10")

# %% tags=["guard"]
point_distance = np.linalg.norm(style_point(left[0]) - style_point(right[1]))
assert np.isclose(point_distance**2, style_cost(see_style(left[0]), see_style(right[1]), STYLE_LAYERS), rtol=1e-3)
assert hits["style"].sum() == 10 and max(hits["pixels"].sum(), hits["mean colour"].sum()) < 8

# %% [markdown]
# Which are found? The next figure has a row for each left half, and in it the *ranks* of the ten right halves, not their distances: from 1, the nearest and darkest, to 10. A ring marks the nearest. Where it lies on the diagonal, the other half was found.

# %% jupyter={"source_hidden": true}
words = ("Three tables of ten by ten cells, dark where the right half is near; a ring marks the "
         "nearest. For style the rings lie on the diagonal, for pixels and mean colour many elsewhere.")
figure = plots.DescribedFigure(words, (8.8, 3.8))
figure.suptitle("Only for style, all rings lie on the diagonal", x=0.01, ha="left")
for ax, (name, table) in zip(figure.subplots(1, 3, sharey=True), halves.items()):
    ranks = ax.imshow(1 + table.argsort(axis=1).argsort(axis=1))  # in its row, 1 for the nearest
    ax.plot(table.argmin(axis=1), range(10), "o", mfc="none", mec="white", markersize=8)
    ax.set_xticks(range(10), whole, rotation=90)
    ax.set(title=f"{name}: {hits[name].sum()} of 10", xlabel="right halves")
figure.axes[0].set_yticks(range(10), whole)
figure.axes[0].set_ylabel("left halves")
figure.colorbar(ranks, ax=figure.axes, shrink=0.6, ticks=[1, 10], label="rank in the row")
figure

# %% [markdown]
# The style finds all ten. (Pixels ask for the same thing at the same place.) Ten pictures are few: how sure is it that the style would win with others, too? As in lesson 1, draw ten of them at random, the same one perhaps more than once, again and again, and look at the difference. And a harder question: *other* paintings by the same painters, three each. To which of the ten right halves are they nearest?

# %%
from course_utils.faces.evaluation import bootstrap_interval

for name in ("pixels", "mean colour"):
    more = 1.0 * hits["style"] - hits[name]
    low, high = bootstrap_interval(lambda drawn, more=more: more[drawn].mean(), np.arange(10))
    gain = f"{more.mean():+.1f}, 95 % interval {low:+.1f} to {high:+.1f}"
    print(f"share found, style minus {name:11} {gain}")

painters = np.repeat(range(4), 3)  # whose painting each query is
queries = [half(painting(paintings[k], 256, 512, 1 + n % 3), 0) for n, k in enumerate(painters)]
answers = {name: distances(point, queries, right).argmin(axis=1) for name, point in methods.items()}
print("other paintings, right answers:")
for name, answer in answers.items():
    print(f"{name:12} {np.sum(answer == painters):2} of 12")

# %% tags=["guard"]
right_answers = {name: np.sum(answer == painters) for name, answer in answers.items()}
assert right_answers["style"] >= 9 > max(right_answers["pixels"], right_answers["mean colour"])
lows = {}
for name in ("pixels", "mean colour"):
    more = 1.0 * hits["style"] - hits[name]
    lows[name] = bootstrap_interval(lambda drawn, more=more: more[drawn].mean(), np.arange(10)).low
assert 0 < lows["mean colour"] < 0.2 and lows["pixels"] > 0, lows

# %% [markdown]
# Both intervals lie above 0, that of the mean colour only a little: with other pictures of these kinds the style would probably win, too. It also answers more of the twelve questions rightly. Twelve questions about four painters are too few for an interval, and our four painters are very unlike one another: this shows that the distance means something, and not how good it would be in a real museum.
#
# ## 7. A texture from nothing
#
# If the style cost holds what a style is, then a picture that makes it small must *have* that style. Such a picture, the strokes of a painting without its motif, is a <dfn>texture</dfn>. Start from noise and go downhill, as in lesson 6; only the cost is new. Nothing asks for any content. The layers are those of blocks 1 to 3, as in the picture at the top.
#
# All pictures on the way are kept. Five of them are shown, beside the painting; `at_step(15)`, in a cell of your own, shows another. When do the first black lines come? When have the colours found their rectangles?

# %% tags=["long"]
from course_utils.style import optimizers

strokes = {layer: STYLE_LAYERS[layer] for layer in ("block1_conv1", "block2_conv1", "block3_conv1")}

def texture(style, weights, steps):
    """All pictures on the way from noise to the style, one a step."""
    see = FeatureExtractor(weights)
    a_S = see(style)

    @tf.function  # compiled once, then quick
    def cost_and_gradient(picture):
        with tf.GradientTape() as tape:
            tape.watch(picture)
            J = style_cost(a_S, see(picture), weights)
        return J, tape.gradient(J, picture)

    def evaluate(picture):
        J, gradient = cost_and_gradient(tf.constant(picture, tf.float32))
        return float(J), gradient.numpy()

    noise = np.random.default_rng(0).uniform(0, 255, style.shape)
    return [noise, *optimizers.lbfgs(evaluate, noise, steps)]

small = painting("grid", 128, 128)
on_the_way = texture(small, strokes, 60)

# %% jupyter={"source_hidden": true}
def at_step(*chosen):
    """The pictures after these steps, and the painting."""
    words = ("Coloured noise at first; in it dark lines appear, across and upright; then they close "
             "into rectangles, white, red, yellow and blue. Last, the painting: other rectangles.")
    shown = [large(one) for one in (*(on_the_way[int(step)] for step in chosen), small)]
    captions = [*(f"step {step:.0f}" for step in chosen), "the painting"]
    title = "Lines appear, and close into rectangles"
    return plots.picture_grid(shown, captions, title, words, columns=3, width=2.9)

at_step(0, 10, 20, 35, len(on_the_way) - 1)

# %%
ends = {"noise": on_the_way[0], "the texture": on_the_way[-1].round(),
        "the sky": painting("vortex", 128, 128), "another grid": painting("grid", 128, 128, seed=1)}
J = {name: float(style_cost(see_style(small), see_style(one), strokes)) for name, one in ends.items()}
for name, value in J.items():
    print(f"style cost of {name:12} {value:10.0f}")

# %% tags=["guard"]
assert J["the texture"] < J["another grid"] < J["noise"] < J["the sky"] and J["the texture"] < 0.1 * J["noise"]

# %% [markdown]
# In this sense the texture is *more* in the style of the painting than another painting by the same hand. But it was made for that. (And the sky costs more than the noise.)
#
# The picture is not finished; some colours are still pale. The package's `StyleTransfer` is the same loop, with another way down: it begins with a picture of half the side, in which large forms find their place soon. With `alpha=0` it has no content cost. (The picture at the top was made so, in more steps and smoothed a little: lesson 8.) For the other three painters:

# %% tags=["long"]
loom = {"alpha": 0, "start": "noise", "levels": 2, "style_layers": strokes}
styles = {name: painting(name, 144, 144) for name in ("vortex", "points", "waves")}
textures = {name: StyleTransfer(style, style, **loom).run(70, progress=False)
            for name, style in styles.items()}

words = ("Above: a night sky; an evening in dots, trees on the left; waves under a sun. Below, all "
         "with coloured grain: flowing strokes, spots at other places; dark trees on the left again, "
         "grain in place of dots; lined waves under a pale sky, a small sun among them.")
captions = [*styles, "made from noise", "made from noise", "made from noise"]
title = "Strokes and lines come back, the arrangement only in part"
shown = [large(one) for one in (*styles.values(), *textures.values())]
plots.picture_grid(shown, captions, title, words, columns=3, width=2.9)

# %% tags=["guard"]
def light(picture):
    return resize(np.uint8(picture), 12, 12).mean(axis=2).ravel()

in_place = {name: np.corrcoef(light(styles[name]), light(textures[name]))[0, 1] for name in styles}
assert in_place["vortex"] < 0.2 < in_place["points"], in_place
assert textures["waves"][:14].mean() > textures["waves"].mean() + 20  # pale sky at the top
side, step = 1, 1
for convolutions in (2, 2, 4, 4):  # of blocks 1 to 4, each with a pooling after them
    side += 2 * step * convolutions + step
    step *= 2
assert side + 2 * step == 156 > 144
assert see_style(styles["waves"])["block5_conv1"].shape[1:3] == (9, 9)

# %% [markdown]
# Look for what is kept and what is not. The sky has its flowing strokes again, and its stars elsewhere. The waves have kept their lines, and pale sky at the top, but the sun is among the waves. Of the points more is in its place: dark trees on the left, evening light on the right; but what looks like dots is the grain of the noise. A sum over positions says how much red there is, but not where, nor in how many pieces.
#
# The place is not lost *completely*: the network puts a border of zeros around each layer, and some channels fire there. That is why we took only blocks 1 to 3. By the rule of lesson 6, block 5 looks at 156 pixels a side, and these pictures have 144: each of its $9 \times 9$ positions sees beyond the border. Can the sun find its way back to the sky then? Try it: leave `style_layers` out of `loom`.
#
# ### What do more layers add?
#
# **Predict.** What is left of the night sky if only block 1 has a weight? What comes with block 2, what with blocks 3 and 4?
#
# <details><summary>Answer</summary>A channel of the first layer sees 3 x 3 pixels: colours, and which way an edge runs. The first layer of block 2 sees 10 x 10 pixels, that of block 3 24 x 24. One would expect strokes with block 2, and what strokes form with block 3. Look whether it is so.</details>

# %% tags=["long"]
layers = list(STYLE_LAYERS)
model = painting("vortex", 112, 112)
row = []
for count in (1, 2, 3, 4):
    weights = {layer: STYLE_LAYERS[layer] for layer in layers[:count]}
    run = StyleTransfer(model, model, alpha=0, start="noise", levels=1, style_layers=weights)
    row.append(run.run(100, progress=False))
captions = ["block 1 only", "blocks 1 and 2", "blocks 1 to 3", "blocks 1 to 4", "the painting"]
words = ("Five pictures in dark blue with yellow. Block 1 only: blurred spots. Blocks 1 and 2: strokes "
         "that wind around yellow spots. Blocks 1 to 3: longer arcs, rounder spots. Blocks 1 to 4: "
         "round spots in rings. All these have coloured grain. Last: the painting.")
title = "One block gives spots, two give whirls already"
plots.picture_grid([large(one) for one in (*row, model)], captions, title, words, 3, 2.9)

# %%
a_model = see_style(model)
a_noise = see_style(np.random.default_rng(0).uniform(0, 255, model.shape))

def left_over(layer, a):
    return layer_style_cost(a_model[layer], a[layer]) / layer_style_cost(a_model[layer], a_noise[layer])

print("style cost (noise: 100%) in    block 1  block 2  block 3  block 4")
for name, a_woven in zip(captions, map(see_style, row)):
    print(f"{name:29}" + "".join(f"{left_over(layer, a_woven):9.2%}" for layer in layers[:4]))

# %% tags=["guard"]
by_count = [[float(left_over(layer, see_style(one))) for layer in layers[:4]] for one in row]
assert by_count[0][1] > 0.05 > 0.001 > by_count[1][1]  # block 2, before and after it has a weight
assert 0.03 < by_count[1][3] < 0.08 and by_count[3][3] < 0.2 * by_count[2][3] < by_count[1][3] < by_count[0][3]

# %% [markdown]
# Block 1 has the colours, but no strokes to put them in: spots. (They are wider than the 3 pixels that its layer sees; we have not tested why.) With block 2 there are strokes, and they already wind around yellow spots. For whirls of this size two blocks are enough, though an activation of block 2 sees no more than 10 x 10 pixels: many pieces that bend a little can make a whirl. With block 3 arcs are longer and spots rounder, with block 4 they have rings. By the measure of block 4, the picture from blocks 1 and 2 still has about a twentieth of the cost of noise, and this falls when blocks 3 and 4 have their weights, too. (All four have a coloured grain that the painting has not, and yet most of the costs in the table are small. A small cost does not mean the same look.)
#
# ## 8. What can go wrong: other people's weights
#
# You read "style weight 0.01" in one recipe and "1000" in another. Who paints with more style? Nobody can say, because everybody divides the sums by something else. The package can say which weights of *our* formulas (1) and (2) would do the same. What counts is the ratio, weight of the style to weight of the content. Three recipes, as published and in our formulas, and how the weight of the style is shared among the layers:

# %% tags=["nbval-check-output"]
content_shape = see(sky)["block4_conv2"].shape
style_shapes = {layer: one.shape for layer, one in see_style(sky).items()}
shapes = {"content_shape": content_shape, "style_shapes": style_shapes, "picture_shape": sky.shape}
published = {"gatys": (1, 1e3), "keras.io": (2.5e-8, 1e-6), "tensorflow": (1e4, 1e-2)}

print("weights of: content    style   ratio   ratio in our formulas   layers' shares")
for name, (content, style) in published.items():
    translated = costs.equivalent_weights(name, content, style, **shapes)
    of_layers = translated.layers.values()
    equal_shares = np.allclose(list(of_layers), 0.2)
    spread = "all five equal" if equal_shares else f"{min(of_layers):.1%} to {max(of_layers):.1%}"
    print(f"{name:11} {content:7g} {style:8g} {style / content:7.0e} "
          f"{translated.beta / translated.alpha:23.0e}   {spread}")

# %% [markdown]
# The published ratios and the translated ones do not even come in the same order. And "keras.io" divides all layers by the *picture's* size, although deep layers have fewer positions and more channels: the shares of its layers are far from equal. (All this for a picture of 128 pixels, and for the course's five layers.) **Never copy a weight without its formula.**
#
# ## Key points
#
# - The content cost compares activations position by position: what is where. In a deep layer it forgives a change of brightness and a move of a pixel or two; farther moves cost more and more.
# - The Gram matrix sums products of channels over all positions: how strongly each channel fires, and which fire together. The sum forgets the place.
# - Divide it by $n_H n_W$, keep the channels on the last axis when you reshape, and test *all* entries on numbers without symmetry.
# - The style cost compares Gram matrices of several layers. Equal weights are not equal shares: look at the shares.
# - A picture that is made for a small style cost alone is a texture: strokes and colours come back, the arrangement does not, or only in part.
#
# ## Check your understanding
#
# **1.** A layer has $n_C = 256$ channels and $32 \times 32$ positions. What is the shape of its Gram matrix? How many of its entries can differ from each other?
#
# <details><summary>Answer</summary>
#
# $256 \times 256$. It is symmetric, so the entries on and above the diagonal say all: $256 \cdot 257 / 2 = 32896$. The layer itself has $32 \cdot 32 \cdot 256 = 262144$ numbers.
#
# </details>
#
# **2.** You mirror a picture, left to right. What happens to its content cost, and what to its style cost, compared with the original?
#
# <details><summary>Answer</summary>The content cost becomes large, unless the picture is symmetric. The style cost becomes small but not 0: mirroring the picture is not only another order of positions. A stroke that rose to the right now rises to the left, and another channel fires for it.</details>
#
# **3.** A colleague's style cost at 512 pixels is about 16 times that at 256 pixels, for the same two pictures. What has been forgotten?
#
# <details><summary>Answer</summary>The division by the number of positions. Sums over four times as many positions are four times as large, and the cost has their square: 16.</details>
#
# **4.** In a layer, $A_{12} = 0$, and all activations are 0 or more (they come out of ReLU). What do you know of channels 1 and 2?
#
# <details><summary>Answer</summary>No product is below 0, so a sum of 0 means that every product is 0: at no position do both fire. One of them, or both, may also be silent everywhere; the diagonal tells.</details>
#
# **5.** Could you make the opposite of a texture, a picture with the content of the cat and no style at all?
#
# <details><summary>Answer</summary>With only the content cost you get a picture that the deep layer takes for the cat: lesson 6 made it. But some colours and strokes it must have. Without a style cost these come from the start and from what the layer does not see.</details>
#
# ## To go further
#
# - [Exercises 07](assignments/release/07_exercises/07_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - L. Gatys, A. Ecker, M. Bethge, *Texture synthesis using convolutional neural networks*, 2015: Gram matrices of VGG19 as a description of texture; the pictures of section 7.
# - L. Gatys, A. Ecker, M. Bethge, *Image style transfer using convolutional neural networks*, CVPR 2016: both costs together.
# - B. Julesz, *Visual pattern discrimination*, 1962, asked which statistics of a texture the eye can see. J. Portilla and E. Simoncelli, *A parametric texture model based on joint statistics of complex wavelet coefficients*, 2000, chose some seven hundred by hand and made textures from them.
# - Y. Li, N. Wang, J. Liu, X. Hou, *Demystifying neural style transfer*, 2017: comparing Gram matrices is comparing two clouds of activations. Other ways to do so paint as well.
# - Try: leave `block1_conv1` out of the weights. What happens to the colours?
# - Try: weave a texture from a photograph: `picture("gravel")`, `picture("brick")`, your own.
#
# **The question for the next lesson.** One cost knows what is where, the other how it is painted. What picture makes *both* small at once: the cat's content, and the style of the night sky?
