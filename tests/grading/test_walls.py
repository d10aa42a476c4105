"""What the walls let through is a short list, and they are used only where they hold."""

import os
import site
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import course_utils
from course_utils.data.archives import CACHE, read_manifest
from course_utils.grading.walls import behind_walls, sealed_here

ROOT = Path(course_utils.__file__).parents[1]
SYSTEM = {
    "/bin/sh", "/bin/bash", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/usr/lib/locale", "/usr/share/zoneinfo",
    "/usr/share/fonts", "/usr/local/share/fonts",
}  # fmt: skip
LIBRARIES = {"/lib64", "/usr/lib64", *(f"/{top}lib/{name}-linux-gnu" for top in ("", "usr/") for name in ("x86_64", "aarch64"))}

if os.name == "posix":  # bubblewrap is a program of Linux

    @pytest.fixture
    def bubblewrap(tmp_path, monkeypatch):
        """Return what puts a program of this name on the path: it notes its arguments, and ends with a status."""
        seen = tmp_path / "seen"

        def put(status):
            program = tmp_path / "bwrap"
            program.write_text(f'#!/bin/sh\necho "$@" >> {seen}\necho "--size"\nexit {status}\n')
            program.chmod(0o755)
            monkeypatch.setenv("PATH", str(tmp_path))
            sealed_here.cache_clear()
            return seen

        yield put
        sealed_here.cache_clear()

    @pytest.mark.parametrize(("status", "sealed"), [(0, True), (1, False)])
    def test_walls_are_there_where_bubblewrap_runs(bubblewrap, status, sealed):
        seen = bubblewrap(status)
        assert sealed_here() is sealed
        assert seen.read_text().endswith(f"-- {sys.executable} -I -c \n")

    def test_without_bubblewrap_there_are_none(bubblewrap, tmp_path):
        bubblewrap(0)
        (tmp_path / "bwrap").unlink()
        sealed_here.cache_clear()
        assert sealed_here() is False

    def arguments(walls):
        """Return the options of bubblewrap, each with what follows it."""
        options = []
        for word in walls:
            if word.startswith("--"):
                options.append([word])
            else:
                options[-1].append(word)
        return options

    @pytest.fixture
    def options(bubblewrap, tmp_path):
        bubblewrap(0)
        (tmp_path / "package").mkdir()
        program, *walls = behind_walls(tmp_path / "package", tmp_path / "run", ["python", "-m", "kernel"])
        assert program == str(tmp_path / "bwrap")
        end = walls.index("--")
        assert walls[end + 1 :] == ["python", "-m", "kernel"]
        return arguments(walls[:end])

    def test_nothing_is_shared_with_the_machine(options):
        assert {"--unshare-all", "--die-with-parent", "--new-session"} <= {name for name, *_ in options}
        assert ["--cap-drop", "ALL"] in options
        assert not any(name.startswith("--share") for name, *_ in options)

    def test_no_folder_of_this_machine_can_be_written_to(options):
        assert [option for option in options if "bind" in option[0] and not option[0].startswith("--ro-")] == []
        for option, after in pairwise(options):
            assert option[0] != "--tmpfs" or option[1] in ("/tmp", "/dev/shm") or after == ["--remount-ro", option[1]]
        assert options[-2:] == [["--remount-ro", "/dev"], ["--remount-ro", "/"]]

    def test_what_is_seen_is_python_shared_libraries_and_the_archives(options, tmp_path):
        """Of folders, only those that hold nothing but packages of the system or of this environment."""
        seen = {source: target for name, source, target in (option for option in options if option[0].startswith("--ro-bind"))}
        moved = {source for source, target in seen.items() if source != target}
        fonts = {source for source in moved if seen[source].startswith("/tmp/matplotlib/fontlist")}
        data = {str(CACHE / archive.file) for archive in read_manifest().values()}
        assert moved - fonts == {*data, str(tmp_path / "package" / "course_utils")}
        assert all(seen[source] == f"/course/data/cache/{Path(source).name}" for source in data)
        kernels_own = {source for source in seen if source.startswith("/proc/")}
        library = Path(os.__file__).parent
        python = {os.path.realpath(sys.executable), f"{sys.prefix}/pyvenv.cfg", str(library), *site.getsitepackages()}
        python |= {str(path) for path in Path(sys.base_prefix).glob("lib/libpython*")}
        assert python <= seen.keys()
        assert seen.keys() - moved - kernels_own - python - LIBRARIES == SYSTEM | {str(tmp_path / "run")}  # the sockets

    def test_what_is_installed_to_grade_and_packages_of_other_environments_are_covered(options):
        (here,) = site.getsitepackages()
        covered = {option[1] for option, after in pairwise(options) if option[0] == "--tmpfs" and after[0] == "--remount-ro"}
        assert f"{here}/nbgrader" in covered
        assert all(str(other) in covered for other in Path(os.__file__).parent.glob("*-packages"))

    def test_its_own_files_are_in_memory_and_bounded(options):
        places = [after for option, after in pairwise(options) if option == ["--size", str(256 * 2**20)]]
        assert places == [["--tmpfs", "/tmp"], ["--tmpfs", "/dev/shm"]]
