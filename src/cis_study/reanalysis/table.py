"""One line per stored battle: what was stored, and what every instrument makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cis_study.config import Weights
from cis_study.provenance import sha256_text
from cis_study.reanalysis.kinds import is_answer
from cis_study.reanalysis.reading import Row
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.instrument import INSTRUMENTS as OURS
from cis_study.scoring.instrument import Score
from cis_study.scoring.logomesh.instruments import INSTRUMENTS as THEIRS
from cis_study.scoring.logomesh.instruments import rate
from cis_study.scoring.logomesh.rows import StoredBattle
from cis_study.validity.surface import Looks, looks

COMPONENTS = ("R", "A", "T", "L")
OUR_INSTRUMENT = "cis-3"
RECORDED = (*COMPONENTS, "audit_valid", "audit_penalty", "sandbox_passed", "red_multiplier")
"""Inputs of the formulas that stand in the table under their own names."""
_LACKS = tuple(f"{name} lacks" for name in THEIRS)
_STRINGS = ("run", "arm", "battle_id", "task", "kind", "program", f"{OUR_INSTRUMENT} status", *_LACKS)


def answers(rows: Sequence[Row]) -> list[StoredBattle]:
    """The battles that hold an answer to score again, in the order of the rows."""
    return [row.battle for row in rows if is_answer(row.kind)]


def our_scores(evidence: Sequence[Evidence]) -> list[Score]:
    """Scores by `OUR_INSTRUMENT` with equal weights."""
    return [OURS[OUR_INSTRUMENT](item, Weights()) for item in evidence]


def battle_table(rows: Sequence[Row], scores: Sequence[Score]) -> pd.DataFrame:
    """One line per row with the score of every instrument; a score that does not exist is null.

    Columns: `run, arm, row, battle_id, task, kind, stored` (the score column, whatever it holds), `RECORDED`, for
    each LogoMesh instrument its score, `{name} arithmetic` and `{name} lacks` (the inputs that were not recorded, with
    commas), for ours status, score, components `{name} R` and so on, the counts of `Looks` in an answer, and `program`,
    a hash of the source.

    Args:
        scores: ours, one for each of `answers`.
    """
    given = iter(scores)
    frame = pd.DataFrame([_line(row, next(given) if is_answer(row.kind) else None) for row in rows])
    types = {name: "Float64" for name in frame.columns if name not in _STRINGS}
    types |= {name: "string" for name in _STRINGS} | {"row": "Int64"}
    return frame.astype(types | {"audit_valid": "boolean", "sandbox_passed": "boolean"})


def _line(row: Row, score: Score | None) -> dict[str, object]:
    battle = row.battle
    line: dict[str, object] = {
        "run": row.run,
        "arm": row.arm,
        "row": battle.row,
        "battle_id": battle.battle_id,
        "task": battle.task,
        "kind": row.kind,
        "stored": battle.cis,
        **{name: getattr(battle.recorded, name) for name in RECORDED},
    }
    for name in THEIRS:
        rating = rate(name, battle.recorded)
        lacks = ", ".join(gap.what for gap in rating.gaps if gap.kind == "not_recorded")
        line |= {name: rating.cis, f"{name} arithmetic": rating.arithmetic, f"{name} lacks": lacks}
    parts = (score.components if score else None) or {}
    line |= {f"{OUR_INSTRUMENT} status": score.status if score else "infra_failure"}
    line |= {OUR_INSTRUMENT: score.cis if score else None}
    line |= {f"{OUR_INSTRUMENT} {name}": parts[name].value if name in parts else None for name in COMPONENTS}
    seen = looks(battle.source, battle.rationale)._asdict() if is_answer(row.kind) else dict.fromkeys(Looks._fields)
    return line | seen | {"program": sha256_text(battle.source)[:16]}
