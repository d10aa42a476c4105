# %% [markdown]
# # 4 · Verification as classification
#
# Three pairs of pictures, A, B and C, chosen for one reason: for the pixels of lesson 1, the two pictures of each pair are equally far apart.

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import euclidean

faces = load_faces()
pictures = faces.pictures.reshape(400, 112, 92)
person = faces.person.ravel()
raw = pixels(pictures)
above, below = [0, 27, 33], [2, 48, 83]  # of the 400 pictures
d_raw = euclidean(raw[above], raw[below])
captions = ["A", "B", "C", *(f"d = {d:.1f}" for d in d_raw)]
words = ("Three pairs, one above the other. A: a young man twice, the second time in light from above"
         ". B: a man with dark hair and one with fair hair, both smile. C: two men with dark hair.")
title = "One distance. One answer?"
plots.picture_grid(pictures[above + below], captions, title, words, columns=3, width=2.0)

# %% tags=["guard"]
assert np.ptp(d_raw) < 0.1
assert (person[above] == person[below]).tolist() == [True, False, False]

# %% [markdown]
# A threshold has to give all three the same answer. You gave three, and you were *sure* of each. How sure may a computer be at this distance? Of 100 pairs that are 7.3 apart, how many show the same person? In this lesson the computer answers with a **probability**, and we ask whether it deserves to be believed.
#
# **Questions**
#
# - How do two embeddings become a probability?
# - On whom may it be fitted, so that "80%" means 80 of 100?
# - Can a network learn to answer "the same person, yes or no?" all by itself?
#
# **Objectives.** After this lesson you can
#
# - write the logistic unit on the difference of two embeddings, and say which threshold hides in it,
# - tell honest probabilities from overconfident ones, by log loss and reliability diagram,
# - correct a probability for the mix of people who come, and turn prices of errors into a threshold,
# - say why a unit of 65 numbers can lose to one of two.
#
# **Before you start**: lessons 1 to 3: distances and thresholds, the encoder $f$, batch-hard.
#
# **Time**: 60 minutes to read, 30 minutes for the questions, 80 for the exercises; the notebook runs in RUN_TIME on two cores.
#
# ## 1. What a distance does not say
#
# Write your own answer down first. At a door one attempt of ten is genuine: the visitor is who they say. Of 100 pairs there that are 7.3 apart for the pixels, how many show the same person? Put a number in place of the dots below.
#
# Then we train the encoder of lesson 3 again, with batch-hard triplets on the 25 training people, this time for 400 steps instead of 250. It turns each of our 400 pictures into 64 numbers, once, and we keep them. Beside it, as always, pixels.

# %% tags=["long"]
from course_utils.feedback.lesson import check, guess, hint

of_100_pairs = guess(...)  # for instance guess(50)

from course_utils.data.splits import read_folds
from course_utils.faces.networks import embed
from course_utils.faces.protocol import differences_between, read_table, score
from course_utils.faces.training import train

fold = read_folds()[0]
is_train = np.isin(person, fold.train)
is_test = np.isin(person, fold.test)
encoder = train(pictures[is_train], person[is_train], "batch_hard").encoder
f = embed(encoder, pictures)  # (400, 64), each row of length 1
for name, features in {"pixels": raw, "batch-hard": f}.items():
    print(f"{name:11}", score(features[is_test], person[is_test], trained_on=fold.train))

# %% tags=["guard"]
of_f = score(f[is_test], person[is_test], trained_on=fold.train)
of_pixels = score(raw[is_test], person[is_test], trained_on=fold.train)
assert of_f.auc > of_pixels.auc + 0.01 and of_f.tar > of_pixels.tar + 0.02
assert abs(of_f.one_shot - of_pixels.one_shot) < 0.03

# %% [markdown]
# In one-shot accuracy the two are about level on these ten people. Verification asks about *pairs*, and there $f$ has the better values: look at AUC and TAR.
#
# Now take the five calibration people. They had no part in the training. Sort all pairs of their pictures by distance into <dfn>bins</dfn>, small equal steps of the distance, and count in each bin how many pairs show the same person, and how many show different people.

# %%
from course_utils.faces.evaluation import verification_pairs

def compare(features, people, difference, trained_on=()):
    """`difference` of each pair of pictures of these people, and whether it is the same person."""
    chosen = np.isin(person, people)
    pairs = verification_pairs(person[chosen], trained_on=trained_on)
    return difference(features[chosen][pairs.first], features[chosen][pairs.second]), pairs.same

d_cal, same_cal = compare(f, fold.calibration, euclidean)
print("  distance   same person   different people   share of same   if both came equally often")
middles = np.arange(0.25, 1.5, 0.1)
shares = []
for middle in middles:
    here = np.abs(d_cal - middle) < 0.05
    one = np.sum(here & same_cal)
    two = np.sum(here & ~same_cal)
    even = one / same_cal.sum() / (one / same_cal.sum() + two / (~same_cal).sum())
    shares.append(even)
    print(f"{middle - 0.05:.1f} to {middle + 0.05:.1f}{one:12}{two:16}"
          f"{one / (one + two):18.0%}{even:22.0%}")

# %% tags=["guard"]
assert (same_cal.sum(), (~same_cal).sum()) == (225, 1000)
assert 0.98 > shares[5] > 0.8 > shares[6] > 0.2 > shares[7]
assert all(share > 0.95 for share in shares[:5]) and all(share < 0.1 for share in shares[8:])
at_085 = np.abs(d_cal - 0.85) < 0.05
assert 0.7 < np.mean(~same_cal[at_085]) < 0.9

# %% [markdown]
# Near pairs show the same person, far pairs show different people. Between lie three bins of doubt, from 0.7 to 1.0: there the last column falls from more than four fifths to less than one fifth. There a pair deserves neither yes nor no, but a number between.
#
# Which number? Look at a bin of doubt: its two shares differ widely. These five people have 225 pairs of the same person and 1000 of different people, so in the bin from 0.8 to 0.9 about four pairs of five show different people. At a door where rightful people and strangers ring equally often, it would be the last column. **A distance alone has
# no probability. It needs the mix**: the share of attempts that are genuine, $\pi$ (the Greek letter pi). Until section 7, $\pi = 1/2$.
#
# ## 2. From a distance to a probability
#
# The last column falls from 100% to 0 along an S. A curve of that shape is known: the <dfn>sigmoid</dfn> turns any number $z$ into one between 0 and 1,
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}.$$
#
# To read $z$, think of a bet. The <dfn>odds</dfn> of a probability $p$ are $p / (1 - p)$: what speaks for, divided by what speaks against. If $p = \sigma(z)$, they are $e^z$: at $z = 0$ they are 1 to 1, at $z = 3$ about 20 to 1, at $z = -3$ about 1 to 20. So $z$, the logarithm of the odds, is called the <dfn>log odds</dfn>.
#
# We let it depend on the distance as a straight line, $z = w d + b$. Two numbers are to be found. This is <dfn>Platt scaling</dfn>: a sigmoid fitted on a score to make a probability of it (Platt, 1999).

# %%
from sklearn.linear_model import LogisticRegression

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def distance(f1, f2):
    return euclidean(f1, f2)[:, None]  # (pairs, 1): a table with one column

def fit(differences, same, regularisation=1.0):
    """Weights and bias of a logistic unit; differences (pairs, features) -> (features,), a number."""
    unit = LogisticRegression(class_weight="balanced", C=1 / regularisation, max_iter=5000)
    unit.fit(differences, same)
    return unit.coef_[0], unit.intercept_[0]

w_cal, b_cal = fit(*compare(f, fold.calibration, distance))
print(f"z = {w_cal[0]:.1f} d + {b_cal:.1f}, so p = 1/2 at d = {-b_cal / w_cal[0]:.2f}")
for p in (0.99, 0.5, 0.01):
    print(f"probability given to the truth {p:4.0%}: log loss {-np.log(p):.2f}")

# %% [markdown]
# The weight is *negative*: the farther apart, the less likely the same person. And the threshold of lesson 1 is still there: $p \geq 1/2$ is the rule $d \leq -b/w$. New is what lies around it: near it $p$ says "I do not know", far from it "I am sure".
#
# `fit` hides three decisions. The first: what is made small? For each pair, the <dfn>log loss</dfn>, which is $-\log$ of the probability that was given to the truth. (Keras calls it *binary cross-entropy*.) Whoever is sure and wrong pays most: see the last three lines.
#
# The second decision: `balanced` weights both kinds of pair alike. That is our $\pi = 1/2$.
#
# The third: a price on large weights, called <dfn>regularisation</dfn>. Without it, a unit that makes no mistake on its pairs would grow its weights, and its confidence, for ever. (scikit-learn takes its inverse, `C`; 1 is its default.) How much does it matter?

# %% jupyter={"source_hidden": true}
grid = np.linspace(0.25, 1.45, 121)
counted = np.full(121, np.nan)
counted[::10] = 100 * np.array(shares)  # a point in the middle of each bin
curves = {"counted": counted}
for strength in (0.001, 1, 100):
    w, b = fit(*compare(f, fold.calibration, distance), strength)
    curves[f"regularisation {strength}: w = {w[0]:.1f}"] = 100 * sigmoid(w[0] * grid + b)
words = ("Thirteen counted points along an S, and three falling curves. The curve with the weakest "
         "regularisation runs close to the points, the default is flatter, the strongest is a ramp.")
axes = ("distance of the pair", "share of same person (%)")
plots.curves_figure(grid, curves, axes, "Stronger regularisation, flatter curve", words)

# %% tags=["guard"]
of_strength = [curve for name, curve in curves.items() if name != "counted"]
off = [np.abs(curve - counted)[::10].mean() for curve in of_strength]
assert off[0] < 4
assert off[0] < off[1] < off[2]
slopes = [np.abs(np.diff(curve)).max() for curve in of_strength]
assert slopes[0] > slopes[1] > slopes[2]

# %% [markdown]
# With the weakest regularisation two numbers are enough for the thirteen bins: the curve runs close to the points. (It was fitted to these very pairs; section 7 tries it on other people.) With the default the curve is flatter than the count. The loss is added up over all pairs, the price on weights only once. With more pairs it matters less.
#
# ## 3. The logistic unit
#
# Why should all 64 features count alike? The lecture notes draw verification as a classifier with two answers. It sees how much the two pictures differ *in each feature*, and gives each of these differences a weight:

# %% jupyter={"source_hidden": true}
probability = sigmoid(-2 * np.abs(f[0] - f[2]).sum() + 5)  # of pair A, with the weights that come below
plots.classification_head(pictures[[0, 2]], f[[0, 2]], probability)

# %% [markdown]
# $$p = \sigma\Big(\sum_{k=1}^{64} w_k \, \big|f(x_1)_k - f(x_2)_k\big| + b\Big)$$
#
# One such sum with a sigmoid behind it is a <dfn>logistic unit</dfn>: the smallest neural network there is. Taigman and others used it in 2014 to verify faces (DeepFace). **Your turn.** `f1` and `f2` hold the two embeddings of each pair, `(pairs, features)`; `w` is `(features,)`, `b` a number. Return the probability of each pair, `(pairs,)`. One way to write it is folded in the cell after: run it in any case, the lesson goes on with it. (More of this kind: [exercises 04](assignments/release/04_exercises/04_exercises.ipynb).)

# %%
def absolute(f1, f2):
    """|f(x1)_k - f(x2)_k| for each feature k; twice (pairs, features) -> (pairs, features)."""
    return np.abs(f1 - f2)

def verification_head(f1, f2, w, b):
    """Probability that both show the same person; w (features,), b a number -> (pairs,)."""
    raise NotImplementedError()  # your line; sigmoid and absolute are there already

check("verification_head", verification_head)

# %% jupyter={"source_hidden": true}
def verification_head(f1, f2, w, b):
    """Probability that both show the same person; w (features,), b a number -> (pairs,)."""
    return sigmoid(absolute(f1, f2) @ w + b)

check("verification_head", verification_head)

# %% [markdown]
# Now A, B and C. They show five of the ten test people: the encoder has never seen them. All weights are $-2$, and $b = 5$ is a guess; nothing is fitted.

# %%
w_equal = np.full(64, -2.0)
p_abc = verification_head(f[above], f[below], w_equal, b=5.0)
for pair, p in zip("ABC", p_abc):
    print(f"pair {pair}: p = {p:.3f}")

# %% jupyter={"source_hidden": true}
curves = dict(zip("ABC", np.sort(absolute(f[above], f[below]), axis=1)[:, ::-1]))
words = ("Three falling curves: the 64 differences of each pair, the largest first. That of A, the "
         "pair of the same person, starts far below those of B and C and stays below them nearly to "
         "the end.")
axes = ("features, the largest difference first", r"$|f(x_1)_k - f(x_2)_k|$")
plots.curves_figure(np.arange(1, 65), curves, axes, "The two embeddings of A differ less", words)

# %% tags=["guard"]
assert p_abc[0] >= 0.5 > 0.05 > p_abc[1:].max()
assert (curves["A"][:56] < np.minimum(curves["B"], curves["C"])[:56]).all()
assert set(person[above + below]) <= set(fold.test) and len(set(person[above + below])) == 5

# %% [markdown]
# Pixels could not tell the three apart. The encoder can, for these three.
#
# **Predict.** All $w_k$ are $-2$, and $b = 5$. For which pairs is $p \geq 1/2$?
#
# <details><summary>Answer</summary>
#
# $p \geq 1/2$ means $z \geq 0$: $\;-2 \sum_k |f(x_1)_k - f(x_2)_k| + 5 \geq 0$, so $\sum_k |f(x_1)_k - f(x_2)_k| \leq 2.5$. That is a threshold $\tau = -b/w = 2.5$ on the sum of the absolute differences.
#
# </details>

# %%
differences, same_test = compare(f, fold.test, absolute, trained_on=fold.seen)  # training + calibration
d_test, _ = compare(f, fold.test, euclidean, trained_on=fold.seen)
d1 = differences.sum(axis=1)
accepted = sigmoid(differences @ w_equal + 5.0) >= 0.5
print(f"p >= 1/2 and d1 <= 2.5 agree on {np.mean(accepted == (d1 <= 2.5)):.0%} of {len(d1)} pairs")
print(f"accepted: same {accepted[same_test].mean():.0%}, different {accepted[~same_test].mean():.0%}")
print(f"correlation of d1 with the Euclidean distance: {np.corrcoef(d1, d_test)[0, 1]:.3f}")

# %% tags=["guard"]
assert accepted[same_test].mean() < 0.25
assert np.corrcoef(d1, d_test)[0, 1] > 0.98

# %% [markdown]
# This sum is the <dfn>L1 distance</dfn> (city blocks: along each axis in turn), and here it rises almost in step with the Euclidean one. So the logistic unit with equal weights *is* lesson 1. And our guess $b = 5$ was a poor threshold: it turns most pairs of the same person away.
#
# **Predict.** What is $p(x, x)$, for twice the same picture? Is $p(x_1, x_2) = p(x_2, x_1)$? And what would a *positive* $w_k$ mean?
#
# <details><summary>Answer</summary>
#
# All differences are 0, so $p(x, x) = \sigma(b)$: high, but not 1. The order does not matter, because $|u - v| = |v - u|$. A positive $w_k$ means: the more the pictures differ in feature $k$, the likelier they show *the same* person. That makes little sense. A useless feature should get $w_k = 0$.
#
# </details>
#
# What if we forget the absolute value? We fit a unit on $f(x_1)_k - f(x_2)_k$, on the training people, and ask it about the ten test people, in both orders:

# %%
from course_utils.faces.evaluation import auc, choose_threshold

w_signed, _ = fit(*compare(f, fold.train, np.subtract))
signed, _ = compare(f, fold.test, np.subtract, trained_on=fold.seen)
z = signed @ w_signed
print(f"AUC {auc(-z, same_test):.1%}; after swapping the two pictures {auc(z, same_test):.1%}")

# %% tags=["guard"]
from course_utils.faces import networks

assert abs(auc(-z, same_test) - 0.5) < 0.2
some_weights = np.random.default_rng(0).normal(size=64)
package_head = networks.verification_head()
package_head.set_weights([some_weights[:, None], np.array([0.7])])
ours = verification_head(f[above], f[below], some_weights, 0.7)
assert np.abs(package_head([f[above], f[below]]).numpy() - ours).max() < 1e-5

# %% [markdown]
# Around chance: a sign says which picture came first, and that is not the question. The absolute value builds the symmetry in, as the shared encoder did in lesson 2.
#
# ## 4. Fitted on whom?
#
# We want a probability that holds for *people never seen*. There are more training people to fit it on, but $f$ has learned them by heart. Does that harm the probability? Change one thing only: *whether $f$ has seen the people*. So take five of the training people, as many as there are calibration people. First we write the log loss ourselves, so that both kinds of pair count half:

# %%
def even_log_loss(z, same):
    """Mean log loss at log odds z, (pairs,), where both kinds of pair count one half."""
    loss = -np.log(sigmoid(np.where(same, z, -z)))  # of the probability given to the truth
    return (loss[same].mean() + loss[~same].mean()) / 2

def log_odds_on(people, features, difference, unit):
    """Log odds that a unit gives to all pairs of these people, and the truth."""
    w, b = unit
    differences, same = compare(features, people, difference, trained_on=fold.train)
    return differences @ w + b, same

five_seen = fold.train[:5]
fitted_on = {"pixels, calibration people": (raw, fold.calibration),
             "f, five training people": (f, five_seen),
             "f, calibration people": (f, fold.calibration)}
units = {}
stated = {}
print(f"a coin, always 50%           log loss {np.log(2):.3f}")
for name, (features, people) in fitted_on.items():
    units[name] = fit(*compare(features, people, distance))
    z, same_test = log_odds_on(fold.test, features, distance, units[name])
    stated[name] = sigmoid(z)
    print(f"{name:28} log loss {even_log_loss(z, same_test):.3f}   AUC {auc(-z, same_test):.1%}")

# %% tags=["guard"]
cost = {name: even_log_loss(np.log(says / (1 - says)), same_test) for name, says in stated.items()}
assert cost["f, five training people"] > cost["pixels, calibration people"]
assert cost["f, five training people"] > cost["f, calibration people"] + 0.03

# %% [markdown]
# The two units on $f$ have one AUC: one $w$ and one $b$ cannot change the order of the distances. The log loss asks whether the *probability* is right, and there they differ. Fitted on people it has seen, $f$'s probability is worse than that of plain pixels, though its AUC is better.
#
# Is it chance? Draw again, 30 times: five of the 15 people whom $f$ has never seen, and five of the 25 whom it has. Both units are judged on the other ten of the 15. In how many draws is the unit fitted on seen people the worse one?

# %%
draws_worse = guess(...)

def loss_of_five(five, ten, difference, regularisation=1.0):
    """Log loss on the pairs of ten people of a unit that was fitted on those of five; and the unit."""
    unit = fit(*compare(f, five, difference), regularisation)
    return even_log_loss(*log_odds_on(ten, f, difference, unit)), unit

rng = np.random.default_rng(0)
draws = []
losses = np.zeros((30, 2))  # columns: fitted on people never seen, on people seen in training
taus = np.zeros((30, 2))
for row in range(30):
    unseen = rng.permutation(fold.calibration + fold.test)
    seen = rng.permutation(fold.train)
    draws.append((unseen[:5], unseen[5:]))
    for column, five in enumerate((unseen[:5], seen[:5])):
        losses[row, column], (w, b) = loss_of_five(five, unseen[5:], distance)
        taus[row, column] = -b / w[0]

# %%
draws_worse.is_really(np.sum(losses[:, 1] > losses[:, 0]), "draws")
for k, group in enumerate(("never seen", "seen in training")):
    print(f"fitted on five people {group:17} log loss {losses[:, k].mean():.3f}, "
          f"p = 1/2 at d = {taus[:, k].mean():.2f} (means of 30 draws)")

# %% tags=["guard"]
assert np.mean(losses[:, 1] > losses[:, 0]) >= 0.7
assert np.mean(taus[:, 1] < taus[:, 0]) >= 0.9

# %% [markdown]
# Fitted on people whom $f$ has seen, the S lies farther to the left: the unit says "different people" at distances where two pictures of somebody never seen still belong together. That is memory (lesson 1, section 9), now in a probability. (The draws share people, so they are not 30 independent facts.)
#
# Where does it go wrong? A <dfn>reliability diagram</dfn> shows it: put the pairs into bins by the probability that was stated. Of those that were given about 25%, do 25% show the same person? One point by hand, with the pairs weighted as in section 1:

# %%
says = stated["f, five training people"]
in_bin = (says >= 0.2) & (says < 0.3)
one = np.sum(in_bin & same_test)
two = np.sum(in_bin & ~same_test)
print(f"in the bin from 20% to 30%: {one} pairs of the same person, {two} of different people")
weighted_one = one / same_test.sum()
weighted_two = two / (~same_test).sum()
print(f"as they come {one / (one + two):.0%} show the same person; "
      f"if both kinds were equally many, {weighted_one / (weighted_one + weighted_two):.0%}")

two_units = {name: stated[name] for name in ("f, five training people", "f, calibration people")}
title = "Both units say no too readily"
plots.reliability_figure(two_units, same_test, title, worked=0.25)

# %% tags=["guard"]
def share_in(name, low):
    here = (low <= stated[name]) & (stated[name] < low + 0.1)
    both_kinds = np.mean(here[same_test]), np.mean(here[~same_test])
    return both_kinds[0] / sum(both_kinds)

above_diagonal = {}
for name, says in two_units.items():
    heights = []
    for low in np.arange(2, 9) / 10:
        here = (low <= says) & (says < low + 0.1)
        heights.append(share_in(name, low) - np.average(says[here], weights=np.where(same_test, 10, 1)[here]))
    above_diagonal[name] = np.array(heights)
    assert (above_diagonal[name] > 0).all()
heights_of_both = [heights.mean() for heights in above_diagonal.values()]
assert heights_of_both[0] > heights_of_both[1] + 0.05

# %% [markdown]
# A point on the diagonal keeps its word. Above it, pairs show the same person more often than was said. The left ring is the point that you computed, the right one is the same bin of the other unit. From 20% to 90% both units lie above the diagonal in every bin: they say "different people" too readily. On the whole the points of the calibration people lie closer to it.
#
# **Predict.** Take the two numbers that suit these ten people, and then three times both of them. Order and threshold stay. Where do the points of the diagram go?
#
# Before you run on, turn a unit yourself, on the pairs of the ten, in the live figure below. At $w = b = 0$ it says 50% to everybody: it keeps its word, and costs as much as a coin. Make the log loss small. Which number makes the unit surer, and what must the other do so that the threshold $-b/w$ stays? (To choose on the ten is cheating. The cell after the figure does it, too, but only to show what three times both numbers do; no method is judged by it.)

# %%
from course_utils import explorables

explorables.logistic_unit(d_test, same_test, w_cal[0], b_cal, "fitted on the five")

# %% jupyter={"source_hidden": true}
w_ten, b_ten = fit(*compare(f, fold.test, distance, trained_on=fold.train), 0.001)
z_ten = w_ten[0] * d_test + b_ten
once_and_thrice = {"fitted to these ten people": sigmoid(z_ten), "three times both": sigmoid(3 * z_ten)}
for factor, name in zip((1, 3), once_and_thrice):
    print(f"{name:27} log loss {even_log_loss(factor * z_ten, same_test):.3f}")
title = "The same order of the pairs, the same threshold"
plots.reliability_figure(once_and_thrice, same_test, title, worked=0.95)

# %% tags=["guard"]
thrice = once_and_thrice["three times both"]
pairs_weight = np.where(same_test, 1 / same_test.sum(), 1 / (~same_test).sum())
for part, sign in ((thrice < 0.1, 1), (thrice >= 0.9, -1)):
    is_so = np.average(same_test[part], weights=pairs_weight[part])
    assert sign * (is_so - np.average(thrice[part], weights=pairs_weight[part])) > 0.02
    assert part.sum() > ((sigmoid(z_ten) < 0.1) if sign > 0 else (sigmoid(z_ten) >= 0.9)).sum()
assert even_log_loss(3 * z_ten, same_test) > even_log_loss(z_ten, same_test) + 0.03

# %% [markdown]
# More pairs come to the two ends, and there the points leave the diagonal: of the pairs that get nearly 0% more show the same person than is said, of those that get nearly 100% fewer (the rings). Between the ends few pairs are left, and the points jump. The weight makes the unit surer; $b$ grows with it, or the threshold would move.
#
# Such a unit is <dfn>overconfident</dfn>: it is surer than it is right. Its AUC is the same; its log loss is higher.
#
# ## 5. Two numbers, or 64?
#
# Now the whole unit, a weight for each feature, on the calibration people: with the default regularisation, and with hardly any. Five people have 1225 pairs, but they are five people. They can teach two numbers; are 64 too many for them?

# %%
z, same_test = log_odds_on(fold.test, f, distance, units["f, calibration people"])
print(f"two numbers             log loss {even_log_loss(z, same_test):.3f}")
for strength in (1, 0.0001):
    w, b = fit(*compare(f, fold.calibration, absolute), strength)
    z, same_test = log_odds_on(fold.test, f, absolute, (w, b))
    print(f"regularisation {strength:6}   log loss {even_log_loss(z, same_test):.3f}   "
          f"64 weights up to {w.max():.1f}, {np.sum(w > 0)} positive")

# %%
print("the 30 draws of section 4   two numbers   64 weights   64 are worse in")
for strength in (3, 1, 0.3, 0.1):
    narrow = np.array([loss_of_five(*draw, distance, strength)[0] for draw in draws])
    wide = np.array([loss_of_five(*draw, absolute, strength)[0] for draw in draws])
    print(f"regularisation {strength:3}{narrow.mean():21.3f}{wide.mean():13.3f}"
          f"{np.sum(wide > narrow):12} draws")

# %% tags=["guard"]
means = []
for strength in (3, 1, 0.3, 0.1):
    each = np.array([[loss_of_five(*draw, difference, strength)[0] for draw in draws] for difference in (distance, absolute)])
    assert np.sum(each[1] > each[0]) >= 18
    means.append(each.mean(axis=1))
assert np.min(means, axis=0)[0] < np.min(means, axis=0)[1] - 0.01
assert (d1 / d_test).max() < 8  # so 64 equal weights of the same slope have a larger sum of squares than the one
default = even_log_loss(*log_odds_on(fold.test, f, absolute, fit(*compare(f, fold.calibration, absolute))))
assert default < even_log_loss(*log_odds_on(fold.test, f, distance, units["f, calibration people"]))

# %% [markdown]
# On our own ten people 64 weights at the default price cost a little *less* than two numbers. In most of the 30 draws they cost more, at each of the four prices: one split would have misled us. (The price is on the sum of the squared weights. 64 equal weights that fall as steeply with the distance as the one have a larger sum, so the same regularisation costs them more. So compare the lowest mean of each column, too: there two numbers are ahead as well.) Some weights are positive, which made no sense above. We keep two numbers. **Fit as much as your people can carry.** DeepFace could fit its unit on thousands of people.
#
# ## 6. Everything at once
#
# So far $f$ was finished before the unit came. Now both are one network, and the slope of the log loss goes through the unit into $f$. This is `train_step` of lesson 2 with another loss; each step takes 30 random pairs, as there. To save your time we stop after 150 steps.

# %%
from course_utils.backend import keras, tf
from course_utils.faces import networks
from course_utils.faces.preprocessing import augment, shrink
from course_utils.faces.sampling import pairs

log_loss_of = keras.losses.BinaryCrossentropy()

def train_step(encoder, head, optimizer, both, same):
    """One step downhill for encoder and unit; both: first pictures, then second, (60, 56, 46, 1)."""
    weights = encoder.trainable_variables + head.trainable_variables
    with tf.GradientTape() as tape:
        embedded = encoder(both, training=True)
        loss = log_loss_of(same, head(tf.split(embedded, 2)))
    optimizer.apply(tape.gradient(loss, weights), weights)
    return loss

# %%
small = shrink(pictures[is_train])[..., None]  # (250, 56, 46, 1)
who_train = person[is_train]

def end_to_end(head, steps=150):
    """Train a new encoder together with this unit; returns it, and the loss of each step."""
    new_encoder = networks.embedding_network(seed=0)
    optimizer = keras.optimizers.AdamW(1e-3)
    optimizer.build(new_encoder.trainable_variables + head.trainable_variables)
    quick_step = tf.function(train_step)
    batches = pairs(who_train, batch_size=30, seed=0)
    loss_of_step = []
    for step in range(steps):
        first, second, same = next(batches)
        both = augment(small[np.concatenate([first, second])], seed=(0, step))
        loss = quick_step(new_encoder, head, optimizer, both, tf.constant(same))
        loss_of_step.append(float(loss))
    return new_encoder, np.array(loss_of_step)

# %% [markdown]
# Where does the *unit* start? Weights usually start at small random numbers, of both signs. The package starts the unit at all $w_k = -2$ and $b = 5$, the threshold of section 3. A third start lies between: the same random numbers, all with a minus sign.
#
# Which one-shot accuracy does the start at random numbers reach on the ten test people, where pixels have 90%?

# %% tags=["long"]
random_start = guess(...)

some = np.random.default_rng(0).normal(0, 0.2, size=(64, 1))
starts = {"a threshold": (np.full((64, 1), -2.0), 5.0),
          "random, all negative": (-np.abs(some), 0.0),
          "random numbers": (some, 0.0)}
heads = {}
trained = {}
step_losses = {}
for name, (w, b) in starts.items():
    heads[name] = networks.verification_head()
    heads[name].set_weights([w, np.array([b])])
    trained[name], step_losses[name] = end_to_end(heads[name])

# %% jupyter={"source_hidden": true}
curves = {name: each.reshape(10, 15).mean(axis=1) for name, each in step_losses.items()}
curves["always 50%"] = np.full(10, np.log(2))
ends = "; ".join(f"{name} from {curve[0]:.2f} to {curve[-1]:.2f}" for name, curve in curves.items())
words = f"Four curves over 150 steps, the first falls fast, two slowly, the last is level: {ends}."
title = "Three starts of the unit, the same 150 steps (means of 15)"
plots.curves_figure(np.arange(7, 150, 15), curves, ("step", "log loss"), title, words)

# %% tags=["guard"]
assert curves["random numbers"][-3:].mean() < curves["random, all negative"][-3:].mean() - 0.005
assert curves["a threshold"][-1] < curves["random numbers"][-1] - 0.1

# %% [markdown]
# Both random starts learn slowly; the one of both signs ends a little lower. And for people never seen? The unit's $-z$ serves as the distance.

# %%
from course_utils.faces.evaluation import (
    bootstrap_interval, each_enrolled_in_turn, identification_trials, one_shot_accuracy)

def log_odds(head):
    """The unit as a degree of difference: -z, for all pairs of x and y."""
    w, b = (weight.astype(float) for weight in head.get_weights())

    def minus_z(x, y):
        """(n, 64) and (m, 64) -> (n, m)."""
        return -(absolute(x[:, None], y[None]) @ w[:, 0] + b[0])

    return minus_z

def name_the_test_people(features, metric="euclidean"):
    turns = each_enrolled_in_turn(person[is_test])
    return identification_trials(features, person[is_test], turns, trained_on=fold.train, metric=metric)

trials = {"pixels": name_the_test_people(raw[is_test]),
          "batch-hard": name_the_test_people(f[is_test])}
trained["untrained"] = networks.embedding_network(seed=0)
for name, network in trained.items():
    metric = log_odds(heads[name]) if name in heads else "euclidean"
    trials[name] = name_the_test_people(embed(network, pictures[is_test]), metric)

# %%
def ahead(one, other):
    """By how many points of one-shot accuracy `one` is ahead, and the 95% interval over people."""
    def gain(drawn=None):
        return 100 * (one_shot_accuracy(trials[one], drawn) - one_shot_accuracy(trials[other], drawn))

    low, high = bootstrap_interval(gain, person[is_test])
    return f"{gain():+.1f} points ({low:+.1f} to {high:+.1f})"

random_start.is_really(100 * one_shot_accuracy(trials["random numbers"]), "%")
for name in trials:
    named = one_shot_accuracy(trials[name])
    against = "" if name == "pixels" else f", against pixels {ahead(name, 'pixels')}"
    print(f"{name:21} one-shot {named:.1%}{against}")
print("turning the signs alone:", ahead("random, all negative", "random numbers"))
print("size and bias besides:  ", ahead("a threshold", "random, all negative"))
w_end, b_end = heads["a threshold"].get_weights()
print(f"started at -2, the weights of the threshold end at {w_end.min():.2f} to {w_end.max():.2f}")

# %% [markdown]
# In these runs, with one draw of random numbers, the start matters a great deal. From random numbers of both signs, encoder and unit together name fewer of these pictures than an untrained encoder with the Euclidean distance. (So the encoder and the distance both differ.) Turning the signs alone wins a part back. **The training loss did not warn us:** with both signs it was the lower of the two.
#
# What does a *sign* do? The slope of the log loss by $z$ is $p - Y$, where $Y$ is 1 for the same person; so its slope by one difference $|f(x_1)_k - f(x_2)_k|$ is $(p - Y) \, w_k$. For a pair of the same person $p - Y$ is negative. With $w_k < 0$ the product is positive, and going downhill makes the difference *smaller*. With $w_k > 0$ it pushes two pictures of the same person *apart*. The unit can still read such a feature rightly on the people it trains on. Perhaps that does not carry over to new people; these runs do not prove it.
#
# Started at the threshold, the weights have hardly moved. Does this network beat batch-hard? One run on ten people cannot say, so look at the table of the course (four splits, three runs each, 400 steps):

# %%
names = ["contrastive loss", "triplet loss, random", "classification head", "triplet loss, batch-hard"]
table = read_table()["methods"]
for name in names:
    runs = ", ".join(f"{run['one_shot']:.1%}" for run in table[name]["seeds"].values())
    print(f"{name:25} one-shot {table[name]['one_shot']:.1%}   single runs {runs}")
for name, (gain, (low, high)) in differences_between(names).items():
    print(f"{name:40}{100 * gain:+6.1f} points ({100 * low:+.1f} to {100 * high:+.1f})")

# %% tags=["guard"]
runs = {name: [run["one_shot"] for run in row["seeds"].values()] for name, row in table.items()}
assert max(runs["classification head"]) < min(runs["triplet loss, batch-hard"])
assert table["classification head"]["one_shot_interval"][1] > table["triplet loss, batch-hard"]["one_shot_interval"][0]
gains = [one_shot_accuracy(trials[name]) for name in ("random numbers", "random, all negative", "a threshold")]
assert gains == sorted(gains) and gains[0] < one_shot_accuracy(trials["untrained"])
assert np.abs(w_end + 2).max() < 0.1
for on_random in ("contrastive loss", "triplet loss, random"):
    assert max(runs[on_random]) < min(runs["triplet loss, batch-hard"])
ahead = differences_between(names)
assert len(ahead) == 3 and all(name.startswith("batch-hard minus") and low > 0 for name, (_, (low, _)) in ahead.items())

# %% [markdown]
# *Classification head* is our unit, trained end to end. Each of its three runs is behind each run of batch-hard, and the paired difference, batch-hard minus head, has an interval over people above 0 (lesson 1). The same holds for the contrastive loss and for random triplets, which learn from *random* pairs or triplets, too.
#
# So this lesson's best is in two parts: batch-hard for $f$, and two numbers, fitted on other people, for the probability.
#
# ## 7. From a probability to a decision
#
# ### Who comes?
#
# Our probability belongs to $\pi = 1/2$. There $e^z$ has a meaning of its own: *how many times more often such a distance occurs with the same person than with different people*. That is a fact about pairs and does not depend on who comes. The mix comes on top, as a factor of the odds:
#
# $$\frac{p_\pi}{1 - p_\pi} = \frac{\pi}{1 - \pi} \, e^z,$$
#
# and with the logarithm of both sides
#
# $$z_\pi = z + \log \frac{\pi}{1 - \pi}.$$
#
# This is <dfn>Bayes' rule</dfn> in odds: what you believed before, times what the evidence says. In the unit only $b$ changes. So here is what a unit answers to our first question, with the pixels' own two numbers, which five people have chosen. Below it we *count* the pairs near that distance: on the five it was fitted on, on ten others, and on all forty. (Your guess is compared with the count on the ten.)

# %%
def log_odds_of(share):
    return np.log(share / (1 - share))

w_raw, b_raw = units["pixels, calibration people"]
for pi in (0.5, 0.1, 0.01):
    p = sigmoid(w_raw[0] * 7.3 + b_raw + log_odds_of(pi))
    print(f"pi = {pi:4}: by the unit, about {100 * p:.0f} of 100 pairs at 7.3 show the same person")
near_7_3 = {}
for group, members in {"five calibration": fold.calibration, "ten test": fold.test,
                       "forty": person}.items():
    d_group, same_group = compare(raw, members, euclidean)
    near = np.abs(d_group - 7.3) < 0.3
    odds = np.mean(near[same_group]) / np.mean(near[~same_group]) * 0.1 / 0.9
    near_7_3[group] = 100 * odds / (1 + odds)
    print(f"pi =  0.1: counted from 7.0 to 7.6 on the {group} people, {near_7_3[group]:.0f} of 100")
of_100_pairs.is_really(near_7_3["ten test"], "pairs")

# %% tags=["guard"]
assert np.diff(sorted(near_7_3.values())).min() > 5

# %% [markdown]
# Counted, each group of people gives another number. And with each mix it is another again: one distance, and everything between "nearly sure" and "probably not". **Nobody can say how many of 100 pairs at one distance show the same person, until you say who comes.**
#
# ### What do errors cost?
#
# Accepting at $p \geq 1/2$ is right only if both errors cost the same. Let a false accept cost $c_{FA}$ and a false reject $c_{FR}$. Accepting costs $(1 - p) \, c_{FA}$ on average, rejecting $p \, c_{FR}$. So accept if
#
# $$(1 - p) \, c_{FA} \leq p \, c_{FR}, \quad\text{that is}\quad p \geq \frac{c_{FA}}{c_{FA} + c_{FR}}.$$
#
# In log odds, with the mix: $w d + b + \log \frac{\pi}{1 - \pi} \geq \log \frac{c_{FA}}{c_{FR}}$. **Your turn.** Solve that for $d$: all five arguments are numbers, and $w$ is negative. Return the largest $d$ that is accepted, $\tau$. A solution is folded in the cell after; run it in any case.

# %%
def unit_threshold(w, b, accept_cost, reject_cost, pi):
    """The tau that costs least, if sigmoid(w d + b) is true for equally many of both kinds."""
    raise NotImplementedError()  # your line; log_odds_of is there already

check("unit_threshold", unit_threshold)

# %% jupyter={"source_hidden": true}
def unit_threshold(w, b, accept_cost, reject_cost, pi):
    """The tau that costs least, if sigmoid(w d + b) is true for equally many of both kinds."""
    return (b + log_odds_of(pi) - np.log(accept_cost / reject_cost)) / -w

check("unit_threshold", unit_threshold)

# %% [markdown]
# Two doors, and the ten test people. At a **phone**, nine attempts of ten are the owner's, and both errors cost 1. At a **vault**, nine of ten are strangers', and a stranger costs 20. Five rules: always the same answer (the cheaper one); $p \geq 1/2$ without a thought for mix and price; your formula; your formula again, with $w$ and $b$ from the weakest regularisation of section 2; and the $\tau$ that was cheapest on the calibration people.

# %%
from functools import partial
from course_utils.faces.evaluation import error_rates

w_weak, b_weak = fit(*compare(f, fold.calibration, distance), 0.001)

def rules(pi, accept_cost):
    """The threshold of each rule; a false reject costs 1."""
    on_five = choose_threshold(d_cal, same_cal, by="cost", false_accept_cost=accept_cost, share_same=pi)
    return {"p >= 1/2": -b_cal / w_cal[0],
            "formula": unit_threshold(w_cal[0], b_cal, accept_cost, 1, pi),
            "formula, regularisation 0.001": unit_threshold(w_weak[0], b_weak, accept_cost, 1, pi),
            "counted on five": on_five}

test_pairs = verification_pairs(person[is_test], trained_on=fold.seen)

def price(tau, pi, accept_cost, drawn):
    """What 100 attempts cost with this tau, if each of these people comes as often as drawn."""
    rates = error_rates(d_test, same_test, tau, test_pairs.weight(drawn))
    return 100 * (accept_cost * (1 - pi) * rates.far + pi * rates.frr)

# %%
def door(pi, accept_cost):
    """Print the price of each rule, with its 95% interval over the ten people, and draw them."""
    taus = rules(pi, accept_cost)
    prices = {name: partial(price, tau, pi, accept_cost) for name, tau in taus.items()}

    def formula_minus_counted(drawn):
        return prices["formula"](drawn) - prices["counted on five"](drawn)

    print(f"{'rule':30} price of 100 attempts (95% interval)")
    always = 100 * min(pi, accept_cost * (1 - pi))
    print(f"{'always the same answer':30}{always:6.1f}")
    for name, cost in {**prices, "formula minus counted": formula_minus_counted}.items():
        low, high = bootstrap_interval(cost, fold.test, resamples=500)
        print(f"{name:30}{cost(fold.test):6.1f} ({low:.1f} to {high:.1f})")
    return plots.door_figure(d_test, same_test, taus, accept_cost, pi)

door(pi=0.9, accept_cost=1)  # the phone

# %%
door(pi=0.1, accept_cost=20)  # the vault

# %% tags=["guard"]
at_door = {}
for pi, accept_cost in ((0.9, 1), (0.1, 20)):
    taus = rules(pi, accept_cost)
    prices = {name: price(tau, pi, accept_cost, fold.test) for name, tau in taus.items()}
    at_door[pi] = prices
    assert prices["formula"] < 100 * min(pi, accept_cost * (1 - pi)) < prices["p >= 1/2"]
    half = taus["p >= 1/2"]
    low, high = bootstrap_interval(partial(price, half, pi, accept_cost), fold.test, resamples=500)
    assert low < 10 < high
    weak, default = (abs(taus[name] - taus["counted on five"]) for name in ("formula, regularisation 0.001", "formula"))
    assert weak < default / 2
    apart = abs(prices["formula, regularisation 0.001"] - prices["counted on five"])
    assert apart < abs(prices["formula"] - prices["counted on five"]) / 1.5
    assert abs(taus["formula"] - half) > abs(taus["formula, regularisation 0.001"] - half)
assert at_door[0.9]["formula"] < at_door[0.9]["counted on five"] and at_door[0.1]["formula"] > at_door[0.1]["counted on five"]

# %% [markdown]
# At both doors the rule $p \geq 1/2$ costs these ten people more than *no face verification at all*, which costs 10: at the phone, more than letting everybody in; at the vault, more than locking it for good. (Its intervals are wide, and 10 lies in both.) The formula with the default price on the weight repairs that, at both doors. It is cheaper than counting on five at the phone, and dearer at the vault.
#
# Why do the two differ? The row between them changes one thing, the regularisation. With the weakest one the formula's $\tau$ goes close to the counted one, at both doors. So it was the default price on the weight: it makes the curve flatter, and a flatter curve puts a $\tau$ that is far from the middle farther away still. For these ten people that is good at the phone and bad at the vault.
#
# Build other doors: change the two numbers of the last cell, and run it. Where do mix and price cancel, so that $p \geq 1/2$ is right again? (Question 5 at the end has such a door.)
#
# ## 8. What can go wrong
#
# **Swapped labels.** Half of the world writes 1 for "different" (lesson 2). What does a unit do with that?

# %%
table_d, same_five = compare(f, fold.calibration, distance)
for name, labels in {"right": same_five, "swapped": ~same_five}.items():
    w, b = fit(table_d, labels)
    z, same_test = log_odds_on(fold.test, f, distance, (w, b))
    own = even_log_loss(table_d @ w + b, labels)
    print(f"{name:8} w = {w[0]:6.1f}   loss on its own labels {own:.3f}   "
          f"AUC on people never seen {auc(-z, same_test):.1%}")

# %% [markdown]
# It learns them without complaint: the same loss, the weight turned round. A contrastive loss would have needed to tear people apart for that; a unit only turns a sign. The AUC tells. **Far below 50% is not bad luck, it is knowledge with the wrong sign.** Look at the sign of $w$, too.
#
# **A mix that nobody mentioned.** Fit without `balanced`, on the pairs of the training people as they come, and accept at $p \geq 1/2$:

# %%
all_25 = compare(f, fold.train, distance)
lopsided = LogisticRegression().fit(*all_25)
z, same_test = log_odds_on(fold.test, f, distance, (lopsided.coef_[0], lopsided.intercept_[0]))
share = all_25[1].mean()
print(f"{share:.1%} of the pairs of the fit show the same person: log odds {log_odds_of(share):.1f}")
print(f"accuracy on people never seen {np.mean((z >= 0) == same_test):.1%}, "
      f"always saying no {np.mean(~same_test):.1%}")
for name, at in {"as fitted": z, "mix taken out": z - log_odds_of(share)}.items():
    print(f"{name:13}  rightful people turned away {np.mean(at[same_test] < 0):.1%}, "
          f"strangers let in {np.mean(at[~same_test] >= 0):.1%}")

# %% tags=["guard"]
assert 0.25 < np.mean(z[same_test] < 0) < 0.45
assert np.mean(z[same_test] - log_odds_of(share) < 0) < 0.6 * np.mean(z[same_test] < 0)
assert np.mean((z >= 0) == same_test) > 0.95

# %% [markdown]
# A fine accuracy, and about a third of the rightful people outside. The unit has not only learned what distances mean; it has learned that the same person is *rare*, and that sits in $b$. Taking the mix out of $z$ brings about half of them in, or more. So beside every probability write its mix, as you write "cm" beside a length.
#
# ## Key points
#
# - A distance has no probability until you say who comes. Odds are those of the mix, $\pi / (1 - \pi)$, times $e^z$, which belongs to the pair.
# - The logistic unit gives each $|f(x_1)_k - f(x_2)_k|$ a weight. With equal weights it is a threshold on a distance, $\tau = -b/w$. The absolute value makes the order of the pictures irrelevant.
# - Fit probabilities on people whom the encoder has never seen. AUC and EER cannot tell an honest probability from another with the same order; log loss and the reliability diagram can.
# - A few people carry a few numbers. Here two, a weight and a bias on the distance, did better than 65 in most draws, at four prices on large weights.
# - Trained end to end on random pairs, the unit stays behind batch-hard in all runs of the table. In our runs much depended on where it started, and between the two random starts the training loss pointed the wrong way.
#
# ## Check your understanding
#
# **1.** A unit fitted with $\pi = 1/2$ says $z = 2$. What are the odds of the same person? And at a door where one attempt of ten is genuine?
#
# <details><summary>Answer</summary>
#
# $e^2 \approx 7.4$ to 1, about 88%. At the door multiply by $0.1 / 0.9 = 1/9$: about 0.82 to 1, so 45%.
#
# </details>
#
# **2.** Two units have the same AUC. Their log losses are 0.2 and 0.6. Can the second be mended without training anything anew?
#
# <details><summary>Answer</summary>Often. The order of its pairs is as good; only the translation into probabilities is wrong. Fit one weight and one bias on its z, on people held out.</details>
#
# **3.** A paper fits its unit on the pairs that the encoder was trained on, and reports that it is sure of 99% of them. What do you ask?
#
# <details><summary>Answer</summary>How sure, and how often right, on people who were in neither? The training pairs are separated by memory. Ask for a reliability diagram on people never seen, and for the mix.</details>
#
# **4.** All 64 weights of your unit are positive. What has happened?
#
# <details><summary>Answer</summary>Most likely 1 means "different" in your labels: the more two pictures differ, the nearer the answer is to 1. The AUC of its answers, taken as "same", is far below 50%.</details>
#
# **5.** A stranger let in costs 99, a rightful person turned away 1. At which probability do you accept, if $\pi = 1/2$? What does the rule become if only one attempt of 100 comes from a stranger?
#
# <details><summary>Answer</summary>
#
# At $p \geq 99/100$, $z \geq \log 99$. With $\pi = 0.99$ the mix adds $\log(0.99 / 0.01) = \log 99$ to $z$. Both cancel: accept at $z \geq 0$, where the balanced unit says 50%.
#
# </details>
#
# ## To go further
#
# - [Exercises 04](assignments/release/04_exercises/04_exercises.ipynb): each check says which mistake it sees, and there are hints. An experiment there tries the chi-square unit of DeepFace.
# - Y. Taigman, M. Yang, M. Ranzato, L. Wolf, *DeepFace*, 2014: the logistic unit on $|u - v|$ and the weighted chi-square.
# - G. Koch, R. Zemel, R. Salakhutdinov, *Siamese neural networks for one-shot image recognition*, 2015: encoder and unit trained together.
# - J. Platt, *Probabilistic outputs for support vector machines*, 1999; C. Guo and others, *On calibration of modern neural networks*, 2017.
# - M. DeGroot, S. Fienberg, *The comparison and evaluation of forecasters*, 1983: the reliability diagram. G. Brier, *Verification of forecasts expressed in terms of probability*, 1950: another measure of honest probabilities.
# - N. Brümmer, J. du Preez, *Application-independent evaluation of speaker detection*, 2006: mixes and prices, for voices.
# - Try: fit two numbers on all 25 training people, `fit(*all_25)`. The unit becomes steeper. Is that memory, or the number of pairs? They have 25 times as many: `fit(*all_25, 25)` gives each pair the same price as in section 4.
#
# Faces: AT&T Laboratories Cambridge. What they may and must not be used for: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** We can say how sure we are that a visitor is the *one* person they claim to be. But a doorbell hears no claim. It has $K$ people in its database, and most who ring are none of them. What becomes of our small rates of error when one picture is compared with everybody?
