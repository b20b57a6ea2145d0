"""What a sandboxed program sees and the limits it runs under, whatever the backend."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cis_study.errors import StudyError

INSIDE = Path(__file__).parent / "inside"
PYTHON_FLAGS = ("-P", "-s", "-S", "-B")
"""Isolation as by -I, but PYTHONHASHSEED is honoured: the order of a set must not vary between runs.
The environment holds nothing else, so -E would protect from nothing."""
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64")


@dataclass(frozen=True)
class Limits:
    """Bounds of one sandboxed process; `wall_s` is a generous backstop, processor time is what decides."""

    cpu_s: int = 10
    wall_s: float = 60.0
    memory_bytes: int = 1 << 30
    output_bytes: int = 1 << 20
    open_files: int = 128
    threads: int = 64

    def for_inside(self, other_threads: int) -> dict[str, int]:
        """The part that the runner inside imposes on itself before it touches foreign code.

        Args:
            other_threads: threads that the kernel counts with those of the program.
        """
        return {
            "cpu_s": self.cpu_s,
            "memory_bytes": self.memory_bytes,
            "open_files": self.open_files,
            "threads": self.threads + other_threads,
        }


@dataclass(frozen=True)
class View:
    """Files and packages shown to the program, all read-only."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name in the working directory -> content."""
    packages: Sequence[str] = ()
    """Importable packages of this environment, shown one by one: never the whole site-packages."""
    folder: Path | None = None
    """Shown as the working directory instead of `files`; the study may change its files while the program runs."""


def program(runner: str, root: str = "") -> list[str]:
    """Command line of a runner, where work, runner and packages lie below `root`."""
    start = (
        f"import sys; sys.path[:0] = [{root + '/work'!r}]; sys.path += [{root + '/runner'!r}, {root + '/packages'!r}]; "
        f"from inside import {runner}; {runner}.main()"
    )
    return [str(interpreter()), *PYTHON_FLAGS, "-c", start]


def environment(work: str) -> dict[str, str]:
    """All that a program finds in its environment."""
    folders = {"HOME": work, "PWD": work, "TMPDIR": work}
    return {"PATH": "/usr/bin:/bin", **folders, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}


def interpreter() -> Path:
    """The real interpreter below a virtual environment.

    Raises:
        StudyError: it lies where no backend shows it.
    """
    path = Path(sys.executable).resolve()
    if not any(path.is_relative_to(folder) for folder in system_folders()):
        raise StudyError(
            "sandbox",
            path,
            f"the interpreter lies neither in /usr nor in its own base prefix {Path(sys.base_prefix).resolve()}",
            "Create the study environment from an ordinary Python installation.",
        )
    return path


def system_folders() -> list[Path]:
    """System libraries, the interpreter and its standard library: the part of the host that programs may read."""
    folders = [path for name in _SYSTEM if (path := Path(name)).is_dir() and not path.is_symlink()]
    base = Path(sys.base_prefix).resolve()
    return folders if base.is_relative_to("/usr") else [*folders, base]


def system_links() -> dict[Path, Path]:
    """Names of system folders that lie elsewhere: link -> target."""
    return {path: path.readlink() for name in _SYSTEM if (path := Path(name)).is_symlink()}


def package_paths(packages: Sequence[str]) -> list[Path]:
    """Folder or file of each package.

    Raises:
        StudyError: one is not installed.
    """
    paths = []
    for name in packages:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise StudyError(
                "sandbox", name, "a package the test runner needs is not installed", "Run make envs to repair it."
            )
        origin = Path(spec.origin)
        paths.append(origin.parent if spec.submodule_search_locations else origin)
    return paths
