"""The system call filter of the sandbox, assembled as classic BPF (no compiled dependency).

Everything not named here is allowed: namespaces and read-only mounts do the confining. The filter
closes what they leave open: new processes, memory outside the address space limit, nested
namespaces, other sockets than AF_UNIX (VSOCK is not confined by a network namespace) and kernel
interfaces that no honest solution needs.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from cis_study.errors import StudyError

_X86_64_ARCH, _AARCH64_ARCH = 0xC000003E, 0xC00000B7
_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
_AF_UNIX = 1
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C

_RET_ALLOW, _RET_KILL, _RET_ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16

_ALWAYS_DENIED: Mapping[str, tuple[int | None, int | None]] = {
    "fork": (57, None),
    "vfork": (58, None),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "unshare": (272, 97),
    "setns": (308, 268),
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
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "syslog": (103, 116),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "quotactl": (179, 60),
    "personality": (135, 92),
    "iopl": (172, None),
    "ioperm": (173, None),
}
"""System call -> number on (x86_64, aarch64); None where the architecture lacks it."""


@dataclass(frozen=True)
class _Abi:
    audit_arch: int
    column: int
    clone: int
    clone3: int
    socket: int
    ioctl: int
    prlimit64: int


_ABIS = {
    "x86_64": _Abi(_X86_64_ARCH, 0, clone=56, clone3=435, socket=41, ioctl=16, prlimit64=302),
    "aarch64": _Abi(_AARCH64_ARCH, 1, clone=220, clone3=435, socket=198, ioctl=29, prlimit64=261),
}


def denied_calls(machine: str) -> dict[str, int]:
    """Numbers of the calls that are refused whatever their arguments are.

    Raises:
        StudyError: the processor architecture has no table.
    """
    column = _abi(machine).column
    return {name: number for name, numbers in _ALWAYS_DENIED.items() if (number := numbers[column]) is not None}


def assemble_filter(machine: str | None = None) -> bytes:
    """The filter as an array of `struct sock_filter`, ready for `bwrap --seccomp`.

    Raises:
        StudyError: the processor architecture has no table.
    """
    machine = machine or platform.machine()
    abi = _abi(machine)
    refuse = _RET_ERRNO | errno.EPERM
    program = [
        _instruction(_LOAD, _ARCH_OFFSET),
        _instruction(_JUMP_EQUAL, abi.audit_arch, 1, 0),
        _instruction(_RETURN, _RET_KILL),
        _instruction(_LOAD, _NUMBER_OFFSET),
        _instruction(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1),
        _instruction(_RETURN, refuse),
        *_when_called(abi.clone3, [_instruction(_RETURN, _RET_ERRNO | errno.ENOSYS)]),
        *_when_called(
            abi.clone,
            [
                _argument(0),
                _instruction(_JUMP_BITS, _CLONE_THREAD, 1, 0),
                _instruction(_RETURN, refuse),
                _instruction(_RETURN, _RET_ALLOW),
            ],
        ),
        *_when_called(
            abi.socket,
            [
                _argument(0),
                _instruction(_JUMP_EQUAL, _AF_UNIX, 1, 0),
                _instruction(_RETURN, _RET_ERRNO | errno.EAFNOSUPPORT),
                _instruction(_RETURN, _RET_ALLOW),
            ],
        ),
        *_when_called(
            abi.ioctl,
            [
                _argument(1),
                _instruction(_JUMP_EQUAL, _TIOCSTI, 1, 0),
                _instruction(_JUMP_EQUAL, _TIOCLINUX, 0, 1),
                _instruction(_RETURN, refuse),
                _instruction(_RETURN, _RET_ALLOW),
            ],
        ),
        *_when_called(
            abi.prlimit64,
            [
                _argument(0),
                _instruction(_JUMP_EQUAL, 0, 1, 0),
                _instruction(_RETURN, refuse),
                _instruction(_RETURN, _RET_ALLOW),
            ],
        ),
    ]
    for number in denied_calls(machine).values():
        program += _when_called(number, [_instruction(_RETURN, refuse)])
    return b"".join([*program, _instruction(_RETURN, _RET_ALLOW)])


def _abi(machine: str) -> _Abi:
    if machine not in _ABIS:
        raise StudyError(
            "sandbox",
            machine,
            "there is no table of system calls for this processor architecture",
            f"Run the study on one of: {', '.join(sorted(_ABIS))}.",
        )
    return _ABIS[machine]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _argument(index: int) -> bytes:
    """Load the low 32 bits of an argument (both architectures are little-endian)."""
    return _instruction(_LOAD, _ARGUMENTS_OFFSET + 8 * index)


def _when_called(number: int, body: list[bytes]) -> list[bytes]:
    return [_instruction(_JUMP_EQUAL, number, 0, len(body)), *body]
