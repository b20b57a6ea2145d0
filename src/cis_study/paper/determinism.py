"""What the manuscript says about determinism: what was measured, or that nothing was."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from cis_study.statistics.design import StudyDesign
from cis_study.tables.determinism import change_text, engine_text, records

NOT_MEASURED = "How often the engine gives the same reply again was not measured for this study."


def determinism_numbers(summary: pd.DataFrame | None, design: StudyDesign) -> dict[str, Any]:
    """Macros `determinism_measured` (bool) and `determinism` (sentences).

    Args:
        summary: of `cis_study.determinism.study.Comparison`; None where no arms were fought.
    """
    if summary is None:
        return {"determinism_measured": False, "determinism": NOT_MEASURED}
    counts: defaultdict[str, list[str]] = defaultdict(list)
    for row in records(summary):
        label = design.contestant(row["model"]).label
        condition = f"Profile {row['profile']} ({engine_text(row)}), {change_text(row)}"
        counts[condition].append(f"{row['identical']} of {row['battles'] - row['missing']} by {label}")
    said = [f"{condition}: identical were {', '.join(shares)}." for condition, shares in counts.items()]
    return {"determinism_measured": True, "determinism": " ".join(said)}
