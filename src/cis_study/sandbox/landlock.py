"""The fallback where user namespaces are forbidden: Landlock, a stricter filter, and limits.

Files are confined by Landlock alone, so a program still learns that a path exists, how large it is and when it
changed. Everything else that namespaces would hide is refused by the filter.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import secrets
import struct
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from cis_study.errors import StudyError
from cis_study.sandbox.backend import Launch
from cis_study.sandbox.inside.confinement import CREATE_RULESET
from cis_study.sandbox.profile import INSIDE, View, package_paths, program, system_folders
from cis_study.sandbox.seccomp import SHARED, UNSHARED, capset_call, self_confinement

_VERSION = 1
_FIRST_ABI_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
_DEVICES = ("/dev/urandom", "/dev/random", "/dev/zero")
_USERS = range(61184, 65520)
"""Set aside by systemd for services that need a user while they run; no account lies there."""
_SPARE_THREADS = 256
"""The limit of an ordinary user counts all his threads on the machine, and other programs start some meanwhile."""


@dataclass(frozen=True)
class Landlock:
    """Landlock, a system call filter, and an unprivileged user where root runs the study."""

    denied: frozenset[str] = SHARED | UNSHARED
    """Groups of system calls that the filter refuses."""
    name: str = "landlock"

    def describe(self) -> str:
        """The version of the kernel's interface."""
        return f"ABI {_require_abi()}"

    def for_forks(self) -> Landlock:
        """Without the groups that forbid to fork and to stop a fork."""
        return replace(self, denied=self.denied - {"processes", "signals"})

    def launch(self, runner: str, view: View, stack: contextlib.ExitStack) -> Launch:
        """A temporary folder laid out as bubblewrap lays out its root, removed when the process has ended."""
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cis-sandbox-"))).resolve()
        (root / "runner").mkdir()
        (root / "packages").mkdir()
        work = root / "work"
        if view.folder is None:
            work.mkdir()
        else:
            work.symlink_to(view.folder)
        for name, content in view.files.items():
            (work / name).write_bytes(content)
        (root / "runner" / "inside").symlink_to(INSIDE)
        packages = package_paths(view.packages)
        for path in packages:
            (root / "packages" / path.name).symlink_to(path)
        as_root = os.geteuid() == 0
        confinement = {
            "parent": os.getpid(),
            "user": _USERS.start + secrets.randbelow(len(_USERS)) if as_root else None,
            "capset": capset_call(),
            "ruleset": ruleset(_require_abi()).hex(),
            "readable": [str(path) for path in (*system_folders(), root, work.resolve(), INSIDE, *packages)]
            + list(_DEVICES),
            "writable": [os.devnull],
            "calls": self_confinement(self.denied),
        }
        return Launch(
            words=program(runner, str(root)),
            work=str(work),
            folder=str(work),
            confinement=confinement,
            other_threads=0 if as_root else _threads_of(os.getuid()) + _SPARE_THREADS,
        )


def landlock_abi() -> int | None:
    """Version of the interface; null where the kernel has none, or it is switched off or forbidden."""
    version = ctypes.CDLL(None).syscall(ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), _VERSION)
    return version if version > 0 else None


def ruleset(abi: int) -> bytes:
    """`struct landlock_ruleset_attr` that refuses all this version can refuse, apart from controls of devices."""
    files = _FIRST_ABI_RIGHTS | (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0)
    content = struct.pack("=Q", files)
    if abi >= 4:
        content += struct.pack("=Q", _BIND_AND_CONNECT)
    if abi >= 6:
        content += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    return content


def _require_abi() -> int:
    abi = landlock_abi()
    if abi is None:
        raise StudyError(
            "sandbox",
            f"Linux {platform.release()}",
            "Landlock is not there",
            "It needs Linux 5.13 with `landlock` in /sys/kernel/security/lsm (boot with lsm=landlock,...), and "
            "in a container a system call filter that allows it.",
        )
    return abi


def _threads_of(user: int) -> int:
    total = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.uids().real == user:
                total += process.num_threads()
    return total
