# %% [markdown]
# # 3 · Triplet loss
#
# One of the two pictures on the right shows the man on the left. Which one? And *by how much* should it be nearer to him than the other?

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.feedback.lesson import check, guess, hint

faces = load_faces()
pictures = faces.pictures.reshape(400, 112, 92)
person = faces.person.ravel()  # whom each picture shows
three = [34, 32, 29]  # of the 400 pictures
words = ("Three portraits. Left: a man without glasses looks to the side. Middle: the same man "
         "with large glasses. Right: another man, without glasses, who looks ahead.")
title = "Which one shows the man on the left?"
plots.picture_grid(pictures[three], ["the man", "?", "?"], title, words, width=2.2)

# %% [markdown]
# You looked past the glasses. Pixels do not: for them the man on the right is nearer, as you will see in section 4. In lesson 2 an encoder $f$ learned from *two* pictures at a time, and many pairs of strangers had soon nothing left to teach. In this lesson it learns from three, and we choose which three.
#
# **Questions**
#
# - What can we ask of three pictures that we cannot ask of two?
# - Why do most random triplets soon teach nothing, and how do we find those that do?
# - How do we notice that a network has sent everybody to one point?
#
# **Objectives.** After this lesson you can
#
# - write the triplet loss, and tell an easy, a semi-hard and a hard triplet apart,
# - find the triplets worth learning from in the distance matrix of one batch,
# - recognise a collapsed network by its loss and its distances, and say why AUC raises no alarm,
# - say what a gap asks for in plain and in squared distances, and why no gap in one equals a gap in the other.
#
# **Before you start**: lessons 1 and 2.
#
# **Time**: 60 minutes to read and to write two functions, 30 minutes for the questions at the end; the notebook runs in RUN_TIME on two cores. The [exercises](assignments/release/03_exercises/03_exercises.ipynb) are another 80 minutes.
#
# ## 1. Three pictures, one wish
#
# The contrastive loss makes two absolute demands: one person at distance 0, two people a margin apart. But to name somebody we need only an *order*: their own pictures nearer than everybody else's. An order takes three pictures, a <dfn>triplet</dfn>. The $i$-th triplet has
#
# - $p_i$, the **query**, also called the *anchor*: any picture;
# - $p_i^+$, the <dfn>positive</dfn>: another picture of the same person;
# - $p_i^-$, the <dfn>negative</dfn>: a picture of anybody else.
#
# With the Euclidean distance $D$ between the points that the encoder $f$ makes of them, the wish is
#
# $$D\big(f(p_i), f(p_i^+)\big) + g \;\leq\; D\big(f(p_i), f(p_i^-)\big).$$

# %% jupyter={"source_hidden": true}
plots.triplet_objective(pictures[three])

# %% [markdown]
# The number $g > 0$ is the <dfn>gap</dfn>: the stranger has to be farther away than the positive by this much. It has the unit of $D$. The <dfn>triplet loss</dfn> is what is missing to fulfil the wish, and 0 where nothing is missing:
#
# $$\begin{aligned}l(p_i, p_i^+, p_i^-) = \max\big\{0,\; g &+ D\big(f(p_i), f(p_i^+)\big)\\&- D\big(f(p_i), f(p_i^-)\big)\big\}\end{aligned}$$
#
# **Predict.** The gap is $g = 0.5$, and the positive lies 0.6 away from the query. What is the loss when the negative lies 1.3 away? And 0.9? And 0.4?
#
# <details><summary>Answer</summary>
#
# $0.5 + 0.6 - 1.3 = -0.2$ is below 0, so the loss is 0. Then $0.5 + 0.6 - 0.9 = 0.2$. Then $0.5 + 0.6 - 0.4 = 0.7$: more than the gap, because the stranger is nearer than the positive.
#
# </details>
#
# **Your turn.** Write the loss for many triplets at once. `anchor`, `positive` and `negative` are points, each array (triplets, features); the loss is (triplets,). `distances.euclidean(a, b)` gives the distance of each row of `a` from the same row of `b`. A solution is folded in the cell after, with your three predictions: run it in any case.

# %%
from course_utils.faces import distances

def triplet_loss(anchor, positive, negative, gap):
    """Loss of each triplet; three times (triplets, features) -> (triplets,)."""
    raise NotImplementedError()  # your lines

check("triplet_loss", triplet_loss)

# %% tags=["nbval-check-output"] jupyter={"source_hidden": true}
def triplet_loss(anchor, positive, negative, gap):
    """Loss of each triplet; three times (triplets, features) -> (triplets,)."""
    to_positive = distances.euclidean(anchor, positive)
    to_negative = distances.euclidean(anchor, negative)
    return np.maximum(0, gap + to_positive - to_negative)

anchors = np.zeros((3, 2))  # three triplets of points in the plane
positives = np.array([[0, 0.6], [0, 0.6], [0, 0.6]])
negatives = np.array([[1.3, 0], [0.9, 0], [0.4, 0]])
costs = triplet_loss(anchors, positives, negatives, gap=0.5)
for name, cost in zip(["easy", "semi-hard", "hard"], costs):
    print(f"{name:10} loss {cost:.1f}")

# %% [markdown]
# The three cases have names, and the rest of the lesson turns on them:
#
# | triplet | where the negative lies | loss |
# | --- | --- | --- |
# | <dfn>easy</dfn> | farther than the positive, by the gap or more | 0 |
# | <dfn>semi-hard</dfn> | farther than the positive, but by less than the gap | between 0 and $g$ |
# | <dfn>hard</dfn> | nearer than the positive | above $g$ |
#
# Where the loss is above 0, its slope is 1 along the distance to the positive, and $-1$ along that to the negative: the positive is pulled closer, the stranger pushed away, always with the same force. Where it is 0, the slope is 0 too. **An easy triplet teaches nothing.** A triplet whose loss is not 0 is called <dfn>active</dfn>.
#
# The triplet below is semi-hard, so it is active. Each arrow shows the slope, downhill: the longer, the stronger the pull. Which way does each point go? In the live figure, drag the points and move the gap. Where must the negative go so that the arrows vanish? When does a change of $g$ alone do it? And what is different with squared distances?

# %%
from course_utils import explorables

explorables.triplets((-0.6, 0), (-0.6, 0.6), (0.3, 0), gap=0.5, pictures=pictures[three])

# %% [markdown]
# With plain distances the arrows of the positive and of the negative are equally long, wherever the points are. With squared distances a far point is pulled or pushed harder than a near one. Section 6 comes back to that.
#
# ### Why a gap at all?
#
# Without it, the wish would be: "the positive not farther than the stranger". There is a cheap way to fulfil that for every triplet at once: send every picture to the same point. Then both distances are 0, and each triplet costs $\max\{0, g + 0 - 0\} = g$.
#
# Without a gap, sending everybody to one point is *perfect*. With the gap it costs exactly $g$. A network that does it has <dfn>collapsed</dfn>. So this loss, too, has a price of knowing nothing: **a loss that stands still at $g$ is a warning.** Section 5 shows one.
#
# ## 2. Random triplets
#
# Now a network. The people are those of lesson 2: 25 to learn from, ten others to be judged on. Each step of training may look at 60 pictures, here 20 triplets; in lesson 2 it was 30 pairs. That is the same budget. Only to save your time we stop after 250 steps instead of 400. (The positive is always *another* picture. Were it the query itself, its distance would be 0.)

# %% tags=["long"]
from course_utils.data.splits import read_folds
from course_utils.faces import losses, sampling
from course_utils.faces.baselines import fisherfaces, pixels
from course_utils.faces.networks import embed, embedding_network
from course_utils.faces.protocol import differences_between, pairs_and_distances, read_table, score
from course_utils.faces.training import train

GAP = 0.5
STEPS = 250
fold = read_folds()[0]
is_train = np.isin(person, fold.train)
is_test = np.isin(person, fold.test)
who = person[is_train]
f_untrained = embed(embedding_network(), pictures)
random_run = train(pictures[is_train], who, "triplet", gap=GAP, steps=STEPS)
f_random = embed(random_run.encoder, pictures)

# %% jupyter={"source_hidden": true}
words = ("Left: the loss falls steeply in the first 100 steps, then creeps down to about 0.05. "
         "Right: the mean distance of different people rises to 1.4, that of one person stays "
         "between 0.6 and 0.9.")
history = {"random triplets": random_run.history}
plots.training_curves(history, "A steep start, then a crawl", words, baseline=("all at one point", GAP))

# %% tags=["guard"]
query, positive, negative = next(sampling.triplets(who, 20))
assert (who[query] == who[positive]).all() and (query != positive).all()
assert random_run.history.loss[:15].mean() > 0.3 and random_run.history.loss[100:].mean() < 0.1

# %% [markdown]
# The loss falls fast, and then it crawls. Has the network learned its task, or has it run out of work? Count the triplets that are still active, among 5000 random ones of the people it learned from, and 5000 of the people never seen. What percentage of the first will it be? Write your guess in the first line.

# %%
still_active = guess(...)

def active(f, of):  # share of random triplets of some pictures that still cost something
    query, positive, negative = next(sampling.triplets(person[of], 5000))
    return np.mean(triplet_loss(f[of][query], f[of][positive], f[of][negative], GAP) > 0)

for name, f in {"untrained": f_untrained, "random triplets": f_random}.items():
    print(f"{name:16} learned from {active(f, is_train):6.1%}, never seen {active(f, is_test):6.1%}")
still_active.is_really(100 * active(f_random, is_train), "%")

# %% tags=["guard"]
assert active(f_untrained, is_train) > 0.99
assert 0.1 < active(f_random, is_train) < 0.15
assert 1.7 < active(f_random, is_test) / active(f_random, is_train) < 2.3

# %% [markdown]
# At the start nearly every triplet teaches. In the end about one in eight does: of 20 such triplets some 17 would be embedded for nothing. (We counted pictures as they are; those of a training step are changed a little, so more may be active there.) Of people never seen, twice as many triplets fail the wish; but from these the network may not learn. Is one triplet in eight all that is left to learn from the 25? That is a question about *which* triplets we draw. So look at all of them.
#
# ## 3. A batch is full of triplets
#
# What costs time in a step is the encoder: 60 pictures have to go through it. For one picture it multiplies some nine million times, for the distance of two points 64 times. So do not draw 20 triplets. Draw $P = 15$ people and $K = 4$ pictures of each, and look at *every* triplet among these 60 pictures.
#
# **Predict.** How many are there?
#
# <details><summary>Answer</summary>
#
# Each of the 60 pictures can be the query. It has $K - 1 = 3$ positives and $14 \cdot 4 = 56$ negatives: $60 \cdot 3 \cdot 56 = 10080$ triplets. The next cell counts them.
#
# </details>

# %%
batch = np.flatnonzero(is_train)[next(sampling.people_and_pictures(who, 15, 4))]
labels = person[batch]  # (60,): four times the first person, four times the second, ...
d = distances.pairwise(f_random[batch])  # (60, 60): each picture from each

same = labels[:, None] == labels[None, :]
is_positive = same & ~np.eye(60, dtype=bool)  # (60, 60): is picture j a positive of picture i?
# (60, 60, 1) & (60, 1, 60) -> (60, 60, 60): is (i, j, k) a triplet?
is_triplet = is_positive[:, :, None] & ~same[:, None, :]
query, positive, negative = np.nonzero(is_triplet)
print(len(query), "triplets")
to_positive = d[query, positive]
to_negative = d[query, negative]
plots.gap_figure(to_positive, to_negative, GAP)

# %% tags=["guard"]
is_active = GAP + to_positive - to_negative > 0
multiplied = 0  # for one picture: a kernel at each place of its layer's answer
for layer in random_run.encoder.layers:
    kernel = getattr(layer, "kernel", None)
    if kernel is not None:
        multiplied += np.prod(layer.output.shape[1:-1], dtype=int) * np.prod(kernel.shape)
assert 8.5e6 < multiplied < 9.5e6 and f_random.shape[1] == 64
assert len(query) == 10080 and 1400 < is_active.sum() < 2000
assert 1 / 7.5 < np.mean(is_active) < 1 / 5.2 and np.sum(to_negative < to_positive) < 100

# %% [markdown]
# About 500 times as many as 20, and all of them in view: the figure sorts them by how much farther the negative is than the positive. The network has learned from these people, and most triplets are easy. But well over a thousand are not: at least 70 times as many as there are triplets in a random batch of 20. With a gap of 0 only the hard ones would be left; with a larger one, more and more triplets become work to do. Now the **distance matrix** `d` as a picture:

# %% jupyter={"source_hidden": true}
words = ("A square of 60 by 60 coloured cells. Along the diagonal 15 dark blocks of 4 by 4: small "
         "distances. The rest is brighter, with dark spots where two people are hard to tell apart. "
         "The darkest of these is the block of persons 18 and 40.")
figure = plots.DescribedFigure(words, (8.4, 7.2))
ax = figure.subplots()
cells = ax.imshow(d, vmin=0, vmax=d.max())
ax.set_xticks(np.arange(15) * 4 + 1.5, labels[::4], fontsize=12)
ax.set_yticks(np.arange(15) * 4 + 1.5, labels[::4], fontsize=12)
ax.set_xlabel("person", fontsize=12)
ax.set_ylabel("person", fontsize=12)
ax.set_title("Dark on the diagonal; dark elsewhere is work to do", fontsize=13)
figure.colorbar(cells).set_label("distance of two pictures", fontsize=12)
figure

# %% tags=["guard"]
between = d.reshape(15, 4, 15, 4).mean(axis=(1, 3)) + 9 * np.eye(15)
assert {labels[::4][k] for k in np.unravel_index(between.argmin(), (15, 15))} == {18, 40}

# %% [markdown]
# Each block on the diagonal is one person: dark, near. The darkest block beside it, at 18 and 40, is two people whom the network takes for nearly one. *There* are the triplets worth learning from. To look for them is called <dfn>mining</dfn>.
#
# ### The hardest of each row
#
# Each row is one query. Take its farthest positive and its nearest negative: of all triplets of this row, the one that costs most. Hermans, Beyer and Leibe (2017) call it <dfn>batch-hard</dfn>. Here are faces behind the dark block, in a small matrix with the same colours. The row of the first one is framed.

# %% jupyter={"source_hidden": true}
six = np.concatenate([np.flatnonzero(labels == number)[[0, 1, 3]] for number in (18, 40)])
title = "Batch-hard takes one triplet of each row"
small_matrix = d[np.ix_(six, six)]
plots.mining_figure(pictures[batch[six]], labels[six], small_matrix, 0, title, brightest=d.max())

# %% tags=["guard"]
first_row = d[six[0], six]
assert first_row[3:].min() < first_row[1:3].max()

# %% [markdown]
# For this query a picture of 40 is the nearest negative, and nearer than the farther of the two positives: a hard triplet.
#
# **Your turn.** Find the two pictures in each row of a matrix. From the `labels` (n,) and the distances `d` (n, n) make an array (queries, 3): the numbers of query, farthest positive and nearest negative. A query without a positive is left out. `np.flatnonzero(mask)` gives the places where a mask is true, `x.argmax()` the place of the largest. `hint("batch_hard_triplets")` helps; a solution is folded below. The cell after it takes the mean loss of these triplets: the batch-hard loss.

# %%
def batch_hard_triplets(labels, d):
    """Query, farthest positive, nearest negative of each row; (n,), (n, n) -> (queries, 3)."""
    raise NotImplementedError()  # your lines

check("batch_hard_triplets", batch_hard_triplets)

# %% jupyter={"source_hidden": true}
def batch_hard_triplets(labels, d):
    """Query, farthest positive, nearest negative of each row; (n,), (n, n) -> (queries, 3)."""
    triplets = []
    for query, row in enumerate(d):
        same = labels == labels[query]
        strangers = np.flatnonzero(~same)
        same[query] = False  # no picture is its own positive
        own = np.flatnonzero(same)
        if len(own):
            triplets.append([query, own[row[own].argmax()], strangers[row[strangers].argmin()]])
    return np.array(triplets)

# %%
def batch_hard(embeddings, labels, gap):
    """Mean loss over the queries, each with its farthest positive and its nearest negative."""
    d = distances.pairwise(embeddings)  # (n, n)
    query, positive, negative = batch_hard_triplets(labels, d).T
    return np.maximum(0, gap + d[query, positive] - d[query, negative]).mean()

print(f"mean loss of all triplets:    {np.maximum(0, GAP + to_positive - to_negative).mean():.3f}")
print(f"of the hardest of each query: {batch_hard(f_random[batch], labels, GAP):.3f}")
q, farthest, nearest = batch_hard_triplets(labels, d).T
hardest_active = np.mean(GAP + d[q, farthest] - d[q, nearest] > 0)
print(f"active of the hardest:        {hardest_active:.0%}")

# %% tags=["guard"]
assert hardest_active > 0.95

# %% [markdown]
# The same network, the same pictures. Of all triplets about one in six is active, of the hardest of each query nearly all.
#
# ### Not too hard: semi-hard
#
# The hardest negative may be too hard: a wrong label, a bad picture, or, when training begins, almost anybody. FaceNet (Schroff, Kalenichenko and Philbin, 2015) takes a milder one: for *each* query and *each* of its positives, **the nearest negative that is farther away than the positive**. If there is none, the farthest negative. The *rule* asks only for "farther than the positive". So the *triplet* that it takes can also be easy, if that negative lies beyond the gap, or hard, where nobody is farther. The second cell counts them, and compares both losses with those of the package.

# %%
def semi_hard_triplets(labels, d):
    """Query, positive, semi-hard negative for each query and positive; (n,), (n, n) -> (pairs, 3)."""
    triplets = []
    same = labels[:, None] == labels
    for query, positive in np.argwhere(same & ~np.eye(len(labels), dtype=bool)):
        strangers = np.flatnonzero(~same[query])
        farther = strangers[d[query, strangers] > d[query, positive]]
        negative = strangers[d[query, strangers].argmax()]  # if nobody is farther
        if len(farther):
            negative = farther[d[query, farther].argmin()]
        triplets.append([query, positive, negative])
    return np.array(triplets)

def semi_hard(embeddings, labels, gap):
    """Mean loss over all pairs of query and positive, each with its semi-hard negative."""
    d = distances.pairwise(embeddings)
    query, positive, negative = semi_hard_triplets(labels, d).T
    return np.maximum(0, gap + d[query, positive] - d[query, negative]).mean()

# %%
for ours, theirs in ((batch_hard, losses.batch_hard), (semi_hard, losses.semi_hard)):
    print(f"{ours.__name__:10} ours {ours(f_random[batch], labels, GAP):.5f}, "
          f"the package's {theirs(f_random[batch], labels, GAP):.5f}")

of_each, own, taken = semi_hard_triplets(labels, d).T
ahead = d[of_each, taken] - d[of_each, own]
print(f"the semi-hard rule takes {len(ahead)} triplets: {np.sum(ahead <= 0)} hard, "
      f"{np.sum((ahead > 0) & (ahead < GAP))} semi-hard, {np.sum(ahead >= GAP)} easy")

# %% tags=["guard"]
assert len(ahead) == 180 and np.mean((ahead > 0) & (ahead < GAP)) > 0.8
assert 2 < np.sum(ahead >= GAP) < 36 and np.sum(ahead <= 0) < 10
for ours, theirs in ((batch_hard, losses.batch_hard), (semi_hard, losses.semi_hard)):
    assert abs(float(theirs(f_random[batch], labels, GAP)) - ours(f_random[batch], labels, GAP)) < 1e-5

# %% jupyter={"source_hidden": true}
worst = np.argmax(d[q, farthest] - d[q, nearest])
semi = taken[(of_each == worst) & (own == farthest[worst])][0]
chosen = [worst, farthest[worst], nearest[worst], semi]
told = [f"{k} {x:.2f}" for k, x in zip(["query", "positive", "hardest", "semi-hard"], d[worst, chosen])]
words = f"A query, its farthest positive, nearest stranger, one behind the positive: {', '.join(told)}."
title = "The hardest stranger is nearer than the positive, the semi-hard one is not"
plots.picture_grid(pictures[batch[chosen]], told, title, words, width=2.0)

# %% tags=["guard"]
_, to_own, to_hardest, to_semi = d[worst, chosen]
assert to_hardest < to_own < to_semi < to_own + GAP

# %% [markdown]
# The package has both rules for TensorFlow, where a network can follow their slope; they agree with ours. In this batch most of what the semi-hard rule takes is semi-hard, and some of it easy.
#
# The faces show the query with the most expensive triplet, and the numbers are distances from it. The hardest stranger is nearer than the positive; the semi-hard one lies behind it, by less than the gap.
#
# ## 4. The same budget, better spent
#
# Two more networks. They start from the same weights, and look at 60 pictures a step for as many steps. Only the choice of triplets differs.
#
# **Predict.** Which of the three will have the smallest loss in the end? Will it be the best network?
#
# <details><summary>Answer</summary>The loss cannot tell. Each rule measures it on triplets of *its own* choice. Random triplets are mostly easy, so their loss is small whatever the network knows. Batch-hard counts only the worst of each row, so its loss is large even for a good network.</details>

# %% tags=["long"]
runs = {"random triplets": random_run}
runs["semi-hard"] = train(pictures[is_train], who, "semi_hard", gap=GAP, steps=STEPS)
runs["batch-hard"] = train(pictures[is_train], who, "batch_hard", gap=GAP, steps=STEPS)
methods = {"untrained": f_untrained}
methods |= {name: embed(run.encoder, pictures) for name, run in runs.items()}
words = ("Left: random triplets start below the line of the gap and end low. Semi-hard starts near "
         "the line and ends as low. Batch-hard starts above it, stands near it for a hundred steps, "
         "then falls. The three panels to the right: the distances of different people rise above 1, "
         "for batch-hard only after a long dip to about 0.2.")
histories = {name: runs[name].history for name in ("batch-hard", "semi-hard", "random triplets")}
title = "Batch-hard first draws everybody together, then breaks out"
plots.training_curves(histories, title, words, baseline=("all at one point", GAP))

# %% tags=["guard"]
smooth = {name: np.convolve(run.loss, np.ones(15) / 15, mode="valid") for name, run in histories.items()}
assert abs(smooth["batch-hard"][20:100] - GAP).max() < 0.05 and smooth["batch-hard"][-1] < 0.2
assert smooth["random triplets"][0] < 0.4 and smooth["random triplets"][-1] < 0.06 > smooth["semi-hard"][-1]
assert histories["batch-hard"].different.min() < 0.25 < 1.3 < histories["batch-hard"].different[-1]

# %% [markdown]
# The random triplets have the smallest loss from the start, and in the end it is as small as that of semi-hard. Look at batch-hard: its distances first shrink, of the same *and* of different people, and its loss stands near $g$ for about a hundred steps before it breaks out. Section 5 comes back to it.
#
# Which network is the best? Ask people never seen, and the baselines of lessons 1 and 2:

# %%
raw = pixels(pictures)
methods["pixels"] = raw
methods["Fisherfaces"] = fisherfaces(raw[is_train], who).transform(raw)

def judged(name):
    return score(methods[name][is_test], person[is_test], trained_on=fold.train)

for name in ("pixels", "Fisherfaces", "untrained", *runs):
    print(f"{name:16}", judged(name))

# %% [markdown]
# Look at the last column: how many pairs of one person are accepted when 1% of the pairs of strangers are. Mining looks better there; in one-shot accuracy the three are about level, below the pixels and Fisherfaces. But this is *one* run on *ten* people. What does the difference say when the people are drawn anew?

# %%
from functools import partial
from course_utils.faces.evaluation import bootstrap_interval, tar_at_far

def test_pairs(name):
    return pairs_and_distances(methods[name][is_test], person[is_test], trained_on=fold.train)

pairs, d_random = test_pairs("random triplets")

def gain(d_mined, drawn):
    """Points of TAR that a mined network is ahead of random triplets, on some people."""
    weight = pairs.weight(drawn)
    mined = tar_at_far(d_mined, pairs.same, 0.01, weight)
    return 100 * (mined - tar_at_far(d_random, pairs.same, 0.01, weight))

for name in ("semi-hard", "batch-hard"):
    gain_on = partial(gain, test_pairs(name)[1])
    low, high = bootstrap_interval(gain_on, fold.test, resamples=500)
    print(f"{name} minus random triplets: {gain_on(fold.test):.1f} points of TAR, "
          f"95% interval {low:.1f} to {high:.1f}")

# %% tags=["guard"]
for name in ("semi-hard", "batch-hard"):
    low, high = bootstrap_interval(partial(gain, test_pairs(name)[1]), fold.test, resamples=500)
    assert low < 0 < high
now = {name: judged(name) for name in methods}
trained_ones = ["random triplets", "semi-hard", "batch-hard"]
assert max(now[n].one_shot for n in trained_ones) - min(now[n].one_shot for n in trained_ones) < 0.02
assert all(now[n].one_shot < now["pixels"].one_shot < now["Fisherfaces"].one_shot for n in trained_ones)
assert all(now[name].tar > now["random triplets"].tar + 0.03 for name in ("semi-hard", "batch-hard"))

# %% [markdown]
# Both intervals have 0 in them: ten people cannot tell. So the course has a table. It trains each method on all four splits (on the 30 people outside the ten, since no threshold is chosen, for 400 steps), three times from different random weights, and judges it on forty people. Its results come with the course:

# %%
table = read_table()["methods"]
rows = ["pixels", "Fisherfaces", *(row for row in table if "loss" in row)]
values = {row: (table[row]["one_shot"], table[row]["one_shot_interval"]) for row in rows}
for row in rows[3:]:
    print(f"{row:25}", ", ".join(f"{run['one_shot']:.1%}" for run in table[row]["seeds"].values()))
title = "Mined and random triplets: the intervals touch, those of the differences lie above 0"
plots.intervals_figure(values, title, "one-shot accuracy, people never seen", differences_between(rows))

# %% tags=["guard"]
best_two = sorted(rows, key=lambda row: -table[row]["one_shot"])[:2]
assert set(best_two) == {"triplet loss, semi-hard", "triplet loss, batch-hard"}
interval = {row: table[row]["one_shot_interval"] for row in rows}
assert all(interval["triplet loss, random"][1] > interval[row][0] for row in best_two)
assert all(interval["Fisherfaces"][1] > interval[row][0] for row in best_two)
assert interval["contrastive loss"][1] > interval["pixels"][0]
for row in best_two:
    each = [run["one_shot"] for run in table[row]["seeds"].values()]
    assert min(each) > max(run["one_shot"] for run in table["triplet loss, random"]["seeds"].values())
    assert 0.075 < table[row]["one_shot"] - table["triplet loss, random"]["one_shot"] < 0.085

paired = differences_between(rows)
decided = {name for name, (_, (low, high)) in paired.items() if low * high > 0}
for mined in ("semi-hard", "batch-hard"):
    assert {f"{mined} minus random", f"{mined} minus pixels"} <= decided
    assert 0.06 < paired[f"{mined} minus pixels"][0] < 0.07
still_open = {"semi-hard minus Fisherfaces", "batch-hard minus Fisherfaces", "contrastive loss minus pixels",
              "random minus pixels", "batch-hard minus semi-hard"}
assert still_open <= paired.keys() and not still_open & decided

# %% [markdown]
# With the same budget the mined triplets have about eight points more than random ones, and each of their three trainings was ahead of each of the three with random triplets (the lines above the figure). Yet their intervals touch: each holds the luck of the people, whom all methods share. In the *paired* differences, at the bottom of the figure, most of it falls out (lesson 1). Mined triplets are ahead of random ones, and of pixels by six to seven points: these intervals have no 0 in them. Between mined triplets and Fisherfaces it stays open, between semi-hard and batch-hard, and between pixels and the two methods that draw at random. (The intervals know people only: the luck of a training is in the three lines above the figure.)
#
# Lesson 5 has the whole table. Fisherfaces stand higher in it than in lesson 1; two things differ: they have learned from 30 people, not 25, and each point is scaled to length 1.
#
# ### The mirror: nothing is trained anew
#
# A face in a mirror is the same person. So embed each picture *and* its mirror image, take the mean of the two points, and scale it to length 1 again.

# %%
methods["batch-hard + mirror"] = embed(runs["batch-hard"].encoder, pictures, mirror=True)
for name in ("batch-hard", "batch-hard + mirror"):
    print(f"{name:20}", judged(name))
for measure, called in (("one_shot", "one-shot"), ("eer", "EER")):
    both = differences_between(["triplet loss, batch-hard", "batch-hard, mirror averaged"], measure)
    for gain, (low, high) in both.values():
        print(f"table: {called:8} {100 * gain:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})")

# %% tags=["guard"]
assert 0 < judged("batch-hard + mirror").one_shot - judged("batch-hard").one_shot < 0.03
assert 0 < judged("batch-hard").eer - judged("batch-hard + mirror").eer < 0.03
both = ["triplet loss, batch-hard", "batch-hard, mirror averaged"]
((gained, (low, _)),) = differences_between(both).values()
((lost, (_, high)),) = differences_between(both, "eer").values()
assert low > 0 and 0.0095 < gained < 0.0105
assert high < 0 and 0.005 < -lost < 0.0095

# %% [markdown]
# On our ten people one-shot accuracy is higher and the EER lower, each by less than three points. In the table the one gains a point, the other falls by less than one, and neither interval has 0 in it. The price is twice the work of embedding.
#
# What has training done to the distances of the ten people, and to their map?
#
# **Predict.** Are the pictures of one person nearer together than before training?
#
# <details><summary>Answer</summary>No, they are *farther* apart. The triplet loss never asked for small distances, only for an order: strangers have moved away even more. (In the training curves one person's distances began higher, near 0.6: those are of pictures changed at random, and normalised over the batch.)</details>

# %%
shown = {name: test_pairs(name)[1] for name in ("untrained", "random triplets", "batch-hard")}
is_same = pairs.same
words = ("Three panels with two hills each over one axis, one person and different people. Untrained: "
         "all below 0.8, much overlap. Trained: wider hills around 0.6 and 1.3, less overlap.")
plots.distance_histograms(shown, is_same, "Training has moved strangers apart", words)

# %% tags=["guard"]
medians = {name: (np.median(each[is_same]), np.median(each[~is_same])) for name, each in shown.items()}
assert 0.55 < random_run.history.same[0] < 0.65
assert medians["untrained"][0] < 0.3 and min(medians[n][0] for n in ("random triplets", "batch-hard")) > 0.5
assert medians["untrained"][1] < 0.5 and min(medians[n][1] for n in ("random triplets", "batch-hard")) > 1.3

# %%
def keep_to_themselves(f):
    """How many of the ten have every two of their pictures nearer together than any to a stranger."""
    d = distances.pairwise(f[is_test])
    own = person[is_test][:, None] == person[is_test]
    farthest_own = np.where(own, d, 0).max(axis=1)
    nearest_stranger = np.where(own, np.inf, d).min(axis=1)
    each_person = np.split(np.arange(100), 10)
    return sum(farthest_own[k].max() < nearest_stranger[k].min() for k in each_person)

maps = {name: methods[name][is_test] for name in ("untrained", "batch-hard")}
for name in maps:
    print(f"{name:12} {keep_to_themselves(methods[name])} of ten people keep to themselves")
words = ("Two maps with a hundred small faces. Untrained: most faces lie mixed in one cloud. "
         "Batch-hard: the faces spread out, some people form a group of their own, others overlap.")
title = "After training some people form a group, others still overlap"
plots.embedding_map(maps, person[is_test], title, words, pictures[is_test])

# %% tags=["guard"]
assert max(keep_to_themselves(methods[name]) for name in maps) <= 4
assert (np.sort(person[is_test]) == person[is_test]).all()

# %%
for name in ("pixels", "untrained", *runs):
    p, p_plus, p_minus = methods[name][three]
    near = distances.euclidean(p, p_plus)
    far = distances.euclidean(p, p_minus)
    print(f"{name:16} D(p, p+) = {near:.2f}   D(p, p-) = {far:.2f}   difference {far - near:+.2f}")

# %% tags=["guard"]
for name in ("pixels", "untrained", *runs):
    p, p_plus, p_minus = methods[name][three]
    farther = distances.euclidean(p, p_minus) - distances.euclidean(p, p_plus)
    assert farther < GAP - 0.05
    assert farther > 0.1 if name in ("semi-hard", "batch-hard") else farther < 0.1
    assert farther < 0 if name in ("pixels", "untrained") else farther > -0.15
    assert not np.isin(person[three], fold.train).any()

# %% [markdown]
# Strangers have moved apart, and so have the pictures of one person. On the map some people form a group. But by the strict count above it, where every two pictures of a person have to be nearer together than any of them is to a stranger, it is fewer than half of the ten, before and after. (A map has two dimensions of 64, so people who overlap here may be apart in truth.)
#
# And the man with the glasses, in the last cell? (We chose this triplet because pixels fail on it.) The two networks of mined triplets, which have never seen either man, have the order right, but the stranger is not 0.5 farther away; with random triplets both distances are nearly the same. One triplet says little. How often the gap is kept among people never seen, section 2 has counted for random triplets.
#
# ### In your own `compile` and `fit`
#
# `train` is a loop of the course. You do not need it: a network of your own can learn from triplets by Keras alone. Two things are missing for that. The first is a stream of batches in which every person has several pictures; `dataset` makes one from a sampler. It has no end, so `fit` has to be told how many steps make an <dfn>epoch</dfn>, the stretch after which Keras reports; and it is drawn at random already: `shuffle=False` says so. The second is the loss. Each rule is also a Keras loss: `BatchAll`, `BatchHard`, `SemiHard`. Keras hands over the labels first, the embeddings second.

# %% tags=["long"]
from course_utils.backend import keras
from course_utils.faces.preprocessing import shrink

sampler = partial(sampling.people_and_pictures, people_per_batch=15, pictures_per_person=4)
batches = sampling.dataset(shrink(pictures[is_train])[..., None], who, sampler)
network = embedding_network()
network_loss = losses.SemiHard(gap=GAP)
network.compile(optimizer=keras.optimizers.AdamW(1e-3), loss=network_loss)
fitted = network.fit(batches, epochs=3, steps_per_epoch=20, shuffle=False, verbose=0)
print("mean loss in each epoch:", *(f"{loss:.3f}" for loss in fitted.history["loss"]))
f_fitted = embed(network, pictures)
print(f"active, people learned from: {active(f_fitted, is_train):.1%}, "
      f"never seen: {active(f_fitted, is_test):.1%}")

# %% tags=["guard"]
some_pictures, their_people = next(iter(batches))
assert some_pictures.shape == (60, 56, 46, 1) and 0 <= np.min(some_pictures) < np.max(some_pictures) <= 1
f = network(some_pictures)
theirs = float(network_loss(their_people, f))
assert abs(theirs - semi_hard(f.numpy(), their_people.numpy(), GAP)) < 1e-4
assert fitted.history["loss"][-1] < 0.001 and active(f_fitted, is_train) < 0.005
assert 1 / 6 < active(f_fitted, is_test) < 0.4

# %% [markdown]
# `fit` makes the loss small: to three digits nothing is left after a few epochs. But look at the last line: of the people learned from, fewer than one triplet in 200 is active; of others, more than one in six. (`train` changes each picture a little at random; here the same 250 come back unchanged.)
#
# ## 5. Collapse
#
# Batch-hard is a strict teacher: it shows only the worst. A network that cannot follow finds a way out. Take the encoder of lesson 2 without its batch normalisation. (Each convolution gets a bias in its place, the random weights differ, and we train for 60 steps.)

# %% tags=["long"]
from course_utils.faces.networks import Standardise

def without_normalisation():
    """The encoder of the course, without batch normalisation."""
    keras.utils.set_random_seed(0)
    layers = [keras.Input((56, 46, 1)), Standardise()]
    for channels in (16, 32, 64, 128):
        layers += [keras.layers.Conv2D(channels, 3, padding="same"), keras.layers.LeakyReLU()]
        layers += [keras.layers.MaxPooling2D()]
    layers += [keras.layers.Flatten(), keras.layers.Dense(64), keras.layers.UnitNormalization()]
    return keras.Sequential(layers)

encoder = without_normalisation()
sick = train(pictures[is_train], who, "batch_hard", gap=GAP, steps=60, encoder=encoder)
print("loss, first steps:", *(f"{loss:.3f}" for loss in sick.history.loss[:3]))
print("loss, last steps: ", *(f"{loss:.3f}" for loss in sick.history.loss[-3:]))
print("all near one point since step", sick.history.collapsed_at)

# %% tags=["guard"]
assert sick.history.collapsed_at is not None and sick.history.loss[:3].min() > GAP
assert abs(sick.history.loss[-10:] - GAP).max() < 0.02

# %% [markdown]
# The loss begins *above* the gap, falls, and after 60 steps stands at $g = 0.5$, the price of sending everybody to one point. (`train` takes ever smaller steps towards the end of a run, so this one cannot say whether a longer one would break out.) Why would a network go there? See what the loss does on this way. Take a batch and shrink all its distances, step by step, to 0. (Our points stay on a sphere; when they all move towards one direction, it does the same.)

# %%
d_start = distances.pairwise(f_untrained[batch])
q_start, p_start, n_start = batch_hard_triplets(labels, d_start).T
stranger_nearer = np.mean(d_start[q_start, n_start] < d_start[q_start, p_start])
print(f"untrained: {stranger_nearer:.0%} of the queries "
      "have a stranger nearer than their farthest positive")

# %%
scales = np.linspace(0, 1, 21)

def when_shrunk(rule, f):
    """Loss of the batch when all distances shrink to 0%, 5%, ..., 100% of what they are."""
    return np.array([rule(scale * f[batch], labels, GAP) for scale in scales])

curves = {"batch-hard, untrained": when_shrunk(batch_hard, methods["untrained"]),
          "semi-hard, untrained": when_shrunk(semi_hard, methods["untrained"]),
          "batch-hard, trained": when_shrunk(batch_hard, methods["batch-hard"])}
words = ("Where all distances are 0, three lines meet at a loss of 0.5, marked by a dotted line. From "
         "there batch-hard on the untrained network rises. Semi-hard falls slowly, batch-hard on the "
         "trained network steeply.")
axes = ("all distances, in percent of what they are", "loss")
figure = plots.curves_figure(100 * scales, curves, axes, "Above $g$, shrinking is the way down", words)
ax = figure.axes[0]
ax.axhline(GAP, color="black", linewidth=1, linestyle=":")
ax.set_xlim(-5, 105)
ax.text(106, GAP, "$g$", va="center", fontsize=12)
figure

# %% tags=["guard"]
assert stranger_nearer > 0.9
farthest_negative = np.where(same, 0, d_start).max(axis=1)
assert (farthest_negative[:, None] > d_start)[is_positive].all()
assert curves["batch-hard, untrained"][-1] > GAP > curves["semi-hard, untrained"][-1]
assert (np.diff(curves["batch-hard, trained"]) < 0).all()

# %% [markdown]
# Read it from right to left. On an untrained network almost every query has a stranger nearer than its farthest positive. Batch-hard sees only these strangers, so its loss is above $g$, and it falls when everything shrinks. The semi-hard rule takes a negative that is farther than its positive wherever there is one, and in this batch there always is: the loss is below $g$, and shrinking makes it *worse*. On the trained network even batch-hard gets worse when everything shrinks.
#
# **Predict.** The same network without normalisation, but trained with semi-hard triplets: does it collapse?
#
# <details><summary>Answer</summary>The line suggests that it does not: for semi-hard triplets the way to one point leads uphill. The next cell tries it.</details>

# %% tags=["long"]
cured = train(pictures[is_train], who, "semi_hard", gap=GAP, steps=60, encoder=without_normalisation())
words = ("Left: batch-hard falls to 0.5 and ends there, semi-hard starts below 0.5 and falls. "
         "Beside it: with batch-hard all distances go to 0, with semi-hard strangers exceed 1.")
both = {"batch-hard": sick.history, "semi-hard": cured.history}
title = "Without normalisation batch-hard ends at the price of one point"
plots.training_curves(both, title, words, baseline=("all at one point", GAP))

# %% tags=["guard"]
assert cured.history.collapsed_at is None and cured.history.loss[-20:].mean() < 0.4
assert cured.history.different[-1] > 1 > 0.1 > sick.history.different[-1]

# %% [markdown]
# It does not, in these 60 steps. (The curve of batch-hard begins lower than the first losses printed above: it is a mean over 15 steps, and those of the first seven steps fall fast.) And the encoder of the course? It has batch normalisation, which gives each channel the spread 1 over the pictures of a batch, before two learned numbers scale and shift it. That may make the same answer for everybody harder to give; but no run here changed the normalisation alone. Even so, batch-hard took it down the same road for about a hundred steps: that was the dip in section 4.
#
# ### A diagnosis
#
# A diagnosis needs the loss *and* the distances. `diagnostics.examine` reads both. (The `examine` of the first notebook is another one: it looks at your installation.)

# %%
import textwrap
from course_utils.faces import diagnostics

methods |= {"collapsed": embed(sick.encoder, pictures), "cured": embed(cured.encoder, pictures)}
for name, run in {"collapsed": sick, "cured": cured}.items():
    f_test = methods[name][is_test]
    diagnosis = diagnostics.examine(f_test, person[is_test], loss=run.history.loss, gap=GAP)
    print(textwrap.fill(f"{name.upper()}. {diagnosis}", 90), "\n")

# %% tags=["guard"]
assert diagnostics.examine(methods["collapsed"][is_test], person[is_test], gap=GAP).verdict == "all equal"

# %% [markdown]
# It names the illness, the evidence, and what to try. Its "healthy" is modest: it means *not collapsed*, and nothing about how good. (The *effective rank* tells over how many of the 64 directions the points spread: a cloud can be round and tiny.)
#
# ### The rates raise no alarm
#
# Suppose nobody had looked at the loss. We would have judged the network on people never seen, and chosen $\tau$ on the five calibration people. Beside it we print section 4's batch-hard network, which did not collapse; it differs in normalisation and steps. So print a third: the collapsed network before its training.

# %%
from course_utils.faces.evaluation import choose_threshold, error_rates

methods["before the collapse"] = embed(without_normalisation(), pictures)
held_out = np.isin(person, fold.calibration)

def tau_of(name):
    """The threshold of a network on the five calibration people."""
    f = methods[name][held_out]
    calibration, d = pairs_and_distances(f, person[held_out], trained_on=fold.train)
    return choose_threshold(d, calibration.same)

for name in ("batch-hard", "collapsed", "before the collapse"):
    d_test = test_pairs(name)[1]
    print(f"{name}: {judged(name)}\n   mean distance {d_test.mean():.3f}")
    for chosen_by in dict.fromkeys([name, "batch-hard"]):
        tau = tau_of(chosen_by)
        far_met = error_rates(d_test, is_same, tau).far
        print(f"   FAR at the tau of {chosen_by}, {tau:.3f}: {far_met:.1%}")

# %% tags=["guard"]
sound, flat, start = (judged(name) for name in ("batch-hard", "collapsed", "before the collapse"))
assert abs(flat.one_shot - sound.one_shot) < 0.03
assert flat.one_shot > start.one_shot + 0.05 and flat.tar > start.tar + 0.05
assert start.auc + 0.02 < flat.auc < sound.auc - 0.01 and flat.eer > sound.eer and flat.eer < start.eer - 0.03
d_flat = test_pairs("collapsed")[1]
d_start = test_pairs("before the collapse")[1]
assert d_flat.mean() < 0.05 and d_flat.mean() < d_start.mean() / 10
assert all(error_rates(d, is_same, tau_of("batch-hard")).far == 1 for d in (d_flat, d_start)) and flat.tar < sound.tar
far_flat, far_start = (error_rates(*of).far for of in ((d_flat, is_same, tau_of("collapsed")), (d_start, is_same, tau_of("before the collapse"))))
assert 0.2 < far_flat < far_start
assert error_rates(test_pairs("batch-hard")[1], is_same, tau_of("batch-hard")).far < 0.03
assert abs(sick.history.loss[-20:].mean() - GAP) < 0.02 * GAP

# %% [markdown]
# In AUC, EER and TAR the collapsed network is worse than section 4's, but nobody would think of a collapse: in one-shot accuracy it is about as good, and all four rates are *better* than before its training. They look only at the *order* of distances, and an order survives when everything shrinks. The lines below them say more. Its mean distance is near 0, less than a tenth of what it was before its training. And its loss has stood within 2% of $g$. (The false accepts show a weak network, and no collapse: at a $\tau$ of its own it lets in more than a fifth of the stranger pairs, but before its training it let in more still, and the $\tau$ of the batch-hard network lets in every stranger of both.) So look at the loss and at the distances first.
#
# ## 6. Every gap has a unit
#
# FaceNet, and much code after it, uses the *squared* distance, $D^2$, and a gap of 0.2. The lecture notes use $D$. For points of length 1, $D$ goes from 0 to 2 and $D^2$ from 0 to 4. Does it matter? The order of distances is the same, so each row has the same hardest and the same semi-hard negative. But the gap means something else:

# %%
D = np.linspace(0, 1.5, 151)  # of the positive
demands = {"plain, $g$ = 0.5": np.full(151, 0.5),
           "squared, $g$ = 0.5": np.sqrt(D**2 + 0.5) - D,
           "squared, $g$ = 0.2": np.sqrt(D**2 + 0.2) - D}
words = "Plain: flat at 0.5. Squared: two curves that fall from 0.71 and 0.45 to 0.16 and 0.07."
axes = ("plain distance of the positive", "how much farther: plain distance")
plots.curves_figure(D, demands, axes, "A squared gap asks little of those who are far", words)

# %% [markdown]
# How much farther than the positive must the negative be? With the plain distance always 0.5. With the squared one that depends on where the positive lies: with a squared gap of 0.5 it is 0.71 when the positive is at 0, and less than a quarter of that when it is far. No plain gap equals a squared one. And the slopes differ:

# %% tags=["nbval-check-output"]
print("  D    D squared   slope of D   slope of D squared")
for distance in (0.02, 0.10, 0.50, 1.00, 1.50, 2.00):
    print(f"{distance:.2f}   {distance**2:8.4f}   {1:8.2f}   {2 * distance:12.2f}")

for name, slope in {"D": lambda d: 1.0, "D squared": lambda d: 2 * d}.items():
    apart = 0.02
    steps = 0
    while apart < 0.5:
        apart += 2 * 0.01 * slope(apart)  # each of the two moves
        steps += 1
    print(f"from 0.02 to 0.5 by the slope of {name}: {steps} steps")

# %% tags=["guard"]
assert 0.099 < 0.02 * 1.04**41 < 0.1 < 0.02 * 1.04**42 and steps == 83

# %% [markdown]
# The slope of $D^2$ is $2D$. Far pairs are moved with more force than with $D$, near ones with less, and two strangers in almost the same place with almost none. The slope of $D$ is 1 everywhere except at 0 itself: full force, however near. What does that do after a near collapse? The last cell pushes two strangers apart who lie at a distance of 0.02, by plain gradient descent in steps of 0.01 times the slope.
#
# The squared distance takes more than three times as long. Each of its steps makes the distance 4% larger, so half of the 83 steps go by before it reaches 0.1. (This is plain descent. AdamW, the optimiser of lesson 2, adapts its step to the size of the gradient.)
#
# Neither distance is wrong. But **a gap without its unit is no gap**: 0.2 of $D^2$, 0.5 of $D$. The margin 1 in lesson 2 was one of $D$.
#
# ## Key points
#
# - The triplet loss asks for an order, not for a distance: the positive nearer than the negative, by the gap $g$. An easy triplet costs 0 and teaches nothing.
# - Random triplets were soon mostly easy. A batch of $P$ people with $K$ pictures hides thousands; mining takes the hardest of each row (batch-hard), or the nearest behind the positive (semi-hard).
# - Losses on triplets of different choice cannot be compared. Judge on people never seen, over more than one split.
# - A loss that stands still at $g$ and distances near 0: the network has collapsed. Rates that only rank, such as AUC and one-shot accuracy, raise no alarm: here they were better than before training.
# - A gap has a unit. Say whether it is one of $D$ or of $D^2$.
#
# ## Check your understanding
#
# **1.** Your training prints a loss of 0.2000, step after step. What is the first thing you ask?
#
# <details><summary>Answer</summary>How large is the gap? If it is 0.2, look at the distances: the network may have sent everybody to one point.</details>
#
# **2.** A batch has $P = 8$ people with $K = 5$ pictures. How many triplets has it? How many of them does batch-hard use, and how many semi-hard?
#
# <details><summary>Answer</summary>
#
# $40$ queries, $4$ positives, $35$ negatives: $40 \cdot 4 \cdot 35 = 5600$. Batch-hard uses one for each query, 40. Semi-hard uses one for each pair of query and positive, $40 \cdot 4 = 160$.
#
# </details>
#
# **3.** What does a batch of 60 people with one picture each teach by batch-hard?
#
# <details><summary>Answer</summary>Nothing: nobody has a positive. Ours and the package's leave such queries out. A version that takes 0 as "the farthest positive" would push strangers apart and never pull.</details>
#
# **4.** A colleague multiplies all embeddings by 10 and keeps $g = 0.5$. The embeddings are not scaled to length 1. Which triplets are active now? What does a gap mean without a fixed length?
#
# <details><summary>Answer</summary>All distances are ten times as large, so almost only the hard triplets are still active: the gap has shrunk to 0.05 in the old unit. Without a fixed length the network can make any gap small by making all numbers larger. That is one reason for the layer that scales to length 1.</details>
#
# **5.** With points of length 1, is $g = 2$ in plain distance a sensible gap?
#
# <details><summary>Answer</summary>No. The largest distance is 2, so the wish is fulfilled only if the positive is *exactly* at the query and the negative exactly opposite. All strangers of a query cannot be opposite to it and to one another. Nearly every triplet stays active for ever.</details>
#
# ## To go further
#
# - [Exercises 03](assignments/release/03_exercises/03_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - F. Schroff, D. Kalenichenko, J. Philbin, *FaceNet*, 2015: the triplet loss for faces, with squared distances; semi-hard negatives.
# - A. Hermans, L. Beyer, B. Leibe, *In defense of the triplet loss for person re-identification*, 2017: batches of $P$ people with $K$ pictures, batch-hard.
# - K. Weinberger, L. Saul, *Distance metric learning for large margin nearest neighbor classification*, 2009: the same wish, before networks.
# - Try: train the network without normalisation with `learning_rate=2e-4`, a fifth of the usual. Does the last remedy of the diagnosis help?
# - Try: put `course_utils.faces.preprocessing.augment` between `dataset` and `fit`, with `batches.enumerate().map(...)`: the number of the batch is a part of the seed. What happens to the loss, and to the last line?
# - Try: `"batch_all"` uses all active triplets of a batch. Where does it stand beside the other two?
#
# Faces: AT&T Laboratories Cambridge. What they may and must not be used for: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** Pairs and triplets arrange the points and leave the decision to a threshold. Verification is a question with two answers, yes or no. Why not train a network to answer it, with a probability?
