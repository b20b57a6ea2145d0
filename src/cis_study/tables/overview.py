"""Who was compared, what they achieved, and what is missing of it."""

from __future__ import annotations

from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.statistics.statuses import STATUSES
from cis_study.tables.rounding import NO_NUMBER, decimals_for, number, parameter_count, percent, with_interval
from cis_study.tables.table import Table, half_widths, records


def models(analysis: Analysis, design: StudyDesign) -> Table:  # noqa: ARG001
    """Who was compared, weakest tier first."""
    rows = [
        (
            c.label,
            c.tier or NO_NUMBER,
            c.quantization or NO_NUMBER,
            c.licence or NO_NUMBER,
            parameter_count(c.parameters) if c.parameters else NO_NUMBER,
        )
        for c in design.contestants
    ]
    return Table(("Model", "Tier", "Quantization", "Licence", "Parameters"), rows, text_columns=4)


def main_results(analysis: Analysis, design: StudyDesign) -> Table:  # noqa: ARG001
    """CIS and the criterion with intervals, the component means beside them."""
    outcomes = analysis.components
    means = {(row["model"], row["outcome"]): row["mean"] for row in records(outcomes)}
    decimals = {
        n: decimals_for(half_widths(outcomes[outcomes["outcome"] == n])) for n in ("CIS", "hidden", *COMPONENTS)
    }
    rows = []
    for row in records(analysis.models):
        parts = [number(means[row["model"], name], decimals[name]) for name in COMPONENTS]
        cis = with_interval(row["CIS"], row["CIS_low"], row["CIS_high"], decimals["CIS"])
        hidden = with_interval(row["hidden"], row["hidden_low"], row["hidden_high"], decimals["hidden"])
        rows.append((row["label"], f"{row['n_scored']} / {row['n_planned']}", cis, *parts, hidden))
    header = ("Model", "n / planned", "CIS", *COMPONENTS, "Hidden cases passed")
    best = _not_told_apart_from_the_best(analysis)
    return Table(header, rows, bold=frozenset((row, header.index("CIS")) for row in best))


def missing(analysis: Analysis, design: StudyDesign) -> Table:
    """What became of the planned battles, by model, with the worst cell."""
    counted = ["n_planned", *STATUSES, "absent"]
    counts = {row["model"]: row for row in records(analysis.missing.groupby("model", as_index=False)[counted].sum())}
    worst = analysis.missing.groupby("model")["missing_share"].max()
    rows = [
        (
            design.contestant(model).label,
            *(str(counts[model][name]) for name in counted),
            percent(worst[model]),
        )
        for model in design.models
    ]
    header = ("Model", "Planned", "Scored", "Model failed", "Out of budget", "Infra", "Sandbox", "Judge", "Absent")
    return Table((*header, "Worst cell missing"), rows)


def _not_told_apart_from_the_best(analysis: Analysis) -> list[int]:
    """Rows of the highest mean CIS and of those without a contrast to it that is significant."""
    models, alpha = analysis.models, analysis.summary["settings"]["alpha"]
    best = max(records(models), key=lambda row: float(row["CIS"]))["model"]
    apart = analysis.contrasts[analysis.contrasts["p_holm"] <= alpha]
    others = {pair for pair in zip(apart["model"], apart["reference"], strict=True) if best in pair}
    lower = {model for pair in others for model in pair} - {best}
    return [row for row, model in enumerate(models["model"]) if model not in lower]
