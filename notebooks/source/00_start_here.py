# %% [markdown]
# # 0 · Start here
#
# *A picture becomes a point, and the distance between two points means something.* This course has two halves, and that sentence is in both. In the first, the distance says **who** is on a picture. In the second it says **how** a picture is painted.
#
# Begin with one of the best things that you will build. The grey box below is a *cell* of Python, and below it stands what came out of it. In a notebook, click into the cell and press the keys *Shift* and *Enter* together: it runs, and its picture is drawn anew. Do this with every grey box, from top to bottom. A `*` beside a cell means that it is still running; the first one takes some seconds.

# %%
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.faces.baselines import pixels
from course_utils.faces.distances import euclidean
from course_utils.faces.pretrained import vgg19_features

ten_people = load_faces().of(range(31, 41)).pictures
gallery = ten_people[:, 0]  # one picture of each
probe = ten_people[4, 5]  # another picture of the fifth
by_pixels = euclidean(pixels(probe[None]), pixels(gallery))
by_network = euclidean(vgg19_features(probe[None]), vgg19_features(gallery))

names = [f"person {number}" for number in range(31, 41)]
title = "A network that never met these people finds her; comparing pixels does not"
words = ("Left, a young woman looks ahead, with a closed mouth. Right, ten people, one picture each. "
         "The nearest by pixels is a young man; "
         "the nearest for the network is the woman herself, smiling.")
distances = {"pixels": by_pixels, "network": by_network}
plots.gallery_figure(probe, gallery, names, distances, title, words)

# %% tags=["guard"]
assert names[by_pixels.argmin()] == "person 40"
assert names[by_network.argmin()] == "person 35"

# %% [markdown]
# Who is the woman on the left? The computer knows ten people, from *one* picture each, and looks for the nearest. If it compares pixels, a man is the nearest. The network has learned from photographs of a thousand kinds of things, never from these faces. For it, she is nearest to herself, although she smiles on one picture and not on the other.
#
# (We chose a picture on which comparing pixels fails. How often each of the two is right, you will measure.)
#
# Now the second half. Your computer paints a photograph of a cat in the style of a picture that it draws itself. This is the longest cell of this notebook; on an older computer it may take a minute.

# %% tags=["long"]
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.style.transfer import StyleTransfer

cat = picture("chelsea")
vortex = painting("vortex", 300, 451)
painted = StyleTransfer(cat, vortex, size=288).run(40, progress=False)

captions = ["a photograph", "a style", "the photograph in that style"]
words = ("A photograph of a cat's face; a painted night sky with swirling brush strokes; "
         "and the cat again, painted in the colours and the strokes of that sky.")
plots.picture_grid([cat, vortex, painted], captions, "Painted a moment ago", words, width=3.5)

# %% [markdown]
# **What you will be able to do**
#
# - Build, from first principles up, a program that decides whether two pictures show the same person, and say how often it is wrong.
# - Teach a network to recognise people it has never seen, from one picture each.
# - Build neural style transfer: repaint your photograph in the style of a painting, on your own laptop.
#
# **Before you start**: Python, NumPy arrays and their shapes. Everything else is explained when it is needed.
#
# **Time**: 15 minutes for this notebook, RUN_TIME of which your computer works. Then about an hour and a half for each lesson, and 75 to 90 minutes for its exercises.
#
# ## 1. Why is it hard?
#
# Here is another picture of the same woman. Compare it, pixel by pixel, with all 399 other pictures of the course: 40 people, ten pictures each. Nine of them are hers.
#
# **Predict first.** How many of her nine other pictures are nearer to it than *every* picture of somebody else? Write a number in place of the dots, then run both cells; on the web site, where no cell runs, say it aloud. A wrong prediction teaches more than a right reading.

# %%
from course_utils.feedback.lesson import guess

hers_first = guess(...)

# %%
import numpy as np

everybody = load_faces().pictures.reshape(400, 112, 92)
owner = np.arange(400) // 10 + 1  # whom each picture shows
she = 341  # any other number from 0 to 399 works, too

features = pixels(everybody)
distance = euclidean(features[she], features)
by_distance = np.argsort(distance)
hers = by_distance[owner[by_distance] == owner[she]][1:]  # without the picture itself
others = by_distance[owner[by_distance] != owner[she]]
hers_first.is_really(np.sum(distance[hers] < distance[others[0]]))

# %% tags=["guard"]
assert np.sum(distance[hers] < distance[others[0]]) == 3
assert np.sum(distance[hers] > distance[others[5]]) == 6
assert len(hers) == 9
assert len(others) == 390

# %% jupyter={"source_hidden": true}
shown = [she, *others[:6], she, *hers[-6:]]
captions = ["the picture" if index == she else f"distance {distance[index]:.1f}" for index in shown]
title = "Above, the nearest strangers; below, the farthest pictures of the same person"
words = (f"Two rows, each with the picture asked about on the left. "
         "Above, six pictures of other people, "
         f"at distances {distance[others[0]]:.1f} to {distance[others[5]]:.1f}. "
         "Below, six pictures of the same person, "
         f"at {distance[hers[-6]]:.1f} to {distance[hers[-1]]:.1f}.")
plots.picture_grid(everybody[shown], captions, title, words, columns=7, width=1.45)

# %% [markdown]
# Three of nine; the next nearest picture is a stranger's. And six of her own pictures, those of the lower row, are farther from the picture than all six in the upper row, which show other people. That is the problem that the first half of the course solves. (The cell that draws is folded; a click opens it. You will see many of this kind.)
#
# Is she an unlucky choice? Put another number behind `she`, and run the two cells again.
#
# ## 2. Three habits
#
# **Predict first**, as you did above. Where there is no number to write down, say your answer aloud before you unfold ours.
#
# **Ask: compared with what?** A number alone says nothing. Whenever a method reaches some accuracy, we also say what guessing reaches, and what a method without any learning reaches.
#
# **Judge on people never seen.** A program that has seen your face can remember it. What counts is how it does with strangers. The course keeps the people it learns from and the people it is judged on strictly apart.
#
# ## 3. The route
#
# Within each half, a lesson stands on the one before. The second half needs only lesson 1 of the first.

# %% jupyter={"source_hidden": true}
from course_utils.data.trained_painters import painter_file
from course_utils.kernels import NOTEBOOKS
from course_utils.style.painter import Painter

files = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))[1:]  # all but this one
words = {file.stem[:2]: file.stem[3:].replace("_", " ").capitalize() for file in files}
titles = {number: title.replace("vgg", "VGG") for number, title in words.items()}
faces = {"01": [341, 348], "02": [340, 345], "03": [340, 345, 390], "04": [340, 390],
         "05": [300, 310, 320]}
in_boxes = {lesson: np.hstack(everybody[indices]) for lesson, indices in faces.items()}
in_one_pass = Painter.load(painter_file("waves")).paint(cat)
in_boxes |= {"06": cat, "07": vortex, "08": painted, "09": in_one_pass}
plots.course_map(titles, half=5, pictures=in_boxes)

# %% [markdown]
# Every lesson opens with its questions and the time it takes. In between, you write the functions of the day: a `check` says whether they are right, and if not, which mistake it looks like. It closes with its key points, questions with folded answers, and what to read next.
#
# To each lesson belongs a set of exercises, with more such functions. Checks inside a lesson are for practice; points are counted in the exercises. They are kept in a file of your own, and sent nowhere. Come back to the next cell whenever you want to see them:

# %%
from course_utils.feedback import score

score()

# %% [markdown]
# `score("01")` shows one set: points by exercise, what is open, and model answers to compare your own words with.
#
# ## 4. If something does not work
#
# - Run the cells **from top to bottom**. Each one uses what those above have made.
# - Change things; that is what the cells are for. If nothing works any more, choose *Kernel → Restart Kernel and Run All Cells...* from the menu: everything is made anew.
# - Your changes are saved in your copy. You can always download the course again.
#
# The next cell looks at everything that the course needs: Python and its packages, the kernel that runs this notebook, the data, the disk. It takes a few seconds.

# %% tags=["nbval-check-output"]
from course_utils.doctor import examine

wrong = [finding for finding in examine() if not finding.ok]
for finding in wrong:
    print(finding)
print("Something is wrong: see above." if wrong else "All is well.")

# %% [markdown]
# If it prints a line with an arrow, `->`, the command behind the arrow repairs what is wrong. Type it in a terminal, in the folder of the course: in JupyterLab, *File → New → Terminal*. There, `python -m course_utils doctor` prints the whole list.
#
# ## 5. Four styles
#
# The style of the cat did not come with the course: your computer *drew* it, from formulas. Here are all four of this kind. You will paint in them, and draw one of your own.

# %%
from course_utils.data.paintings import PAINTINGS

paintings = [painting(name, 300, 400) for name in PAINTINGS]
words = ("Four paintings drawn by formulas: swirling vortices in blue and yellow, "
         "a grid of lines with bright rectangles, a landscape of coloured dots, and waves of ink.")
plots.picture_grid(paintings, PAINTINGS, "Four styles, drawn a moment ago", words, columns=2, width=4)

# %% [markdown]
# ## Key points
#
# - *Shift* and *Enter* run a cell. Run from top to bottom; when in doubt, restart the kernel.
# - Predict, compare, and judge on people never seen.
# - `python -m course_utils doctor` says what is wrong, and which command repairs it.
#
# **Go on** with [lesson 1](01_distance_and_threshold.ipynb).
#
# Faces: AT&T Laboratories Cambridge. Network weights: Visual Geometry Group, Oxford. The cat: Stéfan van der Walt, from scikit-image.
