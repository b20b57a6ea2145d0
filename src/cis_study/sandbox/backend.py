"""What every backend provides: the start of one confined process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from cis_study.sandbox.profile import View


@dataclass(frozen=True)
class Launch:
    """How to start one process, apart from its channels."""

    words: list[str]
    work: str
    """The working directory, as the program sees it."""
    folder: str | None = None
    """Where to start on the host; null where the backend itself changes to `work`."""
    descriptors: tuple[int, ...] = ()
    """Handed down, besides the channels."""
    confinement: dict[str, Any] | None = None
    """What the runner imposes on itself before it loads foreign code; null where it starts confined."""
    other_threads: int = 0
    """Threads the kernel counts with those of the program."""


class Backend(Protocol):
    """A way to confine; stateless, used by several threads."""

    @property
    def name(self) -> str:
        """As in `CIS_SANDBOX`."""
        ...

    def describe(self) -> str:
        """What it consists of on this machine, in a few words.

        Raises:
            StudyError: a part of it is missing.
        """
        ...

    def for_forks(self) -> Backend:
        """The same for a runner that forks; it loads no foreign code, and its forks confine themselves."""
        ...

    def launch(self, runner: str, view: View, stack: contextlib.ExitStack) -> Launch:
        """Prepare one process; what must be cleaned up when it has ended goes on `stack`.

        Raises:
            StudyError: a part of the backend, or a package of the view, is missing.
        """
        ...


@contextlib.contextmanager
def held(content: bytes) -> Iterator[int]:
    """An anonymous file holding `content`, positioned at its start."""
    descriptor = os.memfd_create("content", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as stream:
            stream.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)
