# %% [markdown]
# # Exercises 07: content and style cost
#
# *After [lesson 07](../../../07_content_and_style_cost.ipynb). About 75 minutes, TOTAL points.*
#
# Run the first cell. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it checks
# your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at a time.
#
# An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19. The rest of it is not
# there when answers are graded, and the check refuses it too.

# %%
import numpy as np

from course_utils.feedback import check, hint

# %% [markdown] locked="q-content-cost"
# ## The content cost
#
# Write `content_cost(a_C, a_G)`. Both are activations of one layer, `(1, n_H, n_W, n_C)`. It returns one number:
#
# $$J_\mathrm{content}(C, G) = \frac{1}{4 \cdot n_H \cdot n_W \cdot n_C} \sum_\text{all entries} \big(a^{(C)} - a^{(G)}\big)^2$$

# %% exercise="content_cost"

# %% [markdown] locked="q-gram-matrix"
# ## The Gram matrix
#
# Write `gram_matrix(a)` for activations `a` of shape `(1, n_H, n_W, n_C)`. It returns the matrix of shape `(n_C, n_C)` whose
# entry $G_{ij}$ is the sum over all positions $p$ of $a_{p,i} \, a_{p,j}$. Do not divide.

# %% exercise="gram_matrix"

# %% [markdown] locked="q-mended-channel-rows"
# ## Find the bug
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

# %% exercise="mended_channel_rows"

# %% [markdown] locked="q-layer-style-cost"
# ## The style cost of one layer
#
# Write `layer_style_cost(a_S, a_G)`. Both are activations of one layer, `(1, n_H, n_W, n_C)`. It returns one number:
#
# $$J_\mathrm{style}^{[l]}(S, G) = \frac{1}{4 \cdot n_C^2 \cdot (n_H \cdot n_W)^2} \sum_{i=1}^{n_C} \sum_{j=1}^{n_C}
# \big(G^{(S)}_{ij} - G^{(G)}_{ij}\big)^2$$
#
# $G^{(S)}$ and $G^{(G)}$ are the two Gram matrices, not divided. You may call your `gram_matrix`.

# %% exercise="layer_style_cost"

# %% [markdown] locked="q-cost-growth"
# ## Predict, then run: stronger, and larger
#
# Take the activations of two pictures in one layer. Now change both pictures in the same way:
#
# - multiply all activations by `strength`, a number above 0;
# - make height and width `side` times as large: each position becomes `side` times `side` equal ones.
#
# Three numbers grow, or stay as they are: the **content cost** of the two pictures, an **entry of the plain Gram matrix** of
# one of them (exercise 2), and the **style cost of the layer** (the formula of exercise 4). By which factors?
#
# Write your prediction as a function before you run the cell that measures. `cost_growth(strength, side)` returns an array of
# three factors, in this order.

# %% exercise="cost_growth"

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

# %% [markdown] locked="q-style-cost"
# ## The style cost over layers
#
# Write `style_cost(a_S1, a_G1, a_S2, a_G2, a_S3, a_G3, weights)` for three layers. `a_S1` and `a_G1` are the activations of $S$
# and $G$ in the first layer, and so on. Each layer has its own $n_H$, $n_W$ and $n_C$. `weights` is an array of three numbers
# $\lambda_l$, none below 0; they need not add up to 1. It returns one number:
#
# $$J_\mathrm{style}(S, G) = \sum_l \lambda_l \, J_\mathrm{style}^{[l]}(S, G)$$
#
# You may call your `layer_style_cost`.

# %% exercise="style_cost"

# %% [markdown]
# What does one layer contribute? Give it the weight 1 and the others 0. The next cell asks three layers of VGG19 how far a
# temple is from a painted sky, with the same weight for all. Which of them decides? (So the course's own weights differ from
# layer to layer: lesson 7, section 5.)

# %% tags=["experiment"]
from course_utils.data.paintings import painting
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.vgg19 import FeatureExtractor

layers = ["block1_conv1", "block2_conv1", "block4_conv1"]
see = FeatureExtractor(layers)
a_S, a_G = see(painting("vortex", 96, 96)), see(resize(picture("china")[:, 120:547], 96, 96))
activations = [one[layer].numpy() for layer in layers for one in (a_S, a_G)]
parts = [style_cost(*activations, weights) for weights in np.eye(3)]
for layer, part in zip(layers, parts):
    print(f"{layer}: {part / sum(parts):8.3%} of the style cost")

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
# Answer in about ten short sentences, with the formula $G_{ij} = \sum_p a_{p,i} \, a_{p,j}$ in mind:
#
# - **What is kept?** (1 point) Name something that you see in a photograph *and* in its texture, and say which entries of the
#   Gram matrix hold it: those on the diagonal ($i = j$), those beside it ($i \ne j$), or both.
# - **What is forgotten?** (1 point) Name something that is lost in a texture, and the step of the computation that loses it.
# - **"So the style cost knows nothing of space."** (1 point) Somebody concludes this. Say what is wrong about it, and name an
#   experiment, or something in your pictures, that shows it.

# %% [markdown] written="texture" points=3
# The grey of the bricks with thin light lines between them is kept, and so are the orange, red and white of the coffee. How
# strongly the channels for these colours and edges fire stands on the diagonal, $G_{ii}$. That the light colour lies *at* an
# edge, line beside brick, is two channels firing at the same position: an entry $G_{ij}$ beside the diagonal. So both hold it.
#
# The arrangement is forgotten. The coffee's texture has bright curved edges, but no cup, no saucer and no spoon. The sum over
# the positions $p$ loses it: a sum does not know the order of its terms, so shuffled activations have the same Gram matrix.
#
# The conclusion goes too far. Each activation has looked at a neighbourhood of the picture, the larger the deeper the layer,
# and what is inside it stays together. In the textures the light lines still have some length, and are not single dots. If
# the *pixels* are shuffled before the network sees them, the Gram matrix changes very much; if the *activations* are
# shuffled, it stays.
