"""Attacks on the walls: memory that no limit counts, lines taken over, clocks and witnesses changed, inputs told in bits."""

from tests.grading.corpus.hostile import ALL, NONE, RIGHT, Case, coded

EUCLIDEAN_NOT, GRAM_NOT = ("gram_matrix", "triplet_loss"), ("euclidean", "triplet_loss")
GRAM = "\n" + RIGHT["gram_matrix"]
SPOILS = "def euclidean(a, b):\n    d = np.sqrt(((a - b) ** 2).sum(axis=-1))\n    a *= 0\n    return d\n"
ANSWERS = "import course_utils.grading.inside.answers as answers, course_utils.feedback.calls as calls\n"

SYSTEM_V = """
import ctypes
libc = ctypes.CDLL(None)
got = [libc.shmget(0, 2**30, 0o1600) for _ in range(6)] + [libc.msgget(0, 0o1600), libc.semget(0, 100, 0o1600)]
if max(got) >= 0:
    print("LE" + "AK")
"""
REMOVED = """
import os, tempfile
held = []
for folder in ("/tmp", "/dev/shm", os.path.dirname(get_ipython().kernel.parent.abs_connection_file), os.getcwd()):
    try:
        for number in range(60):
            held.append(os.open(f"{folder}/{number}", os.O_CREAT | os.O_RDWR))
            os.remove(f"{folder}/{number}")
            for _ in range(15):
                os.write(held[-1], bytes(2**20))
    except OSError:
        pass
    for number in held[-2:]:
        os.ftruncate(number, 0)
if sum(os.fstat(number).st_size for number in held) > 600 * 2**20:
    print("LE" + "AK")
for number in held:
    os.close(number)
"""
ZOMBIES = """
import os, time
for _ in range(3000):
    if os.fork() == 0:
        os._exit(0)
time.sleep(3)
"""
LINE = """
import os, socket
lines = []
for number in range(3, 256):
    try:
        line = socket.socket(fileno=os.dup(number))
        listens = line.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if line.family == socket.AF_UNIX and str(line.getsockname()).endswith(ENDS) and not listens:
            lines.append(line)
    except OSError:
        pass
"""
FLOOD = """
import time
if os.fork() == 0:
    while lines:
        for line in lines:
            try:
                line.send((WHAT) * 500)
            except BlockingIOError:
                pass
time.sleep(60)
"""
FLOODS = {
    "one-message-without-end": ("'-2'", "b'\\x01\\xff' + bytes(255)"),
    "parts-without-number": ("'-1'", "b'\\x01\\x00' * 1000"),
    "noise": ("('-1', '-2', '-4')", "os.urandom(1000)"),
}
HUGE_JSON = """
session = get_ipython().kernel.session
kept, session.pack = session.pack, lambda thing: b'{"a": [' + b"[]," * 6_000_000 + b"[]]}"
display({"text/plain": "x"}, raw=True)
session.pack = kept
"""
SLOW_AGAIN = """
import time
if "run1" not in get_ipython().kernel.parent.abs_connection_file:
    time.sleep(100)
"""
HIDES = (
    ANSWERS
    + """
import copy
calls._differ = calls._equal = lambda *a: False
np.array_equal = np.array_equiv = lambda *a, **k: True
"""
)
FORGES = (
    ANSWERS
    + """
plain = answers._outcome
def forged(function, arguments, seconds):
    before = answers.encode(arguments)
    return plain(function, arguments, seconds) | {"arguments": before}
answers._outcome = forged
"""
)
STRETCHES = (
    ANSWERS
    + """
call = answers.call
answers.call = lambda function, arguments, seconds: call(function, arguments, 1000)
"""
)
STOPS_THE_CLOCK = """
import time, course_utils.clock as clock
clock.Clock.used = lambda self: 0.0
time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
"""
LONG = "def euclidean(a, b):\n    import time\n    end = time.time() + 30\n    while time.time() < end:\n        pass\n"
EXCHANGES = """
import os
for place, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if (place, name) != ("/", "proc")]
    if any(name.endswith(".ipynb") or name == "gradebook.db" for name in files):
        print("LE" + "AK", place)
try:
    import nbgrader.apps
    print("LE" + "AK")
except ImportError:
    pass
"""
PRIVILEGES = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
did = [libc.unshare(0x10000000), libc.unshare(0x20000), libc.ptrace(16, os.getppid(), 0, 0)]
did += [libc.mount(b"x", b"/tmp", b"tmpfs", 0, None), libc.sethostname(b"x", 1), libc.chroot(b"/tmp")]
if 0 in did:
    print("LE" + "AK", did)
"""
IN_THE_LINE = "def euclidean(a, b):\n    lines = int(9000 + 400 * abs(a.flat[0]) % 400)\n"
IN_THE_LINE += "    exec(compile('\\n' * lines + 'raise ValueError', '<cell>', 'exec'))"
IN_THE_NAME = """def euclidean(a, b):
    import builtins
    kinds = [kind for name, kind in sorted(vars(builtins).items()) if name.endswith("Error") and name[:7] != "Unicode"]
    raise kinds[int(abs(a.flat[0]) * 1000) % 20]("LE" + "AK")"""
IN_THE_TYPE = "def euclidean(a, b):\n    return [byte_array, frozen, range(3)][int(abs(a.flat[0]) * 1000) % 2]()"
TYPES = "byte_array, frozen = eval('byte' + 'array'), eval('frozen' + 'set')"


def sieges() -> list[Case]:
    """Return all of them."""
    ended = "gram_matrix: (stopped|while it was judged)"
    return [
        coded("shared-memory-of-the-system", first=SYSTEM_V),
        coded("removed-files-held-open", walls=True, first=REMOVED),
        coded(
            "children-that-nobody-asks-for",
            GRAM_NOT,
            "too many processes|memory|ended",
            gram_matrix=ZOMBIES + "raise SystemExit",
        ),
        *(
            coded(
                f"floods-its-own-line-{name}",
                GRAM_NOT,
                ended,
                gram_matrix=LINE.replace("ENDS", ends) + FLOOD.replace("WHAT", what),
            )
            for name, (ends, what) in FLOODS.items()
        ),
        coded("json-of-a-gigabyte", GRAM_NOT, ended, gram_matrix=HUGE_JSON),
        coded("slow-after-a-restart", GRAM_NOT, "the kernel ended", first=SLOW_AGAIN, gram_matrix="import os\nos._exit(1)"),
        coded("hides-that-it-spoils-its-input", EUCLIDEAN_NOT, first=HIDES, euclidean=SPOILS),
        coded("forges-that-it-spoils-no-input", ALL, "what calls the functions was changed", first=FORGES, last=SPOILS),
        coded(
            "stretches-a-call",
            EUCLIDEAN_NOT,
            "euclidean: while it was judged: it took too long",
            first=STRETCHES,
            euclidean=LONG,
        ),
        coded("stops-the-clock", EUCLIDEAN_NOT, "euclidean: while it was judged: ", first=STOPS_THE_CLOCK, euclidean=LONG),
        coded("looks-for-an-exchange", walls=True, first=EXCHANGES),
        coded("wants-privileges", walls=True, first=PRIVILEGES),
        coded("tells-in-the-line", EUCLIDEAN_NOT, lacks=r"in line \d", euclidean=IN_THE_LINE),
        coded(
            "tells-in-the-name",
            EUCLIDEAN_NOT,
            lacks=r"LEAK|(Arithmetic|Assertion|Attribute|Buffer|Child|EOF|File)\w*Error",
            euclidean=IN_THE_NAME,
        ),
        coded("tells-in-the-type", EUCLIDEAN_NOT, lacks="bytearray|frozenset", first=TYPES, euclidean=IN_THE_TYPE),
        coded(
            "dies-in-each-call",
            NONE,
            "euclidean: while it was judged: the kernel ended",
            **{name: f"def {name}(*a):\n    import os\n    os._exit(1)" for name in ALL},
        ),
    ]
