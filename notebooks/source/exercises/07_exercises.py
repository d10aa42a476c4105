# %% [markdown]
# # Exercises 07: content and style cost
#
# *After [lesson 07](../../../07_content_and_style_cost.ipynb). About 75 minutes, TOTAL points.*
#
# Run the first cell. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it checks
# your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at a time.
#
# An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19. The rest of it is
# not there when answers are graded, and the check refuses it too.
#
# **What you practise**, of the objectives of the lesson:
#
# OBJECTIVES

# %%
import numpy as np

from course_utils.feedback import check, hint

# %% [markdown] locked="q-gram-matrix"
# ## The Gram matrix
#
# Write `gram_matrix(a)` for activations `a` of shape `(1, n_H, n_W, n_C)`. It returns the matrix of shape `(n_C, n_C)` whose
# entry $A_{ij}$ is the sum over all positions $p$ of $a_{p,i} \, a_{p,j}$. Do not divide.

# %% exercise="gram_matrix" practises="write the content cost"

# %% [markdown] locked="q-mended-channel-rows"
# ## Find the bug: a row for each channel
#
# Many programs compute the Gram matrix as $F F^\top$, where $F$ has a row for each channel. A fellow student wants such an $F$,
# of shape `(n_C, n_H * n_W)`, and has written the function below. It is tried on a picture of two rows and three columns, every
# pixel in pure red. Look at what is printed.

# %% locked="run-channel_rows"
def channel_rows(a):
    return a.reshape(a.shape[3], -1)

red = np.zeros((1, 2, 3, 3))
red[..., 0] = 255
F = channel_rows(red)
print("F, a row for each of red, green, blue:\n", F)
print("F times its transpose:\n", F @ F.T)

# %% [markdown] locked="q-mended-channel-rows-2"
# The shapes are right. But a red picture has no green and no blue in it: which rows of $F$ should be 0?
#
# Write `mended_channel_rows(a)`. For activations `(1, n_H, n_W, n_C)` it returns $F$, `(n_C, n_H * n_W)`: row $c$ holds channel
# $c$ at all positions, in reading order: the top row of the picture from left to right, then the next one.

# %% exercise="mended_channel_rows" practises="find a wrong Gram matrix" kind="flaw"

# %% [markdown] locked="q-layer-style-cost"
# ## The style cost of one layer
#
# Write `layer_style_cost(a_S, a_G)`. Both are activations of one layer, `(1, n_H, n_W, n_C)`. It returns one number:
#
# $$J_\mathrm{style}^{[l]}(S, G) = \frac{1}{4 \cdot n_C^2 \cdot (n_H \cdot n_W)^2} \sum_{i=1}^{n_C} \sum_{j=1}^{n_C}
# \big(A^{(S)}_{ij} - A^{(G)}_{ij}\big)^2$$
#
# $A^{(S)}$ and $A^{(G)}$ are the two Gram matrices, not divided; the lecture notes write $G^{(S)}$ and $G^{(G)}$. You may call
# your `gram_matrix`.

# %% exercise="layer_style_cost" practises="write the content cost"

# %% [markdown] locked="q-cost-growth"
# ## Predict, then run: stronger, and larger
#
# Take the activations of two pictures in one layer. Now change both pictures in the same way:
#
# - multiply all activations by `strength`, a number above 0;
# - make height and width `side` times as large: each position becomes `side` times `side` equal ones.
#
# Three numbers grow, or stay as they are: the **content cost** of the two pictures, an **entry of the plain Gram matrix** of
# one of them, as in `gram_matrix`, and the **style cost of the layer**, as in `layer_style_cost`. The content cost is that of
# the lesson:
#
# $$J_\mathrm{content}(C, G) = \frac{1}{4 \cdot n_H \cdot n_W \cdot n_C} \sum_\text{all entries} \big(a^{(C)} - a^{(G)}\big)^2$$
#
# By which factors do they grow? A factor of 1 means that a number stays as it is.
#
# Write your prediction as a function before you run the cell that measures. `cost_growth(strength, side)` returns an array of
# three factors, in this order.

# %% exercise="cost_growth" practises="from their formulas" kind="predict"

# %% [markdown] locked="q-cost-growth-2"
# Now measure, on what VGG19 sees in a cat and in a painted sky. To be quick, the Gram matrices are looked at in one entry only,
# that of the two strongest channels.

# %% locked="run-cost_growth"
from course_utils.data.paintings import painting
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.vgg19 import FeatureExtractor

see = FeatureExtractor(["block2_conv1"])
cat = see(resize(picture("chelsea")[:, 75:375], 64, 64))["block2_conv1"].numpy()  # (1, 32, 32, 128)
sky = see(painting("vortex", 64, 64))["block2_conv1"].numpy()
i, j = np.argsort(cat.mean(axis=(0, 1, 2)))[-2:]

def measured(a, b):
    entry = [np.sum(one[..., i] * one[..., j]) for one in (a, b)]
    mean = [np.mean(one[..., i] * one[..., j]) for one in (a, b)]
    return np.array([np.mean((a - b) ** 2), entry[0], (mean[0] - mean[1]) ** 2])

def changed(a, strength, side):
    return strength * a.repeat(side, axis=1).repeat(side, axis=2)

for strength, side in ((2, 1), (1, 2), (1.5, 3)):
    factors = measured(changed(cat, strength, side), changed(sky, strength, side)) / measured(cat, sky)
    print(f"strength {strength}, side {side}")
    predicted = np.asarray(cost_growth(strength, side))
    for name, three in {"measured": factors, "predicted": predicted}.items():
        print(f"  {name:9}  content {three[0]:.2f}   Gram {three[1]:.2f}   style {three[2]:.2f}")

# %% check="cost_growth"

# %% [markdown] locked="q-mended-region-gram"
# ## Find the flaws: the style of a region
#
# A fellow student wants the style of one region of a painting, of its sky for example. A `mask`, `(n_H, n_W)`, says how much
# each position belongs to it: 1 inside, 0 outside, and a number between them where the edge is soft. The Gram matrix is to be a
# *mean* over the region, so that two regions of different size can be compared. The function below is tried on a picture whose
# left half and right half are the same. Whatever region is taken, the style is that of the whole picture: the three numbers
# should be equal.

# %% locked="run-region_gram"
def region_gram(a, mask):
    inside = a * mask[None, :, :, None]
    F = inside.reshape(-1, a.shape[3])  # a row for each position
    return F.T @ F / len(F)

half = np.random.default_rng(0).uniform(0, 1, (1, 6, 4, 3))
both = np.concatenate([half, half], axis=2)  # (1, 6, 8, 3)
masks = {name: np.ones((6, 8)) for name in ("all of it", "the left half", "one half everywhere")}
masks["the left half"][:, 4:] = 0
masks["one half everywhere"] *= 0.5
for name, mask in masks.items():
    print(f"{name:20} first channel with itself: {region_gram(both, mask)[0, 0]:.3f}")

# %% [markdown] locked="q-mended-region-gram-2"
# There are two flaws. One shows in the second line, the other one only where a mask has numbers between 0 and 1.
#
# Write `mended_region_gram(a, mask)` for activations `(1, n_H, n_W, n_C)`. It returns an array `(n_C, n_C)`, the mean over the
# region: in it the position $p$ counts with the weight $m_p$ of the mask. Positions with the mask 1 count fully, with 0.5 half
# as much, with 0 not at all. No weight is below 0, and at least one is above. With a mask that has one value everywhere, the
# matrix is that of the whole picture, divided by $n_H n_W$.

# %% exercise="mended_region_gram" practises="find a wrong Gram matrix" kind="flaw"

# %% [markdown] locked="q-weights-for-shares"
# ## Weights that give each layer its share
#
# You have the style cost of each layer, $J_\mathrm{style}^{[l]}(S, G)$, for the two pictures at hand: `costs`, an array
# `(layers,)`, all above 0. Now you choose the weights. Layer $l$ is to contribute the share `shares[l]` of the style cost
#
# $$J_\mathrm{style}(S, G) = \sum_l \lambda_l \, J_\mathrm{style}^{[l]}(S, G)$$
#
# and the style cost as a whole is to be as large as it is with all weights 1. `shares` has the shape `(layers,)`, too; no share
# is below 0, and they add up to 1.
#
# Write `weights_for_shares(costs, shares)`. It returns the weights $\lambda_l$, an array `(layers,)`.

# %% exercise="weights_for_shares" practises="explain what the weights of the layers do"

# %% [markdown]
# Try it on three layers of VGG19, a temple and a painted sky. First all weights are 1, then each layer has the same share. How
# far apart are the weights?

# %% tags=["experiment"]
from course_utils.data.paintings import painting
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.vgg19 import FeatureExtractor

layers = ["block1_conv1", "block2_conv1", "block4_conv1"]
see = FeatureExtractor(layers)
a_S, a_G = see(painting("vortex", 96, 96)), see(resize(picture("china")[:, 120:547], 96, 96))
costs = np.array([layer_style_cost(a_S[layer].numpy(), a_G[layer].numpy()) for layer in layers])
weights = weights_for_shares(costs, np.full(3, 1 / 3))
for layer, cost, weight in zip(layers, costs, weights):
    print(f"{layer}: {cost / costs.sum():8.3%} of the style cost with all weights 1; "
          f"weight for an equal share: {weight:.3g}")

# %% [markdown] locked="q-shifted-gram"
# ## A matrix that remembers one step
#
# The Gram matrix multiplies two channels at the *same* position. So it cannot tell a picture with a white edge to the left of
# each dark one from its mirror image. Another matrix can. It multiplies channel $i$ at a position with channel $j$ at the
# position `down` rows further down and `right` columns further to the right, and adds up these products:
#
# $$B_{ij} = \sum_p a_{p,i} \, a_{p + \text{step},j}$$
#
# The sum goes over all positions $p$ for which $p + \text{step}$ is still in the picture. The others have no partner and add
# nothing. Do not divide.
#
# Write `shifted_gram(a, down, right)` for activations `a` of shape `(1, n_H, n_W, n_C)`, and whole numbers `down`, from 0 to
# $n_H - 1$, and `right`, from 0 to $n_W - 1$. It returns the matrix, `(n_C, n_C)`. Activations may be below 0 here.

# %% exercise="shifted_gram" practises="why the place is lost"

# %% [markdown]
# What does it remember, and what does it forget? In the picture below every third row is active in the first channel, and the
# row under it in the second. Guess before you run it: which of the three changes does each of the two matrices notice?

# %% locked="run-shifted_gram"
stripes = np.zeros((1, 12, 12, 2))
stripes[:, 0::3, :, 0] = 1  # a row of the first channel,
stripes[:, 1::3, :, 1] = 1  # one of the second, and an empty one
pictures = {
    "stripes": stripes,
    "upside down": stripes[:, ::-1],
    "mirrored": stripes[:, :, ::-1],
    "rows shuffled": stripes[:, np.random.default_rng(0).permutation(12)],
}
for name, one in pictures.items():
    print(f"{name:14} Gram {np.ravel(gram_matrix(one))}   one step down {np.ravel(shifted_gram(one, 1, 0))}")

# %% check="shifted_gram"

# %% [markdown] locked="q-texture"
# ## Weave a texture, and explain it
#
# *Objective: say what a Gram matrix keeps of a picture, and what it forgets.*
#
# The next cell starts from noise and makes the style cost small, with no content cost at all, as in section 7 of the lesson. It
# does so for two photographs. Run it (about 10 seconds), and look. Coloured grain in a texture is what is left of the noise.
# You may take other photographs.

# %% tags=["experiment"]
from course_utils import plots
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.style.settings import STYLE_LAYERS
from course_utils.style.transfer import StyleTransfer

strokes = {layer: STYLE_LAYERS[layer] for layer in list(STYLE_LAYERS)[:3]}  # of VGG19's blocks 1 to 3
loom = {"alpha": 0, "start": "noise", "levels": 2, "style_layers": strokes}
squares = picture("brick")[:256, :256], picture("coffee")[:, 100:500]
originals = [resize(square, 96, 96) for square in squares]
woven = [StyleTransfer(one, one, **loom).run(60, progress=False) for one in originals]
words = ("Above, a brick wall and a cup of coffee on a wooden table. Below, a texture made of each: "
         "the same colours and edges in another arrangement, with some coloured grain.")
names = ["brick", "coffee", "texture of the brick", "texture of the coffee"]
title = "What is kept, and what is forgotten?"
plots.picture_grid([*originals, *woven], names, title, words, columns=2, width=2)

# %% [markdown] locked="q-texture-2"
# Answer in about ten short sentences, with the formula $A_{ij} = \sum_p a_{p,i} \, a_{p,j}$ in mind:
#
# - **What is kept?** (1 point) Name something that you see in a photograph *and* in its texture, and say which entries of the
#   Gram matrix hold it: those on the diagonal ($i = j$), those beside it ($i \ne j$), or both.
# - **What is forgotten?** (1 point) Name something that is lost in a texture, and the step of the computation that loses it.
# - **"So the style cost knows nothing of space."** (1 point) Somebody concludes this. Are they right? Name an experiment, or
#   something in your pictures, that shows it.
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - Something that is to be seen in both pictures; and the entries that hold it, with the reason: which channels fire together at
#   one position, or how strongly one fires. Half a point for each.
# - Something of the arrangement, and the sum over the positions, which does not know the order of its terms. Half a point for
#   each.
# - An activation has looked at a neighbourhood, which stays together; and what shows it, such as shuffled pixels beside shuffled
#   activations, or lines in the textures that still have some length. Half a point for each.
# <!-- END MARK SCHEME -->

# %% [markdown] written="texture" points=3 practises="make a texture"
# The grey of the bricks with thin light lines between them is kept, and so are the orange, red and white of the coffee. How
# strongly the channels for these colours and edges fire stands on the diagonal, $A_{ii}$. That the light colour lies *at* an
# edge, line beside brick, is two channels firing at the same position: an entry $A_{ij}$ beside the diagonal. So both hold it.
#
# The arrangement is forgotten. The coffee's texture has bright curved edges, but no cup, no saucer and no spoon. The sum over
# the positions $p$ loses it: a sum does not know the order of its terms, so shuffled activations have the same Gram matrix.
#
# The conclusion goes too far. Each activation has looked at a neighbourhood of the picture, the larger the deeper the layer,
# and what is inside it stays together. In the textures the light lines still have some length, and are not single dots. If
# the *pixels* are shuffled before the network sees them, the Gram matrix changes very much; if the *activations* are
# shuffled, it stays.
