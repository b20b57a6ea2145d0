"""The numbers of two studies side by side: what each means, both values, and the change."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table as Grid

from cis_study.tables.rounding import MINUS, NO_NUMBER
from cis_study.tables.table import Table

_SAME = "same"
_NUMBER = re.compile(rf"([{MINUS}-]?[\d,]+(?:\.\d+)?)(\s?[%MB])?(?: \[(\S+), (\S+)\])?")
_WIDTH = 120


class Row(NamedTuple):
    """One name."""

    name: str
    meaning: str
    first: str
    second: str
    change: str


def compare(first: Mapping[str, Any], second: Mapping[str, Any], meanings: Mapping[str, str]) -> list[Row]:
    """One row per name of either study: answers, means, then all else in the order of `meanings`; last what the first
    study lacks.

    Args:
        first, second: as of `paper_numbers`.
        meanings: content of `paper/numbers.yml`.
    """
    ours, theirs = dict(_entries(first, meanings)), dict(_entries(second, meanings))
    rows = []
    for key in ours | theirs:
        values = ours.get(key, NO_NUMBER), theirs.get(key, NO_NUMBER)
        rows.append(Row(key[1], meanings[key[0]], *values, _change(*values)))
    return rows


def comparison_table(rows: Sequence[Row], studies: Sequence[str]) -> Table:
    """All rows."""
    return Table(("Name", "Meaning", *studies, "Change"), rows, text_columns=5)


def comparison_text(rows: Sequence[Row], studies: Sequence[str]) -> str:
    """The rows that differ, for the terminal, and how many do not."""
    grid = Grid("Name", "Meaning", *studies, "Change", box=None, pad_edge=False, show_lines=False)
    changed = [row for row in rows if row.change != _SAME]
    for row in changed:
        grid.add_row(*row)
    stream = io.StringIO()
    Console(file=stream, width=_WIDTH, color_system=None, highlight=False, markup=False).print(grid)
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    return "\n".join([*lines, "", f"{len(rows) - len(changed)} of {len(rows)} are the same.", ""])


def _entries(numbers: Mapping[str, Any], meanings: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Key of the meaning and name -> text; lists that only the paper prints are left out."""
    for item in numbers["verdicts"]:
        yield ("verdicts", f"verdict: {item['question']}"), item["outcome"]
    for contestant, outcomes in numbers["means"].items():
        for outcome, text in outcomes.items():
            yield ("means", f"{outcome} of {contestant}"), text
    for item in numbers["checklist"]:
        yield ("checklist", f"checklist: {item['asks']}"), item["state"]
    for item in numbers["facets"]:
        text = f"{item['supported']} of {item['claims']} supported, {item['contradicted']} contradicted"
        yield ("facets", f"facet: {item['facet']}"), text
    for name in meanings:
        value = numbers.get(name)
        if isinstance(value, bool):
            yield (name, name), "yes" if value else "no"
        elif isinstance(value, str):
            yield (name, name), value


def _change(first: str, second: str) -> str:
    if first == second:
        return _SAME
    if NO_NUMBER in (first, second):
        return "only one has it"
    one, other = _NUMBER.fullmatch(first), _NUMBER.fullmatch(second)
    if one is None or other is None or one[2] != other[2]:
        return "differs"
    decimals = max(len(text.partition(".")[2]) for text in (one[1], other[1]))
    difference = _value(other[1]) - _value(one[1])
    unit = one[2] or ""
    text = f"{difference:+.{decimals}f}{unit}".replace("-", MINUS)
    return f"{text}, intervals apart" if _apart(one, other) else text


def _apart(one: re.Match[str], other: re.Match[str]) -> bool:
    ends = [text for match in (one, other) for text in (match[3], match[4])]
    if None in ends:
        return False
    low, high, other_low, other_high = map(_value, ends)
    return high < other_low or other_high < low


def _value(text: str) -> float:
    return float(text.replace(MINUS, "-").replace(",", ""))
