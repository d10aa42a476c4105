"""TensorFlow is loaded before any answer is judged: loading it takes longer than an answer may."""

import course_utils.backend  # noqa: F401
