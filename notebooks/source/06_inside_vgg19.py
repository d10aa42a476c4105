# %% [markdown]
# # 6 · Inside VGG19
#
# One of the two pictures on the right shows the same thing as the picture on the left, the *query*. Which one is *nearer* to it?

# %% jupyter={"source_hidden": true}
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
    """Four pieces of a photograph, 96 x 96 pixels each, taken a little farther to the right."""
    photo = small(name)
    corners = [(y, x) for y in (0, 100) for x in (0, photo.shape[1] - 112)]
    return np.array([photo[y:, x + move :][:96, :96] for y, x in corners])

query = pieces("astronaut")[2]
dusk = np.uint8(0.6 * pieces("astronaut", move=4)[2])
table = pieces("coffee")[1]
words = ("Left: an orange space suit with a blue badge. Middle: the same suit, darker and "
         "moved by a few pixels. Right: a wooden table, orange-brown, with a piece of a red saucer.")
title = "Which one is nearer to the query?"
captions = ["the query", "A", "B"]
plots.picture_grid([query, dusk, table], captions, title, words, width=2.6)

# %% [markdown]
# A, you say: it *is* the suit, at dusk, the camera moved by four pixels. Ask the distance of lesson 1, number by number:

# %%
def distance(a, b):
    """Euclidean distance of two arrays of one shape, all entries side by side."""
    return np.linalg.norm(np.ravel(a).astype(float) - np.ravel(b))

print(f"pixels: from the query to the suit at dusk {distance(query / 255, dusk / 255):.1f}")
print(f"pixels: from the query to the table        {distance(query / 255, table / 255):.1f}")

# %% tags=["guard"]
assert distance(query, table) < distance(query, dusk)

# %% [markdown]
# For pixels a table is nearer to the suit than the suit itself. In this lesson you look into a network that answers as you do, and into what each of its layers keeps of a picture.
#
# **Questions**
#
# - What does a convolutional network compute, and how much of a picture does one of its numbers see?
# - What is a channel deep inside looking for?
# - What does a distance between features forgive that a distance between pixels does not?
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
# **Time**: 60 minutes to read and to write, 30 minutes for the questions, 75 for the exercises; the notebook runs in RUN_TIME on two cores.
#
# ## 1. Sixteen convolutions
#
# VGG19 (Simonyan and Zisserman, 2015) learned from more than a million photographs to name 1000 kinds of things: breeds of dogs, teapots, space shuttles. It was never told what an edge or an eye is. Of its 19 layers with weights we take the 16 *convolutions*, and leave out the three at the end, which give the names. Three kinds of step follow each other:
#
# - A **convolution** slides a small window over its input, multiplies the $3 \times 3$ values beneath it, of all channels (at first red, green, blue), by learned weights, and adds them up. The weights of one window are a <dfn>kernel</dfn>. VGG19 first puts a border of zeros around its input, so height and width stay.
# - **ReLU** puts 0 where the sum is negative: the kernel's pattern is not there.
# - **Pooling** keeps the largest of each $2 \times 2$ values: half the height, half the width.
#
# A **layer** is a convolution with its ReLU, or a pooling. What a layer puts out are its <dfn>activations</dfn> $a$. Each kernel makes one map of activations, a **channel**. So the activations of a layer have height $n_H$, width $n_W$, and $n_C$ channels.
#
# `FeatureExtractor` is the course's network. It takes pictures, RGB from 0 to 255, and returns the activations of the layers that you name. Our picture $C$ (the letter of the *content* picture in the lessons to come) has 112 x 112 pixels:

# %%
from course_utils.backend import tf
from course_utils.vgg19 import LAYERS, FeatureExtractor

C = resize(picture("chelsea")[:300, 75:375], 112, 112)
activations = FeatureExtractor(LAYERS)(C)  # layer -> (1, n_H, n_W, n_C)

# %% jupyter={"source_hidden": true}
blocks = {"block 1\n2 convolutions": "block1_conv2", "block 2\n2 convolutions": "block2_conv2",
          "block 3\n4 convolutions": "block3_conv4", "block 4\n4 convolutions": "block4_conv4",
          "block 5\n4 convolutions": "block5_conv4"}
maps = {name: activations[layer][0].numpy() for name, layer in blocks.items()}
words = ("From left to right: the face of a ginger cat, then five stacks of grey maps, each smaller "
         "than the last. The first one shows the cat, the last one a few coarse squares.")
plots.layers_figure(C, maps, "VGG19: five blocks; between them a pooling halves the sides", words)

# %% [markdown]
# Each stack shows some maps at the end of a block; each arrow but the first is a pooling and the convolutions of the next block. (The sides are drawn as square roots, or you would not see the last ones.) The maps get smaller, and there are more of them, up to 512.
#
# ### Your turn: how much of the picture does an activation see?
#
# The square of pixels that can change one activation is its <dfn>receptive field</dfn>. One activation of the second convolution sees $3 \times 3$ activations of the first, and each of these sees $3 \times 3$ pixels. So its field has a side of 5. Keep two numbers: the side of the field, and the *spacing*, how many pixels two neighbouring activations are apart; both begin with 1. A window adds $(\text{its side} - 1) \cdot \text{spacing}$ to the side of the field. Then the *stride*, the number of places by which the window moves, multiplies the spacing.
#
# Write `receptive_field(layers)`. `layers` has a row `(side, stride)` for each layer, of its window: $(3, 1)$ for a convolution, $(2, 2)$ for a pooling. It returns the side of the field after the last of them. One way to write it is folded in the cell after yours: run it in any case, the lesson goes on with it.

# %%
from course_utils.feedback.lesson import check, guess, hint  # hint("convolve") asks you a question

def receptive_field(layers):
    """Side of the square of pixels that the last layer sees; layers: rows of (side, stride)."""
    raise NotImplementedError()  # your lines

check("receptive_field", receptive_field)

# %% jupyter={"source_hidden": true}
def receptive_field(layers):
    """Side of the square of pixels that the last layer sees; layers: rows of (side, stride)."""
    field = 1
    spacing = 1
    for side, stride in layers:
        field += (side - 1) * spacing
        spacing *= stride
    return field

# %% tags=["nbval-check-output"]
def rows(layer):
    above = LAYERS[: LAYERS.index(layer) + 1]  # this layer and all before it
    return np.array([(2, 2) if name.endswith("pool") else (3, 1) for name in above])

print("layer         n_H x n_W   n_C   sees")
for layer, a in activations.items():
    size = f"{a.shape[1]:3} x {a.shape[2]:3}   {a.shape[3]:3}"
    print(f"{layer:13} {size}   {receptive_field(rows(layer)):3} pixels")

# %% [markdown]
# The receptive field grows from 3 pixels to more than our whole picture. Is it true? Take the activations at one place of block 4, and paint everything grey that they should not see. Place 7 stands over the pixels from 7 times the spacing up to the next place; its field is that square, widened equally on both sides.

# %%
field = receptive_field(rows("block4_conv1"))
spacing = np.prod(rows("block4_conv1")[:, 1])
wider = (field - spacing) // 2  # on each side
seen = slice(7 * spacing - wider, 8 * spacing + wider)  # the rows that place 7 sees, and the columns
keyhole = np.full_like(C, 128)
keyhole[seen, seen] = C[seen, seen]
a = activations["block4_conv1"][0]
b = FeatureExtractor(["block4_conv1"])(keyhole)["block4_conv1"][0]
middle = distance(a[7, 7], b[7, 7])
corner = distance(a[3, 3], b[3, 3])
print(f"the activations at place (7, 7) moved by {middle:.1f}, those at place (3, 3) by {corner:.1f}")

# %% tags=["guard"]
assert middle < 0.001 * corner

# %% [markdown]
# The activations in the middle do not notice; those nearer to the corner do.
#
# ## 2. Your turn: a convolution by hand
#
# Three loops, over $i$, $j$ and $k$, and in them a sum: that is all. Take an input $x$ and kernels of side $s$ with the weights $w$. The sum goes over the window, with $u$ and $v$ from 0 to $s - 1$, and over the channels $c$ of the input. Each channel $k$ has a <dfn>bias</dfn> $b_k$, a learned number that is added at every place. Then the activation at place $i, j$ of channel $k$ is
#
# $$a_{ijk} = \max\Big\{0,\; b_k + \sum_{u,\,v,\,c} x_{i+u,\,j+v,\,c}\; w_{uvck}\Big\}.$$
#
# Write `convolve(x, kernels, biases)` for `x` of shape `(height, width, c)`, `kernels` `(s, s, c, n_C)`, all of them in one array, and `biases` `(n_C,)`. There is no border of zeros: the window stays inside, so the activations have the shape `(height - s + 1, width - s + 1, n_C)`. A way with three loops is folded in the cell after yours.

# %%
def convolve(x, kernels, biases):
    """Convolution and ReLU; (height, width, c), (s, s, c, n_C), (n_C,) -> (n_H, n_W, n_C)."""
    raise NotImplementedError()  # your lines

check("convolve", convolve)

# %% jupyter={"source_hidden": true}
def convolve(x, kernels, biases):
    """Convolution and ReLU; (height, width, c), (s, s, c, n_C), (n_C,) -> (n_H, n_W, n_C)."""
    s = kernels.shape[0]
    n_H = x.shape[0] - s + 1
    n_W = x.shape[1] - s + 1
    n_C = kernels.shape[3]
    a = np.zeros((n_H, n_W, n_C))
    for i in range(n_H):
        for j in range(n_W):
            for k in range(n_C):
                a[i, j, k] = biases[k] + np.sum(x[i : i + s, j : j + s] * kernels[:, :, :, k])
    return np.maximum(0, a)

# %% [markdown]
# What is $x$? Not quite the pixels. VGG19 was trained on pictures with the channels blue, green, red, *in this order*, minus the mean colour of its photographs. This *preprocessing* is the first layer of `FeatureExtractor`. Here we do it ourselves, for a patch of 12 x 12 pixels in the left eye. Without a border of zeros 10 x 10 places come out: rows 41 to 50 and columns 33 to 42 of the network's.

# %%
MEAN_BGR = (103.939, 116.779, 123.68)
kernels, biases = FeatureExtractor(["block1_conv1"]).model.get_layer("block1_conv1").get_weights()
patch = C[40:52, 32:44, ::-1] - MEAN_BGR
ours = convolve(patch, kernels, biases)
network = activations["block1_conv1"][0, 41:51, 33:43].numpy()
print("kernels", kernels.shape, "-> activations", ours.shape)
print(f"they differ by at most {abs(ours - network).max():.6f}; the largest is {network.max():.0f}")

# %% tags=["guard"]
assert np.allclose(ours, network, atol=1e-2)

# %% [markdown]
# They agree, up to the rounding of 32-bit numbers. Here are all 64 kernels of this layer, each as a tile of $3 \times 3$ colours: grey where the weight is 0, brighter where it wants light in this colour, darker where it wants none.

# %% jupyter={"source_hidden": true}
rgb = kernels[:, :, ::-1]  # the network has blue first
tiles = [127.5 + 127.5 * rgb[..., k] / abs(rgb[..., k]).max() for k in range(64)]
words = ("Four rows of 16 tiles. Some are light on one side and dark on the other, some have a light "
         "or dark place in the middle, some are nearly of one colour: green, blue, red.")
title = "The 64 kernels of the first layer"
plots.picture_grid(tiles, range(64), title, words, columns=16, width=0.55)

# %% [markdown]
# Tiles that are light on one side and dark on the other ask for an edge; tiles of one hue ask for a colour. (The kernels do not come from us: nobody told the network to look for edges.)
#
# Now break the convolution. What if rows and columns of the kernels are exchanged? What if blue and red are? What if the bias is left out? The shapes do not change, and no error appears:

# %%
wrong = {"rows and columns exchanged": convolve(patch, kernels.transpose(1, 0, 2, 3), biases),
         "RGB instead of BGR": convolve(patch[:, :, ::-1], kernels, biases),
         "no bias": convolve(patch, kernels, 0 * biases)}
for name, a in wrong.items():
    print(f"{name:27} off by {distance(a, network) / np.linalg.norm(network):.0%}")

# %% tags=["guard"]
shares_off = [distance(a, network) / np.linalg.norm(network) for a in wrong.values()]
assert min(shares_off[:2]) > 0.45 and shares_off[2] < 0.05

# %% [markdown]
# The first two are wrong by about half of all there is, or more; the bias is a small matter in this layer. A network answers any numbers of the right shape.
#
# ## 3. The wrong numbers in
#
# Activations that are used to describe a picture are called its *features*. Compare those of block 4 for our picture, fed in rightly and wrongly: red and blue exchanged; the mean not subtracted; the preprocessing done twice; numbers from 0 to 1 instead of 0 to 255. As a yardstick: how far is *another picture*, a flower? The guess is for the last mistake, in percent of that distance.

# %%
def block4(pixels):
    """Features of block 4; a tensor, so that nobody checks the range of the numbers."""
    return features(tf.constant(pixels, tf.float32))["block4_conv1"].numpy()

features = FeatureExtractor(["block4_conv1"])
flower = resize(picture("flower")[100:400, 150:450], 112, 112)
yardstick = distance(block4(C), block4(flower))
divided = guess(...)  # numbers from 0 to 1: how far, in percent of the way to the flower?

# %%
fed = {"red and blue exchanged": C[:, :, ::-1], "mean not subtracted": C + MEAN_BGR[::-1],
       "preprocessed twice": C[:, :, ::-1] - MEAN_BGR, "0 to 1 instead of 0 to 255": C / 255}
moved = {name: distance(block4(C), block4(pixels)) / yardstick for name, pixels in fed.items()}
for name, way in moved.items():
    print(f"{name:28} moved by {way:.0%} of the distance to another picture")
divided.is_really(100 * moved["0 to 1 instead of 0 to 255"], "%")

for name in ("0 to 1 instead of 0 to 255", "preprocessed twice"):
    try:
        features(fed[name])
    except ValueError as error:
        print(error)

# %% tags=["guard"]
assert min(moved.values()) > 1 / 3
assert 0.61 < moved["preprocessed twice"] < 0.71
assert 0.7 < moved["0 to 1 instead of 0 to 255"] < 0.8

# %% [markdown]
# None of these is harmless. For the network the cat has moved by a third of its distance to a flower or more; preprocessed twice by about two thirds, with numbers from 0 to 1 by about three quarters (in some direction, not necessarily towards the flower). Nothing fails: whatever you compute from such features still comes out, and nothing tells you that it is wrong. So the course's extractor does the preprocessing itself, and looks at arrays before it takes them, as the two sentences at the end of the output say.
#
# (It cannot know *why* numbers are out of range: clipping would not help here, leaving out your own preprocessing would. And it cannot see red and blue exchanged: that is a picture, too.)
#
# ## 4. What the channels answer
#
# Here is the cat in four layers. Of each layer you see the four channels whose answers change most from place to place. White is the strongest activation of *this* map, black none.

# %% jupyter={"source_hidden": true}
answers, captions = [], []
for layer in ("block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3"):
    a = activations[layer][0].numpy()
    for channel in np.argsort(-a.std(axis=(0, 1)))[:4]:
        answers.append(a[:, :, channel] / a[:, :, channel].max())
        captions.append(f"{layer}, channel {channel}")
words = ("Four rows of grey maps. Block 1: a soft grey cat, three of its outlines. Block 2: "
         "stripes and rims of the eyes. Block 3: coarser. Block 4: two bright spots where the eyes "
         "are, and in one map a bright frame.")
title = "Block 1 still draws the cat; in block 4, three of these maps mark the eyes"
plots.picture_grid([255 * each for each in answers], captions, title, words, columns=4, width=2.2)

# %% tags=["guard"]
bright = sorted(np.mean(each > 0.25) for each in answers[12:])
assert bright[2] < 0.1 < 0.2 < bright[3], bright
fewer = 0
for layer, shown_of_layer in (("block3_conv3", answers[8:12]), ("block4_conv3", answers[12:])):
    a = activations[layer][0].numpy()
    of_all = np.mean(a > a.max(axis=(0, 1)) / 4, axis=(0, 1))
    fewer += sum(np.mean(each > 0.25) < np.median(of_all) for each in shown_of_layer)
assert fewer == 7

# %% [markdown]
# In block 1 you still see the cat: each channel is a drawing of it, of its light and dark, or of its edges in one direction. In block 4 a map has 14 x 14 places. Three of the four maps are dark at more than nine of ten of them, and bright where the eyes are: these three answer at the eyes. (One map draws a frame instead: it answers at the border, where the windows see the zeros around the picture.) The maps say *where* a channel answers, not what it asks for.
#
# And our choice prefers maps with a few bright spots: in blocks 3 and 4 seven of the eight shown have fewer bright places (above a quarter of their maximum) than the median map of their layer.
#
# ## 5. What a channel is looking for
#
# Turn the question round: which picture makes a channel answer as strongly as possible? Begin with noise, and change it step by step in the direction in which the mean activation of the channel grows fastest. That direction is the gradient with respect to the *pixels*, and to follow it uphill is <dfn>gradient ascent</dfn>. The weights of the network stay as they are. **Only the picture learns.**
#
# The plain way needs one new thing. `tf.GradientTape` writes down what is computed inside its block; afterwards `tape.gradient(J, G)` gives the gradient of a number $J$ with respect to the picture $G$, with the shape of $G$. The size of its entries says nothing about a good step in grey levels. So we divide it by its standard deviation, and multiply by a step of our choice, `rate`.

# %%
def climb(start, answer, steps, rate):
    """Change a picture (height, width, 3) step by step, so that answer(picture) grows."""
    G = tf.constant(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(G)
            J = answer(G)
        gradient = tape.gradient(J, G)
        G = G + rate * gradient / tf.math.reduce_std(gradient)
        G = tf.clip_by_value(G, 0, 255)
    return G.numpy()

# %% tags=["long"]
deep = FeatureExtractor(["block5_conv1"])

def channel_17(G):
    """Mean activation of channel 17, which is one of 512."""
    return tf.reduce_mean(deep(G)["block5_conv1"][..., 17])

noise = 128 + 10 * np.random.default_rng(0).normal(size=(128, 128, 3))
plain = climb(noise, channel_17, steps=24, rate=4)
print(f"mean activation: {channel_17(noise):.1f} in noise, {channel_17(plain):.0f} after 24 steps")

# %% [markdown]
# Much more strongly. But each pixel goes its own way. Olah, Mordvintsev and Schubert (2017) turn other knobs: a picture is a sum of *waves*, long ones and short ones, and each wave has two knobs, one for its cosine and one for its sine. The package's `Waves` has them. As in photographs, its long waves are louder than its short ones, and its three colours vary together; that mix of colours is taken from our ten photographs. `knobs(1)` sets the knobs of one picture near 0. `excite` climbs as you did, with three helpers: the optimiser *Adam* chooses the size of the steps, TensorFlow compiles them, and the picture is moved at random in each step, so that a good pattern excites the channel wherever it lies.

# %% tags=["long"]
from course_utils.style.dreams import Waves, excite, strongest

waves = Waves(128, [small(name) for name in PICTURES])
tuned = excite("block5_conv1", [17], waves, waves.knobs(1), steps=24)  # (1, 128, 128, 3)
words = ("Left: a grey ground with fringes of many colours, in which eyes and snouts can be "
         "seen. Right: heads of animals in profile, with light and shade, in orange and blue.")
shown = [resize(np.uint8(one), 512, 512) for one in (plain, tuned[0])]
plots.picture_grid(shown, ["each pixel by itself", "waves"], "One channel, two ways up", words, width=4)

# %% [markdown]
# Same channel, same number of steps. **The channel asks for the pattern; how it looks to us depends on the way up, too.** (The two ways differ in more than the knobs, so this pair does not say which difference makes the look.) We go on with the waves, because their pictures are easier to read.
#
# Now a little exhibition. Before you look: what do you expect of shallow layers, and what of deep ones?

# %% tags=["long"]
rooms = {"block2_conv2": [5, 6, 12, 13], "block3_conv1": [4, 5, 8, 12],
         "block4_conv2": [3, 4, 15, 11], "block5_conv1": [8, 10, 13, 17]}
exhibition = {layer: excite(layer, channels, waves, waves.knobs(4), steps=24)
              for layer, channels in rooms.items()}

# %% jupyter={"source_hidden": true}
captions = [f"{layer}, channel {channel}" for layer, channels in rooms.items() for channel in channels]
large = [resize(each, 256, 256) for pictures in exhibition.values() for each in pictures]
words = ("Sixteen pictures. Block 2: woven lines and blotches of two colours. Block 3: dots, feathers, "
         "scales, waves. Block 4: dunes, fans, stars, fur. Block 5: wheels with dark dots, bodies of "
         "fish or birds, many eyes, furry heads.")
title = "From weave to texture to things with eyes"
plots.picture_grid(large, captions, title, words, columns=4, width=2.2)

# %% [markdown]
# Nobody drew these: 16 channels asked for the patterns. (The colours are not theirs alone: their mix is taken from our photographs.) We chose them because they are easy to describe; not all channels are. In *these* 16 you find lines and weaves in block 2, textures in block 3, patterns such as fans and fur in block 4, and in block 5 eyes, heads, animals' bodies: parts of *things*. Zeiler and Fergus (2014) described such an order for another network, in another way.
#
# Now point at them by hand, in the cat: *where* does a channel answer, and *what* does it ask for? Point at a place of the map, or of the cat. The frame is the receptive field of section 1, cut off at the border of the picture. Go to the places where the map is white: is what lies in the frame there like the picture that was made to excite the channel?

# %% jupyter={"source_hidden": true}
from course_utils import explorables

by_spread = np.argsort(-activations["block1_conv2"][0].numpy().std(axis=(0, 1)))
pointed = {"block1_conv2": by_spread[:2], **rooms}
explorables.receptive_field(C, {each: activations[each] for each in pointed}, pointed, exhibition)

# %% [markdown]
# Instead of noise you can begin with a photograph, and instead of one channel you can ask for more of *everything* that a layer answers. Then what the layer finds a little of in the photograph grows with each step. Mordvintsev, Olah and Tyka (2015) made *deep dreams* in this way. With `climb` it is one line:

# %% tags=["long"]
block4_only = FeatureExtractor(["block4_conv2"])

def all_of_block4(G):
    """Mean squared activation of all 512 channels."""
    return tf.reduce_mean(block4_only(G)["block4_conv2"] ** 2)

awake = resize(picture("chelsea")[:300, 75:375], 224, 224)
dream = climb(awake, all_of_block4, steps=16, rate=4)
words = ("Left: the face of the cat. Right: the same face, but its fur is full of rings with dark or "
         "red middles, like small eyes.")
shown = [resize(np.uint8(one), 448, 448) for one in (awake, dream)]
title = "A cat, and what block 4 makes of it"
plots.picture_grid(shown, ["awake", "dreaming"], title, words, width=4.4)

# %% [markdown]
# Small eyes are everywhere in the fur, and in the eyes themselves. Are the patterns of the exhibition fantasy, too? Check with photographs: search ours for the patches that excite three channels of block 4 most, at most one from each photograph. `strongest` gives the activation, and the middle of its receptive field, because the middle counts most.

# %%
searched = "block4_conv2"
seen_in = {name: block4_only(small(name))[searched][0].numpy() for name in PICTURES}

def best(channel):
    """The three strongest answers of a channel, each in another photograph, with its patch."""
    views = [strongest(seen_in[name], channel, searched, small(name)) for name in PICTURES]
    return sorted(views, key=lambda view: -view.answer)[:3]

# %% jupyter={"source_hidden": true}
patches, captions = [], []
for channel, made in list(zip(rooms[searched], exhibition[searched], strict=True))[:3]:
    patches += [made, *(view.patch for view in best(channel))]
    captions += [f"channel {channel}", *(f"{view.answer:.0f}" for view in best(channel))]
patches = [resize(patch, 160, 160) for patch in patches]
words = ("Three rows: a made picture and three patches of photographs. Dunes: upper rims of a collar "
         "and petals, a cup. Fans: a chin, an eye, a spoon, round below. Stars: a spoon, the sky, "
         "a collar.")
plots.picture_grid(patches, captions, "What they ask for, and what they find", words, 4, 2.0)

# %% [markdown]
# The number below a patch is the activation. Dunes and fans turn out to be rims: channel 3 finds upper edges of bright or round things (the cup is a doubtful case), channel 4 the lower ends of round things, be it a chin, an eye or a spoon. Channel 15 finds bright points on dark ground, on a spoon and in the sky (the collar on the right is doubtful, too). It is a pattern that they share, not a kind of thing. But ten photographs are few, and a made picture exaggerates. How much? Take the mean activation over all places:

# %%
made_to_excite = block4_only(exhibition[searched])[searched].numpy()
exaggerated = {}
for number, channel in enumerate(rooms[searched]):
    in_photographs = max(a[:, :, channel].mean() for a in seen_in.values())
    in_made = made_to_excite[number, :, :, channel].mean()
    exaggerated[channel] = in_made / in_photographs
    print(f"channel {channel:2}: mean activation {in_made:6.0f}, best photograph {in_photographs:5.0f}")

# %% tags=["guard"]
assert min(exaggerated.values()) > 3
for number, channel in enumerate(rooms[searched][:3]):
    assert best(channel)[0].answer < made_to_excite[number, :, :, channel].mean()

# %% [markdown]
# Many times as strong as the best of ten photographs. Part of this is that the pattern fills the made picture, and a photograph has it at a few places. But even the strongest single answers in the figure above stay below these means. It is a caricature: good for a guess at what a channel asks for, but no proof.
#
# ## 6. What a layer keeps
#
# A single channel is one voice of hundreds. What do *all* channels of a layer know of the picture? Mahendran and Vedaldi (2015) found out by rebuilding it: begin with noise, and change the picture $G$, the generated one, until its activations are nearly those of $C$. How far it has to go is measured by
#
# $$J(C, G) = \frac{1}{4\, n_H\, n_W\, n_C} \sum_{\text{all entries}} \big(a^{(C)} - a^{(G)}\big)^2,$$
#
# a squared distance of features, divided by their number (and by 4, a custom). The first function below gives it as a share: 1 is what a silent layer costs, one with all activations 0.
#
# Many pictures have nearly the same features; among them we want the smoothest. So the second function adds a very small cost for differences between neighbouring pixels, the <dfn>total variation</dfn>: the mean of their squares. It returns the whole cost and its gradient.

# %%
from course_utils.style.costs import content_cost, total_variation

def cost_of_features(layer, C):
    """Two functions of a picture G: J as a share; and the whole cost with its gradient."""
    extractor = FeatureExtractor([layer])
    a_C = extractor(C)[layer]
    silent = content_cost(a_C, 0 * a_C)

    def part_of_silent(G):
        return content_cost(a_C, extractor(G)[layer]) / silent

    @tf.function  # compiled once, then quick
    def cost_and_gradient(G):
        with tf.GradientTape() as tape:
            tape.watch(G)
            cost = 1e4 * (part_of_silent(G) + 1e-5 * total_variation(G))  # 1e4: for a long first step
        return cost, tape.gradient(cost, G)

    return part_of_silent, cost_and_gradient

# %% [markdown]
# Then we go downhill. <dfn>L-BFGS</dfn> is a way of going downhill that remembers its last steps, and learns from them how the slope changes; as a rule it needs far fewer steps than plain gradient descent. The package's `lbfgs` gives us the pictures on the way, one a step. It wants a function that takes and returns NumPy's arrays.

# %%
from course_utils.style.optimizers import lbfgs

def rebuild(layer, C, steps=30):
    """A picture made from noise, to have the activations of C in a layer; and its J."""
    part_of_silent, cost_and_gradient = cost_of_features(layer, C)

    def evaluate(G):
        cost, gradient = cost_and_gradient(tf.constant(G, tf.float32))
        return float(cost), gradient.numpy()

    start = np.clip(128 + 10 * np.random.default_rng(0).normal(size=C.shape), 0, 255)
    G = list(lbfgs(evaluate, start, steps))[-1]  # the last of the pictures on the way
    return G, float(part_of_silent(tf.constant(G, tf.float32)))

# %% [markdown]
# **Predict.** The first layer has 64 numbers for each pixel, the picture has 3. Block 5 has $7 \cdot 7 \cdot 512$ numbers, about two thirds as many as the picture has. Which rebuilt pictures will look like the cat, and what will be missing?
#
# <details><summary>Answer</summary>
#
# Counting does not settle it. Block 5 has to say with its numbers what the whole network found worth knowing, and that was the name of a thing, not the colour of each hair. Look.
#
# </details>

# %% tags=["long"]
depths = [f"block{block}_conv1" for block in range(1, 6)]
rebuilt = {layer: rebuild(layer, C) for layer in depths}
for layer, (G, J) in rebuilt.items():
    off = np.sqrt(np.mean((G - C) ** 2.0))
    print(f"{layer}: pixels off by {off:4.1f} grey levels, features by {np.sqrt(J):.0%}")
flat = np.sqrt(np.mean((C - C.mean(axis=(0, 1))) ** 2))
print(f"for comparison: a flat picture of the mean colour is off by {flat:.1f}")

words = ("The cat, then five rebuilt cats. From blocks 1 and 2 they look like the photograph. From "
         "block 3 the colours fade, from block 4 fur becomes strokes, from block 5 all is greyish "
         "and blotched; eyes, nose and stripes can still be found, but an eye may be double.")
shown = [C, *(G for G, _ in rebuilt.values())]
captions = ["C", *depths]
title = "The cat, rebuilt from five layers"
plots.picture_grid(np.array(shown).round().astype(np.uint8), captions, title, words, 3, 2.9)

# %% tags=["guard"]
levels_off = [np.sqrt(np.mean((G - C) ** 2.0)) for G, _ in rebuilt.values()]
assert all(np.diff(levels_off) > 0)
assert levels_off[1] < 0.5 * flat < flat < min(levels_off[3:])
assert max(J for _, J in list(rebuilt.values())[:2]) < 0.05**2
assert max(J for _, J in rebuilt.values()) < 1 / 9

# %% [markdown]
# The error of the features is given as in section 2: their distance from $C$'s features, as a share of how far those are from 0. It is the root of $J$'s share. Those of blocks 1 and 2 are matched within a few percent, the deeper ones within a third. Yet pixel by pixel, from block 4 on, these cats are *farther* from $C$ than a flat picture of one colour. Exact colours are gone, and so are the single hairs. What you still find is the arrangement: eyes, a nose, stripes, each about in its place (from block 5 an eye may come out double). So this cost asks *what is where*, and lets go of how it looks exactly; lesson 7 takes it for its content cost.
#
# (How much of this loss is the layer's, and how much ours? The run does not tell: thirty steps stop before the end of the way, and the smoothness has its say. Try more steps.)
#
# ## 7. Distances that mean something
#
# Back to the suit at dusk. Which layer puts it nearer than the table?

# %%
from course_utils.style.features import FastFeatureExtractor

of_depths = FastFeatureExtractor(depths)  # the same numbers, with fewer multiplications (lesson 8)

def points(pictures):
    """What each layer makes of n pictures: points, (n, numbers). Pixels are the baseline."""
    a = {"pixels": np.asarray(pictures) / 255} | of_depths(np.asarray(pictures))
    return {layer: np.reshape(values, (len(pictures), -1)) for layer, values in a.items()}

suit_to_table = {}
for layer, (q, suit, other) in points([query, dusk, table]).items():
    suit_to_table[layer] = distance(q, suit) / distance(q, other)
    print(f"{layer:13} the suit is {suit_to_table[layer]:.2f} times as far away as the table")

# %% tags=["guard"]
assert max(suit_to_table["block4_conv1"], suit_to_table["block5_conv1"]) < 0.7 < 1 < suit_to_table["pixels"]

# %% [markdown]
# All five layers agree with you, the deeper ones more (block 1 only just). One case is no evidence, though. Take four pieces from each of the ten photographs, 40 in all, and copies of them that are changed, for example moved. How far is a piece from *its own* copy, compared with how far it is, on average, from the copies of the *other photographs*? 0 is best. 1 would mean: as far as the others are on average. And is the nearest of the 40 copies its own? Guessing is right once in 40.

# %%
from sklearn.metrics.pairwise import euclidean_distances

def gather(move=0):
    """The pieces of all photographs, (40, 96, 96, 3)."""
    return np.concatenate([pieces(name, move) for name in PICTURES])

piece_of = np.repeat(np.arange(len(PICTURES)), 4)  # (40,): which photograph a piece comes from
known = points(gather())

def compare(copies):
    """By layer: how far each copy is (copies of others: 1), and whether it is found; both (40,)."""
    far, found = {}, {}
    for layer, p in points(copies).items():
        d = euclidean_distances(known[layer], p)  # (40, 40): each original from each copy
        others = np.mean(d, axis=1, where=piece_of[:, None] != piece_of)
        far[layer] = np.diag(d) / others
        found[layer] = 1.0 * (d.argmin(axis=1) == np.arange(40))
    return far, found

# %% tags=["long"]
shifts = [0, 1, 2, 4, 8, 12, 16]
moved_by = {shift: compare(gather(shift)) for shift in shifts}
far_by_shift = [far for far, _ in moved_by.values()]

words = ("Six curves over a move from 0 to 16 pixels, all from 0 up. Blocks 1 and 2 rise fastest, at "
         "once above pixels. Block 4 lies below pixels up to about 7 pixels, block 5 up to about 13.")
curves = {layer.removesuffix("_conv1"): [far[layer].mean() for far in far_by_shift] for layer in known}
axes = ("moved to the right, in pixels", "distance (other photographs: 1)")
title = "A small move costs blocks 4 and 5 less than pixels, a large one does not"
plots.curves_figure(shifts, curves, axes, title, words)

# %%
from course_utils.faces.evaluation import bootstrap_interval

def apart(one, other):
    """Mean difference of two measures of the 40 pieces, with its 95 % interval over photographs."""
    each = np.reshape(one - other, (10, 4)).mean(axis=1)
    low, high = bootstrap_interval(lambda drawn: each[drawn].mean(), np.arange(10))
    return f"{each.mean():+.2f} ({low:+.2f} to {high:+.2f})"

print("moved by   pixels   block 4   its square   block 4 minus pixels    block 2 minus pixels")
for shift, far in zip(shifts[2:], far_by_shift[2:], strict=True):
    pixels, deep4 = far["pixels"], far["block4_conv1"]
    both = apart(deep4, pixels) + "   " + apart(far["block2_conv1"], pixels)
    print(f"{shift:8} {pixels.mean():8.2f} {deep4.mean():9.2f} {np.mean(deep4**2):12.2f}   {both}")

# %% tags=["guard"]
def ends_of(difference):
    return [float(end) for end in difference.split("(")[1].rstrip(")").split(" to ")]

by_move = dict(zip(shifts, far_by_shift, strict=True))
block4_less = {n: ends_of(apart(by_move[n]["block4_conv1"], by_move[n]["pixels"])) for n in shifts[2:]}
assert max(block4_less[2][1], block4_less[4][1]) < 0 < block4_less[16][0]
assert block4_less[8][0] < 0 < block4_less[8][1] and block4_less[12][0] < 0 < block4_less[12][1]
assert all(ends_of(apart(by_move[n]["block2_conv1"], by_move[n]["pixels"]))[0] > 0 for n in shifts[2:])
assert by_move[2]["block4_conv1"].mean() < 0.6 * by_move[2]["pixels"].mean()

# %% [markdown]
# Read it slowly; it is not the story "deeper is better". Moved by 2 pixels, a picture is little more than half as far away in block 4 as it is in pixels; by 4, it is still nearer: the intervals of these differences lie below 0. At 8 and 12 pixels the interval has 0 in it, and at 16 block 4 is *farther*. Block 2 is farther than pixels at every move. So block 4 forgives a small move, and no large one. (Look at the squares, too: lesson 7 builds a cost of squared distances, and in squares a small move looks smaller still.)
#
# Now other changes, and the decision: is the nearest of the 40 changed copies its own? How many percent of the pieces do *pixels* find, moved by four pixels and darker, like the suit?

# %%
found_by_pixels = guess(...)
darker = np.uint8(0.6 * gather(4))
brighter = np.uint8(np.minimum(gather() + 40.0, 255))
grain = 25 * np.random.default_rng(0).normal(size=darker.shape)
grainy = np.uint8((gather() + grain).clip(0, 255))
changed = {"moved by 4, darker": darker, "brighter": brighter,
           "grainy": grainy, "mirrored": gather()[:, :, ::-1]}

# %% tags=["long"]
results = {"moved by 4": moved_by[4]}
results |= {change: compare(copies) for change, copies in changed.items()}
print(" " * 29 + "".join(f"{layer.removesuffix('_conv1'):>7}" for layer in known))
for change, (far, found) in results.items():
    print(f"{change:20}found    " + "".join(f"{found[layer].mean():7.0%}" for layer in known))
    print(f"{'':20}distance " + "".join(f"{far[layer].mean():7.2f}" for layer in known))
found_by_pixels.is_really(100 * results["moved by 4, darker"][1]["pixels"].mean(), "%")

print("block 4 minus pixels         found                     distance")
for change, (far, found) in results.items():
    more = apart(found["block4_conv1"], found["pixels"])
    farther = apart(far["block4_conv1"], far["pixels"])
    print(f"{change:28} {more:25} {farther}")

# %% tags=["guard"]
def ends_of(difference):
    return [float(end) for end in difference.split("(")[1].rstrip(")").split(" to ")]

def more_found(change, layer="block4_conv1"):
    return ends_of(apart(results[change][1][layer], results[change][1]["pixels"]))

def farther_off(change):
    return ends_of(apart(results[change][0]["block4_conv1"], results[change][0]["pixels"]))

assert min(more_found("moved by 4")[0], more_found("moved by 4, darker")[0]) > 0 >= more_found("brighter")[0]
assert max(farther_off(change)[1] for change in ("moved by 4", "moved by 4, darker", "brighter")) < 0
assert min(farther_off("grainy")[0], farther_off("mirrored")[0]) > 0
found_in = {change: {layer: found[layer].mean() for layer in known} for change, (_, found) in results.items()}
assert found_in["moved by 4, darker"]["pixels"] < 0.45
assert min(found_in["moved by 4, darker"][layer] for layer in ("block4_conv1", "block5_conv1")) == 1
assert max(found_in["mirrored"].values()) <= 0.25 and min(found_in["grainy"].values()) >= 39 / 40
assert found_in["moved by 4, darker"]["block2_conv1"] > found_in["moved by 4"]["block2_conv1"]
assert found_in["moved by 4, darker"]["pixels"] < found_in["moved by 4"]["pixels"]

# %% [markdown]
# Moved and darker, like the suit: pixels find their own copy in fewer than half of the cases, blocks 4 and 5 in all 40. For moved pictures the intervals say so, too: block 4 finds more of them than pixels do. (Darker on top of moved: pixels find fewer than of those only moved, block 2 finds more. We have not looked for the reason.) For brighter ones the interval begins at 0: in distance block 4 is nearer, but whether it finds *more*, ten photographs do not settle. Grain takes the features of block 4 farther away than pixels, and costs block 5 one decision of 40. A mirrored picture is farther away in block 4 than in pixels, and at most a quarter are found, whatever you compare: left is not right, *what is where* has changed.
#
# Lesson 1 asked for a distance that means something. Here is one, made of a network that was trained for something else. Zhang et al. (2018) compared such distances with what people say about pairs of pictures: features agree with people far better than pixels do.
#
# ## What can go wrong
#
# - **Wrong numbers in.** You saw four ways. All run without an error. Check the range, and the order of colours, once, before the first layer.
# - **A wrong layer.** For "is this the same, moved a little?" block 2 is no good: in our test a moved picture was farther away there than in pixels.
# - **Features compared across layers or sizes.** Distances of block 1 and block 5 have different units; divide by a yardstick, such as the distance of another picture.
# - **A made picture taken for an explanation.** It is one thing that excites a channel, painted in strong colours. The channel may answer to others, too.
#
# ## Key points
#
# - A convolution is a sum of products in a sliding window; ReLU and pooling follow. The receptive field grows with depth, from 3 pixels to more than our whole picture.
# - A picture can be changed uphill until a channel answers strongly. In the sixteen that we chose, channels of block 2 asked for lines, those of block 5 for parts of things.
# - A picture rebuilt from a deep layer keeps what is where, and loses exact colours and detail.
# - A distance between features of block 4 forgives other light, and a move of a few pixels: up to 4 it was nearer than pixels, at 16 farther. Grain takes it farther away than pixels, and a mirror it does not forgive. In block 2 a moved picture is farther away than in pixels, at every move.
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
# <details><summary>Answer</summary>Other light is a reason for features of a deep block. In our test grain took block 4 farther away than pixels, though it hardly changed a decision. Try first: smooth the picture, then use the features. Nothing replaces a measurement on such pairs.</details>
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
# - A. Mordvintsev, C. Olah, M. Tyka, *Inceptionism: going deeper into neural networks*, 2015: deep dreams.
# - C. Olah, A. Mordvintsev, L. Schubert, *Feature visualization*, 2017: how to make pictures that excite a channel, and what they do not tell.
# - R. Zhang et al., *The unreasonable effectiveness of deep features as a perceptual metric*, 2018: LPIPS, a distance of features fitted to people's judgement.
# - Try: let the cat dream in block 3, or in block 5. Try: other channels in `rooms`. Some stay grey: they do not answer to the faint noise at the start at all, so there is no way up.
# - Try: `rebuild("block5_conv1", C, steps=200)`. Which details come, and which never do?
#
# The photographs and who made them: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** A deep layer knows what is where. A painting has something else: strokes, colours, a rhythm that is the same all over it, *wherever* you look. Can the same features measure that, too?
