"""The key of a cluster is made once, for its owner only; without TLS nothing goes further than this machine."""

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509 import load_pem_x509_certificate

from course_utils.grading import cluster_key
from course_utils.grading.cluster_key import DAYS, NAME, ClusterError, make_key, security_of

TLS = "tls://10.0.0.5:8786"


def test_a_key_is_made_for_its_owner_only_and_never_replaced(tmp_path):
    path = make_key(tmp_path)
    assert path == tmp_path / NAME
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    made = path.read_bytes()
    with pytest.raises(
        ClusterError, match=rf"{re.escape(str(path))} is there, and holds until \d{{4}}-\d\d-\d\d\. To make another"
    ):
        make_key(tmp_path)
    assert path.read_bytes() == made
    assert sorted(one.name for one in tmp_path.iterdir() if not one.name.startswith(".lock")) == [NAME]


def test_it_is_private_from_its_first_byte_on(tmp_path, monkeypatch):
    modes = []

    def look():
        modes.extend(one.stat().st_mode & 0o777 for one in tmp_path.glob(".*.tmp"))
        return b"..."

    monkeypatch.setattr(cluster_key, "_new_key", look)
    make_key(tmp_path)
    if os.name == "posix":
        assert modes == [0o600]


def test_it_holds_for_a_year_and_from_yesterday_on(tmp_path):
    certificate = load_pem_x509_certificate(make_key(tmp_path).read_bytes())
    now = datetime.now(UTC)
    assert certificate.not_valid_before_utc < now - timedelta(hours=23)
    assert abs(certificate.not_valid_after_utc - now - timedelta(days=DAYS)) < timedelta(minutes=10)
    certificate.verify_directly_issued_by(certificate)


def test_two_keys_are_two(tmp_path):
    (tmp_path / "other").mkdir()
    assert make_key(tmp_path).read_bytes() != make_key(tmp_path / "other").read_bytes()


def test_scheduler_workers_and_clients_show_it_and_accept_no_other(tmp_path):
    make_key(tmp_path)
    security = security_of(TLS, tmp_path)
    assert security.require_encryption
    for role in ("client", "scheduler", "worker"):
        assert security.get_tls_config_for_role(role)["cert"] == str(tmp_path / NAME)
        context = security.get_connection_args(role)["ssl_context"]
        assert len(context.get_ca_certs()) == 1
        assert context.verify_mode.name == security.get_listen_args(role)["ssl_context"].verify_mode.name == "CERT_REQUIRED"


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_is_not_taken(tmp_path, mode):
    make_key(tmp_path).chmod(mode)
    with pytest.raises(ClusterError, match=rf"is not private \(mode {mode:o}\)\. Mend it: chmod 600 "):
        security_of(TLS, tmp_path)


def test_a_key_that_is_not_there_is_damaged_or_too_old_is_told(tmp_path, monkeypatch):
    with pytest.raises(
        ClusterError, match=r"cluster\.pem is not there\. Make it with `make cluster-key` on one machine, and copy"
    ):
        security_of(TLS, tmp_path)
    (tmp_path / NAME).touch(0o600)
    with pytest.raises(ClusterError, match=r"holds no certificate\. Copy it anew"):
        security_of(TLS, tmp_path)
    (tmp_path / NAME).unlink()
    monkeypatch.setattr(cluster_key, "DAYS", 0)
    make_key(tmp_path)
    with pytest.raises(ClusterError, match=r"held until .* Remove it; make another with `make cluster-key`, and copy it anew"):
        security_of(TLS, tmp_path)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://127.9.9.9:1", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_on_one_machine_there_need_be_no_tls(tmp_path, address):
    assert security_of(address, tmp_path) is None


@pytest.mark.parametrize(
    "address",
    [
        "tcp://10.0.0.5:8786",
        "tcp://0.0.0.0:8786",
        "tcp://grader:8786",
        "tcp://localhost.example.org:8786",
        "tcp://[fe80::1]:8786",
    ],
)
def test_without_tls_nothing_goes_to_another_machine(tmp_path, address):
    make_key(tmp_path)
    with pytest.raises(
        ClusterError, match=rf"goes over a network without TLS: .* Use tls://{re.escape(address[6:])}, with a key"
    ):
        security_of(address, tmp_path)


@pytest.mark.parametrize(
    "address", ["", "10.0.0.5:8786", "tls://10.0.0.5", "tls://:8786", "ws://a:1", "tls://a b:1", "tls://a:1/x"]
)
def test_what_is_no_address_is_told(tmp_path, address):
    with pytest.raises(ClusterError, match=r"is no address of a cluster; expected one such as tls://10\.0\.0\.5:8786"):
        security_of(address, tmp_path)
