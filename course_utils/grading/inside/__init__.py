"""What runs in the sealed process, beside the student's code. Nothing that it says is trusted.

- `launch`: starts the kernel, limits first
- `answers`: keeps the functions that are handed over, and calls them
- `output`: what is printed, sent in pieces
"""
