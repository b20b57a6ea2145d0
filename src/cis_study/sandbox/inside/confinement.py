"""Landlock, a system call filter and an unprivileged user, imposed by a process on itself.

For machines without user namespaces. The runner calls this before it loads foreign code; nothing here can
be undone afterwards. Where a step fails the process ends without its nonce: the sandbox failed, not the code.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from .bpf import EQUAL, program, refuse_where

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 8, 22, 38
_SECCOMP_MODE_FILTER = 2
CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 1 << 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def confine(
    *,
    parent: int,
    user: int | None,
    capset: int,
    ruleset: str,
    readable: Sequence[str],
    writable: Sequence[str],
    calls: Mapping[str, Any],
) -> None:
    """Give up everything but computing and reading some files.

    Args:
        parent: process whose death ends this one.
        user: user to become; null keeps the user.
        capset: number of the system call that sets capabilities.
        ruleset: `struct landlock_ruleset_attr` with what is refused unless a rule allows it, hexadecimal.
        readable: files, and folders with everything below.
        writable: files, as `/dev/null`.
        calls: other arguments of `forbid`.

    Raises:
        OSError: the kernel refuses a step.
    """
    if user is not None:
        _become(user, capset)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _restrict(bytes.fromhex(ruleset), readable, writable)
    forbid(parent=parent, **calls)


def forbid(*, parent: int, audit_arch: int, filter: str, signal_calls: Sequence[int]) -> None:
    """Die with the parent, and refuse system calls: the part that a fork of a confined process adds for itself.

    Args:
        parent: process whose death ends this one.
        audit_arch: processor architecture, as filters name it.
        filter: array of `struct sock_filter`, hexadecimal.
        signal_calls: system calls allowed where their first argument is this process.

    Raises:
        OSError: the kernel refuses a step.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError("the parent has died")
    only_itself = [refuse_where(number, 0, EQUAL, os.getpid(), False) for number in signal_calls]
    _filter(program(audit_arch, only_itself))
    _filter(bytes.fromhex(filter))


def hide() -> None:
    """Keep memory and descriptors of this process from others of the same user, also where /proc is readable."""
    _prctl(_PR_SET_DUMPABLE, 0)


def _become(user: int, capset: int) -> None:
    """Another user, so that the limit of threads counts; the right to read stays, for homes closed to others."""
    _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    _call(capset, header, struct.pack("=6I", _CAP_DAC_READ_SEARCH, _CAP_DAC_READ_SEARCH, 0, 0, 0, 0))


def _restrict(ruleset: bytes, readable: Sequence[str], writable: Sequence[str]) -> None:
    rules = _call(CREATE_RULESET, ruleset, len(ruleset), 0)
    for path in readable:
        _allow(rules, path, _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE)  # noqa: PTH112
    for path in writable:
        _allow(rules, path, _READ_FILE | _WRITE_FILE)
    _call(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, access: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    _call(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", access, descriptor), 0)
    os.close(descriptor)


def _filter(instructions: bytes) -> None:
    loaded = _Program(len(instructions) // 8, instructions)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(loaded))


def _prctl(option: int, *arguments: int) -> None:
    values = [*arguments, 0, 0, 0, 0][:4]
    if _libc.prctl(option, *(ctypes.c_ulong(value) for value in values)) < 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _call(number: int, *arguments: int | bytes) -> int:
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result: int = _libc.syscall(ctypes.c_long(number), *values)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}: {os.strerror(ctypes.get_errno())}")
    return result
