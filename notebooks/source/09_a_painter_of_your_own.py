# %% [markdown]
# # 9 · A painter of your own
#
# In lesson 8 each picture was worked for, step by step. This one was not: a small network has looked at the photograph, once. Run the cell. (The first picture takes longer, because the network must be made ready first.)

# %%
from time import perf_counter

from course_utils import plots
from course_utils.data.image_files import fitted_size, read_photograph, resize
from course_utils.data.sample_pictures import picture
from course_utils.data.trained_painters import painter_file
from course_utils.style.painter import Painter

flower = resize(picture("flower"), 600, 900)
waves = Painter.load(painter_file("waves"))
painted = waves.paint(flower)
began = perf_counter()
waves.paint(flower)
print(f"{flower.shape[1]} x {flower.shape[0]} pixels in {perf_counter() - began:.2f} seconds")
words = ("A large round flower in cream. Its petals are scales with dark blue edges like waves, its "
         "middle is blue. Around it, from edge to edge, rows of waves in dark and greyish blue. At the "
         "bottom another flower looks into the picture.")
plots.picture_grid([painted], ["painted in one pass"], "No step downhill was taken", words, width=8,
                   smooth=True)

# %% [markdown]
# That is fast enough to paint while you look. (The flower is one of the photographs from which the network has learned; the temple below is not.) Move the *strength*: it lays the painting over the photograph, more or less thickly. Then start the camera, if your machine has one. It needs a running notebook, and the browser asks you first. (Its pictures go from the page to the kernel of this notebook and back, and nowhere else. Where the notebook runs on a server, the kernel is there.)
#
# Two things to try in the next cell:
#
# - the painter of another style: `Painter.load(painter_file("vortex")).paint`;
# - a photograph of your own: `read_photograph("holiday.jpg")`.

# %%
import numpy as np
from course_utils import explorables

photograph = picture("china")  # (427, 640, 3); no painter of the course has ever seen it
small = resize(photograph, *fitted_size(photograph, 480))
words = ("The photograph of a temple, and beside it the same temple in dark blue ink: roofs and "
         "storeys are rows of waves, the sky is pale, and darker on the left.")
explorables.camera(waves.paint, small, "The same picture, before and after", words)

# %% [markdown]
# Somebody has trained this painter. In this lesson you find out how, and train one for a style that *you* have drawn.
#
# **Questions**
#
# - Can a network learn to do in one pass what took many steps downhill?
# - What does it have to forget of a photograph, and why?
# - What does it pay for its speed: in cost, in seconds of training, in what it can paint?
#
# **Objectives.** After this lesson you can
#
# - train a painter with the perceptual loss, judge it on a photograph never seen, and say after how many photographs its training has paid off,
# - write instance normalisation, and say what the statistics of a batch do in its place,
# - compute how far a painter sees, and say how zeros in between make a checkerboard.
#
# **Before you start**: lessons 6 to 8.
#
# **Time**: 60 minutes to read, 30 minutes for the questions, 90 for the exercises, ten more for a painter over coffee; the notebook runs in RUN_TIME on two cores.
#
# ## 1. Why is an optimised picture slow?
#
# Because nothing is kept. L-BFGS looks for *these* pixels, in 25 to 200 steps, each of which goes through VGG19 and back. The next photograph begins from the beginning. We take a small picture, on which steps are short (on a larger one the painter's temple is clearer: section 7), and a piece of the drawing in the scale in which the painter has seen it. (`StyleTransfer` would make the whole drawing as small as the photograph, and its strokes with it.)

# %% tags=["long"]
from course_utils.data.paintings import painting
from course_utils.style.transfer import StyleTransfer

C = resize(photograph, 112, 168)
S = painting("waves", 192, 256)[12:180, 44:212]  # (168, 168, 3): a piece, not made smaller
StyleTransfer(C, S, levels=1).run(1, progress=False)  # so that getting ready is not counted below
transfer = StyleTransfer(C, S, levels=1)  # at one size from the beginning
growing = list(transfer.paint(200, tolerance=0))
seconds = {}
for step in (25, 60, 200):
    seconds[f"{step} steps"] = transfer.history[step - 1].seconds
began = perf_counter()
G = waves.paint(C)
seconds["one pass"] = perf_counter() - began
for name, each in seconds.items():
    print(f"{name:10} {each:6.2f} seconds")

# %% [markdown]
# **Predict.** Both have the same photograph, which the painter has never seen, and nearly the same style: the painter learned the whole drawing, L-BFGS gets a piece of it. Measured with the total cost of lesson 8: by how many percent is the $J$ of the painter's picture above that after 200 steps? Write your number down; section 7 has the answer.

# %%
from course_utils.feedback.lesson import check, guess, hint  # hint("relative_cost") asks you a question

above = guess(...)

# %% [markdown]
# ## 2. Turn it round
#
# In lesson 8 the picture was the unknown. Now it is a *function*: a network with weights $w$, which makes a picture $G$ of a photograph $C$. Call it a <dfn>painter</dfn>. (In lesson 8 the functions in `PAINTERS` *draw* a style. From here on it is a network.) What comes after $G$ is nearly as before: VGG19, activations, Gram matrices, two costs. (Each cost is now *relative*, and the content is read one block earlier: section 4.) The dashed arrow now leads to the weights. (The boxes show pictures of section 1; training takes others.)

# %% jupyter={"source_hidden": true}
plots.painter_diagram({"C": C, "G": G, "S": S})

# %% [markdown]
# So each step takes a part of *another* photograph, and changes the weights a little so that the painting of it would have cost less. After many such steps, 3,000 for the painter at the top of this lesson, it paints photographs that it has never met. (Johnson, Alahi and Fei-Fei, 2016.) The way through VGG19 and back is only needed while it learns. To paint, the left half of the diagram is enough.
#
# What is in the box? A picture goes in, a picture comes out. In between it is made smaller twice, so that a kernel sees more and costs less, and larger again. (The layers called `halve` have a stride of 2; those called `double` copy each activation to two by two places before the kernel comes.) In the middle, at a quarter of the height and width, are four <dfn>residual blocks</dfn> of two convolutions each: here 1a and 1b to 4a and 4b. What such a block computes is *added* to what it was given: a block that adds nothing hands on what it was given. (Kaiming He and others, 2016.)

# %%
from course_utils.backend import keras, tf
from course_utils.style.painter import painter_network

untrained = painter_network(seed=0)  # random weights
layers = {"halve_1": "halve_1", "halve_2": "halve_2", "block1_conv1": "residual 1a",
          "double_1": "double_1", "double_2": "double_2"}  # name in the network: name in this lesson
for name, called in layers.items():
    layer = untrained.get_layer(name)
    rows, columns, _, channels = layer.kernel.shape
    print(f"{called:11} {rows} x {columns}, {channels:2} channels, {layer.count_params():6,} weights")
print(f"all together {untrained.count_params():,} weights; the convolutions of VGG19 have 20,024,384")

# %% tags=["guard"]
from course_utils.vgg19 import vgg19
assert untrained.count_params() == 210_060
assert vgg19().count_params() == 20_024_384
assert round(20_024_384 / 210_060) == 95

# %% jupyter={"source_hidden": true}
square = resize(photograph[:, 120:547], 256, 256)
shown = {"halve_1": "halve_1", "halve_2": "halve_2", "block4_conv1": "residual 4a",
         "double_1": "double_1"}
outputs = [waves.network.get_layer(f"{name}_relu").output for name in shown]
inside = keras.Model(waves.network.input, outputs)(square[None].astype(np.float32))
roots = {called: np.sqrt(one[0].numpy()) for called, one in zip(shown.values(), inside)}
words = ("The temple, and four layers of the painter, which become smaller and larger again. In "
         "the first one the edges of roofs, storeys and trees; in the middle coarse light patches "
         "where temple and trees are, then short level dashes; in the last dark waves, a light sky.")
plots.layers_figure(square, roots, "In the painter of the waves: smaller, and larger again", words)

# %% [markdown]
# (Sides and numbers are drawn as square roots, so that you see the small ones; white is a map's largest number. In front of each stack: the map whose drawn numbers change most. `double_2` then brings the picture back to full size. Not printed: the other seven convolutions of the middle, the normalisations, and nine weights that mix colours: see below.)
#
# The whole painter is like such a block. What comes out of `double_2` is added to the photograph, in new colours: each of them is a mixture of the three old ones, from which mean and spread are taken away first.

# %% jupyter={"source_hidden": true}
outputs = [waves.network.get_layer(name).output for name in ("double_2", "recolour", "add")]
summands = keras.Model(waves.network.input, outputs)
words = ("Three pictures of the temple. What the layers make: dark blue waves, with cream light "
         "beside the roofs, under a pale sky. The photograph in new colours: nearly grey and very "
         "faint, the roofs a little red. Both together: as the first.")
captions = ["what the layers make", "the photograph in new colours", "both together"]
three = [127.5 + 127.5 * one[0].numpy() for one in summands(square[None].astype(np.float32))]
plots.picture_grid([one.clip(0, 255) for one in three], captions,
                   "A painting is a sum (grey adds nothing)", words, columns=3, width=3.6, smooth=True)

# %% [markdown]
# The layers draw nearly all that you see. The photograph in new colours is so faint here that both together look like what the layers make.

# %% [markdown]
# ## 3. Throw the contrast away
#
# One thing in the box is special. A drawing in ink has its own black and its own white. Whether the photograph was pale or rich in contrast should leave no trace in it; but a convolution hands the contrast on: pale in, pale out. Batch normalisation (in lesson 2, if you have read it) brings a channel to mean 0 and variance 1 over a *batch*, the pictures of one step. <dfn>Instance normalisation</dfn> does so in each picture by itself, over its positions (Ulyanov, Vedaldi and Lempitsky, 2017):
#
# $$a \leftarrow \gamma\, \frac{a - \mu}{\sqrt{\sigma^2 + 0.00001}} + \beta$$
#
# Here $\mu$ and $\sigma^2$ are the mean and the variance of *one* channel of *one* picture. $\sigma$, the root of the variance, is the *spread*. $\gamma$ and $\beta$ are learned, one of each per channel. (This $\beta$ is not the weight of the style.)
#
# **Your turn.** `a` has the shape `(n, n_H, n_W, n_C)`, `gamma` and `beta` have `(n_C,)`. One way to write it is folded below your cell.

# %%
def instance_normalise(a, gamma, beta):
    """Give each channel of each picture mean beta and spread gamma; (n, n_H, n_W, n_C) -> the same."""
    raise NotImplementedError()  # your lines

check("instance_normalise", instance_normalise)

# %% jupyter={"source_hidden": true}
def instance_normalise(a, gamma, beta):
    """Give each channel of each picture mean beta and spread gamma; (n, n_H, n_W, n_C) -> the same."""
    mean = a.mean(axis=(1, 2), keepdims=True)
    variance = a.var(axis=(1, 2), keepdims=True)
    return gamma * (a - mean) / np.sqrt(variance + 1e-5) + beta

# %% [markdown]
# Now *see* it. Take the photograph, and a pale copy with a quarter of its contrast. Both go through the first convolution of the painter of the waves; then one normalisation or the other follows.
#
# **Predict.** Before the normalisation, the spread of the pale copy is a quarter of the other's. What is it after that of a batch of the two, and after that of each instance?
#
# <details><summary>Answer</summary>
#
# One variance for the batch stretches both by the same factor: the ratio of the two spreads stays four to one. With a variance of its own each gets the spread 1: nothing is left of the difference.
#
# </details>

# %%
pale = (110 + square / 4).astype(np.float32)
both = np.stack([square.astype(np.float32), pale])
first = keras.Model(waves.network.input, waves.network.get_layer("halve_1").output)
a = first(both).numpy()  # (2, 128, 128, 32)
by_batch = (a - a.mean(axis=(0, 1, 2))) / np.sqrt(a.var(axis=(0, 1, 2)) + 1e-5)
by_instance = instance_normalise(a, np.ones(32), np.zeros(32))
for name, each in (("before", a), ("batch", by_batch), ("instance", by_instance)):
    rich, faint = each.std(axis=(1, 2)).mean(axis=1)  # the mean over the channels
    print(f"{name:9} spread of the photograph {rich:.3f}, of the pale copy {faint:.3f}")

# %% tags=["guard"]
spreads = {name: each.std(axis=(1, 2)).mean(axis=1) for name, each in
           (("before", a), ("batch", by_batch), ("instance", by_instance))}
assert all(3.9 < spreads[name][0] / spreads[name][1] < 4.1 for name in ("before", "batch"))
assert np.allclose(spreads["instance"], 1, atol=0.01)

# %% [markdown]
# The batch keeps the ratio, four to one, to the end of the layer. Instance normalisation removes it: after that layer the painter *cannot know* that the photograph was pale. (The photograph that is added is normalised, too.) And in the picture? Below, the same painter, with the same weights, paints both photographs twice: with its own normalisation, and with that of a batch of the two.

# %% jupyter={"source_hidden": true}
def of_the_batch(layer):
    """The same layer, with batch normalisation in the place of instance normalisation."""
    if isinstance(layer, keras.layers.GroupNormalization):  # here each channel is a group of its own
        learned = {"scale": layer.scale, "center": layer.center}  # gamma and beta, if there are any
        return keras.layers.BatchNormalization(epsilon=1e-5, name=layer.name, **learned)
    return layer.__class__.from_config(layer.get_config())

exchanged = keras.models.clone_model(waves.network, clone_function=of_the_batch)
for mine, theirs in zip(exchanged.trainable_variables, waves.network.trainable_variables):
    mine.assign(theirs)
own = waves.network(both).numpy().clip(0, 255)
together = exchanged(both, training=True).numpy().clip(0, 255)  # training: the statistics of this batch
words = ("Six pictures. Above the temple, and its painting: by instance dark blue waves, and waves in "
         "a sky that is bluish on the left; by the batch an even, light grey sky. Below its pale copy:"
         " by instance it is painted as the other one; by the batch the sky is a dark grey-blue, and "
         "the temple has less contrast.")
captions = ["photograph", "instance normalisation", "statistics of the batch",
            "a pale copy", "instance normalisation", "statistics of the batch"]
plots.picture_grid([square, own[0], together[0], pale, own[1], together[1]], captions,
                   "The same weights: only the statistics differ", words, columns=3, width=3.2,
                   smooth=True)

# %%
for name, (rich, faint) in (("instance", own), ("batch", together)):
    print(f"{name:9} the two paintings differ by {np.abs(rich - faint).mean():5.2f} grey levels")
alone = exchanged(both[:1], training=True).numpy().clip(0, 255)
apart = np.abs(alone - together[:1]).mean()
print(f"batch     without its pale neighbour, the first one differs by {apart:5.2f} grey levels")

# %% tags=["guard"]
assert np.abs(own[0] - own[1]).mean() < np.abs(together[0] - together[1]).mean() / 5
assert np.abs(alone - together[:1]).mean() > 3

# %% [markdown]
# With its own normalisation the two paintings are the same but for rounding. With the statistics of the batch the pale one is painted otherwise, and each depends on the *other* picture in the batch: the first is another picture when its pale neighbour is not there. (The comparison is hard on the batch: these weights have learned with instances. Whether a painter that learns with batches does worse in the end, we have not tried here; Ulyanov and others have, and it did.)
#
# ## 4. What the painter is told
#
# Lesson 7 weighed its layers by numbers that somebody had found: 0.1 for block 1, 0.0000007 for block 4. Here is a way that needs none, the *relative cost*:
#
# $$c(\mathrm{target}, \mathrm{given}) = \frac{\sum (\mathrm{target} - \mathrm{given})^2}{\sum \mathrm{target}^2}$$
#
# It is 0 for what fits, 1 for what is 0 everywhere, and more for what is worse, in every layer. **Your turn:** two arrays of one shape go in, one number comes out. (You know the rest: one way is folded.)

# %%
def relative_cost(target, given):
    """The squared distance from the target, divided by the target's own square; -> a number."""
    raise NotImplementedError()  # your line

check("relative_cost", relative_cost)

# %% jupyter={"source_hidden": true}
def relative_cost(target, given):
    """The squared distance from the target, divided by the target's own square; -> a number."""
    return tf.reduce_sum((target - given) ** 2) / tf.reduce_sum(target**2)

# %% [markdown]
# The <dfn>perceptual loss</dfn> of a painting is the relative cost of the content, in `block3_conv2` of VGG19, plus a weight times the mean of those of the style, in the style layers of lesson 8: the first of each block. It is called perceptual because it compares features, which agree better with what people see than pixels do (lesson 6). For the content lesson 8 looks one block deeper; this layer has kept more of the detail. (The package adds a little total variation, so that neighbours do not differ for nothing.)
#
# The style is one that you draw now: a function from a `Canvas` to colours, as in lesson 8, with longer and thicker threads. Change its numbers, or write your own. Its Gram matrices are computed once; they are means over the positions, as in lesson 7, for style and photographs differ in size. (Its strokes should be smaller than the patch that the painter sees, 89 pixels high: section 8 counts it.)

# %%
from course_utils.data.paintings import PAINTERS, line_integral_convolution, ramp, rgb, standardise

def silk(canvas):
    """Threads that follow a smooth field of directions, from dark plum to pale gold."""
    flow = np.exp(1j * 1.5 * canvas.noise(0.5))  # a direction: a complex number of length 1
    threads = line_integral_convolution(canvas.noise(0.02), flow, canvas.unit // 8)
    tone = 0.5 + 0.25 * standardise(threads) + 0.1 * canvas.noise(0.3)
    return ramp(tone, rgb("#3b0f2b", "#8c1c3a", "#d9482b", "#f29f3d", "#fbe6b2"))

PAINTERS["silk"] = silk
style = painting("silk", 192, 256)

# %% jupyter={"source_hidden": true}
words = "Long, broad threads, dark plum, red, orange and pale gold, which flow in wide bends."
plots.picture_grid([style], ["silk, 256 pixels wide"], "The style to be learned", words, width=3.6)

# %%
from course_utils.style.costs import mean_gram_matrix
from course_utils.style.features import FastFeatureExtractor
from course_utils.style.painter_training import CONTENT_LAYER, TRAINING_PICTURES, parts
from course_utils.style.precision import fastest_precision
from course_utils.style.settings import STYLE_LAYERS

see = FastFeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS], precision=fastest_precision(128, 128))
A_S = {layer: mean_gram_matrix(see(style)[layer]) for layer in STYLE_LAYERS}

# %%
STYLE_WEIGHT = 4  # a choice; the command of section 5 takes 5

def costs_of(photographs, painted):
    """Relative costs of content and style; two tensors (n, height, width, 3) -> two numbers."""
    seen = see(painted)
    a_C = tf.cast(see(photographs)[CONTENT_LAYER], tf.float32)
    a_G = tf.cast(seen[CONTENT_LAYER], tf.float32)
    relative = []
    for layer in STYLE_LAYERS:
        for n in range(photographs.shape[0]):  # each picture has its own Gram matrix
            relative.append(relative_cost(A_S[layer], mean_gram_matrix(seen[layer][n : n + 1])))
    return relative_cost(a_C, a_G), tf.reduce_mean(tf.stack(relative))

# %%
rng = np.random.default_rng(0)
learned_from = [picture(name) for name in TRAINING_PICTURES]
batch = tf.constant(parts(learned_from, rng, 2))  # (2, 128, 128, 3): squares, at random
print("relative cost                content      style       loss")
for name, painted in (("the photographs themselves", batch), ("random weights", untrained(batch))):
    content, of_style = costs_of(batch, painted)
    print(f"{name:26} {content:9.3f} {of_style:10.3f} {content + STYLE_WEIGHT * of_style:10.2f}")

# %% tags=["guard"]
assert CONTENT_LAYER == "block3_conv2"
assert list(STYLE_LAYERS) == [f"block{block}_conv1" for block in range(1, 6)]

# %% [markdown]
# The photographs have content 0; their style is a little better than that of a Gram matrix of zeros, which would have 1. With random weights both are far above 1: much worse than zeros.
#
# The course has ten photographs. The painter learns from nine; *china* stays apart, to judge it on. Nine are few, so `parts` takes its squares small and large, mirrored or not, lighter or darker, so that steps see different parts.

# %% [markdown]
# ## 5. A short training
#
# Below is one step of training, written out in full. Compare it with `mended_descent_step` of lesson 8: there the gradient was that of the pixels.
#
# `network.trainable_variables` are the weights of the painter; Adam (lesson 8) now moves them, not pixels.
#
# 160 steps are few. So your painter does not begin as a beginner: it takes the weights of the painter of the waves, which can keep a temple already, and learns another style with them. (<dfn>Transfer learning</dfn> is to begin with what was learned for another task.)

# %%
STEPS = 160
network = painter_network()
network.set_weights(waves.network.get_weights())
falling = keras.optimizers.schedules.CosineDecay(1.5e-3, STEPS)  # the learning rate, from 0.0015 to 0
optimizer = keras.optimizers.Adam(falling, global_clipnorm=1.0)  # a long gradient is shortened to 1

@tf.function
def learn(photographs):
    """Paint a batch, and change the weights of the painter against the gradient of the loss."""
    with tf.GradientTape() as tape:
        content, of_style = costs_of(photographs, network(photographs, training=True))
        loss = content + STYLE_WEIGHT * of_style
    gradient = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradient, network.trainable_variables))
    return content, of_style

# %% tags=["long"]
mine = Painter(network, "silk")
looks = {0: mine.paint(square)}
told = []
began = perf_counter()
for step in range(1, STEPS + 1):
    content, of_style = learn(tf.constant(parts(learned_from, rng, 2)))
    told.append([float(content), float(of_style)])
    if step in (5, 15, 40, STEPS):
        looks[step] = mine.paint(square)
print("relative cost   content   style")
for step in (1, 5, 15, 40, STEPS):
    content, of_style = np.mean(told[max(0, step - 5):step], axis=0)  # of the last five
    print(f"step {step:3} {content:14.2f} {of_style:7.3f}")
print(f"{perf_counter() - began:.0f} seconds")

# %% tags=["guard"]
early, late = told[0], np.mean(told[-10:], axis=0)
assert np.mean(told[-5:], axis=0)[1] < 0.5 * told[0][1]
assert late[1] < 0.6 * early[1]
assert late[0] + STYLE_WEIGHT * late[1] < 0.7 * (early[0] + STYLE_WEIGHT * early[1])

# %% jupyter={"source_hidden": true}
words = ("The photograph of a temple, and five paintings of it. Step 0: blue waves. Step 5: a golden "
         "sky, the temple still blue. Step 15: an orange sky, the edges of the temple red, its left "
         "half blue. Step 40: bright yellow edges, a red temple, blue parts. Step 160: plum, red and "
         "orange; edges of pale gold on roofs, storeys and trees, fine threads slant over the temple.")
captions = ["the photograph", *(f"step {step}" for step in looks)]
plots.picture_grid([square, *looks.values()], captions, "It has never seen this temple", words,
                   columns=3, width=3.2, smooth=True)

# %% [markdown]
# Each time the same network was asked for the same photograph, from which it has *not* learned. First the colours come, then the threads. The relative cost of the style falls to less than half. That of the content goes up and down: each number is a mean of at most five steps, on other parts of photographs each time. A content near 1 does not mean that all is gone. (These numbers are of the photographs that it learns from. Section 6 has one of *china*, by another painter: near 1 as well, and the temple is there.) It means that the numbers of this layer are about as far from the photograph's as zeros would be. Relative costs are good for comparing painters, and say little of what is in one picture.
#
# 160 steps are a short training. The first command below takes eight minutes, begins with random weights, keeps the best painter that it has seen, and can be stopped at any time:
#
#     python -m course_utils train-painter silk.png -o silk.npz --minutes 8
#     python -m course_utils paint holiday.jpg silk.npz -o painted.png
#
# **Over coffee.** Save your own drawing (`from PIL import Image`, then `Image.fromarray(style).save("silk.png")`), run both, and look. The painter at the top of this lesson was trained in the same way, in some six minutes on two cores that did little else. (Where a step takes longer, give it more minutes.)
#
# The command does not use Adam for everything. All kernels that neither read colours nor make them are moved by *Muon* (Jordan and others, 2024). It takes the step of a kernel as a matrix, and makes it about equally long in all directions of that matrix.

# %% [markdown]
# ## 6. How many photographs does it take?
#
# Others take 80,000 photographs for it (Johnson and others). Ours has nine. Would one do? Or no photograph at all, only noise? Three painters have learned the style of the waves, each in 1,000 steps. (That takes some six minutes, so what they paint is kept in a file; [data/README.md](../data/README.md) says how it was made.)
#
# **Predict.** All three paint *china*, which none has seen. Which of the three has lost the temple?

# %%
from course_utils.data.learned_on import learned_on

kept = learned_on()
print("learned on       relative cost on     content   style    loss")
for name, each in kept.items():
    for where, (content, of_style) in (("what it learned on", each.own), ("china", each.unseen)):
        print(f"{name:16} {where:18} {content:9.2f} {of_style:7.3f} {content + 5 * of_style:7.2f}")

# %% jupyter={"source_hidden": true}
numbers = untrained(resize(photograph, 256, 384)[None].astype(np.float32))[0].numpy()
low, high = np.percentile(numbers, [1, 99])  # most of them leave 0 to 255: what is drawn is stretched
unlearned = 255 * ((numbers - low) / (high - low)).clip(0, 1)
words = ("The temple four times. Learned on nine photographs: roofs in dark blue and pale green, waves"
         " in the trees, lines in a grey-blue sky. On one: a clear temple in greyish blue under an "
         "even sky. On noise: a blue temple of broader waves under a beige sky. With random weights, "
         "stretched: blue, red and white dots in the outline of temple and trees, in level bands at "
         "the storeys.")
paintings = [each.picture for each in kept.values()] + [unlearned]
captions = [*(f"learned on {name}" for name in kept), "random weights (colours stretched)"]
plots.picture_grid(paintings, captions,
                   "Three painters of one style, and one that has learned nothing", words,
                   columns=2, width=4.6)

# %% tags=["guard"]
loss = {name: [content + 5 * of_style for content, of_style in (each.own, each.unseen)]
        for name, each in kept.items()}
assert 0.9 < loss["nine photographs"][1] / loss["nine photographs"][0] < 1
assert 1.05 < loss["one photograph"][1] / loss["one photograph"][0] < 1.15
assert 1.9 < kept["one photograph"].unseen[1] / kept["one photograph"].own[1] < 2.1
assert 1.6 < loss["noise"][1] / loss["noise"][0] < 1.75
assert loss["nine photographs"][1] < loss["noise"][1] < loss["one photograph"][1]
assert kept["noise"].own[1] == min(each.own[1] for each in kept.values())
assert 2.9 < kept["noise"].unseen[1] / kept["noise"].own[1] < 3.1
assert kept["one photograph"].unseen[0] == min(each.unseen[0] for each in kept.values())
assert np.mean((numbers < 0) | (numbers > 255)) > 0.6
assert 5.5 < 3 * 1000 * waves.history[-1].seconds / 3000 / 60 < 6.5

# %% [markdown]
# None of the three has. Even the painter trained on noise, which has seen nothing but random dots, shows rows where the storeys are. Has it learned to keep whatever comes, or does the network hand it on anyway? Compare the picture of random weights. (One seed. Most of its numbers lie outside 0 to 255; its colours are stretched, from the first percentile to the 99th.) The outline against the sky is there without any learning, and so are level bands where the storeys are; the roofs are not. So part of what you see is the network's own, and part it has learned, even from noise.
#
# The numbers tell how each painter does on *china*, which none has seen. (The weight of the style is 5 here.) With nine photographs the loss on *china* is no higher than on those nine. With one photograph, the cat, it is a tenth higher: the relative cost of the style is twice as high, and that of the content the lowest of the three. So it keeps more of the temple, and has less of the style. The painter trained on noise comes closest to the style, on noise; on *china* its style costs three times as much. And yet its loss there is a little lower than that of the painter trained on the cat, which keeps more of the temple. Do not build on it: this is one style, one seed and a short training.
#
# ## 7. What does the speed cost?
#
# Now the bill. The total cost of lesson 8, with its layers and its weights $\alpha = 10$, $\beta = 40$, for the painter's picture and for the optimised ones of section 1. (L-BFGS has made *this* cost small; the painter has learned with relative costs.)

# %%
from course_utils.style import costs
from course_utils.style.settings import CONTENT_LAYER as CONTENT_08
from course_utils.vgg19 import FeatureExtractor

see_08 = FeatureExtractor([CONTENT_08, *STYLE_LAYERS])
a_S = see_08(S)

def costs_08(C, G):
    """The costs of lesson 8, of a photograph and a painting of one size: content, style, total."""
    a_C = see_08(C)
    a_G = see_08(G)
    J_content = float(costs.content_cost(a_C[CONTENT_08], a_G[CONTENT_08]))
    J_style = float(costs.style_cost(a_S, a_G, STYLE_LAYERS))
    return J_content, J_style, costs.total_cost(J_content, J_style)

# %%
pictures = {"200 steps": growing[199], "60 steps": growing[59], "25 steps": growing[24], "one pass": G}
J = {}
for name, each in pictures.items():
    J_content, J_style, J[name] = costs_08(C, each)
    print(f"{name:9} {seconds[name]:6.2f} s   J_content {J_content:8.3g}   J_style {J_style:8.3g}   "
          f"J {J[name]:8.3g}, {J[name] / J['200 steps']:.2f} times the J of 200 steps")
above.is_really(100 * (J["one pass"] / J["200 steps"] - 1), "%")

# %%
C_large = resize(photograph, 336, 504)  # three times as high and as wide
G_large = waves.paint(C_large)
content_large, style_large, J_large = costs_08(C_large, G_large)
print(f"one pass on 336 x 504 pixels: J_content {content_large:.3g}, J_style {style_large:.3g}, "
      f"J {J_large:.2e}")

# %% jupyter={"source_hidden": true}
words = ("The temple four times. After 200 and 25 steps it stands clear among blue waves, under a sky "
         "that is blue on the left and beige on the right; after 200 a ring of pink and orange is "
         "round the tree on the right. In one pass on as many pixels: a pile of grey-blue waves under "
         "a pale grey sky, and a fine grid in the pale parts. In one pass on more pixels: its roofs "
         "and storeys are clear rows of finer waves.")
captions = [f"{name}: {seconds[name]:.2f} s, $J$ = {J[name]:.3g}"
            for name in ("200 steps", "25 steps", "one pass")]
captions.append(f"one pass on 336 x 504 pixels: $J$ = {J_large:.2e}")
plots.picture_grid([growing[199], growing[24], G, G_large], captions,
                   "One pass has less of the drawing than 25 steps", words, columns=2, width=4.6,
                   smooth=True)

# %% tags=["guard"]
small = {name: costs_08(C, pictures[name]) for name in ("200 steps", "25 steps", "one pass")}
assert 1.28 < small["one pass"][0] / small["200 steps"][0] < 1.4
assert small["one pass"][1] > 3 * small["25 steps"][1]
assert J["one pass"] > 2 * J["25 steps"] > 2 * J["60 steps"] > 2 * J["200 steps"]
assert 0.74 < content_large / small["one pass"][0] < 0.83
assert 1.28 < style_large / small["one pass"][1] < 1.45
assert 1.15 < J_large / J["one pass"] < 1.27
tree = {name: pictures[name][32:57, 140:].astype(int) for name in ("200 steps", "one pass")}
red = {name: (each[..., 0] - each[..., 1:].max(axis=2) > 30).mean() for name, each in tree.items()}
assert red["200 steps"] > 0.05 > 0.01 > red["one pass"]
assert waves.history[-1].steps == 3000
assert 5.9 < waves.history[-1].seconds / 60 < 6.5

# %% [markdown]
# At this size the painter keeps a roof and rows where the storeys are, no more, in a small fraction of the time of 200 steps: its content cost is about a third above that after 200 steps. It is the style that suffers most: its $J_\mathrm{style}$ is more than three times that of even 25 steps. The optimised pictures have more of the drawing, its beige sky, its bright blues, thin lines beside thick ones; the painter's has waves of one kind. (This is one painter, one style and one photograph, and L-BFGS had this very piece of the drawing as its target. The painter has learned 3,000 steps, from random weights; whether more would help, we have not tried here.)
#
# On more pixels (the last picture) the storeys are clear, and the content cost is about a fifth lower; but the style cost is about a third higher, and $J$ about a fifth. (All are means over positions. What L-BFGS reaches at this size, we have not tried.)
#
# And the training has to be paid for, too. After how many photographs has it paid off?

# %%
training = waves.history[-1].seconds
print(f"training {training:.0f} s")
for name in ("200 steps", "60 steps", "25 steps"):
    saved = seconds[name] - seconds["one pass"]
    print(f"instead of {name:9}: it pays off from photograph {int(training // saved) + 1} on")

# %% [markdown]
# It depends on what you would do otherwise, and on the size: each step on a larger picture takes longer, and the training stays the same, so it pays off sooner. (The training was measured on another machine than yours; take these numbers as a rough size.)
#
# ## 8. What it cannot do
#
# **One style.** A painter knows one drawing, and no dial changes the painting itself afterwards (*strength* only mixes it with the photograph): not $\alpha$, not $\beta$, not the layers. For another style one trains another one. (Dumoulin and others (2017) found that many styles can share all kernels, if each has its own $\gamma$ and $\beta$.)
#
# **Nothing larger than it sees.** How large a patch of the photograph decides about a pixel of the painting? The rule is that of lesson 6, with one addition: where each activation is copied to two in a row, neighbours are half as far apart. Let the network itself answer: which pixels have a gradient? (The normalisation looks at the whole picture, for its mean. So we ask the convolutions alone.)
#
# By hand, from the photograph on: 9 rows for `halve_1`. Then the spacing is 2 pixels, and `halve_2` adds $2 \cdot 2$. Then it is 4, and eight convolutions add $2 \cdot 4$ each. After the first copies it is 2: $2 \cdot 2$ more; after the second it is 1: 8 more. Together $9 + 4 + 64 + 4 + 8 = 89$.

# %%
def convolutions_alone(layer):
    """The same layer; normalisation and ReLU let everything through."""
    if isinstance(layer, (keras.layers.GroupNormalization, keras.layers.ReLU)):
        return keras.layers.Activation("linear", name=layer.name)
    return layer.__class__.from_config(layer.get_config())

linear = keras.models.clone_model(waves.network, clone_function=convolutions_alone)
grey = tf.Variable(np.full((1, 160, 160, 3), 127, np.float32))
sides = []
for place in range(78, 82):
    with tf.GradientTape() as tape:
        one = tf.reduce_sum(linear(grey)[0, place, 80])
    seen = np.flatnonzero(np.abs(tape.gradient(one, grey)[0].numpy()).max(axis=(1, 2)) > 0)
    sides.append(int(np.ptp(seen)) + 1)
print(f"through the convolutions, a pixel of the painting sees so many from top to bottom: {sides}")

# %% tags=["guard"]
assert set(sides) == {89}
assert 0.45 < (89 / 128) ** 2 < 0.55 and round(100 * (89 / 512) ** 2) == 3

# %% [markdown]
# A patch of $89 \times 89$ pixels is about half of the area of a picture of $128 \times 128$ pixels, and 3% of that of one of $512 \times 512$. And a stroke has about as many pixels on both pictures, for a kernel has the same number of pixels on all of them. In the figure paintings on 128, 256 and 512 pixels are brought to one size, so that a stroke looks larger where there were fewer pixels. The slider changes the picture in the middle. (It needs a running notebook.)

# %% jupyter={"source_hidden": true}
def temple_on(side):
    """The temple, painted on a square of so many pixels a side, and enlarged; (512, 512, 3)."""
    return resize(waves.paint(resize(photograph[:, 120:547], side, side)), 512, 512)

fewest = temple_on(128)
most = temple_on(512)

def three_sizes(pixels):
    """The temple, painted on 128 pixels a side, on as many as the slider says, and on 512: a figure."""
    side = int(pixels)
    title = "Fewer pixels, larger strokes compared with the temple"
    words = ("The temple three times. On 128 pixels broad dark waves, in which the temple can be made "
             f"out. In the middle it is painted on {side}: the more pixels, the finer are the waves "
             "compared with it. On 512 the storeys are clear, and fine waves are in sky and trees.")
    captions = [f"painted on {each} x {each}" for each in (128, side, 512)]
    three = [fewest, temple_on(side), most]
    return plots.picture_grid(three, captions, title, words, columns=3, width=3.6, smooth=True)

plots.sliders_figure(three_sizes, {"pixels": (64, 640, 32, 256)})

# %% [markdown]
# So a painter of short waves stays one of short waves. The horizon of the drawing is not there: what is in the photograph says where things are, and a Gram matrix knows no places. The red sun is missing, too. Is that because Gram matrices know no places? No: the optimised pictures had a cost of Gram matrices as well, and after 200 steps there is a pink ring round the tree (section 7). So Gram matrices are not the reason alone. The painter had another loss, and the whole drawing, in which the sun is a smaller part; which of these leaves the red out, or whether it is the network, we do not know. If you want larger strokes, let it paint a smaller picture and enlarge that, or train with a larger picture of the style (`--style-size`).
#
# **A checkerboard, if one is careless.** To make a channel larger, many networks put each number at every second place, with zeros in between, and slide a kernel over it: a *transposed convolution*. Try it on a channel that is 1 everywhere, with a kernel of ones:

# %%
flat = np.ones((1, 3, 4, 1), np.float32)
transposed = keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same", kernel_initializer="ones")
print(transposed(flat)[0, :, :, 0].numpy().astype(int))

# %% tags=["guard"]
values = transposed(flat)[0, :, :, 0].numpy()
assert set(values.ravel()) == {1, 2, 4}

# %% [markdown]
# A flat channel has become a pattern: at some places the window finds four numbers, at others two or one. A network can learn to even it out; often it does not (Odena, Dumoulin and Olah, 2016). Ours copies each number to two by two places, then convolves. Here are both on the temple, made smaller and enlarged, with a kernel whose nine numbers are 1/9 each (times four where zeros are in between, or it would be darker; what is too bright is cut off). Copies are no guarantee: our paintings have a grid, too, in the pale parts; we do not know why.

# %% jupyter={"source_hidden": true}
tiny = (resize(square, 48, 48)[None] / 255).astype(np.float32)
smooth_kernel = np.full((3, 3), 1 / 9, np.float32)[..., None, None] * np.eye(3, dtype=np.float32)
gaps = tf.nn.conv2d_transpose(tiny, 4 * smooth_kernel, (1, 96, 96, 3), 2)[0].numpy()
wide = np.pad(tiny.repeat(2, axis=1).repeat(2, axis=2), [(0, 0), (1, 1), (1, 1), (0, 0)], "edge")
copies = tf.nn.conv2d(wide, smooth_kernel, 1, "VALID")[0].numpy()
words = ("The temple twice, in large pixels. Left with a checkerboard of light and dark points"
         " over everything, the even sky too. Right without it.")
captions = ["zeros in between, then a kernel", "copies, then a kernel"]
plots.picture_grid([255 * gaps.clip(0, 1), 255 * copies.clip(0, 1)], captions,
                   "With this kernel, zeros in between leave a checkerboard", words, width=4)

# %% [markdown]
# ## 9. Your painter
#
# The network that you have trained in section 5 is a painter like any other. Give it a photograph of your own: put its name between the quotes, such as `"holiday.jpg"`. Without a name you get the cat. (It is one of the nine from which the painter has learned; your own is not.)

# %%
FILE = ""
own_photograph = read_photograph(FILE) if FILE else picture("chelsea")
own_photograph = resize(own_photograph, *fitted_size(own_photograph, 384))
by_mine = mine.paint(own_photograph)
words = "A cat (or your photograph), and its painting: threads in plum, red, orange and pale gold."
plots.picture_grid([own_photograph, by_mine], ["photograph", f"after {STEPS} steps"],
                   "Drawn, trained and painted here", words, width=5)

# %% [markdown]
# `mine.save("silk.npz")` keeps it, and `train_painter(style, painter=mine)` of `course_utils.style.painter_training` goes on with it. A folder of pictures, such as a film frame by frame, is painted by `python -m course_utils paint FOLDER silk.npz -o PAINTED`.
#
# What lesson 8 asked holds here, too, and more so: a painter is a manner that can be copied and handed on. Whose drawing has it learned, and was anybody asked? Yours you have drawn yourself.
#
# ## What can go wrong
#
# - **Statistics of a batch.** A painting then depends on what else is in the batch. Instance normalisation looks at one picture alone, in training and afterwards.
# - **A checkerboard.** Zeros put in between can make one of a flat channel. Copy, then convolve; and look all the same: ours has a grid, too.
# - **Colours on two scales.** Inside the network colours lie around 0; VGG19 expects 0 to 255. If you forget to stretch them, VGG19 sees nearly black pictures, and no error says so.
# - **Judged on what it has learned from.** Keep a photograph apart, and look at that one.
# - **Too much weight on the style.** As in lesson 8 the temple goes. Compare both relative costs, not the loss alone, with those of another painter; and look at the picture.
#
# ## Key points
#
# - An optimised picture is looked for anew for each photograph. A painter is a function that was looked for once: one pass is enough then.
# - It is trained with the same two costs, each relative to its target, on photographs; VGG19 is only needed while it learns.
# - Instance normalisation takes the contrast of each photograph away. The statistics of a batch keep it, and mix the pictures.
# - The speed has its price: a higher $J$ than after 200 steps (measured on one small photograph), one style for each painter, strokes of a fixed number of pixels.
# - To enlarge, copy and convolve; zeros in between can make a checkerboard of a flat channel.
#
# ## Check your understanding
#
# **1.** The convolutions of VGG19 have 95 times as many weights as the painter. Why is painting fast all the same?
#
# <details><summary>Answer</summary>VGG19 is a part of the loss, and the loss is only needed for the gradient. To paint, the photograph goes through the painter alone, once, and nothing comes back.</details>
#
# **2.** You paint a photograph, then the same one with all numbers halved. How do the paintings differ?
#
# <details><summary>Answer</summary>Only by rounding. Halving scales the first convolution's channels and shifts them; instance normalisation takes mean and spread away, and those of the photograph that is added, too.</details>
#
# **3.** A painter was trained with parts of 128 pixels. May it paint a picture of 1,024?
#
# <details><summary>Answer</summary>Yes, kernels slide over any size. Its strokes have the same number of pixels, so they are finer compared with the motif; and the mean and variance are taken over a larger picture than any in training.</details>
#
# **4.** Two painters of one style: one has the lower loss on its training photographs, the other on *china*. Which one do you take?
#
# <details><summary>Answer</summary>The second, if china stands for the photographs that you will paint. One photograph is few: take some more, and look at the paintings.</details>
#
# **5.** Somebody paints ten photographs a year, each of them in another style. A painter, or L-BFGS?
#
# <details><summary>Answer</summary>L-BFGS: a painter would have to be trained for each style, for one picture each. It pays off where many pictures get one style.</details>
#
# ## To go further
#
# - [Exercises 09](assignments/release/09_exercises/09_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - J. Johnson, A. Alahi, L. Fei-Fei, *Perceptual losses for real-time style transfer and super-resolution*, ECCV 2016: the painter, its network and its loss.
# - D. Ulyanov, A. Vedaldi, V. Lempitsky, *Improved texture networks: maximizing quality and diversity in feed-forward stylization and texture synthesis*, CVPR 2017: instance normalisation, against batch normalisation.
# - V. Dumoulin, J. Shlens, M. Kudlur, *A learned representation for artistic style*, ICLR 2017: many styles in one painter.
# - A. Odena, V. Dumoulin, C. Olah, *Deconvolution and checkerboard artifacts*, Distill 2016.
# - K. Jordan and others, *Muon: an optimizer for hidden layers in neural networks*, kellerjordan.github.io/posts/muon, 2024.
# - K. He, X. Zhang, S. Ren, J. Sun, *Deep residual learning for image recognition*, CVPR 2016.
#
# **The question after the last lesson.** In lesson 1 a distance between two pictures said who is in them. In lesson 8 another distance told a picture how to change. Here it taught a network, and was not needed any more. What would you like a distance to say about your own data, and whom should it teach?
