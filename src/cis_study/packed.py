"""Packed lines: compressed canonical JSON, the form of everything in the committed cache."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.provenance import utf8, write_atomic


def pack_lines(lines: str, path: Path) -> None:
    """Write lines compressed; equal lines give equal bytes."""
    write_atomic(path, gzip.compress(utf8(lines), compresslevel=9, mtime=0))


def unpack_lines(path: Path) -> list[dict[str, Any]]:
    """What the lines hold; nothing where there is no such file. Raises StudyError where the archive is damaged."""
    if not path.is_file():
        return []
    try:
        return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> StudyError:
    """The complaint about an archive that does not hold what it should."""
    return StudyError(path, error, "the archive is damaged", "Restore it from version control.")
