# %% [markdown]
# # Exercises 08: neural style transfer
#
# *After [lesson 08](../../../08_neural_style_transfer.ipynb). About 90 minutes, TOTAL points.*
#
# Run the first two cells. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it
# checks your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at
# a time.
#
# An answer may use Python, NumPy, SciPy, TensorFlow, Keras, and of `course_utils` data, backend and vgg19. The rest of it is
# not there when answers are graded, and the check refuses it too.
#
# **What you practise**, of the objectives of the lesson:
#
# OBJECTIVES

# %%
import numpy as np

from course_utils.data.paintings import painting
from course_utils.data.image_files import resize
from course_utils.data.sample_pictures import picture
from course_utils.feedback import check, hint

# %% [markdown]
# For exercises 2 to 5 you need a small world, in which everything is quick: two pictures of $8 \times 8$ pixels, and no network
# at all. The pixels themselves are the activations, with red, green and blue for channels. What you find out here about costs,
# weights and steps holds with VGG19, too. (The numbers differ: Gram matrices of pixels are large, so $\beta$ is small.)

# %% locked="run-world"
C = resize(picture("china")[:, 120:547], 8, 8).astype(float)  # content, (8, 8, 3), from 0 to 255
S = resize(painting("vortex", 64, 64), 8, 8).astype(float)  # style


def content(C, G):
    return np.mean((C - G) ** 2) / 4


def style(S, G):
    gram_S, gram_G = (np.einsum("hwi,hwj->ij", one, one) / one[..., 0].size for one in (S, G))
    return np.mean((gram_S - gram_G) ** 2) / 4


print(f"G = C: J_content {content(C, C):6.0f}   J_style {style(S, C):9.0f}")
print(f"G = S: J_content {content(C, S):6.0f}   J_style {style(S, S):9.0f}")

# %% [markdown] locked="q-total-cost"
# ## The total cost
#
# Write `total_cost(J_content, J_style, alpha=10, beta=40)`. All four are numbers, and it returns one. Called with only
# two numbers, it takes the weights of the lesson, $\alpha = 10$ and $\beta = 40$.
#
# $$J(G) = \alpha \, J_\mathrm{content}(C, G) + \beta \, J_\mathrm{style}(S, G)$$

# %% exercise="total_cost" practises="write the total cost"

# %% [markdown] locked="q-same-path"
# ## Predict, then run: the same picture, by the same path
#
# You paint with the weights `alpha` and `beta`, by plain gradient descent with the learning rate `rate`. A friend insists on
# another number for the weight of the style, `new_beta`. You still want to reach the same picture, and to pass through the same
# pictures in between, step by step. Which alpha do you take then, and which rate?
#
# Write your prediction as `same_path(alpha, beta, rate, new_beta)`. It returns an array of two numbers: the new alpha, then the
# new rate.

# %% exercise="same_path" practises="predict what a change" kind="predict"

# %% [markdown] locked="q-same-path-2"
# Now walk. To see the path as a row of numbers, only mixtures are painted here, $G = (1 - t)\,C + t\,S$. Gradient descent
# begins in the middle, $t = 0.5$, and changes $t$.

# %% locked="run-same_path"
def path(alpha, beta, rate):
    t, passed = 0.5, []
    for _ in range(5):
        low, high = ((1 - u) * C + u * S for u in (t - 0.01, t + 0.01))
        change = alpha * (content(C, high) - content(C, low)) + beta * (style(S, high) - style(S, low))
        t -= rate * change / 0.02
        passed.append(f"{t:.3f}")
    return "  ".join(passed)


new_alpha, new_rate = same_path(10, 0.001, 1e-6, 0.004)
print("before:             t =", path(10, 0.001, 1e-6))
print("only beta changed:  t =", path(10, 0.004, 1e-6))
print("your prediction:    t =", path(new_alpha, 0.004, new_rate))

# %% check="same_path"

# %% [markdown] locked="q-content-gradient"
# ## The gradient of the content cost
#
# Write `content_gradient(a_C, a_G)` for activations of shape `(1, n_H, n_W, n_C)`. It returns an array of the same shape: the
# derivative of
#
# $$J_\mathrm{content}(C, G) = \frac{1}{4 \cdot n_H \cdot n_W \cdot n_C} \sum_\text{all entries} \big(a^{(C)} - a^{(G)}\big)^2$$
#
# with respect to each entry of $a^{(G)}$. Work it out on paper: each entry stands in one term of the sum.

# %% exercise="content_gradient" practises="minimise it over pixels"

# %% [markdown] locked="q-content-gradient-2"
# Does it fit the cost? Make one number of the picture a little larger, and see how much the cost grows.

# %% locked="run-content_gradient"
gradient = np.asarray(content_gradient(C[None], S[None]))
for entry in ((0, 0, 0), (4, 2, 1), (7, 7, 2)):
    nudged = S.copy()
    nudged[entry] += 0.001
    measured = (content(C, nudged) - content(C, S)) / 0.001
    print(f"entry {entry}: by trying {measured:8.4f}, by your formula {gradient[0][entry]:8.4f}")

# %% check="content_gradient"

# %% [markdown] locked="q-mended-descent-step"
# ## Find the bug: it only gets darker
#
# A fellow student has read that a picture must be clipped in each step, and has done so. The cell begins with the dark painting
# and walks towards the bright photograph. The gradient is $G - C$, that of half the squared distance from $C$. Run it.

# %% locked="run-descent_step"
def descent_step(G, gradient, rate):
    return G - np.clip(rate * gradient, 0, 255)


G = S.copy()
for _ in range(20):
    G = descent_step(G, G - C, 0.5)
print(f"mean grey level: C {C.mean():.0f}, S {S.mean():.0f}, after 20 steps from S to C {G.mean():.0f}")
print("numbers that have become larger:", np.sum(G > S), "of", G.size)
print(f"with a rate of 5, the smallest number after one step is {descent_step(S, S - C, 5).min():.0f}")

# %% [markdown] locked="q-mended-descent-step-2"
# There is a clip from 0 to 255, and yet there are numbers below 0, and none has grown.
#
# Write `mended_descent_step(G, gradient, rate)`. `G` and `gradient` have the shape `(height, width, 3)`. It returns the picture
# after one step of gradient descent, of the same shape. All its numbers lie from 0 to 255. Do not round.

# %% exercise="mended_descent_step" practises="minimise it over pixels" kind="flaw"

# %% [markdown] locked="q-numerical-gradient"
# ## A gradient by trying
#
# TensorFlow finds gradients by rules. To test a gradient, you want one that was found without them. The cost to look at is
# $J(G) = 10 \, J_\mathrm{content}(C, G) + 0.01 \, J_\mathrm{style}(S, G)$ in the small world. It is given as `cost(G, C, S)` in
# the answer cell; leave it there as it is, and call it.
#
# Write `numerical_gradient(G, C, S, step)`. The three pictures have the shape `(height, width, 3)` and hold floats; `step` is a
# number of grey levels, small or large. It returns an array of the shape of `G` with the **central difference** for each number
# $g$ of the picture:
#
# $$\frac{J(\text{$G$ with $g + \mathrm{step}$}) - J(\text{$G$ with $g - \mathrm{step}$})}{2 \cdot \mathrm{step}}$$
#
# Only this one number is moved, all others stay. Do not clip, and leave `G` itself as it was.

# %% exercise="numerical_gradient" practises="minimise it over pixels"

# %% [markdown] locked="q-descend"
# With it you can paint, in the small world. For one step the cost is computed $2 \cdot 8 \cdot 8 \cdot 3 = 384$ times. How
# often would it be for a picture of $256 \times 256$ pixels? (That is why nobody paints like this. For tests on a few pixels
# it is good.)

# %% locked="run-numerical_gradient"
G = C.copy()
for step in range(13):
    if step % 4 == 0:
        print(f"after {step:2} steps: J = {cost(G, C, S):8.0f}")
    G = np.clip(G - 0.2 * np.asarray(numerical_gradient(G, C, S, 1.0)), 0, 255)

# %% [markdown] locked="q-mended-stop"
# ## Find the flaw: it gives up too early
#
# When has a painting been painted long enough? A fellow student stops at the first step at which the cost has fallen by less
# than a share of what it was. The rule is tried on two ways to the bottom of the same valley: small steps, and steps that
# remember the earlier ones, and so roll on over the bottom now and then.

# %% locked="run-stop"
def stop(costs, share):
    k = 1
    while k < len(costs) - 1 and costs[k - 1] - costs[k] >= share * costs[k - 1]:
        k += 1
    return k


def rolling(memory, rate, steps=80):
    """The costs of a way downhill that keeps a part of each step for the next one."""
    x, step, costs = np.array([3.0, 2.0]), np.zeros(2), []
    for _ in range(steps):
        costs.append(float(x @ (np.array([1, 20]) * x)) + 1)
        step = memory * step - rate * np.array([1, 20]) * x
        x = x + step
    return np.array(costs)


ways = {"small steps": rolling(0, 0.02), "steps that remember": rolling(0.8, 0.02)}
for name, costs in ways.items():
    k = stop(costs, 0.02)
    print(f"{name:20} stopped at step {k:2}, cost {costs[k]:5.2f}; the smallest of {len(costs)} steps {costs.min():.2f}")

# %% [markdown] locked="q-mended-stop-2"
# The second way is the better one, and the rule stops it near the top. One bad step is enough.
#
# Write `mended_stop(costs, share, steps)`. `costs` holds the cost after each step, `(n,)`, all above 0; they are counted from
# 0. It returns a whole number: the first step $k$, from step number `steps` on, at which the cost has fallen by less than the
# share `share` of what it was `steps` steps before. A fall by exactly the share is enough to go on. If there is no such step,
# it returns the last one, $n - 1$. `share` is a number above 0 and below 1, `steps` is 1 or more. In the checks no fall is so
# close to the share that rounding decides.


# %% exercise="mended_stop" practises="stop for a reason" kind="flaw"

# %% locked="run-mended_stop"
for name, costs in ways.items():
    k = mended_stop(costs, 0.1, 10)
    print(f"{name:20} stopped at step {k:2}, cost {costs[k]:5.2f}; the smallest of {len(costs)} steps {costs.min():.2f}")

# %% check="mended_stop"

# %% [markdown] locked="q-my-painting"
# ## A style of your own
#
# Write `my_painting(size, seed)`. It returns a picture as an array of shape `(size, size, 3)`, RGB, of whole numbers from 0 to
# 255, best as `uint8`. You choose what to paint. The picture has
#
# - at least three colours, each on a fiftieth of the picture or more; they differ by 40 or more in red, green or blue,
# - strokes, dots, tiles or waves and no noise: a pixel says something about others at most four pixels away,
# - something in at least three of its four quarters: there the colours vary by more than 4,
# - and chance that depends on `seed` alone: the same seed gives the same picture, another seed another one.
#
# It is checked with sizes from 37 to 64. Use NumPy only. `hint("my_painting")` has ideas.

# %% exercise="my_painting" practises="paint your own photographs"

# %% [markdown] locked="q-painted"
# ## Paint with it, and look
#
# *Objective: say what of a style arrives on a photograph, what does not, and why.*
#
# The next cell paints a photograph in your style, with a small weight of the style and with a large one. It takes about
# 20 seconds. You may take another photograph, another size, other weights.

# %% tags=["experiment"]
from course_utils import plots
from course_utils.style.transfer import StyleTransfer

photograph = resize(picture("chelsea")[:, 75:375], 96, 96)
mine = my_painting(96, 1)
painted = [StyleTransfer(photograph, mine, size=96, beta=beta).run(30, progress=False)
           for beta in (0.4, 40)]
words = ("Four pictures: a photograph of a cat, your own painting, and twice the photograph painted in "
         "its style: with a small weight of the style, and with a large one.")
names = ["photograph", "my painting", r"$\beta$ = 0.4", r"$\beta$ = 40"]
title = "What has arrived, and what has not?"
plots.picture_grid([photograph, mine, *painted], names, title, words, width=1.8)

# %% [markdown] locked="q-painted-2"
# Answer in about ten short sentences:
#
# - **What has arrived?** (1 point) Name one thing of your painting that you find in a painted photograph, and say how it got
#   there: which of the two costs asked for it, and in layers of which depth it can be seen.
# - **What has not?** (1 point) Name one thing of your painting that is missing or changed, and give the reason.
# - **One dial.** (1 point) Choose *one* setting ($\beta$, the style layers, the start, the size of your strokes), and predict
#   what it changes in the picture, and why. If you try it, say whether you were right.
#
# <!-- BEGIN MARK SCHEME -->
# **What earns the points**
#
# - Something that is to be seen in both pictures, the style cost as its reason, and layers whose neighbourhood is large enough
#   for it. Half a point if the cost or the layers are missing.
# - Something that is missing or changed, with a reason: the sum over positions, the content cost, or the size of what a layer
#   sees. Half a point without a reason.
# - One setting, what it changes, and why. A wrong prediction with a good reason, tried and told, earns the point as well.
# <!-- END MARK SCHEME -->

# %% [markdown] written="painted" points=3 practises="paint your own photographs"
# The colours have arrived, and with them the bands: dark blue beside cream, red beside yellow, with hard bent edges. The
# style cost asked for them. Colours and edges are seen by the style layers of blocks 1 and 2; that bands run side by side in
# a curve needs the larger neighbourhoods of block 3 and deeper.
#
# Closed rings, one inside the other, are missing nearly everywhere; only around the eyes, where the photograph has circles
# of its own, something like them appears. The Gram matrix adds up over all positions: it knows how often bent bands occur,
# and not that they close around one centre. And the content cost keeps the eyes, the nose and the cheeks where they are, so
# the bands must follow these forms. The large even patches are lost as well: in a picture of 96 pixels the fur has light and
# dark at every place, and the content cost asks for that.
#
# The dial: style layers of block 1 only. I predict the colours of my painting and a grain, but no bands, for a channel of the
# first layer sees 3 by 3 pixels, and my bands are wider. (Tried: the cat is orange and red with blue eyes, in flecks, and there
# is no band. That was right.)
