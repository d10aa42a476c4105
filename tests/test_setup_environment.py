"""The set-up of .venv, with a small lock in the place of the real one: fast, the same everywhere, right in faulty surroundings.

The commands of the development container and of Binder too. Nothing here needs a network: pip and uv
are packed again from this environment, and stand in a folder or on a server of wheels.
"""

import ctypes
import functools
import hashlib
import http.server
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BASE = sys._base_executable
SECONDS = 120
FILES = {
    "colours/__init__.py": "NAME = 'colours'\n\ndef main():\n    print(__import__('sys').prefix)\n",
    "colours-{version}.dist-info/METADATA": "Metadata-Version: 2.1\nName: colours\nVersion: {version}\n",
    "colours-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "colours-{version}.dist-info/entry_points.txt": "[console_scripts]\nshow-colours = colours:main\n",
}


def pack(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """Write a wheel with these files."""
    record = f"{name}-{version}.dist-info/RECORD"
    files = files | {record: "".join(f"{file},,\n" for file in [*files, record]).encode()}
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file, content in files.items():
            entry = zipfile.ZipInfo(file)
            entry.external_attr = (0o100755 if "/scripts/" in file else 0o100644) << 16  # a file, as pip asks
            archive.writestr(entry, content)
    return wheel


def pack_colours(folder: Path, version: str) -> Path:
    files = {name.format(version=version): text.format(version=version).encode() for name, text in FILES.items()}
    return pack(folder, "colours", version, files)


def pack_installed(folder: Path, name: str) -> Path:
    """Write the wheel of a package that is installed here."""
    distribution = importlib.metadata.distribution(name)
    files = {}
    for file in distribution.files:
        inside = file.as_posix()
        if "__pycache__" in inside or inside.endswith((".dist-info/RECORD", ".dist-info/INSTALLER", ".dist-info/REQUESTED")):
            continue
        if inside.startswith(".."):
            if file.stem != name:  # such as pip3, which pip makes from its entry points
                continue
            inside = f"{name}-{distribution.version}.data/scripts/{file.name}"
        files[inside] = distribution.locate_file(file).read_bytes()
    return pack(folder, name, distribution.version, files)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels: pip, uv and two versions of a small package, colours."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in ("pip", "uv"):
        pack_installed(folder, name)
    for version in ("1.0", "2.0"):
        pack_colours(folder, version)
    return folder


CONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))


def line(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n    # via a test\n"


def write_lock(course: Path, wheels: Path, colours: str = "1.0", more: tuple[str, ...] = ()) -> None:
    names = ("colours-" + colours, "pip-", "uv-", *more)
    (course / "requirements.lock").write_text("".join(line(next(wheels.glob(f"{name}*"))) for name in names))


@pytest.fixture
def course(tmp_path: Path, wheels: Path) -> Path:
    """A folder with what sets up the course, a small lock, and a package in the place of course_utils."""
    folder = tmp_path / "course"
    (folder / "course_utils").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "course_utils" / "__init__.py").write_text("")
    (folder / "course_utils" / "__main__.py").write_text("import sys; print('course_utils', *sys.argv[1:])")
    for name in ("Makefile", "setup_environment.py"):
        shutil.copy(ROOT / name, folder)
    write_lock(folder, wheels)
    return folder


def surroundings(course: Path, **variables: str) -> dict[str, str]:
    """Return the variables of a user with nothing set but these, a new home folder, and the caches that the tests share."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON", "MAKE", "MFLAGS"))
    }
    home, caches = str(course.parent / "home"), str(course.parents[1] / "caches")
    own = {
        "HOME": home,
        "XDG_CONFIG_DIRS": home,
        "XDG_CONFIG_HOME": f"{home}/.config",
        "XDG_CACHE_HOME": caches,
        "PYTHON": BASE,
    }
    return inherited | own | variables


def make(course: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `make setup` in a folder."""
    environment = surroundings(course, **variables)
    return subprocess.run(
        ["make", "setup", *words], cwd=course, env=environment, capture_output=True, text=True, timeout=SECONDS
    )


def from_folder(wheels: Path) -> dict[str, str]:
    """Return the variables that let pip find its packages in a folder, and nowhere else."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


def ask(course: Path, code: str, cwd: Path | None = None) -> str:
    """Return what the Python of .venv prints, in the folder of the notebooks."""
    command = [course / ".venv/bin/python", "-c", code]
    python = subprocess.run(command, cwd=cwd or course / "notebooks", capture_output=True, text=True, timeout=SECONDS)
    assert python.returncode == 0, python.stderr
    return python.stdout.strip()


def installed(course: Path) -> dict[str, str]:
    code = "import importlib.metadata as m; print({d.name: d.version for d in m.distributions()})"
    return eval(ask(course, code))  # what the line above has printed


def holds_the_lock(course: Path, colours: str = "1.0") -> None:
    """Assert that .venv has what the small lock pins, its scripts run, and it imports course_utils from this folder."""
    expected = {name: importlib.metadata.version(name) for name in ("pip", "uv")}
    assert installed(course) == expected | {"colours": colours}
    assert ask(course, "import course_utils; print(course_utils.__file__)") == str(course / "course_utils/__init__.py")
    script = subprocess.run([course / ".venv/bin/show-colours"], cwd="/", capture_output=True, text=True, timeout=SECONDS)
    assert script.stdout.strip() == str(course / ".venv"), script.stderr


def one_sentence(made: subprocess.CompletedProcess[str]) -> str:
    """Return what make has said on standard error, less its own last line; it is no traceback."""
    assert made.returncode != 0
    assert "Traceback" not in made.stderr
    return "\n".join(row for row in made.stderr.splitlines() if not row.startswith("make"))


def without_uv(wheels: Path, folder: Path) -> Path:
    """An index that lacks uv."""
    folder.mkdir()
    for wheel in wheels.iterdir():
        if not wheel.name.startswith("uv"):
            shutil.copy(wheel, folder)
    return folder


def with_broken_uv(wheels: Path, folder: Path, course: Path) -> Path:
    """An index with a uv that fails, and a lock that pins it."""
    without_uv(wheels, folder)
    version = importlib.metadata.version("uv")
    info = f"uv-{version}.dist-info"
    files = {
        "uv/__init__.py": b"",
        "uv/__main__.py": b"raise SystemExit('uv is broken')",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: uv\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    pack(folder, "uv", version, files)
    write_lock(course, folder)
    return folder


@pytest.mark.slow
def test_uv_installs_what_the_lock_pins_and_the_second_time_nothing_is_done(course: Path, wheels: Path):
    made = make(course, **from_folder(wheels))
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    assert "pip does it now" not in made.stdout
    assert made.stdout.splitlines()[-1] == "course_utils fetch"
    holds_the_lock(course)
    assert not list((course / ".venv").glob("setup-*"))
    before = (course / ".venv/installed").stat().st_mtime_ns
    again = make(course)  # no index is at hand now, and none is needed
    assert (again.returncode, again.stdout, again.stderr) == (0, "course_utils fetch\n", "")
    assert (course / ".venv/installed").stat().st_mtime_ns == before


@pytest.mark.slow
def test_where_uv_fails_pip_does_it(course: Path, wheels: Path, tmp_path: Path):
    made = make(course, **from_folder(with_broken_uv(wheels, tmp_path / "broken", course)))
    assert made.returncode == 0, made.stderr
    assert "uv is broken" in made.stderr
    assert "pip does it now" in made.stdout
    holds_the_lock(course)


@pytest.mark.slow
def test_where_the_index_has_no_uv_pip_does_without(course: Path, wheels: Path, tmp_path: Path):
    made = make(course, **from_folder(without_uv(wheels, tmp_path / "less")))
    assert made.returncode == 0, made.stderr
    assert "pip does it now" in made.stdout
    assert sorted(installed(course)) == ["colours", "pip"]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["uv", "pip"])
def test_packages_are_compiled_once_and_not_at_each_start(way: str, course: Path, wheels: Path, tmp_path: Path):
    index = wheels if way == "uv" else with_broken_uv(wheels, tmp_path / "broken", course)
    assert make(course, **from_folder(index), PYTHONDONTWRITEBYTECODE="1").returncode == 0
    assert list(course.glob(".venv/*/*/site-packages/colours/__pycache__/__init__.*.pyc"))  # nobody has imported it yet
    assert list(course.glob("course_utils/__pycache__/*.pyc"))  # `fetch` has


def redirected(folder: Path) -> dict[str, dict[str, str]]:
    """Settings of users that would lead packages elsewhere, or keep them from being installed."""
    other, path = folder / "other", str(folder / "elsewhere")
    constraint, uv, configuration = folder / "constraints.txt", folder / "uv.toml", folder / "pip.conf"
    for name in ("colours", "tomllib"):  # a module that hides one of Python's own
        (other / name).mkdir(parents=True)
        (other / name / "__init__.py").write_text("raise RuntimeError('the wrong module')")
    constraint.write_text("colours<1\n")
    uv.write_text("nonsense = true")
    configuration.write_text(f"[global]\nuser = true\nquiet = 2\nrequire-virtualenv = true\n[install]\ntarget = {path}\n")
    return {
        "user": {"PIP_USER": "1"},
        "elsewhere": {
            "PIP_TARGET": path,
            "PIP_PREFIX": path,
            "PIP_ROOT": path,
            "PIP_SRC": path,
            "PIP_PYTHON": "/nowhere/python",
        },
        "refusals": {"PIP_REQUIRE_VIRTUALENV": "1", "PIP_DRY_RUN": "1", "PIP_CONSTRAINT": str(constraint), "PIP_QUIET": "3"},
        "other wheels": {"PIP_NO_BINARY": ":all:", "PIP_PLATFORM": "win32", "PIP_IGNORE_INSTALLED": "1", "PIP_NO_DEPS": "1"},
        "modules": {"PYTHONPATH": str(other), "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "PYTHONSAFEPATH": "1"},
        "environments": {"PYTHONHOME": str(other), "VIRTUAL_ENV": str(other), "CONDA_PREFIX": str(other)},
        "uv": {"UV_TARGET": path, "UV_SYSTEM_PYTHON": "1", "UV_CONFIG_FILE": str(uv), "UV_OFFLINE": "1", "UV_PYTHON": "2.7"},
        "files": {"PIP_CONFIG_FILE": str(configuration)},
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "name"),
    [
        *(("uv", name) for name in ("user", "elsewhere", "refusals", "other wheels", "modules", "environments", "uv", "files")),
        *(("pip", name) for name in ("user", "elsewhere", "modules", "files")),
    ],
)
def test_no_setting_of_the_user_leads_the_packages_elsewhere(way: str, name: str, course: Path, wheels: Path, tmp_path: Path):
    index = wheels if way == "uv" else with_broken_uv(wheels, tmp_path / "broken", course)
    made = make(course, **from_folder(index) | redirected(tmp_path)[name])
    assert made.returncode == 0, made.stderr
    assert ("pip does it now" in made.stdout) == (way == "pip")
    assert made.stdout.splitlines()[-1] == "course_utils fetch"
    holds_the_lock(course)
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "home/.local").exists()


class Mirror(http.server.SimpleHTTPRequestHandler):
    """An index of packages; notes who asks."""

    def __init__(self, *arguments, wheels: Path, asked: list[str], **words) -> None:
        self.wheels, self.asked = wheels, asked
        super().__init__(*arguments, directory=str(wheels), **words)

    def do_GET(self) -> None:
        self.asked.append(f"{self.headers['User-Agent'].partition('/')[0]} {self.path}")
        self.path = self.path.removeprefix("http://packages.invalid")  # as a proxy is asked
        if not (page := re.fullmatch(r"/simple/(\w+)/", self.path)):
            return super().do_GET()
        links = "".join(f'<a href="/{wheel.name}">{wheel.name}</a>' for wheel in self.wheels.glob(f"{page[1]}-*"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!DOCTYPE html><html><body>{links}</body></html>".encode())

    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture
def mirror(wheels: Path):
    """The address of an index on this machine, and the list of what it is asked for."""
    asked: list[str] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Mirror, wheels=wheels, asked=asked)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple", asked
        server.shutdown()


@pytest.mark.slow
@pytest.mark.parametrize("setting", ["index-url", "extra-index-url", "variable", "proxy"])
def test_both_reach_the_mirror_that_pip_is_set_up_for(setting: str, course: Path, mirror, tmp_path: Path):
    address, asked = mirror
    nowhere = "http://127.0.0.1:9/simple"
    configuration = {
        "index-url": f"index-url = {address}",
        "extra-index-url": f"index-url = file://{tmp_path}/empty\nextra-index-url = {address}\n    file://{tmp_path}/empty",
        "variable": f"index-url = {nowhere}",
        "proxy": "index-url = http://packages.invalid/simple\ntrusted-host = packages.invalid\nproxy = " + address[:-7],
    }
    (tmp_path / "empty").mkdir()
    (tmp_path / "home/.config/pip").mkdir(parents=True)
    (tmp_path / "home/.config/pip/pip.conf").write_text(f"[global]\ntimeout = 20\nretries = 0\n{configuration[setting]}\n")
    made = make(course, **({"PIP_INDEX_URL": address} if setting == "variable" else {}))
    assert made.returncode == 0, made.stderr
    assert "pip does it now" not in made.stdout
    holds_the_lock(course)
    assert any(re.match(r"pip .*/simple/uv/", request) for request in asked)
    assert any(re.match(r"uv .*/simple/colours/", request) for request in asked)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["uv", "pip"])
def test_a_folder_may_have_any_name_and_be_moved_or_copied_without_a_network(
    way: str, course: Path, wheels: Path, tmp_path: Path
):
    index = wheels if way == "uv" else with_broken_uv(wheels, tmp_path / "broken", course)
    assert make(course, **from_folder(index)).returncode == 0
    moved = tmp_path / "Köln 'am Rhein' & 100% (neu)"
    course.rename(moved)
    assert ask(moved, "import course_utils; print(course_utils.__file__)") == str(moved / "course_utils/__init__.py")
    made = make(moved)
    assert (made.returncode, made.stdout, made.stderr) == (0, "course_utils fetch\n", "")
    holds_the_lock(moved)
    activated = subprocess.run(
        ["sh", "-c", ". ./.venv/bin/activate && command -v python"], cwd=moved, capture_output=True, text=True, timeout=SECONDS
    )
    assert activated.stdout.strip() == str(moved / ".venv/bin/python")
    copied = tmp_path / "second copy"
    shutil.copytree(moved, copied, symlinks=True)
    assert make(copied).returncode == 0
    holds_the_lock(copied)
    holds_the_lock(moved)


@pytest.mark.slow
def test_a_folder_with_blanks_and_umlauts_is_set_up(course: Path, wheels: Path, tmp_path: Path):
    odd = tmp_path / "Zürich & Köln, groß"
    course.rename(odd)
    made = make(odd, LC_ALL="C", **from_folder(wheels))
    assert made.returncode == 0, made.stderr
    holds_the_lock(odd)


def break_environment(course: Path, how: str) -> None:
    environment = course / ".venv"
    if how == "a file":
        environment.write_text("")
    elif how == "a link to nowhere":
        environment.symlink_to("nowhere")
    elif how == "empty":
        environment.mkdir()
    elif how == "without its Python":
        (environment / "bin/python").unlink()
    elif how == "another version of Python":
        stamp = environment / "installed"
        stamp.write_text(re.sub(r"3\.\d+", "3.10", stamp.read_text(), count=1))
    elif how == "an earlier kind of stamp":
        (environment / "installed").write_text("")
    elif how == "half a package":
        (environment / "installed").unlink()
        next(environment.glob("lib/*/site-packages/colours-*/RECORD")).unlink()
        module = next(environment.glob("lib/*/site-packages/colours/__init__.py"))
        module.unlink()  # uv's cache may have the same file
        module.write_text("half")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a file", "a link to nowhere", "empty"])
def test_what_stands_in_the_place_of_the_environment_is_made_anew(how: str, course: Path, wheels: Path):
    break_environment(course, how)
    made = make(course, **from_folder(wheels))
    assert made.returncode == 0, made.stderr
    holds_the_lock(course)


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["without its Python", "another version of Python", "an earlier kind of stamp", "half a package"]
)
def test_a_broken_environment_is_made_anew(how: str, course: Path, wheels: Path):
    assert make(course, **from_folder(wheels)).returncode == 0
    break_environment(course, how)
    made = make(course, **from_folder(wheels))
    assert made.returncode == 0, made.stderr
    assert "Setting up" in made.stdout
    holds_the_lock(course)
    assert ask(course, "import colours; print(colours.NAME)") == "colours"


@pytest.mark.slow
def test_an_interrupted_set_up_begins_anew(course: Path, wheels: Path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Waiting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = surroundings(course, PIP_INDEX_URL=f"http://127.0.0.1:{server.server_port}/simple")
        process = subprocess.Popen(
            ["make", "setup"],
            cwd=course,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
        )
        assert Waiting.asked.wait(SECONDS)
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C in a terminal
        said = process.communicate(timeout=SECONDS)[1]
        Waiting.go_on.set()
        server.shutdown()
    assert process.returncode != 0
    assert "Interrupted. Give the same command again" in said
    assert "most recent call last" not in said.partition("Interrupted")[2]
    assert make(course, **from_folder(wheels)).returncode == 0
    holds_the_lock(course)


class Waiting(http.server.BaseHTTPRequestHandler):
    """An index that does not answer."""

    asked = threading.Event()
    go_on = threading.Event()

    def do_GET(self) -> None:
        self.asked.set()
        self.go_on.wait(SECONDS)

    def log_message(self, *arguments) -> None:
        pass


def without_special_rights() -> None:
    """Give up root's right to write where nobody may (CAP_DAC_OVERRIDE), in a process about to begin; of use on Linux alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


def make_without_rights(course: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "setup"],
        cwd=course,
        env=surroundings(course, **variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=without_special_rights,
    )


@pytest.mark.slow
def test_a_folder_that_may_not_be_written_to_is_refused_in_a_sentence(course: Path, wheels: Path):
    course.chmod(0o555)
    try:
        said = one_sentence(make_without_rights(course, **from_folder(wheels)))
    finally:
        course.chmod(0o755)
    assert said.startswith(f"The course cannot be set up in {course}: Permission denied")
    assert "Copy it to a folder that you may write to" in said
    assert len(said.splitlines()) == 1


@pytest.mark.slow
def test_what_is_set_up_may_then_be_read_only_and_stand_elsewhere(course: Path, wheels: Path, tmp_path: Path):
    assert make(course, **from_folder(wheels)).returncode == 0
    moved = course.rename(tmp_path / "read only")
    folders = [moved, *(path for path in moved.rglob("*") if path.is_dir() and not path.is_symlink())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        made = make_without_rights(moved)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert made.returncode == 0, made.stderr
    holds_the_lock(moved)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["uv", "pip"])
def test_a_new_lock_changes_what_is_installed_and_a_failure_nothing(way: str, course: Path, wheels: Path, tmp_path: Path):
    index = wheels if way == "uv" else with_broken_uv(wheels, tmp_path / "broken", course)
    assert make(course, **from_folder(index)).returncode == 0
    old = (course / "requirements.lock").read_text()
    write_lock(course, index, colours="2.0")
    said = one_sentence(make(course, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0"))
    assert said.splitlines()[-1].startswith("The packages could not be installed; the lines above say why.")
    holds_the_lock(course)
    new = (course / "requirements.lock").read_text()
    (course / "requirements.lock").write_text(old)
    assert make(course).stdout == "course_utils fetch\n"  # as before, without a network
    (course / "requirements.lock").write_text(new)
    made = make(course, **from_folder(index))
    assert made.returncode == 0, made.stderr
    assert "Setting up" not in made.stdout  # only the difference
    holds_the_lock(course, colours="2.0")


@pytest.mark.slow
def test_a_wheel_with_another_hash_is_refused(course: Path, wheels: Path):
    lock = course / "requirements.lock"
    lock.write_text(re.sub(r"(colours.*\n.*sha256:)\w{8}", r"\g<1>00000000", lock.read_text()))
    said = one_sentence(make(course, **from_folder(wheels)))
    assert "hash" in said.lower()
    assert not (course / ".venv/installed").exists()


@pytest.mark.slow
def test_no_index_at_all_is_named_as_the_likely_reason(course: Path):
    assert "pip is set to use no index (no-index)" in one_sentence(make(course, PIP_NO_INDEX="1")).splitlines()[-1]


OLD_PIP = """
import runpy, sys
if any(word.startswith("--python") for word in sys.argv[1:]):
    sys.exit("no such option: --python")
del sys.modules["pip"]
sys.path.insert(0, {folder!r})
runpy.run_module("pip", run_name="__main__")
"""


def python_with(tmp_path: Path, pip: str | None) -> Path:
    """Return a Python whose pip is this text, or that has no pip, in a folder with a blank in its name."""
    environment = tmp_path / "my py"
    subprocess.run([BASE, "-m", "venv", "--without-pip", environment], check=True, timeout=SECONDS)
    if pip is not None:
        package = next(environment.glob("lib/*/site-packages")) / "pip"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text(pip)
    return environment / "bin/python3"


@pytest.mark.slow
@pytest.mark.parametrize("has", ["an old pip", "no pip"])
def test_a_python_with_an_old_pip_or_none_and_a_blank_in_its_name_will_do(has: str, course: Path, wheels: Path, tmp_path: Path):
    real = str(importlib.metadata.distribution("pip").locate_file(""))
    python = python_with(tmp_path, OLD_PIP.format(folder=real) if has == "an old pip" else None)
    made = make(course, f"PYTHON={python}", **from_folder(wheels))
    assert made.returncode == 0, made.stderr
    holds_the_lock(course)


@pytest.mark.slow
def test_the_environment_itself_may_be_the_active_one_when_it_is_made_anew(course: Path, wheels: Path):
    assert make(course, **from_folder(wheels)).returncode == 0
    (course / ".venv/installed").unlink()
    path = f"{course}/.venv/bin:{os.environ['PATH']}"
    made = make(course, PYTHON=str(course / ".venv/bin/python"), PATH=path, **from_folder(wheels))
    assert made.returncode == 0, made.stderr
    holds_the_lock(course)


@pytest.mark.parametrize("python", ["/my py/python3", "false", ""])
def test_what_is_no_fitting_python_is_refused_in_a_sentence(python: str, course: Path):
    made = make(course, f"PYTHON={python}")
    assert made.returncode != 0
    assert made.stdout.startswith("This course needs Python 3.11, 3.12 or 3.13")
    assert (python or "no Python here") in made.stdout
    assert not (course / ".venv").exists()


def test_too_small_a_disk_is_refused_before_anything_is_done(course: Path, monkeypatch: pytest.MonkeyPatch):
    specification = importlib.util.spec_from_file_location("setup_environment", course / "setup_environment.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOM", 10**18)
    with pytest.raises(SystemExit, match="GB free; the course needs"):
        module.set_up()
    assert not (course / ".venv").exists()


@pytest.mark.slow
def test_the_development_container_sets_up_where_its_editor_looks(course: Path, wheels: Path):
    command = CONTAINER["updateContentCommand"]
    environment = surroundings(course, **from_folder(wheels))
    shell = subprocess.run(command, shell=True, cwd=course, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert shell.returncode == 0, shell.stderr
    holds_the_lock(course)
    python = CONTAINER["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert Path(python.replace("${containerWorkspaceFolder}", str(course))).is_file()


def test_the_containers_have_a_python_of_the_course():
    assert re.search(r"/python:3\.1[123]-", CONTAINER["image"])
    assert re.fullmatch(r"python-3\.1[123]\n", (ROOT / ".binder/runtime.txt").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_what_binder_runs_installs_the_lock_the_package_and_the_data(course: Path, wheels: Path, tmp_path: Path):
    shutil.copytree(ROOT / ".binder", course / ".binder")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, course)
    (tmp_path / "more").mkdir()
    pack_installed(tmp_path / "more", "flit_core")
    for wheel in wheels.iterdir():
        shutil.copy(wheel, tmp_path / "more")
    write_lock(course, tmp_path / "more", more=("flit_core-",))
    environment = surroundings(course, **from_folder(tmp_path / "more"))
    subprocess.run([BASE, "-m", "venv", "--without-pip", tmp_path / "kernel"], check=True, timeout=SECONDS)
    environment["PATH"] = f"{tmp_path}/kernel/bin:{environment['PATH']}"
    steps = [  # as repo2docker takes them, in the folder of the course
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            tmp_path / "kernel",
            "install",
            "--no-cache-dir",
            "-r",
            ".binder/requirements.txt",
        ],
        ["./.binder/postBuild"],
        ["python", "-c", "import colours, course_utils; print(course_utils.__file__)"],
    ]
    for step in steps:
        cwd = course / "notebooks" if step[0] == "python" else course
        done = subprocess.run(step, cwd=cwd, env=environment, capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stderr
        if step[0].endswith("postBuild"):
            assert done.stdout.splitlines()[-1] == "course_utils fetch"
    assert done.stdout.strip() == str(course / "course_utils/__init__.py")
