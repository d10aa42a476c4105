"""The kernels of the notebooks: what the lab keeps from them, and what is told of one that does not answer."""

import json
import sys
from pathlib import Path

import pytest

from course_utils.kernels import ask, lab_environment


def register_kernel(folder: Path, *argv: str) -> Path:
    """Describe a kernel named python3 in a folder of Jupyter's; return its own folder."""
    kernel = folder / "kernels/python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "theirs", "language": "python"}))
    return kernel


def test_the_lab_keeps_out_what_other_projects_have_set(tmp_path: Path, monkeypatch):
    theirs = ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    theirs += ("IPYTHONDIR", "MATPLOTLIBRC", "MPLBACKEND", "KERAS_BACKEND", "JUPYTER_PREFER_ENV_PATH", "PYTHONSTARTUP")
    theirs += ("JUPYTERLAB_DIR", "JUPYTER_GATEWAY_URL", "JUPYTER_NO_CONFIG", "JUPYTER_SERVER_ALLOW_UNAUTHENTICATED_ACCESS")
    for name in (*theirs, "OF_NOBODY", "JUPYTER_PORT"):
        monkeypatch.setenv(name, "theirs")
    kept = [name for name, value in lab_environment(tmp_path).items() if value == "theirs"]
    assert sorted(kept) == ["JUPYTER_PORT", "OF_NOBODY"]


@pytest.mark.parametrize("writable", [True, False])
def test_matplotlib_has_a_folder_to_write_to(writable: bool, tmp_path: Path, monkeypatch):
    home = tmp_path / ("home" if writable else "gone")
    (tmp_path / "home").mkdir()
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert ("MPLCONFIGDIR" in lab_environment(tmp_path)) == (not writable)


@pytest.mark.slow
def test_a_kernel_of_the_lab_is_ours_whatever_the_user_has_set(tmp_path: Path, monkeypatch):
    register_kernel(tmp_path / "path", "/gone/python", "{connection_file}")
    register_kernel(tmp_path / ".local/share/jupyter", "/gone/python", "{connection_file}")
    profile = tmp_path / ".ipython/profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup/00.py").write_text("import os; os._exit(3)")
    (profile / "ipython_config.py").write_text("this is no Python")
    (tmp_path / ".jupyter").mkdir()
    (tmp_path / ".jupyter/jupyter_server_config.py").write_text("nor is this")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "path"))
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = ask(lab_environment(tmp_path), ["course_utils"])
    assert "failed" not in answer
    assert answer["prefix"] == sys.prefix
    assert Path(answer["spec"]).is_relative_to(sys.prefix)
    assert Path(answer["folder"]).name == "notebooks"
    assert Path(answer["places"]["course_utils"]).is_relative_to(Path(__file__).parents[1])


def test_what_a_kernel_of_the_lab_runs_first_keeps_tensorflow_quiet_and_leaves_no_name(tmp_path: Path):
    startup = Path(lab_environment(tmp_path)["PYTHONSTARTUP"])
    names: dict[str, object] = {}
    exec(startup.read_text("utf-8"), names)
    assert names.keys() == {"__builtins__", "__doc__"}
    assert "course_utils" in startup.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time; time.sleep(60)", "respond"),
        ("import sys; sys.exit('its last words')", "its last words"),
    ],
    ids=["silent", "dead"],
)
def test_why_a_kernel_does_not_answer(code: str, said: str, tmp_path: Path, monkeypatch):
    register_kernel(tmp_path, sys.executable, "-c", code, "{connection_file}")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    environment = lab_environment(tmp_path) | {"JUPYTER_PATH": str(tmp_path)}
    assert said in ask(environment, [], seconds=5)["failed"]


@pytest.mark.slow
def test_a_kernel_of_no_such_name():
    assert "no-such-kernel" in ask(lab_environment("unused"), [], "no-such-kernel")["failed"]
