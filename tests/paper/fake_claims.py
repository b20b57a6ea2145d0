"""FAKE claims of a validity battery: no instrument was examined."""

from __future__ import annotations

import pandas as pd


def fake_claims(instrument: str, verdicts: dict[str, str]) -> pd.DataFrame:
    """One row per claim, as the battery gives them.

    Args:
        verdicts: claim -> verdict.
    """
    return pd.DataFrame(
        [
            {
                "instrument": instrument,
                "claim": claim,
                "evidence": "battles",
                "statistic": "share",
                "estimate": 0.5,
                "low": 0.4,
                "high": 0.6,
                "n": 9,
                "unit": "battles",
                "rule": "≥ 0.3",
                "verdict": verdict,
                "note": "",
            }
            for claim, verdict in verdicts.items()
        ]
    )
