# %% [markdown]
# # 8 · Neural style transfer
#
# A photograph of a temple, a painted night sky, and a third picture that nobody has painted. Your computer makes it while you read this.

# %%
from course_utils import plots
from course_utils.data.paintings import painting
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.style.transfer import StyleTransfer

photograph = picture("china")  # (427, 640, 3), RGB from 0 to 255
transfer = StyleTransfer(photograph, painting("vortex", 192, 288), size=256)
painted = transfer.run(60, progress=False)

height, width, _ = painted.shape
three = [resize(photograph, height, width), painting("vortex", height, width), painted]
words = ("Left: a photograph of a temple with curved roofs. Middle: a painted night sky with whirls "
         "and yellow stars. Right: the temple, known by its roofs, in swirling blue strokes.")
plots.picture_grid(three, ["content C", "style S", "generated G"],
                   "What is in the left picture, painted like the middle one", words, width=3)

# %% [markdown]
# What happened in those seconds? No network was trained. The photograph, first in the colours of the painting, was changed step by step; no stroke was cut out of the painting. At the end of this lesson you can build it, steer it, and paint a photograph of your own.
#
# **Questions**
#
# - How can a picture be *optimised*, and what is minimised?
# - What do $\alpha$, $\beta$, the layers and the first picture change in the result?
# - When is a painting finished?
# - Whose picture is it?
#
# **Objectives.** After this lesson you can
#
# - write the total cost $J(G) = \alpha J_\mathrm{content} + \beta J_\mathrm{style}$ and minimise it over pixels,
# - compare two optimisers by cost and seconds, and stop for a reason,
# - predict what a change of weights, layers, start or pooling does to the picture,
# - paint your own photographs, in styles that you have drawn yourself.
#
# **Before you start**: lessons 6 and 7.
#
# **Time**: 60 minutes to read, 40 minutes for the questions; the notebook runs in RUN_TIME on two cores.

# %% [markdown]
# ## 1. The picture is the unknown
#
# In lesson 7 you built two costs. The **content cost** compares activations position by position: what is where. The **style cost** compares Gram matrices: which channels are active together, wherever that happens. A generated picture $G$ that has the content of $C$ and the style of $S$ makes both small. So take their sum:
#
# $$J(G) = \alpha\, J_\mathrm{content}(C, G) + \beta\, J_\mathrm{style}(S, G)$$
#
# $\alpha$ and $\beta$ are two weights that *you* choose: how much the content counts, and how much the style.

# %%
plots.style_transfer_diagram()

# %% [markdown]
# Follow the dashed arrow. When a network is trained, a cost changes its *weights*, and the pictures stay. Here it is the other way round: VGG19 stays as it is, and **the gradient changes the pixels of $G$**. The picture is the unknown. To paint is to minimise.
#
# The targets, $a^{(C)}$ and what the style cost needs of $S$, never change: they are computed once. Only $G$ goes through the network in every step. (Gatys, Ecker and Bethge, 2016.) We take small squares for now, to be quick.

# %%
from course_utils.style import costs
from course_utils.style.settings import CONTENT_LAYER, STYLE_LAYERS
from course_utils.vgg19 import FeatureExtractor

SIDE = 112
C = resize(photograph[:, 120:547], SIDE, SIDE)
S = painting("vortex", SIDE, SIDE)
see = FeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS])
a_C, a_S = see(C), see(S)  # layer -> (1, n_H, n_W, n_C)
print(f"content: {CONTENT_LAYER}, {a_C[CONTENT_LAYER].shape}")
for layer, weight in STYLE_LAYERS.items():
    print(f"style:   {layer}, {a_S[layer].shape}, weight {weight:g}")

# %% [markdown]
# The weights of the five style layers are the course's own. You saw why in lesson 7: the Gram matrices of block 4 are so much larger than those of block 1 that equal weights would paint with one layer.
#
# Now the total cost, from zero:

# %%
def total_cost(J_content, J_style, alpha=10, beta=40):
    """J(G) = alpha J_content + beta J_style."""
    return alpha * J_content + beta * J_style

def both_costs(G):
    """Content and style cost of G, (112, 112, 3)."""
    a_G = see(G)
    J_content = costs.content_cost(a_C[CONTENT_LAYER], a_G[CONTENT_LAYER])
    return J_content, costs.style_cost(a_S, a_G, STYLE_LAYERS)

# %% [markdown]
# **Predict.** What is the content cost of the photograph itself ($G = C$), and its style cost? And those of the painting itself ($G = S$)? Which of the two has the smaller total?
#
# <details><summary>Answer</summary>
#
# $G = C$ has the content cost 0, and a large style cost. $G = S$ has the style cost 0, and a large content cost. Which total is smaller depends on $\alpha$ and $\beta$: with ours it is the painting's. The next cell has the numbers.
#
# </details>

# %%
for name, G in (("G = C", C), ("G = S", S), ("half and half", C // 2 + S // 2)):
    J_content, J_style = both_costs(G)
    J = total_cost(J_content, J_style)
    print(f"{name:13}  J_content {J_content:9.3g}   J_style {J_style:9.3g}   J {J:9.3g}")
assert both_costs(C)[0] == both_costs(S)[1] == 0

# %% [markdown]
# A double exposure, half photograph and half painting, pays both. We look for something better. (The cheapest of the three is the painting itself, and it has no temple. A low $J$ alone is not enough; section 5 comes back to it.)
#
# ## 2. Gradient descent on pixels
#
# The **gradient** says for each number in $G$ how fast $J$ grows with it. TensorFlow computes it; it has the shape of the picture. The plainest way down: take a step against it, again and again. The numbers must stay colours, so each step ends with a clip to 0 to 255.

# %%
from course_utils.backend import tf

@tf.function
def cost_and_gradient(G):
    with tf.GradientTape() as tape:
        tape.watch(G)
        J = total_cost(*both_costs(G))
    return J, tape.gradient(J, G)

def descend(rate, steps=10):
    """Gradient descent from the photograph; return the picture."""
    G = tf.constant(C, tf.float32)
    for _ in range(steps):
        _, gradient = cost_and_gradient(G)
        G = tf.clip_by_value(G - rate * gradient, 0, 255)
    return G

after = {}
for rate in (0.002, 0.02, 0.5):
    after[rate] = cost_and_gradient(descend(rate))[0]
    print(f"learning rate {rate}: J = {after[rate]:.3g} after 10 steps")
assert after[0.02] < after[0.002] < total_cost(*both_costs(C)) < after[0.5]

# %% [markdown]
# The **learning rate** says how far to step for a gradient of 1. The smallest one creeps. The middle one does best. The largest overshoots: after ten steps $J$ is *higher* than at the start (that of $G = C$ above). Nobody can tell you the right rate beforehand; it depends on the pictures, the weights and the unit of the pixels. (A rate that is right for pixels from 0 to 255 is wrong for pixels from 0 to 1.)
#
# ## 3. Two optimisers that look back
#
# Better ways remember earlier steps.
#
# - **Adam** (Kingma and Ba, 2015) scales the step of each number by the size of its own recent gradients. Each number then moves by about the learning rate a step, in grey levels: that can be chosen without knowing the size of $J$.
# - **L-BFGS** (Byrd and others, 1995) learns from its last ten steps how the gradient *changes*, that is, how $J$ is bent, and steps where the bottom should be. It tries the new place before it accepts it. There is no rate to choose.
#
# **Predict.** Adam computes the gradient once a step, and hardly anything else. L-BFGS does more work a step. How would you compare them fairly?
#
# <details><summary>Answer</summary>By what you pay: seconds. Steps of different kinds cannot be compared. And from the same picture, on the same cost.</details>
#
# `StyleTransfer` has both. Its `paint` is an iterator: it yields the picture after each step, so that you can watch.

# %%
def paint(steps=25, C=C, S=S, **settings):
    """Paint with some settings; return the transfer, which knows its picture and its history."""
    transfer = StyleTransfer(C, S, **settings)
    transfer.run(steps, tolerance=0, progress=False)
    return transfer

paint(1)  # the first run of a size measures which precision is faster here: section 9
runs = {f"Adam, rate {rate}": paint(50, start="content", optimizer="adam", learning_rate=rate)
        for rate in (2, 20)}
lbfgs = StyleTransfer(C, S, start="content")
growing = list(lbfgs.paint(120, tolerance=0.1))  # the picture after each step
runs["L-BFGS"] = lbfgs

# %%
curves = {name: ([step.seconds for step in run.history], [step.costs.total for step in run.history])
          for name, run in runs.items()}
words = ("Three curves on a logarithmic axis. Adam with the rate 2 falls slowly. Adam with the rate "
         "20 falls steeply, with jumps; L-BFGS falls evenly, and both end close to each other.")
plots.cost_curves(curves, "L-BFGS needs no rate; Adam needs the right one", words)

# %% [markdown]
# With a good rate, Adam is a match for L-BFGS; for a while it may even be ahead, and now and then it jumps up. With a rate ten times as small it is far behind, and you find the good one only by trying. That is why the course paints with L-BFGS, which never goes up. Look at its steps:

# %%
shown = [1, 4, 10, 25, len(growing)]
words = ("The same temple five times. After 1 step dark flecks in a white sky; they join to curves; "
         "at 25 stars appear; in the end temple and sky are blue, with pale whirls.")
plots.picture_grid([growing[step - 1] for step in shown], [f"step {step}" for step in shown],
                   "The picture as it grows", words, width=1.5)

# %% [markdown]
# **When is it finished?** "More iterations" is bad advice; some lessons take 20000. $J$ falls fast at first, then more and more slowly. So ask for *progress*: stop when $J$ has fallen by less than a given share over the last ten steps. `StyleTransfer` calls it `tolerance`.

# %%
cost = [step.costs.total for step in lbfgs.history]
for step in (20, 40, len(cost)):
    print(f"J fell by {1 - cost[step - 1] / cost[step - 11]:.1%} in the ten steps before step {step}")
print(f"With a tolerance of 10% it ended after {len(lbfgs.history)} steps: {lbfgs.ended}.")
assert cost[-1] / cost[-11] > cost[19] / cost[9]
assert lbfgs.ended == "no progress"

# %% [markdown]
# ## 4. The dials
#
# From here on each picture differs from a standard one in *one* thing; where it is more, we say so. The standard starts from the photograph in the colours of the painting (`start="recoloured"`); section 5 says why.
#
# ### Content against style
#
# Only the ratio of $\alpha$ and $\beta$ matters for the picture: doubling both doubles $J$ everywhere, and its lowest point stays where it is. So leave $\alpha = 10$, and turn $\beta$.

# %%
standard = paint()
by_beta = {0.4: paint(beta=0.4), 4: paint(beta=4), 40: standard, 400: paint(beta=400)}

# %%
words = ("Four versions of the temple. With beta 0.4 a clean photograph in blue. With 4 strokes "
         "in the sky. With 40 and 400 whirls and stars, and the temple sinks into the strokes.")
captions = [rf"$\beta$ = {beta}" for beta in by_beta]
plots.picture_grid([run.picture for run in by_beta.values()], captions,
                   "From photograph to painting, by one number", words, width=1.5)

# %%
ends = [run.costs() for run in by_beta.values()]
for beta, end in zip(by_beta, ends):
    print(f"beta {beta:5}: J_content {end.content:8.3g}   J_style {end.style:8.3g}")
assert all(low.content < high.content for low, high in zip(ends, ends[1:]))
assert ends[0].style > ends[1].style > ends[2].style

# %% [markdown]
# With each larger $\beta$ the content gets dearer, and the style cheaper, until in the last picture hardly anything more is gained. There is no right $\beta$. It is a choice, and you make it by looking. (A $\beta$ from another course means nothing here before it is converted: lesson 7.)
#
# ### The layers
#
# **Predict.** Style from block 1 alone, then block 2 as well, then 3, 4 and 5. What will appear, in which order?
#
# <details><summary>Answer</summary>Block 1 sees a few pixels at a time: colours and grain. Each deeper block sees a larger patch: first fine strokes, then bundles of strokes, in the end whirls and stars.</details>

# %%
chosen = [dict(list(STYLE_LAYERS.items())[:count]) for count in (1, 2, 3, 4)]
by_layer = [*(paint(style_layers=layers).picture for layers in chosen), standard.picture]
names = ["block 1", *(f"blocks 1 to {count}" for count in (2, 3, 4, 5))]

# %%
words = ("Five versions of the temple. With block 1, and with blocks 1 and 2, a blue photograph "
         "with some grain; with blocks 3 and 4 strokes; with all five whirls and yellow stars.")
plots.picture_grid(by_layer, names, "Style from block 1 alone, then from more", words, width=1.5)

# %% [markdown]
# ## 5. Where to begin
#
# $J$ has many valleys, and descending leads into one nearby. So the first picture matters. Three that people use: the photograph; noise; and ours, the photograph after its colours were shifted and stretched to those of the painting. It keeps the forms of the one and has, from the first step on, the colours of the other.

# %%
by_start = {"recoloured": standard, "content": paint(start="content"), "noise": paint(start="noise"),
            "noise, smoothed": paint(start="noise", variation=500)}

# %%
words = ("Four paintings. From the recoloured photograph: a blue temple. From the photograph: a "
         "glaring white sky. From noise: whirls, grain, no temple. Smoothed: the same with less grain.")
plots.picture_grid([run.picture for run in by_start.values()], by_start,
                   "Where you begin decides where you end", words, width=1.5)

# %%
ends = {start: run.costs() for start, run in by_start.items()}
for start, end in ends.items():
    print(f"{start:16} J after 25 steps: {end.total:.3g}")
assert ends["recoloured"].total < ends["noise"].total < ends["content"].total

# %% [markdown]
# The recoloured photograph ends lowest. From noise, $J$ falls below that of the photograph as it was, and yet the temple is missing: that valley holds the textures of lesson 7. **A low cost is not yet a good picture**; look at both. Some grain of the noise is also still there after 25 steps.
#
# The fourth picture has a third term in its cost, the **total variation**: the squared steps from each pixel to the one below and to the one on the right. It is 0 for a flat picture and large for grain.

# %%
import numpy as np

def total_variation(picture):
    """Squared steps to the pixel below and to the right, per entry; (height, width, 3) -> a number."""
    picture = np.asarray(picture, float)
    down, right = np.diff(picture, axis=0), np.diff(picture, axis=1)
    return (np.sum(down**2) + np.sum(right**2)) / picture.size

for start in ("noise", "noise, smoothed", "recoloured"):
    ours, theirs = total_variation(by_start[start].picture), ends[start].variation
    print(f"{start:16} total variation {ours:7.1f}, the package's {theirs:7.1f}")

# %% [markdown]
# (They differ by the rounding of the picture to whole numbers. The $J$ of "noise, smoothed" above contains 500 times its total variation; without that it is no larger than that of "noise".) Give it too much weight, and it smooths the strokes away, too.
#
# ## 6. Maximum or average?
#
# VGG19 was trained with max pooling: of each 2 by 2 block the largest number goes on. Gatys and others found the pictures of the *average* slightly more appealing. Try it. But a fair trial needs care: averages are smaller than maxima, and what is smaller counts less.

# %%
def layer_costs(pooling):
    """Size of the content's activations, and style cost of the photograph in each layer."""
    see = FeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS], pooling=pooling)
    a_C, a_S = see(C), see(S)
    style = {layer: float(costs.layer_style_cost(a_S[layer], a_C[layer])) for layer in STYLE_LAYERS}
    return float(tf.reduce_mean(a_C[CONTENT_LAYER] ** 2)), style

content_max, style_max = layer_costs("max")
content_average, style_average = layer_costs("average")
times = {layer: style_max[layer] / style_average[layer] for layer in STYLE_LAYERS}
for layer in STYLE_LAYERS:
    print(f"{layer}: the style cost is {times[layer]:6.1f} times as large with the maximum")

# %% [markdown]
# With the same weights, block 5 would all but vanish from the cost: we would compare other *weights* and call it other *pooling*. So give each layer a weight by which it counts as much as before, measured on the photograph; and $\alpha$ as well, for the content layer has smaller numbers, too:

# %%
fair = {layer: weight * times[layer] for layer, weight in STYLE_LAYERS.items()}
pooled = {"maximum": standard, "average, same weights": paint(pooling="average"),
          "average, fair weights": paint(pooling="average", style_layers=fair,
                                         alpha=10 * content_max / content_average)}

# %%
words = ("Three versions of the temple. Maximum: whirls with fine strokes. Average, same weights: "
         "hardly a stroke, odd squares. Average, fair weights: whirls again, softer and broader.")
plots.picture_grid([run.picture for run in pooled.values()], pooled,
                   "Change one thing at a time: pooling, not weights", words, width=1.9)

# %% [markdown]
# The middle picture, with hardly a stroke and chequered squares in its sky, would have been a wrong verdict on average pooling. The right one has softer, broader strokes than the left. Which one is better? Your eyes decide.
#
# ## 7. Colours, and more than one style
#
# Do you want the strokes of the painting, and the colours of the photograph? There are two ways (Gatys and others, 2016b). `"luminance"` paints light and dark only, and takes the colours from the photograph. `"histogram"` first gives the *painting* the colours of the photograph. And two styles mix if their style costs are added ("waves alone" is there to compare).

# %%
waves = painting("waves", SIDE, SIDE)
coloured = {"luminance": paint(keep_colours="luminance"), "histogram": paint(keep_colours="histogram"),
            "two styles": paint(S=[S, waves]), "waves alone": paint(S=waves)}

# %%
words = ("Four versions of the temple: red and grey with whirling strokes, twice; then a mixture "
         "of blue night and ink; then ink lines on warm paper.")
plots.picture_grid([run.picture for run in coloured.values()], coloured,
                   "Two ways to keep the colours, and two styles", words, width=1.5)

# %% [markdown]
# ## 8. What can go wrong
#
# One line, seen in many published programs: a result with numbers below 0 and above 255 is turned into a picture, eight bits a number, without a clip. Eight bits count like a clock: after 255 comes 0.

# %%
G = tf.constant(C, tf.float32)
for _ in range(10):
    G -= 0.02 * cost_and_gradient(G)[1]  # as above, but no clip
whole = np.rint(G.numpy()).astype(int)
wrong, right = (whole % 256).astype(np.uint8), whole.clip(0, 255).astype(np.uint8)
print(f"{np.mean((whole < 0) | (whole > 255)):.1%} of the numbers are outside of 0 to 255; "
      f"-3 becomes {-3 % 256}, 300 becomes {300 % 256}")
words = ("The same picture twice. Left, neon spots in the bright sky and in the dark parts of the "
         "temple. Right, after the clip, clean light and dark.")
plots.picture_grid([wrong, right], ["without a clip", "with a clip"],
                   "Neon spots: a clip is missing", words, width=1.7)

# %% [markdown]
# Other traps, and what the package does about them: pictures from 0 to 1 where 0 to 255 is expected (an error says so); a style picture of another size, grey or turned by the camera (accepted, and set upright); the *network* among the things that are optimised (its weights are fixed).
#
# ## 9. Larger, and faster
#
# Each doubling of the side takes four times the work a step. So a large picture is started small: on a small one, large forms find their place in few cheap steps. Then it is enlarged, and the next level adds fine strokes. The first picture of this lesson was painted so:

# %%
from course_utils.style.precision import fastest_precision

sizes = [step.longer_side for step in transfer.history]
for side in sorted(set(sizes)):
    print(f"{sizes.count(side)} steps at {side} pixels")
print(f"{transfer.history[-1].seconds:.0f} seconds, in {fastest_precision(height, width)}")
print(f"cost in that precision {transfer.history[-1].costs.total:.4g}, "
      f"evaluated in float32 {transfer.costs().total:.4g}")
assert abs(transfer.costs().total / transfer.history[-1].costs.total - 1) < 0.1

# %% [markdown]
# The word at the end of the third line is the precision of the network's numbers. `float32` has 24 significant bits. `bfloat16` has 8, and some processors multiply it several times as fast; others have to imitate it and are very slow. So the package has *measured* it on your machine. Costs and Gram matrices are sums of many numbers, and
# are added in float32 in any case. The last line shows what the rounding does to the cost: little.
#
# There is also a way to multiply *less*. Slide a kernel of 3 numbers along 6 pixels: 4 results come out, each the sum of 3 products. That makes 12 products. Shmuel Winograd (1980) gets by with 6: he brings pixels and kernel into another form by two matrices of small numbers, multiplies them one by one, and brings the products back by a third.

# %%
from course_utils.style import winograd

pixels, kernel = np.array([3, 1, 4, 1, 5, 9]), np.array([2, -7, 1])
direct = [pixels[i : i + 3] @ kernel for i in range(4)]  # 4 sums of 3 products
products = (winograd.G @ kernel) * (winograd.B_T @ pixels)  # 6 products
print("direct:  ", np.array(direct))
print("Winograd:", (winograd.A_T @ products).round(9).astype(int))
assert np.allclose(direct, winograd.A_T @ products)

# %% [markdown]
# In two dimensions it is 36 products where the direct way takes 144. Is that for nothing? No: the other forms have to be computed. But VGG19's kernels never change, so theirs are computed once; and that of a pixel serves all channels of the next layer. From the second convolution of block 2 on, with 128 channels and more, the package convolves in this way, there and back (Lavin and Gray, 2016).
#
# ## 10. Your pictures
#
# First a style of your own. A painter is a function from a `Canvas` to colours; `course_utils/data/paintings.py` explains the tools. This one combs noise along a smooth field of directions, and gives it warm colours. Change the numbers.

# %%
from course_utils.data.paintings import PAINTERS, line_integral_convolution, ramp, rgb, standardise

def silk(canvas):
    """Threads that follow a smooth field of directions, from dark plum to pale gold."""
    flow = np.exp(1j * 1.5 * canvas.noise(0.5))  # a direction: a complex number of length 1
    # Fine noise, smeared along the directions, over a sixth of the picture:
    threads = line_integral_convolution(canvas.noise(0.012), flow, canvas.unit // 12)
    tone = 0.5 + 0.2 * standardise(threads) + 0.15 * canvas.noise(0.3)
    return ramp(tone, rgb("#3b0f2b", "#8c1c3a", "#d9482b", "#f29f3d", "#fbe6b2"))

PAINTERS["silk"] = silk

# %% [markdown]
# And a photograph of your own: put its name between the quotes, such as `"holiday.jpg"` for a file beside this notebook. Without a name you get a cat.

# %%
from course_utils.data.image_files import read_photograph

FILE = ""
own = read_photograph(FILE) if FILE else picture("chelsea")[20:300, 60:410]
mine = StyleTransfer(own, painting("silk", 160, 200), size=224)
result = mine.run(45, progress=False)
shape = result.shape[:2]

# %%
words = ("A portrait of a cat (or your own photograph), a style of flowing threads in plum, orange "
         "and gold, and the portrait made of such threads: they follow the fur.")
three = [resize(own, *shape), painting("silk", *shape), result]
plots.picture_grid(three, ["content", "style, drawn above", "generated"],
                   "Drawn and painted here", words, width=2.7)

# %% [markdown]
# For larger ones there is a command. It shows its progress, and a file is written only when the picture is whole:
#
#     python -m course_utils style holiday.jpg waves -o painted.png --size 512
#
# ## 11. Whose picture is it?
#
# Four parties had a hand in it: who took the photograph, who made the painting, who trained the network (on photographs by many people who were not asked), and you, who chose and turned the dials. Before you show a picture to others, ask:
#
# - **The photograph.** May you change and publish it? Are there people in it, and do they agree?
# - **The painting.** An old master's is free in most countries. A living artist's is not, and a manner that somebody has worked on for years, sold by the dozen from a laptop, can do harm even where the law is silent.
# - **The label.** Say how it was made, and from what. Do not sign it with a name that is not yours.
#
# Laws differ from country to country, and change. That is why this course draws its paintings itself, and names the source of each photograph in [data/README.md](../data/README.md).
#
# **Predict, or rather: decide.** A café asks you to repaint photographs of its guests in the style of an illustrator who lives in your town. Which questions do you ask, and whom?
#
# <details><summary>One answer</summary>The guests: may their faces hang there? The illustrator: does she agree, and on which terms? If she says no, a style that you have drawn costs you an evening, and nobody is harmed. And the sign beside the pictures says how they were made.</details>

# %% [markdown]
# ## Key points
#
# - Style transfer minimises $J(G) = \alpha J_\mathrm{content}(C, G) + \beta J_\mathrm{style}(S, G)$ over the *pixels* of $G$. The network is fixed, the targets are computed once.
# - Only the ratio of $\alpha$ and $\beta$ counts. Deeper style layers bring larger strokes.
# - Compare optimisers by seconds. L-BFGS needs no learning rate, and the course stops when the cost falls too little (`tolerance`).
# - The start decides in which valley you end. A low cost is not yet a good picture.
# - Change one thing at a time; and other pooling with the same weights is *two* changes.
#
# ## Check your understanding
#
# **1.** You double $\alpha$ and $\beta$. What happens to $J$, to its gradient, and to the best picture? What happens to plain gradient descent?
#
# <details><summary>Answer</summary>J and its gradient double everywhere; the lowest point stays where it is, so the best picture is the same. Gradient descent takes steps of twice the length: as if the learning rate had doubled, and it may overshoot.</details>
#
# **2.** Somebody passes all three pictures through the network in every step. What is wasted?
#
# <details><summary>Answer</summary>C and S never change, nor does the network. Their activations and Gram matrices are the same each time: two thirds of the forward work are done for nothing.</details>
#
# **3.** A program has $\alpha$ and $\beta$ exchanged by mistake. With $\alpha = \beta$ all tests pass. Which test finds it?
#
# <details><summary>Answer</summary>One with two different weights and two different costs: total_cost(1, 0, alpha=10, beta=40) must be 10, and total_cost(0, 1, alpha=10, beta=40) must be 40.</details>
#
# **4.** From noise, you want the temple back. Which dial do you turn, and at what price?
#
# <details><summary>Answer</summary>A smaller beta: the content counts more. The strokes get weaker. Or you begin with the photograph, as the course does: then the content is there from the first step.</details>
#
# **5.** Why is a painting at 512 pixels with the same settings not an enlarged copy of one at 128?
#
# <details><summary>Answer</summary>The layers see patches of a fixed number of pixels. In a larger picture these are a smaller part of it, so strokes would come out finer. That the style picture is enlarged along with it, and that the painting is started small, keeps large forms large.</details>
#
# ## To go further
#
# - [Exercises 08](assignments/release/08_exercises/08_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - L. Gatys, A. Ecker, M. Bethge, *Image style transfer using convolutional neural networks*, CVPR 2016.
# - L. Gatys, M. Bethge, A. Hertzmann, E. Shechtman, *Preserving color in neural artistic style transfer*, 2016 (2016b above).
# - L. Gatys, A. Ecker, M. Bethge, A. Hertzmann, E. Shechtman, *Controlling perceptual factors in neural style transfer*, CVPR 2017.
# - J. Johnson, A. Alahi, L. Fei-Fei, *Perceptual losses for real-time style transfer and super-resolution*, ECCV 2016: a network that is trained once for a style, and then paints in one pass.
# - A. Lavin, S. Gray, *Fast algorithms for convolutional neural networks*, CVPR 2016, with Winograd's way for two dimensions; `course_utils/style/winograd.py` is a hundred lines of it, with its gradient.
# - S. Winograd, *Arithmetic complexity of computations*, SIAM 1980.
# - D. Kingma, J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015.
# - R. Byrd, P. Lu, J. Nocedal, C. Zhu, *A limited memory algorithm for bound constrained optimization*, 1995.
#
# **The question after the last lesson.** In lesson 1 a picture became a point, and the distance of two points said who is in it. Here, another distance said how it is painted. The picture was the same all the time; what changed is what we *chose to compare*. What would you like a distance to say about your own data, and which features would it have to look at?
