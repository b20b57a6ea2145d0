"""Notice an engine that runs but says nothing more to anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from cis_study.errors import EngineLost

_LOOKS = 20
"""How often the silence is looked at before it counts as a stall."""


class StallWatch:
    """Silence over all open requests, counted in looks rather than on a clock: a job that was stopped for an hour and
    goes on has not been waiting for an hour."""

    def __init__(self, engine: str, timeout_s: float) -> None:
        self._engine, self._timeout_s = engine, timeout_s
        self._open = self._silent_looks = 0

    def heard(self) -> None:
        """Something came, for any request."""
        self._silent_looks = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """A request is open; without one, silence means nothing."""
        if self._open == 0:
            self.heard()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    async def watch(self) -> NoReturn:
        """Wait for a stall.

        Raises:
            EngineLost: nothing came for the time allowed while requests were open.
        """
        while self._silent_looks < _LOOKS:
            await asyncio.sleep(self._timeout_s / _LOOKS)
            self._silent_looks += self._open > 0
        raise EngineLost(
            f"engine {self._engine}",
            f"no token for {self._timeout_s:g} s",
            f"it stalled with {self._open} requests open",
            "Finished battles are in the journal; read the engine's log, then run again.",
        )
