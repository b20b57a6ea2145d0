"""Every table of the study by name."""

from __future__ import annotations

from collections.abc import Callable

from cis_study.errors import StudyError
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.tables.captions import CAPTIONS
from cis_study.tables.expectations import gates, generalisation, hypotheses
from cis_study.tables.overview import main_results, missing, models
from cis_study.tables.rounding import (
    NO_BREAK_SPACE,
    NO_NUMBER,
    decimals_for,
    number,
    p_value,
    percent,
    with_interval,
)
from cis_study.tables.table import Table, half_widths, records


def contrasts(analysis: Analysis, design: StudyDesign) -> Table:
    """Every contrast of the family."""
    decimals = decimals_for(half_widths(analysis.contrasts))
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


def components(analysis: Analysis, design: StudyDesign) -> Table:  # noqa: ARG001
    """How much each component moves CIS and how it goes with the hidden cases."""
    decimals = decimals_for(half_widths(analysis.criterion))
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
    state = analysis.summary["standing"]["state"]
    return TABLES[name](analysis, design)._replace(standing=state, caption=CAPTIONS[name](analysis))
