"""What a battery is given of one instrument: its scores of battles, controls and edited submissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cis_study.statistics.design import StudyDesign
from cis_study.statistics.resampling import Interval, percentile_interval, stream
from cis_study.validity.finding import NOWHERE, Finding

SURFACE = ("source_lines", "comments", "rationale_words", "prompt_share")
"""What a score should not reward; see `cis_study.validity.surface`."""
BATTLE_COLUMNS = ("model", "task", "replicate", "CIS", "R", "A", "T", "L", "hidden", *SURFACE)
CONTROL_COLUMNS = ("control", "task", "draw", "faults", "CIS")
EDIT_COLUMNS = ("edit", "model", "task", "replicate", "before", "after")
AGAIN_COLUMNS = ("model", "task", "replicate", "first", "second")


@dataclass(frozen=True)
class Material:
    """The scores of one instrument.

    Attributes:
        battles: one row per battle that carries a score, columns as in `BATTLE_COLUMNS`; CIS is the score, R to L are
            null where the instrument has no components. `hidden` is the criterion.
        controls: one row per planted submission; `faults` is null for those that stand on no ladder.
        edits: one row per edited submission, its score before and after.
        again: one row per battle that was scored a second time from the same evidence.
        absent: name of a part that is empty -> why.
    """

    instrument: str
    design: StudyDesign
    battles: pd.DataFrame
    controls: pd.DataFrame
    edits: pd.DataFrame
    again: pd.DataFrame
    absent: Mapping[str, str] = field(default_factory=dict)

    def why(self, part: str) -> str:
        """Why a part is empty."""
        return self.absent.get(part, "there are none")

    @property
    def has_components(self) -> bool:
        """Whether the score is the weighted sum of R, A, T and L."""
        return not self.battles.empty and bool(self.battles[["R", "A", "T", "L"]].notna().all().all())


class Part(NamedTuple):
    """What a member of the battery gives: findings, and tables by name."""

    findings: list[Finding]
    details: Mapping[str, pd.DataFrame]


def ordered(battles: pd.DataFrame, design: StudyDesign) -> pd.DataFrame:
    """Battles in the order of the design, so that results do not depend on the order of rows."""
    model = battles["model"].map({name: place for place, name in enumerate(design.models)})
    task = battles["task"].map({name: place for place, name in enumerate(design.task_ids)})
    placed = battles.assign(_model=model, _task=task).sort_values(["_task", "_model", "replicate"])
    return placed.drop(columns=["_model", "_task"]).reset_index(drop=True)


def resampled_rows(
    battles: pd.DataFrame, resamples: int, seed: int, purpose: str
) -> Iterator[tuple[str, NDArray[np.intp], NDArray[np.intp]]]:
    """Per task its rows, and bootstrap samples of them, drawn n of n within each model.

    Yields:
        Task, positions of its rows in `battles` of shape (n,), and positions of shape (resamples, n).
    """
    for task, of_task in battles.groupby("task", sort=False).indices.items():
        models = battles["model"].to_numpy()[of_task]
        drawn = []
        for model in dict.fromkeys(models):
            cell = of_task[models == model]
            rng = stream(seed, purpose, str(model), str(task))
            drawn.append(cell[rng.integers(0, len(cell), size=(resamples, len(cell)))])
        rows = np.concatenate([of_task[models == model] for model in dict.fromkeys(models)])
        yield str(task), rows, np.concatenate(drawn, axis=1)


def interval(resampled: NDArray[np.float64], alpha: float) -> Interval:
    """Percentile interval of the resamples in which the estimate is defined; none where these are the minority."""
    defined = resampled[np.isfinite(resampled)]
    return percentile_interval(defined, alpha) if len(defined) > len(resampled) / 2 else NOWHERE
