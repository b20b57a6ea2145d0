"""A table as booktabs LaTeX whose numbers siunitx aligns at the decimal point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cis_study.tables.rounding import MINUS, NO_BREAK_SPACE, NO_NUMBER
from cis_study.tables.table import Table

PACKAGES = r"% Needs \usepackage{booktabs}, \usepackage{graphicx} and \usepackage{siunitx}, version 3."
_SHRUNK = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{\setlength{\tabcolsep}{4pt}%"
_BROKEN = r">{\raggedright\arraybackslash}p{15em}"
_LONG = 32
"""Characters of a cell that fit in one line of `_BROKEN`."""
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
    "|": r"\textbar{}",
    "<": r"$<$",
    ">": r"$>$",
    "×": r"$\times$",
    "δ": r"$\delta$",
    "ρ": r"$\rho$",
    "η": r"$\eta$",
    "κ": r"$\kappa$",
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
_FIGURE = rf"{MINUS}?\d[\d,]*(?:\.\d+)?"
_NUMBER = re.compile(rf"(?:< )?{_FIGURE}")
_ESTIMATE = re.compile(rf"({_FIGURE}) (\[{_FIGURE}, {_FIGURE}\]|± {_FIGURE})")


class _Column(NamedTuple):
    """A column as LaTeX: what stands in the preamble, its header, its cells."""

    kind: str
    header: str
    cells: Sequence[str]


def as_latex(table: Table) -> str:
    """A `tabular` with booktabs rules, to be input inside a float; what is said of it is a paragraph below.

    A column of numbers is aligned at the decimal point; of estimates with an interval or an error, these have a column
    of their own under the same header; any other column is text. Long words are broken into lines, and what is wider
    than the line even so is shrunk.
    """
    columns = [_column(table, place) for place in range(len(table.header))]
    rows = [" & ".join(cells) + r" \\" for cells in zip(*(column.cells for column in columns), strict=True)]
    lines = [
        PACKAGES,
        _SHRUNK,
        rf"\begin{{tabular}}{{{''.join(column.kind for column in columns)}}}",
        r"\toprule",
        " & ".join(column.header for column in columns) + r" \\",
        r"\midrule",
        *rows,
        r"\bottomrule",
        r"\end{tabular}}",
    ]
    if note := table.told().text:
        lines.append(rf"\par\smallskip\noindent{{\footnotesize {escape(note)}\par}}")
    return "\n".join([*lines, ""])


def escape(text: str) -> str:
    """Text with the characters LaTeX would interpret spelled out."""
    return "".join(_LATEX.get(character, character) for character in text)


def _column(table: Table, place: int) -> _Column:
    name = escape(table.header[place])
    cells = [row[place] for row in table.rows]
    bold = [(row, place) in table.bold for row in range(len(cells))]
    known = [cell for cell in cells if cell not in ("", NO_NUMBER)]
    if place < table.text_columns or not known:
        words = _BROKEN if max(map(len, cells), default=0) > _LONG else "l"
        side = words if place < table.text_columns else "r"
        return _Column(side, name, [_text(cell, strong) for cell, strong in zip(cells, bold, strict=True)])
    if all(_NUMBER.fullmatch(cell) for cell in known):
        spelled = [_number(cell, strong) for cell, strong in zip(cells, bold, strict=True)]
        return _Column(_format(known, any(bold)), f"{{{name}}}", spelled)
    parts = [_ESTIMATE.fullmatch(cell) for cell in cells]
    if all(part or _NUMBER.fullmatch(cell) for part, cell in zip(parts, cells, strict=True) if cell in known):
        firsts = [part[1] if part else cell for part, cell in zip(parts, cells, strict=True)]
        spelled = [
            f"{_number(first, strong)} & {_text(part[2], strong) if part else ''}"
            for first, part, strong in zip(firsts, parts, bold, strict=True)
        ]
        numbers = [first for first in firsts if first not in ("", NO_NUMBER)]
        return _Column(rf"{_format(numbers, any(bold))}@{{\,}}l", rf"\multicolumn{{2}}{{c}}{{{name}}}", spelled)
    return _Column("r", name, [_text(cell, strong) for cell, strong in zip(cells, bold, strict=True)])


def _text(cell: str, strong: bool) -> str:
    return rf"\textbf{{{escape(cell)}}}" if strong else escape(cell)


def _number(cell: str, strong: bool) -> str:
    if cell in ("", NO_NUMBER):
        return f"{{{escape(cell)}}}"
    plain = cell.replace(MINUS, "-").replace(",", "")
    return rf"\bfseries {plain}" if strong else plain


def _format(cells: Sequence[str], bold: bool) -> str:
    """The `S` column that holds the widest of each: sign, digits before and after the point."""
    plain = [cell.removeprefix("< ").replace(",", "") for cell in cells]
    whole = max(len(cell.removeprefix(MINUS).partition(".")[0]) for cell in plain)
    digits = max(len(cell.partition(".")[2]) for cell in plain)
    less = "<" * any(cell.startswith("<") for cell in cells)
    sign = "-" * any(cell.startswith(MINUS) for cell in plain)
    point = f".{digits}" if digits else ""
    heavy = ", text-series-to-math" * bold
    return f"S[table-format={less}{sign}{whole}{point}{heavy}]"
