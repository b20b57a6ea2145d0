"""The studies named in `studies`, whose numbers are compared; read whenever Snakemake starts, so without libraries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError

KEY = "studies"
_EXAMPLE = "Name two: `--config studies=cpu,laptop`."


def studies_to_compare(given: Any) -> list[str]:
    """Names of the key: a text with a comma, a list, or None for none.

    Raises:
        StudyError: there are not two different names.
    """
    names = given.split(",") if isinstance(given, str) else given or []
    if not isinstance(names, list) or (names and len({str(name).strip() for name in names}) != 2) or len(names) > 2:
        raise StudyError(KEY, given, "two different studies are expected, separated by a comma", _EXAMPLE)
    return [str(name).strip() for name in names]


def numbers_file(study: str) -> Path:
    """Where the numbers of a study lie."""
    return Path("results") / study / "paper" / "numbers.json"


def require_numbers(studies: Sequence[str]) -> None:
    """Raises StudyError where no studies were named, or the numbers of one are not built."""
    if not studies:
        raise StudyError(KEY, "missing", "a comparison needs two studies", _EXAMPLE)
    for study in studies:
        if not (path := numbers_file(study)).is_file():
            build = f"Build them: `snakemake --cores 1 --config study={study} -- {path}`."
            raise StudyError(path, "missing", f"the numbers of {study} are not built", build)
