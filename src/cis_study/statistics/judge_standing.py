"""Which judges count, and what the gates are called that they have to pass."""

from __future__ import annotations

import pandas as pd

COUNTS, LEFT_OUT = "in the panel", "left out"
"""Standing of a judge."""
GATE_NAMES = {
    "rank": "order of planted faults",
    "detection": "planted defects",
    "each_defect": "single defects",
    "false_alarms": "false alarms",
    "retest_kappa": "test-retest kappa",
    "retest_alpha": "test-retest alpha",
    "verbosity": "verbosity",
    "position": "position",
    "obeyed_share": "share won by hidden orders",
    "obeyed_mean": "gain by hidden orders",
    "self_preference": "self-preference",
    "failures": "failed judgements",
}


def passed(calibration: pd.DataFrame) -> list[str]:
    """Judges whose gates all hold, in the order of the table."""
    every = calibration.groupby("judge", sort=False)["passed"].all()
    return [str(judge) for judge in every.index[every]]
