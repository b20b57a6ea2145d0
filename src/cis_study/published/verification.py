"""Recompute what a study published from its cache, and name what differs. Works in the folder of the repository."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cis_study.config import Study, load_contestants, load_judges, served
from cis_study.errors import StudyError
from cis_study.models.lock import LOCK_FILE, pin, read_lock
from cis_study.published.cache import file_differences, record_differences, weight_differences
from cis_study.published.differences import Difference
from cis_study.published.rebuilding import POWER, rebuild
from cis_study.published.record import (
    Record,
    against_record,
    against_results,
    make_record,
    read_record,
    write_record,
)
from cis_study.published.sums import is_recorded
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

_CONFIG, _RESULTS = Path("config"), Path("results")


class Verification(NamedTuple):
    """What differs, and what was compared."""

    differences: list[Difference]
    sentence: str


def verify(study: Study, cores: int, log: Path) -> Verification:
    """Recompute every hash and every published number of a study.

    The cache comes first, against its own hashes. Where it is as it was frozen, the study is rebuilt in
    `results/verification/{study}/`, which is removed where nothing differs, and compared with the record and with
    `results/{study}/`. Numbers from altered battles would say nothing, so nothing is rebuilt from these.

    Args:
        log: of the workflow that rebuilds.

    Raises:
        StudyError: there is no description of the cache or no record, or the study cannot be rebuilt.
    """
    kept, scratch = _RESULTS / "cached" / study.study, _RESULTS / "verification" / study.study
    recorded = read_record(kept)
    if found := cache_differences(study, recorded.sums):
        return Verification(found, "the cache is not what was frozen, nothing was rebuilt from it")
    rebuild(study, Path(), scratch, cores, log, with_power=_power(study).as_posix() in recorded.sums)
    again = make_record(scratch, study.study)
    found = against_record(recorded, again) + against_results(Path(), scratch, again)
    own = sum(Path(name).is_file() for name in again.sums)
    if not found:
        shutil.rmtree(scratch)
    return Verification(
        found,
        f"the cache is as frozen; rebuilt from it and compared: {_size(recorded)} of the record, {own} files in"
        f" {_RESULTS / study.study}",
    )


def record(study: Study, cores: int, log: Path) -> str:
    """Rebuild a study from its cache, and keep hashes and values of what came out in the cache; says how many.

    Power is among it where it was simulated here or is recorded already.

    Raises:
        StudyError: the cache is not what was frozen, or the study cannot be rebuilt.
    """
    kept, scratch = _RESULTS / "cached" / study.study, _RESULTS / "verification" / study.study
    if found := cache_differences(study, {}):
        named = "; ".join(f"{row.file} {row.key}" for row in found)
        raise StudyError(kept, named, "the cache is not what was frozen", "Restore it, or freeze the study again.")
    power = _power(study)
    rebuild(study, Path(), scratch, cores, log, power.is_file() or is_recorded(kept, power.as_posix()))
    made = make_record(scratch, study.study)
    write_record(made, kept)
    shutil.rmtree(scratch)
    return f"{_size(made)} recorded"


def cache_differences(study: Study, sums: Mapping[str, str]) -> list[Difference]:
    """What of the cache contradicts its hashes, the specs, the evidence, the registry or the lock.

    Args:
        sums: recorded hashes; empty where nothing is recorded.

    Raises:
        StudyError: nothing describes the cache.
    """

    @cache
    def hidden(task: str) -> HiddenSide:
        return load_hidden_side(_CONFIG / "tasks" / task)

    kept = _RESULTS / "cached" / study.study
    found = file_differences(kept)
    if (kept / "determinism").is_dir():
        found += file_differences(kept / "determinism")
    contestants, judges, lock = load_contestants(study, _CONFIG), load_judges(study, _CONFIG), read_lock(LOCK_FILE)
    models = {name: pin(model, lock.get(name)) for name, model in (served(contestants) | judges).items()}
    found += record_differences(kept, sorted({*contestants, *judges}), hidden, sums)
    return found + weight_differences(kept, models, lock)


def _power(study: Study) -> Path:
    return _RESULTS / study.study / POWER


def _size(record: Record) -> str:
    return f"{len(record.sums)} files and {sum(map(len, record.values.values()))} values"
