# %% [markdown]
# # Exercises 07: content and style cost
#
# *After [lesson 07](../../../07_content_and_style_cost.ipynb). About 60 minutes, 14 points.*
#
# Run the first cell. Then write each function where it says `raise NotImplementedError()`, and run the cell below it: it checks
# your function, and says which mistake it looks like if it is not right yet. `hint("name")` gives a hint, one step at a time.

# %%
import numpy as np

from course_utils.feedback import check, hint

# %% [markdown] nbgrader={"grade": false, "grade_id": "q-gram-matrix", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. The Gram matrix (3 points)
#
# *Objective: compute which channels are active together, over all positions.*
#
# Write `gram_matrix(a)` for activations `a` of shape `(1, n_H, n_W, n_C)`. It returns the matrix of shape `(n_C, n_C)` whose entry
# $G_{kk'}$ is the sum over all positions of $a_{ijk} a_{ijk'}$. Do not divide.

# %% nbgrader={"grade": false, "grade_id": "gram_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gram_matrix(a):
    ### BEGIN SOLUTION
    positions = a.reshape(-1, a.shape[3])
    return positions.T @ positions
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-gram_matrix", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("gram_matrix", gram_matrix)
