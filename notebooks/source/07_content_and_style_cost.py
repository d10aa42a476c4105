# %% [markdown]
# # 7 · Content cost and style cost
#
# The left picture is one of the course's paintings. The right one began as coloured noise. Which parts of the left one are in the right one, and which are lost?

# %%
import numpy as np
from course_utils import plots
from course_utils.backend import tf
from course_utils.data.paintings import painting
from course_utils.style.settings import STYLE_LAYERS
from course_utils.style.transfer import StyleTransfer

strokes = {layer: STYLE_LAYERS[layer] for layer in list(STYLE_LAYERS)[:3]}  # of VGG19's blocks 1 to 3
loom = {"alpha": 0, "start": "noise", "levels": 2, "style_layers": strokes}
original = painting("grid", 160, 160)
woven = StyleTransfer(original, original, **loom).run(80, progress=False)
words = ("Left: a painting of rectangles in white, red, yellow and blue between black lines. Right: "
         "black lines, coloured rectangles and brush marks again, but none in its old place.")
title = "What is the same, and what is lost?"
plots.picture_grid([original, woven], ["a painting", "made from noise"], title, words, width=2.1)

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
# **Time**: 60 minutes to read, 30 minutes for the questions; the notebook runs in RUN_TIME on two cores.

# %% [markdown]
# ## 1. The content cost
#
# Lesson 6 rebuilt pictures from a deep layer of VGG19. What is in the picture stayed, and where it is; fine detail was lost. So compare two pictures *there*: the **content picture** $C$ and a **generated picture** $G$. Their activations in one layer, $a^{(C)}$ and $a^{(G)}$, have the shape $(1, n_H, n_W, n_C)$. The **content cost** is their squared difference:
#
# $$J_\mathrm{content}(C, G) = \frac{1}{4 \cdot n_H \cdot n_W \cdot n_C} \sum_\text{all entries} \big(a^{(C)} - a^{(G)}\big)^2 \tag{1}$$
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
# Now real pictures: a cat, and three pictures to compare it with.

# %%
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture

cat = resize(picture("chelsea")[:, 75:375], 128, 128)
compared = {"moved": np.roll(cat, 8, axis=1), "brighter": np.minimum(cat.astype(float) + 30, 255),
            "another": resize(picture("astronaut")[:300, 80:380], 128, 128)}
words = ("Four photographs. The face of a cat; the same, moved by 8 pixels to the right; the same, "
         "brighter; and a smiling astronaut.")
shown = [cat, *(np.uint8(one) for one in compared.values())]
title = "Which of the three is nearest to the cat?"
plots.picture_grid(shown, ["C: the cat", *compared], title, words, width=1.4)

# %% [markdown]
# **Predict.** For pixels, the brighter cat costs something like a tenth of what the astronaut costs. Will it cost more or less than that in a deep layer, compared with the astronaut? And the moved cat?
#
# <details><summary>Answer</summary>Deep layers look for forms, and brightness changes no form: the brighter cat becomes almost free. But the moved cat stays expensive. The costs compare position with position, and an eye that has moved is compared with the fur beside it.</details>

# %%
from course_utils.vgg19 import FeatureExtractor

see = FeatureExtractor(["block1_conv1", "block4_conv2"])

def activations(picture):
    """The pixels as they are, then what two layers of VGG19 see."""
    return {"pixels": picture[None].astype(float), **see(picture)}

# %%
print("content cost, in percent of what the astronaut costs")
for layer, a_C in activations(cat).items():
    cost = {name: content_cost(a_C, activations(one)[layer]) for name, one in compared.items()}
    moved, brighter = (cost[name] / cost["another"] for name in ("moved", "brighter"))
    print(f"{layer:13} moved {moved:6.1%}   brighter {brighter:6.1%}")
assert brighter < 0.04 < 0.1 < moved

# %% [markdown]
# (In percent of the astronaut, because costs of different layers have different sizes.) Deep in the network a brighter cat is hardly another picture. A cat that has moved by 8 pixels, a sixteenth of the width, still costs a good part of what the astronaut costs. The content cost says **what is where**. It forgives more or less light, but not another place.
#
# For style we need the opposite: forgive the place, and compare the paint.
#
# ## 2. The Gram matrix
#
# What is style, in terms of activations? Each channel answers to something: an edge, a colour, a stripe. Where its activation is large, it *fires*. A painting in dabs of yellow on blue has places where the channel for yellow and the channel for a round edge fire *together*. Where, we do not care. So add up over all positions how strongly two channels $i$ and $j$ fire together. With $a_{p,i}$ for the activation of channel $i$ at position $p$, that is the entry $G_{ij}$ of the **Gram matrix**:
#
# $$G_{ij} = \sum_{\text{positions } p} a_{p,i} \; a_{p,j}$$
#
# (Two things are called $G$ in the lecture notes and elsewhere: the generated picture, and this matrix. In formulas, $G$ alone is the picture; $G_{ij}$, and $G^{(S)}$ with a picture's letter above, is a matrix. In the code of this lesson `G` is the matrix; in lesson 8 it will be the picture.)
#
# Take the small example from above. It has $2 \times 2$ positions and 2 channels. Write the positions below one another, one row each:
#
# | position | channel 1 | channel 2 | 1 times 1 | 1 times 2 | 2 times 2 |
# | --- | --- | --- | --- | --- | --- |
# | top left | 1 | 0 | 1 | 0 | 0 |
# | top right | 2 | 1 | 4 | 2 | 1 |
# | bottom left | 0 | 3 | 0 | 0 | 9 |
# | bottom right | 1 | 1 | 1 | 1 | 1 |
# | **sum** | | | **6** | **3** | **11** |
#
# **Predict.** Which of the three sums goes where in the Gram matrix? How large is it for a layer with 64 channels and $128 \times 128$ positions?
#
# <details><summary>Answer</summary>
#
# The first row is 6, 3 and the second 3, 11: channel 2 with channel 1 is the same as 1 with 2. The matrix has a row and a column for each *channel*. With 64 channels it is $64 \times 64$, however many positions there are.
#
# </details>
#
# The table is also the recipe: make it a matrix $F$ with a row for each position, and multiply $F^\top F$.

# %% tags=["nbval-check-output"]
def gram_matrix(a):
    """Gram matrix; (1, n_H, n_W, n_C) -> (n_C, n_C)."""
    _, n_H, n_W, n_C = a.shape
    F = tf.reshape(a, (n_H * n_W, n_C))  # a row for each position, a column for each channel
    return tf.transpose(F) @ F

print(gram_matrix(example).numpy())

# %% [markdown]
# As by hand. On the diagonal, $G_{ii}$ says **how strongly** channel $i$ fires in this picture. Beside it, $G_{ij}$ says **how much $i$ and $j$ fire together**. Look at three real channels of a painted sky: the strongest; among the other strong ones, the one that fires *most* together with it; and the one that does so *least*. "Together" is measured by $G_{ij} / \sqrt{G_{ii}\, G_{jj}}$: 1 if one is a multiple of the other, 0 if they never fire at one place.

# %%
sky = painting("vortex", 128, 128)
see_block2 = FeatureExtractor(["block2_conv1"])
a = see_block2(sky)["block2_conv1"].numpy()  # (1, 64, 64, 128)
G = gram_matrix(a).numpy()  # (128, 128)
strength = np.diag(G)  # (128,): how strongly each channel fires

# %%
i = strength.argmax()
together = G[i] / np.sqrt(strength[i] * strength + 1e-9)
strong = [j for j in np.argsort(strength)[-40:] if j != i]
j, k = max(strong, key=lambda j: together[j]), min(strong, key=lambda j: together[j])
assert together[j] > 0.7 > 0.5 > together[k]

# %%
maps = [255 * a[0, :, :, channel] / a[0, :, :, channel].max() for channel in (i, j, k)]
captions = ["the painting", f"channel {i}", f"channel {j}: {together[j]:.2f}",
            f"channel {k}: {together[k]:.2f}"]
words = ("A painted night sky, and three of its channels as grey pictures, bright where the channel "
         "fires. The first two are bright at the same places. The third is bright at other places.")
title = "Two channels that fire together, and one that fires elsewhere"
plots.picture_grid([sky, *maps], captions, title, words, width=1.5)

# %% [markdown]
# The Gram matrix does not keep the grey pictures. It keeps sums over the whole picture: how bright each channel is, and how well any two of them match. Here is how well the 24 strongest channels of the sky match one another: in the sky, in another sky by the same painter, and in the cat:

# %%
strongest = np.argsort(strength)[-24:]
sky_2 = painting("vortex", 128, 128, seed=1)
b, c = (see_block2(other)["block2_conv1"].numpy() for other in (sky_2, cat))
words = ("Three square tables of 24 by 24 coloured cells, bright where two channels fire together. The "
         "first two have the same pattern of light and dark. The third has another one.")
figure = plots.DescribedFigure(words, (7.4, 2.8))
for ax, (name, one) in zip(figure.subplots(1, 3), {"a sky": a, "another sky": b, "the cat": c}.items()):
    G = gram_matrix(one).numpy()[np.ix_(strongest, strongest)]
    shown = ax.imshow(G / np.sqrt(np.outer(np.diag(G), np.diag(G))), vmin=0, vmax=1)
    ax.set(title=name, xlabel="24 channels", xticks=[], yticks=[])
figure.colorbar(shown, ax=figure.axes, label="how much they fire together")
figure

# %% [markdown]
# The two skies have no star in common, and almost the same table. The cat has another one.
#
# ## 3. It forgets where
#
# A sum does not know in which order its terms came. So take the activations of the sky, and deal out their $64 \times 64$ positions anew, as one shuffles cards. Each position keeps its 128 channels.
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
assert change < 1e-4

# %% [markdown]
# By content, the shuffled sky is about as far from the sky as another picture. By its Gram matrix, it *is* the sky; what is left is rounding. That is the whole secret of style in this lesson: **summing over positions throws the place away, and keeps what fires with what.**
#
# Does the style then know nothing of space? It does. Each activation has looked at a neighbourhood of the picture, the deeper the layer, the larger. Shuffle the *pixels* before the network sees them, and no stroke can be left. (The *length* of a matrix is its distance from 0, all entries side by side, as in lesson 1.)

# %%
again = see_block2(shuffled(sky[None]))["block2_conv1"]
cases = {"activations shuffled": shuffled(a), "pixels shuffled": again, "another sky": b}
G = gram_matrix(a)
for name, one in cases.items():
    change = np.linalg.norm(gram_matrix(one) - G) / np.linalg.norm(G)
    print(f"{name:20} the Gram matrix differs by {change:.1%} of its length")
assert np.linalg.norm(gram_matrix(again) - G) > 0.5 * np.linalg.norm(G)

# %% [markdown]
# ### Twice the side, four times the sum
#
# A picture with twice the width and twice the height has four times as many positions.
#
# **Predict.** The same painting with 64, 128 and 256 pixels a side: what happens to the sum of the diagonal, without and with division by $n_H n_W$?
#
# <details><summary>Answer</summary>The sum over positions grows about four times with each doubling. Divided by the number of positions it is a mean, and stays about the same. Not exactly: in a larger picture the network sees finer strokes.</details>

# %%
def mean_gram_matrix(a):
    """Gram matrix per position; (1, n_H, n_W, n_C) -> (n_C, n_C)."""
    return gram_matrix(a) / (a.shape[1] * a.shape[2])

traces = []
for side in (64, 128, 256):
    one = see(painting("vortex", side, side))["block1_conv1"]
    traces.append((np.trace(gram_matrix(one)), np.trace(mean_gram_matrix(one))))
    print(f"{side:3} pixels a side: sum {traces[-1][0]:12.0f}   mean {traces[-1][1]:8.0f}")
sums, means = np.transpose(traces)
assert 3 < sums[1] / sums[0] < 5 and 0.7 < means[2] / means[0] < 1.4

# %% [markdown]
# So two Gram matrices can be compared if both are divided by their numbers of positions; otherwise we compare sizes.
#
# ## 4. A wrong matrix of the right shape
#
# Many programs write $F F^\top$ instead of $F^\top F$, with a row for each channel. That is the same, *if* the rows are channels. In TensorFlow the channel is the last axis. This one forgets it:

# %% tags=["nbval-check-output"]
def wrong_gram(a):
    F = np.reshape(a, (a.shape[3], -1))  # "a row for each channel"
    return F @ F.T

print("right", gram_matrix(example).numpy().tolist(), "  wrong", wrong_gram(example).tolist())
searched = np.array([[[[0.0, 0, 1], [2, 2, 3]], [[1, 3, 1], [0, 1, 3]]]])
print("right", gram_matrix(searched).numpy().tolist())
print("wrong", wrong_gram(searched).tolist())

# %% [markdown]
# On our first example the wrong function is right. By chance! Nobody chose those numbers for it. On the second, with three channels, the shape is right, the matrix is symmetric, and the first row is right. A check of shape, symmetry and first row passes it. (The second example *was* searched for. A check in a well-known course looks at the first row only.) The last two rows are wrong.
#
# `reshape` never moves a number. It only cuts the same list into rows of another length. Which list does a row of the wrong $F$ hold?
#
# <details><summary>Answer</summary>The numbers lie in memory position by position, all channels of the first position first. So the first row holds the first positions with all their channels: a strip at the top of the picture. The wrong matrix compares strips of the picture, not channels.</details>

# %%
def same_as_by_hand(function, a):
    by_hand = np.einsum("nhwi,nhwj->ij", a, a)  # sum over n, h, w of channel i times channel j
    return np.allclose(function(a), by_hand, rtol=1e-4)

def forgets_the_place(function, a):
    return np.allclose(function(shuffled(a)), function(a), rtol=1e-4)

for function in (gram_matrix, wrong_gram):
    print(f"{function.__name__:12} equals the sum: {same_as_by_hand(function, a)!s:6}"
          f"forgets the place: {forgets_the_place(function, a)}")
assert same_as_by_hand(gram_matrix, a) and forgets_the_place(gram_matrix, a)
assert not same_as_by_hand(wrong_gram, a) and not forgets_the_place(wrong_gram, a)

# %% [markdown]
# Two checks that the wrong one cannot pass: compare **all** entries with the plain sum, on numbers without any symmetry; and shuffle the positions. If you must have the channels first, say so: `np.transpose(a[0], (2, 0, 1))` first, then `reshape`.
#
# ## 5. The style cost
#
# Now compare the Gram matrices of the **style picture** $S$ and of $G$. For one layer $l$:
#
# $$J_\mathrm{style}^{[l]}(S, G) = \frac{1}{4 \cdot n_C^2 \cdot (n_H \cdot n_W)^2} \sum_{i=1}^{n_C} \sum_{j=1}^{n_C} \big(G^{(S)}_{ij} - G^{(G)}_{ij}\big)^2 \tag{2}$$
#
# The division by $(n_H n_W)^2$ can go inside the square: each matrix divided by its own $n_H n_W$. For pictures of one size this is eq. (2), and pictures of two sizes can be compared as well.

# %%
def layer_style_cost(a_S, a_G):
    """Style cost of one layer, eq. (2); two times (1, n_H, n_W, n_C) -> a scalar."""
    n_C = a_S.shape[3]
    difference = mean_gram_matrix(a_S) - mean_gram_matrix(a_G)  # (n_C, n_C)
    return tf.reduce_sum(difference**2) / (4 * n_C**2)

# %% [markdown]
# One layer sees one scale of strokes. So take several layers, with weights $\lambda_l$ that say how much each counts:
#
# $$J_\mathrm{style}(S, G) = \sum_l \lambda_l \, J_\mathrm{style}^{[l]}(S, G)$$

# %%
def style_cost(a_S, a_G, weights):
    """Style cost over layers; activations and weights are dictionaries, layer -> value."""
    return sum(weight * layer_style_cost(a_S[layer], a_G[layer]) for layer, weight in weights.items())

# %% [markdown]
# ### Which layer speaks loudest?
#
# The usual five layers are the first of each block. The plain choice is $\lambda_l = 0.2$ for each: all count the same. Do they? Compare the sky with noise, in which a texture begins:

# %%
see_style = FeatureExtractor(STYLE_LAYERS)
noise = np.random.default_rng(0).uniform(0, 255, sky.shape)
a_S, a_G = see_style(sky), see_style(noise)

def shares(weights):
    parts = {layer: w * float(layer_style_cost(a_S[layer], a_G[layer])) for layer, w in weights.items()}
    return {layer: part / sum(parts.values()) for layer, part in parts.items()}

equal = dict.fromkeys(STYLE_LAYERS, 0.2)
bars = {"0.2 each": shares(equal), "the course's": shares(STYLE_LAYERS)}
words = "Two bars. With equal weights block 4 fills almost all of it; below, all five have a part."
assert bars["0.2 each"]["block4_conv1"] > 0.9 > 0.7 > max(bars["the course's"].values())
plots.share_bars(bars, "With equal weights one layer decides alone", words)

# %% [markdown]
# With equal weights block 4 has nearly the whole cost, and the other four might as well not be there. Its activations are much larger: the network was never asked to keep its layers at one scale. And the cost has their *fourth* power: products in the Gram matrix, and then squares.
#
# The course's weights roughly undo that, so that each layer has its say. **A weight alone says nothing; look at the share.** (It depends on the two pictures, too.)

# %% tags=["nbval-check-output"]
for layer, weight in STYLE_LAYERS.items():
    print(f"{layer}: {weight:g}")

# %% [markdown]
# Now both costs side by side, by the package's functions, which agree with ours. Once more the moved cat; and a cat in the colours of the night sky:

# %%
from course_utils.style import costs
from course_utils.style.colours import match_colours

changed = {"moved": compared["moved"], "in other colours": match_colours(cat, sky)}
words = ("Three pictures: the cat; the cat moved by 8 pixels; and the cat at its old place, but in the "
         "blues of a night sky.")
shown = [cat, *(np.uint8(one) for one in changed.values())]
plots.picture_grid(shown, ["the cat", *changed], "Another place, or other colours?", words, width=1.4)

# %%
def both(one):
    content = costs.content_cost(see(cat)["block4_conv2"], see(one)["block4_conv2"])
    return np.array([content, costs.style_cost(see_style(cat), see_style(one), STYLE_LAYERS)])

# %%
parts = {name: both(one) / both(compared["another"]) for name, one in changed.items()}
for name, (content, style) in parts.items():
    print(f"{name:17} content cost {content:4.0%}, style cost {style:4.0%} of the astronaut's")
assert parts["moved"][1] < 0.1 < parts["moved"][0] < 0.5 < parts["in other colours"][1]
ours, theirs = (cost(a_S, a_G, STYLE_LAYERS) for cost in (style_cost, costs.style_cost))
assert np.isclose(ours, theirs, rtol=1e-3)

# %% [markdown]
# For the content cost, the two are about equally far away. (So the content cost forgives brightness, but not any change of colour.) For the style cost, the moved cat is almost the cat, and the recoloured one most of the way to another picture. (The moved cat is not quite free: at its edges, pixels that were far apart are neighbours now.)
#
# ## 6. Does it tell painting from painting?
#
# In lesson 1 a distance told people apart. Ask the same of style. Here are four paintings and six photographs, cut into a left and a right half:

# %%
paintings = ["vortex", "grid", "points", "waves"]
photographs = ["china", "flower", "coffee", "astronaut", "chelsea", "hubble"]
whole = {name: painting(name, 256, 512) for name in paintings}
whole |= {name: picture(name) for name in photographs}

def half(picture, right):
    """A square from the left or the right half of a picture, 128 x 128 pixels."""
    side = min(picture.shape[0], picture.shape[1] // 2)
    return resize(picture[:side, right * side : (right + 1) * side], 128, 128)

left, right = ([half(p, side) for p in whole.values()] for side in (0, 1))
words = ("Two rows of ten small pictures. Above, left halves of four paintings and six photographs; "
         "below, their right halves. The halves of a painting have the same strokes and other motifs.")
title = "Ten left halves, and their right halves"
plots.picture_grid(left + right, [*whole] + [""] * 10, title, words, width=0.74)

# %% [markdown]
# Each left half looks for its other half among the ten: the nearest one. Guessing finds one. For comparison: the pixels, and the mean colour of the picture, which knows nothing of strokes.
#
# The style cost even *is* a squared distance between two points. Write all entries of all Gram matrices one after another, each times $\sqrt{\lambda_l} / (2 n_C)$, and you have the point.

# %%
def style_point(picture):
    a = see_style(picture)
    factor = {layer: np.sqrt(STYLE_LAYERS[layer]) / (2 * a[layer].shape[3]) for layer in a}
    return np.concatenate([np.ravel(factor[layer] * mean_gram_matrix(a[layer])) for layer in a])

methods = {"pixels": lambda p: p.astype(float).ravel(), "mean colour": lambda p: p.mean(axis=(0, 1)),
           "style": style_point}
tables = {}
for name, point in methods.items():
    rows, columns = [point(p) for p in left], [point(p) for p in right]
    tables[name] = np.array([[np.linalg.norm(row - column) for column in columns] for row in rows])
found = {name: int(np.sum(table.argmin(axis=1) == np.arange(10))) for name, table in tables.items()}
print(", ".join(f"{name}: {count} of 10" for name, count in found.items()))
d = np.linalg.norm(style_point(left[0]) - style_point(right[1]))
assert np.isclose(d**2, style_cost(see_style(left[0]), see_style(right[1]), STYLE_LAYERS), rtol=1e-3)
assert found["style"] >= 9 and found["style"] > max(found["pixels"], found["mean colour"])

# %%
words = ("Three tables of ten by ten cells, dark where the right half is near; a ring marks the "
         "nearest. For style the rings lie on the diagonal, for pixels and mean colour many elsewhere.")
figure = plots.DescribedFigure(words, (8, 3.6))
for ax, (name, table) in zip(figure.subplots(1, 3, sharey=True), tables.items()):
    ax.imshow(table.argsort(axis=1).argsort(axis=1))  # the rank in its row, 0 for the nearest
    ax.plot(table.argmin(axis=1), range(10), "o", mfc="none", mec="white", markersize=8)
    ax.set_xticks(range(10), whole, rotation=90)
    ax.set(title=f"{name}: {found[name]} of 10", xlabel="right halves")
figure.axes[0].set_yticks(range(10), whole)
figure.axes[0].set_ylabel("left halves")
figure

# %% [markdown]
# A ring on the diagonal: the other half was found. The style finds them. Mean colours come second: much of what we call style *is* colour. Pixels ask for the same thing at the same place, and two halves rarely show that.
#
# A harder question: *other* paintings by the same painters, three each. Nearest in style to which of the ten right halves?

# %%
asked = np.repeat(range(4), 3)
queries = [half(painting(paintings[k], 256, 512, 1 + n % 3), 0) for n, k in enumerate(asked)]
by_method = {}
for name, point in methods.items():
    columns, rows = [point(p) for p in right], [point(p) for p in queries]
    answers = [np.argmin([np.linalg.norm(row - column) for column in columns]) for row in rows]
    by_method[name] = np.sum(answers == asked)
print(", ".join(f"{name}: {count} of 12" for name, count in by_method.items()))
assert by_method["style"] >= 9 > max(by_method["pixels"], by_method["mean colour"])

# %% [markdown]
# The style answers most of them; pixels and mean colour are far behind. Ten pictures and twelve questions are few, and our four painters are very unlike one another: this shows that the distance means something, and not how good it is at real museums.
#
# ## 7. A texture from nothing
#
# If the style cost holds what a style is, then a picture that makes it small must *have* that style. Start from noise and go downhill, as in lesson 6; only the cost is new. Nothing asks for any content. The layers are those of blocks 1 to 3, as in the picture at the top.

# %%
from course_utils.style import optimizers

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

# %%
small = painting("grid", 112, 112)
steps = texture(small, strokes, 60)
at = [0, 10, 20, 35, len(steps) - 1]
captions = [f"step {step}" for step in at] + ["the painting"]
words = ("Six pictures. Coloured noise; in it dark lines appear, across and upright; then they close "
         "into rectangles, white, red, yellow and blue. Last, the painting: other rectangles.")
shown = [*(np.uint8(steps[step]) for step in at), small]
plots.picture_grid(shown, captions, "Lines appear, and close into rectangles", words, width=1.3)

# %%
ends = {"noise": steps[0], "the texture": steps[-1].round(), "the sky": painting("vortex", 112, 112),
        "another grid": painting("grid", 112, 112, seed=1)}
J = {name: float(style_cost(see_style(small), see_style(one), strokes)) for name, one in ends.items()}
for name, value in J.items():
    print(f"style cost of {name:12} {value:10.0f}")
assert J["the texture"] < J["another grid"] < J["the sky"] and J["the texture"] < 0.1 * J["noise"]

# %% [markdown]
# In this sense the texture is *more* in the style of the painting than another painting by the same hand. That says as much about the measure as about the picture: it was made to make this number small.
#
# The picture is not finished; some colours are still pale. The package's `StyleTransfer` is the same loop, with a better way down: it begins with a picture of half the side, in which large forms find their place soon. With `alpha=0` it has no content cost. For the other three painters:

# %%
styles = {name: painting(name, 144, 144) for name in ("vortex", "points", "waves")}
textures = {name: StyleTransfer(style, style, **loom).run(70, progress=False)
            for name, style in styles.items()}
words = ("Above, three paintings: a night sky, an evening by the water in dots, waves under a red sun. "
         "Below, their textures: the same strokes, dots and crests, in another arrangement.")
pictures = [*styles.values(), *textures.values()]
title = "Kept: the strokes. Lost: the arrangement"
plots.picture_grid(pictures, [*styles] + ["made from noise"] * 3, title, words, columns=3, width=1.75)

# %% [markdown]
# Look for what is kept and what is not. The strokes that flow, the dots, the crests with their lines: kept. One moon, one sun above one horizon: lost. A sum over positions says how much red there is, but not where, nor in how many pieces.
#
# The place is not lost *completely*: the network puts a border of zeros around each layer, and some channels fire there. That is why we took only blocks 1 to 3. In a picture this small, block 5 has $9 \times 9$ positions. Each sees most of the picture, border included: with its help a sun can find its way back to the sky. (Try it: leave out `style_layers`.)
#
# ### Deeper layers, larger patterns
#
# **Predict.** What is left of the night sky if only block 1 has a weight? What comes with block 2, and block 3?
#
# <details><summary>Answer</summary>A channel of the first layer sees 3 x 3 pixels: colours, and which way an edge runs. The first layer of each further block sees a neighbourhood more than twice as wide: strokes come with block 2, and what strokes form, whirls and stars, with block 3.</details>

# %%
layers = list(STYLE_LAYERS)
model = painting("vortex", 112, 112)
row = []
for count in (1, 2, 3, 4):
    weights = {layer: STYLE_LAYERS[layer] for layer in layers[:count]}
    run = StyleTransfer(model, model, alpha=0, start="noise", levels=1, style_layers=weights)
    row.append(run.run(100, progress=False))
captions = ["block 1 only", "blocks 1 and 2", "blocks 1 to 3", "blocks 1 to 4", "the painting"]
words = ("Five pictures in dark blue with yellow. Block 1 only: blurred spots. Blocks 1 and 2: short "
         "curved strokes. Up to 3 and 4: strokes that wind around yellow stars. Last, the painting.")
title = "Woven from one block, then from more"
plots.picture_grid([*row, model], captions, title, words, width=1.5)

# %% [markdown]
# Block 1 has the colours and nothing to do with them: spots. With block 2 there are strokes. With blocks 3 and 4 the strokes wind around stars. **The deeper the layer, the larger the pattern that is kept.**
#
# ## 8. What can go wrong: other people's weights
#
# You read "style weight 0.01" in one recipe and "1000" in another. Who paints with more style? Nobody can say, because everybody divides the sums by something else. The package translates five conventions into the lecture notes' $\alpha$ and $\beta$. Three of them:

# %%
content_shape = see(sky)["block4_conv2"].shape
style_shapes = {layer: one.shape for layer, one in see_style(sky).items()}
shapes = {"content_shape": content_shape, "style_shapes": style_shapes, "picture_shape": sky.shape}
published = {"gatys": (1, 1e3), "keras.io": (2.5e-8, 1e-6), "tensorflow": (1e4, 1e-2)}

# %% tags=["nbval-check-output"]
print("style weight / content weight")
for name, (content, style) in published.items():
    ours = costs.equivalent_weights(name, content, style, **shapes)
    layers = f"layers from {min(ours.layers.values()):.1%} to {max(ours.layers.values()):.1%}"
    ratio = f"published {style / content:5.0e}   in our formulas {ours.beta / ours.alpha:5.0e}"
    print(f"{name:11} {ratio}   {layers}")

# %% [markdown]
# The published ratios and the true ones do not even come in the same order. And "keras.io" divides all layers by the *picture's* size, although deep layers have fewer positions and more channels: the weights of its layers are far from equal. (The translation is for a picture of 128 pixels and the course's five layers; the recipes' own differ a little. These ratios are for layer weights that sum to 1; with the small $\lambda_l$ of section 5 the course's own $\beta / \alpha$ is larger.) **Never copy a weight without its formula.**
#
# ## Key points
#
# - The content cost compares activations position by position: what is where. In a deep layer it forgives a change of brightness, but not of place.
# - The Gram matrix sums products of channels over all positions: how strongly each channel fires, and which fire together. The sum forgets the place.
# - Divide it by $n_H n_W$, keep the channels on the last axis when you reshape, and test *all* entries on numbers without symmetry.
# - The style cost compares Gram matrices of several layers. Equal weights are not equal shares: look at the shares.
# - A picture that has only a small style cost is a texture: strokes and colours without arrangement. Deeper layers keep larger patterns.
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
# **4.** In a layer, $G_{12} = 0$, and all activations are 0 or more (they come out of ReLU). What do you know of channels 1 and 2?
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
