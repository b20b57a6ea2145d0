"""The macros of the manuscript: every number it prints, by name, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cis_study.paper.checklist import checklist_numbers
from cis_study.paper.determinism import determinism_numbers
from cis_study.paper.judges import judge_numbers
from cis_study.paper.limits import limit_numbers
from cis_study.paper.power import power_numbers
from cis_study.paper.results import result_numbers
from cis_study.paper.validity import validity_numbers
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.tables.rounding import NO_BREAK_SPACE, NO_NUMBER, number, parameter_count, percent


def paper_numbers(
    analysis: Analysis,
    design: StudyDesign,
    record: Mapping[str, Any],
    determinism: pd.DataFrame | None = None,
    judges: Mapping[str, Any] | None = None,
    power: Mapping[str, Any] | None = None,
    claims: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Macros for the manuscript.

    Args:
        record: as of `record_numbers`, printed in the reproducibility statement.
        determinism: summary of the check of determinism; None where it was not made.
        judges: summary of the analysis of the judges; None where nobody judged.
        power: as of `power_summary`; None where nothing was simulated.
        claims: what the validity battery found; None where it did not run.

    Returns:
        Text by name, besides `demonstration`, `episodes`, `judges`, `generalised`, `power_simulated`,
        `determinism_measured` and `validity_stated` (bool), and lists of mappings or texts: `verdicts`, `hypotheses`,
        `limits`, `checklist`, `facets`, `record`, `weights`. A name the manuscript uses and this mapping lacks stops
        the build; `paper/numbers.yml` says what each one means.
    """
    return {
        **_design_numbers(design),
        **_settings_numbers(analysis.summary["settings"]),
        **_count_numbers(analysis.summary),
        **result_numbers(analysis, design),
        **determinism_numbers(determinism, design),
        **judge_numbers(judges, design),
        **_beforehand_numbers(analysis.summary),
        **power_numbers(power),
        **validity_numbers(claims, design),
        **limit_numbers(analysis.cells, design, claims),
        **checklist_numbers(analysis.summary, design, claims),
        **record,
        "demonstration": design.demonstration,
        "episodes": design.episodes,
        "verdicts": analysis.summary["verdicts"],
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


def _span(counts: Iterable[int]) -> str:
    low, *_, high = sorted({*counts}) * 2
    return str(low) if low == high else f"{low} to {high}"


def _exact_percent(share: float) -> str:
    """A share that was set, not measured."""
    return f"{100 * share:g}{NO_BREAK_SPACE}%"


def _listing(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
