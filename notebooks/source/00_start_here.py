# %% [markdown]
# # 0 · Start here
#
# *A picture becomes a point, and the distance between two points means something.* This course has two halves, and that sentence is in both. In the first, the distance says **who** is on a picture. In the second it says **how** a picture is painted.
#
# The grey box below is a *cell* of Python. Click into it and press the keys *Shift* and *Enter* together: the cell runs, and its picture is drawn anew. Do this with every grey box, from top to bottom.

# %%
from course_utils import plots
from course_utils.data.faces import load_faces
from course_utils.data.paintings import painting

face = load_faces().of([35]).pictures[0, 1]
style = painting("vortex", 336, 276)
words = "Left, the portrait of a smiling woman. Right, a painted night sky with swirling brush strokes."
plots.picture_grid([face, style], ["who?", "how?"], "Two questions about a picture", words, width=1.8)

# %% [markdown]
# **What you will be able to do**
#
# - Build, from the first principle up, a program that decides whether two pictures show the same person, and say how often it is wrong.
# - Teach a network to recognise people it has never seen, from one picture each.
# - Build neural style transfer: repaint your photograph in the style of a painting, on your own laptop.
#
# **Before you start**: Python, NumPy arrays and their shapes. Everything else is explained when it is needed.
#
# **Time**: 10 minutes for this notebook, RUN_TIME of which your computer works; about an hour and a half for each lesson.

# %% [markdown]
# ## 1. How to read a notebook
#
# A notebook is a page of text with cells of Python between. When a cell runs, its result appears beneath it, and the next cell is chosen. Try it: what is 40 times 10?

# %% tags=["nbval-check-output"]
40 * 10

# %% [markdown]
# That is the number of face pictures you will work with: 40 people, ten pictures each.
#
# - Run the cells **from top to bottom**. Each one uses what those above have made.
# - Change things. If nothing works any more, choose *Kernel → Restart Kernel and Run All Cells...* from the menu: everything is made anew.
# - `*` beside a cell means that it is still running. No cell here takes more than a minute.
# - Your changes are saved in your copy. You can always download the course again.

# %% [markdown]
# ## 2. Three habits
#
# **Predict first.** Before a result is shown, a question asks what it will be. Say an answer, aloud or on paper, before you unfold ours. A wrong prediction teaches more than a right reading.
#
# How many comparisons does it take to compare each of the 400 pictures with each other one, once?
#
# <details><summary>Answer</summary>
#
# $400 \cdot 399 / 2$. The next cell has the number.
#
# </details>

# %% tags=["nbval-check-output"]
400 * 399 // 2

# %% [markdown]
# **Ask: compared with what?** A number alone says nothing. Whenever a method reaches some accuracy, we also say what guessing reaches, and what a method without any learning reaches.
#
# **Judge on people never seen.** A program that has seen your face can remember it. What counts is how it does with strangers. The course keeps the people it learns from and the people it is judged on strictly apart.

# %% [markdown]
# ## 3. The route
#
# Within each half, a lesson stands on the one before. The second half needs only lesson 1 of the first.

# %%
from pathlib import Path
from course_utils import plots

names = sorted(path.stem for path in Path().glob("[0-9][0-9]_*.ipynb"))[1:]  # all but this one
titles = [name[3:].replace("_", " ").capitalize().replace("vgg", "VGG") for name in names]
lessons = dict(zip([name[:2] for name in names], titles))
plots.course_map(lessons, half=5)

# %% [markdown]
# Every lesson opens with its questions and the time it takes, and closes with its key points, questions with folded answers, and what to read next.
#
# To each lesson belongs a set of exercises: you write functions, and a check says whether they are right, and if not, which mistake it looks like. How far you are is kept in a file of your own, and sent nowhere. Come back to the next cell whenever you want to see it:

# %%
from course_utils.feedback import score

score()

# %% [markdown]
# `score("01")` shows one set: points by exercise, what is open, and model answers to hold your own words against.
#
# ## 4. Is everything here?
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
# ## 5. A first picture
#
# If the two cells below show pictures, you are ready. First the faces: one woman, and the pictures of *other* people that are closest to her, when a picture is compared with a picture number by number.

# %%
import numpy as np
from course_utils import plots
from course_utils.data.faces import load_faces

everybody = load_faces().pictures.reshape(400, 112, 92)
she = 341  # her first picture is number 340
distance = np.sqrt(((everybody / 255 - everybody[she] / 255) ** 2).sum(axis=(1, 2)))
hers, others = distance[340:350], [index for index in np.argsort(distance) if index // 10 != 34][:6]
print(f"her own nine other pictures: distance {np.sort(hers)[1]:.1f} to {hers.max():.1f}")
captions = ["she"] + [f"distance {distance[index]:.1f}" for index in others]
title = "The closest strangers, for a computer that counts pixels"
words = ("A woman's portrait, then six portraits of two men in rising distance from hers; "
         "five show the same man with a moustache.")
plots.picture_grid(everybody[[she, *others]], captions, title, words)

# %% [markdown]
# Compared with what? Some of her own pictures are further from her than these strangers are. That is the problem the first half of the course solves.
#
# And the second half: these four pictures did not come with the course. Your computer has just now *drawn* them, from formulas. They will be the styles you paint in.

# %%
from course_utils.data.paintings import PAINTINGS, painting

paintings = [painting(name, 240, 320) for name in PAINTINGS]
words = ("Four paintings drawn by formulas: swirling vortices in blue and yellow, "
         "a grid of lines with bright rectangles, a landscape of coloured dots, and waves of ink.")
plots.picture_grid(paintings, PAINTINGS, "Four styles, drawn a moment ago", words, columns=2, width=2.4)

# %% [markdown]
# ## Key points
#
# - *Shift* and *Enter* run a cell. Run from top to bottom; when in doubt, restart the kernel.
# - Predict, compare, and judge on people never seen.
# - `python -m course_utils doctor` says what is wrong, and which command repairs it.
#
# **Go on** with [lesson 1](01_distance_and_threshold.ipynb).
#
# Faces: AT&T Laboratories Cambridge.
