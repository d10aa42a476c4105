# %% [markdown]
# # Exercises 06: inside VGG19
#
# *After [lesson 06](../../../06_inside_vgg19.ipynb). About 75 minutes, TOTAL points.*
#
# Run the first two cells. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it
# checks your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at a
# time. Exercises 1 to 7 can be done in any order; the experiment after them needs one of your functions.
#
# An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19. The rest of it is
# not there when answers are graded, and the check refuses it too.
#
# **What you practise**, of the objectives of the lesson:
#
# OBJECTIVES

# %%
import numpy as np

from course_utils.backend import tf
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.feedback import check, hint
from course_utils.vgg19 import FeatureExtractor

# %% locked="run-pictures"
C = resize(picture("chelsea")[:300, 75:375], 112, 112)  # the cat of the lesson
flower = resize(picture("flower")[100:400, 150:450], 112, 112)
print("C", C.shape, C.dtype, "from", C.min(), "to", C.max())

# %% [markdown] locked="q-vgg-preprocess"
# ## What VGG19 expects
#
# Write `vgg_preprocess(pictures)`. The pictures are an array of shape `(height, width, 3)` or `(n, height, width, 3)`, RGB from
# 0 to 255, of bytes (`uint8`) or floats. It returns an array of floats of the same shape: the channels in the order blue,
# green, red, minus the mean of each, which is 103.939 for blue, 116.779 for green, 123.68 for red. The pictures that it is
# given must not be changed.


# %% exercise="vgg_preprocess" practises="wrong numbers"

# %% locked="run-vgg_preprocess"
x = vgg_preprocess(C)
print(f"from {x.min():.1f} to {x.max():.1f}; mean of blue, green, red:", x.mean(axis=(0, 1)).round(1))

# %% check="vgg_preprocess"

# %% [markdown] locked="q-vgg-deprocess"
# ## And back to a picture
#
# Write `vgg_deprocess(x)`, the way back: blue, green, red minus the means become RGB. An optimizer that changes `x` does not
# know where black and white are. So values below 0 become 0, and values above 255 become 255. The shape stays, and the result
# is floats: do not round. `x` may be one picture or several, as in exercise 1.


# %% exercise="vgg_deprocess" practises="wrong numbers"

# %% [markdown] locked="q-convolve"
# ## A convolution by hand
#
# Write `convolve(x, kernel, bias)` for `x` of shape `(height, width, c)`, `kernel` of shape `(s, s, c, n_C)` and `bias` of
# shape `(n_C,)`. The side $s$ of the window is an odd number: 1, 3, 5 ... There is no border:
# the window stays inside the picture. The activations have the shape `(height - s + 1, width - s + 1, n_C)`:
#
# $$a_{ijk} = \max\Big\{0,\; b_k + \sum_{u=0}^{s-1}\sum_{v=0}^{s-1}\sum_{c} x_{i+u,\,j+v,\,c}\; w_{uvck}\Big\}.$$
#
# The lesson does it with three loops. Can you do without the one over the channels $k$?


# %% exercise="convolve" practises="compute a convolution"

# %% [markdown]
# Compare with the network: its second convolution, on a piece of what its first one found. The difference should be tiny.

# %% locked="run-convolve"
shallow = FeatureExtractor(["block1_conv1", "block1_conv2"])
kernel, bias = shallow.model.get_layer("block1_conv2").get_weights()
a = {layer: values[0].numpy() for layer, values in shallow(C).items()}
ours, network = convolve(a["block1_conv1"][40:48, 30:40], kernel, bias), a["block1_conv2"][41:47, 31:39]
print("kernel", kernel.shape, "-> activations", ours.shape)
difference = abs(ours - network).max()
print(f"ours and the network's differ by {difference:.4f}; largest activation {network.max():.0f}")

# %% check="convolve"

# %% [markdown] locked="q-receptive-field"
# ## Predict, then run: what an activation sees
#
# Write your prediction as a function: `receptive_field(layers)` returns the side of the square of pixels that one activation of
# the *last* layer sees. `layers` is an array of whole numbers with one row for each layer, from the first to the last:
# `(side, stride)`, the side of its window and the number of places by which the window moves. A convolution of VGG19 is the
# row `(3, 1)`, a pooling is `(2, 2)`. Other networks have other rows. Count the pixels from the first one that is seen to the
# last one, both included.


# %% exercise="receptive_field" practises="receptive field" kind="predict"

# %% [markdown]
# Now measure it in the network. Take the activations at one place in the middle of a layer, and ask for their gradient: which
# pixels of the cat would change them? The width of this patch of pixels is the receptive field.

# %% locked="run-receptive_field"
convolution, pooling = (3, 1), (2, 2)
block1, block2 = [convolution] * 2 + [pooling], [convolution] * 2 + [pooling]
asked = {
    "block1_conv1": [convolution],
    "block1_conv2": [convolution] * 2,
    "block2_conv1": [*block1, convolution],
    "block2_conv2": [*block1, convolution, convolution],
    "block3_conv1": [*block1, *block2, convolution],
    "block3_conv4": [*block1, *block2, *[convolution] * 4],
}
pixels = tf.constant(C[None, 24:88, 24:88], tf.float32)  # 64 x 64 pixels around the middle
extractor = FeatureExtractor(asked)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(pixels)
    middle = {
        layer: tf.reduce_sum(a[0, a.shape[1] // 2, a.shape[2] // 2])
        for layer, a in extractor(pixels).items()
    }
for layer, rows in asked.items():
    columns = np.flatnonzero(np.abs(tape.gradient(middle[layer], pixels)[0]).sum(axis=(0, 2)))
    measured = columns.max() - columns.min() + 1
    print(f"{layer}   predicted {receptive_field(np.array(rows)):3}   measured {measured:3}")

# %% check="receptive_field"

# %% [markdown] locked="q-relative-distance"
# ## A yardstick for features
#
# Distances in block 1 and in block 5 have different units. So divide by a yardstick: the distance to *another picture* in the
# same layer. Write `relative_distance(a, b, other)` for three arrays of activations of one shape, `(1, n_H, n_W, n_C)`: of a
# picture, of its changed copy, of another picture. It returns one number,
#
# $$\frac{D(a, b)}{D(a, \text{other})},$$
#
# where $D$ is the Euclidean distance over all entries. 0 means: the layer has noticed nothing. 1 means: as far as the other
# picture. `a` and `other` are never equal, so you need no small number below the line. A small number that is *added* under the
# root counts as right up to $10^{-12}$, with a remark; a larger one is a mistake.


# %% exercise="relative_distance" practises="what it forgets"

# %% [markdown]
# Try it on the cat, made darker and seen in a mirror. The other picture is the flower.

# %% locked="run-relative_distance"
two_layers = FeatureExtractor(["block1_conv1", "block4_conv1"])
seen = {name: two_layers(pixels) for name, pixels in {"cat": C, "flower": flower}.items()}
for change, changed in {"darker": np.uint8(0.6 * C), "mirrored": C[:, ::-1]}.items():
    for layer, b in two_layers(changed).items():
        share = relative_distance(seen["cat"][layer].numpy(), b.numpy(), seen["flower"][layer].numpy())
        print(f"{change:9} {layer}: {share:.2f} of the distance to the flower")

# %% check="relative_distance"

# %% [markdown] locked="q-max-pool"
# ## Find the bug: the shape is right
#
# A fellow student has written max pooling. `a` has the shape `(n_H, n_W, n_C)`, with $n_H$ and $n_W$ even. Of each square of
# $2 \times 2$ places the largest number should be kept, for each channel by itself: the result has the shape
# `(n_H / 2, n_W / 2, n_C)`. Run the cell, and compare the table with what comes out.


# %% locked="run-max_pool"
def pool_of_a_fellow_student(a):
    n_H, n_W, n_C = a.shape
    return a.reshape(n_H // 2, n_W // 2, 4, n_C).max(axis=2)


small = np.array([[1, 0, 0, 2], [0, 9, 0, 0], [0, 0, 7, 0], [3, 0, 0, 0]])
print(small, "becomes", pool_of_a_fellow_student(small[:, :, None])[:, :, 0], sep="\n")

both = FeatureExtractor(["block1_conv2", "block1_pool"])(C)
block1 = {layer: values[0].numpy() for layer, values in both.items()}
theirs = pool_of_a_fellow_student(block1["block1_conv2"])
print("\nshape in VGG19:", block1["block1_pool"].shape, " shape of theirs:", theirs.shape)
print(f"numbers that are the same: {np.mean(np.isclose(theirs, block1['block1_pool'])):.0%}")

# %% [markdown]
# What does it do to a picture? The colours are the channels here.

# %% tags=["experiment"]
from course_utils import plots

words = "Left: the cat. Right: half as large, two narrow cats side by side, both squeezed in width."
shown, title = [C, pool_of_a_fellow_student(C)], "Half as large, and what else?"
plots.picture_grid(shown, ["C", "pooled?"], title, words, width=1.6)

# %% [markdown]
# Write the mended function `max_pool(a)`. The numbers of `a` may be negative.


# %% exercise="max_pool" practises="wrong numbers" kind="flaw"

# %% [markdown] locked="q-strongest-patch"
# ## Predict, then run: what excites a channel most?
#
# A channel of the first layer adds up window times pixels, plus a bias: $b + \sum_{u, v, c} w_{uvc} \, x_{uvc}$, over a patch
# of the picture as large as the window. Which patch makes this sum as large as it can be? Its numbers are pixels, from 0 to
# 255, in the same order of colours as the window. Where a number of the patch makes no difference, it is to be grey, 127.5.
#
# Write your prediction as a function: `strongest_patch(kernel)`, with the window $w$, `(side, side, 3)`. It returns the patch,
# an array of floats of the same shape.


# %% exercise="strongest_patch" practises="excite a channel" kind="predict"

# %% [markdown]
# Now try it, on four channels of VGG19: beside your patch all patches of the cat, and 10,000 patches of noise. (The means that
# VGG19 takes off its pixels change the sum of each patch by the same number, and so do not change which one is largest.)

# %% locked="run-strongest_patch"
kernels, bias = FeatureExtractor(["block1_conv1"]).model.get_layer("block1_conv1").get_weights()
blue_green_red = C[..., ::-1].astype(float)
of_cat = np.lib.stride_tricks.sliding_window_view(blue_green_red, (3, 3, 3)).reshape(-1, 27)
noise = np.random.default_rng(0).uniform(0, 255, (10_000, 27))
for channel in (0, 9, 22, 40):
    w = kernels[..., channel].astype(float)
    mine = np.sum(w * strongest_patch(w))
    best = [patches @ w.ravel() for patches in (of_cat, noise)]
    print(f"channel {channel:2}: your patch {mine:6.0f}, best of the cat {best[0].max():6.0f}, "
          f"best of noise {best[1].max():6.0f}")

# %% check="strongest_patch"

# %% [markdown]
# ## A small experiment: what does each layer notice?
#
# Six changes of the cat, five layers, your `relative_distance`. Before you run it: which change will block 5 notice least?
# Which ones will it notice *more* than block 1 does?

# %% tags=["experiment"]
from course_utils import plots

depths = [f"block{block}_conv1" for block in range(1, 6)]
extractor = FeatureExtractor(depths)
grain = 25 * np.random.default_rng(0).normal(size=C.shape)
changes = {
    "moved by 2 pixels": resize(picture("chelsea")[:300, 80:380], 112, 112),
    "darker": np.uint8(0.6 * C),
    "without colours": np.repeat(np.uint8(C.mean(axis=2, keepdims=True)), 3, axis=2),
    "red and blue exchanged": C[:, :, ::-1],
    "grainy": np.uint8(np.clip(C + grain, 0, 255)),
    "mirrored": C[:, ::-1],
}
known, others = ({layer: a.numpy() for layer, a in extractor(pixels).items()} for pixels in (C, flower))
curves = {}
for change, pixels in changes.items():
    b = {layer: a.numpy() for layer, a in extractor(pixels).items()}
    shares = [relative_distance(known[layer], b[layer], others[layer]) for layer in depths]
    curves[change] = np.array(shares)
    print(f"{change:23}", "  ".join(f"{layer[:6]} {x:.2f}" for layer, x in zip(depths, shares)))
ends = "; ".join(f"{change} from {curve[0]:.2f} to {curve[-1]:.2f}" for change, curve in curves.items())
words = f"Six lines over five blocks, one for each change. From block 1 to block 5: {ends}."
axes = ("block", "distance (to the flower: 1)")
title = "Which change does which layer notice?"
figure = plots.curves_figure(np.arange(1, 6), curves, axes, title, words)
figure.axes[0].set_xticks(np.arange(1, 6))
figure.axes[0].legend(bbox_to_anchor=(1, 1))
figure

# %% [markdown] locked="q-layers"
# ## What block 1 keeps and block 5 forgets
#
# *Objective: say what a layer keeps and what it forgets, and choose one for a purpose.*
#
# Use the lesson, and your experiment if you ran it. Answer in six to twelve sentences:
#
# 1. What does block 1 keep of a picture that block 5 lets go of? Name two things, each with something that you saw. (1 point)
# 2. What does block 5 still hold on to? Name a change that it does *not* forgive, and how you know. (1 point)
# 3. A museum has two tasks. (a) Has this print been scratched since the last photo, which was taken with the same camera on the
#    same stand? (b) Which of 10,000 postcards shows the same street as this one, perhaps taken a step to the left, in other
#    light? Choose a layer, or pixels, for each, and say why. (1 point)
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# 1. Two things, such as exact colours, the exact place of edges or fine detail; each with evidence: a rebuilt picture, a
#    distance, or the receptive field. Half a point for one.
# 2. What is where, coarsely; and a change that block 5 notices, such as a mirror or grain, with its evidence. Half a point for
#    each.
# 3. (a) pixels or an early layer, (b) a deep one, each with a reason from what moves and what counts. Half a point for each; no
#    point for a layer without a reason.
# <!-- END MARK SCHEME -->

# %% [markdown] written="layers" points=3 practises="choose one for a purpose"
# 1. Block 1 keeps exact colours: with red and blue exchanged it has moved by more than four fifths of the distance to another
#    picture, block 5 by less than a third. It also keeps the exact place of each edge, for its activations see 3 pixels only. A
#    move by two pixels costs block 1 nearly half of the distance to the flower, block 5 about an eighth. In the lesson the cat
#    rebuilt from block 1 looks like the photograph; rebuilt from block 5 it is greyish, with blotches, and single hairs are
#    gone.
#
# 2. Block 5 still knows what is where: eyes, nose and stripes of the rebuilt cat are in their places. So it does not forgive a
#    mirror: left and right are exchanged, and the distance stays at about two thirds, as in block 1. Grain is not forgiven,
#    either; it costs block 5 rather more than block 1.
#
# 3. (a) Pixels, or block 1: nothing moves and the light is the same, so every small difference counts, and a deep layer would
#    overlook a fine scratch. (b) Block 4 or 5: a step to the left and other light should cost little, and what is where should
#    count. Block 2 would be a bad choice, for there a small move costs more than in pixels. Whether it works must be measured
#    on such postcards.
