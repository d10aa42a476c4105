# %% [markdown]
# # 8 · Neural style transfer
#
# A photograph of a temple, a drawing of the sea, and a third picture that nobody has drawn. Your computer makes it while you watch: run the next cell.

# %% tags=["long"]
from course_utils import plots
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.transfer import StyleTransfer

photograph = picture("china")  # (427, 640, 3), RGB from 0 to 255
sea = painting("waves", 384, 512)
transfer = StyleTransfer(photograph, sea, size=512)

words = ("A temple with curved roofs, made of dark blue lines that follow one another like waves; the "
         "sky and the trees are waves, too. Small, above the curves: the photograph, and a drawn sea.")
plots.watch(transfer, 20, "What is in the photograph, drawn like the sea", words, tolerance=0,
            beside={"content $C$": photograph, "style $S$": sea})

# %% [markdown]
# What happened in those seconds? No network was trained, and no line was cut out of the drawing. The photograph, first in the colours of the drawing, was changed step by step; the curves show a cost that became smaller meanwhile. (It jumps up where the picture is enlarged: section 10.) At the end of this lesson you can build it, steer it, and paint a photograph of your own.
#
# (In a running notebook a button above the picture, *Stop here*, stops a painting early, and the best picture so far stays. Where it does not answer, press the stop button of the notebook.)
#
# **Questions**
#
# - How can a picture be *optimised*, and what is minimised?
# - When is a painting finished? Is a lower cost a better picture?
# - What do $\alpha$, $\beta$, the layers and the first picture change in the result?
# - Whose picture is it?
#
# **Objectives.** After this lesson you can
#
# - write the total cost $J(G) = \alpha J_\mathrm{content} + \beta J_\mathrm{style}$ and minimise it over pixels,
# - compare two optimisers by cost and seconds, and stop for a reason,
# - predict what a change of weights, layers, start or pooling does to the picture,
# - paint your own photographs, in styles that you have drawn yourself.
#
# **Before you start**: lessons 6 and 7.
#
# **Time**: 60 minutes to read, 40 minutes for the questions, 90 for the exercises; the notebook runs in RUN_TIME on two cores.
#
# ## 1. The picture is the unknown
#
# In lesson 7 you built two costs. The **content cost** compares activations position by position: what is where. The **style cost** compares Gram matrices: which channels are active together, wherever that happens. A generated picture $G$ that has the content of $C$ and the style of $S$ makes both small. So take their sum, the <dfn>total cost</dfn>:
#
# $$J(G) = \alpha\, J_\mathrm{content}(C, G) + \beta\, J_\mathrm{style}(S, G)$$
#
# $\alpha$ and $\beta$ are two weights that *you* choose: how much the content counts, and how much the style. Here is the way from three pictures to one number, with the pictures that you saw above:

# %% jupyter={"source_hidden": true}
plots.style_transfer_diagram({"C": photograph, "G": transfer.picture, "S": sea})

# %% [markdown]
# Follow the dashed arrow. When a network is trained, a cost changes its *weights*. Here VGG19 stays as it is, and **the gradient changes the pixels of $G$** (Gatys, Ecker and Bethge, 2016). The picture is the unknown. To paint is to minimise.
#
# The targets, $a^{(C)}$ and the Gram matrices $A^{(S)}$, are computed once. Only $G$ goes through the network in every step. ($A$ is the Gram matrix, as in lesson 7, and $G$ the picture.) From here on we take small squares of 112 pixels, which the figures enlarge; and for a style a night sky, with strokes, whirls and strong colours.

# %%
from course_utils.data.image_files import resize
from course_utils.style import costs
from course_utils.style.settings import CONTENT_LAYER, STYLE_LAYERS
from course_utils.vgg19 import FeatureExtractor

SIDE = 112
square = photograph[:, 120:547]
C = resize(square, SIDE, SIDE)
S = painting("vortex", SIDE, SIDE)
see = FeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS])
a_C, a_S = see(C), see(S)  # layer -> (1, n_H, n_W, n_C)
print(f"content: {CONTENT_LAYER}, {a_C[CONTENT_LAYER].shape}")
for layer, weight in STYLE_LAYERS.items():
    print(f"style:   {layer}, {a_S[layer].shape}, weight {weight:g}")

# %% [markdown]
# The weights of the five style layers are the course's own. You saw why in lesson 7: with equal weights, nearly the whole cost of noise is that of block 4.
#
# **Your turn.** Write the total cost from its formula above. `J_content` and `J_style` are two numbers, `alpha` and `beta` their weights; it returns one number. One way to write it is folded in the cell after yours: run it in any case, the lesson goes on with it.

# %%
from course_utils.feedback.lesson import check, guess, hint  # hint("total_cost") asks you a question

def total_cost(J_content, J_style, alpha=10, beta=40):
    """J(G) = alpha J_content + beta J_style."""
    raise NotImplementedError()  # your line

check("total_cost", total_cost)

# %% jupyter={"source_hidden": true}
def total_cost(J_content, J_style, alpha=10, beta=40):
    """J(G) = alpha J_content + beta J_style."""
    return alpha * J_content + beta * J_style

# %% [markdown]
# **Predict.** What is the content cost of the photograph itself ($G = C$), and its style cost? And those of the painting itself ($G = S$)? Which of the two has the smaller total?
#
# <details><summary>Answer</summary>
#
# $G = C$ has the content cost 0, and a large style cost. $G = S$ has the style cost 0, and a large content cost. Which total is smaller depends on $\alpha$ and $\beta$: with ours it is the painting's. The next cell has the numbers.
#
# </details>

# %%
def both_costs(G, a_C=a_C, a_S=a_S):
    """Content and style cost of G, whose size is that of the content picture."""
    a_G = see(G)
    J_content = costs.content_cost(a_C[CONTENT_LAYER], a_G[CONTENT_LAYER])
    return J_content, costs.style_cost(a_S, a_G, STYLE_LAYERS)

for name, G in (("G = C", C), ("G = S", S), ("half and half", C // 2 + S // 2)):
    J_content, J_style = both_costs(G)
    J = total_cost(J_content, J_style)
    print(f"{name:13}  J_content {J_content:9.3g}   J_style {J_style:9.3g}   J {J:9.3g}")

# %% tags=["guard"]
assert both_costs(C)[0] == both_costs(S)[1] == 0
mixed = total_cost(*both_costs(C // 2 + S // 2))
assert total_cost(*both_costs(S)) < mixed < total_cost(*both_costs(C))

# %% [markdown]
# A double exposure, half photograph and half painting, has to pay both costs. We look for something better. (The cheapest of the three is the painting itself, and it has no temple. A low $J$ alone is not enough; section 4 comes back to it.)
#
# ## 2. Gradient descent on pixels
#
# The **gradient** says for each number in $G$ how fast $J$ grows with it. TensorFlow computes it; it has the shape of the picture. The plainest way down is a step against it, again and again:
#
# $$G \leftarrow \text{clip}\big(G - \text{rate} \cdot \nabla J(G),\; 0,\; 255\big)$$
#
# The numbers must stay colours: hence the clip, which makes 0 of what is smaller, and 255 of what is larger. (You find `np.clip` in NumPy.) **Your turn:** write one step, `mended_descent_step(G, gradient, rate)`. `G` and `gradient` have the shape `(height, width, 3)`, `rate` is a number. (*Mended*: in the exercises you meet a step with a mistake first.) One way to write it is folded below your cell; then we walk from the photograph, with three learning rates.

# %%
import numpy as np

def mended_descent_step(G, gradient, rate):
    """One step of gradient descent that stays within the colours; (height, width, 3) -> the same."""
    raise NotImplementedError()  # your line

check("mended_descent_step", mended_descent_step)

# %% jupyter={"source_hidden": true}
def mended_descent_step(G, gradient, rate):
    """One step of gradient descent that stays within the colours; (height, width, 3) -> the same."""
    return np.clip(G - rate * gradient, 0, 255)

# %% tags=["long"]
from course_utils.backend import tf

@tf.function
def cost_and_gradient(G):
    with tf.GradientTape() as tape:
        tape.watch(G)
        J = total_cost(*both_costs(G))
    return J, tape.gradient(J, G)

def descend(rate, steps=6):
    """Gradient descent from the photograph; return the picture."""
    G = C.astype(np.float32)
    for _ in range(steps):
        _, gradient = cost_and_gradient(tf.constant(G))
        G = mended_descent_step(G, gradient.numpy(), rate)
    return tf.constant(G)

after = {}
for rate in (0.002, 0.02, 0.5):
    after[rate] = cost_and_gradient(descend(rate))[0]
    print(f"learning rate {rate}: J = {after[rate]:.3g} after 6 steps")

# %% tags=["guard"]
assert after[0.02] < after[0.002] < total_cost(*both_costs(C)) < after[0.5]

# %% [markdown]
# The **learning rate** says how far to step for a gradient of 1. The smallest one creeps. The middle one does best. The largest overshoots: in the end $J$ is *higher* than at the start (that of $G = C$ above). Nobody can tell you the right rate beforehand; it depends on the pictures, the weights and the unit of the pixels. (A rate that is right for pixels from 0 to 255 is wrong for pixels from 0 to 1.)
#
# ## 3. Two optimisers that look back
#
# Better ways remember earlier steps.
#
# - **Adam** (Kingma and Ba, 2015) scales the step of each number by the size of its own recent gradients. Each number then moves by about the learning rate a step, in grey levels: that can be chosen without knowing the size of $J$.
# - **L-BFGS** (Byrd and others, 1995) painted in lessons 6 and 7. It learns from its last ten steps how the gradient *changes*, that is, how $J$ is bent, and steps where the bottom should be. It tries the new place before it accepts it. There is no rate to choose.
#
# **Predict.** Adam computes the gradient once a step, and little else. L-BFGS does more work a step. How would you compare them fairly?
#
# <details><summary>Answer</summary>By what you pay: seconds. Steps of different kinds cannot be compared. And from the same picture, on the same cost.</details>
#
# `StyleTransfer` has both. Its `paint` is an iterator: it yields the picture after each step. We keep them all.

# %% tags=["long"]
def paint(steps, C=C, S=S, **settings):
    """Paint; return the transfer, which knows its costs, and the picture after each step."""
    transfer = StyleTransfer(C, S, **settings)
    return transfer, list(transfer.paint(steps, tolerance=0))

paint(1)  # gets the network ready, so that it counts for none of the three
adam = {}
for rate in (2, 20):
    adam[rate], _ = paint(40, start="content", optimizer="adam", learning_rate=rate)
lbfgs, growing = paint(150, start="content")  # "content": we begin with the photograph itself

# %%
def curve(run, steps):
    """Seconds and costs of the first steps."""
    first = run.history[:steps]
    return [step.seconds for step in first], [step.costs.total for step in first]

curves = {f"Adam, rate {rate}": curve(run, 40) for rate, run in adam.items()}
curves["L-BFGS"] = curve(lbfgs, 40)
shared = min(seconds[-1] for seconds, _ in curves.values())  # the last time that all three reach
for name, (seconds, falling) in curves.items():
    print(f"{name:13} after {shared:.1f} seconds: J = {np.interp(shared, seconds, falling):.3g}")

# %% jupyter={"source_hidden": true}
words = ("Three curves on a logarithmic axis. Adam with the rate 2 falls slowly; Adam with the rate 20 "
         "ends lowest, and goes up now and then; L-BFGS falls without a rise.")
plots.cost_curves(curves, "L-BFGS needs no rate; Adam needs the right one", words)

# %% tags=["guard"]
assert min(step.costs.total for step in adam[20].history[-5:]) < lbfgs.history[39].costs.total < 0.6 * adam[2].history[-1].costs.total
jumping = curves["Adam, rate 20"][1]
assert any(later > sooner for sooner, later in zip(jumping, jumping[1:]))

import sys

optimizers = sys.modules["course_utils.style.optimizers"]
tried = []
def counted(G):
    tried.append(G)
    J, gradient = cost_and_gradient(tf.constant(G, tf.float32))
    return float(J), gradient.numpy()

list(optimizers.lbfgs(counted, C.astype(float), 1))
assert len(tried) > 2  # the first picture, and more than one step from it

# %% [markdown]
# After the same seconds, Adam with the rate 20 has come about as far as L-BFGS here, though its cost goes up now and then. (L-BFGS begins later: its first step, in which it tries more than one length, takes longer.) With a rate ten times as small Adam is far behind, and you find the good one only by trying. That is why the course paints with L-BFGS: it needs no such trial, and at one size its cost did not go up in our runs. Look at its steps:

# %% jupyter={"source_hidden": true}
shown = [1, 10, 25, 50]
words = ("The same temple four times. After 1 step dark flecks in a white sky; they join to curves; at "
         "25 the sky is still bright; at 50 steps temple and sky are blue, with pale whirls.")
plots.picture_grid([growing[step - 1] for step in shown], [f"step {step}" for step in shown],
                   "The picture as it grows, from the photograph", words, width=2.6, smooth=True)

# %% [markdown]
# ## 4. When is it finished?
#
# "More iterations" is common advice; some courses take 20,000 steps. More cautious ones ask for *progress*: stop when $J$ has fallen by less than a given share over the last ten steps. (`StyleTransfer` calls this share `tolerance`; it is 1% if you do not say otherwise.)

# %%
cost = [step.costs.total for step in lbfgs.history]
for step in (20, 40, 60, 100, 150):
    print(f"J fell by {1 - cost[step - 1] / cost[step - 11]:5.1%} in the ten steps before step {step}")

# %% tags=["guard"]
fall = {step: 1 - cost[step - 1] / cost[step - 11] for step in (20, 40, 60, 100, 150)}
assert fall[40] > fall[60] > fall[100] > fall[150] > 0

# %% [markdown]
# After step 40 these numbers become smaller each time. But none is 0, and so one may think: let it run, a lower cost is a better picture. Let us look. This time we begin with the photograph in the colours of the painting, which is what `StyleTransfer` does if you do not say otherwise, and paint 150 steps.
#
# **Predict.** By how many percent does $J$ fall from step 25 to step 150? Write your number in the place of the dots. And what will the picture at step 150 look like, beside that of step 25?

# %% tags=["long"]
fallen = guess(...)

standard, grown = paint(150)
at_25, at_150 = standard.history[24].costs, standard.history[149].costs
fallen.is_really(100 * (1 - at_150.total / at_25.total), "%")

# %% jupyter={"source_hidden": true}
shown = [8, 25, 150]
words = ("Three paintings. After 8 steps a blue temple with clear roofs and storeys, and a sky of "
         "flecks; after 25 the sky whirls and the roofs bend; after 150 the storeys are dark bands "
         "among whirls and bright spots.")
captions = [f"step {step}: $J$ = {standard.history[step - 1].costs.total:.3g}" for step in shown]
plots.picture_grid([grown[step - 1] for step in shown], captions,
                   "The cost is lower. Is the picture better?", words, width=3.4, smooth=True)

# %%
def likeness(G):
    """How well the light and dark of G goes with that of the photograph: 1 is in step, 0 not at all."""
    return np.corrcoef(G.mean(axis=2).ravel(), C.mean(axis=2).ravel())[0, 1]

for step in (1, 8, 25, 50, 100, 150):
    now = standard.history[step - 1].costs
    print(f"step {step:3}   J {now.total:8.3g}   J_content {now.content:8.3g}   J_style "
          f"{now.style:8.3g}   likeness {likeness(grown[step - 1]):.2f}")

# %% tags=["guard"]
assert at_150.total < 0.8 * at_25.total
assert at_150.content < at_25.content
assert at_150.style < at_25.style
assert likeness(grown[149]) < likeness(grown[24]) - 0.05
assert at_25.total < 0.8 * standard.history[7].costs.total
assert at_150.total < total_cost(*both_costs(S)) < standard.history[49].costs.total
assert 0.93 < standard.history[99].costs.total / total_cost(*both_costs(S)) < 1.05

# %% [markdown]
# This is the most important result of the lesson. From step 25 to step 150 *everything* that we minimise has become smaller: $J$, the content cost, the style cost. And the temple dissolves. Its storeys turn into bands that run on into the sky, and its light and dark have less and less to do with those of the photograph (the likeness).
#
# Is something broken? No. $J$ knows nothing of temples. It knows one layer of a network, where each number speaks for a patch of many pixels, and five Gram matrices. A picture can please all of these and displease you. (Remember $G = S$ of section 1, which has no temple at all: its $J$ is about that of step 100. The way down leads towards such pictures.) **A low cost is not a good picture**: $J$ is a tool that pulls the picture somewhere; where to let go is a decision, and it is yours. You may like a painting best long before its cost stops falling.
#
# So keep the pictures on the way, and choose with your eyes: the next section has sliders for it.
#
# ## 5. Where to begin
#
# A descent leads from where it begins to a place nearby, and $J$ has many low places. So does the first picture decide what you get? Three that people use: the photograph; noise; and ours, the photograph after its colours were shifted and stretched to those of the painting (`start="recoloured"`). Two of the three we have already painted.
#
# **Predict.** After 150 steps, by how many percent is the highest $J$ of the three above the lowest? (Write this number in the place of the dots.) And after 25?

# %% tags=["long"]
apart = guess(...)

noise, from_noise = paint(150, start="noise")
runs = {"recoloured": standard, "photograph": lbfgs, "noise": noise}
print("step" + "".join(f"{start:>13}" for start in runs) + "   highest above lowest")
for step in (25, 150):
    J = {start: run.history[step - 1].costs.total for start, run in runs.items()}
    above = 100 * (max(J.values()) / min(J.values()) - 1)
    print(f"{step:4}" + "".join(f"{cost:13.3g}" for cost in J.values()) + f"   {above:.0f}%")
apart.is_really(above, "%")

# %% jupyter={"source_hidden": true}
starts = {"recoloured": grown, "photograph": growing, "noise": from_noise}
words = ("Six paintings, two rows. After 25 steps: a blue temple; a temple under a glaring white sky; "
         "grain with whirls. After 150: a temple half dissolved; a dark temple under a blue sky with "
         "bright spots; grainy whirls and no temple.")
plots.picture_grid([starts[start][step - 1] for step in (25, 150) for start in starts],
                   [f"from {start}, step {step}" for step in (25, 150) for start in starts],
                   "One cost, three first pictures", words, columns=3, width=3.2, smooth=True)

# %% tags=["guard"]
assert 100 * (max(J.values()) / min(J.values()) - 1) < 10
at = {start: [run.history[step - 1].costs.total for step in (25, 150)] for start, run in runs.items()}
assert max(at, key=lambda start: at[start][0]) == "photograph"
assert at["photograph"][0] > 1.5 * at["recoloured"][0]
assert growing[24][:45, 70:].mean() > 1.3 * growing[149][:45, 70:].mean()  # the sky

# %% [markdown]
# Had we looked at step 25 only, we would have drawn wrong conclusions: the start at the photograph looks much worse than ours, in cost and in its glaring sky. It was *unfinished*. At step 150 the sky has turned blue, and the three costs lie close together. So the start decides how long the way is; in the cost at step 150, little of it is left. In the *picture* more is left: three pictures with nearly the same $J$ are three very different pictures.
#
# From noise the temple is missing. Is that the fault of the start? Change one thing, and see: the same noise and 80 steps, with a tenth of the weight on the style. Then one thing more: `variation=500`, which smooths. (How, the end of this section says.)

# %% tags=["long"]
less_style, from_noise_4 = paint(80, start="noise", beta=4)
starts["noise, beta 4"] = from_noise_4
smoother, smoothed = paint(80, start="noise", beta=4, variation=500)
starts["the same, smoothed"] = smoothed
for start, pictures in starts.items():
    print(f"{start:18} step 80: likeness {likeness(pictures[79]):.2f}")

# %% jupyter={"source_hidden": true}
words = ("Three paintings that began as the same noise. With beta 40 grainy whirls, and no temple. "
         "With beta 4 the roofs of the temple, under a grainy blue sky. Smoothed as well: less grain.")
captions = [r"$\beta$ = 40", r"$\beta$ = 4", r"$\beta$ = 4, smoothed"]
plots.picture_grid([from_noise[79], from_noise_4[79], smoothed[79]], captions,
                   "One start, 80 steps: with a tenth of the style's weight, roofs appear", words,
                   width=3.4, smooth=True)

# %% tags=["guard"]
assert likeness(from_noise_4[79]) > likeness(from_noise[79]) + 0.05

# %% [markdown]
# With $\beta = 4$ you see its roofs, though light and dark agree little with the photograph. So from noise the *weight* decides. But the start counts as well: with the same $\beta = 40$ the temple is there if we begin with the photograph, where it is present from the first step on and has to be lost first.
#
# Choose the start and the step by hand. What do you like best? (You only leaf through finished paintings here. To paint, as at the top of this lesson and at its end, takes a running notebook.)

# %% jupyter={"source_hidden": true}
from course_utils import explorables

words = ("Three paintings after 25 steps: a blue temple under a whirling sky; a temple under a glaring "
         "white sky; grain with whirls.")
explorables.painting({start: (run.history, starts[start]) for start, run in runs.items()}, "start",
                     [1, 4, 10, 25, 50, 100, 150], ("photograph", 25), "Where would you stop?", words)

# %% [markdown]
# Has what came from noise kept some *grain*? It can be measured: the **total variation** of lesson 6 is the mean of the squared steps from each pixel to the one below and to the one on the right. It is 0 for a flat picture and large for grain. `variation=500`, with which the smoothed picture was painted, adds 500 times the total variation to the cost. That smooths the grain, and, with too much weight, the strokes as well. All five after 80 steps:

# %%
def total_variation(picture):
    """Squared steps to the pixel below and to the right, per entry; (height, width, 3) -> a number."""
    picture = np.asarray(picture, float)
    down, right = np.diff(picture, axis=0), np.diff(picture, axis=1)
    return (np.sum(down**2) + np.sum(right**2)) / picture.size

for start, pictures in starts.items():
    print(f"{start:18} total variation {total_variation(pictures[79]):7.0f}")

# %% tags=["guard"]
grain = {start: total_variation(pictures[79]) for start, pictures in starts.items()}
assert min(grain["noise"], grain["noise, beta 4"]) > 1.5 * max(grain["recoloured"], grain["photograph"])
assert grain["the same, smoothed"] < 0.8 * min(grain["recoloured"], grain["photograph"])

# %% [markdown]
# Of the three that began as noise, the two that were not smoothed have several times as much of it as the first two: grain is what they began with. Smoothed, it has the least of all five.
#
# ## 6. The dials
#
# From here on each picture differs from a standard one in *one* thing; where it is more, we say so. They are larger, 200 pixels, and all have 12 steps: 8 on a small picture of 100 pixels, 4 after it was enlarged (section 10 says why). They have all been stopped early, and you know now what that means: compare them with one another, and do not ask where they would end.
#
# ### Content against style
#
# Only the ratio of $\alpha$ and $\beta$ matters for the picture: doubling both doubles $J$ everywhere, and its lowest point stays where it is. So leave $\alpha = 10$, and turn $\beta$.

# %% tags=["long"]
DIAL = 200
large_C = resize(square, DIAL, DIAL)
large_S = painting("vortex", DIAL, DIAL)

def dial(S=large_S, **settings):
    """One of the pictures of the dials: the transfer, and the picture after each step."""
    return paint(12, C=large_C, S=S, levels=2, **settings)

by_beta = {beta: dial(beta=beta) for beta in (0.4, 4, 40, 400)}
plain = by_beta[40][0].picture  # the standard
ends = [run.history[-1].costs for run, _ in by_beta.values()]
for beta, end in zip(by_beta, ends):
    print(f"beta {beta:5}: J_content {end.content:8.3g}   J_style {end.style:8.3g}")

# %% jupyter={"source_hidden": true}
words = ("Four versions of the temple. With beta 0.4 a clean photograph in blue. With 4 strokes "
         "in the sky. With 40 and 400 whirls, dark rings and one ball of many colours, and the temple "
         "sinks into the strokes.")
dialled = {beta: (run.history, pictures) for beta, (run, pictures) in by_beta.items()}
explorables.painting(dialled, "β", [1, 4, 8, 12], (4, 12),
                     "From photograph to painting, by one number", words,
                     question="Move β: from which value on does the temple sink into the strokes?")

# %% tags=["guard"]
assert all(low.content < high.content for low, high in zip(ends, ends[1:]))
cheaper = [low.style / high.style for low, high in zip(ends, ends[1:])]
assert all(1.7 < times_less < 2.4 for times_less in cheaper[:2])
assert 1 < cheaper[2] < 1.5

# %% [markdown]
# With each larger $\beta$ the content cost rises. From 0.4 to 4, and from 4 to 40, the style cost falls to about half; from 40 to 400 it falls less. There is no right $\beta$. It is a choice, and you make it by looking. (A $\beta$ from another course means nothing here before it is converted: lesson 7.)
#
# ### The layers
#
# **Predict.** Style from blocks 1 to 3, then from all five. What will the sky be like after the same 12 steps? (To leave out layers takes weight from the style, too. So the three get more: on the photograph at 200 pixels they cost as much as all five. At 100 pixels, where each painting begins, it is less than half as much.)
#
# <details><summary>Answer</summary>Block 1 sees a few pixels at a time: colours and grain. Each deeper block sees a larger patch. In these 12 steps the three blocks give fine and short strokes, and all five give whirls.</details>

# %% tags=["long"]
a_large_C = see(large_C)
a_large_S = see(large_S)

def up_to(count):
    """Weights for the first few blocks, which cost as much as all five on the photograph."""
    first = {layer: weight * (int(layer[5]) <= count) for layer, weight in STYLE_LAYERS.items()}
    all_five = costs.style_cost(a_large_S, a_large_C, STYLE_LAYERS)
    share = float(costs.style_cost(a_large_S, a_large_C, first) / all_five)
    return {layer: weight / share for layer, weight in first.items()}

fewer, _ = dial(style_layers=up_to(3))
by_layer = {"blocks 1 to 3": fewer.picture, "blocks 1 to 5": plain}

words = ("Two versions of the temple. With blocks 1 to 3 a clear temple under a sky of short strokes; "
         "with all five whirls and dark rings, and the temple sinks into them.")
plots.picture_grid(by_layer.values(), by_layer,
                   "Style from three blocks, and from five, after 12 steps", words, width=3.6)

# %% tags=["guard"]
half_C, half_S = see(resize(large_C, 100, 100)), see(resize(large_S, 100, 100))
three, five = up_to(3), STYLE_LAYERS
assert np.isclose(costs.style_cost(a_large_S, a_large_C, three), costs.style_cost(a_large_S, a_large_C, five), rtol=1e-3)
assert 0.3 < costs.style_cost(half_S, half_C, three) / costs.style_cost(half_S, half_C, five) < 0.5

# %% [markdown]
# After 12 steps from the recoloured photograph, three blocks have left the storeys clear, with short strokes in the sky; whirls show only with all five. That is no law: in lesson 7 two blocks made whirls, from noise, without a content picture, in 100 steps.
#
# ## 7. Maximum or average?
#
# VGG19 was trained with max pooling: of four numbers the largest goes on. Gatys and others found pictures of the *average* slightly more appealing. A fair trial needs care: averages are smaller than maxima, and count less.
#
# **Predict.** In block 5, how many times as large is the style cost with the maximum?

# %% tags=["long"]
factor = guess(...)

def layer_costs(pooling):
    """Size of the content's activations, and style cost of the photograph in each layer."""
    pooled_see = FeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS], pooling=pooling)
    of_C = pooled_see(large_C)
    of_S = pooled_see(large_S)
    style = {layer: float(costs.layer_style_cost(of_S[layer], of_C[layer])) for layer in STYLE_LAYERS}
    return float(tf.reduce_mean(of_C[CONTENT_LAYER] ** 2)), style

content_max, style_max = layer_costs("max")
content_average, style_average = layer_costs("average")
times = {layer: style_max[layer] / style_average[layer] for layer in STYLE_LAYERS}
print("style cost     maximum / average   fourth root of it")
for layer in STYLE_LAYERS:
    print(f"{layer:14} {times[layer]:17.1f} {times[layer] ** 0.25:19.1f}")
factor.is_really(times["block5_conv1"], "times")

# %% tags=["guard"]
averaged = FeatureExtractor(["block5_conv1"], pooling="average")(large_C)["block5_conv1"]
smaller = float(tf.sqrt(tf.reduce_mean(a_large_C["block5_conv1"] ** 2) / tf.reduce_mean(averaged**2)))
assert 4.5 < smaller < 6.5 and 4.5 < times["block5_conv1"] ** 0.25 < 6.5
assert times["block5_conv1"] == max(times.values())

# %% [markdown]
# Hundreds of times in block 5, where the activations are only some five times as large: the cost has their fourth power (lesson 7). With the same weights, block 5 would have next to no share in the cost: we would compare other *weights* and call it other *pooling*. So give each layer a weight by which it counts as much as before, measured on the photograph at 200 pixels; and $\alpha$ as well, for the content layer has smaller numbers, too:

# %% tags=["long"]
fair = {layer: weight * times[layer] for layer, weight in STYLE_LAYERS.items()}
fair_alpha = 10 * content_max / content_average
unfair, _ = dial(pooling="average")
fairer, _ = dial(pooling="average", style_layers=fair, alpha=fair_alpha)
pooled = {"maximum": plain, "average, same weights": unfair.picture,
          "average, fair weights": fairer.picture}

words = ("Three versions of the temple. Maximum: whirls with fine strokes. Average, same weights: a "
         "clear temple under a sky of dots, without whirls. Average, fair weights: whirls again.")
plots.picture_grid(pooled.values(), pooled,
                   "Change one thing at a time: pooling, not weights", words, width=3.2)

# %% [markdown]
# The middle picture would have been a wrong verdict on average pooling: its sky has dots and no whirl. With fair weights the whirls are back. Maximum or average, then? Both paint whirls, and two pictures do not say which is better. The course keeps the maximum, with which VGG19 was trained.
#
# ## 8. Colours
#
# Do you want the strokes of the painting, and the colours of the photograph? Two ways (Gatys and others, 2016b): `"luminance"` paints light and dark only, and takes the colours from the photograph. `"histogram"` first gives the *painting* the colours of the photograph. Here is the first. (And two styles mix if their style costs are added: give a list of styles in the place of one.)

# %% tags=["long"]
own_colours, _ = dial(keep_colours="luminance")
coloured = {"colours of the painting": plain, "colours of the photograph": own_colours.picture}
words = ("Two versions of the temple with whirling strokes: one in the blue and yellow of the "
         "painting, one in the colours of the photograph, with a pale sky.")
plots.picture_grid(coloured.values(), coloured,
                   "The strokes of the one, the colours of the other", words, width=3.6)

# %% [markdown]
# ## 9. What can go wrong
#
# One line, seen in many published programs: a result with numbers below 0 and above 255 is turned into a picture, eight bits a number, without a clip. Eight bits count like a clock: after 255 comes 0.

# %%
G = tf.constant(C, tf.float32)
for _ in range(6):
    G -= 0.02 * cost_and_gradient(G)[1]  # as above, but no clip
whole = np.rint(G.numpy()).astype(int)
wrong, right = (whole % 256).astype(np.uint8), whole.clip(0, 255).astype(np.uint8)
print(f"{np.mean((whole < 0) | (whole > 255)):.1%} of the numbers are outside of 0 to 255; "
      f"-3 becomes {-3 % 256}, 300 becomes {300 % 256}")

words = ("The same picture twice. Left, neon spots in the bright sky and in the dark parts of the "
         "temple. Right, after the clip, clean light and dark.")
plots.picture_grid([wrong, right], ["without a clip", "with a clip"],
                   "Neon spots: a clip is missing", words, width=3.6)

# %% [markdown]
# Other traps, and what the package does about them: pictures from 0 to 1 where 0 to 255 is expected (an error says so); a style picture of another size, grey or turned by the camera (accepted, and set upright); the *network* among the things that are optimised (its weights are fixed).
#
# ## 10. Larger, and faster
#
# Each doubling of the side takes about four times the work a step. So a large picture is started small, where large forms find their place in few cheap steps. Then it is enlarged, and the next level adds fine strokes. Our first picture was painted so:

# %%
import itertools

steps_alone = 0  # seconds of all steps, if the first of each size were as quick as the others
for side, there in itertools.groupby(transfer.history, key=lambda step: step.longer_side):
    clock = [step.seconds for step in there]
    each = (clock[-1] - clock[0]) / (len(clock) - 1)  # without the first
    steps_alone += len(clock) * each
    print(f"{len(clock):2} steps at {side} pixels, {each:.2f} seconds each")
first_steps = transfer.history[-1].seconds - steps_alone
print(f"together {steps_alone:.1f} seconds, and {first_steps:.1f} more in the first step of each size")

# %% tags=["guard"]
for before, after_it in itertools.pairwise(transfer.history):
    if before.longer_side < after_it.longer_side:
        assert after_it.costs.style > 1.4 * before.costs.style and after_it.costs.content < 1.1 * before.costs.content
dials = [run for run, _ in by_beta.values()]
for run in (transfer, lbfgs, standard, noise, less_style, smoother, *dials):
    for before, after_it in itertools.pairwise(run.history):
        assert before.longer_side < after_it.longer_side or after_it.costs.total <= before.costs.total

# %% [markdown]
# (The first step of each size takes longer: it gets the network ready, and tries more than one length.) At the top of the lesson $J$ jumps up where the picture is enlarged. It is the style cost that jumps, and not the content cost. (That is no law: for the paintings of section 6 the style cost falls at that place. We have not looked for the reason.)
#
# There are two more ways to save time. Some processors multiply numbers with fewer digits several times as fast: <dfn>bfloat16</dfn> has 8 significant bits where float32 has 24. Others imitate it and are very slow. So the package measures it on your machine, once, and takes the faster one; costs and Gram matrices are added in float32 in any case. How much does the rounding change the cost?

# %%
from course_utils.style.precision import fastest_precision

exact = total_cost(*both_costs(standard.picture))  # in float32
see_rounded = FeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS], precision="bfloat16")
a_G_rounded = see_rounded(standard.picture)
content_rounded = costs.content_cost(see_rounded(C)[CONTENT_LAYER], a_G_rounded[CONTENT_LAYER])
style_rounded = costs.style_cost(see_rounded(S), a_G_rounded, STYLE_LAYERS)
rounded = total_cost(content_rounded, style_rounded)
print(f"faster here: {fastest_precision(SIDE, SIDE)}")
print(f"one picture: J = {exact:.4g} in float32, {rounded:.4g} in bfloat16, "
      f"{1 - rounded / exact:.2%} less")

# %% tags=["guard"]
from course_utils.style import winograd

assert 0.005 < 1 - rounded / exact < 0.02
assert 100 * (1 - rounded / exact) < above
d = np.array([3, 1, 4, 1, 5, 9])
g = np.array([2, -7, 1])
assert [d[i : i + 3] @ g for i in range(4)] == [3, -25, 6, -24]
assert np.allclose(winograd.A_T @ ((winograd.G @ g) * (winograd.B_T @ d)), [3, -25, 6, -24])
assert winograd.G.shape == (6, 3) and winograd.B_T.shape == (6, 6) and winograd.A_T.shape == (4, 6)

# %% [markdown]
# In bfloat16 the cost of the same picture comes out about a hundredth smaller. That is less than the three starts of section 5 are apart at step 150.
#
# And one can multiply *less*: in float32, where it pays, the package finds $4 \times 4$ results of a $3 \times 3$ kernel with 36 products in the place of 144 (Winograd, 1980; Lavin and Gray, 2016).
#
# <details><summary>How to multiply less</summary>
#
# Slide a kernel $g$ of 3 numbers along 6 pixels $d$: 4 results, each the sum of 3 products, make 12 products. Winograd gets by with 6. Three fixed matrices of small numbers help: `G`, $6 \times 3$, and `B_T`, $6 \times 6$, bring $g$ and $d$ into another form of 6 numbers each; these are multiplied one by one; and `A_T`, $4 \times 6$, makes the 4 results of the 6 products. (The names are those of that literature: here `G` is no picture, and `A_T` no Gram matrix.)
#
#     from course_utils.style import winograd
#
#     d = np.array([3, 1, 4, 1, 5, 9])
#     g = np.array([2, -7, 1])
#     print([int(d[i : i + 3] @ g) for i in range(4)])  # 4 sums of 3 products
#     products = (winograd.G @ g) * (winograd.B_T @ d)  # 6 products
#     print((winograd.A_T @ products).round().astype(int).tolist())
#
# Both print [3, -25, 6, -24]. In two dimensions it is $6 \cdot 6$ products in the place of $16 \cdot 9$, and the form of VGG19's kernels is computed only once.
#
# </details>
#
# ### Faster still: trained beforehand
#
# Johnson and others (2016) turned the task round: train a network *once*, on many photographs and for one style, so that its output makes a total cost small. After that it paints in one pass, and no picture is optimised any more. Ghiasi and others (2017) trained one for styles of any kind: it reads the style from a picture. Here is what theirs has made of our photograph and our sea. (The picture is kept in a file, for their network is no part of this course. [data/README.md](../data/README.md) says how it was made, and on which machine its seconds were measured.)
#
# **Predict.** Measured with our $\alpha$ and $\beta$: by how many percent is the $J$ of their picture above that of ours?

# %% tags=["long"]
from course_utils.data.one_pass import painted_in_one_pass

higher = guess(...)
theirs = painted_in_one_pass()
targets = see(resize(photograph, *theirs.picture.shape[:2])), see(sea)
one_each = {"ours, 20 steps": transfer.picture, "theirs, one pass": theirs.picture}
J_of = {}
for name, G in one_each.items():
    J_content, J_style = both_costs(G, *targets)
    J_of[name] = float(total_cost(J_content, J_style))
    print(f"{name:16} J_content {J_content:8.3g}   J_style {J_style:8.3g}   J {J_of[name]:8.3g}")
print(f"ours: {steps_alone:.1f} seconds of steps, and {first_steps:.1f} more in the first of each size")
print(f"theirs: {theirs.seconds:.1f} seconds, once the networks are loaded")
ours_of_it, theirs_of_it = J_of.values()
higher.is_really(100 * (theirs_of_it / ours_of_it - 1), "%")

words = ("The temple twice. Ours: dark blue lines like waves, in the sky as well. Theirs: a clearer "
         "temple in short dark strokes, with a white rim of light, and a sky of fine slanting strokes.")
plots.picture_grid([transfer.picture, theirs.picture], ["ours: 20 steps", "theirs: one pass"],
                   "Optimised for this pair, and trained for all pairs", words, width=5.2)

# %% tags=["guard"]
ours_at_the_end = transfer.history[-1].costs
assert theirs_of_it > 1.2 * ours_of_it
assert J_content < ours_at_the_end.content and J_style > ours_at_the_end.style  # of theirs, the last one asked

# %% [markdown]
# Their total cost is higher. Their picture keeps *more* of the temple than ours (its content cost is lower), and less of the sea. These are two promises. Theirs: any picture at once, a film too; but somebody had to train the network before, on many pictures and for another weighing of the two costs, and no dial of yours changes it afterwards. Ours: nothing is trained, every dial is yours, and each picture is worked for. (Compare with care: their seconds leave out what gets the network ready, and were measured on another machine. And they paint at 384 pixels; $J$ was measured at 512, after enlarging.) Which one looks better to you, $J$ does not know. ([Lesson 9](09_a_painter_of_your_own.ipynb) trains one as Johnson did, for a style of your own.)
#
# ## 11. Your pictures
#
# First a style of your own. A style is a function from a `Canvas` to colours; the package keeps its own in `PAINTERS`, and `course_utils/data/paintings.py` explains the tools. This one combs noise along a smooth field of directions, and gives it warm colours. Change the numbers. Then a photograph of your own: in the cell after that, put its name between the quotes, such as `"holiday.jpg"` for a file beside this notebook. Without a name you get a cat. (A face needs a smaller $\beta$: eyes and nose have to stay.)

# %%
from course_utils.data.paintings import PAINTERS, line_integral_convolution, ramp, rgb, standardise

def silk(canvas):
    """Threads that follow a smooth field of directions, from dark plum to pale gold."""
    flow = np.exp(1j * 1.5 * canvas.noise(0.5))  # a direction: a complex number of length 1
    # Fine noise, smeared along the directions, over a sixth of the picture:
    threads = line_integral_convolution(canvas.noise(0.012), flow, canvas.unit // 12)
    tone = 0.5 + 0.2 * standardise(threads) + 0.15 * canvas.noise(0.3)
    return ramp(tone, rgb("#3b0f2b", "#8c1c3a", "#d9482b", "#f29f3d", "#fbe6b2"))

PAINTERS["silk"] = silk

# %% tags=["long"]
from course_utils.data.image_files import read_photograph

FILE = ""
own = read_photograph(FILE) if FILE else picture("chelsea")[20:300, 75:355]
silk_style = painting("silk", DIAL, DIAL)
mine = StyleTransfer(own, silk_style, size=DIAL, levels=1, beta=10)

words = ("A portrait of a cat (or your own photograph) made of flowing threads in plum, orange and "
         "gold, which follow the fur. Small, above the curves of the costs: the photograph, and the "
         "threads.")
plots.watch(mine, 20, "Drawn and painted here", words, tolerance=0,
            beside={"content": own, "style": silk_style})

# %% [markdown]
# For larger ones there is a command. It shows its progress, and a file is written only when the picture is whole:
#
#     python -m course_utils style holiday.jpg waves -o painted.png --size 512
#
# With `all` in the place of `waves` it paints your photograph in each style of the course. This is one of the pictures of [the gallery](../docs/gallery/README.md), 768 pixels wide, where each stands with its settings, its seconds and its costs:
#
# <img src="../docs/gallery/china-waves.jpg" width="768" alt="The temple, its roofs and windows sharp, drawn in dark blue wave lines under a sky of fine strokes, blue at the left and cream at the right.">
#
# ## 12. Whose picture is it?
#
# Four parties had a hand in it: who took the photograph, who made the painting, who trained the network (on photographs by many people who were not asked), and you, who chose and turned the dials. Before you show a picture to others, ask:
#
# - **The photograph.** May you change and publish it? Are there people in it, and do they agree?
# - **The painting.** An old master's is free in most countries. A living artist's is not, and a manner that somebody has worked on for years, sold by the dozen from a laptop, can do harm even where the law is silent.
# - **The label.** Say how it was made, and from what. Do not sign it with a name that is not yours.
#
# Laws differ from country to country, and change. That is why this course draws its paintings itself, and names the source of each photograph in [data/README.md](../data/README.md).
#
# **Predict, or rather: decide.** A café asks you to repaint photographs of its guests in the style of an illustrator who lives in your town. Which questions do you ask, and whom?
#
# <details><summary>One answer</summary>The guests: may their faces hang there? The illustrator: does she agree, and on which terms? If she says no, a style that you have drawn costs you an evening, and nobody is harmed. And the sign beside the pictures says how they were made.</details>
#
# ## Key points
#
# - Style transfer minimises $J(G) = \alpha J_\mathrm{content} + \beta J_\mathrm{style}$ over the *pixels* of $G$. The network is fixed, the targets are computed once.
# - A low cost is not a good picture. From step 25 to step 150 both costs fall, and the temple dissolves: where to stop is a decision, made by looking.
# - Only the ratio of $\alpha$ and $\beta$ counts. Too much weight on the style costs content; from noise it can cost the whole temple.
# - A picture that was stopped early shows how far it has come, and not where it would end. Of three starts one looked worst at step 25; at step 150 their costs were close together.
# - Compare optimisers by seconds. L-BFGS needs no learning rate, and at one size its cost did not go up in our runs.
# - Change one thing at a time; and other pooling with the same weights is *two* changes.
#
# ## Check your understanding
#
# **1.** You double $\alpha$ and $\beta$. What happens to $J$, to its gradient, and to the best picture? What happens to plain gradient descent?
#
# <details><summary>Answer</summary>J and its gradient double everywhere; the lowest point stays where it is, so the best picture is the same. Gradient descent takes steps of twice the length: as if the learning rate had doubled, and it may overshoot.</details>
#
# **2.** Somebody passes all three pictures through the network in every step. What is wasted?
#
# <details><summary>Answer</summary>C and S never change, nor does the network. Their activations and Gram matrices are the same each time: two thirds of the forward work are done for nothing.</details>
#
# **3.** A program has $\alpha$ and $\beta$ exchanged by mistake. With $\alpha = \beta$ all tests pass. Which test finds it?
#
# <details><summary>Answer</summary>One with two different weights and two different costs: total_cost(1, 0, alpha=10, beta=40) must be 10, and total_cost(0, 1, alpha=10, beta=40) must be 40.</details>
#
# **4.** From noise, you want the temple back. Which dial do you turn, and at what price?
#
# <details><summary>Answer</summary>A smaller beta: the content counts more. The strokes get weaker. Or you begin with the photograph, or with the recoloured one, as the course does: then the content is there from the first step.</details>
#
# **5.** Why is a painting at 512 pixels with the same settings not an enlarged copy of one at 128?
#
# <details><summary>Answer</summary>The layers see patches of a fixed number of pixels. In a larger picture these are a smaller part of it, so strokes would come out finer. That the style picture is enlarged along with it, and that the painting is started small, keeps large forms large.</details>
#
# ## To go further
#
# - [Exercises 08](assignments/release/08_exercises/08_exercises.ipynb): each check says which mistake it sees, and there are hints.
# - L. Gatys, A. Ecker, M. Bethge, *Image style transfer using convolutional neural networks*, CVPR 2016.
# - L. Gatys, M. Bethge, A. Hertzmann, E. Shechtman, *Preserving color in neural artistic style transfer*, 2016 (2016b above).
# - L. Gatys, A. Ecker, M. Bethge, A. Hertzmann, E. Shechtman, *Controlling perceptual factors in neural style transfer*, CVPR 2017.
# - J. Johnson, A. Alahi, L. Fei-Fei, *Perceptual losses for real-time style transfer and super-resolution*, ECCV 2016: a network that is trained once for a style, and then paints in one pass.
# - G. Ghiasi, H. Lee, M. Kudlur, V. Dumoulin, J. Shlens, *Exploring the structure of a real-time, arbitrary neural artistic stylization network*, 2017: one network for styles of any kind.
# - A. Lavin, S. Gray, *Fast algorithms for convolutional neural networks*, CVPR 2016, with Winograd's way for two dimensions; `course_utils/style/winograd.py` is a hundred lines of it, with its gradient.
# - S. Winograd, *Arithmetic complexity of computations*, SIAM 1980.
# - D. Kingma, J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015.
# - R. Byrd, P. Lu, J. Nocedal, C. Zhu, *A limited memory algorithm for bound constrained optimization*, 1995.
#
# **The question for the next lesson.** Each of these paintings was worked for, step by step, and the next photograph begins anew: nothing was kept. Can a network learn to make such a picture in one pass, for a style of your own?
