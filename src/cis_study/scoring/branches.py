"""Lines and branches of a program, as coverage counts them, and those that a run went through."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import coverage

from cis_study.scoring.evidence import Coverage
from cis_study.scoring.python_text import PARSING


def count_branches(source: str, arcs: Iterable[tuple[int, int]]) -> Coverage:
    """Counts for a source, from the pairs of line numbers between which a run went."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "solution.py"
        path.write_text(source, encoding="utf-8")
        measured = coverage.Coverage(data_file=None, branch=True, config_file=False)
        measured.get_data().add_arcs({str(path): [(start, end) for start, end in arcs]})
        with PARSING:
            _, lines, _, missing, _ = measured.analysis2(str(path))
            exits = measured.branch_stats(str(path)).values()
    return Coverage(
        lines=len(lines),
        lines_covered=len(lines) - len(missing),
        branches=sum(total for total, _ in exits),
        branches_covered=sum(taken for _, taken in exits),
    )
