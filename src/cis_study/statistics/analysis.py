"""The whole analysis as one pure function of scores, design and settings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cis_study.beforehand import Standing
from cis_study.statistics import conclusions, promises, verdicts
from cis_study.statistics.contrasts import contrast_table
from cis_study.statistics.criterion import criterion_table
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import cell_table, model_table, outcome_table, resample_cells, structure_table
from cis_study.statistics.gates import gate_table
from cis_study.statistics.generalisation import generalisation_table
from cis_study.statistics.hypotheses import hypothesis_table
from cis_study.statistics.missing import check_gate, count_missing
from cis_study.statistics.omnibus import omnibus_table
from cis_study.statistics.results import Analysis
from cis_study.statistics.sensitivity import missingness, sensitivity_table
from cis_study.statistics.settings import AnalysisSettings
from cis_study.statistics.statuses import MISSING, STATUSES
from cis_study.statistics.trend import tier_trend

PARTS = ("has_solution", "has_tests", "has_rationale", "solution_parses")


def analyse(
    scores: pd.DataFrame,
    design: StudyDesign,
    settings: AnalysisSettings,
    standing: Standing,
    relation: pd.DataFrame | None = None,
) -> Analysis:
    """Estimates, intervals, tests and verdicts of one study.

    Args:
        scores: as returned by `load_scores`.
        standing: whether the settings are those from before the first battle.
        relation: of CIS to episodes, as `relation_table` gives it; None where the study has none.

    Raises:
        StudyError: a cell is empty or more of it is missing than the gate allows.
    """
    missing = count_missing(scores, design)
    check_gate(missing, settings.missing_gate)
    cells = resample_cells(scores, design, settings)
    components = outcome_table(cells, design, settings.alpha)
    models = model_table(components, missing, design)
    contrasts = contrast_table(cells, design, settings)
    structure = structure_table(scores, design)
    criterion = criterion_table(cells, design, settings)
    hypotheses = hypothesis_table(cells, design, settings)
    gates = gate_table(cells, design, settings)
    generalisation, over_tasks = generalisation_table(cells, contrasts, design, settings)
    sensitivity = sensitivity_table(cells, contrasts, missing, design, settings)
    lost = missingness(missing, design, settings)
    trend = tier_trend(cells, design, settings.family.outcome)
    answers = [
        verdicts.tier_order(contrasts, design, settings),
        conclusions.trend(trend, design, settings),
        verdicts.separation(contrasts, settings),
        conclusions.equivalence(contrasts, settings),
        conclusions.generalisation(generalisation, over_tasks, settings),
        *(
            promises.hypothesis(name, wanted, hypotheses, design, settings)
            for name, wanted in sorted(settings.hypotheses.items())
        ),
        promises.agentic_relation(relation, settings),
        verdicts.criterion_order(models),
        verdicts.criterion_link(criterion),
        verdicts.component_use(structure),
        promises.original_gates(gates, settings),
        conclusions.robustness(sensitivity, lost, settings),
    ]
    summary = {
        "study": design.study,
        "demonstration": design.demonstration,
        "instrument": design.instrument,
        "standing": standing._asdict(),
        "settings": settings.model_dump(),
        "counts": _counts(scores, missing),
        "parts": {name: float(scores.loc[~scores["status"].isin(MISSING), name].mean()) for name in PARTS},
        "trend": trend._asdict(),
        "generalisation": over_tasks,
        "missingness": lost,
        "verdicts": [answer._asdict() for answer in answers],
    }
    return Analysis(
        models=models,
        components=components,
        cells=cell_table(cells, design, settings.alpha),
        contrasts=contrasts,
        missing=missing,
        omnibus=omnibus_table(scores, design, settings),
        structure=structure,
        criterion=criterion,
        hypotheses=hypotheses,
        gates=gates,
        generalisation=generalisation,
        sensitivity=sensitivity,
        summary=summary,
    )


def _counts(scores: pd.DataFrame, missing: pd.DataFrame) -> dict[str, Any]:
    return {
        "planned": int(missing["n_planned"].sum()),
        "with_scores": int(missing["n_scored"].sum()),
        "missing": int(missing["n_missing"].sum()),
        "largest_missing_share": float(missing["missing_share"].max()),
        "status": {status: int((scores["status"] == status).sum()) for status in STATUSES},
        "hidden_all_passed": int((scores["hidden"] == 1).sum()),
    }
