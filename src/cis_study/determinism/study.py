"""Compare the arms of a study as they lie on the disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cis_study.battles.record import record_path
from cis_study.config import Study
from cis_study.determinism.arms import ARMS, COMPARISONS, Fighter, arm_dir, block_name, fighters, slots
from cis_study.determinism.comparison import Compared, FirstToken, compare
from cis_study.determinism.served import REPORTED, read_served, require_comparable
from cis_study.determinism.summary import summarise
from cis_study.determinism.tokens import TokenPositions

_COUNTS = {"first_character": "Int64", "first_token": "Int64"}


class Comparison(NamedTuple):
    """The two tables of the check."""

    pairs: pd.DataFrame
    """One row per profile, model, comparison and battle."""
    summary: pd.DataFrame
    """One row per profile, model and comparison."""


def compare_study(study: Study, study_dir: Path, cache_dir: Path, models_dir: Path, alpha: float) -> Comparison:
    """Compare every arm with its `base`.

    Args:
        cache_dir: `results/cached/{study}`; holds what is known of arms that were not fought here.
        models_dir: `results/models`, where tokenizers lie, if anywhere.
        alpha: intervals cover 1 - alpha.

    Raises:
        StudyError: a battle is missing, or arms differ in more than the check wants.
    """
    pairs: list[dict[str, Any]] = []
    summary: list[dict[str, Any]] = []
    known = known_tokens(cache_dir)
    for fighter in fighters(study):
        engine, in_flight = _served(study, fighter, study_dir, cache_dir)
        first_token = TokenPositions(models_dir / fighter.model, known)
        for comparison, arm in COMPARISONS.items():
            compared = _compared(study, fighter, arm, study_dir, first_token)
            row = {**fighter._asdict(), "comparison": comparison}
            pairs += [{**row, **pair._asdict()} for pair in compared]
            flights = {"concurrency": in_flight["base"], "concurrency_compared": in_flight[arm]}
            summary.append({**row, **engine, **flights, **summarise(compared, alpha)})
    return Comparison(pd.DataFrame(pairs).astype(_COUNTS), pd.DataFrame(summary))


def known_tokens(cache_dir: Path) -> Mapping[str, int]:
    """Token positions that were found when the arms of the cache were fought: hash of a pair -> position."""
    path = kept_pairs(cache_dir)
    if not path.is_file():
        return {}
    kept = pd.read_csv(path).dropna(subset=["pair_sha256", "first_token"])
    return {str(pair): int(token) for pair, token in zip(kept["pair_sha256"], kept["first_token"], strict=True)}


def kept_pairs(root: Path) -> Path:
    """The table of pairs, of a study or in its cache."""
    return root / "determinism" / "pairs.csv"


def _served(
    study: Study, fighter: Fighter, study_dir: Path, cache_dir: Path
) -> tuple[dict[str, Any], Mapping[str, int]]:
    block, battles = block_name(study), len(list(slots(study)))
    served = {
        arm: read_served(
            arm_dir(study_dir, fighter.profile, arm), arm_dir(cache_dir, fighter.profile, arm),
            fighter.model, block, battles,
        )
        for arm in ARMS
    }  # fmt: skip
    where = f"determinism: {fighter.model}, profile {fighter.profile}"
    require_comparable(served["base"], served["again"], served["other"], where)
    identity = served["base"].identity
    return {key: identity.get(key) for key in REPORTED}, {arm: served[arm].concurrency for arm in ARMS}


def _compared(study: Study, fighter: Fighter, arm: str, study_dir: Path, first_token: FirstToken) -> list[Compared]:
    read = _reader(study_dir, fighter)
    return [compare(read("base", *slot), read(arm, *slot), first_token) for slot in slots(study)]


def _reader(study_dir: Path, fighter: Fighter) -> Callable[[str, str, int], dict[str, Any]]:
    def read(arm: str, task: str, replicate: int) -> dict[str, Any]:
        path = record_path(
            arm_dir(study_dir, fighter.profile, arm), {"model": fighter.model, "task": task, "replicate": replicate}
        )
        battle: dict[str, Any] = json.loads(path.read_bytes())
        return battle

    return read
