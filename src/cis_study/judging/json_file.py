"""Read JSON that people may have written by hand into a pydantic model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.yamlfile import Section, validate


def read_json_file(path: Path, schema: type[Section], fix: str) -> Section:
    """Parse and validate a file; a byte order mark, as some editors write it, is no fault.

    Raises:
        StudyError: it is no UTF-8 or no JSON, a key stands twice in it, or it does not fit the schema.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_each_once)
    except ValueError as error:
        raise StudyError(path, error, "it cannot be read as JSON", fix) from error
    if not isinstance(content, dict):
        raise StudyError(path, type(content).__name__, "a JSON object is expected", fix)
    return validate(schema, content, where=str(path), fix=fix)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"twice in one object: {', '.join(sorted({name for name in names if names.count(name) > 1}))}")
    return content
