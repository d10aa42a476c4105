"""Ports of this machine that nobody uses."""

import contextlib
import random
import socket

# Not those that the system gives to whoever asks for any: these here are bound some time after they were found.
CHOSEN_FROM = range(20_000, 30_000)


def free_ports(number: int) -> int:
    """Return the first of some ports in a row."""
    while True:
        first = random.choice(CHOSEN_FROM)
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(first, first + number):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
