"""Mutants of a function: its source with one small change each, as a slip of the pen would make it."""

import ast
from collections import Counter
from copy import copy
from dataclasses import dataclass
from functools import partial

ARITHMETIC = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.Div, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mod, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult, ast.Add),
    ast.BitAnd: (ast.BitOr, ast.BitXor),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitXor: (ast.BitAnd, ast.BitOr),
}
ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)  # a op b is not b op a
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE),
    ast.Gt: (ast.GtE, ast.LtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
KIN = (
    ("sum", "mean"),
    ("mean", "median"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("amax", "amin"),
    ("argmax", "argmin"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("std", "var"),
    ("exp", "log"),
    ("log", "log1p"),
    ("sqrt", "square"),
    ("floor", "ceil"),
    ("cumsum", "cumprod"),
    ("sort", "argsort"),
    ("argsort", "argpartition"),
    ("inner", "outer"),
    ("hstack", "vstack"),
    ("concatenate", "stack"),
    ("triu", "tril"),
    ("tile", "repeat"),
    ("logical_and", "logical_or"),
    ("count_nonzero", "size"),
    ("less", "less_equal"),
    ("greater", "greater_equal"),
    ("append", "extend"),
)
BUILT_IN = {"min": "max", "max": "min", "any": "all", "all": "any", "sum": "max"}
# Of the same value whichever argument comes first.
EITHER_ORDER = {
    "maximum",
    "minimum",
    "max",
    "min",
    "add",
    "multiply",
    "array_equal",
    "logical_and",
    "logical_or",
    "hypot",
    "zip",
}
# The judge looks at values, whatever holds them.
CONVERSIONS = {"float", "list", "tuple", "asarray", "array"}
AXES = (0, 1, -1, None)


@dataclass(frozen=True)
class Mutant:
    """A changed function: what was changed, and the source after it."""

    label: str
    source: str


def mutants(source):
    """Return all mutants of a function, no two of the same source.

    Lines are counted in the function without comments and docstring, so that a label lasts while the code does.
    """
    function = ast.parse(bare(source)).body[0]
    seen, labels, found = {ast.unparse(function)}, Counter(), []
    for node, put, parent in places(function):
        small = isinstance(node, ast.Name) or number(node) is not None  # shown with what is around it
        before = shown(parent if small else node)
        for new in changes(node, function):
            put(new)
            text, after = ast.unparse(function), shown(parent if small else new)
            put(node)
            if text not in seen:
                seen.add(text)
                label = f"line {node.lineno}: {before} -> {after}"
                labels[label] += 1
                again = f" ({labels[label]})" if labels[label] > 1 else ""
                found.append(Mutant(label + again, text))
    return found


def bare(source):
    """Return the source of a function without comments, docstring and type hints."""
    function = ast.parse(source).body[0]
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        del function.body[0]
    function.returns = None
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(function)


def shown(node):
    """Return a node as code: of a compound statement its head."""
    return "deleted" if isinstance(node, ast.Pass) else ast.unparse(node).strip().splitlines()[0]


def places(function):
    """Return each node below a function that has a line, with what puts another into its place, and its parent."""
    found = []
    for parent in ast.walk(function):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, list):
                found += [(child, partial(value.__setitem__, at), parent) for at, child in enumerate(value)]
            elif not (isinstance(value, ast.Constant) and number(parent) is not None):  # -1 is one number
                found.append((value, partial(setattr, parent, field), parent))
    return [place for place in found if hasattr(place[0], "lineno")]


def changes(node, function):
    """Yield what may stand in the place of a node."""
    for rule in RULES:
        yield from rule(node)
    yield from dropped(node, own_names(function))
    parameters = [argument.arg for argument in function.args.args]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
        yield from (ast.Name(other, node.ctx) for other in parameters if other != node.id)


def own_names(function):
    """Return the names that a function gives: its parameters and variables."""
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}


def but(node, **fields):
    """Return a copy of a node with other fields."""
    new = copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def number(node):
    """Return the number that a node writes, with its sign, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        positive = number(node.operand) if isinstance(node.operand, ast.Constant) else None
        return None if positive is None else -positive
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def written(value):
    """Return the node that writes a number, or None."""
    if value is not None and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def swapped_neighbours(items):
    for at in range(len(items) - 1):
        yield [*items[:at], items[at + 1], items[at], *items[at + 2 :]]


def without_one(items):
    for at in range(len(items)):
        yield [*items[:at], *items[at + 1 :]]


def name_called(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def one_off(node):
    yield ast.BinOp(node, ast.Add(), ast.Constant(1))
    yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


def operators(node):
    if isinstance(node, ast.BinOp | ast.AugAssign):
        yield from (but(node, op=other()) for other in ARITHMETIC.get(type(node.op), ()))
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
        if isinstance(node.op, ONE_WAY):
            yield but(node, left=node.right, right=node.left)
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=node.lineno)


def comparisons(node):
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                yield but(node, ops=[*node.ops[:at], other(), *node.ops[at + 1 :]])


def signs_and_logic(node):
    if isinstance(node, ast.UnaryOp) and number(node) is None:
        yield node.operand
    if isinstance(node, ast.BoolOp):
        yield but(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from (but(node, values=values) for values in without_one(node.values))


def conditions(node):
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield but(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        for at, part in enumerate(node.generators):
            for condition in part.ifs:
                other = but(part, ifs=[ast.UnaryOp(ast.Not(), condition)])
                yield but(node, generators=[*node.generators[:at], other, *node.generators[at + 1 :]])


def constants(node):
    value = number(node)
    if value is not None:
        yield from (written(other) for other in (value + 1, value - 1, 0 * abs(value), 2 * value, -value) if other != value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield ast.Constant("")
    elif isinstance(node, ast.Attribute) and node.attr == "inf":
        yield ast.UnaryOp(ast.USub(), node)


def axes_and_keywords(node):
    if isinstance(node, ast.keyword) and node.arg == "axis":
        yield from (but(node, value=written(axis)) for axis in AXES)
        if isinstance(node.value, ast.Tuple):
            yield from (but(node, value=but(node.value, elts=elts)) for elts in without_one(node.value.elts))
    if isinstance(node, ast.Call):
        yield from (but(node, keywords=keywords) for keywords in without_one(node.keywords))


def kin(node):
    if isinstance(node, ast.Attribute):
        for pair in KIN:
            if node.attr in pair:
                yield but(node, attr=pair[1 - pair.index(node.attr)])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILT_IN:
        yield but(node, func=ast.Name(BUILT_IN[node.func.id], ast.Load()))


def order(node):
    if isinstance(node, ast.Call) and name_called(node) not in EITHER_ORDER:
        yield from (but(node, args=args) for args in swapped_neighbours(node.args))
    if isinstance(node, ast.Tuple | ast.List):
        yield from (but(node, elts=elts) for elts in swapped_neighbours(node.elts))


def statements(node):
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass):
        yield ast.Pass(lineno=node.lineno)
    if isinstance(node, ast.Break):
        yield ast.Continue()
    if isinstance(node, ast.Continue):
        yield ast.Break()


def bounds(node):
    """Yield slices, indices and ranges that begin or end one off, and slices without a bound."""
    if isinstance(node, ast.Slice):
        for side in ("lower", "upper", "step"):
            bound = getattr(node, side)
            if bound is not None:
                yield but(node, **{side: None})
                if number(bound) is None:
                    yield from (but(node, **{side: other}) for other in one_off(bound))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name | ast.BinOp | ast.Call | ast.Subscript):
        yield from (but(node, slice=other) for other in one_off(node.slice))
    if isinstance(node, ast.Call) and name_called(node) in ("range", "arange"):
        for at, bound in enumerate(node.args):
            if number(bound) is None:
                yield from (but(node, args=[*node.args[:at], other, *node.args[at + 1 :]]) for other in one_off(bound))


def dropped(node, own):
    """Yield what is left of a node without its call, index or transposition: f(x, y) and x.f(y) become x."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node.value
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.Call) and name_called(node) not in CONVERSIONS:
        root = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(node.func, ast.Attribute) and (not isinstance(root, ast.Name) or root.id in own):
            yield node.func.value
        elif node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
            yield node.args[0]


RULES = (
    operators,
    comparisons,
    signs_and_logic,
    conditions,
    constants,
    axes_and_keywords,
    kin,
    order,
    statements,
    bounds,
)
