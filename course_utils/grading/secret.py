"""The course owner's secret, from which the hidden inputs of each student are drawn."""

import os
import secrets
from pathlib import Path

NAME = "secret.key"


def read_secret(root: Path) -> bytes:
    """Return the secret of a course; the first time one is made, readable by its owner only.

    Whoever has it can work out all hidden inputs. Who loses it gets other inputs the next time, but the same grades for right
    and wrong answers.

    Args:
        root: the folder of the assignments.

    Raises:
        ValueError: the file is there, but holds no secret.
    """
    path = root / NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        text = path.read_text("ascii").strip()
        if len(text) < 32:
            raise ValueError(
                f"{path} holds {len(text)} characters, expected at least 32. Remove it to get a new one."
            ) from None
        return text.encode()
    text = secrets.token_hex(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{text}\n")
    return text.encode()
