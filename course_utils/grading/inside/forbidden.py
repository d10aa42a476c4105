"""System calls that student code has no use for, refused by the kernel (Linux, x86-64 and ARM64), for good.

Two kinds: what holds memory that no limit counts (System V's shared memory and queues, files in memory, keys, io_uring), and
what a way out of a sandbox has often begun with (new namespaces, ptrace, BPF). They fail as if this system did not have them.

The filter is a program for the Berkeley Packet Filter, see https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import platform
import struct
import sys

# Numbers of system calls on x86-64 and on ARM64, from the kernel's tables.
NUMBERS = {
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "fsopen": (430, 430),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "clone3": (435, 435),  # its flags cannot be read here; the C library falls back on clone
}
CLONE = (56, 220)
NEW_NAMESPACE = 0x7E020000  # the flags CLONE_NEWNET, NEWPID, NEWUSER, NEWIPC, NEWUTS, NEWCGROUP and NEWNS
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32 = 0x40000000  # numbers from here on are those of another way to call the same system

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # where they stand in what a filter reads
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.ENOSYS


def program(machine: str) -> bytes | None:
    """Return the filter for a machine as `platform.machine` names it; None where there is none."""
    if machine not in ARCHITECTURES:
        return None
    column, architecture = ARCHITECTURES[machine]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),  # 32-bit calls have other numbers
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, REFUSE),
    ]
    for numbers in NUMBERS.values():
        steps += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, REFUSE)]
    steps += [
        (EQUAL, 0, 3, CLONE[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 0, 1, NEW_NAMESPACE),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def forbid() -> bool:
    """Have these calls refused from now on, to this process and to all that it starts; whether this system can."""
    filter_ = program(platform.machine()) if sys.platform == "linux" else None
    if filter_ is None:
        return False

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    prctl = ctypes.CDLL(None).prctl
    told = Program(len(filter_) // 8, filter_)
    prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    return bool(prctl(22, 2, ctypes.byref(told), 0, 0) == 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
