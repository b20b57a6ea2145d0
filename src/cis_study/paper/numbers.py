"""The macros of the manuscript: every number it prints, by name, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cis_study.paper.determinism import determinism_numbers
from cis_study.paper.judges import judge_numbers
from cis_study.paper.origin import origin_numbers
from cis_study.paper.power import power_numbers
from cis_study.paper.validity import validity_numbers
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.results import Analysis
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


def paper_numbers(
    analysis: Analysis,
    design: StudyDesign,
    hashes: Mapping[str, str],
    determinism: pd.DataFrame | None = None,
    judges: Mapping[str, Any] | None = None,
    power: Mapping[str, Any] | None = None,
    claims: pd.DataFrame | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Macros for the manuscript.

    Args:
        hashes: name of each input file -> its SHA-256, printed in the reproducibility statement.
        determinism: summary of the check of determinism; None where it was not made.
        judges: summary of the analysis of the judges; None where nobody judged.
        power: as of `power_summary`; None where nothing was simulated.
        claims: what the validity battery found; None where it did not run.
        manifest: of the study; None where it is not asked for.

    Returns:
        Text by name, besides `demonstration`, `episodes`, `judges`, `generalised`, `power_simulated`,
        `determinism_measured` and `validity_stated` (bool), `verdicts` (question, outcome, sentence), `hypotheses`
        (questions) and `hashes` (file, sha256). A name the manuscript uses and this mapping lacks stops the build.
    """
    return {
        **_design_numbers(design),
        **_settings_numbers(analysis.summary["settings"]),
        **_count_numbers(analysis.summary),
        **_result_numbers(analysis, design),
        **_omnibus_numbers(analysis.omnibus),
        **determinism_numbers(determinism, design),
        **judge_numbers(judges, design),
        **_beforehand_numbers(analysis.summary),
        **power_numbers(power),
        **validity_numbers(claims, design),
        **origin_numbers(manifest),
        "demonstration": design.demonstration,
        "episodes": design.episodes,
        "verdicts": analysis.summary["verdicts"],
        "hashes": [{"file": name, "sha256": digest} for name, digest in sorted(hashes.items())],
    }


def _design_numbers(design: StudyDesign) -> dict[str, str]:
    sizes = [c.parameters for c in design.contestants if c.parameters is not None]
    return {
        "study": design.study,
        "description": design.description,
        "models": str(len(design.models)),
        "tasks": str(len(design.tasks)),
        "task_titles": _listing([task.title for task in design.tasks]),
        "replicates": _span(design.replicates.values()),
        "battles_per_model": str(sum(design.replicates.values())),
        "tier_order": " < ".join(design.tiers),
        "components": str(len(COMPONENTS)),
        "smallest_model": parameter_count(min(sizes)) if sizes else NO_NUMBER,
        "largest_model": parameter_count(max(sizes)) if sizes else NO_NUMBER,
        **{f"weight_{name}": f"{getattr(design.weights, name):g}" for name in COMPONENTS},
    }


def _settings_numbers(settings: Mapping[str, Any]) -> dict[str, str]:
    return {
        "alpha": f"{settings['alpha']:g}",
        "confidence": _exact_percent(1 - settings["alpha"]),
        "resamples": f"{settings['bootstrap_resamples']:,}",
        "permutations": f"{settings['permutations']:,}",
        "analysis_seed": str(settings["seed"]),
        "missing_gate": _exact_percent(settings["missing_gate"]),
        "family": {"all_pairs": "all pairs of contestants", "adjacent": "neighbours in the order of contestants"}[
            settings["family"]["contrasts"]
        ],
    }


def _beforehand_numbers(summary: Mapping[str, Any]) -> dict[str, Any]:
    settings, spread = summary["settings"], summary["generalisation"]
    deviations = {
        name: number(spread[name], 3) if spread["converged"] else NO_NUMBER
        for name in ("sd_task", "sd_model_task", "sd_residual")
    }
    return {
        "standing": summary["standing"]["sentence"],
        "hypotheses": sorted(settings["hypotheses"]),
        "minimum_effect": f"{settings['minimum_effect']:g}",
        "generalisation_tasks": str(settings["estimands"]["secondary_min_tasks"]),
        "generalised": spread["tasks"] >= settings["estimands"]["secondary_min_tasks"],
        **deviations,
    }


def _count_numbers(summary: Mapping[str, Any]) -> dict[str, str]:
    counts, status = summary["counts"], summary["counts"]["status"]
    return {
        "instrument": summary["instrument"],
        "planned": str(counts["planned"]),
        "with_scores": str(counts["with_scores"]),
        "missing": str(counts["missing"]),
        "largest_missing_share": percent(counts["largest_missing_share"]),
        "model_failures": str(status["model_failure"]),
        "out_of_budget": str(status["budget_exhausted"]),
        "all_hidden_passed": str(counts["hidden_all_passed"]),
        "all_hidden_passed_share": percent(counts["hidden_all_passed"] / counts["with_scores"]),
        **{f"{name}_share": percent(share) for name, share in summary["parts"].items()},
    }


def _result_numbers(analysis: Analysis, design: StudyDesign) -> dict[str, str]:
    models = analysis.models.sort_values(["CIS", "model"], ascending=[False, True])
    decimals = decimals_for((models["CIS_high"] - models["CIS_low"]) / 2)
    numbers = {"contrasts": str(len(analysis.contrasts))}
    for place, row in (("highest", models.iloc[0]), ("lowest", models.iloc[-1])):
        numbers[f"{place}_model"] = str(row["label"])
        numbers[f"{place}_cis"] = with_interval(row["CIS"], row["CIS_low"], row["CIS_high"], decimals)
    numbers["cis_range"] = number(models["CIS"].iloc[0] - models["CIS"].iloc[-1], decimals)
    shares = analysis.structure.sort_values(["variance_share", "component"])
    for place, row in (("least", shares.iloc[0]), ("most", shares.iloc[-1])):
        numbers[f"{place}_component"] = str(row["component"])
        numbers[f"{place}_component_share"] = percent(row["variance_share"])
    cells = analysis.cells[analysis.cells["outcome"] == "CIS"].sort_values(["mean", "model", "task"])
    titles = {task.id: task.title for task in design.tasks}
    for place, row in (("lowest", cells.iloc[0]), ("highest", cells.iloc[-1])):
        numbers[f"{place}_cell"] = f"{design.contestant(str(row['model'])).label} on {titles[str(row['task'])]}"
        numbers[f"{place}_cell_cis"] = number(row["mean"], 2)
    return numbers


def _omnibus_numbers(omnibus: pd.DataFrame) -> dict[str, str]:
    """Text of the ANOVA, or a statement that it is undefined for these data."""
    anova = {row["source"]: row for row in omnibus.to_dict(orient="records") if row["test"] == "anova"}
    numbers = {}
    for source, name in (("model", "anova_model"), ("task", "anova_task"), ("model x task", "anova_interaction")):
        if source not in anova:
            numbers[name] = "not defined for these data"
            continue
        row = anova[source]
        p = p_value(row["p"])
        numbers[name] = (
            f"F({row['df1']:.0f},~{row['df2']:.0f})~=~{number(row['F'], 2)}, p~{p if p[0] == '<' else '= ' + p},"
            f" partial η²~=~{number(row['np2'], 2)}"
        ).replace("~", NO_BREAK_SPACE)
    return numbers


def _span(counts: Iterable[int]) -> str:
    low, *_, high = sorted({*counts}) * 2
    return str(low) if low == high else f"{low} to {high}"


def _exact_percent(share: float) -> str:
    """A share that was set, not measured."""
    return f"{100 * share:g}{NO_BREAK_SPACE}%"


def _listing(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
