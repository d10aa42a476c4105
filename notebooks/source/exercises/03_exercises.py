# %% [markdown]
# # Exercises 03: triplet loss
#
# *After [lesson 03](../../../03_triplet_loss.ipynb). About 80 minutes, TOTAL points.*
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
# Until the last exercise no network is trained, so there is nothing to wait for. A picture's embedding is the picture itself:
# shrunk to $28 \times 23$ pixels, its mean taken away, scaled to length 1. A batch has $P = 6$ people with $K = 4$ pictures
# of each.

# %% locked="run-batch"
faces = load_faces().of([3, 5, 16, 17, 28, 40])
batch_labels = faces.person[:, ::3].ravel()  # (24,): four times the first person, four times the second
batch_pictures = faces.pictures[:, ::3].reshape(24, 112, 92)
f = batch_pictures.reshape(24, 28, 4, 23, 4).mean(axis=(2, 4)).reshape(24, -1)
f = f - f.mean(axis=1, keepdims=True)
f = f / np.linalg.norm(f, axis=1, keepdims=True)  # (24, 644)
# (24, 24): the distance of every picture from every picture; this short formula needs embeddings of length 1
batch_d = np.sqrt(np.maximum(0, 2 - 2 * f @ f.T).round(12))
print("labels", batch_labels.shape, "  embeddings", f.shape, "  distance matrix", batch_d.shape)

# %% [markdown] locked="q-triplet-loss"
# ## The triplet loss
#
# Write `triplet_loss(anchor, positive, negative, gap)`. The first three hold the embeddings $f(p_i)$ of the query (the
# anchor), $f(p_i^+)$ of the positive and $f(p_i^-)$ of the negative, each of shape `(triplets, features)`. `gap` is a number,
# $g$. It returns the loss of each triplet, shape `(triplets,)`:
#
# $$l(p_i, p_i^+, p_i^-) = \max\big\{0,\; g + D\big(f(p_i), f(p_i^+)\big) - D\big(f(p_i), f(p_i^-)\big)\big\}$$
#
# $D$ is the Euclidean distance, not squared. A small number that is *added* under its root counts as right up to $10^{-12}$.


# %% exercise="triplet_loss" practises="write the triplet loss"

# %% [markdown] locked="q-batch-distances"
# ## The distance matrix
#
# Write `batch_distances(embeddings)` for an array of shape `(n, features)`. It returns the distance matrix, shape `(n, n)`:
# row $i$ and column $j$ hold the Euclidean distance of embeddings $i$ and $j$. Each picture is compared with itself, too. The
# embeddings may have any length, and two of them may be equal: then their distance is 0. A small number that is *added* under
# the root counts as right up to $10^{-12}$, with a remark; a larger one is a mistake.


# %% exercise="batch_distances" practises="in the distance matrix"

# %% [markdown] locked="q-triplet-counts"
# ## Predict, then run: how many triplets?
#
# A batch has $P$ people and $K$ pictures of each, both at least 2. A triplet is a query, a positive and a negative: three
# different pictures. If query and positive change places, that is another triplet. Three numbers are asked for:
#
# - all triplets of the batch;
# - those that **batch-hard** uses: one for each query;
# - those that **semi-hard** uses: one for each pair of a query and a positive of it.
#
# Write your prediction as a function before you run the cell that counts. `triplet_counts(people, pictures)` gets $P$ and $K$
# and returns an array of the three numbers, in this order.


# %% exercise="triplet_counts" practises="find the triplets" kind="predict"

# %% [markdown] locked="q-triplet-counts-2"
# Now count, one triplet after the other: first in the batch of faces, then in two parts of it.

# %% locked="run-triplet_counts"
from itertools import permutations

def counted(labels):
    threes = permutations(range(len(labels)), 3)  # of different pictures, in each order
    found = [(q, p, n) for q, p, n in threes if labels[q] == labels[p] and labels[q] != labels[n]]
    return len(found), len({q for q, _, _ in found}), len({(q, p) for q, p, _ in found})

for P, K in ((6, 4), (6, 2), (3, 4)):
    labels = batch_labels.reshape(6, 4)[:P, :K].ravel()
    print(f"P = {P}, K = {K}: counted  ", *counted(labels))
    print(f"{'':14} predicted", *np.asarray(triplet_counts(P, K)))

# %% check="triplet_counts"

# %% [markdown] locked="q-batch-hard-triplets"
# ## Batch-hard: which triplets?
#
# The lesson computed the *loss* of the hardest triplets. To see their pictures, you need to know *which* they are.
#
# Write `batch_hard_triplets(labels, d)`. `labels` is an array of shape `(n,)`: the number of the person on each picture. The
# pictures of one person need not stand together. `d` is the distance matrix of the batch, `(n, n)`. It returns an array of
# whole numbers, `(triplets, 3)`, with a row for each query, from picture 0 to the last one. The columns are the indexes of
#
# - the query,
# - its farthest positive,
# - its nearest negative.
#
# A picture is never its own positive; but two *different* pictures can be at distance 0. If several are equally far, take the
# one with the smallest index. If a query has no positive, leave its row out. Every query has a negative.


# %% exercise="batch_hard_triplets" practises="find the triplets"

# %% [markdown]
# Look at the three worst triplets of the batch of faces. For the pixels the positive is far from the query: what has changed
# between the two pictures? And what do the query and the stranger have in common?

# %% tags=["experiment"]
from course_utils import plots

triplets = batch_hard_triplets(batch_labels, batch_d)
query, positive, negative = triplets.T
worst = triplets[np.argsort(batch_d[query, negative] - batch_d[query, positive])[:3]]
captions = [f"{name}{batch_d[row[0], k]:.2f}" if name else "query"
            for row in worst for name, k in zip(("", "positive ", "negative "), row)]
words = ("Three rows of three portraits: a query, its farthest positive and its nearest negative. "
         "In each row the negative has the smaller distance.")
title = "For the pixels, the stranger is nearer"
plots.picture_grid(batch_pictures[worst.ravel()], captions, title, words, columns=3, width=1.3)

# %% [markdown] locked="q-mended-active-share"
# ## Find the bug: triplets that are none
#
# A triplet is **active** if its loss is not 0. A fellow student wants to know which share of all triplets of a batch is
# active. The function below is tried on four pictures of two people. One person's pictures are 3 apart, strangers are 2
# apart, and the gap is 1: each triplet of this batch is hard. Look at what is printed.

# %% locked="run-active_share"
def active_share(labels, d, gap):
    same = labels[:, None] == labels[None, :]
    loss = gap + d[:, :, None] - d[:, None, :]  # (n, n, n): query, positive, negative
    is_triplet = same[:, :, None] & ~same[:, None, :]
    return np.mean(loss[is_triplet] > 0)

four_labels = np.array([1, 1, 2, 2])
four_d = np.array([[0, 3, 2, 2], [3, 0, 2, 2], [2, 2, 0, 3], [2, 2, 3, 0]])
print(f"four pictures, all triplets hard: {active_share(four_labels, four_d, gap=1):.0%} active")
print(f"the batch of faces, gap 0.2:      {active_share(batch_labels, batch_d, gap=0.2):.0%} active")

# %% [markdown] locked="q-mended-active-share-2"
# Where do the triplets come from that are not active? List the triplets of one of the four pictures by hand, and compare them
# with those that the function counts.
#
# Write `mended_active_share(labels, d, gap)`, with labels `(n,)`, the distance matrix `(n, n)` and the gap, a number. It
# returns one number from 0 to 1: of all triplets of the batch, the share whose loss is above 0. Each triplet counts the same.
# Again two different pictures can be at distance 0. The batch has at least one triplet.


# %% exercise="mended_active_share" practises="recognise a collapsed network" kind="flaw"

# %% [markdown] locked="q-kinds-of-triplets"
# ## Easy, semi-hard, hard
#
# Write `kinds_of_triplets(positive, negative, gap)`. `positive` and `negative` hold, for each triplet, the distance of the
# query from its positive and from its negative, both `(triplets,)`. `gap` is a number, 0 or more. It returns an array or a list
# with one word for each triplet:
#
# - `"hard"` if the negative is at most as far away as the positive,
# - `"easy"` if it is farther away, and the triplet costs nothing,
# - `"semi-hard"` if it is farther away, and the triplet costs something.
#
# What a triplet costs is as in `triplet_loss`. In the checks all distances are eighths, so that sums are exact.


# %% exercise="kinds_of_triplets" practises="semi-hard and a hard triplet"

# %% [markdown]
# Which kinds does batch-hard choose from the faces? And which ones are there at all?

# %% tags=["experiment"]
same = batch_labels[:, None] == batch_labels[None, :]
is_triplet = (same & ~np.eye(24, dtype=bool))[:, :, None] & ~same[:, None, :]
every = np.argwhere(is_triplet)  # query, positive, negative of all triplets
for name, triplets in {"all triplets": every, "batch-hard": batch_hard_triplets(batch_labels, batch_d)}.items():
    query, positive, negative = np.asarray(triplets).T
    kinds = np.asarray(kinds_of_triplets(batch_d[query, positive], batch_d[query, negative], 0.2))
    print(f"{name:13}", "  ".join(f"{kind} {np.mean(kinds == kind):4.0%}" for kind in ("easy", "semi-hard", "hard")))

# %% [markdown] locked="q-squared-gap"
# ## Predict, then run: the same demand, squared
#
# A friend uses the triplet loss with *squared* distances, $\max\{0,\; g_2 + D^2(q, p) - D^2(q, n)\}$ for query $q$, positive
# $p$ and negative $n$. You use it with plain ones, and your gap is $g$. For a positive that lies at a certain distance, which
# gap $g_2$ does your friend need, so that both losses become 0 at the same distance of the negative?
#
# Write your prediction as a function before you run the cell below: `squared_gap(gap, positive)`, with your gap $g$, a number
# from 0 up, and `positive`, the distances $D(q, p)$ of some positives, `(triplets,)`. It returns $g_2$ for each of them,
# `(triplets,)`.


# %% exercise="squared_gap" practises="what a gap asks for" kind="predict"

# %% [markdown]
# Now look for the place where your friend's loss becomes 0, by trying. How far behind the positive is it? And what would one
# squared gap for all triplets ask for?

# %% locked="run-squared_gap"
positives = np.array([0.1, 0.5, 1.0, 1.5])
tried = np.linspace(0, 3, 30001)  # distances of the negative
for name, gaps in {"your gaps": np.asarray(squared_gap(0.5, positives)), "0.5 for all": np.full(4, 0.5)}.items():
    loss = np.maximum(0, gaps[:, None] + positives[:, None] ** 2 - tried**2)
    behind = tried[(loss <= 1e-9).argmax(axis=1)] - positives
    print(f"{name:11}", "  ".join(f"positive at {d}: {step:.2f} behind" for d, step in zip(positives, behind)))

# %% check="squared_gap"

# %% [markdown] locked="q-stands-still"
# ## A curve that stands still
#
# *Objective: say from its curves what has become of a network, and how to mend it.*
#
# The next cell trains a network without batch normalisation on the faces of 25 people, by batch-hard, with a gap of 0.3. It
# takes about 15 seconds. Run it, and look at both panels.

# %% tags=["experiment"]
from course_utils import plots
from course_utils.backend import keras
from course_utils.faces.networks import Standardise
from course_utils.faces.training import train

def without_normalisation():
    keras.utils.set_random_seed(0)
    layers = [keras.Input((56, 46, 1)), Standardise()]
    for channels in (8, 16, 32, 64):
        layers += [keras.layers.Conv2D(channels, 3, padding="same"), keras.layers.LeakyReLU()]
        layers += [keras.layers.MaxPooling2D()]
    layers += [keras.layers.Flatten(), keras.layers.Dense(64), keras.layers.UnitNormalization()]
    return keras.Sequential(layers)

learned_from = load_faces().of(range(1, 26))
run = train(learned_from.pictures.reshape(250, 112, 92), learned_from.person.ravel(), "batch_hard",
            gap=0.3, steps=60, encoder=without_normalisation(), progress=False)
words = ("Left: the loss falls in the first steps and then stays the same. "
         "Right: the mean distances of the same and of different people both fall towards 0.")
plots.training_curves({"batch-hard": run.history}, "The loss falls. Is that good news?", words)

# %% [markdown] locked="q-stands-still-2"
# Answer each question in two to five sentences:
#
# - **What has happened?** (1 point) Give the evidence from *both* panels, and say why the loss stays at this value and at no
#   other value.
# - **"Its AUC on people never seen is 0.88, so all is well."** (1 point) Somebody says this of the network. What do you answer,
#   and which number do you show them?
# - **What would you do?** (1 point) Name one change of the training, say why it should help, and how you would see that it has.
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - Collapse: distances of the same *and* of different people near 0, and a loss that stays at the gap, for $g + 0 - 0 = g$. Half
#   a point without the reason for the value.
# - AUC looks at the order of distances only, and an order survives when all of them shrink; and a number that shows the damage,
#   such as the mean distance of strangers or the FAR at a healthy network's $\tau$. Half a point for each.
# - A change that fits (semi-hard triplets, batch normalisation, a smaller learning rate), its reason, and a sign in the curves or
#   on people never seen. Half a point if the reason or the sign is missing.
# <!-- END MARK SCHEME -->

# %% [markdown] written="stands-still" points=3 practises="recognise a collapsed"
# The network has collapsed: it sends all pictures to nearly one point. On the right the distances of the same *and* of
# different people go towards 0; on the left the loss stays close to 0.3, the gap. If all distances are 0, each triplet
# costs $g + 0 - 0 = g$, whichever pictures are chosen. The loss has fallen only because batch-hard began above the gap.
#
# AUC looks at the order of distances only, and an order can survive when everything shrinks. The mean distance of two
# strangers shows the damage: it is nearly 0. So does the false accept rate at the threshold of a healthy network: every
# stranger gets in.
#
# I would train with semi-hard triplets. Their negatives are farther than the positives, so their loss starts below $g$, and
# sending everybody to one point would make it larger. (Batch normalisation or a smaller learning rate is also worth a try.)
# The change has helped if the loss goes on falling well below $g$, if the distance of strangers grows, and if people never
# seen are told apart.
