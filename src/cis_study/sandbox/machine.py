"""What a machine says about the kernel features that the sandboxes need, and how to switch them on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

_APPARMOR = "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_CLONE = "proc/sys/kernel/unprivileged_userns_clone"
_MOST = "proc/sys/user/max_user_namespaces"
_CONTAINER_MARKS = (".dockerenv", "run/.containerenv")


@dataclass(frozen=True)
class Machine:
    """Facts that decide which backend can work."""

    kernel: str
    processor: str
    is_root: bool
    in_container: bool
    apparmor_restricts: bool
    """AppArmor grants user namespaces only to programs with a profile (Ubuntu 24.04 and newer)."""
    ordinary_users_excluded: bool
    """Debian's switch keeps user namespaces from ordinary users."""
    no_user_namespaces: bool
    """Their number is limited to none."""


def read_machine(root: Path = Path("/")) -> Machine:
    """The machine this runs on; a switch that is not there restricts nothing."""
    return Machine(
        kernel=platform.release(),
        processor=platform.machine(),
        is_root=os.geteuid() == 0,
        in_container=any((root / mark).exists() for mark in _CONTAINER_MARKS),
        apparmor_restricts=_setting(root / _APPARMOR) == "1",
        ordinary_users_excluded=_setting(root / _CLONE) == "0",
        no_user_namespaces=_setting(root / _MOST) == "0",
    )


def enable_bubblewrap(machine: Machine, bubblewrap: str) -> list[str]:
    """What to do, once and as root, where the bubblewrap at a path cannot start."""
    steps = []
    if machine.no_user_namespaces:
        steps.append("No user namespaces are allowed: sysctl -w user.max_user_namespaces=15000")
    if machine.ordinary_users_excluded:
        steps.append("Ordinary users get no user namespaces: sysctl -w kernel.unprivileged_userns_clone=1")
    if machine.apparmor_restricts:
        steps.append(
            "AppArmor gives user namespaces only to programs with a profile. Write to /etc/apparmor.d/cis-bwrap\n"
            "    abi <abi/4.0>,\n"
            "    include <tunables/global>\n"
            f'    profile cis-bwrap "{bubblewrap}" flags=(unconfined) {{ userns, }}\n'
            "  and load it: apparmor_parser -r /etc/apparmor.d/cis-bwrap"
        )
    if machine.in_container:
        steps.append(
            "This is a container, whose own filter may forbid namespaces and mounts. Start it with "
            "--security-opt seccomp=unconfined --security-opt apparmor=unconfined (Docker, Podman) or "
            "seccompProfile: {type: Unconfined} (Kubernetes); submissions keep the filter of the sandbox."
        )
    return steps


def warnings(machine: Machine) -> list[str]:
    """What is not wrong but should be known."""
    if not machine.is_root:
        return []
    return [
        "The study runs as root: a flaw in the sandbox would give a submission the machine, and under bubblewrap the "
        "kernel excuses root from the limit of threads. Use an ordinary user."
    ]


def _setting(path: Path) -> str | None:
    return path.read_text(encoding="ascii").strip() if path.is_file() else None
