"""A finished table, what is said of it, and its spellings as CSV and Typst."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from cis_study.figures.caption import Caption
from cis_study.tables.rounding import NO_NUMBER

STANDING_COLUMN = "Analysis"


class Table(NamedTuple):
    """Cells as text; the first `text_columns` columns are words, the rest numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: int = 1
    standing: str = ""
    """How the analysis stands to the battles; every spelling says it."""
    caption: Caption = Caption("")
    bold: frozenset[tuple[int, int]] = frozenset()
    """Row and column of the cells in bold type, which the caption explains."""

    def told(self) -> Caption:
        """The caption, with the standing and the meaning of the dash where there is one."""
        shows = [self.caption.shows]
        explained = f"{NO_NUMBER} " in self.caption.shows
        if not explained and any(cell == NO_NUMBER for row in self.rows for cell in row):
            shows.append(f"{NO_NUMBER} stands where there is no number.")
        if self.standing:
            shows.append(f"{STANDING_COLUMN}: {self.standing}.")
        return self.caption._replace(shows=" ".join(filter(None, shows)))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows by name of the column."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict(orient="records")]


def half_widths(intervals: pd.DataFrame) -> Iterator[float]:
    """Half of `high - low` of every row."""
    return ((row["high"] - row["low"]) / 2 for row in records(intervals))


def as_csv(table: Table) -> str:
    """CSV with a header row and `\\n` line ends; the standing is the last column. It has no bold type."""
    stream = io.StringIO()
    rows: list[Sequence[str]] = [table.header, *table.rows]
    if table.standing:
        rows = [[*row, table.standing if place else STANDING_COLUMN] for place, row in enumerate(rows)]
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def as_typst(table: Table) -> str:
    """A Typst `table` with rules as of booktabs, for `include`; type and size are those of the place it stands in."""
    aligned = ["left"] * table.text_columns + ["right"] * (len(table.header) - table.text_columns)
    rows = [
        ", ".join(_typst(cell, (place, column) in table.bold) for column, cell in enumerate(row))
        for place, row in enumerate(table.rows)
    ]
    lines = [
        "#table(",
        f"  columns: {len(table.header)},",
        f"  align: ({''.join(f'{side} + horizon, ' for side in aligned)}),",
        "  stroke: none,",
        "  inset: (x: 3pt, y: 2.6pt),",
        "  table.hline(stroke: 0.8pt),",
        f"  table.header({', '.join(_typst(cell, bold=True) for cell in table.header)}),",
        "  table.hline(stroke: 0.4pt),",
        *(f"  {row}," for row in rows),
        "  table.hline(stroke: 0.8pt),",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _typst(text: str, bold: bool) -> str:
    """A string literal, which Typst reads as text and never as markup; JSON escapes what it must."""
    literal = json.dumps(text, ensure_ascii=False)
    return f"strong({literal})" if bold else literal
