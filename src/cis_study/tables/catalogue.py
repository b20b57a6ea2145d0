"""Every table of the study by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from cis_study.errors import StudyError
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.tables.expectations import gates, generalisation, hypotheses
from cis_study.tables.rounding import (
    NO_BREAK_SPACE,
    NO_NUMBER,
    decimals_for,
    number,
    p_value,
    parameter_count,
    percent,
    with_interval,
)
from cis_study.tables.table import Table, records


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
    means = outcomes.pivot(index="model", columns="outcome", values="mean").astype(float)
    decimals = {n: decimals_for(_half_widths(outcomes[outcomes["outcome"] == n])) for n in ("CIS", "hidden")}
    rows = []
    for row in records(analysis.models):
        parts = [number(value, 2) for value in means.loc[row["model"], list(COMPONENTS)].to_numpy(dtype=float)]
        cis = with_interval(row["CIS"], row["CIS_low"], row["CIS_high"], decimals["CIS"])
        hidden = with_interval(row["hidden"], row["hidden_low"], row["hidden_high"], decimals["hidden"])
        rows.append((row["label"], f"{row['n_scored']} / {row['n_planned']}", cis, *parts, hidden))
    return Table(("Model", "n / planned", "CIS", *COMPONENTS, "Hidden cases passed"), rows)


def contrasts(analysis: Analysis, design: StudyDesign) -> Table:
    """Every contrast of the family."""
    decimals = decimals_for(_half_widths(analysis.contrasts))
    rows = [
        (
            f"{design.contestant(row['model']).label} − {design.contestant(row['reference']).label}",
            with_interval(row["difference"], row["low"], row["high"], decimals),
            p_value(row["p_holm"]),
            number(row["hedges_g"], 2),
            number(row["cliff"], 2),
            *(p_value(row[name]) for name in ("p_hc3", "p_games_howell", "p_tost_holm")),
        )
        for row in records(analysis.contrasts)
    ]
    header = ("Contrast", "Difference in CIS", "p (Holm)", "Hedges g", "Cliff's δ", "p (HC3)", "p (Games-Howell)")
    return Table((*header, "p (equivalence)"), rows)


def missing(analysis: Analysis, design: StudyDesign) -> Table:
    """What became of the planned battles, by model, with the worst cell."""
    statuses = ["scored", "model_failure", "budget_exhausted", "infra_failure", "sandbox_failure", "judge_failure"]
    counts = analysis.missing.groupby("model")[["n_planned", *statuses, "absent"]].sum()
    worst = analysis.missing.groupby("model")["missing_share"].max()
    rows = [
        (
            design.contestant(model).label,
            *(str(counts.at[model, name]) for name in counts.columns),
            percent(worst[model]),
        )
        for model in design.models
    ]
    header = ("Model", "Planned", "Scored", "Model failed", "Out of budget", "Infra", "Sandbox", "Judge", "Absent")
    return Table((*header, "Worst cell missing"), rows)


def components(analysis: Analysis, design: StudyDesign) -> Table:  # noqa: ARG001
    """How much each component moves CIS and how it goes with the hidden cases."""
    decimals = decimals_for(_half_widths(analysis.criterion))
    link = {
        row["predictor"]: with_interval(row["rho"], row["low"], row["high"], decimals)
        for row in records(analysis.criterion)
    }
    rows: list[tuple[str, ...]] = [
        (
            row["component"],
            number(row["weight"], 2),
            number(row["mean"], 2),
            number(row["sd"], 2),
            percent(row["variance_share"]),
            link[row["component"]],
        )
        for row in records(analysis.structure)
    ]
    for name in ("CIS", "CIS without L"):
        rows.append((name, *[NO_NUMBER] * 4, link[name]))
    header = ("Component", "Weight", "Mean", "SD", "Share of CIS variance", "ρ with hidden cases")
    return Table(header, rows)


def omnibus(analysis: Analysis, design: StudyDesign) -> Table:  # noqa: ARG001
    """Tests over all models at once."""
    names = {"anova": "ANOVA, type 2", "welch": "Welch's ANOVA"}
    rows = [
        (
            names[row["test"]],
            row["source"].replace(" x ", " × "),
            f"{row['df1']:.0f}, {number(row['df2'], 0 if float(row['df2']).is_integer() else 1)}",
            number(row["F"], 2),
            p_value(row["p"]),
            number(row["np2"], 2),
        )
        for row in records(analysis.omnibus)
    ]
    trend = analysis.summary["trend"]
    if trend["p"] is not None and trend["p"] == trend["p"]:
        z = f"z{NO_BREAK_SPACE}={NO_BREAK_SPACE}{number(trend['z'], 2)}"
        rows.append(("Jonckheere-Terpstra, stratified", "tiers in order", NO_NUMBER, z, p_value(trend["p"]), NO_NUMBER))
    return Table(("Test", "Source", "df", "F", "p", "Partial η²"), rows, text_columns=2)


TABLES: dict[str, Callable[[Analysis, StudyDesign], Table]] = {
    "models": models,
    "main_results": main_results,
    "contrasts": contrasts,
    "missing": missing,
    "components": components,
    "omnibus": omnibus,
    "hypotheses": hypotheses,
    "gates": gates,
    "generalisation": generalisation,
}


def make_table(name: str, analysis: Analysis, design: StudyDesign) -> Table:
    """Make one table.

    Raises:
        StudyError: there is no table of this name.
    """
    if name not in TABLES:
        raise StudyError("table", name, "there is no such table", f"Known tables: {', '.join(TABLES)}.")
    return TABLES[name](analysis, design)._replace(standing=analysis.summary["standing"]["state"])


def _half_widths(intervals: pd.DataFrame) -> Iterator[float]:
    return ((row["high"] - row["low"]) / 2 for row in records(intervals))
