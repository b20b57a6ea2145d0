"""What CIS, the judges, the human raters and the panel of them say of the same submissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.ratings import INSTRUMENT, PANEL, RATED, RATERS, exhibit_means

_INDEX = ["author", "task", "replicate"]


class Bench(NamedTuple):
    """Everybody whose ratings are compared."""

    judges: Sequence[str]
    humans: Sequence[str]
    passed: Sequence[str]
    """Judges whose calibration holds."""


def opinions(
    submissions: pd.DataFrame, scores: pd.DataFrame, design: StudyDesign, bench: Bench
) -> dict[str, pd.DataFrame]:
    """Name -> ratings of submissions; index author, task, replicate, columns `RATED`.

    Args:
        submissions: ratings of contestants, condition plain, as of `load_ratings`.
        scores: as of `load_scores`.
    """
    instrument = scores[scores["CIS"].notna()].rename(columns={"model": "author", "CIS": "overall"})
    found = {INSTRUMENT: instrument.set_index(_INDEX)[list(RATED)]}
    vendors = {contestant.name: contestant.vendor for contestant in design.contestants}
    for judge in design.judges:
        given = submissions[(submissions["kind"] == "judge") & (submissions["rater"] == judge.name)]
        found[judge.name] = _means(given[given["author"].map(vendors) != judge.vendor])
    for human in bench.humans:
        found[human] = _means(submissions[(submissions["kind"] == "human") & (submissions["rater"] == human)])
    for name, members in ((PANEL, bench.passed), (RATERS, bench.humans)):
        if members:
            found[name] = pd.concat([found[member] for member in members]).groupby(_INDEX, sort=True).mean()
    return found


def _means(given: pd.DataFrame) -> pd.DataFrame:
    return exhibit_means(given).droplevel("condition")


def filled(submissions: pd.DataFrame, value: float) -> pd.DataFrame:
    """The same ratings with every failed judgement at one value."""
    return submissions.assign(**{name: submissions[name].fillna(value) for name in RATED})


def pairs(known: Mapping[str, pd.DataFrame], bench: Bench) -> Iterator[tuple[str, str]]:
    """Who is compared with whom."""
    everybody = [name for name in (PANEL, RATERS, *bench.judges, *bench.humans) if name in known]
    yield from ((name, INSTRUMENT) for name in everybody)
    if RATERS in known:
        yield from ((name, RATERS) for name in everybody if name == PANEL or name in bench.judges)
    yield from combinations(bench.humans, 2)
