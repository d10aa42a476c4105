# %% [markdown]
# # 6 · Inside VGG19
#
# One of the two pictures on the right shows the same thing as the picture on the left. Which one is *nearer* to it?

# %%
import numpy as np
from course_utils import plots
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import PICTURES, picture

def small(name):
    """A photograph whose shorter side has 200 pixels."""
    height, width = picture(name).shape[:2]
    scale = 200 / min(height, width)
    return resize(picture(name), round(scale * height), round(scale * width))

def pieces(name, move=0):
    """Four pieces of a photograph, 96 x 96 pixels each, taken a little farther down and right."""
    photo = small(name)
    corners = [(y, x) for y in (0, 100) for x in (0, photo.shape[1] - 100)]
    return np.array([photo[y + move :, x + move :][:96, :96] for y, x in corners])

# %%
query, table = pieces("astronaut")[2], pieces("coffee")[1]
dusk = np.uint8(0.6 * pieces("astronaut", move=4)[2])
words = ("Left: an orange space suit with a blue badge. Middle: the same suit, darker and "
         "moved by a few pixels. Right: a wooden table, orange-brown, with a piece of a red saucer.")
title = "Which one is nearer to the query?"
plots.picture_grid([query, dusk, table], ["query", "A", "B"], title, words, width=1.6)

# %% [markdown]
# A, you say: it *is* the suit, at dusk, the camera moved by four pixels. Ask the distance of lesson 1, number by number:

# %%
def distance(a, b):
    """Euclidean distance of two arrays of one shape, all entries side by side."""
    return np.linalg.norm(np.ravel(a).astype(float) - np.ravel(b))

for name, other in {"A": dusk, "B": table}.items():
    print(f"pixels: distance of the query from {name}: {distance(query / 255, other / 255):.1f}")
assert distance(query, table) < distance(query, dusk)

# %% [markdown]
# For pixels a table is nearer to the suit than the suit itself. In this lesson you look into a network that answers as you do, and into what each of its layers keeps of a picture.
#
# **Questions**
#
# - What does a convolutional network compute, and how much of a picture does one of its numbers see?
# - What is a channel deep inside looking for?
# - Why is a distance between features more than a distance between pixels?
#
# **Objectives.** After this lesson you can
#
# - compute a convolution by hand, and the size of its receptive field,
# - make pictures that excite a channel, and rebuild a picture from what a layer knows of it,
# - say what a layer keeps and what it forgets, and choose one for a purpose,
# - recognise a network that is fed with wrong numbers.
#
# **Before you start**: lesson 1. The lessons between help, but you do not need them.
#
# **Time**: 55 minutes to read, 30 minutes for the questions; the notebook runs in RUN_TIME on two cores.

# %% [markdown]
# ## 1. Sixteen convolutions
#
# VGG19 (Simonyan and Zisserman, 2015) learned from more than a million photographs to name 1000 kinds of things: breeds of dogs, teapots, space shuttles. It was never told what an edge or an eye is. Of its 19 layers with weights we take the 16 *convolutions*, and leave off the three at the end that say the names. Three kinds of step follow each other:
#
# - A **convolution** slides a small window over its input, multiplies the $3 \times 3$ values beneath it, of all channels (at first red, green, blue), by a *kernel* of learned weights, and adds them up. VGG19 first puts a border of zeros around its input, so height and width stay.
# - **ReLU** puts 0 where the sum is negative: the kernel's pattern is not there.
# - **Pooling** keeps the largest of each $2 \times 2$ values: half the height, half the width.
#
# A **layer** is a convolution with its ReLU, or a pooling, and its outputs are its **activations** $a$. Each kernel makes one map of activations, a **channel**. So the activations of a layer have height $n_H$, width $n_W$, and $n_C$ channels. This is our picture $C$, 112 x 112 pixels, the letter of the *content* picture in the lessons to come:

# %%
C = resize(picture("chelsea")[:300, 75:375], 112, 112)
words = "The face of a ginger cat, close up: large green-brown eyes, stripes on the forehead, whiskers."
plots.picture_grid([C], ["C"], "A picture to look into", words, width=1.6)

# %% [markdown]
# `FeatureExtractor` is the course's network. It takes pictures, RGB from 0 to 255, and returns the activations of the layers that you name.
#
# **Predict.** One activation of the second convolution sees $3 \times 3$ activations of the first, and each of these sees $3 \times 3$ pixels. What side has the square of pixels that it sees altogether? And how much does the *next* convolution add when a pooling lies between?
#
# <details><summary>Answer</summary>
#
# 5 pixels: one more on each side. After a pooling, neighbours are two pixels apart, so the next convolution adds two on each side, and after a second pooling four. The square grows faster and faster.
#
# </details>

# %%
from course_utils.vgg19 import LAYERS, FeatureExtractor

def receptive_field(layer):
    """Side of the square of pixels that an activation sees, and pixels from one to its neighbour's."""
    side, step = 1, 1
    for name in LAYERS[: LAYERS.index(layer) + 1]:
        if name.endswith("pool"):
            side, step = side + step, 2 * step
        else:
            side += 2 * step
    return side, step

# %% tags=["nbval-check-output"]
activations = FeatureExtractor(LAYERS)(C)
print("layer         n_H x n_W   n_C   sees")
for layer, a in activations.items():
    height, width, channels = a.shape[1:]
    seen = receptive_field(layer)[0]
    print(f"{layer:13} {height:3} x {width:3}   {channels:3}   {seen:3} pixels")

# %% [markdown]
# Down the table the maps get smaller, the channels get more, up to 512, and the **receptive field**, the square of pixels that one activation can see, grows from 3 pixels to more than our whole picture. Is it true? Take one activation of block 4, and paint everything grey that it should not see.

# %%
side, step = receptive_field("block4_conv1")
first = 7 * step - (side - step) // 2  # of the pixels that place 7 sees, down as well as across
seen = slice(first, first + side)
keyhole = np.full_like(C, 128)
keyhole[seen, seen] = C[seen, seen]
a, b = activations["block4_conv1"][0], FeatureExtractor(["block4_conv1"])(keyhole)["block4_conv1"][0]
middle, corner = distance(a[7, 7], b[7, 7]), distance(a[3, 3], b[3, 3])
print(f"the activations at place (7, 7) moved by {middle:.1f}, those at place (3, 3) by {corner:.1f}")
assert middle < 0.001 * corner

# %% [markdown]
# The activations in the middle do not notice; those nearer to the corner do.
#
# ## 2. A convolution by hand
#
# Three loops and a sum are all there is. For place $i, j$ and channel $k$, with kernel $w$ and a *bias* $b_k$, a number that is added:
#
# $$a_{ijk} = \max\Big\{0,\; b_k + \sum_{u=0}^{2}\sum_{v=0}^{2}\sum_{c} x_{i+u,\,j+v,\,c}\; w_{uvck}\Big\}.$$

# %%
def convolve(x, kernel, bias):
    """Convolution and ReLU; x (height, width, c), kernel (3, 3, c, n_C) -> two rows, columns fewer."""
    n_H, n_W, n_C = x.shape[0] - 2, x.shape[1] - 2, kernel.shape[3]
    a = np.zeros((n_H, n_W, n_C))
    for i in range(n_H):
        for j in range(n_W):
            for k in range(n_C):
                a[i, j, k] = bias[k] + np.sum(x[i : i + 3, j : j + 3] * kernel[:, :, :, k])
    return np.maximum(0, a)

# %% [markdown]
# What is $x$? Not quite the pixels. VGG19 was trained on pictures with the channels blue, green, red, *in this order*, minus the mean colour of its photographs. This **preprocessing** is the first layer of `FeatureExtractor`. Here we do it ourselves, for a patch of 12 x 12 pixels in the left eye. Without a border of zeros 10 x 10 places come out: rows 41 to 50 and columns 33 to 42 of the network's.

# %%
MEAN_BGR = (103.939, 116.779, 123.68)
kernel, bias = FeatureExtractor(["block1_conv1"]).model.get_layer("block1_conv1").get_weights()
patch = C[40:52, 32:44, ::-1] - MEAN_BGR
ours = convolve(patch, kernel, bias)
network = activations["block1_conv1"][0, 41:51, 33:43].numpy()
print("kernel", kernel.shape, "-> activations", ours.shape)
print(f"ours and the network's differ by {abs(ours - network).max():.6f} of {network.max():.0f}")
assert np.allclose(ours, network, atol=1e-2)

# %% [markdown]
# They agree, up to the rounding of 32-bit numbers. Now break it. What if rows and columns of the kernel are exchanged? What if blue and red are? The shapes do not change, and no error appears:

# %%
wrong = {"rows and columns exchanged": convolve(patch, kernel.transpose(1, 0, 2, 3), bias),
         "RGB instead of BGR": convolve(patch[:, :, ::-1], kernel, bias),
         "no bias": convolve(patch, kernel, 0 * bias)}
for name, a in wrong.items():
    print(f"{name:27} off by {distance(a, network) / np.linalg.norm(network):.0%}")
    assert distance(a, network) > 10 * distance(ours, network)

# %% [markdown]
# The first two are wrong by about half of all there is, or more; the bias is a small matter in this layer. A network never complains. It answers any numbers of the right shape.
#
# ## 3. The wrong numbers in
#
# The most frequent mistakes with this network are made before its first layer: numbers from 0 to 1, red and blue exchanged, the mean not subtracted, or all of it done twice. How bad are they? Activations that are used to describe a picture are called its **features**. Compare those of block 4 for the right picture with those of the same picture fed in wrongly. As a yardstick: how far is *another picture*, a flower?

# %%
from course_utils.backend import tf

def block4(pixels):
    """Features of block 4; a tensor, so that nobody checks the range of the numbers."""
    return features(tf.constant(pixels, tf.float32))["block4_conv1"].numpy()

features = FeatureExtractor(["block4_conv1"])
flower = resize(picture("flower")[100:400, 150:450], 112, 112)
yardstick = distance(block4(C), block4(flower))

# %%
fed = {"red and blue exchanged": C[:, :, ::-1], "mean not subtracted": C + MEAN_BGR[::-1],
       "preprocessed twice": C[:, :, ::-1] - MEAN_BGR, "0 to 1 instead of 0 to 255": C / 255}
moved = {name: distance(block4(C), block4(pixels)) / yardstick for name, pixels in fed.items()}
for name, share in moved.items():
    print(f"{name:28} moved by {share:.0%} of the distance to another picture")
assert min(moved.values()) > 0.25
assert moved["0 to 1 instead of 0 to 255"] > 0.5

# %% [markdown]
# None of these is harmless. For the network the cat has moved by a third of its distance to a flower or more; with numbers from 0 to 1 by more than half (in some direction, not towards the flower). Nothing fails: whatever you compute from such features still comes out, only worse, and nobody knows why. So the course's extractor does the preprocessing itself, and looks at arrays before it takes them:

# %%
for name in ("0 to 1 instead of 0 to 255", "preprocessed twice"):
    try:
        features(fed[name])
    except ValueError as error:
        print(error)

# %% [markdown]
# (It cannot know *why* numbers are out of range: clipping would not help here, leaving out your own preprocessing would. And it cannot see red and blue exchanged: that is a picture, too.)
#
# ## 4. What the channels answer
#
# Here is the cat in four layers. In each, the four channels whose answer changes most from place to place. White is the strongest activation of *this* map, black none.

# %%
shown, captions = [], []
for layer in ("block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3"):
    a = activations[layer][0].numpy()
    for channel in np.argsort(-a.std(axis=(0, 1)))[:4]:
        shown.append(255 * a[:, :, channel] / a[:, :, channel].max())
        captions.append(f"{layer[:6]}, {channel}")
words = ("Four rows of grey maps. Block 1: a soft grey cat, three of its outlines. Block 2: "
         "stripes and rims of the eyes. Block 3: coarser. Block 4: two bright spots where the eyes "
         "are, and in one map a bright frame.")
plots.picture_grid(shown, captions, "Deeper: fewer places, rarer answers", words, columns=4, width=1.0)

# %% [markdown]
# In block 1 you still see the cat: each channel is a drawing of it, of its light and dark, or of its edges in one direction. In block 4 a map has 14 x 14 places and is dark almost everywhere. Something rare is found there, at few places: most of these channels have found the eyes. (One draws a frame instead. It answers to the border, where each convolution fills up with zeros.) The maps say *where* a channel answers, not what it asks for.
#
# ## 5. What a channel is looking for
#
# Turn the question round: which picture makes a channel answer as strongly as possible? Begin with noise, and change it step by step in the direction in which the mean activation of the channel grows fastest. That direction is the **gradient**, and this is gradient *ascent*. The weights of the network stay as they are. **Only the picture learns.** (`Adam` is an optimizer: it follows the gradient with steps of a size that it adapts.)
#
# In the code, `paint` makes pictures out of numbers that the optimizer can turn: the *knobs*. `GradientTape` writes down the computation, so that TensorFlow can give its gradient, and `@tf.function` makes it faster. Adam goes *down*; with a minus before the gradient it climbs. (`tf.roll` moves the picture at random in each step: a good pattern has to excite the channel wherever it lies.)

# %%
from course_utils.backend import keras

def excite(layer, channels, paint, knobs, rate, steps=40):
    """One picture for each channel, made by paint(knobs), whose knobs are turned to excite it."""
    extractor, knobs = FeatureExtractor([layer]), tf.Variable(knobs, dtype=tf.float32)
    optimizer, rng = keras.optimizers.Adam(rate), np.random.default_rng(0)

    @tf.function
    def step(shift):
        with tf.GradientTape() as tape:
            a = extractor(tf.roll(paint(knobs), shift, [1, 2]))[layer]  # (n, n_H, n_W, n_C)
            wanted = tf.one_hot(channels, a.shape[3])  # (n, n_C): channel i counts in picture i
            answer = tf.reduce_sum(wanted * tf.reduce_mean(a, [1, 2]))
        optimizer.apply([-tape.gradient(answer, knobs)], [knobs])

    for shift in rng.integers(0, 96, (steps, 2)):
        step(tf.constant(shift, tf.int32))
    return np.uint8(paint(knobs).numpy().round())

# %% [markdown]
# The plainest choice has one knob for each colour of each pixel; a *sigmoid*, an S-shaped curve, keeps the colours between 0 and 255.

# %%
def pixels(knobs):
    """One knob for each number of the picture."""
    return 255 * tf.sigmoid(knobs)

SIDE, rng = 96, np.random.default_rng(0)
noise = 0.1 * rng.normal(size=(1, SIDE, SIDE, 3))
plain = excite("block5_conv1", [17], pixels, noise, rate=0.1)

# %% [markdown]
# The second way has the knobs of a *synthesizer*: a picture is a sum of waves, from one that is as long as the picture to one of two pixels, each with two knobs, for its cosine and its sine. As in photographs, long waves are louder (`loudness`), and the three colours vary together (`mix`, nearly a root of the covariance matrix of the colours in ours). You will not need these details later. This is the trick of Olah, Mordvintsev and Schubert (2017).

# %%
frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None, :])  # waves a pixel
loudness = tf.constant(SIDE / 4 / np.maximum(frequency, 1 / SIDE), tf.complex64)
colours = np.concatenate([small(name).reshape(-1, 3) for name in PICTURES])
variance, directions = np.linalg.eigh(np.cov(colours.T / 255))
mix = directions * variance**0.4 @ directions.T  # nearly the root: colours a little more vivid
mix = tf.constant(mix / np.linalg.norm(mix, axis=0).max(), tf.float32)

# %%
def waves(knobs):
    """Two knobs for each wave of each colour, cosine and sine: together how much, and where."""
    sums = tf.signal.irfft2d(loudness * tf.complex(knobs[0], knobs[1]), [SIDE, SIDE])
    return 255 * tf.sigmoid(tf.transpose(sums, [0, 2, 3, 1]) @ mix)  # (n, SIDE, SIDE, 3)

def silence(n):
    """Knobs of n pictures, near 0."""
    return 0.01 * np.random.default_rng(0).normal(size=(2, n, 3, SIDE, SIDE // 2 + 1))

tuned = excite("block5_conv1", [17], waves, silence(1), rate=0.08)

# %%
words = ("Left: flat mauve and green with fringes of many colours, in which eyes and snouts can be "
         "seen. Right: heads of animals in profile, with strong light and shade, in orange and blue.")
captions = ["a knob for each pixel", "a knob for each wave"]
plots.picture_grid([plain[0], tuned[0]], captions, "One channel, two sets of knobs", words, width=1.4)

# %% [markdown]
# Same channel, same number of steps. On the left there are eyes and snouts, but flat, and with coloured fringes that no photograph has: each pixel goes its own way. The knobs for waves turn whole areas at once, and light and shade appear. **The channel asks for the pattern; how it looks to us depends on the knobs, too.** So we choose knobs that make something like a photograph.
#
# Now a little exhibition. Before you look: what do you expect of shallow layers, and what of deep ones?

# %%
rooms = {"block2_conv2": [5, 6, 12, 13], "block3_conv1": [4, 5, 8, 12],
         "block4_conv2": [3, 4, 15, 11], "block5_conv1": [8, 10, 13, 17]}
exhibition = {layer: excite(layer, channels, waves, silence(4), 0.08)
              for layer, channels in rooms.items()}

# %%
captions = [f"{layer[:6]}, {channel}" for layer, channels in rooms.items() for channel in channels]
words = ("Sixteen pictures. Block 2: woven lines and blotches of two colours. Block 3: dots, feathers, "
         "scales, waves. Block 4: dunes, fans, stars, fur. Block 5: wheels with dark dots, bodies of "
         "fish or birds, many eyes, furry heads.")
title = "From weave to texture to things with eyes"
plots.picture_grid(np.concatenate(list(exhibition.values())), captions, title, words, 4, 1.2)

# %% [markdown]
# Nobody drew these; 16 channels asked for them. (We chose them because they are easy to describe. Many are not, and some stay grey.) In block 2 they ask for lines and colours, in block 3 for textures, in block 4 for patterns such as fans and fur. In block 5 you find eyes, heads, animals' bodies: parts of *things*. Zeiler and Fergus (2014) saw this order first, in another way.
#
# Is it fantasy? Check it with photographs: search ours for the patches that excite three channels of block 4 most, at most one from each photograph. We show the middle of what the activation sees, for that counts most.

# %%
def strongest(layer, channel):
    """For each photograph the strongest activation of a channel, and the middle of what it sees."""
    side, step = receptive_field(layer)
    edge = -(-(side - step) // 2 // step)  # places whose field would reach beyond the photograph
    for name, a in seen_in.items():
        inside = a[edge:-edge, edge:-edge, channel]
        i, j = np.unravel_index(inside.argmax(), inside.shape)
        y, x = (step * (place + edge) - (side - step) // 2 + side // 4 for place in (i, j))
        yield inside.max(), small(name)[y : y + side // 2, x : x + side // 2]

# %%
layer = "block4_conv2"
extractor = FeatureExtractor([layer])
seen_in = {name: extractor(small(name))[layer][0].numpy() for name in PICTURES}
shown, captions = [], []
for channel, dream in list(zip(rooms[layer], exhibition[layer], strict=True))[:3]:
    best = sorted(strongest(layer, channel), key=lambda found: -found[0])[:3]
    shown += [dream, *(patch for _, patch in best)]
    captions += [f"channel {channel}", *(f"{answer:.0f}" for answer, _ in best)]

# %%
words = ("Three rows: a made picture and three patches of photographs. Dunes: upper rims of a collar "
         "and petals, a cup. Fans: a chin, an eye, a spoon, round below. Stars: glints, galaxies.")
plots.picture_grid(shown, captions, "What they ask for, and what they find", words, 4, 1.0)

# %% [markdown]
# The number is the activation. Dunes and fans turn out to be rims: channel 3 finds upper edges of bright or round things (the cup is a doubtful case), channel 4 round things that end here, be it a chin, an eye or a spoon. Channel 15 finds bright points on dark ground. It is a pattern that they share, not a kind of thing. But ten photographs are few, and a made picture exaggerates. How much?

# %%
dreams = extractor(exhibition[layer])[layer].numpy()
for number, channel in enumerate(rooms[layer]):
    found = max(a[:, :, channel].mean() for a in seen_in.values())
    made = dreams[number, :, :, channel].mean()
    print(f"channel {channel:2}: mean activation {made:6.0f}, best of ten photographs {found:5.0f}")
    assert made > 3 * found

# %% [markdown]
# Many times as strong as the best of ten photographs. Part of this is that the pattern fills the made picture, and a photograph has it at a few places. But even the strongest single answers in the figure above stay below these means. It is a caricature: good for a guess at what a channel asks for, but no proof.
#
# ## 6. What a layer keeps
#
# A single channel is one voice of hundreds. What do *all* channels of a layer know of the picture? Mahendran and Vedaldi (2015) found out by rebuilding it: begin with noise, and change the picture $G$, the generated one, until its activations are those of $C$. How far it has to go is measured by
#
# $$J(C, G) = \frac{1}{4\, n_H\, n_W\, n_C} \sum_{\text{all entries}} \big(a^{(C)} - a^{(G)}\big)^2,$$
#
# a squared distance of features, divided by their number (and by 4, a custom). Many pictures have nearly the same features; among them we want the smoothest. So we add a very small cost for steps between neighbouring pixels, the *total variation*.

# %%
from course_utils.style.costs import content_cost, total_variation
from course_utils.style.optimizers import lbfgs

def rebuild(layer, C, steps=30):
    """A picture made from noise, to have the activations of C in a layer; and its cost, as a share."""
    extractor = FeatureExtractor([layer])
    a_C = extractor(C)[layer]
    nothing = content_cost(a_C, 0 * a_C)  # the cost of a layer that is silent

    @tf.function
    def cost(G):
        with tf.GradientTape() as tape:
            tape.watch(G)
            J = content_cost(a_C, extractor(G)[layer]) / nothing
            total = 1e4 * (J + 1e-5 * total_variation(G))
        return total, tape.gradient(total, G), J

    noise = np.clip(128 + 10 * np.random.default_rng(0).normal(size=C.shape), 0, 255)
    def evaluate(G):
        return [value.numpy() for value in cost(tf.constant(G, tf.float32))]

    *_, G = lbfgs(lambda G: evaluate(G)[:2], noise, steps)
    return G, evaluate(G)[2]

# %% [markdown]
# `lbfgs` is a way of going downhill that learns the shape of the valley as it goes; it takes far fewer steps than plain gradient descent. We measure the cost in shares of what a silent layer, all activations 0, would cost.
#
# **Predict.** The first layer has 64 numbers for each pixel, the picture has 3. Block 5 has $7 \cdot 7 \cdot 512$ numbers, about two thirds as many as the picture has. Which rebuilt pictures will look like the cat, and what will be missing?
#
# <details><summary>Answer</summary>
#
# Counting does not settle it. Block 5 has to say with its numbers what the whole network found worth knowing, and that was the name of a thing, not the colour of each hair. Look.
#
# </details>

# %%
depths = [f"block{block}_conv1" for block in range(1, 6)]
rebuilt = {layer: rebuild(layer, C) for layer in depths}

# %%
words = ("The cat, then five rebuilt cats. From blocks 1 and 2 they look like the photograph. From "
         "block 3 the colours fade, from block 4 fur becomes strokes, from block 5 all is greyish "
         "and blotched, but eyes, nose and stripes are still where they were.")
shown = [C, *(G for G, _ in rebuilt.values())]
captions = ["C", *(layer[:6] for layer in depths)]
title = "The cat, rebuilt from five layers"
plots.picture_grid(np.array(shown).round().astype(np.uint8), captions, title, words, 3, 1.45)

# %%
off = [np.sqrt(np.mean((G - C) ** 2.0)) for G, _ in rebuilt.values()]
grey = np.sqrt(np.mean((C - C.mean(axis=(0, 1))) ** 2))
for layer, rms, (_, J) in zip(depths, off, rebuilt.values(), strict=True):
    print(f"{layer}: pixels off by {rms:4.1f} grey levels, features by {np.sqrt(J):.0%}")
print(f"for comparison: a flat picture of the mean colour is off by {grey:.1f}")
assert all(np.diff(off) > 0)
assert off[1] < 0.5 * grey < grey < min(off[3:])
assert max(J for _, J in rebuilt.values()) < 0.2

# %% [markdown]
# Features are told as in section 2, as a share of a distance: the root of $J$. Those of blocks 1 and 2 are matched within a few percent, the deeper ones within about a quarter. Yet pixel by pixel, from block 4 on, these cats are *farther* from $C$ than a flat picture of one colour. Most of what has been lost is what the layer does not hold on to: exact colours, each hair. What has been kept is the arrangement: two eyes, a nose, stripes,
# each in its place. That is why $J$ is called the **content cost**: a deep layer knows *what is where*, and lets go of how it looks exactly.
#
# (A part of the loss is ours: thirty steps do not reach the bottom of the valley, and the smoothness has its say. Try more steps.)
#
# ## 7. Distances that mean something
#
# Back to the suit at dusk. Which layer puts A nearer than B?

# %%
extractor = FeatureExtractor(depths)

def points(pictures):
    """What each layer makes of n pictures: points, (n, numbers). Pixels are the baseline."""
    a = {"pixels": np.asarray(pictures) / 255} | extractor(np.asarray(pictures))
    return {layer: np.reshape(values, (len(pictures), -1)) for layer, values in a.items()}

# %%
share = {layer: distance(q, A) / distance(q, B)
         for layer, (q, A, B) in points([query, dusk, table]).items()}
for layer, times in share.items():
    nearer = "A" if times < 1 else "B"
    print(f"{layer:13} {times:.2f} times as far from A as from B: {nearer} is nearer")
assert share["block5_conv1"] < 0.7 < 1 < share["pixels"]

# %% [markdown]
# The deep layers agree with you. One case is no evidence, though. Take four pieces from each of the ten photographs, 40 in all, and change them in six ways. For each: how far is a piece from *its own* changed copy, compared with how far it is, on average, from the copies of other photographs, changed in the same way? 1 would mean: no nearer than any other. Near 0 is best.

# %%
from sklearn.metrics.pairwise import euclidean_distances

def gather(move=0):
    """The pieces of all photographs, (40, 96, 96, 3)."""
    return np.concatenate([pieces(name, move) for name in PICTURES])

# %%
originals, rng = gather(), np.random.default_rng(0)
grainy = originals + 25 * rng.normal(size=originals.shape)
changed = {"moved by 2 pixels": gather(2), "moved by 4 pixels": gather(4),
           "moved by 4, darker": np.uint8(0.6 * gather(4)),
           "brighter": np.uint8(np.minimum(originals + 40.0, 255)),
           "grainy": np.uint8(grainy.clip(0, 255)), "mirrored": originals[:, :, ::-1]}
photo = np.repeat(np.arange(len(PICTURES)), 4)  # (40,): which photograph a piece comes from

# %%
known = points(originals)
ratio, right = {}, {}
for change, copies in changed.items():
    for layer, p in points(copies).items():
        d = euclidean_distances(known[layer], p)  # (40, 40): each original from each copy
        others = np.mean(d, axis=1, where=photo[:, None] != photo)
        ratio[change, layer] = np.mean(np.diag(d) / others)
        right[change, layer] = np.mean(d.argmin(axis=1) == np.arange(40))

# %%
words = ("Six lines over pixels and five layers. Moved pictures: up to block 2, then down, below "
         "pixels in blocks 4 and 5. Brighter: down to block 3. Grainy: up. Mirrored: high everywhere.")
curves = {change: [ratio[change, layer] for layer in known] for change in changed}
axes = ("", "distance (copies of others: 1)")
title = "A move costs deep features less, grain more"
figure = plots.curves_figure(np.arange(6), curves, axes, title, words)
figure.axes[0].set_xticks(np.arange(6), [name.removesuffix("_conv1") for name in known])
figure.axes[0].legend(bbox_to_anchor=(1, 1))
figure

# %% [markdown]
# Read it slowly; it is not the story "deeper is better". Moved by a few pixels, a picture is *farther* away in block 2 than it is in pixels: thin edges no longer lie on each other. From block 4 on it is nearer: much nearer if it moved by 2 pixels, a little if by 4. Brightness is forgiven early, most of it by block 2: edges stay edges. Grain is worse for deep layers than for
# pixels, because it is full of small edges. And a mirrored picture is far in all of them: left is not right, *what is where* has changed.
#
# The same as a decision: for each of the 40 pieces, is the nearest of the 40 changed copies its own? Guessing is right once in 40.

# %%
print(" " * 20 + "".join(f"{layer.removesuffix('_conv1'):>9}" for layer in known))
for change in changed:
    print(f"{change:20}" + "".join(f"{right[change, layer]:9.0%}" for layer in known))
for layer in ("block4_conv1", "block5_conv1"):
    assert right["moved by 4, darker", layer] > 0.85 > 0.5 > right["moved by 4, darker", "pixels"]
assert right["moved by 4 pixels", "block2_conv1"] < right["moved by 4 pixels", "pixels"]
assert right["mirrored", "block5_conv1"] < 0.4

# %% [markdown]
# Moved and darker, like the suit: pixels find their own copy in about one case of three, blocks 4 and 5 (nearly) always. Block 2 is *worse* than pixels when a picture only moves. Grain costs deep features distance, but hardly a decision. Forty pieces of ten photographs are few, and pieces of one photograph are alike; but these gaps are wide.
#
# Lesson 1 asked for a distance that means something. Here is one, made of a network that was trained for something else. Zhang et al. (2018) compared such distances with what people say about pairs of pictures: features agree with people far better than pixels do.
#
# ## What can go wrong
#
# - **Wrong numbers in.** You saw four ways. All run without an error. Check the range, and the order of colours, once, before the first layer.
# - **A wrong layer.** For "is this the same, moved a little?" block 2 is a worse choice than no network at all.
# - **Features compared across layers or sizes.** Distances of block 1 and block 5 have different units; divide by a yardstick, such as the distance of another picture.
# - **A made picture taken for an explanation.** It is one thing that excites a channel, painted in strong colours. The channel may answer to others, too.
#
# ## Key points
#
# - A convolution is a sum of products in a sliding window; ReLU and pooling follow. The receptive field grows with depth, from 3 pixels to more than our whole picture.
# - Channels ask for edges and colours first, then textures, then patterns, then parts of things.
# - A picture rebuilt from a deep layer keeps what is where, and loses exact colours and detail. The squared distance of features is the content cost.
# - A distance between deep features forgives small moves and other light. Grain takes it farther than pixels, though too little for a wrong decision here; a mirror it does not forgive. Block 2 is worse than pixels when a picture only moves.
# - Preprocessing belongs in the network, once.
#
# ## Check your understanding
#
# **1.** How many weights does `block1_conv1` have, and how many `block5_conv1`?
#
# <details><summary>Answer</summary>
#
# Kernel and bias: $3 \cdot 3 \cdot 3 \cdot 64 + 64 = 1792$, and $3 \cdot 3 \cdot 512 \cdot 512 + 512 = 2359808$. The size of the picture does not matter: the kernel slides.
#
# </details>
#
# **2.** A picture of 16 x 16 pixels: what is left of it in block 5? Why does the extractor refuse a smaller one?
#
# <details><summary>Answer</summary>Four poolings lie before block 5, and each halves the side: 8, 4, 2, 1. One place is left. A smaller picture would have none. And even this one place sees mostly the border, which is filled with 0.</details>
#
# **3.** You compare photographs of the same street by day and at dusk, when the camera makes fine grain. Pixels, block 1, or block 5?
#
# <details><summary>Answer</summary>Other light is a reason for features. Grain makes deep distances larger, though in our test it hardly changed a decision. Try first: smooth the picture, then use deep features. Nothing replaces a measurement on such pairs.</details>
#
# **4.** Why must the knobs change, and not the weights, when we look for a picture that excites a channel?
#
# <details><summary>Answer</summary>If the weights could change, the network would learn to answer strongly to any noise. The channel would be another one, and the picture would say nothing about the old one.</details>
#
# **5.** Two pictures have the same features in block 5. Do they have the same pixels? The other way round?
#
# <details><summary>Answer</summary>No: many pictures share nearly the same features; section 6 made one. But equal pixels give equal features: the network is a function.</details>
#
# ## To go further
#
# - [Exercises 06](assignments/release/06_exercises/06_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - K. Simonyan, A. Zisserman, *Very deep convolutional networks for large-scale image recognition*, 2015: VGG.
# - M. Zeiler, R. Fergus, *Visualizing and understanding convolutional networks*, 2014: what channels answer to, layer by layer.
# - A. Mahendran, A. Vedaldi, *Understanding deep image representations by inverting them*, 2015: pictures rebuilt from features.
# - C. Olah, A. Mordvintsev, L. Schubert, *Feature visualization*, 2017: how to make pictures that excite a channel, and what they do not tell.
# - R. Zhang et al., *The unreasonable effectiveness of deep features as a perceptual metric*, 2018: LPIPS, a distance of features fitted to people's judgement.
# - Try: other channels in `rooms`. Some stay grey: they do not answer to the faint noise at the start at all, so there is no way up.
# - Try: `rebuild("block5_conv1", C, steps=200)`. Which details come, and which never do?
#
# The photographs and who made them: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** A deep layer knows what is where. A painting has something else: strokes, colours, a rhythm that is the same all over it, *wherever* you look. Can the same features measure that, too?
