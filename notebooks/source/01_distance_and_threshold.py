# %% [markdown]
# # 1 · Distance and threshold
#
# Two of these three pictures show one person. You see at once which two.

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces

faces = load_faces()
A, B, C = faces.of([35]).pictures[0, 1], faces.of([35]).pictures[0, 8], faces.of([25]).pictures[0, 5]
words = "A and B: a woman smiles, her head turned a little differently. C: a man with a moustache."
plots.picture_grid([A, B, C], ["A", "B", "C"], "A and B show one person, C another", words)

# %% [markdown]
# A computer that compares the pictures pixel by pixel gets it wrong: for it, A is more like C than like B. By the end of this lesson you will know how often it is wrong, how to
# measure that without fooling yourself, and what has to change.
#
# **Questions**
#
# - What is the difference between *verifying* a person and *recognising* one?
# - How can a computer do either with only one picture of each person?
# - When are two pictures close enough to be called the same person?
#
# **Objectives.** After this lesson you can
#
# - turn a distance $d(\text{img1}, \text{img2})$ and a threshold $\tau$ into a decision,
# - count its two kinds of error, and read them off an ROC curve,
# - choose $\tau$ on people held out for it, and say what it costs on people never seen,
# - measure one-shot recognition, with an interval over people.
#
# **Before you start**: NumPy arrays and their shapes. Nothing about neural networks.
#
# **Time**: 60 minutes to read, 30 minutes for the questions; the notebook runs in RUN_TIME on two cores.

# %% [markdown]
# ## 1. Two questions about a face
#
# A passport gate asks: *is this the person named in the passport?* That is **verification**. In come a picture and a name; out comes yes or no.
#
# A doorbell that knows the family asks: *who is this?* That is **recognition**. It has a database of $K$ persons. In comes a picture; out comes one of the $K$ names, or "not recognized".

# %%
plots.verification_and_recognition()

# %% [markdown]
# One tool answers both: a function $d(\text{img1}, \text{img2})$, the *degree of difference* of two pictures, and a threshold $\tau$ (say "tau"):
#
# $$d(\text{img1}, \text{img2}) \leq \tau \quad\Rightarrow\quad \text{predict "same person".}$$
#
# Why not train a classifier with one output for each person? Because the database changes. When somebody joins, the classifier has to be trained again, with many pictures of them. A passport holds one. Learning from a single
# picture is called **one-shot learning**. A distance can do it: the new person's picture goes into the database, and that is all.
#
# ## 2. The pictures
#
# You will work with the ORL faces of AT&T Laboratories Cambridge (1994): ten grey pictures each of 40 people. The axes of the array are person, picture, height, width. A grey level goes from 0 (black) to 255 (white).

# %%
print(faces.pictures.shape, faces.pictures.dtype)
one = faces.of([16])
words = "Ten portraits of one man. His head turns, the light comes from different sides, his mouth opens and closes."
plots.picture_grid(one.pictures[0], one.number[0], "One person: light, pose and expression change", words)

# %% [markdown]
# All pictures are upright and centred. Real photographs are harder. Keep that in mind whenever a number below looks good.
#
# ### In the margin: look at your data
#
# The files arrived damaged. On their way, some program took 152 of the 400 pictures for *text* and changed their line endings: where a picture had the byte 10, the file now has two bytes, 13 and 10. Each of them pushes the rest of the picture
# one pixel to the right.

# %%
damaged = load_faces(repaired=False)
differs = damaged.pictures != faces.pictures
print(differs.any(axis=(2, 3)).sum(), "of", differs[:, :, 0, 0].size, "pictures were damaged")
worst = np.unravel_index(differs.sum(axis=(2, 3)).argmax(), (40, 10))
pair = [damaged.pictures[worst], faces.pictures[worst]]
words = "One portrait twice. On the left the face is sheared, and its right edge comes back on the left. On the right it is straight."
plots.picture_grid(pair, ["as it came", "repaired"], "No program complained about the left one", words)

# %% [markdown]
# The damaged file opens without an error. A person who looks sees it; a program does not. `load_faces` undoes the damage and checks the result against a known hash. In section 7 you will see what the damage would have cost.
#
# ## 3. From two pictures to one number
#
# The most direct way to compare two pictures: subtract them pixel by pixel. First each is shrunk to half its size, which removes noise, and its values are scaled to lie between 0 and 1. Then it is written as one long row of numbers, its **feature vector**.

# %%
from course_utils.faces.baselines import pixels, shrink

features = pixels(faces.pictures.reshape(400, 112, 92))  # (400, 112, 92) -> (400, 56 * 46)
person = faces.person.ravel()  # whom each of the 400 pictures shows
features.shape, person.shape

# %% [markdown]
# So a picture is a *point* in a space of 2576 dimensions, and the difference of two pictures is the distance of two points. The lecture notes write it
#
# $$D(p, q) = \sqrt{(q_1 - p_1)^2 + (q_2 - p_2)^2 + \dots + (q_n - p_n)^2}.$$
#
# In NumPy, for one pair or for many at once:

# %%
def euclidean(a, b):
    """Distance between the rows of a and b; (..., features) -> (...)."""
    squared = np.sum((a - b) ** 2, axis=-1)  # one sum for each row
    return np.sqrt(squared)

a, b, c = pixels(np.stack([A, B, C]))
print(f"d(A, B) = {euclidean(a, b):.1f}   the same person")
print(f"d(A, C) = {euclidean(a, c):.1f}   two people")

# %% [markdown]
# There it is: A and B, the same woman, are further apart than A and C. What did the distance look at?

# %%
words = "Portraits A and B, and a map of their squared difference: bright spots beside the nose, at mouth, eyes and collar."
plots.difference_picture(shrink(A), shrink(B), euclidean(a, b), "One person, but nose, mouth and collar have moved", words)

# %% [markdown]
# The map is bright where an edge has moved. It is the same nose and the same mouth, but a little elsewhere, and the pixels are compared place by place. Pixel distance measures *where* things are, not *what* they are.
#
# **Predict.** What is $d(x, x)$? Is $d(a, b) = d(b, a)$? Can $d(a, c)$ be larger than $d(a, b) + d(b, c)$?
#
# <details><summary>Answer</summary>
#
# $d(x, x) = 0$: nothing differs. $d(a, b) = d(b, a)$: a square does not see the sign. And a detour over $b$ is never shorter than the direct way (the triangle inequality).
#
# </details>

# %%
assert euclidean(a, a) == 0
assert euclidean(a, b) == euclidean(b, a)
assert euclidean(a, c) <= euclidean(a, b) + euclidean(b, c)

# %% [markdown]
# The package has this distance and three more. From here on the lessons use it; a test of this course compares its `euclidean` with yours.
#
# | distance | formula | range |
# | --- | --- | --- |
# | squared Euclidean | $\sum_k (a_k - b_k)^2$ | from 0 on |
# | Euclidean | $\sqrt{\sum_k (a_k - b_k)^2}$ | from 0 on |
# | cosine | $1 - a \cdot b / (\lVert a \rVert \lVert b \rVert)$ | 0 to 2; length does not count |
# | chi-square | $\sum_k (a_k - b_k)^2 / (a_k + b_k)$ | from 0 on, for features that are not negative |

# %%
from course_utils.faces import distances

for name in distances.METRICS:
    d = getattr(distances, name)
    print(f"{name:18}  d(A, B) = {d(a, b):8.4f}   d(A, C) = {d(a, c):8.4f}")
tau = 0.7
print(f"d <= {tau} is the same rule as d^2 <= {tau**2:.2f}")
print(f"d^2 <= {tau} is the same rule as d <= {tau**0.5:.3f}")

# %% [markdown]
# All four think that A is closer to C. They look at the same pixels; another formula does not mend that. What differs is their *unit*.
#
# **What if we forget the root?** The lecture notes write $\lVert f(x^{(i)}) - f(x^{(j)}) \rVert^2$ in one place, and $D$ with the root in another. The order of the pairs stays the same. The threshold does not: see the last two lines above.
# Whenever you read "$\tau = 0.7$" somewhere, ask: of which distance, of which features?
#
# ### The slope at zero
#
# In the next lessons a network learns by following the slope (the gradient) of $d$. One point needs care: two *equal* pictures. The root has an infinite slope at 0, and infinity times 0 is not a number. TensorFlow shows it:

# %%
from course_utils.backend import tf

def distance_and_slope(root, gap):
    """Distance of two points that differ by `gap` in one of two coordinates, and its slope there."""
    x, y = tf.Variable([1.0 + gap, 2.0]), tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        d = root(tf.reduce_sum((x - y) ** 2))
    return d.numpy(), tape.gradient(d, x).numpy()[0]

distance_and_slope(tf.sqrt, gap=0.0)

# %% [markdown]
# The slope is `nan`, not a number. One such pair in a batch, and every weight of the network becomes `nan`. Three mends are common. Each changes what happens to the squared distance $s$ on its way through the root:

# %%
def clamped(s):
    return tf.sqrt(tf.maximum(s, 1e-7))

def shifted(s):
    return tf.sqrt(s + 1e-7)

def guarded(s):
    root = tf.sqrt(tf.where(s > 0, s, 1.0))  # this where keeps the infinite slope away ...
    return tf.where(s > 0, root, 0.0)  # ... and this one puts the 0 back

mends = {"clamped": clamped, "shifted": shifted, "guarded": guarded}
for name, mend in mends.items():
    (d_0, slope_0), (_, slope) = distance_and_slope(mend, gap=0.0), distance_and_slope(mend, gap=1e-4)
    print(f"{name}:  d(x, x) = {d_0:.6f}, slope there {slope_0:.2f}, slope at distance 0.0001: {slope:.2f} (true: 1)")

# %% [markdown]
# Look at the last column: a mend that has no slope where two *different* points are close teaches nothing there. Here is what each of them makes of a small distance:

# %%
gaps = np.linspace(0, 1e-3, 100, dtype=np.float32)
curves = {name: np.array([1e3 * distance_and_slope(mend, gap)[0] for gap in gaps]) for name, mend in mends.items()}
axes = "true distance (thousandths)", "mended distance (thousandths)"
plots.curves_figure(1e3 * gaps, curves, "Only the guard follows the true distance down to 0", *axes)

# %% [markdown]
# - **clamped** is never `nan`, but flat near 0: two *different* people who ended up almost on one point feel no slope, and stay there.
# - **shifted** is smooth, but says that a picture differs from itself.
# - **guarded** is exact. At 0 it does not take the root, and its slope is 0. The package uses it.
#
# ## 4. A threshold, and two ways to be wrong
#
# Now to decisions. Whose pictures may we look at? The course splits the 40 people *by person*: some to train on, some to choose thresholds on, some to be judged on at the very end. There are four such splits; in each, ten other people are the last group.

# %%
from course_utils.data.splits import read_folds
from course_utils.faces.evaluation import verification_pairs

folds = read_folds()
split = folds[0]
print(len(split.train), "to train on,", len(split.calibration), "to choose on,", len(split.test), "to be judged on")

def pairs_and_distances(features, people):
    """All pairs of different pictures of these people, and the distance of each pair."""
    chosen = np.isin(person, people)
    pairs = verification_pairs(person[chosen], trained_on=())  # pixels have learned from nobody
    return pairs, distances.pairwise(features[chosen])[pairs.first, pairs.second]

# %% [markdown]
# Pixel distance learns nothing, so we may look at the 25 training people as much as we like. A threshold can fail in two ways:
#
# - a **false accept**: two people are called the same. The *false accept rate* (FAR) is the share of different-person pairs with $d \leq \tau$;
# - a **false reject**: one person is called two. The *false reject rate* (FRR) is the share of same-person pairs with $d > \tau$.

# %%
def error_rates(distance, same, tau):
    """False accept rate and false reject rate of the rule d <= tau."""
    accepted = distance <= tau
    return np.mean(accepted[~same]), np.mean(~accepted[same])

pairs, d = pairs_and_distances(features, split.train)
for tau in (4, 6, 8, 10, 12):
    far, frr = error_rates(d, pairs.same, tau)
    print(f"tau = {tau:2}   FAR = {far:6.1%}   FRR = {frr:6.1%}")
plots.threshold_figure(d, pairs.same, tau=8)

# %% [markdown]
# Read the table from top to bottom: with a larger $\tau$ fewer genuine pairs are turned away, and more strangers come in. No row has two small numbers. The figure shows why: the two hills overlap. Wherever you put the line, some of one hill lies on the wrong side. Move it yourself: when this notebook runs, a slider appears here.

# %% tags=["widget"]
def at(tau):
    return plots.threshold_figure(d, pairs.same, tau)

plots.slider_figure(at, "tau", low=2, high=16, step=0.5, at=8)

# %% [markdown]
# ### Accuracy is useless here
#
# **Predict.** A program answers "different people" whatever it is shown. Take ten people with ten pictures each. How often is it right?
#
# <details><summary>Answer</summary>
#
# Each person has $\binom{10}{2} = 45$ pairs, ten people 450. Each two people have $10 \cdot 10$ pairs, and there are 45 times two people: 4500. The program is right on 4500 of 4950. The next cell prints the share.
#
# </details>

# %%
from sklearn.metrics import accuracy_score, balanced_accuracy_score

ten_people, _ = pairs_and_distances(features, split.test)
always_different = np.zeros_like(ten_people.same)
print(f"accuracy of always saying 'different': {accuracy_score(ten_people.same, always_different):.1%}")
print(f"its balanced accuracy:                 {balanced_accuracy_score(ten_people.same, always_different):.1%}")

# %% [markdown]
# Right in 90.9% of the cases, and it has never accepted anybody. So we never report plain accuracy over pairs. *Balanced accuracy*, $1 - (\text{FAR} + \text{FRR})/2$, gives both kinds of pair the same weight: 50.0% for that program, and for a coin.
#
# ## 5. All thresholds at once
#
# Instead of five thresholds, take every one that makes a difference.

# %%
from course_utils.faces.evaluation import auc, equal_error_rate, roc, tar_at_far

plots.error_curves(roc(d, pairs.same), equal_error_rate(d, pairs.same), "pixel distance")

# %% [markdown]
# Where the two curves cross, both errors are equally frequent. This **equal error rate** (EER) sums a distance up in one number, whatever its unit.
#
# Draw one error against the other, and the threshold disappears. That is the **ROC curve** (receiver operating characteristic): the true accept rate, $\text{TAR} = 1 - \text{FRR}$, against the FAR.

# %%
print(f"EER {equal_error_rate(d, pairs.same):.1%}, area under the curve {auc(d, pairs.same):.1%}, "
      f"TAR at a FAR of 1%: {tar_at_far(d, pairs.same, far=0.01):.1%}")
plots.roc_figure({"pixels": roc(d, pairs.same)}, "Well above chance, far from perfect")

# %% [markdown]
# The area under the curve (AUC) is the chance that a pair of one person is closer than a pair of two. It looks splendid. And yet, at a FAR of 1%, almost half of the genuine visitors stay outside. Look at the number that your use needs.
#
# ## 6. Choosing tau, and its price
#
# Which threshold is right? That depends on what the errors cost. Three common rules:
#
# 1. **Equal error**: both errors equally frequent. Good for comparing methods.
# 2. **Target FAR**: the largest $\tau$ that keeps the FAR at or below a given value. Doors and phones.
# 3. **Cost**: the least expected price, when you know what each error costs.
#
# None of them may look at the people on whom we report the result. So we choose on five *calibration* people.

# %%
from course_utils.faces.evaluation import choose_threshold

held_out, d_held_out = pairs_and_distances(features, split.calibration)
rules = {"equal error": {"by": "equal_error"}, "FAR at most 1%": {"by": "far", "far": 0.01},
         "a stranger costs 20 times as much": {"by": "cost", "false_accept_cost": 20}}
for name, rule in rules.items():
    print(f"{name:35} tau = {choose_threshold(d_held_out, held_out.same, **rule):.2f}")

# %% [markdown]
# **Predict.** We ask for a FAR of at most 1%, and on the calibration people we get it. What will it be on ten people who had no say in it?
#
# <details><summary>Answer</summary>Something else: a threshold from five people fits these five. The next cell tries all four splits.</details>

# %%
def asked_and_got(split, by):
    """Error rates on the calibration people, and those that the same tau has on the test people."""
    held_out, d_held_out = pairs_and_distances(features, split.calibration)
    test, d_test = pairs_and_distances(features, split.test)
    tau = choose_threshold(d_held_out, held_out.same, by)
    return error_rates(d_held_out, held_out.same, tau), error_rates(d_test, test.same, tau)

for by in ("far", "equal_error"):
    for number, fold in enumerate(folds, 1):
        (far, frr), (test_far, test_frr) = asked_and_got(fold, by)
        print(f"by {by:11} split {number}:  FAR {far:5.1%} FRR {frr:5.1%}   never seen: FAR {test_far:5.1%} FRR {test_frr:5.1%}")

assert all(asked_and_got(fold, "far")[1][0] > 0.01 for fold in folds)

# %% [markdown]
# We asked for 1% and got more in every split, in the third almost ten times as much. And errors that were equal on five people are far from equal on ten others. That is the price of a threshold from few people. It would not show if we
# had chosen $\tau$ on the test people, which is exactly why that is so tempting. More calibration people would help. Where there are none: say where the threshold came from, and give an interval.
#
# ### How sure are we?
#
# Ten people have 4950 pairs. Is that a large sample? No: all pairs of one person share one face, and rise and fall together. To ask "what if it had been ten other people?", we draw *people*, with replacement, and compute the number again and again: the
# **bootstrap over people**. Beside it, the same with pairs, as if all of them were independent:

# %%
from course_utils.faces.evaluation import bootstrap_interval
from scipy.stats import bootstrap

test, d_test = pairs_and_distances(features, split.test)
by_people = bootstrap_interval(
    lambda drawn: equal_error_rate(d_test, test.same, test.weight(drawn)), split.test, resamples=500)
by_pairs = bootstrap(
    [np.arange(len(d_test))], lambda drawn: equal_error_rate(d_test[drawn], test.same[drawn]),
    vectorized=False, n_resamples=500, method="percentile", rng=0).confidence_interval
print(f"EER on ten people never seen: {equal_error_rate(d_test, test.same):.1%}")
print(f"95% interval, drawing people: {by_people.low:.1%} to {by_people.high:.1%}")
print(f"drawing pairs (wrong):        {by_pairs.low:.1%} to {by_pairs.high:.1%}")
assert by_people.high - by_people.low > 2 * (by_pairs.high - by_pairs.low)

# %% [markdown]
# Drawing pairs makes us look much surer than we are: its interval is less than half as long. From now on, every interval of the course is over people.
#
# ## 7. Recognition with one picture per person
#
# Recognition compares a query with the one picture of each of $K$ people and takes the nearest. If even the nearest is further than $\tau$, the answer must be "not recognized".

# %%
def identify(query, gallery, names, tau):
    """Name of the nearest row of the gallery, or "not recognized" if it is further than tau."""
    d = distances.euclidean(query, gallery)  # (features,) and (K, features) -> (K,)
    nearest = np.argmin(d)
    return names[nearest] if d[nearest] <= tau else "not recognized"

gallery = features.reshape(40, 10, -1)[np.array(split.train) - 1, 0]  # the first picture of each of 25 people
for who in (11, 12, 16, 1, 2, 3):
    answers = [identify(features[person == who][4], gallery, split.train, tau) for tau in (7.8, 9.0)]
    print(f"person {who:2}, {'enrolled' if who in split.train else 'a stranger'}:  tau 7.8: {answers[0]}, tau 9.0: {answers[1]}")

# %% [markdown]
# Compare each answer with the truth. Enrolled people are turned away; and with the threshold of equal errors, all three strangers get somebody's name. Why so many? A stranger is compared with 25 people, and *one* match is enough. A threshold that is good
# for verification is too loose for recognition. Lesson 5 returns to this.
#
# The usual measure leaves the threshold out and asks only for the nearest: **10-way one-shot accuracy**. Ten people are enrolled with one picture each, every other picture of theirs is a query, and each picture has its turn at being the enrolled one.
# Guessing gets 10%.

# %%
from course_utils.faces.evaluation import each_enrolled_in_turn, identification_trials, one_shot_accuracy

def one_shot(features, people, trained_on=(), metric="euclidean"):
    """Trials of one-shot recognition among these people."""
    chosen = np.isin(person, people)
    episodes = each_enrolled_in_turn(person[chosen])
    return identification_trials(features[chosen], person[chosen], episodes, trained_on=trained_on, metric=metric)

pixel_trials = [one_shot(features, fold.test) for fold in folds]
print("the four splits: ", "  ".join(f"{one_shot_accuracy(trials):.1%}" for trials in pixel_trials))
pixel_accuracy = np.mean([one_shot_accuracy(trials) for trials in pixel_trials])
print(f"their mean: {pixel_accuracy:.1%}")

# %% [markdown]
# 85.9%, with no learning at all. **This is the number to beat.** Whatever network you meet, ask what plain pixels get on the same people. And the damaged files of section 2? The same measure on the pictures as they came:

# %%
damaged_features = pixels(damaged.pictures.reshape(400, 112, 92))
damaged_accuracy = np.mean([one_shot_accuracy(one_shot(damaged_features, fold.test)) for fold in folds])
cost = 100 * (pixel_accuracy - damaged_accuracy)
print(f"as they came {damaged_accuracy:.1%}, repaired {pixel_accuracy:.1%}: the damage costs {cost:.1f} points")
assert 1.5 < cost < 2.5

# %% [markdown]
# About two points, as much as one gains by many a clever idea. Nobody would have seen it in the number alone. Look at your data.
#
# ## 8. Why pixels break
#
# Take one picture, and change nothing about the person: move it sideways (what leaves on the right comes back on the left), or make it brighter. How far does it travel?

# %%
face = shrink(faces.of([16]).pictures[0, 0])
euclidean(face, np.roll(face, 1, axis=1)).shape

# %% [markdown]
# Stop: 56 numbers where there should be one. `face` has the shape (56, 46), and `euclidean` sums over the *last* axis only, so it gave a distance for each row of the picture. Had we written `.sum()` behind it, a number would have come out, and it would have
# been wrong. Always look at the shape. Two pictures need one long row each, which `ravel` makes:

# %%
sizes = np.arange(9)
def travel(changed):
    return euclidean(face.ravel(), changed.ravel())

moved = np.array([travel(np.roll(face, size, axis=1)) for size in sizes])
brighter = np.array([travel(face * (1 + 0.05 * size)) for size in sizes])
stranger = np.full(9, euclidean(face.ravel(), features[person != 16]).min())
print(f"moved by {sizes[moved > stranger].min()} of 46 pixels, the picture is further from itself than the nearest stranger")
curves = {"moved sideways (pixels)": moved, "brighter (steps of 5%)": brighter, "nearest other person": stranger}
plots.curves_figure(sizes, curves, "A few pixels sideways, and a stranger is closer", "size of the change", "pixel distance")

# %% [markdown]
# Pixels change with everything: pose, place, light. We want features that change with the *person* and with nothing else.
#
# ## 9. A second baseline: Fisherfaces
#
# Can features be *learned*? In 1997 Belhumeur, Hespanha and Kriegman looked for the directions in pixel space in which different people differ most, and pictures of one person least. Two steps of linear algebra do it: principal component analysis (the directions of
# largest variation, called *eigenfaces*), then linear discriminant analysis.
#
# Now somebody is learned from, and `trained_on` matters. Let us try to cheat, and judge the method on its own training people:

# %%
from course_utils.faces.baselines import fisherfaces

train = np.isin(person, split.train)
learned = fisherfaces(features[train], person[train]).transform(features)
try:
    one_shot(learned, split.train, trained_on=split.train, metric="cosine")
except ValueError as error:
    print("Refused:", error)

# the guard knows only what it is told; lie to it once, to see how much the leak would have flattered us
seen = one_shot_accuracy(one_shot(learned, split.train[:10], trained_on=(), metric="cosine"))
unseen = one_shot_accuracy(one_shot(learned, split.test, trained_on=split.train, metric="cosine"))
print(f"ten people it was trained on: {seen:.1%}     ten people never seen: {unseen:.1%}")
assert seen > unseen

# %% [markdown]
# The evaluation refuses to judge a method on people it was trained on, and the last line shows why: a leak makes any method look perfect. Now honestly, on all four splits:

# %%
fisher_trials = []
for fold in folds:
    train = np.isin(person, fold.train)
    learned = fisherfaces(features[train], person[train]).transform(features)
    fisher_trials.append(one_shot(learned, fold.test, trained_on=fold.train, metric="cosine"))

def accuracy_of(all_trials):
    """A function of the people drawn: the mean accuracy over the four splits."""
    return lambda drawn: np.mean([one_shot_accuracy(trials, drawn) for trials in all_trials])

accuracy = {"pixels": accuracy_of(pixel_trials), "Fisherfaces": accuracy_of(fisher_trials)}
table = {name: (of(person), bootstrap_interval(of, person)) for name, of in accuracy.items()}
for name, (value, (low, high)) in table.items():
    print(f"{name:12} {value:.1%}, 95% interval {low:.1%} to {high:.1%}")
plots.intervals_figure(table, "Learned directions help; the intervals overlap", "one-shot accuracy on people never seen")

# %% [markdown]
# Do overlapping intervals mean that we cannot tell? No: both methods were asked about the *same* people, so some of the uncertainty is shared. Draw people once, and look at the *difference*:

# %%
def gain(drawn):
    return 100 * (accuracy["Fisherfaces"](drawn) - accuracy["pixels"](drawn))

low, high = bootstrap_interval(gain, person)
print(f"Fisherfaces minus pixels: {gain(person):.1f} points, 95% interval {low:.1f} to {high:.1f}")
assert low > 0

# %% [markdown]
# The interval does not reach 0: learning helps, even with 25 people and two steps of linear algebra. But Fisherfaces are linear. They weigh pixels; they cannot say "an eye, wherever it is". For that we need a network.
#
# ## Key points
#
# - Verification asks "is it the person they claim to be?", one comparison; recognition asks "which of $K$, or nobody?", $K$ comparisons.
# - A distance $d$ and a threshold $\tau$ answer both, and a new person needs one picture, not a new training.
# - A threshold trades false accepts for false rejects. It has a unit. It is chosen on people held out for it.
# - Accuracy over pairs is useless. Report EER, TAR at a stated FAR, or one-shot accuracy, with an interval over *people*.
# - Raw pixels are a strong baseline on these faces, and they break as soon as the face moves or the light changes.
#
# ## Check your understanding
#
# **1.** A colleague reports 95% accuracy in verification. What do you ask first?
#
# <details><summary>Answer</summary>What share of the pairs were of different people? If it is 95%, always saying "different" gets the same.</details>
#
# **2.** You move $\tau$ up. What happens to FAR, FRR, EER and AUC?
#
# <details><summary>Answer</summary>FAR rises or stays, FRR falls or stays. EER and AUC do not change: they are about all thresholds.</details>
#
# **3.** A method is trained on people 1 to 30, and its $\tau$ is chosen on people 21 to 30. What is wrong?
#
# <details><summary>Answer</summary>It has learned people 21 to 30, and pulls their pictures closer together than those of strangers. A threshold that fits them is too strict for others.</details>
#
# **4.** Why does the bootstrap draw people and not pairs?
#
# <details><summary>Answer</summary>Pairs that share a person are not independent. Ten people are ten independent things, however many pairs they make.</details>
#
# **5.** A door compares each visitor with 100 enrolled people, with a FAR of 1% for one comparison. Is a stranger let in with a chance of 1%?
#
# <details><summary>Answer</summary>No. One match of 100 is enough. If the comparisons were independent, the chance would be $1 - 0.99^{100}$, almost two in three.</details>
#
# ## To go further
#
# - F. Samaria, A. Harter, *Parameterisation of a stochastic model for human face identification*, 1994: the ORL faces.
# - M. Turk, A. Pentland, *Eigenfaces for recognition*, 1991; P. Belhumeur, J. Hespanha, D. Kriegman, *Eigenfaces vs. Fisherfaces*, 1997.
# - B. Efron, R. Tibshirani, *An introduction to the bootstrap*, 1993.
#
# Faces: AT&T Laboratories Cambridge. What they may and must not be used for stands in data/README.md.
#
# **The question for the next lesson.** We want a function $f$ that turns a picture into a point, so that pictures of one person lie close together and pictures of different people far apart, for people whom $f$ has never seen. How can it learn that, when all
# we can tell it is "these two are the same" and "these two are not"?
