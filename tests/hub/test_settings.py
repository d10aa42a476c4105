"""Tests of hub.settings: what the file may say, and the words for what it may not."""

import re
from pathlib import Path

import pytest

from hub.settings import SettingsError, read_settings

SETTINGS = Path(__file__).resolve().parents[2] / "hub" / "settings.toml"
TEXT = SETTINGS.read_text("utf-8")
LTI = re.sub(r"^# (?=\[login|issuer|client|auth|jwks|username)", "", TEXT, flags=re.MULTILINE).replace('"pam"', '"lti"', 1)
HTTPS = (
    TEXT.replace("http://127.0.0.1:8000", "https://hub.example.org")
    .replace("# certificate", "certificate")
    .replace("# key", "key")
)


def read(tmp_path, text):
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    return read_settings(tmp_path / "settings.toml")


def test_the_settings_that_come_with_the_course_can_be_read():
    settings = read_settings(SETTINGS)
    assert settings.lecturers == ("lecturer",)
    assert settings.roster == SETTINGS.parent / "roster.csv"
    assert settings.prefix == Path("/opt/faces-and-style")
    assert (settings.memory, settings.processors, settings.idle_minutes) == ("4G", 2, 60)
    assert settings.port == 8000
    assert not settings.lti


def test_one_can_log_in_through_a_learning_platform(tmp_path):
    assert read(tmp_path, LTI).lti == {
        "issuer": "https://moodle.example.org",
        "client_id": "AbCdEf123456",
        "authorize_url": "https://moodle.example.org/mod/lti/auth.php",
        "jwks_endpoint": "https://moodle.example.org/mod/lti/certs.php",
        "username_key": "custom_username",
    }


def test_an_address_in_a_network_has_a_certificate(tmp_path):
    settings = read(tmp_path, HTTPS)
    assert settings.port == 443
    assert settings.certificate == Path("/etc/ssl/certs/hub.pem")
    beside = read(tmp_path, HTTPS.replace("/etc/ssl/certs/", "").replace("/etc/ssl/private/", ""))
    assert (beside.certificate, beside.key) == (tmp_path / "hub.pem", tmp_path / "hub.pem")


def test_a_slash_at_the_end_of_the_address_does_not_matter(tmp_path):
    assert read(tmp_path, TEXT.replace(":8000", ":8000/")).address == "http://127.0.0.1:8000"


def test_a_platform_may_wait_beside_passwords(tmp_path):
    assert not read(tmp_path, LTI.replace('"lti"', '"pam"', 1)).lti


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace('"pam"', '"dummy"', 1), 'login.through is \'dummy\', expected "pam" or "lti"'),
        (TEXT.replace("http://127.0.0.1:8000", "http://0.0.0.0:8000"), "passwords would cross the network in the clear"),
        (TEXT.replace("http://127.0.0.1:8000", "https://hub.example.org"), "https needs certificate and key"),
        (HTTPS.replace("https://", "http://"), "https needs certificate and key"),
        (TEXT.replace("http://127.0.0.1:8000", "hub.example.org"), "address is 'hub.example.org', expected an address"),
        (TEXT.replace('["lecturer"]', '["grader"]'), "grader is 'grader', a lecturer's account"),
        (TEXT.replace('["lecturer"]', '["Ada Lovelace"]'), "lecturers is ['Ada Lovelace'], expected accounts"),
        (TEXT.replace('["lecturer"]', "[]"), "lecturers is [], expected accounts"),
        (TEXT.replace('"4G"', '"4 GB"'), "limits.memory is '4 GB', expected an amount"),
        (TEXT.replace('"4G"', "4"), "limits.memory is 4, expected an amount"),
        (TEXT.replace("processors = 2", "processors = 0"), "limits.processors is 0, expected a number above 0"),
        (TEXT.replace("processors = 2", "processors = true"), "limits.processors is True, expected a number"),
        (TEXT.replace("processors = 2", "processors = nan"), "limits.processors is nan, expected a number above 0"),
        (TEXT.replace("idle_minutes = 60", "idle_minutes = inf"), "limits.idle_minutes is inf, expected a number above 0"),
        (TEXT.replace("idle_minutes = 60", "idle_minutes = 0.5"), "limits.idle_minutes is 0.5, expected a whole number"),
        (TEXT.replace(":8000", ":abc"), "address is 'http://127.0.0.1:abc' ("),
        (TEXT.replace(":8000", ":99999"), "address is 'http://127.0.0.1:99999' ("),
        (TEXT.replace(":8000", ":65534"), "the two ports after it are needed as well"),
        (TEXT.replace("127.0.0.1:8000", "[::1"), "address is 'http://[::1' ("),
        (TEXT.replace("127.0.0.1:8000", "[::1]:8000"), "passwords would cross the network in the clear"),
        (TEXT.replace("idle_minutes", "idle_hours"), "limits.idle_minutes is missing, expected a number above 0"),
        (TEXT.replace("make_accounts = true", 'make_accounts = "yes"'), "make_accounts is 'yes', expected true or false"),
        (TEXT.replace("[limits]", "[limit]"), "limits is missing, expected a table [limits]"),
        (LTI.replace("issuer", "platform"), "login.lti.issuer is missing, expected a text"),
        ("name = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    with pytest.raises(SettingsError) as error:
        read(tmp_path, text)
    assert said in str(error.value)
    assert str(tmp_path / "settings.toml") in str(error.value)


def test_a_line_that_nobody_knows_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"limits\.memori is unknown"):
        read(tmp_path, TEXT.replace("memory =", 'memori = "4G"\nmemory ='))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")
