"""Asking a kernel behind the walls, and what it answers."""

import json


def answer(kernel, code, seconds=10):
    """Return what sealed code prints as JSON."""
    ran = kernel.run(code, seconds)
    assert ran.ended == "well", ran
    return json.loads("".join(output.get("text", "") for output in ran.outputs))
