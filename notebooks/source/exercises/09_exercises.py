# %% [markdown]
# # Exercises 09: a painter of your own
#
# *After [lesson 09](../../../09_a_painter_of_your_own.ipynb). About 90 minutes, TOTAL points.*
#
# Run the first two cells. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it
# checks your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at
# a time.
#
# An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19. The rest of it is
# not there when answers are graded, and the check refuses it too.
#
# **What you practise**, of the objectives of the lesson:
#
# OBJECTIVES

# %%
import numpy as np

from course_utils.backend import keras, tf
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.feedback import check, hint

# %% [markdown]
# No painter is trained here. You need one photograph, small, and the same photograph at a quarter of its contrast. The pixels
# stand for activations, with red, green and blue for channels.

# %% locked="run-world"
photograph = resize(picture("china"), 32, 48).astype(float)  # (32, 48, 3), from 0 to 255
pale = 110 + photograph / 4
both = np.stack([photograph, pale])
print(f"photograph: mean {photograph.mean():4.0f}, spread {photograph.std():3.0f}")
print(f"pale:       mean {pale.mean():4.0f}, spread {pale.std():3.0f}")

# %% [markdown] locked="q-instance-normalise"
# ## Instance normalisation
#
# Write `instance_normalise(a, gamma, beta)`. `a` has the shape `(n, n_H, n_W, n_C)`: activations of $n$ pictures. `gamma` and
# `beta` have the shape `(n_C,)`, a learned number for each channel. It returns an array of the shape of `a`:
#
# $$\gamma \, \frac{a - \mu}{\sqrt{\sigma^2 + 0.00001}} + \beta$$
#
# where $\mu$ and $\sigma^2$ are the mean and the variance of one channel of *one* picture, over all its positions.

# %% exercise="instance_normalise" practises="write instance normalisation"

# %% [markdown] locked="q-instance-normalise-2"
# The two photographs go in together. Which of the two is pale can no longer be seen in the numbers.

# %% locked="run-instance_normalise"
normalised = np.asarray(instance_normalise(both, np.ones(3), np.zeros(3)))
for name, one in zip(("photograph", "pale"), normalised, strict=True):
    print(f"{name:10}: mean {one.mean():5.2f}, spread {one.std():.3f}, first pixel {np.round(one[0, 0], 2).tolist()}")

# %% [markdown] locked="q-relative-cost"
# ## A relative cost
#
# Write `relative_cost(target, given)`. Both are arrays of one shape, activations or Gram matrices. It returns one number:
#
# $$\frac{\sum (\mathrm{target} - \mathrm{given})^2}{\sum \mathrm{target}^2}$$

# %% exercise="relative_cost" practises="train a painter with the perceptual loss"

# %% [markdown] locked="q-perceptual-loss"
# ## What a painter is told
#
# Write `perceptual_loss(a_C, a_G, A_S, A_G, style_weight)` for one photograph. `a_C` and `a_G` are activations of the
# photograph and of what was painted, `(1, n_H, n_W, n_C)`. `A_S` and `A_G` hold the Gram matrices of the style and of what was
# painted, one for each style layer: `(layers, n, n)`. (In this exercise all layers have the same number of channels.) It
# returns one number: the content's relative cost, plus `style_weight` times the *mean* of the layers' relative costs.
#
# Some matrices are a thousand times as large as others, as with VGG19. All layers are to count the same.

# %% exercise="perceptual_loss" practises="train a painter with the perceptual loss"

# %% [markdown] locked="q-perceptual-loss-2"
# Compare the Gram matrices of the pale photograph with those of the other one. There are two layers: the pixels themselves, and
# the pixels times 30. Both should count the same.

# %% locked="run-perceptual_loss"
grams = np.einsum("nhwi,nhwj->nij", both, both) / photograph[..., 0].size
layers = [np.stack([gram, 900 * gram]) for gram in grams]
for name, one, generated in (("photograph", photograph, layers[0]), ("pale", pale, layers[1])):
    loss = perceptual_loss(photograph[None], one[None], layers[0], generated, 5.0)
    print(f"{name:10}: loss {loss:.3f}")

# %% [markdown] locked="q-painter-field"
# ## Predict, then run: how far does a painter see?
#
# In lesson 6 you computed how large a patch an activation sees. In a painter the picture becomes smaller, and later larger
# again: each activation is *copied*, so that there are `copies` in a row where one was before, and then the kernel slides over
# the copies. What do the copies change?
#
# Write your prediction as `painter_field(layers)`. `layers` is an array with a row `(copies, kernel, stride)` for each layer,
# from the first to the last; the copies come before the kernel, and 1 means that nothing is copied. It returns the side of the
# square of pixels that one pixel of the result sees. (Where there are copies, it can be a little larger at one place than at the
# next. Return the mean over the places.)

# %% exercise="painter_field" practises="compute how far a painter sees" kind="predict"

# %% [markdown] locked="q-painter-field-2"
# Now ask a network. All its kernels are ones. The gradient of a pixel of the result is not 0 where it sees something; here
# only from left to right, at 16 neighbouring places.

# %% locked="run-painter_field"
rows = [(1, 9, 1), (1, 3, 2), (1, 3, 2), (1, 3, 1), (1, 3, 1), (2, 3, 1), (2, 3, 1), (1, 9, 1)]


def seen(layers, width=256, places=16):
    """How many pixels each of some places in the middle sees, from left to right."""
    x = tf.Variable(np.ones((1, 1, width, 1), np.float32))
    with tf.GradientTape(persistent=True) as tape:
        y = x
        for times, window, stride in layers:
            y = tf.repeat(y, times, axis=2)
            y = tf.nn.conv2d(y, tf.ones((1, window, 1, 1)), stride, "SAME")
        asked = [y[0, 0, width // 2 + place, 0] for place in range(places)]
    gradients = [tape.gradient(one, x).numpy().ravel() for one in asked]
    return [int(np.ptp(np.flatnonzero(gradient))) + 1 for gradient in gradients]


pixels = seen(rows)
print(f"seen: from {min(pixels)} to {max(pixels)} pixels, {np.mean(pixels):g} in the mean")
print(f"your prediction: {painter_field(np.array(rows)):g}")

# %% check="painter_field"

# %% [markdown] locked="q-mended-enlarge"
# ## Find the mistake: a checkerboard
#
# A fellow student's painter draws a fine checkerboard over everything. The function below makes a channel twice as large: it
# puts each number at every second place, with zeros in between, and slides a learned kernel over it. (That is a *transposed
# convolution*.) It is tried on a channel that is 1 everywhere.

# %% locked="run-enlarge"
def enlarge(a, kernel):
    wide = np.zeros((2 * a.shape[0] + 2, 2 * a.shape[1] + 2))
    wide[1:-1:2, 1:-1:2] = a
    out = np.zeros((2 * a.shape[0], 2 * a.shape[1]))
    for u, v in np.ndindex(3, 3):
        out += kernel[u, v] * wide[u : u + out.shape[0], v : v + out.shape[1]]
    return out


flat, kernel = np.ones((3, 4)), np.array([[1.0, 2, 1], [2, 3, 2], [1, 2, 1]])
print(enlarge(flat, kernel))

# %% [markdown] locked="q-mended-enlarge-2"
# Nothing in the channel told it to.
#
# Write `mended_enlarge(a, kernel)`. `a` has the shape `(n_H, n_W)`, `kernel` the shape `(3, 3)`. It returns an array
# `(2 n_H, 2 n_W)`: each number is *copied* to two by two places; then the outermost rows and columns are repeated once on
# each side; then the kernel slides over it, as in lesson 6: it is not turned round, and the products are added up.

# %% exercise="mended_enlarge" practises="say how zeros in between make a checkerboard" kind="flaw"

# %% locked="run-mended_enlarge"
print(mended_enlarge(flat, kernel))

# %% check="mended_enlarge"

# %% [markdown] locked="q-break-even"
# ## Predict, then run: when does it pay?
#
# A painter learns for `training` seconds. Then it needs `one_pass` seconds for each photograph. Without it, each photograph is
# optimised, which takes `optimising` seconds, more than one pass.
#
# Write your prediction as `break_even(training, one_pass, optimising)`: the smallest whole number of photographs for which the
# painter, *with* its training, takes less time than the optimising.

# %% exercise="break_even" practises="after how many photographs its training has paid" kind="predict"

# %% [markdown] locked="q-break-even-2"
# Now add up the seconds, photograph by photograph. Where does the painter overtake?

# %% locked="run-break_even"
training, one_pass, optimising = 480.0, 0.5, 40.5
for photographs in (1, 6, 11, 12, 13, 18):
    with_painter, without = training + photographs * one_pass, photographs * optimising
    print(f"{photographs:2} photographs: painter {with_painter:5.1f} s, optimising {without:5.1f} s")
print(f"your prediction: {break_even(training, one_pass, optimising):g}")

# %% check="break_even"

# %% [markdown] locked="q-judged"
# ## Judge a painter
#
# *Objective: say what a painter that somebody has trained can do, what it cannot, and how one would find out.*
#
# The next cell lets the painter of the waves paint the cat: at two sizes, and from a pale photograph. It takes some seconds.
# You may take another photograph. (Of those of the course, only *china* was never seen in training.)

# %% tags=["experiment"]
from course_utils import plots
from course_utils.data.trained_painters import painter_file
from course_utils.style.painter import Painter

cat = resize(picture("chelsea")[:, 75:375], 288, 288)
pale_cat = np.uint8(110 + cat / 4)
painter = Painter.load(painter_file("waves"))
small = resize(painter.paint(resize(cat, 128, 128)), 288, 288)
shown = [cat, small, painter.paint(cat), pale_cat, painter.paint(pale_cat)]
captions = ["photograph", "painted on 128 pixels", "painted on 288", "a pale copy", "the copy, painted"]
words = ("Five pictures: a cat, the cat in blue ink painted on 128 pixels and enlarged, and on 288 pixels; a "
         "pale copy of the photograph, and its painting.")
plots.picture_grid(shown, captions, "What can it do, and what not?", words, columns=3, width=2.6)

# %% [markdown] locked="q-judged-2"
# Answer in about ten short sentences:
#
# - **What stays the same?** (1 point) Compare the paintings of the photograph and of the pale one. Say which part of the
#   network is the reason, and what it takes away.
# - **What does the size change?** (1 point) Say what is different at 128 and at 288 pixels, and give the reason.
# - **How would you judge it?** (1 point) You want to know whether one of two painters is better. Name a measure, the
#   photographs on which you take it, and one thing that the measure does not know.
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - The two are nearly alike; instance normalisation is the reason: it takes the mean and the spread of each channel of this one
#   picture away, and with them brightness and contrast. Half a point without what is taken away.
# - Strokes keep their number of pixels, so on the small picture they are larger compared with the cat, which loses detail; the
#   kernels have learned on one scale. Half a point without a reason.
# - A cost with both parts, or seconds, on photographs that neither painter has seen; and something that it does not know, such
#   as whether the picture pleases, or the style's large forms. Half a point if one of the three is missing.
# <!-- END MARK SCHEME -->

# %% [markdown] written="judged" points=3 practises="judge it on a photograph never seen"
# The two paintings of the cat and of its pale copy are nearly the same. Instance normalisation is the reason: after the first
# convolution, and after those that follow it down to the last block, the mean and the spread of each channel of *this* picture
# are taken away; those of the photograph that is added at the end, too. A pale photograph has another mean and smaller spreads,
# and nothing else, so nothing is left of the difference.
#
# On 128 pixels the strokes are large beside the cat, and its whiskers and stripes are lost; on 288 pixels there are more of
# them, finer beside the cat, and its eyes are clear. A stroke has the same number of pixels on both, because the kernels have
# a fixed size and have learned the style on one scale. The cat has more pixels, the strokes have not.
#
# To compare two painters of one style I would take the total cost of lesson 8, and look at content and style apart, on a dozen
# photographs that neither has seen, with the mean and the interval over photographs. It does not know whether I would hang
# the picture up: lesson 8 has shown a lower cost with a temple that dissolves. So I would look at all of them, too.
