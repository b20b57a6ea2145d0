"""The system call filters of the backends, assembled as classic BPF (no compiled dependency).

Everything not named here is allowed. Under bubblewrap namespaces and read-only mounts do the confining, and the
filter closes what they leave open: new processes, memory outside the address space limit, nested namespaces,
VSOCK sockets (no namespace confines them) and kernel interfaces that no honest solution needs. Without
namespaces the groups of `UNSHARED` close what is shared with the host then.
"""

from __future__ import annotations

import errno
import platform
import termios
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cis_study.errors import StudyError
from cis_study.sandbox.inside.bpf import EQUAL, HAS_BITS, program, refuse, refuse_where

Numbers = tuple[int | None, int | None]
"""Number of a call on (x86_64, aarch64); None where the architecture lacks it."""

_ARCHES: Mapping[str, tuple[int, int]] = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine -> its column in the tables, and its name in the audit interface."""

_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_NOT_A_STREAM = 0b1110
_NO_BITS = 0
_TIOCLINUX, _FIOSETOWN, _SIOCSPGRP = 0x541C, 0x8901, 0x8902
_FS_IOC_SETFLAGS, _FS_IOC_FSSETXATTR = 0x40086602, 0x401C5820
_F_SETOWN, _F_SETOWN_EX, _PR_SET_PDEATHSIG = 8, 15, 1

_CALLS: Mapping[str, Mapping[str, Numbers]] = {
    "processes": {"fork": (57, None), "vfork": (58, None)},
    "memory": {
        "memfd_create": (319, 279),
        "memfd_secret": (447, 447),
        "shmget": (29, 194),
        "shmat": (30, 196),
        "shmctl": (31, 195),
    },
    "queues": {
        "semget": (64, 190),
        "semop": (65, 193),
        "semctl": (66, 191),
        "semtimedop": (220, 192),
        "msgget": (68, 186),
        "msgsnd": (69, 189),
        "msgrcv": (70, 188),
        "msgctl": (71, 187),
        "mq_open": (240, 180),
        "mq_unlink": (241, 181),
    },
    "namespaces": {"unshare": (272, 97), "setns": (308, 268)},
    "mounts": {
        "mount": (165, 40),
        "umount2": (166, 39),
        "pivot_root": (155, 41),
        "chroot": (161, 51),
        "move_mount": (429, 429),
        "open_tree": (428, 428),
        "fsopen": (430, 430),
        "fsconfig": (431, 431),
        "fsmount": (432, 432),
        "fspick": (433, 433),
        "mount_setattr": (442, 442),
    },
    "tracing": {
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "process_madvise": (440, 440),
        "process_mrelease": (448, 448),
        "kcmp": (312, 272),
        "pidfd_open": (434, 434),
        "pidfd_getfd": (438, 438),
        "pidfd_send_signal": (424, 424),
    },
    "keyrings": {"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
    "kernel": {
        "bpf": (321, 280),
        "perf_event_open": (298, 241),
        "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426),
        "io_uring_register": (427, 427),
        "userfaultfd": (323, 282),
        "personality": (135, 92),
    },
    "handles": {
        "name_to_handle_at": (303, 264),
        "open_by_handle_at": (304, 265),
        "fanotify_init": (300, 262),
    },
    "administration": {
        "kexec_load": (246, 104),
        "kexec_file_load": (320, 294),
        "init_module": (175, 105),
        "finit_module": (313, 273),
        "delete_module": (176, 106),
        "syslog": (103, 116),
        "acct": (163, 89),
        "swapon": (167, 224),
        "swapoff": (168, 225),
        "reboot": (169, 142),
        "quotactl": (179, 60),
        "iopl": (172, None),
        "ioperm": (173, None),
    },
    "unix sockets": {"socket": (41, 198), "bind": (49, 200), "connect": (42, 203), "listen": (50, 201)},
    "signals": {"tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    "scheduling": {
        "setpriority": (141, 140),
        "ioprio_set": (251, 30),
        "sched_setparam": (142, 118),
        "sched_setscheduler": (144, 119),
        "sched_setattr": (314, 274),
        "sched_setaffinity": (203, 122),
        "migrate_pages": (256, 238),
        "move_pages": (279, 239),
    },
    "metadata": {
        "chmod": (90, None),
        "fchmod": (91, 52),
        "fchmodat": (268, 53),
        "fchmodat2": (452, 452),
        "chown": (92, None),
        "fchown": (93, 55),
        "lchown": (94, None),
        "fchownat": (260, 54),
        "utime": (132, None),
        "utimes": (235, None),
        "futimesat": (261, None),
        "utimensat": (280, 88),
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "setxattrat": (463, 463),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
        "removexattrat": (466, 466),
        "file_setattr": (469, 469),
        "truncate": (76, 45),
    },
    "watching": {"inotify_init": (253, None), "inotify_init1": (294, 26)},
}
"""Group -> calls that are refused whatever their arguments are."""


@dataclass(frozen=True)
class _Rule:
    """A call that is refused where a test of one argument holds, or where it does not."""

    numbers: Numbers
    argument: int
    test: int
    value: int
    holds: bool
    error: int = errno.EPERM


_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR = (56, 220), (435, 435), (41, 198), (53, 199)
_IOCTL, _FCNTL, _PRCTL, _PRLIMIT64 = (16, 29), (72, 25), (157, 167), (302, 261)

_RULES: Mapping[str, tuple[_Rule, ...]] = {
    # The flags of clone3 lie in memory that a filter cannot read; where it is unknown glibc falls back to clone.
    "processes": (
        _Rule(_CLONE, 0, HAS_BITS, _CLONE_THREAD, False),
        _Rule(_CLONE3, 0, HAS_BITS, _NO_BITS, False, errno.ENOSYS),
    ),
    "sockets": (_Rule(_SOCKET, 0, EQUAL, _AF_UNIX, False, errno.EAFNOSUPPORT),),
    "terminals": (_Rule(_IOCTL, 1, EQUAL, termios.TIOCSTI, True), _Rule(_IOCTL, 1, EQUAL, _TIOCLINUX, True)),
    "tracing": (_Rule(_PRLIMIT64, 0, EQUAL, 0, False),),
    # A datagram socket of a pair can still send to any address; event loops need pairs of streams.
    "unix sockets": (
        _Rule(_SOCKETPAIR, 0, EQUAL, _AF_UNIX, False),
        _Rule(_SOCKETPAIR, 1, HAS_BITS, _NOT_A_STREAM, True),
    ),
    # The owner of a descriptor is sent signals by the kernel; the parent's death must stay a signal.
    "signals": (
        _Rule(_FCNTL, 1, EQUAL, _F_SETOWN, True),
        _Rule(_FCNTL, 1, EQUAL, _F_SETOWN_EX, True),
        _Rule(_IOCTL, 1, EQUAL, _FIOSETOWN, True),
        _Rule(_IOCTL, 1, EQUAL, _SIOCSPGRP, True),
        _Rule(_PRCTL, 0, EQUAL, _PR_SET_PDEATHSIG, True),
    ),
    "metadata": (
        _Rule(_IOCTL, 1, EQUAL, _FS_IOC_SETFLAGS, True),
        _Rule(_IOCTL, 1, EQUAL, _FS_IOC_FSSETXATTR, True),
    ),
}
"""Group -> calls that are refused depending on an argument."""

_SIGNAL_CALLS: tuple[Numbers, ...] = ((62, 129), (234, 131))
"""kill, tgkill: their first argument is a process."""

UNSHARED = frozenset({"unix sockets", "signals", "scheduling", "metadata", "watching"})
"""Groups that only a sandbox without namespaces needs."""
SHARED = (frozenset(_CALLS) | frozenset(_RULES)) - UNSHARED


def denied_calls(groups: Collection[str], machine: str) -> dict[str, int]:
    """Numbers of the calls that are refused whatever their arguments are.

    Raises:
        StudyError: the processor architecture has no table.
    """
    column, _ = _arch(machine)
    return {
        name: number
        for group in sorted(groups)
        for name, numbers in _CALLS.get(group, {}).items()
        if (number := numbers[column]) is not None
    }


def capset_call(machine: str | None = None) -> int:
    """Number of the call that sets capabilities."""
    return (126, 91)[_arch(machine or platform.machine())[0]]


def self_confinement(groups: Collection[str]) -> dict[str, Any]:
    """What a process needs to refuse some groups to itself, and signals to other processes if one is `signals`.

    Raises:
        StudyError: the processor architecture has no table.
    """
    column, arch = _arch(platform.machine())
    signals = [numbers[column] for numbers in _SIGNAL_CALLS] if "signals" in groups else []
    return {"audit_arch": arch, "filter": assemble_filter(groups).hex(), "signal_calls": signals}


def assemble_filter(groups: Collection[str], machine: str | None = None) -> bytes:
    """The filter that refuses some groups, as an array of `struct sock_filter`.

    Raises:
        StudyError: the processor architecture has no table.
    """
    machine = machine or platform.machine()
    column, arch = _arch(machine)
    by_argument = [
        refuse_where(number, rule.argument, rule.test, rule.value, rule.holds, rule.error)
        for group in sorted(groups)
        for rule in _RULES.get(group, ())
        if (number := rule.numbers[column]) is not None
    ]
    return program(arch, [*by_argument, *(refuse(number) for number in denied_calls(groups, machine).values())])


def _arch(machine: str) -> tuple[int, int]:
    if machine not in _ARCHES:
        raise StudyError(
            "sandbox",
            machine,
            "there is no table of system calls for this processor architecture",
            f"Run the study on one of: {', '.join(sorted(_ARCHES))}.",
        )
    return _ARCHES[machine]
