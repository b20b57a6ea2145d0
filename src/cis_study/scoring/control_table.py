"""What the controls scored, and whether that is what they are worth."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from cis_study.scoring.controls import Controls

_SCORES = ("R", "A", "T", "L", "CIS")
_COLUMNS = ("task", "control", "faults", "n", *_SCORES, "outside")


def control_table(scores: pd.DataFrame, settings: Controls) -> pd.DataFrame:
    """One row per task and control: mean scores over its draws, and the bounds they leave (empty: none).

    Args:
        scores: score table of the controls by one instrument; `model` is the control.
    """
    rows = []
    for task in sorted(scores["task"].unique()):
        for name, control in settings.controls.items():
            drawn = scores[(scores["task"] == task) & (scores["model"] == name)]
            if drawn.empty:
                continue
            means = {column: float(drawn[column].mean(skipna=False)) for column in _SCORES}
            outside = [f"{key} below {bound}" for key, bound in control.at_least.items() if not means[key] >= bound]
            outside += [f"{key} above {bound}" for key, bound in control.at_most.items() if not means[key] <= bound]
            rows.append({"task": task, "control": name, "faults": control.faults, "n": len(drawn), **means,
                         "outside": "; ".join(outside)})  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def complaints(table: pd.DataFrame) -> list[str]:
    """Bounds that are left, and rungs of a ladder that do not score less than the one before."""
    rows = table.to_dict(orient="records")
    found = [f"{row['task']}/{row['control']}: {row['outside']}" for row in rows if row["outside"]]
    for task in dict.fromkeys(row["task"] for row in rows):
        rungs = [row for row in rows if row["task"] == task and (row["control"] == "reference" or row["faults"])]
        rungs.sort(key=lambda row: int(row["faults"]))
        found += [
            f"{task}: {more['faults']} faults score {more['CIS']:.3f}, {fewer['faults']} score {fewer['CIS']:.3f}"
            for fewer, more in pairwise(rungs)
            if not more["CIS"] < fewer["CIS"]
        ]
    return found
