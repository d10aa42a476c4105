# %% [markdown]
# # Exercises 04: verification as classification
#
# *After [lesson 04](../../../04_verification_as_classification.ipynb). About 80 minutes, TOTAL points.*
#
# Run the first two cells. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it
# checks your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at
# a time. The exercises can be done in any order; only the experiments need what you have written before them.
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
# No network is trained here, so there is nothing to wait for. A picture's embedding is the picture itself: shrunk to
# $28 \times 23$ pixels, its mean taken away, scaled to length 1. Its features have both signs, like those of the course's
# encoder.

# %% locked="run-embeddings"
faces = load_faces()
person = faces.person.ravel()  # (400,): person 1 has the rows 0 to 9, person 2 the rows 10 to 19, ...
f = faces.pictures.reshape(400, 28, 4, 23, 4).mean(axis=(2, 4)).reshape(400, -1)
f = f - f.mean(axis=1, keepdims=True)
f = f / np.linalg.norm(f, axis=1, keepdims=True)  # (400, 644)
first, second = np.triu_indices(400, k=1)  # all pairs of two different pictures
all_same = person[first] == person[second]
all_d = np.sqrt(2 - 2 * (f @ f.T)[first, second])  # the distance of each pair
print("embeddings", f.shape, "  pairs of one person", np.sum(all_same), "  of two", np.sum(~all_same))

# %% [markdown] locked="q-verification-head"
# ## The logistic unit
#
# Write `verification_head(f1, f2, w, b)`. `f1` and `f2` are the embeddings $f(x_1)$ and $f(x_2)$ of the two pictures of each
# pair, both of shape `(pairs, features)`. `w` holds the weights, `(features,)`, and `b` is a number. It returns the
# probability that a pair shows *one* person, shape `(pairs,)`:
#
# $$p = \sigma\Big(\sum_k w_k \, \big|f(x_1)_k - f(x_2)_k\big| + b\Big), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}$$


# %% exercise="verification_head" practises="write the logistic unit"

# %% [markdown]
# DeepFace has a second unit. In the place of $|u - v|$ it weighs the chi-square difference $(u - v)^2 / (u + v)$, in which a
# difference of 0.1 counts much between two small values, and little between two large ones. It needs features that are not
# negative. Here each feature is split into two, its positive part and its negative part. Where both pictures have 0, 0 divided
# by 0 must count as 0. Which of the two units, with all weights equal, orders these pairs better?

# %% tags=["experiment"]
from sklearn.metrics import roc_auc_score

def chi_square(f1, f2):
    u, v = (np.concatenate([np.maximum(0, x), np.maximum(0, -x)], axis=-1) for x in (f1, f2))
    total = u + v
    return (u - v) ** 2 / np.where(total > 0, total, 1)

few = np.random.default_rng(0).permutation(len(first))[:20_000]  # of the pairs
f1, f2 = f[first[few]], f[second[few]]
p_absolute = verification_head(f1, f2, np.full(644, -0.7), 9.0)
z_chi_square = -chi_square(f1, f2).sum(axis=1)
print(f"AUC of |u - v| {roc_auc_score(all_same[few], p_absolute):.3f}, "
      f"of chi-square {roc_auc_score(all_same[few], z_chi_square):.3f}")

# %% [markdown] locked="q-binary-cross-entropy"
# ## A log loss that does not overflow
#
# The log loss of a pair is $-\log p$ if it shows one person and $-\log(1 - p)$ if it shows two, where $p = \sigma(z)$ and
# $\log$ is the natural logarithm. But at $z = -800$ the probability of one person is too small for a computer: it becomes
# exactly 0, and $-\log p$ becomes infinite.
#
# Write `binary_cross_entropy(z, same)`. `z` holds the log odds, `(pairs,)`. `same` is True where a pair shows one person,
# `(pairs,)`. It returns the loss of each pair, `(pairs,)`. The loss must be right, and finite, for every finite $z$, also for
# one far below or far above 0.


# %% exercise="binary_cross_entropy" practises="by log loss"

# %% [markdown]
# Three ways to write the same loss, for a pair of one person. At which $z$ do they begin to differ?

# %% tags=["experiment"]
z = np.array([5.0, 0.0, -5.0, -20.0, -40.0, -800.0])
with np.errstate(all="ignore"):  # the first way divides by infinity
    p = 1 / (1 + np.exp(-z))
    ways = {"-log p": -np.log(p), "p kept above 1e-7": -np.log(np.maximum(p, 1e-7))}
ways["yours"] = binary_cross_entropy(z, np.full(6, True))
print(f"{'z':18}", *(f"{value:8.0f}" for value in z))
for name, losses in ways.items():
    print(f"{name:18}", *(f"{loss:8.3f}" for loss in losses))

# %% [markdown] locked="q-door-probability"
# ## Predict, then run: the same pair at four doors
#
# A unit says with probability $p$ that a pair shows one person. It was made for an even mix, $\pi = 1/2$: half of the
# attempts are genuine. Now it stands at a door where another share $\pi$ of the attempts is genuine. What is the probability
# there?
#
# Write your prediction as a function before you run the cell that measures. `door_probability(p, pi)` gets an array of
# probabilities at the even mix, `(pairs,)`, and the share `pi`, a number. All of them are above 0 and below 1. It returns the
# probabilities at the door, `(pairs,)`.


# %% exercise="door_probability" practises="correct a probability" kind="predict"

# %% [markdown] locked="q-door-probability-2"
# Now measure. At each door a million attempts are drawn from the pairs of faces, a share $\pi$ of them genuine. Look only at
# those with a distance of 0.7 to 0.8: which share of them shows one person? At the even mix it is about three in four.

# %% locked="run-door_probability"
in_bin = (0.7 < all_d) & (all_d < 0.8)
one, two = in_bin[all_same], in_bin[~all_same]  # pairs of each kind: which lie in the bin?
even = one.mean() / (one.mean() + two.mean())
rng = np.random.default_rng(0)
print(f"at the even mix: {even:.1%}")
for pi in (0.9, 0.5, 0.1, 0.01):
    is_genuine = rng.random(1_000_000) < pi
    lies_there = np.where(is_genuine, rng.choice(one, 1_000_000), rng.choice(two, 1_000_000))
    mine = np.ravel(door_probability(np.array([even]), pi))[0]
    print(f"pi = {pi:4}: measured {is_genuine[lies_there].mean():6.1%}   predicted {mine:6.1%}")

# %% check="door_probability"

# %% [markdown] locked="q-mended-door-unit"
# ## Find the bug: a unit for another door
#
# The mix can be put into the unit itself: $z_\pi = z + \log \frac{\pi}{1 - \pi}$. A fellow student has written that down as
# `door_unit`. It is tried at an even mix, where nothing should change, on three pairs of faces. Look at what is printed.

# %% locked="run-door_unit"
def unit(f1, f2, w, b):
    weighed = np.abs(f1 - f2) @ w
    return 1 / (1 + np.exp(-(weighed + b)))

def door_unit(f1, f2, w, b, pi):
    z = unit(f1, f2, w, b)
    return 1 / (1 + np.exp(-(z + np.log(pi / (1 - pi)))))

pairs = {"the same picture twice": (0, 0), "one person": (0, 2), "two people": (0, 50)}
weights, bias = np.full(644, -0.7), 9.0
for name, (i, j) in pairs.items():
    alone = unit(f[[i]], f[[j]], weights, bias)[0]
    at_door = door_unit(f[[i]], f[[j]], weights, bias, pi=0.5)[0]
    print(f"{name:24} the unit alone {alone:6.1%}   at an even mix {at_door:6.1%}")

# %% [markdown] locked="q-mended-door-unit-2"
# No pair gets less than 50%: with the rule $p \geq 1/2$ everybody would be let in.
#
# Write `mended_door_unit(f1, f2, w, b, pi)`. `f1`, `f2`, `w` and `b` are as in exercise 1; the unit was fitted at an even mix.
# `pi` is the share of genuine attempts at the door, a number above 0 and below 1. It returns the probability at the door that
# a pair shows one person, `(pairs,)`.


# %% exercise="mended_door_unit" practises="for the mix of people who come" kind="flaw"

# %% [markdown] locked="q-mended-calibration-gap"
# ## Find the flaw: honest on average
#
# Is a unit honest? Of the pairs to which it gives 70%, seven in ten should show one person. A fellow student compares the mean
# probability with the share of pairs that show one person. Two units are tried, on pairs of which half show one person. The
# first unit is honest. The second one is far too sure of itself, in both directions.

# %% locked="run-calibration_gap"
def calibration_gap(p, same):
    return abs(p.mean() - same.mean())

rng = np.random.default_rng(0)
honest = rng.uniform(0, 1, 5000)
shown = rng.random(5000) < honest  # whether a pair shows one person
too_sure = np.where(honest > 0.5, 0.99, 0.01)
for name, p in {"honest": honest, "too sure": too_sure}.items():
    print(f"{name:9} gap {calibration_gap(p, shown):.3f}")

# %% [markdown] locked="q-mended-calibration-gap-2"
# Both look honest. Yet the second unit says 99% of pairs of which about three in four show one person.
#
# Write `mended_calibration_gap(p, same, bins)`. `p` are probabilities from 0 to 1, `(pairs,)`. `same` is True where a pair
# shows one person, `(pairs,)`. `bins` is a whole number: from 0 to 1 there are so many bins of equal width. A probability on
# the edge between two bins belongs to the upper one, and 1 to the last one. In each bin that has pairs, take the mean
# probability and the share of pairs that show one person: how far are they apart? The function returns one number, the mean of
# these gaps over the bins, in which each bin has the weight of its share of all pairs. In the checks, edges of bins are exact:
# eighths, quarters or halves.


# %% exercise="mended_calibration_gap" practises="overconfident ones" kind="flaw"

# %% locked="run-mended_calibration_gap"
for name, p in {"honest": honest, "too sure": too_sure}.items():
    print(f"{name:9} gap in 10 bins {mended_calibration_gap(p, shown, 10):.3f}")

# %% check="mended_calibration_gap"

# %% [markdown] locked="q-unit-threshold"
# ## From prices to a threshold
#
# A unit with one weight $w$ sees the distance $d$ of a pair: $z = w d + b$, fitted at an even mix. At the door a share $\pi$
# of the attempts is genuine. A false accept costs $c_{FA}$, a false reject $c_{FR}$, both above 0. With $p_\pi$, the
# probability at the door, accepting costs $(1 - p_\pi) \, c_{FA}$ on average, and rejecting $p_\pi \, c_{FR}$.
#
# Write `unit_threshold(w, b, accept_cost, reject_cost, pi)`. All five are numbers; $w$ is below 0, $\pi$ is above 0 and below
# 1, `accept_cost` is $c_{FA}$ and `reject_cost` is $c_{FR}$. It returns the threshold $\tau$, a number: if $d \leq \tau$,
# accepting costs at most as much as rejecting; if $d > \tau$, it costs more. (So $\tau$ may come out below 0.)


# %% exercise="unit_threshold" practises="turn prices"

# %% [markdown]
# Try it at two doors. $w$ and $b$ are fitted on the pairs of people 1 to 20, and the costs are computed on those of people 21
# to 40. How much does the rule $p \geq 1/2$ cost, and how much your threshold? (Pixels are a poor encoder: at the phone,
# letting everybody in is even cheaper than your threshold.) Change the prices and the mix.

# %% tags=["experiment"]
from sklearn.linear_model import LogisticRegression

def of_people(low, high):
    is_asked = (low <= person) & (person <= high)
    chosen = is_asked[first] & is_asked[second]
    return all_d[chosen], all_same[chosen]

(d_fit, same_fit), (d_new, same_new) = of_people(1, 20), of_people(21, 40)
fitted = LogisticRegression(class_weight="balanced").fit(d_fit[:, None], same_fit)
w, b = fitted.coef_[0, 0], fitted.intercept_[0]
for door, accept_cost, reject_cost, pi in (("phone", 1, 1, 0.9), ("vault", 20, 1, 0.1)):
    same_answer = 100 * min(accept_cost * (1 - pi), reject_cost * pi)
    print(f"{door:7} always the same answer costs {same_answer:5.1f} for 100 attempts")
    rules = {"p >= 1/2": -b / w, "yours": unit_threshold(w, b, accept_cost, reject_cost, pi)}
    for rule, tau in rules.items():
        far, frr = np.mean(d_new[~same_new] <= tau), np.mean(d_new[same_new] > tau)
        price = 100 * (accept_cost * (1 - pi) * far + reject_cost * pi * frr)
        print(f"{'':7} {rule:8} tau = {tau:.2f}   strangers let in {far:6.1%}, "
              f"rightful people turned away {frr:6.1%}   costs {price:5.1f}")

# %% [markdown] locked="q-another-mix"
# ## Strangers are rare here
#
# *Objective: correct a unit for another mix, and explain the correction.*
#
# A unit on the distance is fitted on all pairs of people 1 to 20, as they come, *without* weighing both kinds alike. It is
# put on a phone, where 95 of 100 attempts are the owner's. The next cell lets it accept at $p \geq 1/2$. Run it. (Its errors
# are counted on the pairs of people 21 to 40.)

# %% tags=["experiment"]
from sklearn.linear_model import LogisticRegression

def of_people(low, high):
    is_asked = (low <= person) & (person <= high)
    chosen = is_asked[first] & is_asked[second]
    return all_d[chosen], all_same[chosen]

(d_fit, same_fit), (d_new, same_new) = of_people(1, 20), of_people(21, 40)
as_they_come = LogisticRegression().fit(d_fit[:, None], same_fit)
w, b = as_they_come.coef_[0, 0], as_they_come.intercept_[0]
print(f"{same_fit.mean():.1%} of the pairs of the fit show one person; w = {w:.1f}, b = {b:.1f}")
is_right = (w * d_new + b >= 0) == same_new
print(f"people 21 to 40, pairs as they come: {is_right.mean():.1%} of the answers are right")
print(f"on the phone: {np.mean(~is_right[same_new]):.1%} of the owner's attempts are turned away, "
      f"{np.mean(~is_right[~same_new]):.1%} of the strangers' let in")

# %% [markdown] locked="q-another-mix-2"
# Answer each question in two to five sentences:
#
# - **What has the unit learned besides distances?** (1 point) Say where in the unit that sits, and why it does harm on the
#   phone.
# - **How is it mended?** (1 point) Say what becomes of $w$ and of $b$, and why. Call the mix of the pairs $\pi_\mathrm{fit}$ and
#   that of the phone $\pi_\mathrm{phone}$. In which direction does the threshold on the distance move?
# - **"But nearly all of its answers are right."** (1 point) Somebody says this of the share of right answers that is printed.
#   What do you answer, and which numbers do you ask for instead? Would the AUC have warned you?
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - That one person is rare among its pairs: the log odds of that mix sit in the bias, and on the phone the mix is the other one.
#   Half a point for "the mix" without where it sits.
# - The old log odds out of $b$, the new ones in; $w$ stays, because it says how evidence grows with the distance, whoever comes;
#   $\tau = -b/w$ moves up. Half a point if one of the three is missing.
# - A unit that always says "two people" reaches about 95%; FAR and FRR, each among its own kind; the AUC does not change with
#   $b$. Half a point if one of the three is missing.
# <!-- END MARK SCHEME -->

# %% [markdown] written="another-mix" points=3 practises="which threshold hides in it"
# Among the pairs of the training people about one in twenty shows one person. The unit has learned that one person is rare,
# and this sits in the bias: $b$ contains $\log \frac{\pi_\mathrm{fit}}{1 - \pi_\mathrm{fit}}$, about $-3$. On the phone it is
# the other way round, strangers are rare. The unit still asks for evidence as strong as if nearly everybody were a stranger,
# and so turns the owner away.
#
# Only $b$ has to change. Take the old mix out and put the new one in:
# $b - \log \frac{\pi_\mathrm{fit}}{1 - \pi_\mathrm{fit}} + \log \frac{\pi_\mathrm{phone}}{1 - \pi_\mathrm{phone}}$. That
# makes it larger, and the threshold $-b/w$ moves up: the phone becomes more generous. The weight stays. It says by which
# factor the odds of one person fall as the distance grows, which is a fact about pairs and does not depend on who comes.
#
# A unit that always says "two people" would be right for about 95 of 100 of these pairs, without looking. So the share of
# right answers hides what happens to the rare kind. Ask for the false accept rate and the false reject rate, each among its
# own kind, and weigh them with the mix and the prices of the door. The AUC stays the same, because another $b$ does not change
# the order of the pairs. So it could not have shown the damage, either.

# %% [markdown] locked="q-many-weights"
# ## Predict, then run: 65 numbers or two
#
# *Objective: predict which of two units does better on people never seen, and say why.*
#
# Two units are fitted. One has a weight for the difference in each of 64 features, and a bias: 65 numbers. The other one has a
# weight for the distance, and a bias: two numbers. Both are fitted on the pairs of 2, 3, 5, 10 and 20 people, and judged on the
# pairs of twenty others.
#
# **Before you run the cell**, write down at the beginning of your answer: which unit has the higher AUC on the people it was
# fitted on, and which on the others, for 2 people and for 20? Then run it (about ten seconds).

# %% tags=["experiment"]
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

turned = np.linalg.qr(np.random.default_rng(0).normal(size=(644, 64)))[0]
features = f @ turned  # (400, 64)

def pairs_among(low, high):
    """What the two units see of the pairs of these people, and whether a pair shows one person."""
    is_asked = (low <= person) & (person <= high)
    chosen = is_asked[first] & is_asked[second]
    difference = np.abs(features[first[chosen]] - features[second[chosen]])
    return {"65": difference, "2": np.linalg.norm(difference, axis=1)[:, None]}, all_same[chosen]

judged, same_judged = pairs_among(21, 40)
for people in (2, 3, 5, 10, 20):
    fitted_on, same_fitted = pairs_among(1, people)
    for numbers, x in fitted_on.items():
        unit = LogisticRegression(class_weight="balanced", C=1e4, max_iter=2000).fit(x, same_fitted)
        own = roc_auc_score(same_fitted, unit.decision_function(x))
        others = roc_auc_score(same_judged, unit.decision_function(judged[numbers]))
        print(f"{people:2} people, {numbers:>2} numbers: AUC on them {own:.3f}, on others {others:.3f}")

# %% [markdown] locked="q-many-weights-2"
# Answer in four to eight sentences. A prediction that was wrong costs nothing.
#
# - **Your prediction, and what came out.** (1 point)
# - **Why?** (1 point) Explain the numbers of both units, and what you expect with 1000 people.
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - A prediction for both groups of people and for both numbers of them, and an honest comparison with the output; a wrong
#   prediction earns as much as a right one. Half a point if one of the two groups is missing.
# - Many numbers fit what is special about few people, and not what is common to all (overfitting); two numbers cannot. Half a
#   point. More people help the large unit, so with 1000 it may well be ahead. Half a point.
# <!-- END MARK SCHEME -->

# %% [markdown] written="many-weights" points=2 practises="can lose to one of two" kind="predict"
# I predicted that the unit of 65 numbers is better everywhere. That was right for the people it was fitted on: its AUC there is
# 1 for two people, and still the higher one for twenty. On others it was wrong: with two people it gets 0.75 there, the unit of
# two numbers 0.91; with twenty people both are close to 0.9.
#
# Two people have 190 pairs, but they are two people: 65 numbers can be turned until they fit what is special about these two,
# and that does not hold for others. The unit of two numbers can only choose where to cut the distance. It cannot learn by
# heart, so it is about the same on all, and its AUC on others does not depend on the fit at all, because a weight below 0 keeps
# the order of the distances. With more people the large unit catches up; with 1000 I expect it to be ahead, if some features
# matter more than others.
