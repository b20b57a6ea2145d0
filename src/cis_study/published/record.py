"""The committed record of what a study published: the hash of every file, the values that are printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from cis_study.errors import StudyError
from cis_study.provenance import readable_json, sha256_file, write_atomic
from cis_study.published.differences import WHOLE, Difference, changed
from cis_study.published.sums import RECORD, SUMS, hashes, read_sums, sums_text
from cis_study.published.values import values_of

VALUES = "values.json"
_PRINTED = ("manifest.json", "paper/numbers.json", "tables/*.csv")
"""Files of a study whose values are recorded beside their hashes."""

_NO_RESULTS = {"logs", "journal"}


class Record(NamedTuple):
    """Of one study; names are paths below the root of the repository."""

    sums: dict[str, str]
    values: dict[str, dict[str, str]]
    """Text by file and key."""


def published_files(study_dir: Path) -> list[Path]:
    """All that a rebuilt study holds but logs; the executed notebook, which holds times, is the log of its page."""
    files = (path for path in study_dir.rglob("*") if path.is_file() and path.suffix != ".ipynb")
    return sorted(path for path in files if not _NO_RESULTS & {*path.relative_to(study_dir).parts})


def make_record(root: Path, study: str) -> Record:
    """Of the study that was rebuilt below `root`."""
    study_dir = root / "results" / study
    names = [path.relative_to(root).as_posix() for path in published_files(study_dir)]
    printed = sorted(path for pattern in _PRINTED for path in study_dir.glob(pattern))
    values = {path.relative_to(root).as_posix(): values_of(path) or {} for path in printed}
    return Record(hashes(root, names), values)


def write_record(record: Record, cache: Path) -> None:
    """Write `published/SHA256SUMS` and `published/values.json` into the cache of the study."""
    write_atomic(cache / RECORD / SUMS, sums_text(record.sums))
    write_atomic(cache / RECORD / VALUES, readable_json(record.values))


def read_record(cache: Path) -> Record:
    """Read what `write_record` wrote.

    Raises:
        StudyError: nothing was recorded, or the record is damaged.
    """
    path = cache / RECORD / VALUES
    sums = read_sums(cache / RECORD / SUMS)
    if not sums or not path.is_file():
        raise StudyError(
            cache / RECORD,
            "missing",
            "nothing says what this study published",
            f"Run `snakemake --cores 1 --config study={cache.name} mode=replay -- record` and commit the folder.",
        )
    try:
        return Record(sums, json.loads(path.read_bytes()))
    except ValueError as error:
        raise StudyError(path, error, "the record is damaged", "Restore it from version control.") from error


def against_record(record: Record, rebuilt: Record) -> list[Difference]:
    """What was rebuilt and is not as recorded: by value where the values are recorded, else as a whole file."""
    found = []
    for name, before, now in changed(record.sums, rebuilt.sums):
        if record.values.get(name) == rebuilt.values.get(name):
            found.append(Difference("record", name, WHOLE, before, now))
    for name in sorted(record.values.keys() | rebuilt.values.keys()):
        values = changed(record.values.get(name, {}), rebuilt.values.get(name, {}))
        found += [Difference("record", name, *value) for value in values]
    return found


def against_results(own: Path, rebuilt: Path, record: Record) -> list[Difference]:
    """Files below `own` that exist and are not as rebuilt; a file that nobody made here is no difference.

    Args:
        own, rebuilt: roots of repositories.
        record: of what was rebuilt.
    """
    found = []
    for name, now in record.sums.items():
        if (own / name).is_file() and (before := sha256_file(own / name)) != now:
            mine, theirs = values_of(own / name), values_of(rebuilt / name)
            values = changed(mine, theirs) if mine is not None and theirs is not None else []
            found += [Difference("results", name, *value) for value in values or [(WHOLE, before, now)]]
    return sorted(found)
