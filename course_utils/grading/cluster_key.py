"""The key of a grading cluster: one private file, and whoever has it belongs to the cluster.

Dask runs whatever is sent by somebody who may speak to it. So a scheduler, its workers and `make grade` speak TLS, and each
shows the certificate of this file and proves that it has its key. All have the same: who may send one of them code could get at
the others' keys anyway.
"""

import ipaddress
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from distributed import Security

from course_utils.data.files import written_whole
from course_utils.grading.locking import one_writer

NAME = "cluster.pem"
DAYS = 400  # from the first day of a term to the grades of those who repeat it
ADDRESS = re.compile(r"(?P<protocol>tls|tcp)://(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})")


class ClusterError(RuntimeError):
    """This machine cannot be part of the cluster, or not reach it; the text says why, and what to do."""


def make_key(root: Path) -> Path:
    """Make the key of a cluster, readable by its owner only, and return its file.

    Args:
        root: the folder of the assignments.

    Raises:
        ClusterError: there is one already.
        CourseBusyError: somebody else writes into the course.
    """
    path = root / NAME
    with one_writer(root, "cluster-key"):
        if path.exists():
            raise ClusterError(
                f"{path} is there, and holds until {_end(path):%Y-%m-%d}. To make another one, remove it; "
                "then copy the new one to each machine."
            )
        with written_whole(path, mode=0o600) as file:
            file.write(_new_key())
    return path


def security_of(address: str, root: Path) -> Security | None:
    """Return that with which this machine listens at an address, or speaks to it; None where both ends are this machine.

    Args:
        address: such as tls://10.0.0.5:8786.
        root: the folder of the assignments, where the key is.

    Raises:
        ClusterError: it is no address, it is another machine's without TLS, or the key is not there, not private or too old.
    """
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ClusterError(f"{address!r} is no address of a cluster; expected one such as tls://10.0.0.5:8786.")
    if found["protocol"] == "tls":
        return _read_key(root / NAME)
    if not _is_this_machine(found["host"].strip("[]")):
        raise ClusterError(
            f"{address} goes over a network without TLS: whoever can reach it could run code on all machines of the cluster, "
            f"and read the inputs' secret. Use tls://{address.removeprefix('tcp://')}, with a key from `make cluster-key`."
        )
    return None


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def _read_key(path: Path) -> Security:
    if not path.exists():
        raise ClusterError(
            f"{path} is not there. Make it with `make cluster-key` on one machine, and copy it there on each of the others."
        )
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ClusterError(f"{path} is not private (mode {path.stat().st_mode & 0o777:o}). Mend it: chmod 600 {path}")
    if (end := _end(path)) < datetime.now(UTC):
        raise ClusterError(
            f"{path} held until {end:%Y-%m-%d}. Remove it; make another with `make cluster-key`, and copy it anew."
        )
    roles = {f"tls_{role}_cert": str(path) for role in ("client", "scheduler", "worker")}  # the keys are in the same file
    return Security(require_encryption=True, tls_ca_file=str(path), **roles)


def _end(path: Path) -> datetime:
    """Return when a key's certificate ends."""
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except ValueError:
        raise ClusterError(f"{path} holds no certificate. Copy it anew from where `make cluster-key` made it.") from None


def _new_key() -> bytes:
    """Return a private key and a certificate that it has signed itself, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "grading cluster")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks differ
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
