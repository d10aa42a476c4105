# %% [markdown]
# # Exercises 01: distance and threshold
#
# *After [lesson 01](../../../01_distance_and_threshold.ipynb). About 75 minutes, TOTAL points.*
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
from math import comb

import numpy as np

from course_utils.feedback import check, hint

# %% [markdown] locked="q-euclidean"
# ## The distance
#
# Write `euclidean(a, b)`. Both are batches of feature vectors, `(pairs, features)`. It returns `(pairs,)` numbers, one for each
# pair of rows: the first row of `a` with the first of `b`, and so on. For two rows $p$ and $q$ with $n$ features each:
#
# $$D(p, q) = \sqrt{(q_1 - p_1)^2 + (q_2 - p_2)^2 + \dots + (q_n - p_n)^2}$$
#
# Equal rows are at distance 0. A small number that is *added* under the root counts as right up to $10^{-12}$, with a
# remark; a larger one is a mistake.

# %% exercise="euclidean" practises="turn a distance"

# %% [markdown] locked="q-error-rates"
# ## Two ways to be wrong
#
# Write `error_rates(distance, same, tau)`. `distance` holds a distance for each pair, `(pairs,)`. `same` is `True` where the
# two pictures of the pair show one person, `(pairs,)`. The rule is that of the lesson: $d \leq \tau$ means "same person". It
# returns an array of two numbers, in this order:
#
# - the **FAR**: the share of the different-person pairs that are accepted;
# - the **FRR**: the share of the same-person pairs that are rejected.
#
# There is at least one pair of each kind.

# %% exercise="error_rates" practises="turn a distance"

# %% [markdown] locked="q-picture-distance"
# ## Find the bug: pictures that were turned
#
# A fellow student does not want to write each picture as one long row first. The function below takes stacks of pictures,
# `(n, height, width)`. It is tried on two pictures of one person, and then on the same two, turned by 90 degrees.

# %% locked="run-picture_distance"
from course_utils.data.faces import load_faces

def picture_distance(a, b):
    rows = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return rows.sum(axis=-1)

A, B = load_faces().of([35]).pictures[0, [1, 8]] / 255  # two pictures (112, 92)
upright = picture_distance(A[None], B[None])
turned = picture_distance(np.rot90(A)[None], np.rot90(B)[None])
print(f"upright: {upright[0]:.1f}   both turned by 90 degrees: {turned[0]:.1f}")
print(f"as long rows of pixels: {np.linalg.norm(A.ravel() - B.ravel()):.1f}")

# %% [markdown] locked="q-picture-distance-2"
# One number comes out for each pair, and it is 0 for equal pictures. But turning moves the pixels of both pictures in the same
# way, and changes no value. Why should the distance change? It is also much larger than that of the long rows.
#
# Write `mended_picture_distance(a, b)`. Both are stacks of pictures, `(n, height, width)`. It returns `(n,)` numbers: the
# Euclidean distance of each pair of pictures, as if each were one long row of pixels. Equal pictures are at distance 0, as
# above.

# %% exercise="mended_picture_distance" practises="turn a distance" kind="flaw"

# %% [markdown] locked="q-pair-counts"
# ## Predict, then run: how many pairs?
#
# There are `people` people with `pictures` pictures each. You compare every picture with every other one. No picture is paired
# with itself, and each pair counts once: $(a, b)$ and $(b, a)$ are the same pair.
#
# Write your prediction as a function before you run the cell that measures. `pair_counts(people, pictures)` returns an array of
# two numbers: how many pairs show one person, and how many show two people.

# %% exercise="pair_counts" practises="its two kinds of error" kind="predict"

# %% [markdown] locked="q-pair-counts-2"
# Now count, in the course's faces: all 40 people, or some of them, with all ten pictures or the first few.

# %% locked="run-pair_counts"
from course_utils.data.faces import load_faces

faces = load_faces()
for people, pictures in ((2, 3), (10, 10), (40, 10), (40, 2)):
    person = faces.person[:people, :pictures].ravel()  # whom each picture shows
    first, second = np.triu_indices(len(person), k=1)  # each pair once, none with itself
    same = person[first] == person[second]
    predicted = np.asarray(pair_counts(people, pictures))
    print(f"{people:2} people, {pictures:2} pictures: counted {same.sum():5} and {(~same).sum():6}, "
          f"predicted {predicted[0]:5.0f} and {predicted[1]:6.0f}; same: {same.mean():.1%}")

# %% check="pair_counts"

# %% [markdown] locked="q-tau-from-data"
# ## A threshold from data
#
# Write `tau_from_data(distance, same, far)`. `distance` and `same`, `(pairs,)`, come from people who were held out for
# choosing. `far` is the largest FAR that you allow; a FAR exactly equal to it is still allowed. The function returns one
# number: the **largest** $\tau$, among all distances in the data, whose FAR is at most `far`. If the FAR is too large at every
# distance, nobody may get in: return `-np.inf`.
#
# Try the distances of both kinds of pair. And mind equal distances: with the rule $d \leq \tau$, pairs with the same distance
# get in together, or not at all. There is at least one pair of each kind.

# %% exercise="tau_from_data" practises="choose the threshold"

# %% [markdown] locked="q-equal-error-rate"
# ## The equal error rate
#
# Write `equal_error_rate(distance, same)` for arrays as before. Try each distance in the data as $\tau$. Take the $\tau$ at
# which FAR and FRR differ least; if two are equally good, the smaller $\tau$. Return one number: the mean of FAR and FRR there.
#
# You may call your `error_rates`. (The package draws a line between two thresholds, so its number can differ a little.)

# %% exercise="equal_error_rate" practises="choose the threshold"

# %% [markdown]
# Your function and the package's, on the pixels of five people: how far are they apart?

# %% tags=["experiment"]
from course_utils.data.faces import load_faces
from course_utils.data.splits import read_folds
from course_utils.faces import evaluation
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import pairwise

faces = load_faces()
features, person = pixels(faces.pictures.reshape(400, 112, 92)), faces.person.ravel()

def pairs_among(people):
    """Distance of each pair of different pictures of these people, and whether it shows one person."""
    chosen = np.isin(person, people)
    pairs = evaluation.verification_pairs(person[chosen], trained_on=())
    return pairwise(features[chosen])[pairs.first, pairs.second], pairs.same

distance, same = pairs_among(read_folds()[0].test[:5])
yours, packaged = equal_error_rate(distance, same), evaluation.equal_error_rate(distance, same)
print(f"yours {yours:.3%}, the package's {packaged:.3%}")

# %% [markdown] locked="q-mended-interval"
# ## Find the flaw: too sure of itself
#
# How sure can one be of a share of right answers? Forty people are enrolled with one picture each and asked for with their nine
# others: 360 visits. A fellow student draws 360 visits again, with replacement, a thousand times, and takes the interval in
# which 95% of the shares lie. Then each visit is copied ten times. Nothing new is known of anybody. Look at the second
# interval.

# %% locked="run-interval"
from course_utils.data.faces import load_faces

faces = load_faces()
small = faces.pictures.reshape(40, 10, 28, 4, 23, 4).mean(axis=(3, 5)).reshape(40, 10, -1)
asked, gallery = small[:, 1:].reshape(360, -1), small[:, 0]
nearest = ((asked[:, None] - gallery) ** 2).sum(axis=2).argmin(axis=1)  # (360,)
person = np.repeat(np.arange(40), 9)  # (360,): whose visit it is, from 0 to 39
hit = nearest == person  # (360,): whether the visitor was named rightly

def interval(hit, rounds=1000):
    rng = np.random.default_rng(0)
    drawn = [rng.choice(hit, len(hit)) for _ in range(rounds)]
    return np.quantile([one.mean() for one in drawn], [0.025, 0.975])

for name, visits in {"as they are": hit, "each ten times": np.repeat(hit, 10)}.items():
    low, high = interval(visits)
    print(f"{name:15} {visits.mean():.1%} right, interval {low:.1%} to {high:.1%}")

# %% [markdown] locked="q-mended-interval-2"
# Write `mended_interval(hit, person, draws)`. `hit`, `(visits,)`, is `True` where a visitor was named rightly. `person`,
# `(visits,)`, says whose visit it was: a number from 0 to the number of people minus 1. Visits stand in any order; everybody
# has at least one, and some have more than others. `draws`, `(rounds, people)`, has a row for each round: the numbers of the
# people who were drawn in it, with replacement. Somebody can be there several times, or not at all.
#
# The share of a round is taken over all visits of the people who were drawn. Whoever was drawn twice is there with all visits
# twice. The function returns an array of two numbers, the lower end and the upper end: `np.quantile(shares, [0.025, 0.975])` of
# the shares of all rounds.

# %% exercise="mended_interval" practises="an interval over people" kind="flaw"

# %% [markdown]
# Draw people, a thousand times, and compare. What happens to your interval when each visit is copied?

# %% locked="run-mended_interval"
draws = np.random.default_rng(0).integers(0, 40, (1000, 40))
for copies in (1, 10):
    low, high = mended_interval(np.repeat(hit, copies), np.repeat(person, copies), draws)
    print(f"each visit {copies:2} times: interval over people {low:.1%} to {high:.1%}")

# %% check="mended_interval"

# %% [markdown] locked="q-honest-tau"
# ## Whose pairs choose tau?
#
# *Objective: say why a threshold must not be chosen on the people it is judged on.*
#
# The next cell draws ten people as test people, and five others to choose on; then others, 40 times in all. Each time it
# chooses a $\tau$ for a FAR of at most 1%: once on the five, once on the ten test people themselves. Then it measures the FAR
# of both on the ten. "Middle 80%" leaves out the four smallest and the four largest of the 40 results. The cell needs your
# `error_rates` and `tau_from_data`. Run it (about ten seconds), and look.

# %% tags=["experiment"]
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import pairwise

faces = load_faces()
person = faces.person.ravel()
table = pairwise(pixels(faces.pictures.reshape(400, 112, 92)))

def pairs_of(people):
    """Distance of each pair of different pictures of these people, and whether it shows one person."""
    chosen = np.flatnonzero(np.isin(person, people))
    first, second = np.triu_indices(len(chosen), k=1)
    first, second = chosen[first], chosen[second]
    return table[first, second], person[first] == person[second]

rng, met = np.random.default_rng(0), {"chosen on five others": [], "chosen on the test people": []}
for _ in range(40):
    drawn = rng.permutation(40) + 1
    test, others = pairs_of(drawn[:10]), pairs_of(drawn[10:15])
    for how, (distance, same) in zip(met, (others, test)):
        tau = tau_from_data(distance, same, 0.01)
        met[how].append(error_rates(*test, tau)[0])
spread = {how: (np.median(rates), np.quantile(rates, [0.1, 0.9])) for how, rates in met.items()}
for how, (middle, (low, high)) in spread.items():
    print(f"{how:26} median {middle:.2%}, middle 80% from {low:.2%} to {high:.2%}, "
          f"largest {max(met[how]):.2%}")
axis = "FAR on the ten test people, where 1% was asked for"
plots.intervals_figure(spread, "One of the two looks safe", axis)

# %% [markdown] locked="q-honest-tau-2"
# Answer in six to twelve sentences:
#
# - **Why is the FAR of one of the two always close to 1%?** (1 point)
# - **What may a customer be told** who puts the program at a door? (1 point) Say it with the two rows.
# - **What can you do about the spread?** (1 point) Five people make 1000 pairs of two people: is that many?
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - The choice of $\tau$ had seen the very pairs that are counted: what is measured is what was asked for. Half a point for "it
#   was chosen on them" without what follows.
# - The row of the five others, for visitors had no say in $\tau$; and that the other row hides the spread, and promises 1%. Half
#   a point for each.
# - More people to choose on, and an interval over people or their number beside the result; and that pairs of the same people
#   are not independent. Half a point if one of the three is missing.
# <!-- END MARK SCHEME -->

# %% [markdown] written="honest-tau" points=3 practises="people never seen"
# Where $\tau$ was chosen on the test people, it was moved until exactly 1% of *their* different-person pairs were at or below
# it. So the FAR that we measure there is the FAR that we asked for: it is the answer to our own choice, and would be the same
# for a very poor distance. It says nothing about a person who had no say in $\tau$.
#
# The customer's visitors had no say in it. So the row of the five others is the honest one: it is about 1% in the middle, but
# often several times as much, or a fraction of it. The other row hides this. It would promise 1% and nearly no spread.
#
# More people to choose on make the spread smaller. I would say on how many people $\tau$ was chosen, and report the FAR on
# others with an interval over *people*. The 1000 pairs do not help much, because there are only ten ways to choose two people
# of five. The hundred pairs of the same two people are not independent: their distances are small together, or large together.
# One person who looks like another moves a hundred pairs at once.
