"""What a file says, value by value, so that a difference has a name."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

_NAMES = ("model", "author", "task", "condition", "replicate", "instrument")
"""Columns and keys that say which row or record it is, where there are some."""


def values_of(path: Path) -> dict[str, str] | None:
    """Text by key: JSON by its keys joined with dots, tables by row and column.

    None where a file is compared as a whole: another kind of file, or one that its kind's reader does not understand.
    """
    try:
        match path.suffix:
            case ".json":
                return dict(_leaves(json.loads(path.read_bytes())))
            case ".jsonl":
                return _records([json.loads(line) for line in path.read_bytes().splitlines()])
            case ".csv":
                with path.open(encoding="utf-8", newline="") as stream:
                    header, *rows = csv.reader(stream)
                return _rows(header, rows)
            case ".parquet":
                frame = pd.read_parquet(path)
                return _rows([*map(str, frame.columns)], [[*map(str, row)] for row in frame.itertuples(index=False)])
    except (ValueError, OSError, csv.Error):
        return None
    return None


def _leaves(content: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping | list) and content:
        pairs = content.items() if isinstance(content, Mapping) else enumerate(content)
        for key, value in pairs:
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _records(records: Sequence[Any]) -> dict[str, str]:
    return {
        f"{_label(number, record if isinstance(record, Mapping) else {})}{f': {key}' if key else ''}": value
        for number, record in enumerate(records, start=1)
        for key, value in _leaves(record)
    }


def _rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """A table may repeat a heading: columns are told apart by their place then."""
    names = [name if header.count(name) == 1 else f"{name} [{place}]" for place, name in enumerate(header, start=1)]
    return {
        f"{_label(number, dict(zip(header, row, strict=False)), row)}: {name}": value
        for number, row in enumerate(rows, start=1)
        for name, value in zip(names, row, strict=True)
    }


def _label(number: int, record: Mapping[str, Any], cells: Sequence[str] = ()) -> str:
    """The number makes it unique, the names tell what it is: those of the study, or else the first cell."""
    named = [str(record[name]) for name in _NAMES if name in record] or list(cells[:1])
    return f"{number} ({'/'.join(named)})" if named else str(number)
