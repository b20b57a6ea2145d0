"""Made-up runs: stored battles with the scores that a formula gives them, and our scores beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from cis_study.reanalysis.published import Published
from cis_study.reanalysis.reading import Row
from cis_study.reanalysis.table import answers, battle_table
from cis_study.scoring.instrument import Component, Score
from cis_study.scoring.logomesh.instruments import Recorded, rate
from cis_study.scoring.logomesh.rows import StoredBattle
from cis_study.statistics.settings import AnalysisSettings

TIMED_OUT = "Logic review timed out."


def fake_settings(**changes: Any) -> AnalysisSettings:
    """Those of the study, with fewer resamples."""
    written = yaml.safe_load((Path(__file__).parents[2] / "config/analysis.yaml").read_text())
    small = {"bootstrap_resamples": 500, "permutations": 199, "seed": 7}
    return AnalysisSettings.model_validate(written | small | changes)


def fake_row(number: int, run: str, task: str, level: float, formula: str = "logomesh-tier3", **changes: Any) -> Row:
    """A judged battle whose components lie around `level`; `changes` replace what was recorded."""
    recorded = Recorded(**{
        "R": level + 0.03 * (number % 2), "A": level - 0.02 * (number % 4),
        "T": level + 0.05 * (number % 3), "L": level + 0.02 * (number % 5),
        "critique": "Sound.", "breakdown": "Well.", "answered": True, "audit_valid": True, "audit_penalty": 0.0,
        "sandbox_passed": True, "red_multiplier": 1.0, **changes,
    })  # fmt: skip
    stored = rate(formula, recorded).arithmetic
    kind = "judge timeout" if recorded.critique == TIMED_OUT else "scored"
    status: Any = "judge_failure" if kind == "judge timeout" else "scored"
    source = f"def answer():\n    return {number}\n"
    name = f"{run}-{number:03}"
    battle = StoredBattle("fake", number, name, run, task, source, "", "It returns.", recorded, status, stored or 0.0)
    return Row(run, run[:5] if run.startswith("tier") else "", kind, battle)


def fake_table(rows: Sequence[Row], ours: Sequence[float] | None = None) -> pd.DataFrame:
    """The table of some rows; `ours` is the score of each answer, by default the stored one."""
    values = ours if ours is not None else [battle.cis for battle in answers(rows)]
    scores = [Score("scored", {name: Component(v, None) for name in "RATL"}, v) for v in values]
    return battle_table(rows, scores)


def two_runs() -> list[Row]:
    """Tier 2 by the Stage 2 formula, ahead only while its timeouts count as 0.5 and tier 3 pays for its format."""
    tasks = ("email_validator", "lru_cache", "fibonacci")
    rows = [fake_row(n, "tier2_fake", tasks[n % 3], 0.62, "logomesh-stage2") for n in range(12)]
    rows += [
        fake_row(n, "tier2_fake", "lru_cache", 0.62, "logomesh-stage2", L=0.5, critique=TIMED_OUT) for n in (12, 13)
    ]
    rows += [fake_row(n, "tier3_fake", tasks[n % 3], 0.66) for n in range(20, 29)]
    return rows + [
        fake_row(n, "tier3_fake", tasks[n % 3], 0.7, audit_valid=False, audit_penalty=0.2) for n in range(29, 33)
    ]


def fake_published(value: str = "0.5", low: float = 0.9) -> Published:
    """One claim about tier 3 and one gate on it."""
    claim, gate = {"run": "tier3", "value": value, "source": "fake"}, {"run": "tier3", "low": low}
    return Published.model_validate({"claims": [claim], "gates": [gate]})
