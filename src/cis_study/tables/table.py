"""A finished table and its two spellings, CSV and booktabs LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from cis_study.tables.rounding import MINUS, NO_BREAK_SPACE, NO_NUMBER

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "×": r"$\times$",
    "δ": r"$\delta$",
    "ρ": r"$\rho$",
    "η": r"$\eta$",
    "²": r"$^2$",
    "α": r"$\alpha$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "±": r"$\pm$",
    "∞": r"$\infty$",
    MINUS: "$-$",
    NO_NUMBER: "--",
    NO_BREAK_SPACE: "~",
}


STANDING_COLUMN = "Analysis"


class Table(NamedTuple):
    """Cells as text; the first `text_columns` columns are words, the rest numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: int = 1
    standing: str = ""
    """How the analysis stands to the battles; both spellings say it."""


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows by name of the column."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict(orient="records")]


def as_csv(table: Table) -> str:
    """CSV with a header row and `\\n` line ends; the standing is the last column."""
    stream = io.StringIO()
    rows: list[Sequence[str]] = [table.header, *table.rows]
    if table.standing:
        rows = [[*row, table.standing if place else STANDING_COLUMN] for place, row in enumerate(rows)]
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def as_latex(table: Table) -> str:
    """A `tabular` with booktabs rules, to be input inside a float; the standing is a line below it."""
    columns = "l" * table.text_columns + "r" * (len(table.header) - table.text_columns)
    body = [" & ".join(map(escape, row)) + r" \\" for row in table.rows]
    header = " & ".join(map(escape, table.header)) + r" \\"
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", header, r"\midrule", *body, r"\bottomrule"]
    if table.standing:
        note = f"{STANDING_COLUMN}: {escape(table.standing)}."
        lines.append(rf"\multicolumn{{{len(table.header)}}}{{l}}{{\footnotesize {note}}}")
    return "\n".join([*lines, r"\end{tabular}", ""])


def escape(text: str) -> str:
    """Text with the characters LaTeX would interpret spelled out."""
    return "".join(_LATEX.get(character, character) for character in text)
