"""Differences by file and key, as data, as CSV and for a terminal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

ABSENT = "(absent)"
WHOLE = "SHA-256"
"""Key of a difference that is known of a file or record as a whole alone."""
_SHOWN = 30
_LONG = 120


class Difference(NamedTuple):
    """One value that is not what it was."""

    where: Literal["cache", "record", "results"]
    """Which side was published: the cache, the committed record, or the files in `results/{study}/`."""
    file: str
    key: str
    published: str
    recomputed: str


def changed(published: Mapping[str, str], recomputed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Keys whose values differ, sorted, with both values; `ABSENT` for one that is missing."""
    keys = sorted(published.keys() | recomputed.keys())
    both = [(key, published.get(key, ABSENT), recomputed.get(key, ABSENT)) for key in keys]
    return [(key, before, now) for key, before, now in both if before != now]


def csv_text(differences: Sequence[Difference]) -> str:
    """One row per difference; the header alone where there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Difference._fields)
    writer.writerows(differences)
    return text.getvalue()


def terminal_text(differences: Sequence[Difference], width: int) -> str:
    """A table of the first differences, at most `width` characters wide, and how many more there are."""
    table = Table(*Difference._fields, box=box.SIMPLE_HEAD)
    for row in differences[:_SHOWN]:
        # As text: values such as an interval in brackets are no markup.
        table.add_row(*(Text(_shortened(cell), overflow="fold") for cell in row))
    console = Console(width=width, file=(written := io.StringIO()))
    console.print(table)
    more = len(differences) - _SHOWN
    return written.getvalue() + (f"and {more} more\n" if more > 0 else "")


def _shortened(text: str) -> str:
    """A hash is known by its start, and no cell takes more than a few lines."""
    if re.fullmatch("[0-9a-f]{64}", text):
        return f"{text[:12]}…"
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
