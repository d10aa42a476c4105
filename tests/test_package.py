"""The package as a whole: what importing it costs, and how TensorFlow comes in."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, timeout=120
    )


def test_importing_the_package_loads_nothing_but_python_itself():
    # So it costs no more than Python's own start; TensorFlow alone would cost seconds.
    code = "import sys; before = set(sys.modules); import course_utils; print(sorted(set(sys.modules) - before))"
    assert run(code).stdout.strip() == "['course_utils', 'course_utils.quiet']"


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    ["data.faces", "data.splits", "data.vgg19_weights", "faces.baselines", "faces.nearest", "faces.protocol", "plots"],
)
def test_what_needs_no_tensorflow_does_not_import_it(module: str):
    assert run(f"import sys, course_utils.{module}; print('tensorflow' in sys.modules)").stdout.strip() == "False"


@pytest.mark.slow
def test_tensorflow_starts_without_a_word_and_with_onednn():
    code = (
        "from course_utils.backend import keras, tf\n"
        "import os\n"
        "assert os.environ.get('TF_ENABLE_ONEDNN_OPTS') is None\n"
        "tf.function(lambda x: x @ x, jit_compile=True)(tf.ones((3, 3)))\n"
        "keras.Sequential([keras.layers.Dense(3)])(tf.ones((2, 2)))\n"
    )
    python = run(code)
    assert (python.returncode, python.stdout, python.stderr) == (0, "", "")


@pytest.mark.slow
def test_tensorflow_starts_without_a_word_however_a_notebook_imports_it():
    code = (
        "import course_utils\nfrom tensorflow import keras\nimport tensorflow as tf\ntf.ones(2) + 1\n"
        "print(len(tf.__loader__.get_source(tf.__name__)) > 100)"
    )
    python = run(code)
    assert (python.returncode, python.stdout, python.stderr) == (0, "True\n", "")


@pytest.mark.parametrize(
    ("broken", "imported"),
    [("tensorflow", "course_utils, tensorflow"), pytest.param("keras", "course_utils.backend", marks=pytest.mark.slow)],
)
def test_what_tensorflow_writes_before_it_fails_is_shown(broken: str, imported: str, tmp_path: Path):
    (tmp_path / f"{broken}.py").write_text("import os; os.write(2, b'what C++ wrote'); raise ImportError('broken')")
    python = run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {imported}")
    assert python.returncode == 1
    assert "what C++ wrote" in python.stderr
    assert "broken" in python.stderr


@pytest.mark.parametrize(
    "broken",
    ["import os; os.close(2)", "import sys; sys.stderr = None", "import tempfile; tempfile.TemporaryFile = lambda: 1 / 0"],
    ids=["closed", "none", "no room"],
)
def test_where_standard_error_cannot_be_set_aside_tensorflow_is_loaded_loudly(broken: str, tmp_path: Path):
    (tmp_path / "tensorflow.py").write_text("print('loaded')")
    broken = broken.replace("1 / 0", "open('/no such folder/file')")
    python = run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import course_utils; {broken}; import tensorflow")
    assert (python.returncode, python.stdout) == (0, "loaded\n")


def test_a_missing_tensorflow_is_missing_as_ever():
    python = run("import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; import course_utils, tensorflow")
    assert python.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'tensorflow'"


AS_THE_COURSE_NEEDS_IT = """
from course_utils.backend import keras, tf
config = keras.config
print(config.backend(), config.floatx(), config.epsilon(), config.image_data_format(), config.max_epochs(),
      config.max_steps_per_epoch(), config.is_nnx_enabled(), tf.executing_eagerly())
"""
VARIABLES = {
    "KERAS_BACKEND": "torch",
    "KERAS_MAX_EPOCHS": "two",
    "KERAS_MAX_STEPS_PER_EPOCH": "1",
    "KERAS_NNX_ENABLED": "true",
}
OTHERS_SETTINGS = {
    "backend": "jax",
    "floatx": "float16",
    "epsilon": 0.1,
    "image_data_format": "channels_first",
    "nnx_enabled": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "settings"),
    [
        (VARIABLES, "{}"),
        ({}, json.dumps(OTHERS_SETTINGS)),
        ({}, json.dumps(OTHERS_SETTINGS | {"floatx": "float8"})),  # Keras does not start with it
        ({}, "[]"),  # nor with that
    ],
    ids=["variables", "settings", "impossible settings", "no settings"],
)
def test_what_another_project_has_set_for_keras_does_not_count(variables: dict[str, str], settings: str, tmp_path: Path):
    file = tmp_path / ".keras/keras.json"
    file.parent.mkdir()
    file.write_text(settings)
    python = run(AS_THE_COURSE_NEEDS_IT, HOME=str(tmp_path), USERPROFILE=str(tmp_path), **variables)
    assert python.stdout == "tensorflow float32 1e-07 channels_last None None False True\n", python.stderr
    assert python.stderr == ""
    assert file.read_text() == settings


@pytest.mark.slow
def test_settings_that_somebody_else_has_read_before_are_set_right(tmp_path: Path):
    (tmp_path / "keras.json").write_text(json.dumps(OTHERS_SETTINGS | {"backend": "tensorflow", "nnx_enabled": False}))
    python = run("import keras" + AS_THE_COURSE_NEEDS_IT, KERAS_HOME=str(tmp_path), KERAS_MAX_EPOCHS="1")
    assert python.stdout == "tensorflow float32 1e-07 channels_last None None False True\n", python.stderr


@pytest.mark.slow
def test_another_backend_that_runs_already_is_refused_in_a_sentence():
    python = run("import keras; keras.src.backend.config._BACKEND = 'numpy'; import course_utils.backend")
    assert python.returncode == 1
    assert "Keras was imported before course_utils, with the backend 'numpy'" in python.stderr.splitlines()[-1]
    assert "Restart the kernel" in python.stderr.splitlines()[-1]


def test_only_the_backend_module_imports_tensorflow():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in ("tensorflow", "keras") for name in names):
                assert path.name == "backend.py", f"{path} imports TensorFlow itself"
