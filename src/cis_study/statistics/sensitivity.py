"""What the missing battles could change: bounds, tipping points, and whether they depend on the contestant."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import MonteCarloMethod, fisher_exact

from cis_study.statistics.contrasts import Pair, holm
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.resampling import Floats, permutation_p, stream
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings

COLUMNS = ["model", "reference", "n_missing", "difference", "worst", "best", "p_holm", "changes", "tipping"]
_HALVINGS = 5
Answers = Floats
"""1, 0 or -1 for each contrast."""


def sensitivity_table(
    cells: Cells, contrasts: pd.DataFrame, missing: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings
) -> pd.DataFrame:
    """The contrasts under other scores of their missing battles.

    `difference` is that of the battles with scores; `worst` gives missing battles of the model 0 and those of the
    reference 1, `best` the reverse. `changes` is 1 where the answer at level alpha after Holm, its direction included,
    is another one at either end. `tipping` is how far missing scores must lie from the means of their cells towards
    that end for the answer to change, 1 being the end itself, to within 1/32; null where nothing changes.
    """
    counts = missing[["model", "task", "n_missing"]].itertuples(index=False, name=None)
    incomplete = _Incomplete(cells, {(model, task): n for model, task, n in counts}, design.task_ids, settings)
    pairs: list[Pair] = list(contrasts[["model", "reference"]].itertuples(index=False, name=None))
    lost = [incomplete.count(pair) for pair in pairs]
    tipping = _tipping(incomplete, contrasts) if any(lost) else [np.nan] * len(pairs)
    table = contrasts[["model", "reference", "difference", "p_holm"]].assign(
        n_missing=lost,
        worst=[incomplete.difference(pair, -1.0) for pair in pairs],
        best=[incomplete.difference(pair, 1.0) for pair in pairs],
        tipping=tipping,
        changes=np.isfinite(tipping).astype(int) if pairs else [],
    )
    return table[COLUMNS]


def missingness(missing: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings) -> dict[str, Any]:
    """Do some contestants miss more battles than others?

    Fisher's exact test for two contestants, its Monte Carlo form for more; p is null where nothing or everything is
    missing or there is one contestant.
    """
    counts = missing.groupby("model")[["n_missing", "n_scored"]].sum().loc[design.models]
    found: dict[str, Any] = {"missing": int(counts["n_missing"].sum()), "p": None}
    if len(counts) > 1 and (counts.sum() > 0).all():
        rng = stream(settings.seed, "missingness", *design.models)
        method = MonteCarloMethod(n_resamples=settings.permutations, rng=rng) if len(counts) > 2 else None
        found["p"] = float(fisher_exact(counts.to_numpy(), method=method).pvalue)
    return found


class _Incomplete(NamedTuple):
    """The cells of a study and how many battles each lacks."""

    cells: Cells
    lost: dict[tuple[str, str], int]
    tasks: list[str]
    settings: AnalysisSettings

    def count(self, pair: Pair) -> int:
        return sum(self.lost[model, task] for model in pair for task in self.tasks)

    def filled(self, pair: Pair, toward: float) -> tuple[list[Floats], list[Floats]]:
        """Scores by task; missing ones lie |toward| of the way from the mean of their cell to an end of the scale.

        Above 0 that end is 1 for the contestant and 0 for its reference, below 0 the reverse.
        """
        first, second = (
            [self._cell(model, task, abs(toward), end) for task in self.tasks]
            for model, end in zip(pair, (toward > 0, toward < 0), strict=True)
        )
        return first, second

    def difference(self, pair: Pair, toward: float) -> float:
        return float(np.mean([a.mean() - b.mean() for a, b in zip(*self.filled(pair, toward), strict=True)]))

    def answers(self, contrasts: pd.DataFrame, toward: float) -> Answers:
        """Sign of each contrast that holds after Holm, 0 of the others."""
        differences, p = [], []
        for model, reference, outcome in contrasts[["model", "reference", "outcome"]].itertuples(index=False):
            differences.append(self.difference((model, reference), toward))
            rng = stream(self.settings.seed, "permutation", outcome, reference, model)
            p.append(permutation_p(*self.filled((model, reference), toward), self.settings.permutations, rng))
        held: Answers = np.where(np.array(holm(pd.Series(p))) <= self.settings.alpha, np.sign(differences), 0.0)
        return held

    def _cell(self, model: str, task: str, share: float, end: bool) -> Floats:
        values = self.cells[model, task].values[:, OUTCOMES.index(self.settings.family.outcome)]
        score = values.mean() + share * (float(end) - values.mean())
        return np.append(values, np.full(self.lost[model, task], score))


def _tipping(incomplete: _Incomplete, contrasts: pd.DataFrame) -> list[float]:
    observed = np.where(contrasts["p_holm"] <= incomplete.settings.alpha, np.sign(contrasts["difference"]), 0.0)
    tipping = np.full(len(contrasts), np.nan)
    for toward in (-1.0, 1.0):
        changed = incomplete.answers(contrasts, toward) != observed
        low, high = np.zeros(len(contrasts)), np.where(changed, 1.0, np.nan)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            for share in np.unique(middle[changed]):
                moved = incomplete.answers(contrasts, toward * share) != observed
                here = changed & (middle == share)
                high[here & moved], low[here & ~moved] = share, share
        tipping = np.fmin(tipping, high)
    return [float(share) for share in tipping]
