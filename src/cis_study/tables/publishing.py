"""Write a table in every spelling that is asked for, and its caption beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cis_study.figures.caption import caption_file
from cis_study.provenance import write_atomic
from cis_study.tables.latex import as_latex
from cis_study.tables.table import Table, as_csv, as_typst

_SPELLINGS = {".csv": as_csv, ".tex": as_latex, ".typ": as_typst}


def publish_table(table: Table, paths: Iterable[str | Path]) -> None:
    """Write `tables/{name}.csv`, `.tex`, `.typ` and, with the suffix `.txt`, the caption."""
    for path in map(Path, paths):
        if path.suffix == ".txt":
            write_atomic(path, caption_file(table.told(), path.parents[1].as_posix()))
        else:
            write_atomic(path, _SPELLINGS[path.suffix](table))
