"""How often replies were the same: one row per profile, contestant and comparison."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from scipy.stats import binomtest

from cis_study.determinism.comparison import Compared


def summarise(pairs: Sequence[Compared], alpha: float) -> dict[str, Any]:
    """Counts, the share of identical replies with its exact (Clopper-Pearson) interval, and where the others part.

    The interval covers 1 - alpha if battles differ independently of each other. Pairs that miss a reply are counted
    and left out of the rest. Null where nothing is left; for tokens also where one position is unknown.
    """
    compared = [pair for pair in pairs if pair.outcome != "missing"]
    differing = [pair for pair in compared if pair.outcome == "differs"]
    identical = len(compared) - len(differing)
    share, low, high = _share(identical, len(compared), alpha)
    tokens = [pair.first_token for pair in differing]
    characters = [pair.first_character for pair in differing]
    return {
        "battles": len(pairs),
        "missing": len(pairs) - len(compared),
        "identical": identical,
        "share": share,
        "low": low,
        "high": high,
        "first_token_min": _where_known(min, tokens),
        "first_token_median": _where_known(statistics.median, tokens),
        "first_character_min": _where_known(min, characters),
        "first_character_median": _where_known(statistics.median, characters),
        "equal_share_median": _where_known(statistics.median, [pair.equal_share for pair in differing]),
    }


def _share(successes: int, of: int, alpha: float) -> tuple[float | None, float | None, float | None]:
    if not of:
        return None, None, None
    interval = binomtest(successes, of).proportion_ci(1 - alpha, method="exact")
    return successes / of, float(interval.low), float(interval.high)


def _where_known(statistic: Callable[[Sequence[float]], float], values: Sequence[float | None]) -> float | None:
    """A statistic of positions; a median over those alone that happen to be known would be another one."""
    known = [value for value in values if value is not None]
    return statistic(known) if known and len(known) == len(values) else None
