"""The checklist of construct validity: eight recommendations, each answered from the data.

The recommendations are those of Bean et al. (2025), in our words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import pandas as pd

from cis_study.paper.facets import FACETS, VERDICTS
from cis_study.statistics.design import COMPONENTS, StudyDesign
from cis_study.tables.rounding import percent

State = Literal["yes", "partly", "no"]


class Item(NamedTuple):
    """One recommendation, whether this study follows it, and what that rests on."""

    asks: str
    state: State
    answer: str
    section: str
    """Label of the section that says more."""


def checklist_numbers(
    summary: Mapping[str, Any], design: StudyDesign, claims: pd.DataFrame | None
) -> dict[str, list[dict[str, str]]]:
    """Macro `checklist`: the items as mappings, in the order of the recommendations.

    Args:
        summary: of the analysis.
        claims: what the validity battery found, of all instruments; None where it did not run.
    """
    ours = None if claims is None else claims[claims["instrument"] == design.instrument]
    items = [
        _phenomenon(),
        _only_the_phenomenon(ours),
        _tasks(summary, design),
        _reuse(summary, design),
        _contamination(ours),
        _statistics(summary),
        _errors(summary),
        _justified(ours),
    ]
    return {"checklist": [item._asdict() for item in items]}


def _phenomenon() -> Item:
    answer = (
        f"Code integrity is what the {len(COMPONENTS)} components say it is, each with a written rule; speed beyond the"
        " constraints of a task, security and how well a person reads the code are no part of it."
    )
    return Item("Is the phenomenon defined?", "yes", answer, "sec-score")


def _only_the_phenomenon(claims: pd.DataFrame | None) -> Item:
    asks, section = "Is nothing else measured with it?", "sec-validity"
    if claims is None:
        return Item(asks, "no", "Not tested: the validity battery did not run.", "sec-limits")
    families = {name for facet in FACETS if facet.name in ("Discriminant", "Consequential") for name in facet.families}
    state, counted = _tested(claims[claims["claim"].str.split(":").str[0].isin(families)])
    return Item(asks, state, f"Claims that appearance, edits and cheats leave the score alone: {counted}.", section)


def _tasks(summary: Mapping[str, Any], design: StudyDesign) -> Item:
    asks, needed = "Do the tasks represent the phenomenon?", summary["settings"]["estimands"]["secondary_min_tasks"]
    made = f"The {len(design.tasks)} tasks were written for the purpose and drawn from no population"
    if len(design.tasks) < needed:
        return Item(asks, "no", f"{made}; fewer than {needed}, they are all that results speak of.", "sec-limits")
    return Item(asks, "partly", f"{made}; the tests over tasks treat them as a sample.", "sec-limits")


def _reuse(summary: Mapping[str, Any], design: StudyDesign) -> Item:
    asks = "Are the limits of reused tasks acknowledged?"
    classics = set(_validity_settings(summary).get("classics", []))
    known = [task.title for task in design.tasks if task.id in classics]
    if not known:
        return Item(asks, "yes", "No task is listed as a public classic.", "sec-design")
    answer = f"Exercises of countless books among the {len(design.tasks)} tasks: {', '.join(known)}."
    return Item(asks, "yes", answer, "sec-design")


def _contamination(claims: pd.DataFrame | None) -> Item:
    asks, hidden = "Is contamination prepared for?", "Hidden cases are never shown to contestants"
    rows = None if claims is None else claims[claims["claim"].str.startswith("Contamination")]
    if rows is None or rows.empty:
        return Item(
            asks, "partly", f"{hidden}; whether the tasks are known to contestants was not tested.", "sec-limits"
        )
    state, counted = _tested(rows)
    return Item(
        asks, state, f"{hidden}. The claim that tasks one may have read give no advantage: {counted}.", "sec-validity"
    )


def _statistics(summary: Mapping[str, Any]) -> Item:
    asks, standing = "Are models compared by statistics?", summary["standing"]
    state: State = "yes" if standing["state"] == "as written down beforehand" else "partly"
    answer = f"By intervals and by permutation tests adjusted for their number. {standing['sentence']}"
    return Item(asks, state, answer, "sec-analysis")


def _errors(summary: Mapping[str, Any]) -> Item:
    counts, parts = summary["counts"], summary["parts"]
    passed = percent(counts["hidden_all_passed"] / counts["with_scores"])
    status = counts["status"]
    answer = (
        f"Every battle has a status; answers that could not be used: {status['model_failure']}, out of budget:"
        f" {status['budget_exhausted']}, missing: {counts['missing']}. Of those with a score"
        f" {percent(parts['solution_parses'])} hold valid code and {passed} pass every hidden case."
        " Errors were counted, not read."
    )
    return Item("Are errors analysed?", "partly", answer, "sec-missing")


def _justified(claims: pd.DataFrame | None) -> Item:
    asks = "Is construct validity argued for?"
    if claims is None:
        return Item(asks, "no", "The validity battery did not run.", "sec-limits")
    state, counted = _tested(claims)
    return Item(asks, state, f"Claims about the instrument: {counted}.", "sec-validity")


def _tested(claims: pd.DataFrame) -> tuple[State, str]:
    """`yes` where every claim is supported, `no` where none is, else `partly`; and the counts in words."""
    counts = claims["verdict"].value_counts()
    supported = int(counts.get("supported", 0))
    state: State = "yes" if supported == len(claims) else "partly" if supported else "no"
    return state, ", ".join(f"{int(counts.get(verdict, 0))} {verdict}" for verdict in VERDICTS)


def _validity_settings(summary: Mapping[str, Any]) -> Mapping[str, Any]:
    return summary["settings"].get("validity") or {}
