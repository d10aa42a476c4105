"""What hub/settings.toml may say: names, who takes part, limits, how one logs in."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,30}")  # what useradd takes for a name
MEMORY = re.compile(r"[1-9]\d*[MG]")
LTI = ("issuer", "client_id", "authorize_url", "jwks_endpoint", "username_key")
LAST_PORT = 65535
LOCAL = ("127.0.0.1", "localhost")


class SettingsError(ValueError):
    """The settings cannot be used; the text names the line, what came, and what was expected."""


@dataclass(frozen=True)
class Settings:
    """What hub/settings.toml says.

    Attributes:
        name: of the class, above the form where one logs in.
        lecturers: their accounts.
        roster: the table of who takes part.
        make_accounts: whether accounts that are not there are made.
        grader: the account in which the lecturers grade.
        prefix: the hub's folder.
        address: where browsers find the hub.
        certificate: for https, or None.
        key: of the certificate, or None.
        memory: that each user's server may use, such as 4G.
        processors: that each user's server may use.
        idle_minutes: after which an idle server is stopped.
        lti: the learning platform through which one logs in; empty where the system's passwords count.
    """

    name: str
    lecturers: tuple[str, ...]
    roster: Path
    make_accounts: bool
    grader: str
    prefix: Path
    address: str
    certificate: Path | None
    key: Path | None
    memory: str
    processors: float
    idle_minutes: int
    lti: Mapping[str, str]

    @property
    def port(self) -> int:
        """The port of the address. The hub itself has the next one, its proxy's interface the one after."""
        parts = urlsplit(self.address)
        return parts.port or (443 if parts.scheme == "https" else 80)


def read_settings(path: Path) -> Settings:
    """Read the settings; paths in them begin at their file.

    Raises:
        SettingsError: there is no such file, it is no TOML, or a line is missing, unknown or of another kind.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}). Give the file of settings.") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from None
    table = _Table(path, told)
    limits, login = table.table("limits"), table.table("login")
    settings = Settings(
        name=table.text("name"),
        lecturers=tuple(table.names("lecturers")),
        roster=path.parent / table.text("roster"),
        make_accounts=table.one_of("make_accounts", bool, "true or false"),
        grader=table.text("grader", ACCOUNT.pattern, "the name of an account"),
        prefix=path.parent / table.text("prefix"),
        address=table.text("address", r"https?://[^/]+/?", "an address such as http://127.0.0.1:8000").rstrip("/"),
        certificate=table.path_if_there("certificate"),
        key=table.path_if_there("key"),
        memory=limits.text("memory", MEMORY.pattern, "an amount such as 4G or 512M"),
        processors=limits.positive("processors"),
        idle_minutes=limits.whole("idle_minutes"),
        lti=_platform(login),
    )
    for part in (table, limits, login):
        part.refuse_others()
    _check_secrecy(path, settings)
    return settings


def _platform(login: "_Table") -> Mapping[str, str]:
    """Return the learning platform of [login.lti], if one logs in through it; beside passwords it may wait there."""
    through = login.text("through", r"pam|lti", '"pam" or "lti"')
    login.asked.add("lti")
    if through == "pam":
        return {}
    lti = login.table("lti")
    told = {name: lti.text(name) for name in LTI}
    lti.refuse_others()
    return told


def _check_secrecy(path: Path, settings: Settings) -> None:
    """Refuse to send passwords through a network that anybody can read along."""
    try:
        parts, last = urlsplit(settings.address), settings.port + 2
    except ValueError as error:
        raise SettingsError(
            f"{path}: address is {settings.address!r} ({error}), expected one such as http://127.0.0.1:8000."
        ) from None
    if last > LAST_PORT:
        raise SettingsError(f"{path}: address is {settings.address!r}, but the two ports after it are needed as well.")
    if (parts.scheme == "https") != bool(settings.certificate and settings.key):
        raise SettingsError(f"{path}: https needs certificate and key, and both are for https; address is {settings.address}.")
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        raise SettingsError(
            f"{path}: address is {settings.address}, where passwords would cross the network in the clear. Use https with a "
            "certificate and a key, or http://127.0.0.1:8000 behind a server of this machine that has them."
        )
    if settings.grader in settings.lecturers:
        raise SettingsError(f"{path}: grader is {settings.grader!r}, a lecturer's account. Give an account of its own.")


class _Table:
    """A table of the file: what is asked of it has to be there, and what is there has to be asked for."""

    def __init__(self, path: Path, told: Mapping[str, Any], above: str = "") -> None:
        self.path, self.told, self.above, self.asked = path, told, above, set[str]()

    def one_of(self, name: str, kind: type, expected: str) -> Any:
        self.asked.add(name)
        value = self.told.get(name)
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            came = "is missing" if value is None else f"is {value!r}"
            raise SettingsError(f"{self.path}: {self.above}{name} {came}, expected {expected}.")
        return value

    def text(self, name: str, pattern: str = r".*\S.*", expected: str = "a text") -> str:
        value: str = self.one_of(name, str, expected)
        if not re.fullmatch(pattern, value):
            raise SettingsError(f"{self.path}: {self.above}{name} is {value!r}, expected {expected}.")
        return value

    def path_if_there(self, name: str) -> Path | None:
        return self.path.parent / self.text(name) if name in self.told else None

    def names(self, name: str) -> list[str]:
        expected = 'accounts, such as ["anna", "bert"]'
        value: list[str] = self.one_of(name, list, expected)
        if not value or not all(isinstance(one, str) and ACCOUNT.fullmatch(one) for one in value):
            raise SettingsError(f"{self.path}: {self.above}{name} is {value!r}, expected {expected}.")
        return value

    def positive(self, name: str) -> float:
        value: float = self.one_of(name, (int | float), "a number above 0")  # type: ignore[arg-type]
        if not 0 < value < math.inf:
            raise SettingsError(f"{self.path}: {self.above}{name} is {value!r}, expected a number above 0.")
        return value

    def whole(self, name: str) -> int:
        value = self.positive(name)
        if value != int(value):
            raise SettingsError(f"{self.path}: {self.above}{name} is {value!r}, expected a whole number above 0.")
        return int(value)

    def table(self, name: str) -> "_Table":
        return _Table(self.path, self.one_of(name, dict, f"a table [{self.above}{name}]"), f"{self.above}{name}.")

    def refuse_others(self) -> None:
        if others := self.told.keys() - self.asked:
            raise SettingsError(f"{self.path}: {self.above}{min(others)} is unknown. Is it misspelt?")
