"""What the walls let through is a short list, and they are used only where they hold."""

import os
import sys
from pathlib import Path

import pytest

import course_utils
from course_utils.data.archives import CACHE, DATA
from course_utils.grading.walls import behind_walls, sealed_here

ROOT = Path(course_utils.__file__).parents[1]
SYSTEM = {"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"}

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
        assert seen.read_text().endswith("-- /bin/true\n")

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

    def test_one_folder_can_be_written_to_and_that_is_the_one_of_the_sockets(options, tmp_path):
        run = str(tmp_path / "run")
        writable = [option for option in options if "bind" in option[0] and not option[0].startswith("--ro-")]
        assert writable == [["--bind", run, run]]
        assert options[-2:] == [["--remount-ro", "/dev"], ["--remount-ro", "/"]]

    def test_what_is_seen_is_python_the_system_and_the_data(options, tmp_path):
        seen = {source: target for name, source, target in (option for option in options if option[0].startswith("--ro-bind"))}
        kernels_own = {source for source in seen if source.startswith("/proc/")}
        assert all(seen[source] == source for source in kernels_own)
        python = {name for name in (sys.prefix, sys.base_prefix) if not name.startswith("/usr")}
        fonts = {source for source in seen if seen[source].startswith("/tmp/matplotlib/fontlist")}
        data = {source for source in seen if seen[source].startswith("/course/data/")}
        assert seen.keys() - kernels_own - python - fonts - data == {*SYSTEM, str(tmp_path / "package" / "course_utils")}
        assert data == {str(path) for path in DATA.iterdir() if path != CACHE} | {str(path) for path in CACHE.glob("*.whl")}
        assert str(ROOT) not in seen
        assert str(Path.home()) not in seen

    def test_its_own_files_are_in_memory_and_bounded(options):
        places = [options[index + 1] for index, option in enumerate(options) if option == ["--size", str(256 * 2**20)]]
        assert places == [["--tmpfs", "/tmp"], ["--tmpfs", "/dev/shm"]]
