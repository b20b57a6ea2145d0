"""Fake statistics of episodes beside the fake scores."""

from __future__ import annotations

import pandas as pd

from cis_study.statistics.design import StudyDesign


def fake_episode_table(design: StudyDesign, protocols: tuple[str, ...] = ("fenced",)) -> pd.DataFrame:
    """As of `episode_table`."""
    rows = []
    for rank, model in enumerate(design.models):
        for kind in ("implement", "repair"):
            for protocol in protocols:
                share = 0.1 + 0.13 * rank + 0.05 * (kind == "repair")
                rows.append(
                    {
                        "model": model,
                        "kind": kind,
                        "tool_protocol": protocol,
                        "n_planned": 40,
                        "n_graded": 39,
                        "solved": share / 2,
                        "solved_low": share / 3,
                        "solved_high": share,
                        "hidden": share,
                        "hidden_low": share - 0.07,
                        "hidden_high": share + 0.07,
                        "unread_share": 0.25,
                        "invalid_share": 0.05,
                        "steps": 7.5,
                        "recovered": float("nan"),
                        "regressions": 1.5 if kind == "repair" else float("nan"),
                        "completion_tokens": 900.0,
                    }
                )
    return pd.DataFrame(rows)


def fake_relation_table() -> pd.DataFrame:
    """As of `relation_table`."""
    nan = float("nan")
    rows = [
        ("repair", "between models", 3, 0.98, nan, nan, nan, nan, nan, nan),
        ("repair", "across tasks", 12, 0.41, -0.02, 0.73, 0.2, -0.3, 0.6, 0.75),
        ("repair", "within model and task", 120, 0.12, -0.05, 0.3, 0.02, -0.1, 0.2, 0.3),
    ]
    columns = ["kind", "level", "n", "rho", "low", "high", "beyond", "beyond_low", "beyond_high", "detectable"]
    return pd.DataFrame(rows, columns=columns)
