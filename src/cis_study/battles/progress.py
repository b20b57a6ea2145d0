"""Progress of a block: a bar on a terminal, a plain line every few seconds in a log."""

from __future__ import annotations

import logging
import sys
import time
from types import TracebackType
from typing import Any

import rich.progress
from rich.console import Console

from cis_study.battles.record import FINISHED, usage_of

_LINE_EVERY_S = 5.0
"""A line per battle would be a second write per battle beside the journal's."""


class Progress:
    """Context manager; `advance` counts one decided battle."""

    def __init__(self, total: int, label: str, log: logging.Logger) -> None:
        self._total, self._label, self._log = total, label, log
        self._done = self._tokens = 0
        self._started = time.monotonic()
        self._line_due = self._started
        columns = (*rich.progress.Progress.get_default_columns(), rich.progress.MofNCompleteColumn())
        self._bar = rich.progress.Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
        self._row = self._bar.add_task(label, total=total)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def advance(self, battle: dict[str, Any]) -> None:
        self._done += 1
        self._tokens += usage_of(battle).get("completion_tokens", 0)
        self._bar.advance(self._row)
        now = time.monotonic()
        if now < self._line_due and self._done < self._total and battle["status"] in FINISHED:
            return
        self._line_due = now + _LINE_EVERY_S
        self._log.info(
            "%s %d/%d %s/%d %s, %.1f tokens/s",
            self._label,
            self._done,
            self._total,
            battle["task"],
            battle["replicate"],
            battle["status"],
            self._tokens / (now - self._started),
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
