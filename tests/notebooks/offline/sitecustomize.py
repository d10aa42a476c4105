"""Put first on PYTHONPATH, this makes every Python process refuse to reach for the network; loopback stays open."""

import ipaddress
import sys

LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
CONNECTIONS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def is_local(host: object) -> bool:
    """Whether a host name or address is this computer itself."""
    text = host.decode() if isinstance(host, bytes) else host
    if text in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(text)).is_loopback
    except ValueError:
        return False


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise OSError where Python is about to look up or connect to another computer."""
    if event in LOOK_UPS:
        host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
    elif event in CONNECTIONS and isinstance(arguments[1], tuple):  # other address types are no internet addresses
        host = arguments[1][0]
    else:
        return
    if not is_local(host):
        raise OSError(f"the network is blocked: {event} to {host!r}")


sys.addaudithook(refuse)
