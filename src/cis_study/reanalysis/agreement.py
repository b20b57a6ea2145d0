"""Do the stored numbers rank the answers of a task as ours do?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from cis_study.reanalysis.formulas import judged
from cis_study.reanalysis.kinds import SCORED
from cis_study.reanalysis.table import COMPONENTS, OUR_INSTRUMENT
from cis_study.statistics.resampling import Floats, percentile_interval, stream
from cis_study.statistics.settings import AnalysisSettings

PAIRS = (("stored", OUR_INSTRUMENT), *((name, f"{OUR_INSTRUMENT} {name}") for name in COMPONENTS))
HIDDEN = ("stored", f"{OUR_INSTRUMENT} L")


def agreement_table(battles: pd.DataFrame, settings: AnalysisSettings) -> pd.DataFrame:
    """Rank correlation within run and task of stored numbers with ours: `stored, ours, n, rho, low, high`.

    Ranks are centred within run and task, so neither can produce a correlation by itself; rows with a stand-in are left
    out. The interval resamples answers within run and task; null where one side never varies there.
    """
    present = judged(battles)
    present = present[(present["kind"] == SCORED) & present[OUR_INSTRUMENT].notna()]
    rows = []
    for theirs, ours in (*PAIRS, HIDDEN):
        both = present.dropna(subset=[theirs, ours])
        cells = [part[[theirs, ours]].to_numpy(dtype=np.float64).T for _, part in both.groupby(["run", "task"])]
        rng = stream(settings.seed, "agreement", theirs, ours)
        drawn = [cell[:, _picks(cell, settings.bootstrap_resamples, rng)] for cell in cells]
        resampled = _rho(drawn)
        estimate = float(_rho([cell[:, np.newaxis] for cell in cells])[0])
        defined = resampled[np.isfinite(resampled)]
        known = np.isfinite(estimate) and len(defined) > len(resampled) / 2
        interval = percentile_interval(defined, settings.alpha) if known else (np.nan, np.nan)
        rows.append((theirs, ours, len(both), estimate, *interval))
    return pd.DataFrame(rows, columns=["stored", "ours", "n", "rho", "low", "high"])


def _picks(cell: Floats, resamples: int, rng: np.random.Generator) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return rng.integers(0, cell.shape[1], size=(resamples, cell.shape[1]))


def _rho(cells: list[Floats]) -> Floats:
    """Correlation of centred ranks over all cells, each of shape (2, resamples, answers); NaN where one is constant."""
    sums = np.zeros((3, cells[0].shape[1] if cells else 1))
    for cell in cells:
        ranks = rankdata(np.round(cell, 9), axis=-1)
        ranks = (ranks - ranks.mean(axis=-1, keepdims=True)) / cell.shape[-1]
        sums += [(ranks[0] * ranks[1]).sum(-1), (ranks[0] ** 2).sum(-1), (ranks[1] ** 2).sum(-1)]
    scale = np.sqrt(sums[1] * sums[2])
    rho: Floats = np.divide(sums[0], scale, out=np.full_like(scale, np.nan), where=scale > 1e-12)
    return rho
