"""What judges of programming contests, such as isolate and DMOJ, promise of their sandboxes, held against the sealed kernel."""

import psutil
import pytest

from tests.grading.corpus.sieges import LINE
from tests.sandbox.talk import answer

MORE = 150 * 2**20  # bytes by which the grading process may grow, whatever a kernel says
FRESH = """
import ctypes, errno, json, os, resource, signal, socket, struct, sys, time
def refused(does):
    try:
        return does() in (-1, False)
    except (OSError, ValueError):
        return True
libc = ctypes.CDLL(None, use_errno=True)
"""


@pytest.fixture
def kernel(kernel):
    """A kernel that is there, started again if the test before has cost it its life."""
    if kernel.run(FRESH, 10).ended != "well":
        kernel.start(60)
        assert kernel.run(FRESH, 10).ended == "well"
    return kernel


def said(kernel, code):
    return answer(kernel, f"print(json.dumps({code}))")


# ---- What it may not do ----


@pytest.mark.parametrize(
    "does",
    [
        "libc.shmget(0, 2**20, 0o1600)",
        "libc.msgget(0, 0o1600)",
        "libc.semget(0, 1, 0o1600)",
        "libc.memfd_create(b'x', 0)",
        "libc.syscall(250, 0, 0, 0)",  # keyctl
        "libc.syscall(425, 8, ctypes.create_string_buffer(200))",  # io_uring_setup
        "libc.ptrace(16, os.getppid(), 0, 0)",
        "libc.process_vm_readv(1, 0, 0, 0, 0, 0)",
        "libc.unshare(0x10000000)",
        "libc.unshare(0x20000)",
        "libc.syscall(56, 0x10000011, 0, 0, 0, 0)",  # clone, with a namespace of its own for users
        "libc.syscall(435, 0, 0)",  # clone3
        "libc.mount(b'x', b'/tmp', b'tmpfs', 0, None)",
        "libc.umount(b'/proc')",
        "libc.chroot(b'/tmp')",
        "libc.setns(0, 0)",
        "libc.sethostname(b'x', 1)",
        "time.clock_settime(time.CLOCK_REALTIME, 0)",
        "os.mknod('/tmp/device', 0o60600, os.makedev(8, 0))",
        "os.setpriority(os.PRIO_PROCESS, 0, -10)",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))",
        "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "resource.setrlimit(resource.RLIMIT_CORE, (2**30, 2**30))",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2**40, 2**40))",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))",
        "os.kill(1, 0) or os.kill(os.getppid(), 19) or os.path.exists('/proc/1/root/home')",
        "open('/proc/1/mem', 'rb').read(1)",
        "open('/proc/self/oom_score_adj', 'wb', buffering=0).write(b'-1000')",
        "open('/proc/sys/kernel/core_pattern', 'w')",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "bool(os.listdir('/sys')) if os.path.exists('/sys') else -1",
    ],
)
def test_this_is_refused(kernel, does):
    assert said(kernel, f"refused(lambda: {does})") is True


def test_it_has_no_privilege_and_can_gain_none(kernel):
    status = said(kernel, "dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())")
    told = {name: status[name].strip() for name in ("NoNewPrivs", "Seccomp", "CapEff", "CapPrm", "CapBnd", "CapAmb")}
    assert told == {"NoNewPrivs": "1", "Seccomp": "2"} | dict.fromkeys(("CapEff", "CapPrm", "CapBnd", "CapAmb"), "0" * 16)


def test_devices_are_those_that_hold_nothing(kernel):
    allowed = {"console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty"}
    assert set(said(kernel, "os.listdir('/dev')")) <= allowed | {"urandom", "zero"}


def test_only_file_systems_in_memory_can_be_written_to(kernel):
    mounts = said(kernel, "[line.split()[1:4] for line in open('/proc/self/mounts')]")
    found = {(place, kind) for place, kind, how in mounts if how.split(",")[0] == "rw"}
    assert found <= {("/tmp", "tmpfs"), ("/dev/shm", "tmpfs"), ("/proc", "proc"), ("/dev/pts", "devpts")} | {
        (f"/dev/{name}", "devtmpfs") for name in ("console", "full", "null", "random", "tty", "urandom", "zero")
    }


def test_there_is_nothing_to_read_from_and_nowhere_to_write_to_but_what_cells_show(kernel):
    assert said(kernel, "[os.read(0, 10).decode(), [os.readlink(f'/proc/self/fd/{n}') for n in (0,)]]") == ["", ["/dev/null"]]
    ran = kernel.run("os.write(1, b'x' * 10**7)\nos.write(2, b'x' * 10**7)\nNone", 10)
    assert ran.ended == "well"


def test_a_crash_leaves_no_core(kernel):
    code = "[os.waitpid(os.fork() or os.abort(), 0)[1] & 128, [name for name in os.listdir('.') if 'core' in name]]"
    assert said(kernel, code) == [0, []]


# ---- What it may not use up ----


def test_open_files_are_few_and_the_kernel_outlives_them(kernel):
    code = """
held = []
try:
    while True:
        held.append(open("/dev/null"))
except OSError as error:
    told = error.errno == errno.EMFILE
count = len(held)
for one in held:
    one.close()
"""
    assert kernel.run(code, 10).ended == "well"
    assert said(kernel, "[told, count < 256]") == [True, True]


FILLS = """
held = []
try:
    for number in range(400):
        file = open(f"PLACE/{number}", "wb", buffering=0)
        for _ in range(4):
            file.write(bytes(2**20))
        held.append(os.dup(file.fileno()))
        REMOVE
except OSError as error:
    full = error.errno in (errno.ENOSPC, errno.EMFILE)
size = sum(os.fstat(number).st_size for number in held) / 2**20
for number in held:
    os.close(number)
for number in range(400):
    try:
        os.remove(f"PLACE/{number}")
    except OSError:
        pass
"""


@pytest.mark.parametrize("remove", ["pass", "os.remove(file.name)", "os.remove(file.name); file.close()"])
@pytest.mark.parametrize("place", ["/tmp", "/dev/shm"])
def test_files_are_bounded_also_those_that_are_removed_and_held_open(kernel, place, remove):
    ran = kernel.run(FILLS.replace("PLACE", place).replace("REMOVE", remove), 10)
    assert ran.ended == "well"
    full, size = said(kernel, "[full, size]")
    assert full
    assert size <= 260


MANY = {
    "empty files": ("for n in range(10**7):\n    os.close(os.open(f'/tmp/{n}', os.O_CREAT))", "memory"),
    "processes that have ended": ("for _ in range(10**5):\n    os.fork() or os._exit(0)", "processes"),
    "processes": ("for _ in range(10**5):\n    os.fork() or time.sleep(60)", "too m"),
    "threads of memory": ("kept = bytearray(100 * 2**20)\nwhile True:\n    kept += kept", None),
    "pipes of many": (
        "for _ in range(50):\n    if os.fork() == 0:\n        held = []\n        try:\n            while True:\n"
        "                one, other = socket.socketpair()\n                held.append((one, other))\n"
        "                other.setblocking(False)\n                other.send(bytes(2**17))\n"
        "        except OSError:\n            time.sleep(60)\ntime.sleep(60)",
        "memory",
    ),
}


@pytest.mark.parametrize("what", MANY)
def test_what_takes_too_much_is_ended_and_told(kernel, what):
    code, reason = MANY[what]
    ran = kernel.run(code, 20)
    assert ran.ended in ("died", "time") if reason else ran.ended == "error"
    assert (reason or "") in ran.reason, ran


# ---- What it may say ----


def grown(run):
    """Return how many bytes this process has grown while something ran, at its largest, and what came of it."""
    process = psutil.Process()
    before = process.memory_info().rss
    ran = run()
    return process.memory_info().rss - before, ran


FLOODS = {
    "one message without end": "b'\\x01\\xff' + bytes(255)",
    "one message of many parts": "b'\\x01\\x00' * 1000",
    "messages without number": "(b'\\x01\\x00\\x00\\x00' + b'\\x00\\x00') * 1000",
    "a part of a terabyte": "b'\\x03' + (2**40).to_bytes(8, 'big') + bytes(1000)",
    "noise": "os.urandom(1000)",
}


@pytest.mark.parametrize(("flood", "channel"), [*((flood, "-2") for flood in FLOODS), ("one message without end", "-1")])
def test_a_flood_on_the_kernels_own_line_fills_no_memory_here(kernel, flood, channel):
    """A cell takes the line to who listens into its own hands, and sends what no kernel would."""
    sends = f"""
assert lines
piece = ({FLOODS[flood]}) * 500
if os.fork() == 0:
    while True:
        for line in lines:
            try:
                line.send(piece)
            except BlockingIOError:
                pass
time.sleep(60)  # silently, so that nothing of its own comes between"""
    more, ran = grown(lambda: kernel.run(LINE.replace("ENDS", repr(channel)) + sends, 4))
    assert more < MORE
    assert ran.ended in ("died", "time", "error", "output"), ran
