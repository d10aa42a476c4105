"""Attacks on the machine and on the batch: floods, bombs, processes that will not end, files that are none."""

import os
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.grading.corpus.hostile import ALL, NONE, RIGHT, SET, Case, Handed, as_bytes, coded, write
from tests.grading.corpus.judging import LEFT_OVER

OTHERS = ("euclidean", "triplet_loss")
GRAM = "\n" + RIGHT["gram_matrix"]

MEMORY = """
kept = []
while True:
    kept.append(np.ones(5_000_000))
"""
# What the first has is at once counted for each of the others, however busy the machine is; then they make it their own.
MEMORY_OF_MANY = """
import os, time
kept = np.ones(20_000_000)
for _ in range(8):
    if os.fork() == 0:
        kept += 1
        time.sleep(20)
        os._exit(0)
time.sleep(3)
"""
MEMORY_IN_FILES = """
import os, time
files = []
for _ in range(200):
    try:
        files.append(os.memfd_create("x"))
        for _ in range(10):
            os.write(files[-1], bytes(2**20))
    except OSError:
        pass
time.sleep(1)
"""
FORKS = f"""
import os, time
end = time.monotonic() + 6
for _ in range(9):
    try:
        os.fork()
    except OSError:
        pass
{LEFT_OVER} = 1
while time.monotonic() < end:
    time.sleep(0.2)
os._exit(0)
"""
OUTLIVES = f"""
import os, signal, subprocess, sys
sleep = "import signal, time\\nfor s in range(1, 32):\\n  try: signal.signal(s, signal.SIG_IGN)\\n"
sleep += "  except (OSError, ValueError): pass"
sleep += "\\ntime.sleep(120)  # {LEFT_OVER}"
subprocess.Popen([sys.executable, "-c", sleep], start_new_session=True, stdin=-3, stdout=-3, stderr=-3)
subprocess.Popen(f"(setsid nohup {{sys.executable}} -c '{{sleep}}' &) &", shell=True, stdout=-3, stderr=-3)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(3, 256):
            try:
                os.close(number)
            except OSError:
                pass
        os.execv(sys.executable, [sys.executable, "-c", sleep])
    os._exit(0)
"""
WAKES_ANOTHER = f"""
import subprocess, sys
again = '''
import os, subprocess, sys, time
time.sleep(0.3)
if time.time() < float(sys.argv[2]):
    subprocess.Popen([sys.executable, "-c", sys.argv[1], *sys.argv[1:]], start_new_session=True)
# {LEFT_OVER}
'''
import time
subprocess.Popen([sys.executable, "-c", again, again, str(time.time() + 60)], start_new_session=True)
"""
THREADS = """
import threading, time
def work():
    while True:
        try:
            print("still here")
            time.sleep(0.01)
        except BaseException:
            pass
for _ in range(20):
    threading.Thread(target=work).start()
"""
IGNORES = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    except (OSError, ValueError):
        pass
while True:
    pass
"""
NO_SOCKETS = """
import glob, os
app = get_ipython().kernel.parent
for path in (app.abs_connection_file, *glob.glob(os.path.dirname(app.abs_connection_file) + "/*")):
    try:
        os.remove(path)
    except OSError:
        pass
for number in range(3, 256):
    try:
        os.close(number)
    except OSError:
        pass
"""
DEEP_MESSAGES = """
from IPython.display import display
deep = []
for _ in range(900):
    deep = [deep]
display({"application/json": deep, "text/plain": deep, "image/png": deep}, raw=True)
session = get_ipython().kernel.session
kept, session.pack = session.pack, lambda thing: b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
display({"text/plain": "x"}, raw=True)
session.pack = lambda thing: b'{"data": 5, "execution_state": {}, "msg_type": 7, "parent_header": null}'
display({"text/plain": "x"}, raw=True)
session.pack = lambda thing: b"\\xff\\xfe\\x00"
display({"text/plain": "x"}, raw=True)
session.pack = kept
"""
ODD_MESSAGES = """
kernel = get_ipython().kernel
def send(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell"))
for content in ({}, {"data": [], "metadata": 5}, {"data": {"text/plain": {"a": 1}}, "metadata": []}, {"name": [], "text": {}},
                {"name": "stdout", "text": "\\ud83d"}, {"data": {"text/plain": "\\ud83d"}, "metadata": {}, "transient": {}},
                {"ename": 5, "evalue": [], "traceback": "x"}, {"execution_state": "dead"}, {"execution_state": "idle"}):
    for kind in ("stream", "display_data", "update_display_data", "execute_result", "error", "clear_output", "comm_open"):
        send(kind, content)
"""
DISK = """
import os
def fill(folder):
    try:
        folder += "/below/and/below"
        os.makedirs(folder)
        for number in range(150):
            with open(f"{folder}/{number}.bin", "wb", buffering=0) as file:
                for _ in range(10):
                    file.write(bytes(2**20))
    except OSError:
        pass
app = get_ipython().kernel.parent
"""
FILL_WORK = DISK + "fill('.')"
FILL_ELSEWHERE = (
    DISK
    + """
for folder in (os.path.dirname(app.abs_connection_file), "/dev/shm", "/course", "/", "/dev", "/tmp", "/var/tmp", "/run"):
    fill(folder)
"""
)
DEEP_FOLDERS = """
import os
here = os.getcwd()
app = get_ipython().kernel.parent
for folder in (here, os.path.dirname(app.abs_connection_file)):
    os.chdir(folder)
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    os.chmod(".", 0)
os.chdir(here)
"""
POISONS_ITS_HOME = """
import os, pathlib
home = pathlib.Path.home()
for folder in (home / ".ipython/profile_default/startup", home / "course_utils", home / ".config/matplotlib"):
    folder.mkdir(parents=True, exist_ok=True)
for path in (".ipython/profile_default/startup/x.py", "course_utils/__init__.py", "json.py", "sitecustomize.py", "zmq.py"):
    (home / path).write_text("import time\\ntime.sleep(1000)")
"""
WORD_BOMB = """
import course_utils.grading.inside.answers as answers, json
from IPython.display import display
def bomb(*a, **k):
    words = {"words": ["x" * 100_000] + [""] * 7_000, "shape": [7_001]}
    display({answers.MIME: json.dumps([{"value": words, "changed": False}] * 3)}, raw=True)
answers.answer = bomb
"""
PICTURES = """
import base64
from IPython.display import display
for _ in range(3):
    display({"image/png": base64.b64encode(bytes(700_000)).decode()}, raw=True)
"""
KILLS = """
import os, signal
for number in (os.getppid(), -1):
    try:
        os.kill(number, 9)
    except OSError:
        pass
"""
NETWORK = """
import socket, urllib.request
def reached(try_it):
    try:
        try_it()
        return True
    except Exception:
        return False
places = [("127.0.0.1", 1), ("localhost", 22), ("1.1.1.1", 53), ("8.8.8.8", 443)]
def knock(place):
    socket.create_connection(place, timeout=0.3)
def listen():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=0.3)
tries = [lambda place=place: knock(place) for place in places] + [lambda: socket.getaddrinfo("example.org", 80)]
if any(reached(one) for one in tries):
    print("LE" + "AK")
"""


def is_of_100_megabytes(notebook: NotebookNode) -> Handed:
    def hand_in(folder: Path) -> None:
        with (folder / f"{SET}.ipynb").open("wb") as file:
            file.truncate(100 * 2**20)  # with holes: it takes no room

    return hand_in


def is_of_40_megabytes(notebook: NotebookNode) -> Handed:
    return as_bytes(write(notebook)) + b" " * (40 * 2**20)


def has_10_000_cells(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.cells += [new_code_cell("1") for _ in range(10_000)]
    return notebook


def has_a_source_of_10_megabytes(notebook: NotebookNode) -> Handed:
    return write(notebook, first="x = 1  # " + "<b>y</b> " * 1_200_000)


def has_a_text_of_10_megabytes(notebook: NotebookNode) -> Handed:
    notebook = write(notebook, w_why="Because. " * 700_000)
    notebook.cells.append(new_markdown_cell("<b>So.</b> " * 400_000))
    return notebook


def has_texts_that_take_for_ever(notebook: NotebookNode) -> Handed:
    """Texts on which those who read Markdown or HTML by rules are known to take very long, or to nest too deep."""
    notebook = write(notebook)
    pieces = (
        "[",
        "![",
        "<a",
        "<",
        "`",
        "*a **a ",
        "$",
        "> ",
        "- ",
        "<b>",
        "<div>\n",
        "[a](",
        "&",
        "\\begin{x}",
        "_",
        "|a",
        "<!--",
    )
    notebook.cells += [new_markdown_cell(piece * 6_000) for piece in pieces]
    notebook.cells += [new_markdown_cell("\n".join(" " * number + "- x" for number in range(400)))]
    return notebook


def has_pictures_without_end(notebook: NotebookNode) -> Handed:
    notebook = write(notebook)
    notebook.cells += [new_code_cell(PICTURES) for _ in range(12)]
    return notebook


def is_deep_json(notebook: NotebookNode) -> Handed:
    return b'{"cells": ' + b"[" * 1_000_000


def has_deep_metadata(notebook: NotebookNode) -> Handed:
    deep = '{"a": ' * 400 + "1" + "}" * 400
    text = as_bytes(write(notebook, first="1")).decode()
    return text.replace('"metadata": {}', f'"metadata": {deep}').encode()


def is_a_pipe(notebook: NotebookNode) -> Handed:
    return lambda folder: os.mkfifo(folder / f"{SET}.ipynb")


def is_a_folder(notebook: NotebookNode) -> Handed:
    return lambda folder: (folder / f"{SET}.ipynb").mkdir()


def has_a_pipe_for_a_timestamp(notebook: NotebookNode) -> Handed:
    def hand_in(folder: Path) -> None:
        (folder / f"{SET}.ipynb").write_bytes(as_bytes(write(notebook)))
        os.mkfifo(folder / "timestamp.txt")
        os.mkfifo(folder / "data.csv")

    return hand_in


def has_a_timestamp_that_is(content: bytes, size: int = 0):
    def make(notebook: NotebookNode) -> Handed:
        def hand_in(folder: Path) -> None:
            (folder / f"{SET}.ipynb").write_bytes(as_bytes(write(notebook)))
            with (folder / "timestamp.txt").open("wb") as file:
                file.write(content)
                if size:
                    file.truncate(size)

        return hand_in

    return make


def attacks() -> list[Case]:
    """Return all of them."""
    # Which of its limits a flood meets first depends on the machine.
    much, ended, when = "much output|took too long|the kernel ended", "the kernel ended", "def gram_matrix(a):\n    "
    return [
        coded("memory-bomb", OTHERS, gram_matrix=MEMORY),
        coded("memory-bomb-of-many", OTHERS, "used too much memory", gram_matrix=MEMORY_OF_MANY + "raise SystemExit"),
        coded(
            "memory-bomb-in-files",
            OTHERS,
            "memory|ended|disk|not come to its end",
            gram_matrix=MEMORY_IN_FILES + "raise SystemExit",
        ),
        coded("memory-bomb-when-called", OTHERS, gram_matrix=when + "return np.ones((2**14, 2**13)).repeat(2, axis=0)"),
        coded("fork-bomb", OTHERS, "too many processes|memory|" + ended, gram_matrix=FORKS),
        coded(
            "a-gigabyte-in-one-line",
            OTHERS,
            much,
            gram_matrix="for _ in range(100):\n    print('x' * 10**7, end='')",
        ),
        coded("a-gigabyte-in-lines", OTHERS, much, gram_matrix="while True:\n    print('x' * 1000)"),
        coded("a-million-messages", OTHERS, much, gram_matrix="for i in range(10**6):\n    display(i)"),
        coded("floods-when-called", OTHERS, gram_matrix=when + "while True:\n        print('x' * 10**6)"),
        coded("floods-the-output-itself", OTHERS, gram_matrix="import os\nwhile True:\n    os.write(1, b'x' * 10**6)"),
        coded("deep-messages", OTHERS, first=DEEP_MESSAGES),
        coded("odd-messages", first=ODD_MESSAGES),
        coded("fills-the-disk", OTHERS, gram_matrix=FILL_WORK),
        coded("fills-other-disks", OTHERS, gram_matrix=FILL_ELSEWHERE, walls=True),
        coded("deep-folders", last=DEEP_FOLDERS),
        coded(
            "deep-folders-and-a-bomb",
            OTHERS,
            "memory|disk|watched|took too long|not come to its end",
            gram_matrix=DEEP_FOLDERS + MEMORY_OF_MANY + "raise SystemExit",
        ),
        coded("poisons-its-home", OTHERS, ended, first=POISONS_ITS_HOME, gram_matrix="import os\nos._exit(1)"),
        coded("threads-that-outlive", first=THREADS),
        coded("processes-that-outlive", first=OUTLIVES),
        coded("processes-that-wake-others", first=WAKES_ANOTHER),
        coded("ignores-signals", OTHERS, "gram_matrix: stopped", gram_matrix=IGNORES),
        coded(
            "stops-itself",
            OTHERS,
            "gram_matrix: stopped",
            gram_matrix="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        ),
        coded("closes-its-sockets", OTHERS, "gram_matrix: stopped", gram_matrix=NO_SOCKETS),
        coded("crashes", OTHERS, ended, gram_matrix="import ctypes\nctypes.string_at(0)"),
        coded("crashes-when-called", OTHERS, ended, gram_matrix=when + "import ctypes\n    return ctypes.string_at(0)"),
        coded("sleeps", OTHERS, gram_matrix="import time\ngram_matrix = lambda a: time.sleep(3600)"),
        coded("holds-the-lock", OTHERS, gram_matrix=when + "return len(str(7 ** (10 ** 8)))"),
        coded("returns-much", OTHERS, gram_matrix=when + "return np.zeros((3000, 3000))"),
        coded("bomb-of-words", NONE, "what came back is no answer", last=WORD_BOMB),
        coded("traces", first="import sys, threading\nsys.settrace(print)\nthreading.settrace(print)\nsys.setprofile(None)"),
        Case("100-megabytes", is_of_100_megabytes, NONE, "larger than"),
        Case("40-megabytes-of-nothing", is_of_40_megabytes, ALL),
        Case("10000-cells", has_10_000_cells, NONE, "cells, more than"),
        Case("10-megabytes-of-source", has_a_source_of_10_megabytes, ALL),
        Case("10-megabytes-of-text", has_a_text_of_10_megabytes, ALL),
        Case("texts-that-take-for-ever", has_texts_that_take_for_ever, ALL),
        Case("pictures-without-end", has_pictures_without_end, ALL),
        Case("deep-json", is_deep_json, NONE, "not JSON"),
        Case("deep-metadata", has_deep_metadata, ALL),
        Case("notebook-is-a-pipe", is_a_pipe, NONE, "ordinary file|there is no", page=False),
        Case("notebook-is-a-folder", is_a_folder, NONE, "ordinary file|there is no", page=False),
        Case("timestamp-is-a-pipe", has_a_pipe_for_a_timestamp, ALL),
        Case("timestamp-is-no-time", has_a_timestamp_that_is(b"\xff\x00 yesterday\n"), ALL),
        Case("timestamp-is-long-ago", has_a_timestamp_that_is(b"9999-99-99 99:99 UTC"), ALL),
        Case("timestamp-is-endless", has_a_timestamp_that_is(b"2026-03-01", size=100 * 2**30), ALL),
        coded("kills-everything", OTHERS, walls=True, gram_matrix=KILLS),
        coded("uses-the-network", walls=True, first=NETWORK),
    ]
