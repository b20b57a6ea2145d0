"""Every specification of the difference between two runs: does the sign depend on who analyses?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from cis_study.reanalysis.choices import LEVELS, Specification, scored, specifications
from cis_study.reanalysis.contrast import contrast, permuted_p
from cis_study.reanalysis.formulas import judged
from cis_study.statistics.resampling import Floats, stream
from cis_study.statistics.settings import AnalysisSettings

TESTS = ("student", "welch", "permutation")
COLUMNS = ("reference", "run", *LEVELS, "n_reference", "n", "n_tasks", "difference", "low", "high", *TESTS)


def pairs(battles: pd.DataFrame) -> list[tuple[str, str]]:
    """Runs that can be compared, the one of the lower tier first: both say a tier and keep two battles."""
    counts = judged(battles).groupby(["arm", "run"]).size().reset_index(name="n")
    runs = counts.loc[counts["arm"].str.startswith("tier") & (counts["n"] > 1), "run"]
    return list(combinations(runs, 2))


def multiverse(
    battles: pd.DataFrame, reference: str, run: str, formulas: Mapping[str, str], settings: AnalysisSettings
) -> pd.DataFrame:
    """One row per specification, in order of its difference `run` - `reference`; columns `COLUMNS`.

    A task counts where both runs have a score on it, except that `as drawn` compares the plain means.
    """
    pair = judged(battles)
    pair = pair[pair["run"].isin([reference, run])]
    own = {name: formulas.get(name, "") for name in (reference, run)}
    rows = []
    for specification in specifications(pair, own):
        values = scored(pair, specification, own)
        sides = [_by_task(pair, values, name) for name in (reference, run)]
        strata = _strata(sides, specification)
        if strata is not None:
            rows.append(
                [reference, run, *specification, *_compared(*strata, settings, (reference, run, *specification))]
            )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["difference", *LEVELS], kind="stable", ignore_index=True)


def _by_task(pair: pd.DataFrame, values: pd.Series, run: str) -> dict[str, Floats]:
    present = values[(pair["run"] == run) & values.notna()]
    groups = present.groupby(pair["task"])
    return {str(task): group.to_numpy(dtype=np.float64) for task, group in groups}


def _strata(
    sides: list[dict[str, Floats]], specification: Specification
) -> tuple[list[Floats], list[Floats], list[float], int] | None:
    """Arrays of both runs by stratum, weights, and the number of tasks; None where nothing is common."""
    first, second = sides
    common = sorted(first.keys() & second.keys())
    if not common:
        return None
    if specification.weights == "as drawn":
        return [np.concatenate([*first.values()])], [np.concatenate([*second.values()])], [1.0], len(first | second)
    sizes = [len(first[task]) + len(second[task]) if specification.weights == "pooled" else 1 for task in common]
    weights = [size / sum(sizes) for size in sizes]
    return [first[task] for task in common], [second[task] for task in common], weights, len(common)


def _compared(
    first: list[Floats],
    second: list[Floats],
    weights: list[float],
    tasks: int,
    settings: AnalysisSettings,
    names: tuple[str, ...],
) -> list[float]:
    found = contrast(first, second, weights, settings.alpha)
    p = permuted_p(first, second, weights, settings.permutations, stream(settings.seed, "multiverse", *names))
    counts = [sum(map(len, side)) for side in (first, second)]
    return [*counts, tasks, found.difference, found.low, found.high, found.student.p, found.welch.p, p]


def by_level(table: pd.DataFrame) -> pd.DataFrame:
    """What each level of each choice does: `choice, level, n, least, median, greatest, above` (share above 0)."""
    rows = []
    for choice, levels in LEVELS.items():
        for level in levels:
            differences = table.loc[table[choice] == level, "difference"]
            if len(differences) and table[choice].nunique() > 1:
                spread = differences.min(), differences.median(), differences.max()
                rows.append((choice, level, len(differences), *spread, float((differences > 0).mean())))
    return pd.DataFrame(rows, columns=["choice", "level", "n", "least", "median", "greatest", "above"])
