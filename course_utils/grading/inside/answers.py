"""In the sealed process: calls the functions that the check cells have handed over, when asked to."""

import json
from typing import Any

from course_utils.feedback.calls import CallError, call
from course_utils.grading.inside.handed_over import FUNCTIONS, check
from course_utils.grading.wire import decode, encode

__all__ = ["answer", "check"]

MIME = "application/vnd.faces-and-style.answers+json"


def answer(name: str, probes: str, seconds: float) -> None:
    """Call an answer with each tuple of arguments and publish what it returns.

    Args:
        name: of the exercise.
        probes: the arguments, encoded, as JSON.
        seconds: the time limit of each call.
    """
    from IPython.display import display

    outcomes: list[dict[str, Any]] = []
    for arguments in decode(json.loads(probes)):
        outcomes.append(_outcome(FUNCTIONS[name], arguments, seconds))
        if "error" in outcomes[-1]:
            break
    display({MIME: json.dumps(outcomes)}, raw=True)


def _outcome(function: Any, arguments: list[Any], seconds: float) -> dict[str, Any]:
    if not callable(function):
        return {"error": ["kind", type(function).__name__, None]}
    try:
        outcome = call(function, arguments, seconds)
    except CallError as error:
        return {"error": [error.reason, error.name, error.line]}
    return {"value": encode(outcome.value), "changed": outcome.changed_its_input}
