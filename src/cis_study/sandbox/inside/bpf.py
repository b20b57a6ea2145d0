"""Classic BPF for seccomp: the few instructions and the one kind of rule that the filters need."""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterable

EQUAL, HAS_BITS = 0x15, 0x45
"""How a rule tests an argument: the two jump instructions."""
_LOAD, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
_X32_BIT = 0x40000000


def program(audit_arch: int, rules: Iterable[bytes]) -> bytes:
    """An array of `struct sock_filter`: what no rule refuses is allowed; another architecture kills."""
    return b"".join(
        [
            _instruction(_LOAD, _ARCH_OFFSET),
            _instruction(EQUAL, audit_arch, 1, 0),
            _instruction(_RETURN, _KILL),
            _instruction(_LOAD, _NUMBER_OFFSET),
            _instruction(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1),
            _instruction(_RETURN, _ERRNO | errno.EPERM),
            *rules,
            _instruction(_RETURN, _ALLOW),
        ]
    )


def refuse(number: int, error: int = errno.EPERM) -> bytes:
    """Refuse a system call whatever its arguments are."""
    return _instruction(EQUAL, number, 0, 1) + _instruction(_RETURN, _ERRNO | error)


def refuse_where(number: int, argument: int, test: int, value: int, holds: bool, error: int = errno.EPERM) -> bytes:
    """Refuse a system call where a test of the low 32 bits of an argument holds, or where it does not."""
    body = [
        # Both architectures are little-endian.
        _instruction(_LOAD, _ARGUMENTS_OFFSET + 8 * argument),
        _instruction(test, value, int(not holds), int(holds)),
        _instruction(_RETURN, _ERRNO | error),
        _instruction(_LOAD, _NUMBER_OFFSET),
    ]
    return b"".join([_instruction(EQUAL, number, 0, len(body)), *body])


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
