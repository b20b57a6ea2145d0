"""What the manuscript says of the validity battery, with every outcome written beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cis_study.paper.facets import facet_rows
from cis_study.statistics.design import StudyDesign
from cis_study.tables.validity import stated

NOT_RUN = "The validity battery was not run for this study."
SENTENCES = (
    "validity_counts",
    "validity_contradicted",
    "validity_open",
    "validity_untestable",
    "validity_others",
)
NONE = {"contradicted": "No claim is contradicted.", "not decided": "No claim is left open."}


def validity_numbers(claims: pd.DataFrame | None, design: StudyDesign) -> dict[str, Any]:
    """Macros `validity_stated` (bool), `facets` (rows of a table) and `SENTENCES`.

    Args:
        claims: of all instruments, as `cis_study.validity.files` stores them; None where the battery did not run.
    """
    if claims is None:
        return {"validity_stated": False, "facets": [], **dict.fromkeys(SENTENCES, NOT_RUN)}
    ours = claims[claims["instrument"] == design.instrument]
    counts = ours["verdict"].value_counts()
    said = {verdict: int(counts.get(verdict, 0)) for verdict in ("supported", "contradicted", "not decided")}
    untestable = int(counts.get("not testable", 0))
    return {
        "validity_stated": True,
        "facets": facet_rows(ours),
        "validity_counts": f"Of {len(ours)} claims about {design.instrument}, {said['supported']} are supported,"
        f" {said['contradicted']} contradicted and {said['not decided']} not decided by these data;"
        f" {untestable} cannot be tested on them.",
        "validity_contradicted": _listed(ours, "contradicted", "Contradicted"),
        "validity_open": _listed(ours, "not decided", "Not decided"),
        "validity_untestable": _reasons(ours[ours["verdict"] == "not testable"]),
        "validity_others": " ".join(_other(claims, name) for name in _others(claims, design)),
    }


def _listed(claims: pd.DataFrame, verdict: str, word: str) -> str:
    rows = claims[claims["verdict"] == verdict]
    if rows.empty:
        return NONE[verdict]
    return f"{word}: {'; '.join(stated(row) for row in rows.to_dict(orient='records'))}."


def _reasons(claims: pd.DataFrame) -> str:
    """Claims that cannot be tested, put together by reason."""
    if claims.empty:
        return "Every claim could be tested."
    groups = [f"{_join(rows['claim'])} ({reason})" for reason, rows in claims.groupby("note", sort=False)]
    return f"Not testable: {'; '.join(groups)}."


def _others(claims: pd.DataFrame, design: StudyDesign) -> list[str]:
    return [name for name in claims["instrument"].unique() if name != design.instrument]


def _other(claims: pd.DataFrame, name: str) -> str:
    rows = claims[claims["instrument"] == name]
    counts = rows["verdict"].value_counts()
    tested = len(rows) - int(counts.get("not testable", 0))
    if not tested:
        return f"Of {name} nothing can be tested: {rows['note'].iloc[0]}."
    supported, contradicted = int(counts.get("supported", 0)), int(counts.get("contradicted", 0))
    return f"Of {name} {tested} claims can be tested: {supported} are supported and {contradicted} contradicted."


def _join(items: Iterable[str]) -> str:
    return ", ".join(items)
