# %% [markdown]
# # 3 · Triplet loss
#
# One of the two pictures on the right shows the man on the left. Which one? And *by how much* should it be nearer to him than the other?

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces

faces = load_faces()
pictures, person = faces.pictures.reshape(400, 112, 92), faces.person.ravel()
three = [34, 32, 29]  # of the 400 pictures
words = ("Three portraits. Left: a man without glasses looks to the side. Middle: the same man "
         "with large glasses. Right: another man, without glasses, who looks ahead.")
title = "Which one shows the man on the left?"
plots.picture_grid(pictures[three], ["query", "?", "?"], title, words, width=1.3)

# %% [markdown]
# You looked past the glasses. Pixels do not: for them the man on the right is nearer, as you will see in section 4. In lesson 2 an encoder $f$ learned from *two* pictures at a time, and most pairs had soon nothing left to teach. In this lesson it learns from three, and we
# choose which three.
#
# **Questions**
#
# - What can we ask of three pictures that we cannot ask of two?
# - Why do most triplets teach nothing, and how do we find those that do?
# - How do we notice that a network has sent everybody to one point?
#
# **Objectives.** After this lesson you can
#
# - write the triplet loss, and tell an easy, a semi-hard and a hard triplet apart,
# - find the triplets worth learning from in the distance matrix of one batch,
# - recognise a collapsed network by its loss and its distances, and say why AUC does not see it,
# - translate a gap between plain and squared distances.
#
# **Before you start**: lessons 1 and 2.
#
# **Time**: 60 minutes to read, 30 minutes for the questions; the notebook runs in RUN_TIME on two cores.

# %% [markdown]
# ## 1. Three pictures, one wish
#
# The contrastive loss makes two absolute demands: one person at distance 0, two people a margin apart. But to name somebody we need only an *order*: their own pictures nearer than everybody else's. An order takes three pictures, a **triplet**:
#
# - $p_i$, the **query**, also called the *anchor*: any picture;
# - $p_i^+$, the **positive**: another picture of the same person;
# - $p_i^-$, the **negative**: a picture of anybody else.
#
# With the Euclidean distance $D$ between the points that the encoder $f$ makes of them, the wish is
#
# $$D\big(f(p_i), f(p_i^+)\big) + g \;\leq\; D\big(f(p_i), f(p_i^-)\big).$$

# %%
plots.triplet_objective()

# %% [markdown]
# The number $g > 0$ is the **gap**: by so much the stranger has to be farther away than the positive. It has the unit of $D$. The **triplet loss** is what is missing to fulfil the wish, and 0 where nothing is missing:
#
# $$l(p_i, p_i^+, p_i^-) = \max\big\{0,\; g + D\big(f(p_i), f(p_i^+)\big) - D\big(f(p_i), f(p_i^-)\big)\big\}.$$

# %%
from course_utils.faces import distances

def triplet_loss(anchor, positive, negative, gap):
    """Loss of each triplet; three times (triplets, features) -> (triplets,)."""
    to_positive = distances.euclidean(anchor, positive)
    to_negative = distances.euclidean(anchor, negative)
    return np.maximum(0, gap + to_positive - to_negative)

# %% [markdown]
# **Predict.** The gap is $g = 0.5$, and the positive lies 0.6 away from the query. What is the loss when the negative lies 1.3 away? And 0.9? And 0.4?
#
# <details><summary>Answer</summary>
#
# $0.5 + 0.6 - 1.3 = -0.2$ is below 0, so the loss is 0. Then $0.5 + 0.6 - 0.9 = 0.2$. Then $0.5 + 0.6 - 0.4 = 0.7$: more than the gap, because the stranger is nearer than the positive.
#
# </details>

# %% tags=["nbval-check-output"]
anchor = np.zeros((3, 2))  # three triplets of points in the plane
positive = np.array([[0, 0.6], [0, 0.6], [0, 0.6]])
negative = np.array([[1.3, 0], [0.9, 0], [0.4, 0]])
for name, loss in zip(["easy", "semi-hard", "hard"], triplet_loss(anchor, positive, negative, gap=0.5)):
    print(f"{name:10} loss {loss:.1f}")

# %% [markdown]
# The three cases have names, and the rest of the lesson turns on them:
#
# | triplet | where the negative lies | loss |
# | --- | --- | --- |
# | **easy** | farther than the positive, by the gap or more | 0 |
# | **semi-hard** | farther than the positive, but by less than the gap | between 0 and $g$ |
# | **hard** | nearer than the positive | above $g$ |
#
# Leave the positive at 0.6, and move the negative from 0 to 2, as far as two points of length 1 can be apart:

# %%
to_negative = np.linspace(0, 2, 201)
curves = {f"gap {gap}": np.maximum(0, gap + 0.6 - to_negative) for gap in (0.5, 0.2)}
words = ("Two curves fall in a straight line and then stay at 0. With a gap of 0.5 the corner "
         "is at 1.1, with a gap of 0.2 at 0.8. The positive lies at 0.6.")
axes = ("distance of the negative from the query (positive at 0.6)", "triplet loss")
plots.curves_figure(to_negative, curves, axes, "Beyond the corner there is no slope to follow", words)

# %% [markdown]
# Left of 0.6 the triplet is hard, from there to the corner semi-hard, beyond it easy. Left of the corner the slope is always $-1$: push the stranger away and, by the other distance, pull the positive closer. Right of it the slope is 0. **An easy triplet teaches nothing.** A triplet whose loss is
# not 0 is called **active**.
#
# ### Why a gap at all?
#
# Without it, the wish would be: "the positive not farther than the stranger". There is a cheap way to fulfil that for every triplet at once: send every picture to the same point. Then both distances are 0, and each triplet costs $\max\{0, g + 0 - 0\} = g$.
#
# Without a gap, sending everybody to one point is *perfect*. With the gap it costs exactly $g$. So this loss, too, has a price of knowing nothing: **a loss that stands still at $g$ is a warning.** Section 5 shows one.
#
# ## 2. Random triplets
#
# Now a network. The people are those of lesson 2: 25 to learn from, ten others to be judged on. Each step of training may look at 60 pictures, here 20 triplets; in lesson 2 it was 30 pairs. That is the same budget. Only to save your time we stop after 250 steps instead of 400.
#
# The positive is always *another* picture. Drawn from all ten pictures of the person, it would be the query itself one time in ten, at distance 0: most likely an easy triplet, and nothing learned.

# %%
from course_utils.data.splits import read_folds
from course_utils.faces import losses, sampling
from course_utils.faces.baselines import fisherfaces, pixels
from course_utils.faces.evaluation import Interval, choose_threshold, error_rates
from course_utils.faces.networks import embed, embedding_network
from course_utils.faces.protocol import pairs_and_distances, read_table, score
from course_utils.faces.training import train

GAP, STEPS = 0.5, 250
fold = read_folds()[0]
is_train, is_test = np.isin(person, fold.train), np.isin(person, fold.test)
who = person[is_train]
query, positive, negative = next(sampling.triplets(who, 20))
assert (who[query] == who[positive]).all()
assert (query != positive).all()

runs = {"random triplets": train(pictures[is_train], who, "triplet", gap=GAP, steps=STEPS)}
words = ("Left: the loss falls steeply in the first 100 steps, then creeps towards 0. Right: the mean "
         "distance of different people rises to 1.4, that of one person stays between 0.6 and 0.9.")
history = {"random triplets": runs["random triplets"].history}
plots.training_curves(history, "A steep start, then a crawl", words, gap=GAP)

# %% [markdown]
# The loss falls fast, and then it crawls. Has the network learned its task, or has it run out of work? Count the triplets that are still active, among 5000 random ones of the people it learned from, and 5000 of the people never seen.

# %%
def active_share(f, of):
    """Share of random triplets of some pictures that still cost something."""
    query, positive, negative = next(sampling.triplets(person[of], 5000))
    return np.mean(triplet_loss(f[of][query], f[of][positive], f[of][negative], GAP) > 0)

methods = {"untrained": embed(embedding_network(), pictures),
           "random triplets": embed(runs["random triplets"].encoder, pictures)}
for name, f in methods.items():
    print(f"{name:16} active, people learned from: {active_share(f, is_train):6.1%}, "
          f"never seen: {active_share(f, is_test):6.1%}")
assert active_share(methods["random triplets"], is_train) < 0.3

# %% [markdown]
# At the start every triplet teaches. In the end about one in eight does: of the 20 in a step some 17 are embedded for nothing. Yet the network is not finished. Among people never seen, twice as many triplets fail the wish. It is the *choice* of triplets that has nothing more to say.
#
# ## 3. A batch is full of triplets
#
# What costs time in a step is the encoder: 60 pictures have to go through it. Distances between the 60 points cost almost nothing. So do not draw 20 triplets. Draw $P = 15$ people and $K = 4$ pictures of each, and look at *every* triplet among these 60 pictures.
#
# **Predict.** How many are there?
#
# <details><summary>Answer</summary>
#
# Each of the 60 pictures can be the query. It has $K - 1 = 3$ positives and $14 \cdot 4 = 56$ negatives. That makes $60 \cdot 3 \cdot 56 = 10080$ triplets, about 500 times as many as 20. The next cell counts them.
#
# </details>

# %%
batch = np.flatnonzero(is_train)[next(sampling.people_and_pictures(who, 15, 4))]
labels = person[batch]  # (60,): four times the first person, four times the second, ...
embeddings = methods["random triplets"][batch]  # (60, 64)
d = distances.pairwise(embeddings)  # (60, 60): each picture from each

same = labels[:, None] == labels[None, :]
is_positive = same & ~np.eye(60, dtype=bool)  # (60, 60): is picture j a positive of picture i?
every = GAP + d[:, :, None] - d[:, None, :]  # (60, 60, 60): query, positive, negative
every = every[is_positive[:, :, None] & ~same[:, None, :]]  # only those that are triplets
print(f"{len(every)} triplets: {np.sum(every <= 0)} easy, "
      f"{np.sum((every > 0) & (every <= GAP))} semi-hard, {np.sum(every > GAP)} hard")

# %% [markdown]
# Most are easy, as we have seen. But well over a thousand are not, and they are all in view. Here is `d`, the **distance matrix** of the batch, as a picture:

# %%
words = ("A square of 60 by 60 coloured cells. Along the diagonal 15 dark blocks of 4 by 4: small "
         "distances. The rest is brighter, with dark spots where two people are hard to tell apart.")
figure = plots.DescribedFigure(words, (5.6, 4.6))
ax = figure.subplots()
shown = ax.imshow(d, vmin=0)
ax.set_xticks(np.arange(15) * 4 + 1.5, labels[::4], fontsize=8)
ax.set_yticks(np.arange(15) * 4 + 1.5, labels[::4], fontsize=8)
ax.set(xlabel="person", ylabel="person", title="Dark on the diagonal; dark elsewhere is work to do")
figure.colorbar(shown, label="distance of two pictures")
figure

# %% [markdown]
# Each block on the diagonal is one person, with four pictures: dark, near. A dark spot elsewhere is two people who lie close together. *There* are the triplets worth learning from. To look for them is called **mining**.
#
# ### The hardest of each row
#
# Each row is one query. Take its farthest positive and its nearest negative: of all triplets of this row, the one that costs most. Hermans, Beyer and Leibe (2017) call it **batch-hard**.

# %%
def batch_hard(embeddings, labels, gap):
    """Mean loss over the queries, each with its farthest positive and its nearest negative."""
    d = distances.pairwise(embeddings)  # (n, n)
    same = labels[:, None] == labels[None, :]
    is_positive = same & ~np.eye(len(labels), dtype=bool)  # no picture is its own positive
    farthest_positive = np.where(is_positive, d, 0).max(axis=1)  # (n,)
    nearest_negative = np.where(same, np.inf, d).min(axis=1)  # (n,)
    return np.maximum(0, gap + farthest_positive - nearest_negative).mean()

print(f"mean loss of all triplets:    {np.maximum(0, every).mean():.3f}")
print(f"of the hardest of each query: {batch_hard(embeddings, labels, GAP):.3f}")

# %% [markdown]
# The same network, the same pictures. All triplets together say that little is left to do; the hardest ones disagree.
#
# **Predict.** What if we forget `axis=1`? And what if we forget that no picture is its own positive?
#
# <details><summary>Answer</summary>
#
# Without `axis=1` we get the largest positive distance and the smallest negative distance of the *whole matrix*. They belong to two queries, so that is no triplet at all. Yet a number comes out, and it is too large. Forgetting the diagonal changes nothing here: it adds a 0 to each row, and the 0 is not the largest. (Anybody who takes the *nearest* positive would get 0 in every row.)
#
# </details>

# %%
whole = max(0, GAP + d[is_positive].max() - d[~same].min())
nearest = np.where(same, np.inf, d).min(axis=1)
with_itself = np.maximum(0, GAP + np.where(same, d, 0).max(axis=1) - nearest)
print(f"as above:                {batch_hard(embeddings, labels, GAP):.3f}")
print(f"without axis=1:          {whole:.3f}")
print(f"as its own positive too: {with_itself.mean():.3f}")

# %% [markdown]
# ### Not too hard: semi-hard
#
# The hardest negative may be too hard: a wrong label, a bad picture, or, when training begins, almost anybody. FaceNet (Schroff, Kalenichenko and Philbin, 2015) takes a milder one: for *each* query and *each* of its positives, **the nearest negative that is farther away than the positive**. If there is none, the farthest negative.

# %%
def semi_hard(embeddings, labels, gap):
    """Mean loss over all pairs of query and positive, each with its semi-hard negative."""
    d = distances.pairwise(embeddings)
    same = labels[:, None] == labels[None, :]
    costs = []
    for query, positive in np.argwhere(same & ~np.eye(len(labels), dtype=bool)):
        to_positive, to_negatives = d[query, positive], d[query, ~same[query]]
        farther = to_negatives[to_negatives > to_positive]
        to_negative = farther.min() if len(farther) else to_negatives.max()
        costs.append(max(0, gap + to_positive - to_negative))
    return np.mean(costs)

for ours in (batch_hard, semi_hard):
    theirs = float(getattr(losses, ours.__name__)(embeddings, labels, GAP))
    print(f"{ours.__name__:10} ours {ours(embeddings, labels, GAP):.5f}, the package's {theirs:.5f}")
    assert abs(theirs - ours(embeddings, labels, GAP)) < 1e-5

# %% [markdown]
# The package has both rules for TensorFlow, where a network can follow their slope. They agree with ours.
#
# (Here a forgotten diagonal would do harm. A picture as its own positive, at distance 0, asks only that strangers stay $g$ away from it. That would be 60 pairs more, and most of them easy.)
#
# Who are these people? Look at one row, that of the query with the most expensive triplet:

# %%
positives, negatives = np.where(is_positive, d, 0), np.where(same, np.inf, d)
query = np.argmax(positives.max(axis=1) - negatives.min(axis=1))
positive, hardest = positives[query].argmax(), negatives[query].argmin()
semi = np.where(negatives[query] > d[query, positive], negatives[query], np.inf).argmin()

chosen = [query, positive, hardest, semi]
names = ["query", "positive", "hardest", "semi-hard"]
captions = ["query", *(f"{name} {d[query, k]:.2f}" for name, k in zip(names[1:], chosen[1:]))]
words = ("Four portraits: the query, its farthest positive, the nearest stranger, and a stranger a "
         f"little farther than the positive. Distances from the query: {', '.join(captions[1:])}.")
plots.picture_grid(pictures[batch[chosen]], captions, "Two ways to choose a stranger", words, width=1.4)

# %% [markdown]
# The numbers are distances from the query. The hardest stranger is nearer than the positive; the semi-hard one lies behind it, by less than the gap.
#
# ## 4. The same budget, better spent
#
# Two more networks. They start from the same weights, and look at 60 pictures a step for as many steps. Only the choice of triplets differs.
#
# **Predict.** Which of the three will have the smallest loss in the end? Will it be the best network?
#
# <details><summary>Answer</summary>The loss cannot tell. Each rule measures it on triplets of *its own* choice. Random triplets are mostly easy, so their loss is small whatever the network knows. Batch-hard counts only the worst of each row, so its loss is large even for a good network.</details>

# %%
runs["semi-hard"] = train(pictures[is_train], who, "semi_hard", gap=GAP, steps=STEPS)
runs["batch-hard"] = train(pictures[is_train], who, "batch_hard", gap=GAP, steps=STEPS)
words = ("Left: random triplets start below the line of the gap and end low. Semi-hard starts near "
         "the line and ends as low. Batch-hard starts above it, stands near it for a hundred steps, "
         "then falls. Right: the distances of different people rise above 1, for batch-hard only after "
         "a long dip to about 0.2.")
histories = {name: run.history for name, run in runs.items()}
title = "The same budget, three choices of triplets"
figure = plots.training_curves(histories, title, words, gap=GAP)
for ax, top in zip(figure.axes, (1.0, 2.2)):
    ax.set_ylim(0, top)  # room for the legend
figure

# %% [markdown]
# The random triplets have a small loss from the start, and in the end it is as small as that of semi-hard. Look at batch-hard: its distances first shrink, of the same *and* of different people, and its loss stands near $g$ for about a hundred steps before it breaks out. That was close. Section 5 comes back to it.
#
# Which network is the best? Ask people never seen, and the baselines of lessons 1 and 2:

# %%
def judged(name):
    return score(methods[name][is_test], person[is_test], trained_on=fold.train)

raw = pixels(pictures)
methods |= {"pixels": raw, "Fisherfaces": fisherfaces(raw[is_train], who).transform(raw)}
methods |= {name: embed(run.encoder, pictures) for name, run in runs.items()}
for name in ("untrained", "pixels", "Fisherfaces", *runs):
    print(f"{name:16}", judged(name))

# %% [markdown]
# Training has gained several points over the untrained network, and in AUC the two mined networks are level with Fisherfaces, above the pixels. But by one-shot accuracy Fisherfaces win, the pixels are hardly beaten if at all, and random triplets look no worse than mined ones. Is that the methods, or these ten people? One run on ten people cannot say. The course's benchmark trains each method on all four splits (on 30 people, for 400 steps), three times from
# different random weights. Its results come with the course:

# %%
table = read_table()["methods"]
rows = ["pixels", "Fisherfaces", "contrastive loss"]
rows += ["triplet loss, random", "triplet loss, semi-hard", "triplet loss, batch-hard"]
values = {row: (table[row]["one_shot"], Interval(*table[row]["one_shot_interval"])) for row in rows}
plots.intervals_figure(values, "Mining pays", "one-shot accuracy on people never seen, four splits")

# %% [markdown]
# Now we can read something. The contrastive loss of lesson 2 and random triplets *lose* to raw pixels. Mining, with the same budget, gains about eight points, and passes Fisherfaces, if narrowly: these intervals overlap. Between semi-hard and batch-hard there is no difference to be seen. (Our ten people are those whom pixels tell apart best of the four groups. Lesson 5 has the whole table.)
#
# ### A free gain: the mirror
#
# A face in a mirror is the same person. So embed each picture *and* its mirror image, take the mean of the two points, and scale it to length 1 again. Nothing is trained anew.

# %%
methods["batch-hard + mirror"] = embed(runs["batch-hard"].encoder, pictures, mirror=True)
for name in ("batch-hard", "batch-hard + mirror"):
    print(f"{name:20}", judged(name))
for row in ("triplet loss, batch-hard", "batch-hard, mirror averaged"):
    print(f"benchmark: {row:28} one-shot {table[row]['one_shot']:.1%}, EER {table[row]['eer']:.1%}")
assert min(judged("semi-hard").one_shot, judged("batch-hard").one_shot) > 0.82

# %% [markdown]
# A small gain, in the benchmark too, for twice the work of embedding. The mean of two looks is steadier than one.
#
# What has training done to the distances of the ten people?

# %%
def test_pairs(name):
    return pairs_and_distances(methods[name][is_test], person[is_test], trained_on=fold.train)

shown = {name: test_pairs(name)[1] for name in ("untrained", "random triplets", "batch-hard")}
is_same = test_pairs("untrained")[0].same
words = ("Three panels with two hills each, one person and different people. Untrained: all below 0.8, "
         "much overlap. Trained: wider hills around 0.6 and 1.3, less overlap.")
plots.distance_histograms(shown, is_same, "Strangers move apart, and so do one's own pictures", words)

# %% [markdown]
# (Mind the axes: each panel has its own.) Surprised? The pictures of one person are *farther* apart than before training. The triplet loss never asked for small distances, only for an order: strangers have moved away even more. A $\tau$ that suited the untrained network would now reject nearly everybody. As a map:

# %%
words = ("Three maps of ten people. Untrained: most people lie mixed. Random triplets and batch-hard: "
         "most people form a group of their own, some groups overlap.")
maps = {name: methods[name][is_test] for name in ("untrained", "random triplets", "batch-hard")}
plots.embedding_map(maps, person[is_test], "Ten people never seen: groups appear", words)

# %% [markdown]
# A map has two dimensions of 64, so people who overlap here may be apart in truth. And the man with the glasses?

# %%
for name in ("pixels", "untrained", *runs):
    p, p_plus, p_minus = methods[name][three]
    own, other = distances.euclidean(p, p_plus), distances.euclidean(p, p_minus)
    answer = "right" if own < other else "wrong"
    print(f"{name:16} D(p, p+) = {own:.2f}   D(p, p-) = {other:.2f}   {answer}")

# %% [markdown]
# Pixels are wrong, as promised. The mined networks have never seen either man, and look past the glasses; but the stranger is not farther by 0.5. The gap was reached on the people learned from. On others we get a part of it.
#
# ### In your own `compile` and `fit`
#
# `train` is a loop of the course. You do not need it: a network of your own can learn from triplets by Keras alone. Two things are missing for that. The first is a stream of batches in which every person has several pictures; a shuffled stream would leave many queries without a positive. `dataset` makes one from a sampler:

# %%
from functools import partial
from course_utils.faces.preprocessing import shrink

sampler = partial(sampling.people_and_pictures, people_per_batch=15, pictures_per_person=4)
batches = sampling.dataset(shrink(pictures[is_train])[..., None], who, sampler)
some_pictures, their_people = next(iter(batches))
print(f"pictures {some_pictures.shape}, {np.min(some_pictures):.2f} to {np.max(some_pictures):.2f}")
print("people", their_people.numpy()[:12], "...")

# %% [markdown]
# Sixty small pictures with values from 0 to 1, as the encoder takes them; four of the first person, four of the second, and so on. The stream has no end, so `fit` has to be told how many steps make an epoch. It is drawn at random already: `shuffle=False` says so.
#
# The second thing is the loss. Each rule of this lesson is also a Keras loss: `BatchAll`, `BatchHard`, `SemiHard`. Keras hands over the labels first, the embeddings second.

# %%
from course_utils.backend import keras

own, own_loss = embedding_network(), losses.SemiHard(gap=GAP)
f = own(some_pictures)
print(f"before: SemiHard {float(own_loss(their_people, f)):.3f}, "
      f"our semi_hard {semi_hard(f.numpy(), their_people.numpy(), GAP):.3f}")

own.compile(optimizer=keras.optimizers.AdamW(1e-3), loss=own_loss)
fitted = own.fit(batches, epochs=5, steps_per_epoch=20, shuffle=False, verbose=0)
print("mean loss in each epoch:", np.round(fitted.history["loss"], 3))
methods["own"] = embed(own, pictures)
print(f"active, people learned from: {active_share(methods['own'], is_train):.1%}, "
      f"never seen: {active_share(methods['own'], is_test):.1%}")
assert fitted.history["loss"][-1] < 0.01 and active_share(methods["own"], is_test) > 0.1

# %% [markdown]
# The class gives what our function gives, and `fit` makes it small: to three digits nothing is left after a few epochs. The last line says what that is worth. Of the people learned from, hardly a triplet is still active; of people never seen, a good part is. (`train` changes each picture a little at random each time it is drawn; here the same 250 come back unchanged.)
#
# ## 5. Collapse
#
# Batch-hard is a strict teacher: it shows only the worst. A network that cannot follow finds a way out. Take the encoder of lesson 2, but without its batch normalisation. All else is as before:

# %%
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
sick = train(pictures[is_train], who, "batch_hard", gap=GAP, steps=80, encoder=encoder)
print("loss, first steps:", sick.history.loss[:3].round(3))
print("loss, last steps: ", sick.history.loss[-3:].round(3))
print("all near one point since step", sick.history.collapsed_at)
assert sick.history.collapsed_at is not None

# %% [markdown]
# The loss begins *above* the gap, falls, and stops at $g = 0.5$, the price of sending everybody to one point. Why would a network do that? Because from where it stands, it is the way down. Take a batch and shrink all its distances, step by step, to 0. (Our points stay on a sphere; when they all move
# towards one direction, it does the same.)

# %%
def when_shrunk(rule, f):
    """Loss of the batch when all distances shrink to 0%, 5%, ..., 100% of what they are."""
    return np.array([rule(scale * f[batch], labels, GAP) for scale in scales])

scales = np.linspace(0, 1, 21)
curves = {"batch-hard, untrained": when_shrunk(batch_hard, methods["untrained"]),
          "semi-hard, untrained": when_shrunk(semi_hard, methods["untrained"]),
          "batch-hard, trained": when_shrunk(batch_hard, methods["batch-hard"])}
words = ("Three lines meet at a loss of 0.5 where all distances are 0. From there batch-hard on the "
         "untrained network rises. Semi-hard falls slowly, batch-hard on the trained network steeply.")
axes = ("all distances, in percent of what they are", "loss")
plots.curves_figure(100 * scales, curves, axes, "Above g, shrinking is the way down", words)

# %% [markdown]
# Read it from right to left. On an untrained network almost every query has a stranger nearer than its farthest positive. Batch-hard sees only these, so its loss is above $g$, and it falls when everything shrinks. A semi-hard negative is farther than its positive, by its definition: the loss is below $g$, and
# shrinking makes it *worse*. For a trained network, too, shrinking is the way up.
#
# **Predict.** The same network without normalisation, but trained with semi-hard triplets: does it collapse?
#
# <details><summary>Answer</summary>The line says no: for semi-hard triplets the way to one point leads uphill. The next cell tries it.</details>

# %%
cured = train(pictures[is_train], who, "semi_hard", gap=GAP, steps=80, encoder=without_normalisation())
words = ("Left: batch-hard falls to 0.5 and stays there, semi-hard starts below 0.5 and falls. "
         "Right: with batch-hard all distances go to 0, with semi-hard those of strangers exceed 1.")
histories = {"batch-hard": sick.history, "semi-hard": cured.history}
figure = plots.training_curves(histories, "No normalisation: batch-hard and semi-hard", words)
figure.axes[1].set_ylim(0, 2.2)  # room for the legend
figure

# %% [markdown]
# It does not. And the encoder of the course? It has batch normalisation, which gives each channel the spread 1 over the pictures of a batch, whatever the weights are. The same answer for everybody is then hard to give. Even so, batch-hard took it down the same road for about a hundred steps: that was the dip in section 4.
#
# ### The doctor
#
# A diagnosis needs the loss *and* the distances. `examine` reads both:

# %%
import textwrap
from course_utils.faces.diagnostics import examine

methods |= {"collapsed": embed(sick.encoder, pictures), "cured": embed(cured.encoder, pictures)}
for name, run in {"collapsed": sick, "cured": cured}.items():
    diagnosis = examine(methods[name][is_test], person[is_test], loss=run.history.loss, gap=GAP)
    print(textwrap.fill(f"{name.upper()}. {diagnosis}", 100), "\n")
assert examine(methods["collapsed"][is_test], person[is_test], gap=GAP).verdict == "all equal"

# %% [markdown]
# The doctor names the illness, the evidence, and what to try. One of its remedies you have seen work. Its "healthy" is modest: it means *not collapsed*, and nothing about how good.
#
# ### AUC cannot see it
#
# Suppose nobody had looked at the loss. We would have judged the network on people never seen, as always, and chosen $\tau$ on the five calibration people.

# %%
held_out = np.isin(person, fold.calibration)
calibration, d_held_out = pairs_and_distances(
    methods["batch-hard"][held_out], person[held_out], trained_on=fold.train)
tau = choose_threshold(d_held_out, calibration.same)  # of the healthy network
for name, run in {"batch-hard": runs["batch-hard"], "collapsed": sick}.items():
    pairs, d_test = test_pairs(name)
    far = error_rates(d_test, pairs.same, tau).far
    print(f"{name}: {judged(name)}\n"
          f"   mean distance {d_test.mean():.3f}, last losses {run.history.loss[-20:].mean():.3f}, "
          f"FAR at tau = {tau:.2f}: {far:.1%}\n")

# %% [markdown]
# By its rates the collapsed network looks ordinary: in one-shot accuracy about as good as the healthy one, in the others somewhat worse, as any weaker network would be. Nothing says that it has died. All these rates look only at the *order* of distances, and an order survives when everything shrinks. The second line of each tells the truth: distances near 0, a loss equal to $g$, and a $\tau$ that lets every
# stranger in. (With a $\tau$ chosen on its own tiny distances, it would pass that check too.) A network that stands at $g$ has stopped learning, and no rate tells you so. Look at the loss and at the distances first.
#
# ## 6. Every gap has a unit
#
# FaceNet, and much code after it, uses the *squared* distance, $D^2$, and a gap of 0.2. The lecture notes use $D$. For points of length 1, $D$ goes from 0 to 2 and $D^2$ from 0 to 4. Does it matter? The order of distances is the same, so each row has the same hardest and the same semi-hard negative. But the gap
# means something else:

# %%
to_positive = np.linspace(0, 1.5, 151)
demands = {"plain, g = 0.5": np.full(151, 0.5),
           "squared, g = 0.5": np.sqrt(to_positive**2 + 0.5) - to_positive,
           "squared, g = 0.2": np.sqrt(to_positive**2 + 0.2) - to_positive}
words = "Plain: flat at 0.5. Squared: two curves that fall from 0.71 and 0.45 to 0.16 and 0.07."
axes = ("plain distance of the positive", "how much farther: plain distance")
plots.curves_figure(to_positive, demands, axes, "A squared gap asks little of those who are far", words)

# %% [markdown]
# How much farther than the positive must the negative be? With the plain distance always 0.5. With the squared one that depends on where the positive lies: 0.71 when it is at 0, less than a quarter of that when it is far. No plain gap equals a squared one. And the slopes differ:

# %% tags=["nbval-check-output"]
print("  D    D squared   slope of D   slope of D squared")
for distance in (0.02, 0.10, 0.50, 1.00, 1.50, 2.00):
    print(f"{distance:.2f}   {distance**2:8.4f}   {1:8.2f}   {2 * distance:12.2f}")

for name, slope in {"D": lambda d: 1.0, "D squared": lambda d: 2 * d}.items():
    apart, steps = 0.02, 0
    while apart < 0.5:
        apart, steps = apart + 2 * 0.01 * slope(apart), steps + 1  # each of the two moves
    print(f"from 0.02 to 0.5 by the slope of {name}: {steps} steps")

# %% [markdown]
# The slope of $D^2$ is $2D$. Far pairs are moved with more force than with $D$, near ones with less, and two strangers in almost the same place with almost none. The slope of $D$ is 1 everywhere except at 0 itself: full force, however near. What does that do after a near collapse? The last cell pushes two strangers apart who lie
# at a distance of 0.02, by plain gradient descent in steps of 0.01 times the slope.
#
# The squared distance takes more than three times as long, and most of that to get away from the start. (AdamW, the optimizer of lesson 2, adapts its step to the size of the gradient, and hides a part of this.)
#
# Neither distance is wrong. But **a gap without its unit is no gap**: 0.2 of $D^2$, 0.5 of $D$. The margin 1 in lesson 2 was one of $D$.
#
# ## Key points
#
# - The triplet loss asks for an order, not for a distance: the positive nearer than the negative, by the gap $g$. An easy triplet costs 0 and teaches nothing.
# - Random triplets are soon mostly easy. A batch of $P$ people with $K$ pictures hides thousands; mining takes the hardest of each row (batch-hard), or the nearest behind the positive (semi-hard).
# - Losses on triplets of different choice cannot be compared. Judge on people never seen, over more than one split.
# - A loss that stands still at $g$ and distances near 0: the network has collapsed. Rates that only rank, such as AUC and one-shot accuracy, do not show it.
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
# <details><summary>Answer</summary>Nothing: nobody has a positive. The package leaves such queries out. A hand-written version that takes 0 as "the farthest positive" would push strangers apart and never pull; ours does that.</details>
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
# - Try: train the network without normalisation with `learning_rate=2e-4`, a fifth of the usual. Does the doctor's last remedy help?
# - Try: put `course_utils.faces.preprocessing.augment` between `dataset` and `fit`, with `batches.enumerate().map(...)`: the number of the batch is a part of the seed. What happens to the loss, and to the last line?
# - Try: `"batch_all"` uses all active triplets of a batch. Where does it stand beside the other two?
#
# Faces: AT&T Laboratories Cambridge. What they may and must not be used for: [data/README.md](../data/README.md).
#
# **The question for the next lesson.** Pairs and triplets arrange the points and leave the decision to a threshold. Verification is a question with two answers, yes or no. Why not train a network to answer it, with a probability?
