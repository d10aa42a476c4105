# %% [markdown]
# # 4 · Verification as classification
#
# Three pairs of pictures, A, B and C. For the pixels of lesson 1, the two pictures of each pair are equally far apart.

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import euclidean

faces = load_faces()
pictures, person = faces.pictures.reshape(400, 112, 92), faces.person.ravel()
raw = pixels(pictures)
above, below = [181, 110, 113], [183, 179, 252]  # of the 400 pictures
captions = ["A", "B", "C", *(f"d = {d:.1f}" for d in euclidean(raw[above], raw[below]))]
words = ("Three pairs, one above the other. A: a man with dark short hair, with glasses and without. "
         "B: a man with long hair, and a man with short fair hair. "
         "C: the man with long hair, and a bald man with a full beard, his mouth open.")
title = "One distance. One answer?"
plots.picture_grid(pictures[above + below], captions, title, words, columns=3, width=1.3)

# %% [markdown]
# A threshold has to give all three the same answer. You gave three, and you were *sure* of each. How sure may a computer be at this distance? Of 100 pairs that are 7.0 apart, how many show one person? In this lesson the computer answers with a **probability**, and
# we ask whether it deserves to be believed.
#
# **Questions**
#
# - How do two embeddings become a probability?
# - On whom may it be fitted, so that "80%" means 80 of 100?
# - Can a network learn to answer "one person, yes or no?" all by itself?
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
# **Time**: 60 minutes to read, 30 minutes for the questions; the notebook runs in RUN_TIME on two cores.
#
# ## 1. What a distance does not say
#
# We take the encoder of lesson 3: batch-hard triplets, 400 steps, the 25 training people. It turns each of our 400 pictures into 64 numbers, once, and we keep them. Beside it, as always, pixels.

# %%
from course_utils.data.splits import read_folds
from course_utils.faces.networks import embed
from course_utils.faces.protocol import score
from course_utils.faces.training import train

fold = read_folds()[0]
is_train, is_test = np.isin(person, fold.train), np.isin(person, fold.test)
encoder = train(pictures[is_train], person[is_train], "batch_hard").encoder
f = embed(encoder, pictures)  # (400, 64), each row of length 1
for name, features in {"pixels": raw, "batch-hard": f}.items():
    print(f"{name:11}", score(features[is_test], person[is_test], trained_on=fold.train))
assert score(f[is_test], person[is_test], trained_on=fold.train).auc > 0.96

# %% [markdown]
# Now take the five calibration people. They had no part in the training. Sort all pairs of their pictures by distance, and count in each drawer how many pairs show one person, and how many two.

# %%
from course_utils.faces.evaluation import verification_pairs

def compare(features, people, difference, trained_on=()):
    """`difference` of each pair of pictures of these people, and whether the pair shows one person."""
    chosen = np.isin(person, people)
    pairs = verification_pairs(person[chosen], trained_on=trained_on)
    return difference(features[chosen][pairs.first], features[chosen][pairs.second]), pairs.same

# %%
d, same = compare(f, fold.calibration, euclidean)
print("  distance    one person   two people   share of one   if both came equally often")
middles, shares = np.arange(0.25, 1.5, 0.1), []
for middle in middles:
    here = np.abs(d - middle) < 0.05
    one, two = np.sum(here & same), np.sum(here & ~same)
    even = one / same.sum() / (one / same.sum() + two / (~same).sum())
    shares.append(even)
    print(f"{middle - 0.05:.1f} to {middle + 0.05:.1f}{one:11}{two:13}"
          f"{one / (one + two):14.0%}{even:22.0%}")

# %% [markdown]
# Near pairs all show one person, far pairs two, and between lie a few drawers of doubt. There a pair deserves neither yes nor no, but a number between.
#
# But which one? Look at a drawer of doubt: its two shares differ widely. These five people have 225 pairs of one person and 1000 of two, so most pairs in that drawer show two. At a door where rightful people and strangers ring equally often, it would be the last column. **A distance alone has
# no probability. It needs the mix**: the share of attempts that are genuine, $\pi$ (the Greek letter pi). Until section 8, $\pi = 1/2$.
#
# ## 2. From a distance to a probability
#
# The last column falls from 100% to 0 along an S. A curve of that shape is known: the **sigmoid**,
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}.$$
#
# It turns any number $z$ into one between 0 and 1. To read $z$, think of a bet. If $p = \sigma(z)$, then the *odds* $p / (1 - p)$ are $e^z$: at $z = 0$ they are 1 to 1, at $z = 3$ about 20 to 1, at $z = -3$ about 1 to 20. So $z$ is called the **log odds**.
#
# We let it depend on the distance as a straight line, $z = w d + b$. Two numbers are to be found. This is **Platt scaling** (Platt, 1999).

# %%
from sklearn.linear_model import LogisticRegression

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def distance(f1, f2):
    return euclidean(f1, f2)[:, None]  # (pairs, 1): a table with one column

def fit(differences, same, brake=1.0):
    """Weights and bias of a logistic unit; differences (pairs, features) -> (features,), a number."""
    unit = LogisticRegression(class_weight="balanced", C=1 / brake, max_iter=5000)
    unit.fit(differences, same)
    return unit.coef_[0], unit.intercept_[0]

# %%
w, b = fit(*compare(f, fold.calibration, distance))
print(f"z = {w[0]:.1f} d + {b:.1f}, so p = 1/2 at d = {-b / w[0]:.2f}")
curves = {"counted": 100 * np.array(shares), "sigmoid(w d + b)": 100 * sigmoid(w[0] * middles + b)}
words = ("Two curves over the distance fall from 100% to 0, most steeply between 0.7 and 1.0. "
         "The sigmoid is smooth and follows the counted one, but falls a little less steeply.")
axes = ("distance of the pair", "share of one person (%)")
plots.curves_figure(middles, curves, axes, "Two numbers describe the whole column", words)

# %% [markdown]
# Thirteen drawers, and two numbers describe them roughly. `fit` hides three decisions:
#
# - It makes the **log loss** small: for each pair, $-\log$ of the probability that was given to the truth. Whoever says 99% and is right pays 0.01; whoever says 99% and is wrong pays 4.6. (Keras calls it *binary cross-entropy*.)
# - `balanced` weighs both kinds of pair alike. That is our $\pi = 1/2$.
# - The **brake**: a price on large weights, scikit-learn's default. (Its name is *regularisation*; it takes the inverse, `C`.) Without it, a unit that makes no mistake on its pairs would grow its weights, and its confidence, for ever. With it, our curve is a little flatter than the count: more careful.
#
# The weight is *negative*: the farther apart, the less likely one person. And the threshold of lesson 1 is still there: $p \geq 1/2$ is the rule $d \leq -b/w$. New is what lies around it: near it $p$ says "I do not know", far from it "I am sure".
#
# ## 3. The logistic unit
#
# Why should all 64 features count alike? The lecture notes draw verification as a classifier with two answers. It sees how much the two pictures differ *in each feature*, and weighs that:

# %%
plots.classification_head()

# %% [markdown]
# $$p = \sigma\Big(\sum_{k=1}^{64} w_k \, \big|f(x_1)_k - f(x_2)_k\big| + b\Big)$$
#
# One such sum with a sigmoid behind it is a **logistic unit**: the smallest neural network there is. Taigman and others used it in 2014 to verify faces (DeepFace). In NumPy:

# %%
def absolute(f1, f2):
    """|f(x1)_k - f(x2)_k| for each feature k; twice (pairs, features) -> (pairs, features)."""
    return np.abs(f1 - f2)

def verification_head(f1, f2, w, b):
    """Probability that both show one person; w (features,), b a number -> (pairs,)."""
    return sigmoid(absolute(f1, f2) @ w + b)

print("A, B, C:", verification_head(f[above], f[below], w=np.full(64, -2.0), b=5.0).round(3))

# %% [markdown]
# All weights equal, nothing fitted, and it already tells A from B and C. Why?
#
# **Predict.** All $w_k$ are $-2$, and $b = 5$. For which pairs is $p \geq 1/2$?
#
# <details><summary>Answer</summary>
#
# $p \geq 1/2$ means $z \geq 0$: $\;-2 \sum_k |f(x_1)_k - f(x_2)_k| + 5 \geq 0$, so $\sum_k |f(x_1)_k - f(x_2)_k| \leq 2.5$. That is a threshold $\tau = -b/w = 2.5$ on the sum of the absolute differences.
#
# </details>

# %%
differences, same = compare(f, fold.calibration, absolute)
d1, p = differences.sum(axis=1), sigmoid(differences @ np.full(64, -2.0) + 5.0)
assert ((p >= 0.5) == (d1 <= 2.5)).all()
print(f"the same answer as d1 <= 2.5 on all {len(p)} pairs; d1 = 0 gives p = {sigmoid(5.0):.3f}")
ratio, alike = d1 / d, np.corrcoef(d1, d)[0, 1]
print(f"d1 / d: {ratio.min():.1f} to {ratio.max():.1f}, correlation {alike:.3f}")

# %% [markdown]
# This sum is the **L1 distance** (city blocks: along each axis in turn), and it is nearly a multiple of the Euclidean one. So the logistic unit with equal weights *is* lesson 1. With unequal weights it may listen more to some features than to others.
#
# **Predict.** What is $p(x, x)$, for twice the same picture? Is $p(x_1, x_2) = p(x_2, x_1)$? And what would a *positive* $w_k$ mean?
#
# <details><summary>Answer</summary>
#
# All differences are 0, so $p(x, x) = \sigma(b)$: high, but not 1. The order does not matter, because $|u - v| = |v - u|$. A positive $w_k$ means: the more the pictures differ in feature $k$, the likelier they show *one* person. That makes little sense. A useless feature should get $w_k = 0$.
#
# </details>
#
# What if we forget the absolute value? We fit a unit on $f(x_1)_k - f(x_2)_k$, on the training people, and ask it about the ten test people, in both orders:

# %%
from course_utils.faces.evaluation import auc

w_signed, _ = fit(*compare(f, fold.train, np.subtract))
differences, same = compare(f, fold.test, np.subtract, trained_on=fold.seen)
z = differences @ w_signed
print(f"AUC {auc(-z, same):.1%}; after swapping the two pictures {auc(z, same):.1%}")
assert abs(auc(-z, same) - 0.5) < 0.2

# %% [markdown]
# Around chance: a sign says which picture came first, and that is not the question. The absolute value is not decoration; it builds the symmetry in, as the shared encoder did in lesson 2.
#
# The package has the unit as a Keras model, so that it can be trained together with $f$. Ours and the package's agree:

# %%
from course_utils.faces import networks

f1, f2, weights = f[above], f[below], np.random.default_rng(0).normal(size=64)
head = networks.verification_head()
head.set_weights([weights[:, None], np.array([0.7])])
apart = np.abs(head([f1, f2]).numpy() - verification_head(f1, f2, weights, 0.7)).max()
print(f"{head.count_params()} parameters; largest difference of the two {apart:.0e}")
assert apart < 1e-5

# %% [markdown]
# ## 4. Embed once
#
# The unit needs *embeddings*, not pictures. The enrolled people do not change while a visitor waits, so their embeddings are computed once and kept. What does that save? One visitor, 40 enrolled people:

# %%
from timeit import repeat

enrolled, visitor, w = np.arange(0, 400, 10), 5, np.full(64, -2.0)  # 40 people; one more picture
works = {"embed visitor and enrolled": lambda: embed(encoder, pictures[[visitor, *enrolled]]),
         "embed the visitor only": lambda: embed(encoder, pictures[[visitor]]),
         "40 answers of the unit": lambda: verification_head(f[visitor], f[enrolled], w, 5.0)}
for name, work in works.items():
    print(f"{name:28}{1000 * min(repeat(work, number=1)):8.3f} ms")

# %% [markdown]
# Nearly all the time goes into $f$. One more enrolled person costs an encoding if you compute it each time, and 64 subtractions and products if you have kept it. That is why the two halves are kept apart: encoder, then unit. The price: whoever changes $f$ has to embed the whole database anew.
#
# ## 5. Fitted on whom?
#
# We want a probability that holds for *strangers*. There are two groups to fit it on: 25 training people with 31125 pairs, or five calibration people with 1225. More pairs are better?
#
# **Predict.** Which unit will be the more confident? Which will be right to be?
#
# <details><summary>Answer</summary>
#
# On the training people, $f$ has put the pictures of one person closer together and strangers farther apart than it will ever do again. A unit that sees only them believes that the world is so tidy, and is sure of everything. That is memory (lesson 1, section 9), now in the form of confidence.
#
# </details>

# %%
from sklearn.metrics import brier_score_loss, log_loss
from course_utils.faces.evaluation import equal_error_rate

def measures(z, same):
    """Log loss and Brier score, with both kinds of pair counted the same; AUC; EER."""
    even, p = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum()), sigmoid(z)
    return (log_loss(same, p, sample_weight=even), brier_score_loss(same, p, sample_weight=even),
            auc(-z, same), equal_error_rate(-z, same))

def judge(name, z, same):
    loss, brier, area, eer = measures(z, same)
    print(f"{name:31} log loss {loss:.3f}   Brier {brier:.3f}   AUC {area:.1%}   EER {eer:.1%}")
    return loss

# %%
def on_test(features, difference, unit):
    """Log odds of all pairs of the ten test people, and the truth."""
    differences, same = compare(features, fold.test, difference, trained_on=fold.seen)
    return differences @ unit[0] + unit[1], same

judge("a coin: always 50%", np.zeros(len(same)), same)
on_pixels, units, loss = fit(*compare(raw, fold.calibration, distance)), {}, {}
loss["pixels"] = judge("pixels, calibration people", *on_test(raw, distance, on_pixels))
for group, people in {"training": fold.train, "calibration": fold.calibration}.items():
    units[group] = fit(*compare(f, people, distance))
    loss[group] = judge(f"distance, {group} people", *on_test(f, distance, units[group]))
assert loss["training"] > max(loss["pixels"], loss["calibration"] + 0.05)

# %% [markdown]
# Log loss you know. The **Brier score** is the mean squared difference between the probability and the truth (0 or 1); 0 is perfect, and 0.25 is what a coin pays. Both ask whether the *probability* is right. AUC and EER ask only about the order, and the order is that of the distance, whoever it was fitted on:
# one $w$ and one $b$ cannot change it.
#
# Look at the middle. The unit of the training people has the better distance, and its probabilities are *worse than those of pixels* that were fitted on the right people. The same distance, fitted on five strangers to $f$, is ahead of both. Where does the first go wrong? A **reliability diagram** shows it: of all pairs that were
# given about 30%, do 30% show one person?

# %%
stated = {f"fitted on {group} people": sigmoid(on_test(f, distance, unit)[0])
          for group, unit in units.items()}
plots.reliability_figure(stated, same, "Fitted on its memory, the unit is too sure of a no")

# %% [markdown]
# A point on the diagonal keeps its word. Above it, pairs show one person more often than was said. Both units do that: they say "two people" too readily. Fitted on the training people it is extreme: where the unit all but rules out one person, it is wrong far more often than it says. Five people have brought the curve closer to the diagonal, not onto
# it. They are not the ten. (Hollow points stand for fewer than 30 pairs: do not read much into them.)
#
# ### Two numbers, or 64?
#
# Now the whole unit, a weight for each feature. Fitted on the training people, on the calibration people, and there once more with hardly any brake:

# %%
fits = {"64 weights, training people": (fold.train, 1.0),
        "64 weights, calibration people": (fold.calibration, 1.0),
        "the same, without brake": (fold.calibration, 1e-4)}
for name, (people, brake) in fits.items():
    w, b = fit(*compare(f, people, absolute), brake)
    judge(name, *on_test(f, absolute, (w, b)))
    print(f"   weights from {w.min():.1f} to {w.max():.1f}, {np.sum(w > 0)} of 64 positive")

# %% [markdown]
# Read it line by line.
#
# - **Training people**: all weights negative, and nothing gained in AUC over the plain distance. Batch-hard has already arranged the features so that each counts its share. And the probabilities are overconfident again.
# - **Calibration people**: the probabilities are about as good as those of two numbers. The order has, if anything, become *worse*. And some weights are positive, which made no sense above: they fit five people, and nobody else.
# - **Without brake**: worse on every count, and many more weights have the wrong sign.
#
# Five people have 1225 pairs, but they are five people. They can teach two numbers; are 64 too many for them? These five and those ten cannot settle it. But $f$ has seen none of the 15. So draw *any* five of them to fit on, judge on the other ten, and do so 30 times:

# %%
def draw(rng):
    """Fit on five of the 15, judge on ten, with two numbers and with 64 weights; (2, 4) measures."""
    mixed, results = rng.permutation(fold.calibration + fold.test), []
    for difference in (distance, absolute):
        w, b = fit(*compare(f, mixed[:5], difference))
        differences, same = compare(f, mixed[5:], difference)
        results.append(measures(differences @ w + b, same))
    return results

rng = np.random.default_rng(0)
two, many = np.array([draw(rng) for _ in range(30)]).swapaxes(0, 1)  # each (30 draws, 4 measures)
for name, k, worse in (("log loss", 0, many > two), ("AUC", 2, many < two)):
    print(f"{name:8}  mean {two[:, k].mean():.3f} with two numbers, "
          f"{many[:, k].mean():.3f} with 64 weights; "
          f"64 are worse in {worse[:, k].mean():.0%} of the draws")
    assert worse[:, k].mean() > 0.5

# %% [markdown]
# Both measures are worse with 64 weights in most draws: the five we began with were a lucky five. (The draws share people, so they are not 30 independent facts. But no draw was chosen by us.) We keep two numbers. **Fit as much as your people can carry.**
#
# ## 6. The chi-square variant
#
# Taigman and others give a second unit: instead of $|u - v|$ it weighs $(u - v)^2 / (u + v)$, the chi-square distance of lesson 1, feature by feature. A difference of 0.1 then counts much between two small values, little between two large ones. It needs features that are not negative, and ours have both signs. The remedy: split
# each feature into two, its positive part $\max(0, u)$ and its negative part $\max(0, -u)$.

# %%
def chi_square(f1, f2):
    """(u - v)^2 / (u + v) of positive and negative parts; (pairs, features) -> (pairs, 2 features)."""
    u, v = (np.concatenate([np.maximum(0, f), np.maximum(0, -f)], axis=-1) for f in (f1, f2))
    total = u + v
    return (u - v) ** 2 / np.where(total > 0, total, 1)  # where both are 0: 0 / 1

u, v = np.array([[0.3, -0.2, 0.0]]), np.array([[0.1, 0.2, 0.0]])
print("u, v:", u[0], v[0], "  chi-square:", chi_square(u, v)[0].round(2))

# %% [markdown]
# Read the six numbers: three positive parts, three negative ones. The first feature has one sign in both, so it counts once, $0.2^2 / 0.4 = 0.1$. The second has opposite signs and counts twice, 0.2 each time. The third is 0 in both, and 0 divided by 0 must not become `nan`: it counts 0. Is it any better?

# %%
for name, people in {"training": fold.train, "calibration": fold.calibration}.items():
    judge(f"chi-square, {name} people", *on_test(f, chi_square, fit(*compare(f, people, chi_square))))
judge("distance, calibration people", *on_test(f, distance, units["calibration"]))

package = networks.FeatureDifference("chi_square")([f1, f2]).numpy()
assert np.abs(package - chi_square(f1, f2)).max() < 1e-6

# %% [markdown]
# Now 128 weights, and the same story: fitted on the training people the order is that of the plain distance, within what ten people can show; fitted on five people it is no better. DeepFace could fit its unit on thousands of people. We have five. A method is good *for an amount of data*.
#
# ## 7. Everything at once
#
# So far $f$ was finished before the unit came. Lesson 3 ended with another idea: let the network answer the question itself. Encoder and unit are one network, the log loss says how wrong its answer is, and the slope goes through the unit into $f$. This is `train_step` of lesson 2 with another loss:

# %%
from course_utils.backend import keras, tf
from course_utils.faces.preprocessing import augment, shrink
from course_utils.faces.sampling import pairs

small, who = shrink(pictures[is_train])[..., None], person[is_train]  # (250, 56, 46, 1)
log_loss_of = keras.losses.BinaryCrossentropy()

def train_step(encoder, head, optimizer, both, same):
    """One step downhill for encoder and unit; both: first pictures, then second, (60, 56, 46, 1)."""
    weights = encoder.trainable_variables + head.trainable_variables
    with tf.GradientTape() as tape:
        f = encoder(both, training=True)
        loss = log_loss_of(same, head(tf.split(f, 2)))
    optimizer.apply(tape.gradient(loss, weights), weights)
    return loss

# %% [markdown]
# As in lesson 2, each step takes 30 random pairs, half of them of one person, changed a little by augmentation. As many pictures a step as batch-hard had; to save your time we stop after 300 steps.

# %%
def end_to_end(head, steps=300):
    """Train a new encoder together with this unit; returns it, and the loss of each step."""
    encoder, optimizer = networks.embedding_network(seed=0), keras.optimizers.AdamW(1e-3)
    optimizer.build(encoder.trainable_variables + head.trainable_variables)
    quick_step, batches, losses = tf.function(train_step), pairs(who, batch_size=30, seed=0), []
    for step in range(steps):
        first, second, same = next(batches)
        both = augment(small[np.concatenate([first, second])], seed=(0, step))
        losses.append(float(quick_step(encoder, head, optimizer, both, tf.constant(same))))
    return encoder, np.array(losses)

# %% [markdown]
# One choice is left: where does the *unit* start? A network's weights usually start at small random numbers, of both signs. The package starts the unit elsewhere: all $w_k = -2$ and $b = 5$, the threshold of section 3. We try both.
#
# **Predict.** Does it matter? The unit has 65 numbers, the encoder has 147,088, and both can learn.
#
# <details><summary>Answer</summary>It does: see the curves. The reason comes below them.</details>

# %%
heads = {name: networks.verification_head() for name in ("a threshold", "random numbers")}
some = np.random.default_rng(0).normal(0, 0.2, size=(64, 1))
heads["random numbers"].set_weights([some, np.zeros(1)])
started = {name: end_to_end(head) for name, head in heads.items()}

# %%
curves = {f"unit starts as {name}": losses.reshape(15, 20).mean(axis=1)
          for name, (_, losses) in started.items()}
curves["always 50%"] = np.full(15, np.log(2))
words = ("Log loss over 300 steps. Started as a threshold: falls from about 0.6 to below 0.2. Started "
         "at random numbers: falls slowly, from below 0.7 to above 0.4. A level line at 0.69.")
title = "Two starts of the unit, the same 300 steps"
figure = plots.curves_figure(np.arange(10, 300, 20), curves, ("step", "log loss"), title, words)
figure.axes[0].set_ylim(0, 1.1)  # room for the legend
figure

# %% [markdown]
# It matters a great deal. To see why, follow the slope. The slope of the log loss by $z$ is $p - Y$, where $Y$ is 1 for one person and 0 for two; so its slope by one difference $|f(x_1)_k - f(x_2)_k|$ is $(p - Y) \, w_k$. Take a pair of one person: $p - Y$ is negative.
#
# - With $w_k < 0$ the product is positive, and going downhill makes the difference *smaller*. Good.
# - With $w_k > 0$ it is negative, and going downhill pushes two pictures of one person *apart*. (For two people all is turned round: such a feature pulls strangers together.)
#
# With random numbers, half of the features get this wrong wish. Can it be fulfilled? The feature would have to differ between pictures of one person and be equal for strangers. But if all strangers agree in it, everybody does. On people never seen:

# %%
def log_odds(head):
    """The unit as a degree of difference for `score`: -z, for all pairs of x and y."""
    w, b = (weight.astype(float) for weight in head.get_weights())
    return lambda x, y: -(absolute(x[:, None], y[None]) @ w[:, 0] + b[0])

who_is_asked = {"people": person[is_test], "trained_on": fold.train}
scores = {name: score(features[is_test], **who_is_asked)
          for name, features in {"pixels": raw, "batch-hard": f}.items()}
for name, (network, _) in started.items():
    features = embed(network, pictures[is_test])
    scores[name] = score(features, **who_is_asked, metric=log_odds(heads[name]))
    w, b = heads[name].get_weights()
    print(f"{name}: w now from {w.min():.2f} to {w.max():.2f}, b = {b[0]:.2f}")
for name, result in scores.items():
    print(f"{name:15}", result)
assert scores["a threshold"].one_shot > 0.7 > scores["random numbers"].one_shot

# %% [markdown]
# From random numbers it is far behind the pixels, and even behind the *untrained* network of lesson 2, which nobody has taught anything. From the threshold it comes near the pixels. But look at its weights: they have hardly moved from $-2$. In 300 steps the *encoder* has learned to suit the unit, not the other way
# round. What was trained is a threshold of about 2.5 on a distance. The unit as a classifier has added nothing.
#
# Does it beat batch-hard? One run on ten people cannot say. The benchmark of the course (all four splits, three runs each, 400 steps; `train(..., "verification")` is this training, with a learning rate that rises and falls):

# %%
from course_utils.faces.protocol import read_table

table = read_table()["methods"]
for name in ("pixels", "contrastive loss", "triplet loss, random", "classification head",
             "triplet loss, batch-hard"):
    print("{:25} one-shot {one_shot:.1%} ({one_shot_interval[0]:.1%} to {one_shot_interval[1]:.1%})   "
          "AUC {auc:.1%}   EER {eer:.1%}".format(name, **table[name]))
assert table["classification head"]["one_shot"] < table["triplet loss, batch-hard"]["one_shot"] - 0.03

# %% [markdown]
# It loses to batch-hard, by several points, and in one-shot accuracy it is no better than pixels. Contrastive loss, random triplets and the classification head stand close together. They share what lessons 2 and 3 found: *random pairs*, most of which have soon nothing more to teach. The question "one person, yes or no?" was not what was missing.
#
# So the best of this lesson is in two parts: batch-hard for $f$, and two numbers, fitted on other people, for the probability.
#
# ## 8. From a probability to a decision
#
# ### Who comes?
#
# Our probability belongs to $\pi = 1/2$. There $e^z$ has a meaning of its own: *how many times more often such a distance occurs with one person than with two*. That is a fact about pairs and does not depend on who comes. The mix comes on top, as a factor of the odds:
#
# $$\frac{p_\pi}{1 - p_\pi} = \frac{\pi}{1 - \pi} \, e^z, \qquad\text{so}\qquad z_\pi = z + \log \frac{\pi}{1 - \pi}.$$
#
# This is Bayes' rule. In the unit only $b$ changes. What does our unit say of a distance of 0.9, at four doors?

# %%
def log_odds_of(share):
    return np.log(share / (1 - share))

w, b = units["calibration"]
along, curves = np.linspace(0.2, 1.5, 131), {}
for pi in (0.9, 0.5, 0.1, 0.01):
    curves[f"pi = {pi}"] = 100 * sigmoid(w[0] * along + b + log_odds_of(pi))
    p = sigmoid(w[0] * 0.9 + b + log_odds_of(pi))
    print(f"pi = {pi:4}: a pair at distance 0.90 shows one person with p = {p:.1%}")
words = ("Four S-curves that fall over the distance, one beside the other: the smaller pi, the further "
         "left, with the same steepness.")
title = "The same distance, four probabilities"
plots.curves_figure(along, curves, ("distance", "one person (%)"), title, words)

# %% [markdown]
# One distance, and everything between "surely" and "surely not". So here is the answer to our first question: **nobody can say how many of 100 pairs at one distance show one person, until you say who comes.** For the pixels at 7.0, with the pixels' own two numbers:

# %%
for pi in (0.5, 0.1, 0.01):
    z = on_pixels[0][0] * 7.0 + on_pixels[1] + log_odds_of(pi)
    print(f"pi = {pi:4}: of 100 pairs at 7.0, about {100 * sigmoid(z):.0f} show one person")

# %% [markdown]
# ### What do errors cost?
#
# Accepting at $p \geq 1/2$ is right only if both errors cost the same. Let a false accept cost $c_{FA}$ and a false reject $c_{FR}$. Accepting costs $(1 - p) \, c_{FA}$ on average, rejecting $p \, c_{FR}$. So accept if
#
# $$(1 - p) \, c_{FA} \leq p \, c_{FR}, \quad\text{that is}\quad p \geq \frac{c_{FA}}{c_{FA} + c_{FR}}.$$
#
# In log odds, with the mix: $w d + b + \log \frac{\pi}{1 - \pi} \geq \log \frac{c_{FA}}{c_{FR}}$. Solved for $d$ (and $w$ is negative), that is a threshold. Is the algebra right? We make 200,000 attempts at distances for which the sigmoid is true by construction, and let `choose_threshold` of lesson 1 *count*:

# %%
from course_utils.faces.evaluation import choose_threshold, error_rates

def threshold(w, b, accept_cost, reject_cost, pi):
    """The tau that costs least, if sigmoid(w d + b) is true for equally many of both kinds."""
    return (b + log_odds_of(pi) - np.log(accept_cost / reject_cost)) / -w

# %%
made_up = np.linspace(0, 2, 200_000)
truth = np.random.default_rng(0).random(200_000) < sigmoid(-10 * made_up + 10)  # half of them genuine
for cost, pi in ((1, 0.5), (20, 0.5), (1, 0.9), (20, 0.1)):
    counted = choose_threshold(made_up, truth, by="cost", false_accept_cost=cost, share_same=pi)
    computed = threshold(-10, 10, cost, 1, pi)
    print(f"a stranger costs {cost:2}, pi = {pi}: computed {computed:.2f}, counted {counted:.2f}")
    assert abs(counted - computed) < 0.06

# %% [markdown]
# The algebra is right. Now two doors, and the ten test people. At a **phone**, nine attempts of ten are the owner's, and both errors cost 1. At a **vault**, nine of ten are strangers', and a stranger costs 20. Four rules: always the same answer (the cheaper one), $p \geq 1/2$ without a thought for mix and price, our formula, and the tau that was cheapest on the calibration people.

# %%
d_calibration, same_calibration = compare(f, fold.calibration, euclidean)
d_test, same_test = compare(f, fold.test, euclidean, trained_on=fold.seen)

def price(tau, cost, pi):
    """Mean price of 100 attempts of the ten test people."""
    rates = error_rates(d_test, same_test, tau)
    return 100 * (cost * (1 - pi) * rates.far + pi * rates.frr)

for door, cost, pi in (("phone", 1, 0.9), ("vault", 20, 0.1)):
    rules = {"p >= 1/2": -b / w[0], "formula": threshold(w[0], b, cost, 1, pi),
             "counted": choose_threshold(d_calibration, same_calibration, by="cost",
                                         false_accept_cost=cost, share_same=pi)}
    print(f"{door}: always the same answer costs {100 * min(pi, cost * (1 - pi)):.1f}")
    prices = {rule: price(tau, cost, pi) for rule, tau in rules.items()}
    for rule, tau in rules.items():
        print(f"   {rule:9} tau = {tau:.2f}   costs {prices[rule]:.1f}")
    assert prices["formula"] < prices["p >= 1/2"]

# %% [markdown]
# The rule $p \geq 1/2$ is more expensive than *no face verification at all*: at the phone, than letting everybody in; at the vault, than locking it for good. The formula repairs that at both doors. Counting on the five people gives another $\tau$ each time, better at one door, worse at the other: far from the
# middle the formula trusts the shape of the sigmoid, and counting trusts the very few pairs that are there. A price tells you which errors to fear. It does not give you more people.
#
# ## 9. What can go wrong
#
# **Swapped labels.** Half of the world writes 1 for "different" (lesson 2). What does a unit do with that?

# %%
differences, same_calibration = compare(f, fold.calibration, distance)
for name, labels in {"right": same_calibration, "swapped": ~same_calibration}.items():
    w_label, b_label = fit(differences, labels)
    z, same = on_test(f, distance, (w_label, b_label))
    own = log_loss(labels, sigmoid(differences @ w_label + b_label))
    print(f"{name:8} w = {w_label[0]:6.1f}   loss on its own labels {own:.3f}   "
          f"AUC on strangers {auc(-z, same):.1%}")

# %% [markdown]
# It learns them without complaint: the same loss, the weight turned round. A contrastive loss would have needed to tear people apart for that; a unit only turns a sign. The AUC tells. **Far below 50% is not bad luck, it is knowledge with the wrong sign.** Look at the sign of $w$, too.
#
# **A mix that nobody mentioned.** Fit without `balanced`, on the pairs of the training people as they come, and accept at $p \geq 1/2$:

# %%
differences, same_train = compare(f, fold.train, distance)
lopsided = LogisticRegression().fit(differences, same_train)
z, same = on_test(f, distance, (lopsided.coef_[0], lopsided.intercept_[0]))
mix = log_odds_of(same_train.mean())
print(f"{same_train.mean():.1%} of the pairs show one person: log odds {mix:.1f}. "
      f"b = {lopsided.intercept_[0]:.1f}, balanced {units['training'][1]:.1f}")
print(f"accuracy on strangers {np.mean((z >= 0) == same):.1%}, always saying no {np.mean(~same):.1%}")
for name, at in {"as fitted": z, "mix taken out": z - mix}.items():
    print(f"{name:13}  rightful people turned away {np.mean(at[same] < 0):.1%}, "
          f"strangers let in {np.mean(at[~same] >= 0):.1%}")

# %% [markdown]
# A fine accuracy, and a third of the rightful people outside. The unit has not only learned what distances mean; it has learned that one person is *rare*, and that sits in $b$. Taking the mix out of $z$ brings many of them in. So beside every probability write its mix, as you write a unit beside a length.
#
# ## Key points
#
# - A distance has no probability until you say who comes. Odds are those of the mix, $\pi / (1 - \pi)$, times $e^z$, which belongs to the pair.
# - The logistic unit weighs $|f(x_1)_k - f(x_2)_k|$. With equal weights it is a threshold on a distance, $\tau = -b/w$. The absolute value makes the order of the pictures irrelevant.
# - Fit probabilities on people whom the encoder has never seen. AUC and EER cannot tell an honest probability from an overconfident one; log loss, Brier score and the reliability diagram can.
# - A few people carry a few numbers. Here two, a weight and a bias on the distance, did better than 65.
# - Trained end to end on random pairs, the unit loses to batch-hard, and everything depends on where it starts.
#
# ## Check your understanding
#
# **1.** A unit fitted with $\pi = 1/2$ says $z = 2$. What are the odds of one person? And at a door where one attempt of ten is genuine?
#
# <details><summary>Answer</summary>
#
# $e^2 \approx 7.4$ to 1, about 88%. At the door multiply by $0.1 / 0.9 = 1/9$: about 0.82 to 1, so 45%.
#
# </details>
#
# **2.** Two units have the same AUC. Their log losses are 0.2 and 0.6. Can the second be mended without training anything anew?
#
# <details><summary>Answer</summary>Yes. The order of its pairs is as good; only the translation into probabilities is wrong. Fit one weight and one bias on its z, on people held out.</details>
#
# **3.** A paper fits its unit on the pairs that the encoder was trained on, and reports that it is sure of 99% of them. What do you ask?
#
# <details><summary>Answer</summary>How sure, and how often right, on people who were in neither? The training pairs are separated by memory. Ask for a reliability diagram on strangers, and for the mix.</details>
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
# - [Exercises 04](assignments/release/04_exercises/04_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - Y. Taigman, M. Yang, M. Ranzato, L. Wolf, *DeepFace*, 2014: the logistic unit on $|u - v|$ and the weighted chi-square.
# - G. Koch, R. Zemel, R. Salakhutdinov, *Siamese neural networks for one-shot image recognition*, 2015: encoder and unit trained together.
# - J. Platt, *Probabilistic outputs for support vector machines*, 1999; C. Guo and others, *On calibration of modern neural networks*, 2017.
# - G. Brier, *Verification of forecasts expressed in terms of probability*, 1950; M. DeGroot, S. Fienberg, *The comparison and evaluation of forecasters*, 1983.
# - N. Brümmer, J. du Preez, *Application-independent evaluation of speaker detection*, 2006: mixes and prices, for voices.
# - Try: `train(..., "verification", kind="chi_square")`. Where do its weights end?
#
# Faces: AT&T Laboratories Cambridge. What they may and must not be used for: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** We can say how sure we are that a visitor is the *one* person they claim to be. But a doorbell hears no claim. It has $K$ people in its database, and most who ring are none of them. What becomes of our small rates of error when one picture is compared with everybody?
