"""Rows of all files with the run they belong to and what kind of number each stored score is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cis_study.errors import StudyError
from cis_study.reanalysis.kinds import COPY, kind_of
from cis_study.scoring.logomesh.battles import read_stored_battles
from cis_study.scoring.logomesh.rows import StoredBattle

_FAMILY = re.compile(r"(auto|tier[1-9]-[a-z0-9.]+)[-_]\d")
"""Starts of the ids that LogoMesh's runners gave; `auto` is Stage 2, by scripts/green_logic/smart_campaign.py."""
_ARM = re.compile(r"stage2|tier[1-9]")


class Row(NamedTuple):
    """A stored battle in its run.

    Attributes:
        run: the name that a JSON line gives; else that of the file, and where the ids have one of LogoMesh's forms
            their start too, `battles_tier2_qwen:tier2-qwen`, because no column of a database says what ran and some
            hold rows of several runs.
        arm: `stage2` or `tier1` to `tier9` where ids or names say so, else empty.
    """

    run: str
    arm: str
    kind: str
    battle: StoredBattle


class Reading(NamedTuple):
    """Rows in order of the files, and counts of what is no battle by (file name, reason)."""

    rows: list[Row]
    unreadable: Counter[tuple[str, str]]


def read_files(paths: Sequence[Path]) -> Reading:
    """Read all files; a row that repeats all of one in a file before it is kept as a copy that counts nowhere.

    Raises:
        StudyError: a file is not LogoMesh's or holds no battle, or two files hold runs of one name.
    """
    rows: list[Row] = []
    unreadable: Counter[tuple[str, str]] = Counter()
    seen: set[tuple[object, ...]] = set()
    owners: dict[str, Path] = {}
    for path in paths:
        stored = read_stored_battles(path)
        before = frozenset(seen)
        for item in stored:
            if isinstance(item, StudyError):
                unreadable[path.name, item.why] += 1
                continue
            run, arm = _run(item, path)
            if owners.setdefault(run, path) != path:
                raise StudyError(path, run, f"{owners[run]} holds a run of this name", "Rename a copy of one file.")
            content = (item.battle_id, item.task, item.source, item.tests, item.rationale, item.recorded, item.cis)
            rows.append(Row(run, arm, COPY if content in before else kind_of(item), item))
            seen.add(content)
        if not any(isinstance(item, StoredBattle) for item in stored):
            first = next((str(item) for item in stored), "no row")
            raise StudyError(path, first, "it holds no battle of a known task", "Leave it out or restore it.")
    return Reading(rows, unreadable)


def _run(battle: StoredBattle, path: Path) -> tuple[str, str]:
    if battle.run is not None:
        return battle.run, _arm(battle.run)
    stem = path.name.split(".")[0]
    family = _FAMILY.match(battle.battle_id)
    if family is None:
        return stem, _arm(stem)
    return f"{stem}:{family.group(1)}", _arm(family.group(1)) or "stage2"


def _arm(name: str) -> str:
    found = _ARM.search(name.lower())
    return found.group() if found else ""
