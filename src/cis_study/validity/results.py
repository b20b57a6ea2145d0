"""What the battery finds, as data: who reads results need not load what computes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

QUANTILES = {"q025": 0.025, "q25": 0.25, "median": 0.5, "q75": 0.75, "q975": 0.975}
"""Columns of the table `weights` that hold quantiles over the draws."""


class Report(NamedTuple):
    """What the battery found about one instrument."""

    claims: pd.DataFrame
    """One row per claim, columns `instrument` and those of `Finding`."""
    details: Mapping[str, pd.DataFrame]
    """Tables behind the claims by name, each with a column `instrument`."""
