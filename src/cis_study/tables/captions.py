"""What is said of the tables of the analysis."""

from __future__ import annotations

from collections.abc import Callable

from cis_study.figures.caption import Caption, confidence, span
from cis_study.statistics.results import Analysis


def _models(analysis: Analysis) -> Caption:  # noqa: ARG001
    return Caption(
        "Contestants, the weakest tier first. Tiers come from outside sources, never from CIS; the quantization is the"
        " one found in the weights.",
        sources=("statistics/models.csv",),
    )


def _main_results(analysis: Analysis) -> Caption:
    alpha = analysis.summary["settings"]["alpha"]
    return Caption(
        "Mean CIS, its components and the share of hidden cases passed, all from 0 to 1; every task weighs the same."
        " Bold: the highest mean CIS and every other that no contrast tells apart from it (Holm-adjusted p above"
        f" {alpha:g}).",
        "battles with a score / planned",
        f"{confidence(alpha)}, BCa bootstrap, battles resampled within contestant and task",
        ("statistics/components.csv", "statistics/models.csv", "statistics/contrasts.csv"),
    )


def _contrasts(analysis: Analysis) -> Caption:
    settings = analysis.summary["settings"]
    return Caption(
        "Contrasts of mean CIS between contestants. p (Holm): permutation of contestants within tasks, adjusted over"
        " the table. Hedges g over all battles, Cliff's δ averaged over tasks. Checks: p (HC3) of a linear model with"
        " robust errors, p (Games-Howell) of a test that knows no tasks. p (equivalence): difference within"
        f" {settings['minimum_effect']:g} points of CIS, two one-sided tests, also adjusted.",
        _battles(analysis),
        f"{confidence(settings['alpha'])}, BCa bootstrap, not adjusted",
        ("statistics/contrasts.csv",),
    )


def _components(analysis: Analysis) -> Caption:
    return Caption(
        "Components of CIS over all battles: weight, mean, standard deviation (SD), share of the variance of CIS, and"
        " Spearman's rank correlation ρ with the share of hidden cases passed, within tasks.",
        f"{analysis.summary['counts']['with_scores']} battles with a score",
        f"{confidence(analysis.summary['settings']['alpha'])}, percentile bootstrap",
        ("statistics/structure.csv", "statistics/criterion.csv"),
    )


def _omnibus(analysis: Analysis) -> Caption:
    return Caption(
        "Tests over all contestants at once. df: degrees of freedom; η²: share of variance, partial.",
        f"{analysis.summary['counts']['with_scores']} battles with a score",
        sources=("statistics/omnibus.csv", "statistics/summary.json"),
    )


def _missing(analysis: Analysis) -> Caption:  # noqa: ARG001
    return Caption(
        "Outcome of the planned battles. Scored, model failed and out of budget carry a score; infra (engine or"
        " network), sandbox, judge and absent are missing battles, in the last column as a share of the worst cell of"
        " contestant and task.",
        "battles, in every column but the last",
        sources=("statistics/missing.csv",),
    )


def _hypotheses(analysis: Analysis) -> Caption:
    return Caption(
        "Hypotheses that were written down, one row per contrast; a hypothesis holds only if all its contrasts do."
        " p (Holm): permutation within tasks, adjusted over the table.",
        _battles(analysis),
        f"{confidence(analysis.summary['settings']['alpha'])}, BCa bootstrap, not adjusted",
        ("statistics/hypotheses.csv", "statistics/summary.json"),
    )


def _gates(analysis: Analysis) -> Caption:
    return Caption(
        "Promised values of mean CIS, by the rule of the first study (the estimate) and by ours (the whole interval).",
        _battles(analysis),
        f"{confidence(analysis.summary['settings']['alpha'])}, BCa bootstrap",
        ("statistics/gates.csv",),
    )


def _generalisation(analysis: Analysis) -> Caption:
    return Caption(
        "Contrasts over tasks like these: Student's t (Holm) and sign flips of the differences of task means, and a"
        " mixed model with random tasks. Empty where the study has too few tasks.",
        f"{analysis.summary['generalisation']['tasks']} tasks",
        f"{confidence(analysis.summary['settings']['alpha'])}, of t on as many degrees of freedom as there are tasks,"
        " less one",
        ("statistics/generalisation.csv",),
    )


def _battles(analysis: Analysis) -> str:
    return f"{span(analysis.models['n_scored'])} battles with a score per contestant"


CAPTIONS: dict[str, Callable[[Analysis], Caption]] = {
    "models": _models,
    "main_results": _main_results,
    "contrasts": _contrasts,
    "components": _components,
    "omnibus": _omnibus,
    "missing": _missing,
    "hypotheses": _hypotheses,
    "gates": _gates,
    "generalisation": _generalisation,
}
