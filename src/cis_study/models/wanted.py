"""Which files of a repository the engine needs, and which are refused whatever the registry says."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from cis_study.errors import StudyError
from cis_study.models.registry import HfSource

ALLOWED = {".safetensors", ".json", ".txt", ".model", ".v3", ".tiktoken", ".jinja", ".md", ""}
"""Suffixes of files that hold data; any other format may run code on loading, or no engine reads it."""

_PART = r"[A-Za-z0-9_][A-Za-z0-9_.+-]*"
_SAFE = re.compile(rf"{_PART}(/{_PART})*")
"""Neither absolute nor upwards, no backslash, none of the downloader's own dot files, no pattern of several files."""


def wanted(source: HfSource, names: Iterable[str], trust_remote_code: bool) -> list[str]:
    """Names that `include` matches and `exclude` does not, sorted.

    Args:
        names: paths inside the repository, chosen by whoever owns it.
        trust_remote_code: allow Python files, which the engine would run.

    Raises:
        StudyError: a pattern of `include` matches nothing, no safetensors file is among them, or a file must not be
            downloaded: it could run code, or its name could lead out of the folder.
    """
    where = f"{source.repo}: include"
    found = sorted(name for name in names if _matches(name, source.include) and not _matches(name, source.exclude))
    unsafe = [name for name in found if not _SAFE.fullmatch(name)]
    if unsafe:
        raise StudyError(where, unsafe, "such a name may lead out of the folder", "Do not use this repository.")
    for pattern in source.include:
        if not fnmatch.filter(found, pattern):
            raise StudyError(where, pattern, "no file of this revision matches", "Correct `include`.")
    allowed = ALLOWED | {".py"} if trust_remote_code else ALLOWED
    refused = [name for name in found if PurePosixPath(name).suffix.lower() not in allowed]
    if refused:
        raise StudyError(where, ", ".join(refused), "files of this kind may run code", "Narrow `include`.")
    if not fnmatch.filter(found, "*.safetensors"):
        raise StudyError(where, source.include, "no safetensors file matches", "Correct `include`.")
    return found


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
