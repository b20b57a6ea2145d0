"""LogoMesh's own battles -> what the battery is given of the formulas that LogoMesh published, and of ours."""

from __future__ import annotations

import pandas as pd

from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.scoring.logomesh import constants as c
from cis_study.scoring.logomesh.instruments import INSTRUMENTS
from cis_study.statistics.design import StudyDesign, study_design
from cis_study.validity.gathering import unrated
from cis_study.validity.material import BATTLE_COLUMNS, SURFACE, Material, ordered

OURS = "cis-3"
NEEDED = (
    "run",
    "arm",
    "row",
    "task",
    "R",
    "A",
    "T",
    "L",
    OURS,
    *INSTRUMENTS,
    *(f"{name} lacks" for name in INSTRUMENTS),
)
_CONTROLS = "LogoMesh planted no submission of known worth"
_EDITS = "LogoMesh edited no submission"
_AGAIN = {
    True: "these answers were scored once; battles of our own studies are scored again",
    False: "no submission was judged twice",
}


def stored_design(table: pd.DataFrame) -> StudyDesign:
    """Runs as contestants; those whose arm is a tier are expected in its order, as LogoMesh expected them."""
    runs = table[["run", "arm"]].fillna("").drop_duplicates("run").sort_values(["arm", "run"])
    contestants = [
        {"name": row["run"], "label": row["run"], "tier": row["arm"] if row["arm"].startswith("tier") else None}
        | dict.fromkeys(("quantization", "parameters", "licence"))
        for row in runs.to_dict(orient="records")
    ]
    counts = table.groupby(["run", "task"]).size().groupby("task").max()
    return study_design(
        {
            "study": "logomesh",
            "description": "Battles that LogoMesh stored.",
            "demonstration": False,
            "tasks": [{"id": task, "title": task, "replicates": int(counts[task])} for task in sorted(counts.index)],
            "contestants": contestants,
            "weights": Weights().model_dump(),
            "instrument": OURS,
        }
    )


def stored_material(table: pd.DataFrame, instrument: str) -> Material:
    """What the battery is given of `OURS` or of a LogoMesh instrument, on battles of which both a score is known.

    The criterion is the share of our hidden cases that the stored submission passes.

    Args:
        table: one row per stored battle with the columns `NEEDED`; `cis-3 R` to `cis-3 L` are our components, R to L
            those recorded, null is missing; `{name} lacks` names the inputs that were not recorded. Columns of
            `SURFACE` are used where they are there.

    Raises:
        StudyError: a column is absent.
    """
    ours = [f"{OURS} {name}" for name in ("R", "A", "T", "L")]
    if absent := sorted({*NEEDED, *ours} - set(table.columns)):
        raise StudyError("stored battles", ", ".join(absent), "these columns are absent", "Run the reanalysis again.")
    parts = ours if instrument == OURS else ["R", "A", "T", "L"]
    surface = {name: table[name] if name in table else float("nan") for name in SURFACE}
    battles = pd.DataFrame(
        {
            "model": table["run"].astype(object),
            "task": table["task"].astype(object),
            "replicate": table.groupby(["run", "task"]).cumcount() + 1,
            "CIS": table[instrument].astype(float),
            **{name: table[part].astype(float) for name, part in zip(("R", "A", "T", "L"), parts, strict=True)},
            "hidden": table[f"{OURS} L"].astype(float),
            **surface,
        }
    )[list(BATTLE_COLUMNS)]
    weights = c.STAGE2_WEIGHTS if instrument == "logomesh-stage2" else c.EQUAL_WEIGHTS
    design = stored_design(table).model_copy(update={"weights": weights})
    why = {"controls": _CONTROLS, "edits": _EDITS, "again": _AGAIN[instrument == OURS]}
    known = battles.dropna(subset=["CIS", "hidden"])
    if known.empty:
        return unrated(instrument, design, _why_none(table, instrument))
    empty = unrated(instrument, design, "")
    return Material(instrument, design, ordered(known, design), empty.controls, empty.edits, empty.again, why)


def _why_none(table: pd.DataFrame, instrument: str) -> str:
    """Why no battle has both a score of the instrument and the criterion."""
    if instrument in INSTRUMENTS:
        lacking = [names.split(", ") for names in table[f"{instrument} lacks"].fillna("")]
        if never := [name for name in lacking[0] if name and all(name in names for names in lacking)]:
            return f"LogoMesh recorded {', '.join(never)} with none of these battles"
    return f"no battle has both a score of it and hidden cases that {OURS} ran"
