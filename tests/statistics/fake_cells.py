"""FAKE cells: scores per contestant and task, planted to be as a test wants them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from fake_scores import FAKE_DESIGN, fake_design

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells, resample_cells
from cis_study.statistics.resampling import Floats
from cis_study.statistics.scores import OUTCOMES
from cis_study.statistics.settings import AnalysisSettings

WEAK, MIDDLE, STRONG = "smollm2-135m", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"


def fake_tasks(count: int) -> list[dict[str, str]]:
    return [{"id": f"t{place}", "title": f"Task {place}"} for place in range(count)]


def fake_study(replicates: int, tasks: int = 4, **contestants: dict[str, str | None]) -> StudyDesign:
    """The fake design with so many tasks; `contestants` changes facts of some by name."""
    named = {name.replace(".", "_").replace("-", "_"): name for name in (WEAK, MIDDLE, STRONG)}
    changes = {named[key]: facts for key, facts in contestants.items()}
    changed = [contestant | changes.get(contestant["name"], {}) for contestant in FAKE_DESIGN["contestants"]]
    return fake_design(replicates, tasks=fake_tasks(tasks), contestants=changed)


def fake_cells(design: StudyDesign, settings: AnalysisSettings, draw: Callable[[str, str, str, int], Floats]) -> Cells:
    """Cells as in the analysis; `draw(model, task, outcome, n)` gives the scores of an outcome."""
    parts = []
    for model in design.models:
        for task in design.task_ids:
            count = design.replicates[task]
            values = {outcome: draw(model, task, outcome, count) for outcome in OUTCOMES}
            parts.append(pd.DataFrame({"model": model, "task": task, "replicate": np.arange(1, count + 1), **values}))
    return resample_cells(pd.concat(parts, ignore_index=True), design, settings)
