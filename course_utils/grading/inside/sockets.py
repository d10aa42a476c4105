"""In the sealed process: an IPython kernel on sockets that were opened outside, so that it needs no folder to make them in."""

import os
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from zmq.constants import SocketOption


class SealedApp(IPKernelApp):
    """A kernel that binds to what it was handed; without a heart's beat, which nobody listens for."""

    def _bind_socket(self, s: Any, port: int) -> int:
        handed = os.environ.get("SEALED_SOCKETS", "").split()
        if handed:
            s.setsockopt(SocketOption.USE_FD, int(handed[port - 1]))
        bound: int = super()._bind_socket(s, port)  # type: ignore[no-untyped-call]
        return bound

    def init_heartbeat(self) -> None:
        """Start none."""

    def write_connection_file(self, **_: Any) -> None:
        """Leave the file as it is."""

    def init_kernel(self) -> None:
        """Make the kernel, when all sockets are bound."""
        os.environ.pop("SEALED_SOCKETS", None)
        super().init_kernel()  # type: ignore[no-untyped-call]
