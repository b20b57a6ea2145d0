"""Do the stored rows give what LogoMesh published?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from cis_study.reanalysis.contrast import contrast
from cis_study.reanalysis.formulas import judged
from cis_study.reanalysis.kinds import TIMEOUT
from cis_study.reanalysis.published import Claim, Published
from cis_study.reanalysis.table import COMPONENTS

Verdict = Literal["reproduces", "differs", "no rows"]


def check_claims(claims: Sequence[Claim], battles: pd.DataFrame, formulas: pd.DataFrame) -> pd.DataFrame:
    """Each claim against each run of its arm: `claim, run, published, recomputed, n, verdict, source`.

    Recomputed from judged rows, stand-ins included, as they were published; a claim about an arm without rows has one
    line without a number. A number reproduces where it rounds to what was published.
    """
    present = judged(battles)
    rows = []
    for claim in claims:
        for run, part in _runs(present, claim.run):
            part = part if claim.task is None else part[part["task"] == claim.task]
            for other, beside in _runs(present, claim.against):
                value = _recomputed(claim, part, beside, formulas[formulas["run"] == run])
                verdict: Verdict = "no rows" if not value else "reproduces" if _agree(claim.value, value) else "differs"
                names = f"{run} against {other}" if run and other else run
                shown = " ".join(map(_text, value))
                rows.append((_name(claim), names, claim.value, shown, len(part), verdict, claim.source))
    return pd.DataFrame(rows, columns=["claim", "run", "published", "recomputed", "n", "verdict", "source"])


def check_gates(published: Published) -> pd.DataFrame:
    """Each gate on the published means: `gate, low, high, published, met`."""
    means = published.means
    rows = []
    for gate in published.gates:
        value = round(means[gate.run] - (means[gate.against] if gate.against else 0), 6)
        name = f"mean of {gate.run}" + (f" less that of {gate.against}" if gate.against else "")
        met = gate.low <= value and (gate.high is None or value <= gate.high)
        rows.append((name, gate.low, gate.high, value, met))
    return pd.DataFrame(rows, columns=["gate", "low", "high", "published", "met"])


def _runs(present: pd.DataFrame, arm: str | None) -> list[tuple[str, pd.DataFrame]]:
    """Runs of an arm with their rows, or one without a name and rows."""
    groups = present[present["arm"] == (arm or "none")].groupby("run", sort=True)
    return [(str(run), part) for run, part in groups] or [("", present.iloc[:0])]


def _name(claim: Claim) -> str:
    of = f" of {claim.of}" if claim.statistic not in ("battles", "judge timeouts", "weights") else ""
    against = f" against {claim.against}" if claim.against else ""
    return f"{claim.run}{against}: {claim.statistic}{of}" + (f", {claim.task}" if claim.task else "")


def _recomputed(claim: Claim, part: pd.DataFrame, beside: pd.DataFrame, formula: pd.DataFrame) -> list[float]:
    column = "stored" if claim.of == "CIS" else claim.of
    values = part[column].dropna().to_numpy(dtype=np.float64)
    if not len(values):
        return []
    if claim.statistic == "weights":
        return [float(value) for value in formula[[*COMPONENTS]].iloc[0].dropna()]
    if claim.statistic in ("t", "p"):
        others = beside[column].dropna().to_numpy(dtype=np.float64)
        if len(others) < 2 or len(values) < 2:
            return []
        student = contrast([others], [values], [1.0], alpha=0.05).student
        return [student.t if claim.statistic == "t" else student.p]
    simple = {"mean": values.mean(), "least": values.min(), "greatest": values.max(), "battles": len(values)}
    return [float(simple[claim.statistic] if claim.statistic in simple else (part["kind"] == TIMEOUT).sum())]


def _agree(published: str, recomputed: Sequence[float]) -> bool:
    told = published.split()
    return len(told) == len(recomputed) and all(
        abs(value - float(text)) <= 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-9
        for text, value in zip(told, recomputed, strict=True)
    )


def _text(value: float) -> str:
    """Six significant digits, enough beside five published ones."""
    return f"{0.0 if abs(value) < 1e-9 else value:.6g}"
