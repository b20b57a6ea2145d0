"""Does a judge favour contestants of its own vendor, over what they are worth?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.ratings import exhibit_means
from cis_study.statistics.resampling import Floats, bootstrap_means, percentile_interval, stream
from cis_study.statistics.settings import AnalysisSettings

TRUTH = {"L": "hidden", "overall": "CIS"}
"""Rating -> column of the scores that says what the submission is worth."""
FEWEST_UNITS = 5
"""Fewer tasks x replicates carry no interval."""
COLUMNS = ["judge", "rating", "n", "value", "low", "high", "why"]


def preference_table(
    ratings: pd.DataFrame, scores: pd.DataFrame, design: StudyDesign, settings: AnalysisSettings
) -> pd.DataFrame:
    """One row per judge that met contestants of its own vendor and others, and per rating in `TRUTH`.

    value = (judge - truth | own vendor) - (judge - truth | others), each task x replicate a pair of its own, on the
    scale of the rating. Pairs are resampled; `why` says where there are too few of them. A judge that uses less of the
    scale than the truth does shows the same where its own vendor's contestants are the weak ones.

    Args:
        ratings: as of `load_ratings`.
        scores: as of `load_scores`.
    """
    rows = []
    for judge in design.judges:
        own = [c.name for c in design.contestants if c.vendor is not None and c.vendor == judge.vendor]
        if not own or len(own) == len(design.contestants):
            continue
        given = ratings[(ratings["rater"] == judge.name) & (ratings["kind"] == "judge")]
        for rating, truth in TRUTH.items():
            units = _favour(given, scores, own, rating, truth)
            low, high, why = np.nan, np.nan, f"{len(units)} pairs of task and replicate are too few for an interval"
            if len(units) >= FEWEST_UNITS:
                rng = stream(settings.seed, "self-preference", rating)
                drawn = bootstrap_means(units, settings.bootstrap_resamples, rng)
                low, high = percentile_interval(drawn, settings.alpha)
                why = ""
            value = float(units.mean()) if len(units) else np.nan
            rows.append((judge.name, rating, len(units), value, low, high, why))
    return pd.DataFrame(rows, columns=COLUMNS)


def _favour(given: pd.DataFrame, scores: pd.DataFrame, own: list[str], rating: str, truth: str) -> Floats:
    """Excess of the own vendor's contestants, one value per task and replicate in which both kinds were rated."""
    plain = exhibit_means(given[given["condition"] == "plain"]).droplevel("condition")[rating]
    known = scores[scores["CIS"].notna()].rename(columns={"model": "author"})
    excess = (plain - known.set_index(["author", "task", "replicate"])[truth]).dropna()
    kin = pd.Series(excess.index.get_level_values("author").isin(own), index=excess.index, name="kin")
    wide = excess.groupby(["task", "replicate", kin], sort=True).mean().unstack()
    if wide.shape[1] < 2:
        return np.empty(0)
    difference: Floats = (wide[True] - wide[False]).dropna().to_numpy(dtype=np.float64)
    return difference
