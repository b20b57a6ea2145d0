"""The files named in `battles_db`, checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.scoring.logomesh.battles import is_battle_file

KEY = "battles_db"
_EXAMPLE = "Name LogoMesh's files: `--config battles_db=battles_tier2_qwen.db,battles_tier3_gptoss.db`."


def battle_paths(given: Any) -> list[Path]:
    """Paths of the key: a text with commas, a list, or None for none.

    Raises:
        StudyError: a path names no file, names one twice, or its content is no SQLite database and its name not that
            of JSON lines.
    """
    texts = given.split(",") if isinstance(given, str) else given or []
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise StudyError(KEY, given, "paths are expected, separated by commas", _EXAMPLE)
    paths = [Path(text.strip()).expanduser() for text in texts]
    for path in paths:
        if not path.is_file():
            raise StudyError(KEY, path, "there is no such file", _EXAMPLE)
        if not is_battle_file(path):
            raise StudyError(KEY, path, "it is neither a SQLite database nor .jsonl or .jsonl.gz", _EXAMPLE)
        if paths.count(path) > 1:
            raise StudyError(KEY, path, "the file is named twice", "Name it once.")
    return paths


def require_given(paths: list[Path]) -> None:
    """Raises StudyError where no file was named, before a job takes away what an earlier one wrote."""
    if not paths:
        raise StudyError(KEY, "missing", "a reanalysis needs files to read", _EXAMPLE)
