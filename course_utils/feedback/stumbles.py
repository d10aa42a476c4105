"""What the usual errors of Python and NumPy mean, in plain words: a table by their class and by what their message says."""

import re

# The first line that fits: names of classes, what the message says, the sentence. A line without words fits the class alone.
STUMBLES = (
    # ---- None in the place of a value ----
    (
        "TypeError AttributeError",
        r"NoneType",
        "Something is None there. Which function returns nothing: has it a `return`? `sort` and `append` return nothing.",
    ),
    # ---- one number was wanted, an array came ----
    (
        "TypeError",
        r"only integer scalar arrays",
        "An array stands where one whole number belongs. In `np.max(0, x)` the second place is the axis: the larger of two is "
        "`np.maximum(0, x)`. Arrays to join go into one list. And a list takes no array of places: `np.array(names)[k]` does.",
    ),
    (
        "ValueError",
        r"truth value of an array",
        "`if`, `and`, `or`, `not`, `max` and `min` want one True or False, and here is a whole array of them. "
        "For arrays there are `np.where`, `&`, `|`, `~`, `np.maximum` and `np.minimum`.",
    ),
    (
        "TypeError ValueError",
        r"only (0-dimensional|length-1|size-1) arrays|array of size 1 to a Python scalar",
        "`float`, `int`, `item` and the functions of `math` take one number, and an array came. NumPy's functions take arrays.",
    ),
    (
        "ValueError",
        r"setting an array element with a sequence",
        "One place of an array holds one number, and several came; or rows are not equally long. How long is each?",
    ),
    # ---- places ----
    (
        "TypeError",
        r"(list|tuple|string) indices must be integers",
        "A list takes one whole number in its brackets. Is yours a float, or a list? `np.array(names)[k]` takes an array.",
    ),
    (
        "IndexError",
        r"only integers, slices|must be of integer",
        "A place is a whole number, and `/` gives none: `//` does. To choose by a condition, use an array of True and False.",
    ),
    (
        "IndexError",
        r"too many indices",
        "There are more numbers in the brackets than the array has axes. Which shape has it there?",
    ),
    (
        "IndexError",
        r"boolean index did not match",
        "The array of True and False has another length than the axis that it chooses from. Which of the two axes is meant?",
    ),
    (
        "IndexError",
        "",
        "That place is not there: the first one is 0, so the last of n is n - 1. How far does the loop go?",
    ),
    (
        "AxisError IndexError",
        r"axis .* out of bounds",
        "The array has no such axis: the first one is 0, so the last of two is 1. Which shape has it there?",
    ),
    (
        "AxisError",
        "",
        "The array has no such axis: the first one is 0, so the last of two is 1. In `np.max(a, b)` b is an axis, too.",
    ),
    # ---- nothing left ----
    (
        "ValueError",
        r"empty (sequence|iterable)|is an empty|iterable argument is empty|zero-size array|argm(ax|in) of an empty",
        "There is nothing left to choose from: a list, or array, is empty. For which input, and what should come out then?",
    ),
    (
        "ValueError",
        r"need at least one array",
        "The list of arrays is empty. For which input does the loop add none?",
    ),
    ("StopIteration", "", "There is no next one. For which input is there none, and what comes out then?"),
    # ---- shapes ----
    (
        "ValueError",
        r"operands could not be broadcast|could not broadcast",
        "The two shapes do not fit. They are compared from the last axis on: is a `keepdims=True` or a `[:, None]` missing?",
    ),
    (
        "ValueError InvalidArgumentError",
        r"[Mm]at[Mm]ul|not aligned",
        "For `@` the left one needs as many columns as the right one has rows. Is a `.T` missing, or at the wrong one?",
    ),
    (
        "ValueError",
        r"cannot reshape",
        "`reshape` neither adds numbers nor drops any. How many are there, and how many does the new shape have?",
    ),
    (
        "ValueError",
        r"same number of dimensions|must match exactly|must have the same shape|axes don't match",
        "The arrays have not the same axes. Which shape has each of them there?",
    ),
    (
        "ValueError",
        r"zip\(\) argument",
        "The two lists are not equally long. Which of them has something more, or less?",
    ),
    # ---- unpacking ----
    (
        "ValueError",
        r"(not enough|too many) values to unpack",
        "On the left are not as many names as there are values on the right. How many come back?",
    ),
    (
        "TypeError",
        r"cannot unpack|object is not iterable|argument after \* must",
        "One value stands where several should be. Does the function return all of them? A number is counted with `range(n)`.",
    ),
    # ---- lists are no arrays ----
    (
        "TypeError",
        r"'list' and|and 'list'|instances of 'list'|or 'list'|multiply sequence|'tuple' and|and 'tuple'",
        "One does not compute with a list as with an array. `np.array(...)` makes an array of it.",
    ),
    (
        "AttributeError",
        r"'(list|tuple)' object",
        "A list has no such method. `np.array(...)` makes an array of it, and that has many.",
    ),
    (
        "AttributeError",
        r"'(float|int|bool)' object",
        "A plain number has no such method. Which of your names is an array, and which is a number?",
    ),
    (
        "AttributeError",
        r"'numpy\.ndarray' object|EagerTensor|Tensor",
        "An array of NumPy and a tensor of TensorFlow have not the same methods. Which of the two is it there?",
    ),
    ("AttributeError", "", "There is nothing of that name in it. Is it spelt as in its documentation?"),
    (
        "UFuncTypeError TypeError",
        r"did not contain a loop.*<U|str|can only concatenate",
        "A word stands where a number belongs. Which of your arrays holds words?",
    ),
    # ---- True and False ----
    (
        "TypeError",
        r"numpy boolean (subtract|negative)",
        "True and False are not subtracted. `~` turns them round; `.astype(float)` makes numbers of them.",
    ),
    (
        "TypeError",
        r"bitwise_|invert|for (&|\|)|unary ~|LogicalAnd",
        "`&`, `|` and `~` are for True and False. Has each comparison brackets of its own, as in `(a < b) & (c < d)`?",
    ),
    # ---- calls ----
    (
        "TypeError",
        r"object is not callable",
        "Round brackets call a function, and this is none. To look into an array use square ones; or is a `*` missing, "
        "or has a name of yours hidden a function?",
    ),
    (
        "TypeError",
        r"object is not subscriptable",
        "Square brackets look into an array or a list, this is neither. Is it a number, or a function that is to be called?",
    ),
    ("TypeError", r"has no len\(\)", "A single number has no length. Which of your names is an array, and which is a number?"),
    (
        "TypeError",
        r"positional argument|missing .* argument|multiple values for argument",
        "A function gets more arguments than its `def` line has, or fewer. How many are given, and in which order?",
    ),
    (
        "TypeError",
        r"unexpected keyword|invalid keyword",
        "The function knows no argument of that name. How is it spelt in its documentation?",
    ),
    (
        "TypeError",
        r"as a data type",
        "A shape goes into brackets of its own: `np.zeros((2, 3))`. The second place is that of the data type.",
    ),
    (
        "TypeError",
        r"cannot be interpreted as an integer|interpreted as an index",
        "A whole number is wanted there, and a float came. `/` gives a float, `//` a whole number.",
    ),
    # ---- names ----
    (
        "UnboundLocalError",
        "",
        "The name gets its value in an `if` or a loop that was not entered this time, or further down. Give it one before.",
    ),
    (
        "NameError",
        r"'(np|numpy|tf|keras|math|plt)'",
        "That name comes from an import. Has the cell at the top been run, with its `import`?",
    ),
    (
        "NameError",
        "",
        "Nothing has that name here. Is it spelt as where it was made, and has that cell been run?",
    ),
    (
        "RecursionError",
        "",
        "The function calls itself without end. Did you mean another function, and in which case does it come to an end?",
    ),
    ("KeyError", "", "There is no such entry. Which keys are there, and of which type are they?"),
    (
        "ModuleNotFoundError ImportError",
        "",
        "There is no such module here. Is it spelt rightly, and is it one of those that an answer may use?",
    ),
    ("FileNotFoundError", "", "There is no such file here. Everything that a function needs comes in its arguments."),
    # ---- numbers ----
    ("ZeroDivisionError", "", "Something is divided by 0. For which input is it 0, and what should come out then?"),
    (
        "ValueError",
        r"math domain error",
        "There is a root or a logarithm of a number that has none. From where does a number below 0 come, or a 0?",
    ),
    ("OverflowError", "", "A number became too large. Of what do you take the exponential, or a power?"),
    (
        "UFuncTypeError",
        r"Cannot cast ufunc",
        "`+=`, `-=` and `*=` write into the old array, and it holds whole numbers. `a = a - b` makes a new one.",
    ),
    (
        "ValueError",
        r"read-only",
        "This array cannot be written into. Take a copy: `a.copy()`.",
    ),
    (
        "TypeError",
        r"does not support item assignment",
        "One cannot write into this one. A list, or an array of NumPy, can be changed; a tuple, a word and a tensor cannot.",
    ),
    (
        "InvalidArgumentError TypeError ValueError",
        r"double|float64|int64|int32",
        "TensorFlow does not mix types of numbers. `tf.cast(x, tf.float32)` makes them equal.",
    ),
    ("MemoryError", "", "There was not enough memory. Which shape has the largest array that you make?"),
    ("AssertionError", "", "An `assert` of yours does not hold for this input. Which one?"),
    ("SystemExit", "", "A function should return, and not end the program."),
    # ---- the class alone ----
    ("TypeError UFuncTypeError", "", "Something has another type than is wanted there. Is it a number, a list, or an array?"),
    ("ValueError", "", "Something has the right type, but not a value or a shape that fits. Look at what goes in there."),
    ("InvalidArgumentError", "", "Two tensors do not fit: look at their shapes, and at their types."),
)


def in_plain_words(name: str, told: str = "") -> str:
    """Return what an error means, in one to three sentences; nothing, if it is not a usual one.

    Args:
        name: of its class.
        told: its message; without it, what its class says.
    """
    for classes, words, sentence in STUMBLES:
        if name in classes.split() and re.search(words, told):
            return sentence
    return ""
