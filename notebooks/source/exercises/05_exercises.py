# %% [markdown]
# # Exercises 05: face recognition
#
# *After [lesson 05](../../../05_face_recognition.ipynb). About 75 minutes, TOTAL points.*
#
# Run the first two cells. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it
# checks your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at a
# time. Exercises 1 to 7 can be done in any order; the experiment after them needs two of your functions.
#
# An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19. The rest of it is
# not there when answers are graded, and the check refuses it too.
#
# **What you practise**, of the objectives of the lesson:
#
# OBJECTIVES

# %%
import numpy as np

from course_utils.data.faces import load_faces
from course_utils.feedback import check, hint

# %% [markdown]
# No network is trained here, so that you need not wait. A picture's embedding is the picture itself: shrunk to $28 \times 23$
# pixels, minus its mean, scaled to length 1. It is a poor encoder. Everything that you write works with a better one, too.

# %% locked="run-embeddings"
faces = load_faces()
person = faces.person.ravel()  # (400,): person 1 has the rows 0 to 9, person 2 the rows 10 to 19, ...
small = faces.pictures.reshape(400, 28, 4, 23, 4).mean(axis=(2, 4)).reshape(400, -1)
f = small - small.mean(axis=1, keepdims=True)
f /= np.linalg.norm(f, axis=1, keepdims=True)  # (400, 644)
table = np.sqrt(np.maximum(0, 2 - 2 * f @ f.T))  # (400, 400): the distance of each picture from each
print("embeddings", f.shape, "  distances", table.shape)

# %% [markdown] locked="q-mean-direction"
# ## One embedding of several pictures
#
# Write `mean_direction(embeddings)` for the embeddings of one person's pictures, an array of shape `(pictures, features)`. Each
# of its rows has length 1. It returns one embedding of shape `(features,)`: the mean of the rows, scaled back to length 1. All
# pictures count the same.


# %% exercise="mean_direction" practises="build a gallery"

# %% [markdown] locked="q-identify"
# ## A name, or nobody
#
# Write `identify(query, names, gallery, tau)`. The query $x$ is an array of shape `(features,)`, the gallery one of shape
# `(rows, features)`, and `names` a list with one name for each row. A person who is enrolled with several pictures has several
# rows, each with the same name.
#
# Find the row $p$ that is nearest to the query (no two rows are equally near), and return its name if
#
# $$D(x, p) \leq \tau, \qquad D(x, p) = \sqrt{(x_1 - p_1)^2 + (x_2 - p_2)^2 + \dots + (x_n - p_n)^2}.$$
#
# Otherwise return the words `"not recognized"`. (The package's `Gallery` returns `None` there; here the answer is always text.) Do not count
# on length 1: in the checks the embeddings may have any length. A small number that is *added* under the root counts as
# right up to $10^{-12}$.


# %% exercise="identify" practises="say when it must refuse"

# %% [markdown]
# Try it at a door with five people. Person 2 is enrolled with two pictures, and rings with a third one. Person 4 is enrolled
# with one picture, and rings with another. Person 1 is not enrolled.

# %% locked="run-identify"
enrolled_rows = [10, 11, 30, 40, 50, 80]
enrolled_names = [f"person {number}" for number in person[enrolled_rows]]
for row in (17, 36, 0):
    answer = identify(f[row], enrolled_names, f[enrolled_rows], 0.6)
    smallest = table[row, enrolled_rows].min()
    print(f"person {person[row]} rings: {answer} (smallest distance {smallest:.2f})")

# %% check="identify"

# %% [markdown] locked="q-name-everybody"
# ## Find the bug: it depends on the order
#
# A fellow student names many visitors at once. `d` is a table of distances, `(visitors, people)`; `names` is a list with one
# name for each of its columns. One answer for each visitor should come out: the name of the nearest, if it is at most `tau`
# away, and `"not recognized"` otherwise. Run the cell. The same pictures of the same forty people are enrolled twice, the
# second time from the last person to the first. Five of the forty visitors are shown.


# %% locked="run-name_everybody"
def name_all_visitors(d, names, tau):
    near_enough = d <= tau  # (visitors, people)
    first = near_enough.argmax(axis=1)
    return np.where(near_enough.any(axis=1), np.array(names)[first], "not recognized")


gallery_rows = np.arange(0, 400, 10)  # the first picture of each person
visitor_rows = np.arange(1, 400, 10)  # the second one
for order, rows in {"from 1 to 40": gallery_rows, "from 40 to 1": gallery_rows[::-1]}.items():
    column_names = [f"person {number}" for number in person[rows]]
    said = name_all_visitors(table[np.ix_(visitor_rows, rows)], column_names, 0.7)
    print(f"people enrolled {order}:")
    for place in (3, 6, 18, 26, 30):
        print(f"    person {person[visitor_rows[place]]} rings, the answer is: {said[place]}")

# %% [markdown]
# The pictures and the distances are the same, and yet some of the answers change. Write the mended function
# `name_everybody(d, names, tau)`. It returns an array or a list with one answer for each visitor, in their order. No visitor
# is equally near to two people.


# %% exercise="name_everybody" practises="ask it" kind="flaw"

# %% [markdown] locked="q-far-for-gallery"
# ## Predict, then run: how strict is one comparison?
#
# A door may let in at most a share `wanted` of the strangers who ring, a number above 0 and below 1. A stranger is compared
# with each of the $K$ enrolled people, and gets in if *at least one* of them matches. How often may a single comparison of two
# different people match, its FAR, if the comparisons are independent of each other? Write your prediction as a function:
# `far_for_gallery(wanted, K)` returns the FAR at which exactly the share `wanted` gets in. `K` is a whole number, 1 or more.


# %% exercise="far_for_gallery" practises="compute how the false accept rate" kind="predict"

# %% [markdown]
# Now measure it. For each $K$, $\tau$ is set so that one comparison keeps your FAR, and half of the strangers should get in.
# Then 200 galleries of $K$ people are drawn, with one picture each, and everybody else rings. Is the door too strict, or not
# strict enough, when $K$ grows? Which assumption of the task does not hold for real faces?

# %% locked="run-far_for_gallery"
of_strangers = table[person[:, None] != person]  # the distances of all pairs of two different people
rng = np.random.default_rng(0)
for K in (1, 2, 4, 8, 16, 32):
    far = float(far_for_gallery(0.5, K))
    tau, shares = np.quantile(of_strangers, far), []
    for _ in range(200):
        people = rng.choice(40, size=K, replace=False) + 1
        columns = 10 * (people - 1) + rng.integers(0, 10, K)
        ringing = ~np.isin(person, people)
        shares.append(np.mean(table[ringing][:, columns].min(axis=1) <= tau))
    print(f"K = {K:2}   FAR of one comparison {far:6.2%}   wanted 50.0%   measured {np.mean(shares):6.1%}")

# %% check="far_for_gallery"

# %% [markdown] locked="q-rank-one-accuracy"
# ## How many are nearest to themselves?
#
# Now there is no threshold, and everybody who rings is enrolled. Write `rank_one_accuracy(d, who, enrolled)`:
#
# - `d` has the shape `(visitors, pictures)`: the distance of each visitor from each enrolled picture,
# - `who` has the shape `(visitors,)`: the number of the person who rings,
# - `enrolled` has the shape `(pictures,)`: the number of the person on each enrolled picture. A person may be on several of
#   them, and they are in any order.
#
# A visitor gets the name of the person on the nearest picture. No two pictures are equally near. Return the share of visitors,
# from 0 to 1, who get their own name.


# %% exercise="rank_one_accuracy" practises="build a gallery of people, ask it"

# %% locked="run-rank_one_accuracy"
number = faces.number.ravel()  # (400,): the number of the picture among those of its person
for shots in (1, 2, 3):
    known_pictures, asked = np.flatnonzero(number <= shots), np.flatnonzero(number > 5)
    d = table[np.ix_(asked, known_pictures)]
    share = rank_one_accuracy(d, person[asked], person[known_pictures])
    print(f"{shots} of each of 40 people enrolled: {share:.1%} named rightly (chance: {1 / 40:.1%})")

# %% check="rank_one_accuracy"

# %% [markdown] locked="q-open-set-rates"
# ## Known people and strangers at one door
#
# Now strangers ring, too, and $\tau$ is back. Write `open_set_rates(d, who, enrolled, tau)`, with `d`, `who` and `enrolled` as
# in exercise 5. A visitor is *known* if their number is among `enrolled`, and a *stranger* otherwise. A visitor whose nearest
# picture is at most `tau` away is accepted and gets the name of the person on it; the others are refused. There are always
# visitors of both kinds. Return an array of two shares:
#
# 1. of all known visitors: those who are accepted *and* get their own name,
# 2. of all strangers: those who are accepted, no matter under which name.


# %% exercise="open_set_rates" practises="say when it must refuse"

# %% locked="run-open_set_rates"
members = np.flatnonzero((number == 1) & (person % 2 == 0))  # odd numbers are strangers
asked = np.flatnonzero(number > 1)
d = table[np.ix_(asked, members)]
for tau in (0.5, 0.6, 0.7, 0.8, 0.9):
    named, let_in = open_set_rates(d, person[asked], person[members], tau)
    print(f"tau = {tau:.1f}   known named rightly {named:6.1%}   strangers accepted {let_in:6.1%}")

# %% check="open_set_rates"

# %% [markdown] locked="q-mended-score"
# ## Find the flaw: my own method wins
#
# A fellow student has a method with many settings, and four folds. In each fold there are people to choose settings on,
# *validation*, and test people. The function below gives the method's score. It is tried on methods that know nothing: whatever
# the setting, they guess among ten people, and are right in about 10% of the cases.

# %% locked="run-score"
def score(test):
    return test.max(axis=0).mean()  # the best setting of each fold

rng = np.random.default_rng(0)
for settings in (1, 5, 50, 500):
    lucky = rng.binomial(90, 0.1, (2, settings, 4)) / 90  # shares of 90 guesses: on validation, on test
    print(f"{settings:3} settings tried: score {score(lucky[1]):.1%}")

# %% [markdown] locked="q-mended-score-2"
# The more settings are tried, the better a method looks that only guesses. What has gone wrong?
#
# Write `mended_score(validation, test)`. Both are arrays of accuracies, `(settings, folds)`: on the people to choose on, and on
# test people. For each fold choose a setting of its own, without looking at its test people; if two are equally good, the
# one that comes first in the array. The function returns one number: the accuracy of the chosen settings on the test people,
# as a mean over the folds.


# %% exercise="mended_score" practises="without fooling yourself" kind="flaw"

# %% locked="run-mended_score"
rng = np.random.default_rng(0)
for settings in (1, 5, 50, 500):
    lucky = rng.binomial(90, 0.1, (2, settings, 4)) / 90
    print(f"{settings:3} settings tried: mended score {mended_score(*lucky):.1%}")

# %% check="mended_score"

# %% [markdown]
# ## A small experiment: what helps at the door?
#
# Now put your functions together, on ten people from whom no encoder has learned. Five of them are enrolled with $k$ pictures
# each, which become one embedding (`mean_direction`), and all ten ring with their last five pictures. $\tau$ is set so that 5%
# of the strangers get in. (It is chosen on the same people on whom it is used. That is good enough to compare two curves, but
# not for a real door.) How many of the known people are then named rightly (`open_set_rates`)? Guess before you run it: does
# the better encoder help more, or a second picture?

# %% tags=["experiment"]
from itertools import combinations

from course_utils import plots
from course_utils.data.splits import read_folds
from course_utils.faces.baselines import fisherfaces, pixels

fold = read_folds()[0]
raw = pixels(faces.pictures.reshape(400, 112, 92))
learned = np.isin(person, fold.train)
fisher = fisherfaces(raw[learned], person[learned]).transform(raw)
fisher /= np.linalg.norm(fisher, axis=1, keepdims=True)
encoders = {"shrunken pictures": f, "Fisherfaces": fisher}


def recognised(embeddings, k):
    """Known people named rightly (%) at 5% of strangers accepted: mean over all choices of five."""
    rates = []
    ringing = np.flatnonzero(np.isin(person, fold.test) & (number > 5))
    for five in combinations(fold.test, 5):
        people = np.stack([mean_direction(embeddings[(person == one) & (number <= k)]) for one in five])
        d = np.sqrt(np.maximum(0, 2 - 2 * embeddings[ringing] @ people.T))
        tau = np.quantile(d[~np.isin(person[ringing], five)].min(axis=1), 0.05)
        rates.append(open_set_rates(d, person[ringing], np.array(five), tau)[0])
    return 100 * np.mean(rates)


shots = np.arange(1, 6)
curves = {name: np.array([recognised(x, k) for k in shots]) for name, x in encoders.items()}
for name, curve in curves.items():
    print(f"{name:18}", "  ".join(f"k = {k}: {share:.0f}%" for k, share in zip(shots, curve)))
ends = "; ".join(f"{name} from {curve[0]:.0f}% to {curve[-1]:.0f}%" for name, curve in curves.items())
words = f"Two curves over 1 to 5 pictures: {ends}."
axes = ("pictures enrolled of each person, k", "known people named rightly (%)")
title = "Which of the two helps more?"
plots.curves_figure(shots.astype(str), curves, axes, title, words)

# %% [markdown] locked="q-door"
# ## Who pays?
#
# *Objective: say who is harmed by an error, and why one threshold does not fit every gallery.*
#
# A university wants to open the doors of its exam rooms by face. 800 students are enrolled. The maker says: "One comparison of
# two different people is accepted once in 20,000 times. Our program turns away only 2% of the rightful students." The maker's
# $\tau$ was chosen for a laboratory with five members.
#
# Answer in six to twelve sentences:
#
# 1. Who is harmed by a false reject, and who by a false accept? (1 point)
# 2. What does the maker's first number mean at this door? Give a number of your own. What has to be done with $\tau$, and what
#    does that cost? (1 point)
# 3. "Only 2%" sounds like little. What can it mean for the students? What would you ask the maker for before the first exam?
#    (1 point)
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# 1. Both errors, each with what happens to a person. Half a point for each.
# 2. A correct number or estimate for 800 people; that $\tau$ must become smaller; and that rightful students pay for it, by more
#    false rejects. Half a point if one of the three is missing.
# 3. Errors may fall on the same few people; and a table by person or by group, of people of this university, or at least of
#    people from whom the program has not learned. Half a point for each.
# <!-- END MARK SCHEME -->

# %% [markdown] written="door" points=3 practises="who is harmed"
# 1. A false reject harms a student who has the right to enter: no entry, or a late start, in front of everybody, and only this
#    student has to prove who they are. A false accept harms others: somebody sits the exam in another's name, and the student
#    whose name was said is on the list without having been there, and has to explain it.
#
# 2. A stranger is compared with 800 people. With independent comparisons the probability of at least one match is
#    $1 - (1 - 1/20000)^{800} \approx 3.9\%$, one stranger in about 25, and not one in 20,000. (For the five of the laboratory
#    it was 0.025%.) So $\tau$ must become smaller for this gallery. The enrolled students pay for it: fewer of them are near
#    enough to their own picture, and more than 2% are turned away.
#
# 3. The 2% are a mean. They may be every student once in fifty exams, or sixteen students at each exam. In the lesson the
#    errors fell on few people, again and again on the same. Elsewhere the errors differ by group: in a large test many programs
#    had more false matches for women than for men. I would ask for the rate of false rejects of each person, and of false
#    accepts and false rejects of each group, measured on students who were not used to train the program or to choose $\tau$;
#    and for a second way in that costs nobody their exam.
