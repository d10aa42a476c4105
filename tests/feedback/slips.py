"""Kinds of slips that can be made in any exercise: each is made from the solution, and none may be taken for right.

A slip is made for those arguments in which it can be made. Where it changes nothing for any input that an exercise may get, it
stands in `HARMLESS` with the reason.
"""

import ast
import inspect
import textwrap

import numpy as np

from course_utils.feedback.bank.lesson_05.common import NOBODY


def floats(argument):
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f" and argument.ndim > 0


def with_floats(change):
    """The solution of what a change makes of all arrays of floats."""

    def slip(exercise):
        if not has_floats(exercise):
            return None

        def answer(*arguments):
            return exercise.solution(*(change(a) if floats(a) else a for a in arguments))

        return answer

    return slip


def with_argument(place, change):
    """The solution of one argument changed."""

    def slip(exercise):
        def answer(*arguments):
            return exercise.solution(*arguments[:place], change(arguments[place]), *arguments[place + 1 :])

        return answer

    return slip


def in_half(argument):
    return argument.astype(np.float16)


def lengths(arguments):
    """The lengths of the axes of all arrays, and of the lists, that are at least 2."""
    shapes = [np.shape(a) if isinstance(a, np.ndarray) else (len(a),) for a in arguments if isinstance(a, np.ndarray | list)]
    return {n for shape in shapes for n in shape if n > 1}


def without(argument, length, place):
    """An argument without one place of each axis of this length."""
    if isinstance(argument, list):
        return [one for at, one in enumerate(argument) if at != place % length] if len(argument) == length else argument
    if not isinstance(argument, np.ndarray):
        return argument
    for axis, n in enumerate(argument.shape):
        if n == length:
            argument = np.delete(argument, place, axis=axis)
    return argument


def probes_of(exercise):
    return list(exercise.probes(np.random.default_rng(0)))


def has_floats(exercise):
    return any(floats(a) for probe in probes_of(exercise) for a in probe)


def most_axes(exercise):
    return max(np.ndim(exercise.solution(*probe)) for probe in probes_of(exercise))


def shortened(exercise, arguments, place):
    """What the solution says without a place of each axis of one length, for each length where the result keeps its shape."""
    expected = np.asarray(exercise.solution(*arguments))
    for length in sorted(lengths(arguments)):
        try:
            result = np.asarray(exercise.solution(*(without(a, length, place) for a in arguments)))
        except (ValueError, IndexError):
            continue
        if result.shape == expected.shape and result.dtype.kind == expected.dtype.kind:
            yield result


def never_looking(place):
    """The first of something, or the last, is never looked at."""

    def slip(exercise):
        if not any(True for probe in probes_of(exercise) for _ in shortened(exercise, probe, place)):
            return None

        def answer(*arguments):
            expected = np.asarray(exercise.solution(*arguments))
            return next((one for one in shortened(exercise, arguments, place) if not (one == expected).all()), expected)

        return answer

    return slip


def left_out(place):
    """A place of the result that a loop never comes to: it stays as the array was made, 0, or as one answers nobody."""

    def slip(exercise):
        if not most_axes(exercise):
            return None

        def answer(*arguments):
            result = np.array(exercise.solution(*arguments))
            if result.size:
                result.flat[place] = NOBODY if result.dtype.kind == "U" else 0
            return result

        return answer

    return slip


def row_left_out(place):
    """As `left_out`, for the first or the last row."""

    def slip(exercise):
        if most_axes(exercise) < 2:
            return None

        def answer(*arguments):
            result = np.array(exercise.solution(*arguments))
            if result.ndim > 1:
                result[place] = 0
            return result

        return answer

    return slip


def never_choosing(place):
    """The first picture, or the last, is never chosen for a triplet, unless it is the only one."""

    def slip(exercise):
        if exercise.name != "batch_hard_triplets":
            return None

        def answer(labels, d):
            rows = exercise.solution(labels, d)
            for column, fill in ((1, -np.inf), (2, np.inf)):
                away = d.copy()
                away[:, place] = fill
                other = exercise.solution(labels, away)
                if other.shape == rows.shape:
                    rows[:, column] = other[:, column]
            return rows

        return answer

    return slip


def none_where_equal(exercise):
    """NaN wherever two rows that are compared are equal."""
    shapes = [a.shape for a in probes_of(exercise)[0] if floats(a)]
    if len(set(shapes)) == len(shapes) or np.asarray(exercise.solution(*probes_of(exercise)[0])).dtype.kind == "U":
        return None

    def answer(*arguments):
        result = np.asarray(exercise.solution(*arguments), np.float64).copy()
        arrays = [a for a in arguments if floats(a)]
        for a, b in ((a, b) for at, a in enumerate(arrays) for b in arrays[at + 1 :] if a.shape == b.shape):
            if result.ndim and result.shape[0] == a.shape[0]:
                result[(a == b).reshape(len(a), -1).all(axis=1)] = np.nan
            elif np.array_equal(a, b):
                result[...] = np.nan
        return result

    return answer


def changing_what_is_single(exercise):
    """The caller's arrays are changed if they are float32."""
    if not has_floats(exercise):
        return None

    def answer(*arguments):
        for a in arguments:
            if floats(a) and a.dtype == np.float32:
                a *= 0.5
        return exercise.solution(*arguments)

    return answer


class Expanded(ast.NodeTransformer):
    """(a - b) ** 2 multiplied out: a ** 2 + b ** 2 - 2 * a * b."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        is_square = isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) and node.right.value == 2
        if is_square and isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Sub):
            a, b = ast.unparse(node.left.left), ast.unparse(node.left.right)
            return ast.parse(f"(({a}) ** 2 + ({b}) ** 2 - 2 * ({a}) * ({b}))", mode="eval").body
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if ast.unparse(node.func) == "np.linalg.norm" and isinstance(node.args[0], ast.BinOp):
            inner = ast.unparse(node.args[0])
            keywords = "".join(f", {ast.unparse(k)}" for k in node.keywords)
            squares = self.visit(ast.parse(f"({inner}) ** 2", mode="eval").body)
            return ast.parse(f"np.sqrt(np.maximum(0, np.sum({ast.unparse(squares)}{keywords})))", mode="eval").body
        return node


def multiplied_out(dtype):
    """The solution with its squares of differences multiplied out, in some precision; or None if it has none."""

    def slip(exercise):
        source = textwrap.dedent(inspect.getsource(exercise.solution))
        tree = Expanded().visit(ast.parse(source))
        if ast.unparse(tree) == ast.unparse(ast.parse(source)):
            return None
        scope = dict(vars(inspect.getmodule(exercise.solution)))
        exec(ast.unparse(ast.fix_missing_locations(tree)), scope)
        made = scope[exercise.name]
        return lambda *arguments: made(*(a.astype(dtype) if floats(a) else a for a in arguments))

    return slip


SLIPS = {
    "in half precision": with_floats(in_half),
    "in half precision, and back": with_floats(lambda a: in_half(a).astype(np.float64)),
    "in half precision, then in float32": with_floats(lambda a: in_half(a).astype(np.float32)),
    "squares multiplied out in float32": multiplied_out(np.float32),
    "NaN where rows are equal": none_where_equal,
    "changing what is float32": changing_what_is_single,
    "never looking at the first": never_looking(0),
    "never looking at the last": never_looking(-1),
    "first number left out": left_out(0),
    "last number left out": left_out(-1),
    "first row left out": row_left_out(0),
    "last row left out": row_left_out(-1),
    "never choosing the first": never_choosing(0),
    "never choosing the last": never_choosing(-1),
}

# Of thresholds, which are met exactly.
TOLERANCES = {
    "a little more": lambda a: a + 1e-9,
    "a little less": lambda a: a - 1e-9,
    "a millionth more": lambda a: a * (1 + 1e-6),
    "a millionth less": lambda a: a * (1 - 1e-6),
}
THRESHOLDS = {
    "error_rates": "tau",
    "identify": "tau",
    "kinds_of_triplets": "gap",
    "mended_active_share": "gap",
    "name_everybody": "tau",
    "open_set_rates": "tau",
    "silent_shares": "margin",
    "tau_from_data": "far",
}

DISTANCES = {
    "distance": ("equal_error_rate", "error_rates", "tau_from_data", "contrastive_loss", "mended_loss_slope"),
    "d": (
        *("silent_shares", "batch_hard_triplets", "mended_active_share"),
        *("name_everybody", "open_set_rates", "rank_one_accuracy"),
    ),
    "positive": ("kinds_of_triplets", "squared_gap"),
    "negative": ("kinds_of_triplets",),
}
SHARES = {
    "mended_calibration_gap": "p",
    "mended_score": "validation test",
    "mended_region_gram": "mask",
    "weights_for_shares": "shares",
}
EIGHTHS = "all distances are eighths"
COLOUR = "a colour is never below 0"
HARMLESS = {
    ("tau_from_data", "far a little more"): "a share is a quotient of small whole numbers, and rounding may ask for it",
    ("batch_distances", "first number left out"): "a picture is at distance 0 from itself",
    ("batch_distances", "last number left out"): "a picture is at distance 0 from itself",
    ("batch_hard_triplets", "first number left out"): "the first query is picture 0",
    ("mended_descent_step", "NaN where rows are equal"): "a picture and a gradient are not compared",
    ("numerical_gradient", "NaN where rows are equal"): "the cost that is given compares them",
    ("instance_normalise", "NaN where rows are equal"): "gamma and beta are not compared",
    ("door_probability", "p without its sign"): "a probability is never below 0",
    ("mended_score", "NaN where rows are equal"): "two accuracies are not compared",
    ("weights_for_shares", "NaN where rows are equal"): "costs and shares are not compared",
    ("kinds_of_triplets", "gap a little less"): EIGHTHS,
    ("kinds_of_triplets", "gap a millionth less"): EIGHTHS,
    **{(name, "costs without its sign"): "a cost is never below 0" for name in ("mended_stop", "weights_for_shares")},
    **{(name, f"{one} without its sign"): "a share is never below 0" for name, ones in SHARES.items() for one in ones.split()},
    ("mended_descent_step", "G without its sign"): COLOUR,
    **{("numerical_gradient", f"{picture} without its sign"): COLOUR for picture in "GCS"},
    **{(name, f"{d} without its sign"): "a distance is never below 0" for d, names in DISTANCES.items() for name in names},
}


def slips(exercise):
    """Yield each slip that can be made in an exercise: its name, and the answer."""
    for name, slip in SLIPS.items():
        if (answer := slip(exercise)) is not None:
            yield name, answer
    for place, argument in enumerate(inspect.signature(exercise.solution).parameters):
        given = [probe[place] for probe in probes_of(exercise) if len(probe) > place]
        if all(map(floats, given)):
            yield f"{argument} without its sign", with_argument(place, np.abs)(exercise)
        if THRESHOLDS.get(exercise.name) == argument:
            for name, change in TOLERANCES.items():
                yield f"{argument} {name}", with_argument(place, change)(exercise)
