"""Rows -> parquet with the columns that `columns.yaml` lists; the same rows give the same bytes."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cis_study.errors import StudyError
from cis_study.export.columns import Kind, Layout, layouts

_TYPES: dict[Kind, Any] = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "truth": pa.bool_()}


def parquet_table(name: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A table as parquet, rows sorted by its key.

    Raises:
        StudyError: a row has other columns than the layout, or two rows have the same key.
    """
    layout = layouts()[name]
    ordered = sorted(rows, key=lambda row: [row[column] for column in layout.key])
    for row in ordered:
        if differing := sorted(set(row) ^ set(layout.columns)):
            _refuse(name, layout, row, f"columns.yaml and the row differ in {', '.join(differing)}")
    for row, following in itertools.pairwise(ordered):
        if all(row[column] == following[column] for column in layout.key):
            _refuse(name, layout, row, "it stands twice")
    table = pa.Table.from_pylist(ordered, schema=_schema(layout))
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def read_scores(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Rows of score tables; nulls are None."""
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def _schema(layout: Layout) -> pa.Schema:
    return pa.schema([pa.field(name, _TYPES[kind]) for name, (kind, _) in layout.columns.items()])


def _refuse(name: str, layout: Layout, row: Mapping[str, Any], why: str) -> None:
    where = "/".join(str(row[column]) for column in layout.key)
    raise StudyError(f"{name}: {where}", row.get("status"), why, "Delete results/{study}/export and run again.")
