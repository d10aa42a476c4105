"""Grading that cannot be fooled: nbgrader's engine, with students' code sealed off from everything that judges it.

- `command`: `make grade`
- `batch`: a whole assignment, spread over processes or machines
- `report`: who has what, and what a human should look at
- `papers`: what was found in a submission, and the page of feedback
- `practice`: submissions to practise grading with
- `collecting`: from what a learning platform packs to one notebook for each student
- `packed`: the files in a zip or a folder, read without unpacking
- `platforms`: how learning platforms name what they pack
- `roster`: who takes part
- `running`: one notebook graded
- `sandbox`: the kernel that is sealed off
- `walls`: what bubblewrap lets that kernel see of the machine
- `limits`: how much it may use of time, memory and output
- `processes`: processes that are ended with all that they started
- `listening`: what it says, heard without trust
- `submission`: what was handed in, put on the frame of the released notebook
- `plain`: texts of a student's choice, fit for a line
- `folders`: folders that are handed in, kept from leading out of the course
- `wire`: plain values on their way into the sealed process and out of it
- `secret`: from which the hidden inputs of each student are drawn
- `package`: the part of this package that the sealed process sees
- `preprocessors`: what nbgrader is given in place of its own parts
- `by_hand`: what a human has given, kept with the answer
- `configuration`: of nbgrader for this course
- `locking`: one writer at a time, nbgrader's own commands too
- `inside/`: what runs in the sealed process
"""
