"""In the sealed process: calls the functions that the check cells have handed over, when asked to.

A student's code can change this module while it runs. So the time of a call is measured outside, and all that is said here is a
claim: what a function has returned, and what has become of its arguments.
"""

import json
from typing import Any

from course_utils.feedback.calls import CallError, call
from course_utils.grading.inside.handed_over import FUNCTIONS, MIME, check
from course_utils.grading.wire import decode, encode

__all__ = ["answer", "check"]


def answer(name: str, arguments: str, seconds: float) -> None:
    """Call an answer and publish what it returns.

    Args:
        name: of the exercise.
        arguments: encoded, as JSON.
        seconds: the time limit of the call.
    """
    from IPython.display import display

    display({MIME: json.dumps(_outcome(FUNCTIONS[name], decode(json.loads(arguments)), seconds))}, raw=True)


def _outcome(function: Any, arguments: list[Any], seconds: float) -> dict[str, Any]:
    if not callable(function):
        return {"error": ["kind", type(function).__name__, None, ""]}
    try:
        outcome = call(function, arguments, seconds)
    except CallError as error:
        return {"error": [error.reason, error.name, error.line, error.told]}
    return {"value": encode(outcome.value), "arguments": _whatever_they_are(outcome.arguments)}


def _whatever_they_are(arguments: Any) -> Any:
    """Encode arguments after a call, which may have put into them what cannot be encoded."""
    try:
        return encode(arguments)
    except Exception:
        return None
