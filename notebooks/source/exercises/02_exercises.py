# %% [markdown]
# # Exercises 02: Siamese network and contrastive loss
#
# *After [lesson 02](../../../02_siamese_network.ipynb). About 75 minutes, TOTAL points.*
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

# %% [markdown] locked="q-parameter-counts"
# ## Predict, then run: how many numbers are learned?
#
# An encoder takes a grey picture of `side` times `side` pixels. For each number in `channels`, `(convolutions,)`, it has a
# convolution: windows of 3 by 3, with that many channels coming out, and zeros around the picture, so that the map keeps its
# size. After each convolution a pooling halves both sides of the map; `side` can be halved that often without a remainder. At
# the end all numbers of the map are put into one row, and a last layer makes `features` numbers of them, each with a weight
# for every number of the row. Convolutions and the last layer have a bias for each number or channel that comes out.
#
# A Siamese network compares two pictures with such an encoder. Write your prediction as a function before you run the cell that
# counts: `parameter_counts(channels, side, features)` returns an array of two numbers. How many weights and biases does the
# **Siamese network** learn? And how many would **two encoders** of this shape learn, one for each picture, if they share nothing?

# %% exercise="parameter_counts" practises="count its parameters" kind="predict"

# %% locked="run-parameter_counts"
from course_utils.backend import keras

def encoder_of(channels, side, features):
    layers = [keras.Input((side, side, 1))]
    for number in channels:
        layers += [keras.layers.Conv2D(int(number), 3, padding="same"), keras.layers.MaxPooling2D()]
    return keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(features)])

for channels, side, features in (([8], 16, 4), ([8, 16], 32, 16), ([8, 16, 32, 64], 48, 64)):
    first, second = (encoder_of(channels, side, features) for _ in range(2))
    x, y = keras.Input((side, side, 1)), keras.Input((side, side, 1))
    siamese = keras.Model([x, y], first(x) - first(y))
    apart = keras.Model([x, y], first(x) - second(y))
    predicted = np.asarray(parameter_counts(np.array(channels), side, features))
    print(f"{channels}, side {side}: counted {siamese.count_params():6} and {apart.count_params():6}, "
          f"predicted {predicted[0]:6.0f} and {predicted[1]:6.0f}")

# %% check="parameter_counts"

# %% [markdown] locked="q-unit-length"
# ## Onto the sphere
#
# Write `unit_length(embeddings)` for an array `(n, features)`. It returns an array of the same shape, in which every row $f$ is
# divided by its own length:
#
# $$\frac{f}{\lVert f \rVert}, \qquad \lVert f \rVert = \sqrt{f_1^2 + f_2^2 + \dots}$$
#
# A row of zeros has no direction: it stays a row of zeros. All other rows, short ones too, come to length 1.

# %% exercise="unit_length" practises="write the contrastive loss"

# %% [markdown] locked="q-contrastive-loss"
# ## The contrastive loss
#
# Write `contrastive_loss(same, distance, margin)`. `same` holds $Y$ for each pair, `(pairs,)`: 1 if the two pictures show one
# person, 0 if they show two. `distance` holds $D$, `(pairs,)`. `margin` is $m$, one number above 0. It returns the loss of each
# pair, `(pairs,)`:
#
# $$L(Y, D) = \frac{1}{2} \left( Y D^2 + (1 - Y) \max(0, m - D)^2 \right)$$

# %% exercise="contrastive_loss" practises="write the contrastive loss"

# %% [markdown] locked="q-loss-slope"
# ## Find the bug: strangers who come back
#
# Gradient descent does not look at the loss, but at its slope: how much the loss of a pair grows, if its $D$ grows a little. A
# fellow student has worked the slope out by hand. Below, two pairs of strangers follow it downhill for six steps, with
# $m = 1$. At first they are 0.4 and 1.8 apart.

# %% locked="run-loss_slope"
def loss_slope(same, distance, margin):
    return same * distance - (1 - same) * (margin - distance)

distance, same = np.array([0.4, 1.8]), np.array([0, 0])
for step in range(7):
    print(f"step {step}: the strangers are {distance[0]:.2f} and {distance[1]:.2f} apart")
    distance = distance - 0.3 * loss_slope(same, distance, margin=1.0)

# %% [markdown] locked="q-loss-slope-2"
# The first pair does what it should. What does the second do, and should it?
#
# Write `mended_loss_slope(same, distance, margin)`, for arguments as in `contrastive_loss`. It returns the slope of the
# contrastive loss over $D$ for each pair, `(pairs,)`. (At $D = m$ the slope for two strangers is 0.)

# %% exercise="mended_loss_slope" practises="find the mistakes people make" kind="flaw"

# %% [markdown] locked="q-price-of-nothing"
# ## Predict, then run: the price of knowing nothing
#
# In the lesson half of the pairs showed the same person. Now the share of such pairs is `share_same`, a number above 0 and
# below 1. A network gives every pair the same distance $c$, whomever the pair shows. The margin is $m$, `margin`. Three numbers
# are asked for, with your `contrastive_loss`:
#
# 1. the mean loss if all pictures are in **one point**, $c = 0$;
# 2. the **best** $c$: the one with the smallest mean loss;
# 3. the mean loss at this best $c$.
#
# Write your prediction as a function before you run the cell that measures. `price_of_nothing(share_same, margin)` returns an
# array of these three, in this order. Below $m$ the mean loss is a parabola in $c$: where is its slope 0?

# %% exercise="price_of_nothing" practises="whether something is being learned" kind="predict"

# %% [markdown] locked="q-price-of-nothing-2"
# Now measure: with the lesson's half of each kind, and with all pairs of the 25 training people, drawn blindly.

# %% locked="run-price_of_nothing"
from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds

person = load_faces().of(read_folds()[0].train).person.ravel()  # whom each of the 250 pictures shows
first, second = np.triu_indices(len(person), k=1)
blind = np.mean(person[first] == person[second])
for share_same, margin in ((0.5, 1.0), (blind, 1.0), (blind, 2.0)):
    c = np.linspace(0, margin, 1001)
    mean_loss = share_same * c**2 / 2 + (1 - share_same) * (margin - c) ** 2 / 2  # for each c
    measured = mean_loss[0], c[mean_loss.argmin()], mean_loss.min()
    predicted = np.asarray(price_of_nothing(share_same, margin))
    print(f"share of same pairs {share_same:.3f}, margin {margin}")
    for name, three in {"measured": measured, "predicted": predicted}.items():
        print(f"  {name:9}  one point {three[0]:.3f}   best c {three[1]:.3f}   "
              f"loss there {three[2]:.3f}")

# %% check="price_of_nothing"

# %% [markdown]
# Look at the pairs drawn blindly. A network that knows nothing has a very small loss there. Would you have taken it for a
# success?

# %% [markdown] locked="q-sample-pairs"
# ## Pairs to train on
#
# Write `sample_pairs(labels, number, seed)`. `labels` says whom each of $n$ pictures shows, `(n,)`: whole numbers, in any
# order. Everybody has at least two pictures, and there are at least two people. `number` is even. It returns an array
# `(number, 3)`, a row for each pair: the place (index, from 0) of the first picture in `labels`, the place of the second, and 1
# if they show one person, else 0.
#
# - Half of the rows show one person, the other half two. The rows may stand in any order.
# - No picture is paired with itself. A pair may come more than once.
# - The pairs are drawn by chance: every allowed pair can come up.
# - The same seed gives the same rows again, and another seed gives others. Draw with `np.random.default_rng(seed)`.

# %% exercise="sample_pairs" practises="write a training step"

# %% [markdown]
# Look at what you have drawn. Can you tell the two kinds apart, without reading the captions?

# %% tags=["experiment"]
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds

training = load_faces().of(read_folds()[0].train)
pictures, person = training.pictures.reshape(250, 112, 92), training.person.ravel()
rows = np.asarray(sample_pairs(person, 8, 0)).astype(int)
shown = list(np.concatenate([pictures[rows[:, 0]], pictures[rows[:, 1]]], axis=2))
words = "Eight pairs of portraits, side by side. Four of them show one person twice."
captions = np.where(rows[:, 2] == 1, "same", "different")
plots.picture_grid(shown, captions, "Half of each kind", words, columns=4, width=1.8)

# %% [markdown] locked="q-silent-shares"
# ## Who still teaches?
#
# At the margin or beyond it, $D \geq m$, a different-person pair has loss 0 and slope 0: it is silent. Write
# `silent_shares(d, labels, margin)`. `d` is the distance matrix: from each picture to each other one, `(n, n)`; `labels`
# says whom each picture shows, `(n,)`; there are at least two people. It returns an array of two numbers:
#
# - the share of all **different-person pairs** that are silent;
# - the share of all **pictures** that are silent with their *nearest stranger*: the nearest picture of another person.

# %% exercise="silent_shares" practises="whether something is being learned"

# %% [markdown] locked="q-small-loss"
# ## "The loss is small"
#
# *Objective: say what a training loss does not tell, and what to ask instead.*
#
# The next cell trains a network for a hundred steps on 25 people, with half of each kind of pair and $m = 1$. Then it asks for
# the one-shot accuracy: among ten of these people, and among ten whom the network has never seen. It also asks two methods that
# have learned nothing. At the end it calls your `silent_shares`. Run it (it may take a minute), and look.

# %% tags=["experiment"]
from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import pairwise
from course_utils.faces.networks import embed, embedding_network
from course_utils.faces.protocol import score
from course_utils.faces.training import train

faces, fold = load_faces(), read_folds()[0]
pictures, person = faces.pictures.reshape(400, 112, 92), faces.person.ravel()
is_train = np.isin(person, fold.train)
training = train(pictures[is_train], person[is_train], "contrastive", margin=1.0, steps=100, seed=0,
                 progress=False)
print(f"mean loss of the first five steps {training.history.loss[:5].mean():.3f}, "
      f"of the last twenty {training.history.loss[-20:].mean():.3f}")

methods = {"trained": embed(training.encoder, pictures),
           "untrained": embed(embedding_network(seed=0), pictures), "pixels": pixels(pictures)}
for name, features in methods.items():
    among = {}
    for who, people in {"learned from": fold.train[:10], "never seen": fold.test}.items():
        chosen = np.isin(person, people)
        # for "trained", trained_on=() is a lie: it shows what the evaluation protects you from
        among[who] = score(features[chosen], person[chosen], trained_on=()).one_shot
    shares = ", ".join(f"{who} {share:.1%}" for who, share in among.items())
    print(f"{name:10} one-shot accuracy: {shares}")
silent = silent_shares(pairwise(methods["trained"][is_train]), person[is_train], 1.0)
print(f"silent: {silent[0]:.1%} of all different-person pairs, "
      f"{silent[1]:.1%} of the nearest strangers")

# %% [markdown] locked="q-small-loss-2"
# A fellow student reports: "My loss is far below 0.125, so the network knows faces. Recognition is solved." Answer in six to
# twelve sentences:
#
# - **What does 0.125 stand for, and what follows from a loss below it?** (1 point) Say whether the network has learned
#   something.
# - **Does it know faces?** (1 point) Answer with numbers of the output, and say what each of them has to be compared with.
# - **Half of the pairs were of strangers, drawn at random.** (1 point) What does that do to the mean loss? Answer with the last
#   line of the output.
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - 0.125: the smallest loss of a network that gives every pair the same distance. Below it, the network tells pairs apart: of
#   the people it was trained on. Half a point for each.
# - The gap between people learned from and people never seen; and the untrained network and the pixels beside both, because
#   they say what comes without learning. Half a point for each.
# - Random strangers are mostly far apart and cost little; recognition rests on the *nearest* stranger, which is hardly ever
#   beyond the margin and hardly counts in the mean. No point for "random pairs are easy" without what follows.
# <!-- END MARK SCHEME -->

# %% [markdown] written="small-loss" points=3 practises="judge the result"
# With half of the pairs of one person and $m = 1$, a network that gives every pair the same distance can get down to 0.125, and no
# further. It would know nothing about people. This one begins a little below, because even with random weights two pictures of
# one person are a little closer than strangers, and falls to about half of it. So it can tell same from different pairs of the
# training people: it has learned something.
#
# It is better on the people it has learned from (about 90%) than on strangers (about 87%), although the untrained network and
# the pixels find those ten the *harder* ones. So it gained about 20 points on the people of its training, and only about 6 on
# people never seen: a part of it is memory. On people never seen it is behind the raw pixels. Without the untrained network
# and the pixels beside it, 87% would look very good; but the untrained network gets about 80% there, with no learning at all.
#
# The mean is over random pairs. Most strangers do not look alike, so such pairs cost little, and about a sixth of them nothing.
# But of the *nearest* strangers almost none is beyond the margin. One-shot recognition asks whether the right person is nearer
# than the nearest stranger, so these few pairs decide it, and in the mean of all pairs they hardly count.
