# %% [markdown]
# # 1 · Distance and threshold
#
# Two of these three pictures show one person. Which two?

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces

faces = load_faces()
A, B, C = faces.of([35]).pictures[0, 1], faces.of([35]).pictures[0, 8], faces.of([25]).pictures[0, 5]
words = "A and B: a woman smiles, her head turned a little differently. C: a man with a moustache."
plots.picture_grid([A, B, C], ["A", "B", "C"], "Which two show one person?", words, width=1.3)

# %% [markdown]
# For you it was easy. A computer that compares pictures pixel by pixel takes A and C for the closer pair. By the end of this lesson you will know how often it is wrong,
# how to measure that without fooling yourself, and what has to change.
#
# **Questions**
#
# - What is the difference between *verifying* a person and *recognising* one?
# - How can a computer do either with only one picture of each person?
# - When are two pictures close enough to be called the same person?
#
# **Objectives.** After this lesson you can
#
# - turn a distance and a threshold into a decision, and count its two kinds of error,
# - choose the threshold on people kept apart for it, and say what it costs on people never seen,
# - measure recognition from one picture each, with an interval over people.
#
# **Before you start**: NumPy arrays and their shapes. Nothing about neural networks.
#
# **Time**: 60 minutes to read, 30 minutes for the questions; the notebook runs in RUN_TIME on two cores.

# %% [markdown]
# ## 1. Two questions about a face
#
# A passport gate asks: *is this the person named in the passport?* That is **verification**. In come a picture and a name; out comes yes or no. A doorbell that knows the family asks: *who is this?* That is **recognition**. It has a database of $K$ persons. In comes a picture;
# out comes one of the $K$ names, or "not recognized".
#
# One tool answers both: a function $d(\text{img1}, \text{img2})$, the *degree of difference* of two pictures, and a threshold $\tau$ (the Greek letter tau):
#
# $$d(\text{img1}, \text{img2}) \leq \tau \quad\Rightarrow\quad \text{predict "same person".}$$

# %%
plots.verification_and_recognition()

# %% [markdown]
# Why not train a classifier with one output for each person? Because the database changes. When somebody joins, the classifier has to be trained again, with many pictures of them. A passport holds one. Learning from a single
# picture is called **one-shot learning**. A distance can do it: to *enrol* a new person, put their picture into the database. That is all.
#
# ## 2. The pictures
#
# You will work with the ORL faces of AT&T Laboratories Cambridge (1994): ten grey pictures each of 40 people. The axes of the array are person, picture, height, width. A grey level goes from 0 (black) to 255 (white).

# %%
print(faces.pictures.shape, faces.pictures.dtype)
one = faces.of([16])
title = "One person: light, pose and expression change"
words = ("Ten portraits of one man. He looks ahead, to the side and up; his mouth opens a little. "
         "Pictures 4 and 5 are much brighter than the others.")
plots.picture_grid(one.pictures[0], one.number[0], title, words, columns=5)

# %% [markdown]
# All pictures are upright and centred. Real photographs are harder. Keep that in mind whenever a number below looks good.
#
# ### In the margin: look at your data
#
# The files arrived damaged. On their way, some program took 152 of the 400 pictures for *text* and changed their line endings: where a picture had the byte 10, the file now has two bytes, 13 and 10. Each extra byte pushes the rest of the picture
# one pixel to the right.

# %%
damaged = load_faces(repaired=False)
differs = damaged.pictures != faces.pictures
print("damaged:", differs.any(axis=(2, 3)).sum(), "pictures of 400")

wrong_pixels = differs.sum(axis=(2, 3))  # of each person and picture
worst = np.unravel_index(wrong_pixels.argmax(), wrong_pixels.shape)
pair = [damaged.pictures[worst], faces.pictures[worst]]
title = "No program complained about the left one"
words = "One portrait twice. Left: sheared, its right edge comes back on the left. Right: straight."
plots.picture_grid(pair, ["as it came", "repaired"], title, words, width=1.3)

# %% [markdown]
# The damaged file opens without an error. A person who looks sees it; a program does not. `load_faces` undoes the damage and checks the result against a known fingerprint (a *hash*). In section 7 you will see what the damage costs.
#
# ## 3. From two pictures to one number
#
# The most direct way to compare two pictures: subtract them pixel by pixel. First each is shrunk to half its size, which removes noise, and its values are scaled to lie between 0 and 1. Then it is written as one long row of numbers, its **feature vector**.

# %%
from course_utils.faces.baselines import pixels
from course_utils.faces.preprocessing import shrink

features = pixels(faces.pictures.reshape(400, 112, 92))
person = faces.person.ravel()  # whom each of the 400 pictures shows
print("400 pictures of 56 x 46 pixels:", features.shape, "  whose they are:", person.shape)

# %% [markdown]
# So a picture is a *point* in a space of 2576 dimensions, and the difference of two pictures is the distance of two points. The lecture notes that this course follows write it $D$, for two points $p$ and $q$:
#
# $$D(p, q) = \sqrt{(q_1 - p_1)^2 + (q_2 - p_2)^2 + \dots + (q_n - p_n)^2}.$$
#
# This $D$ will be our $d$. In NumPy, for one pair or for many at once:

# %%
def euclidean(a, b):
    """Distance between the rows of a and b; (..., features) -> (...)."""
    squared = np.sum((a - b) ** 2, axis=-1)  # one sum for each row
    return np.sqrt(squared)

a, b, c = pixels(np.stack([A, B, C]))
print(f"d(A, B) = {euclidean(a, b):.1f}   the same person")
print(f"d(A, C) = {euclidean(a, c):.1f}    two people")

# %% [markdown]
# There it is: A and B, the same woman, are further apart than A and C. (We chose these three because they fail. How often it happens comes in section 5.) What did the distance look at?

# %%
title = "One person, but nose, mouth and collar have moved"
words = ("Portraits A and B, and a map of their squared difference: "
         "bright beside the nose, at mouth, eyes and collar.")
plots.difference_picture(shrink(A), shrink(B), ("A", "B"), euclidean(a, b), title, words)

# %% [markdown]
# The map is bright where an edge has moved. It is the same nose and the same mouth, but a little elsewhere, and the pixels are compared place by place. Pixel distance measures *where* things are, not *what* they are.
#
# **Predict.** What is $d(x, x)$? Is $d(a, b) = d(b, a)$? Can $d(a, c)$ be larger than $d(a, b) + d(b, c)$?
#
# <details><summary>Answer</summary>
#
# $d(x, x) = 0$: nothing differs. $d(a, b) = d(b, a)$: a square does not see the sign. And a detour over $b$ is never shorter than the direct way (the triangle inequality). The next cell checks it on A, B and C.
#
# </details>
#
# The package has this distance and three other degrees of difference. From here on the lessons use it; a test of this course compares its `euclidean` with yours.
#
# | name | formula | range |
# | --- | --- | --- |
# | squared Euclidean | $\sum_k (a_k - b_k)^2$ | from 0 on |
# | Euclidean | $\sqrt{\sum_k (a_k - b_k)^2}$ | from 0 on |
# | cosine | $1 - a \cdot b / (\lVert a \rVert \lVert b \rVert)$ | 0 to 2; length does not count |
# | chi-square | $\sum_k (a_k - b_k)^2 / (a_k + b_k)$ | from 0 on, for features that are not negative |

# %%
from course_utils.faces import distances

print(euclidean(a, a) == 0, euclidean(a, b) == euclidean(b, a),
      euclidean(a, c) <= euclidean(a, b) + euclidean(b, c))
for name in distances.METRICS:
    measure = getattr(distances, name)
    print(f"{name:18}  d(A, B) = {measure(a, b):8.4f}   d(A, C) = {measure(a, c):8.4f}")
print(f"d <= 0.7 is the same rule as d^2 <= {0.7**2:.2f}")
print(f"d^2 <= 0.7 is the same rule as d <= {0.7**0.5:.3f}")

# %% [markdown]
# All four think that A is closer to C: they look at the same pixels. The first two always put pairs in the same order; only their *unit* differs. Cosine and chi-square order pairs differently, some better, some worse. Only the Euclidean distance obeys the triangle
# inequality.
#
# **What if we forget the root?** Then every threshold changes its value: see the last two lines above. Whenever you read "$\tau = 0.7$" somewhere, ask: of which distance, of which features?
#
# ## 4. A threshold, and two ways to be wrong
#
# Now to decisions. Whose pictures may we look at? The course splits the 40 people *by person*: some to train on, some to choose thresholds on (*calibration*), some to be judged on at the very end. There are four such splits; in each, ten other people are the last group.

# %%
from course_utils.data.splits import read_folds
from course_utils.faces.evaluation import verification_pairs

folds = read_folds()
split = folds[0]
print("people to train on:", len(split.train), "  to choose on:", len(split.calibration),
      "  to be judged on:", len(split.test))

def pairs_and_distances(features, people):
    """All pairs of different pictures of these people, and the distance of each pair."""
    chosen = np.isin(person, people)
    pairs = verification_pairs(person[chosen], trained_on=())  # pixels have learned from nobody
    table = distances.pairwise(features[chosen])  # the distance of each picture to each other one
    return pairs, table[pairs.first, pairs.second]

# %% [markdown]
# The 25 training people are there to be looked at: no result is reported on them. We compare each of their pictures with each other one. A threshold can fail in two ways:
#
# - a **false accept**: two people are called the same. The *false accept rate* (FAR) is the share of different-person pairs with $d \leq \tau$;
# - a **false reject**: one person is called two. The *false reject rate* (FRR) is the share of same-person pairs with $d > \tau$.

# %%
def error_rates(distance, same, tau):
    """False accept rate and false reject rate of the rule d <= tau."""
    accepted = distance <= tau
    return np.mean(accepted[~same]), np.mean(~accepted[same])

pairs, d = pairs_and_distances(features, split.train)
print(pairs.same.sum(), "pairs of one person,", (~pairs.same).sum(), "pairs of two")
for tau in (4, 6, 8, 10, 12):
    far, frr = error_rates(d, pairs.same, tau)
    print(f"tau = {tau:2}   FAR = {far:6.1%}   FRR = {frr:6.1%}")
plots.threshold_figure(d, pairs.same, tau=8)

# %% [markdown]
# Read the table from top to bottom: with a larger $\tau$ fewer same-person pairs are rejected, and more strangers come in. No row has two small numbers. The figure shows why: the two hills overlap. (Each hill is drawn to its own scale; there are 27 times as many
# pairs of two people.) Move the line yourself: when this notebook runs, a slider appears here.

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
# Each person has $\binom{10}{2} = 45$ pairs, ten people 450. There are 45 ways to choose two people, with $10 \cdot 10$ pairs each: 4500. The program is right on 4500 of 4950. The next cell prints the share.
#
# </details>

# %%
from sklearn.metrics import accuracy_score, balanced_accuracy_score

ten_people, _ = pairs_and_distances(features, split.test)
always_different = np.zeros_like(ten_people.same)
print("always saying 'different'")
print(f"accuracy:          {accuracy_score(ten_people.same, always_different):.1%}")
print(f"balanced accuracy: {balanced_accuracy_score(ten_people.same, always_different):.1%}")

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
# Where the two curves cross, both errors are equally frequent. This **equal error rate** (EER) describes a distance by one number, whatever its unit.
#
# Draw one error against the other, and the threshold disappears. That is the **ROC curve** (receiver operating characteristic): the true accept rate, $\text{TAR} = 1 - \text{FRR}$, against the FAR.

# %%
print(f"EER {equal_error_rate(d, pairs.same):.1%}, area under the curve {auc(d, pairs.same):.1%}, "
      f"TAR at a FAR of 1%: {tar_at_far(d, pairs.same, far=0.01):.1%}")
plots.roc_figure({"pixels": roc(d, pairs.same)}, "Well above chance, far from perfect")

# %% [markdown]
# The area under the curve (AUC) is the chance that a same-person pair is closer than a different-person pair. So what you saw with A, B and C happens in 6 of 100 cases. That looks splendid. And yet, at a FAR of 1%, almost half of the rightful visitors stay
# outside. Look at the number that your use needs.
#
# ## 6. Choosing tau, and its price
#
# Which threshold is right? That depends on what the errors cost. Three common rules:
#
# 1. **Equal error**: both errors equally frequent. Good for comparing methods.
# 2. **Target FAR**: the largest $\tau$ that keeps the FAR at or below a given value. Used for doors and phones.
# 3. **Cost**: the least expected price, when you know what each error costs and how often strangers try (below: every second time).
#
# None of them may look at the people on whom we report the result. So we choose on the five calibration people.

# %%
from course_utils.faces.evaluation import choose_threshold

held_out, d_held_out = pairs_and_distances(features, split.calibration)
tau_equal = choose_threshold(d_held_out, held_out.same, by="equal_error")
tau_far = choose_threshold(d_held_out, held_out.same, by="far", far=0.01)
tau_cost = choose_threshold(d_held_out, held_out.same, by="cost", false_accept_cost=20)
rules = {"equal error": tau_equal, "FAR at most 1%": tau_far, "a stranger costs 20": tau_cost}
for rule, tau in rules.items():
    far, frr = error_rates(d_held_out, held_out.same, tau)
    print(f"{rule:20} tau = {tau:.2f}   FAR = {far:5.1%}   FRR = {frr:5.1%}")

# %% [markdown]
# The dearer a stranger, the smaller $\tau$. Where letting a stranger in costs 20 times as much as turning a rightful visitor away, no stranger gets in, and a quarter of the others pay for it.
#
# **Predict.** We ask for a FAR of at most 1%, and on the five calibration people we get it. What will it be on people who had no say in it?
#
# <details><summary>Answer</summary>Sometimes less, sometimes much more. Five people have 1000 pairs of two people, and 1% of them are ten pairs. The next cell tries it on all four splits, and then on many random groups.</details>

# %%
def far_met(calibration, test):
    """FAR on the test people of the tau that gives a FAR of 1% on the calibration people."""
    held_out, d_held_out = pairs_and_distances(features, calibration)
    pairs, d = pairs_and_distances(features, test)
    tau = choose_threshold(d_held_out, held_out.same, by="far", far=0.01)
    return error_rates(d, pairs.same, tau)[0]

print("asked for 1%, got:", [f"{far_met(fold.calibration, fold.test):.1%}" for fold in folds])
rng, spread = np.random.default_rng(0), {}
for number in (5, 10, 30):
    draws = [rng.permutation(40) + 1 for _ in range(60)]  # calibration people first, then ten others
    met = [far_met(who[:number], who[number:number + 10]) for who in draws]
    low, middle, high = np.quantile(met, [0.1, 0.5, 0.9])
    spread[f"{number} people"] = middle, (low, high)
axis = "FAR met where 1% was asked for: middle 80% of 60 draws"
plots.intervals_figure(spread, "A threshold from five people, from ten, from thirty", axis)

# %% [markdown]
# The middle is close to 1% with ten people and with thirty; with five it is nearly twice that. And look at the spread. With five people you may get a fraction of what you asked for, or ten times as much, and you do not know which. With ten the spread is far smaller, with 30 smaller still. That is the price of a threshold from few people. It would not
# show if we had chosen $\tau$ on the test people, which is why that is so tempting. Where there are no more people to be had: say where the threshold came from, and give an interval.
#
# ### How sure are we?
#
# The equal error rate needs no threshold. Let us see it on each of the four groups of ten people.

# %%
groups = [pairs_and_distances(features, fold.test) for fold in folds]
rates = [equal_error_rate(d_test, test.same) for test, d_test in groups]
print("EER:", "  ".join(f"{rate:.1%}" for rate in rates), f"  mean {np.mean(rates):.1%}")
drawn = np.random.default_rng(0).choice(split.test, size=10)
print("ten people drawn with replacement:", sorted(drawn.tolist()))

# %% [markdown]
# The four groups differ: ten people are few. How much would the first number change with ten *other* people? We have no others, but we can draw ten from these, with replacement. The last line shows one draw: somebody comes twice, somebody not at all. A pair of one
# person then counts as often as the person was drawn, a pair of two people the product of both. Draw 500 times, compute the EER each time, and keep the middle 95% of the results: the **bootstrap interval over people**.

# %%
from course_utils.faces.evaluation import bootstrap_interval

test, d_test = groups[0]

def eer_of(drawn):
    """EER where each pair counts as often as its people were drawn."""
    return equal_error_rate(d_test, test.same, weight=test.weight(drawn))

by_people = bootstrap_interval(eer_of, split.test, resamples=500)
print(f"EER {rates[0]:.1%}, 95% interval {by_people.low:.1%} to {by_people.high:.1%}")

# %% [markdown]
# Ten people have 4950 pairs. Why not draw *pairs*, as if each were a fact of its own? Because all pairs of one person share one face, and rise and fall together. Look what it would give:

# %%
from scipy.stats import bootstrap

by_pairs = bootstrap(
    [np.arange(len(d_test))], lambda drawn: equal_error_rate(d_test[drawn], test.same[drawn]),
    vectorized=False, n_resamples=500, method="percentile", rng=0).confidence_interval
print(f"drawing pairs (wrong): {by_pairs.low:.1%} to {by_pairs.high:.1%}")

# %% [markdown]
# The interval over pairs is about a quarter as long. It makes us look much surer than we are. (With ten people, even the honest one tends to be too short.) From now on, every interval of the course is over people.
#
# ## 7. Recognition with one picture per person
#
# Recognition compares a picture, the *query*, with the one picture of each of the $K$ people in the database, the *gallery*. It takes the nearest. If even that is further than $\tau$, the answer is "not recognized".

# %%
def identify(query, gallery, names, tau):
    """Name of the nearest row of the gallery, or "not recognized" if it is further than tau."""
    d = distances.euclidean(query, gallery)  # (features,) and (K, features) -> (K,)
    nearest = np.argmin(d)
    return names[nearest] if d[nearest] <= tau else "not recognized"

first = features.reshape(40, 10, -1)[:, 0]  # the first picture of each person
gallery = first[np.array(split.train) - 1]
enrolled = np.isin(person, split.train) & (faces.number.ravel() > 1)
stranger = np.isin(person, split.seen, invert=True)
for tau in (tau_far, tau_equal):
    answers = np.array([str(identify(query, gallery, split.train, tau)) for query in features])
    right, silent = answers == person.astype(str), answers == "not recognized"
    print(f"tau = {tau:.2f}   enrolled: {right[enrolled].mean():.0%} right, "
          f"{silent[enrolled].mean():.0%} not recognized   "
          f"strangers: {(~silent[stranger]).mean():.0%} get somebody's name")

# %% [markdown]
# The strangers are the ten test people. A FAR around 1% sounded strict, yet with the first $\tau$ a large share of the strangers get a name. Why so many? Each is compared with 25 people, and *one* match is enough. A threshold that is right for one comparison is too loose for 25.
# Lesson 5 returns to this.
#
# The usual measure leaves the threshold and the strangers out, and asks only whether the nearest is the right one: **10-way one-shot accuracy**. Ten people are enrolled with one picture each, their 90 other pictures are the queries, and each picture has its turn at being the
# enrolled one. Guessing gets 10%.

# %%
from course_utils.faces.evaluation import each_enrolled_in_turn, identification_trials
from course_utils.faces.evaluation import one_shot_accuracy, pool

def one_shot(features, people, trained_on=()):
    """Trials of one-shot recognition among these people."""
    chosen = np.isin(person, people)
    episodes = each_enrolled_in_turn(person[chosen])
    return identification_trials(features[chosen], person[chosen], episodes, trained_on=trained_on)

by_split = [one_shot(features, fold.test) for fold in folds]
print("the four splits: ", "  ".join(f"{one_shot_accuracy(trials):.1%}" for trials in by_split))
pixel_trials = pool(by_split)
print(f"all {len(pixel_trials.person)} queries: {one_shot_accuracy(pixel_trials):.1%}")

# %% [markdown]
# 85.9%, with no learning at all. This is our first **baseline**: a method so plain that every other must beat it. Whatever network you meet, ask what pixels get on the same people. (Its interval follows in section 9.)
#
# And the damaged files of section 2? The same measure on the pictures as they came. Both methods get the same people, so draw people once, and look at the *difference*:

# %%
damaged_features = pixels(damaged.pictures.reshape(400, 112, 92))
damaged_trials = pool(one_shot(damaged_features, fold.test) for fold in folds)

def cost(drawn):
    """What the damage costs, in points, where people count as often as they were drawn."""
    return 100 * (one_shot_accuracy(pixel_trials, drawn) - one_shot_accuracy(damaged_trials, drawn))

low, high = bootstrap_interval(cost, person)
print(f"as they came {one_shot_accuracy(damaged_trials):.1%}; "
      f"the damage costs {cost(person):.1f} points, 95% interval {low:.1f} to {high:.1f}")

# %% [markdown]
# About two points. But the interval reaches 0: forty people cannot prove it. We did not find the damage by this number, and could not have. We found it because somebody *looked*.
#
# ## 8. Why pixels break
#
# Change nothing about a person, but move the picture a little to the side (what leaves on the right comes back on the left), or make it brighter. Then ask for the nearest: is it still the picture itself, or already somebody else?

# %%
small = shrink(faces.pictures.reshape(400, 112, 92))
euclidean(small[0], np.roll(small[0], 1, axis=1)).shape

# %% [markdown]
# Stop: 56 numbers where there should be one. A picture has the shape (56, 46), and `euclidean` sums over the *last* axis only, so it gave a distance for each row of the picture. Had we written `.sum()` behind it, a number would have come out, and it would have
# been wrong. Always look at the shape. Two pictures need one long row each, which `reshape` makes:

# %%
def lost(changed):
    """Share of the changed pictures that are nearer to somebody else than to their own original."""
    d = distances.pairwise(changed.reshape(400, -1), features)
    own = np.diag(d)
    others = np.where(person[:, None] == person, np.inf, d).min(axis=1)
    return np.mean(others < own)

steps = np.arange(7)
moved = np.array([lost(np.roll(small, step, axis=2)) for step in steps])
brighter = np.array([lost(small * (1 + 0.1 * step)) for step in steps])
print("moved by 0 to 6 of 46 pixels:", [f"{share:.0%}" for share in moved])
print("brighter by 0% to 60%:       ", [f"{share:.0%}" for share in brighter])
words = ("Both curves stay near 0 at first. The one for moving climbs steeply from 3 pixels on, "
         "the one for light from 4 steps on.")
curves = {"moved (pixels)": 100 * moved, "brighter (steps of 10%)": 100 * brighter}
axes = ("size of the change", "lost to somebody else (%)")
plots.curves_figure(steps, curves, axes, "A few pixels, and somebody else is nearer", words)

# %% [markdown]
# Pixels forgive a small change and break at a larger one. Moved by 4 pixels of 46, 44% of the pictures are taken for somebody else; the light has to change more to do as much harm. We want features that change with the *person* and with nothing else.
#
# ## 9. A second baseline: Fisherfaces
#
# Can features be *learned*? In 1997 Belhumeur, Hespanha and Kriegman looked for the directions in pixel space in which different people differ most, and pictures of one person least. Two steps of linear algebra do it. Principal component analysis keeps the directions of
# largest variation (called *eigenfaces*; here 200). Linear discriminant analysis then weighs them by how well they tell the training people apart.
#
# Now somebody is learned from, and `trained_on` matters. Let us try to cheat, and judge the method on its own training people:

# %%
from course_utils.faces.baselines import fisherfaces

train = np.isin(person, split.train)
learned = fisherfaces(features[train], person[train]).transform(features)
try:
    one_shot(learned, split.train, trained_on=split.train)
except ValueError as error:
    print("Refused:", error)

# the guard knows only what it is told: lie to it once, to see how much we would have been flattered
for who, people in {"trained on": split.train[:10], "never seen": split.test}.items():
    before = one_shot_accuracy(one_shot(features, people))
    after = one_shot_accuracy(one_shot(learned, people))
    print(f"ten people {who}:  pixels {before:.1%}, Fisherfaces {after:.1%}")

# %% [markdown]
# For pixels, these ten training people are the *harder* ones. And yet Fisherfaces gets all of them right, and gains far less on strangers. That is memory, not skill. The evaluation is right to refuse. Now honestly, on all four splits:

# %%
by_split = []
for fold in folds:
    train = np.isin(person, fold.train)
    learned = fisherfaces(features[train], person[train]).transform(features)
    by_split.append(one_shot(learned, fold.test, trained_on=fold.train))

table = {}
for name, trials in {"pixels": pixel_trials, "Fisherfaces": pool(by_split)}.items():
    interval = bootstrap_interval(lambda drawn, trials=trials: one_shot_accuracy(trials, drawn), person)
    table[name] = one_shot_accuracy(trials), interval
    print(f"{name:12} {table[name][0]:.1%}, 95% interval {interval.low:.1%} to {interval.high:.1%}")
title = "Learned directions help; the intervals overlap"
plots.intervals_figure(table, title, "one-shot accuracy on people never seen")

# %% [markdown]
# Do overlapping intervals mean that we cannot tell? No: both methods were asked about the same people. As with the damage, look at the difference:

# %%
def gain(drawn):
    """What Fisherfaces gain over pixels, in points."""
    return 100 * (one_shot_accuracy(pool(by_split), drawn) - one_shot_accuracy(pixel_trials, drawn))

low, high = bootstrap_interval(gain, person)
print(f"Fisherfaces minus pixels: {gain(person):.1f} points, 95% interval {low:.1f} to {high:.1f}")

# %% [markdown]
# The interval stays above 0: learning helps, even with 25 people and two steps of linear algebra. (What other *training* people would change is not in it.) But Fisherfaces are linear. They weigh pixels; they cannot say "an eye, wherever it is". For that we need a network.
#
# ## 10. In the margin: the slope at zero
#
# *You may leave this section until you start lesson 2.* A network learns by following the slope of $d$, its gradient. One point needs care: two *equal* pictures. The chain rule multiplies the slope of the root, which is infinite at 0, by the slope of the square, which is 0 there. Infinity times 0 is not a
# number, and TensorFlow says so:

# %%
from course_utils.backend import tf

def distance_and_slope(root, gap):
    """Distance of two points that differ by `gap` in one of two coordinates, and its slope there."""
    x, y = tf.Variable([1.0 + gap, 2.0]), tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        d = root(tf.reduce_sum((x - y) ** 2))
    return float(d), float(tape.gradient(d, x)[0])

distance_and_slope(tf.sqrt, gap=0.0)

# %% [markdown]
# The slope is `nan`, *not a number*. One such pair among thousands, and every weight of a network becomes `nan`. Three fixes are common. Each changes what happens to the squared distance $s$ on its way through the root:

# %%
def clamped(s):
    return tf.sqrt(tf.maximum(s, 1e-7))

def shifted(s):
    return tf.sqrt(s + 1e-7)

def guarded(s):
    root = tf.sqrt(tf.where(s > 0, s, 1.0))  # never take the root at 0 ...
    return tf.where(s > 0, root, 0.0)  # ... and put the 0 back

fixes = {"guarded": guarded, "clamped": clamped, "shifted": shifted}
for name, fix in fixes.items():
    (d_0, slope_0), (_, slope) = distance_and_slope(fix, gap=0.0), distance_and_slope(fix, gap=1e-4)
    print(f"{name}:  d(x, x) = {d_0:.6f}, slope there {slope_0:.2f}; "
          f"slope at d = 0.0001: {slope:.2f} (true: 1)")

gaps = np.linspace(0, 1e-3, 100, dtype=np.float32)
curves = {name: np.array([1e3 * distance_and_slope(fix, gap)[0] for gap in gaps])
          for name, fix in fixes.items()}
title = "Only the guard follows the true distance down to 0"
words = ("Guarded is the straight diagonal. Clamped is flat at 0.3 and joins it with a corner. "
         "Shifted starts at 0.3 too and bends towards the diagonal.")
axes = ("true distance, in thousandths", "fixed distance, in thousandths")
plots.curves_figure(1e3 * gaps, curves, axes, title, words)

# %% [markdown]
# - **clamped** is never `nan`, but flat *near* 0: two different people who ended up close to one point feel no slope, and stay there.
# - **shifted** is smooth, but says that a picture differs from itself.
# - **guarded** is exact. Only at 0 itself is its slope 0. The package uses it.
#
# ## Key points
#
# - Verification asks "is it the person they claim to be?", one comparison; recognition asks "which of $K$, or nobody?", $K$ comparisons.
# - A distance $d$ and a threshold $\tau$ answer both, and a new person needs one picture, not a new training.
# - A threshold trades false accepts for false rejects. It has a unit. It is chosen on people held out for it, and on enough of them.
# - Accuracy over pairs is useless. Report EER, TAR at a stated FAR, or one-shot accuracy, with an interval over *people*.
# - Raw pixels are a strong baseline on these faces. They break when a face moves by a few pixels, or the light changes strongly.
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
# <details><summary>Answer</summary>On people it has learned, same pairs are too close and different pairs too far apart. A $\tau$ with a FAR of 1% there is too loose for strangers; a $\tau$ of equal errors is too strict. Either way, you do not get what you were promised.</details>
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
# - [Exercises 01](assignments/release/01_exercises/01_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - F. Samaria, A. Harter, *Parameterisation of a stochastic model for human face identification*, 1994: the ORL faces.
# - P. Belhumeur, J. Hespanha, D. Kriegman, *Eigenfaces vs. Fisherfaces*, 1997.
# - B. Efron, R. Tibshirani, *An introduction to the bootstrap*, 1993.
# - Z. Na, *Week 4 lecture notes: special applications*, 2018: the formulas in our notation.
#
# Faces: AT&T Laboratories Cambridge. What they may and must not be used for: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** We want a function $f$ that turns a picture into a point, so that pictures of one person lie close together and pictures of different people far apart, for people whom $f$ has never seen. How can it learn that, when all
# we can tell it is "these two are the same" and "these two are not"?
