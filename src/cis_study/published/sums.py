"""Hashes of files in the form of `sha256sum`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.provenance import sha256_file

RECORD = "published"
"""Folder of the cache that holds the record of what the study published."""
SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def hashes(root: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 by name, of those files below `root` that exist."""
    return {name: sha256_file(root / name) for name in sorted(names) if (root / name).is_file()}


def sums_text(sums: Mapping[str, str]) -> str:
    """What `sha256sum -c` reads, sorted by name."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def read_sums(path: Path) -> dict[str, str]:
    """SHA-256 by name; empty where there is no such file.

    Raises:
        StudyError: a line is none of `sha256sum`.
    """
    if not path.is_file():
        return {}
    sums = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise StudyError(f"{path}:{number}", line, "it is no hash and name", "Restore it from version control.")
        sums[found[2]] = found[1]
    return sums


def is_recorded(cache: Path, name: str) -> bool:
    """Whether the record of a study lists a file, by its path below the root. Raises StudyError as `read_sums`."""
    return name in read_sums(cache / RECORD / SUMS)
