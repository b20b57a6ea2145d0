"""Limits that follow from the design and the data, each with the sentence for either case."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from cis_study.statistics.design import StudyDesign


def limit_numbers(cells: pd.DataFrame, design: StudyDesign, claims: pd.DataFrame | None) -> dict[str, list[str]]:
    """Macro `limits`: sentences, in the order in which the paper lists them.

    Args:
        cells: means by contestant, task and outcome, as of the analysis.
        claims: what the validity battery found, of all instruments; None where it did not run.
    """
    sentences = [_tiers(design), _size(design), _vendors(design), _quantizations(design), _ends(cells)]
    return {"limits": [*sentences, _contradicted(claims, design)]}


def _tiers(design: StudyDesign) -> str:
    sizes = [sum(c.tier == tier for c in design.contestants) for tier in design.tiers]
    if len(sizes) < 2:
        return "There are no two tiers, so nothing is said about an order of tiers."
    alone = sizes.count(1)
    if alone == len(sizes):
        return "Each tier is one contestant, so what is said of a tier is said of that contestant alone."
    if alone:
        return f"Tiers with a single contestant, who cannot be told from the tier: {alone} of {len(sizes)}."
    return f"Every tier holds {min(sizes)} contestants or more, still too few to speak of all models like them."


def _size(design: StudyDesign) -> str:
    placed = [c for c in design.contestants if c.tier is not None]
    sizes = [c.parameters for c in placed if c.parameters is not None]
    if len(sizes) < max(2, len(placed)):
        return "The size of some contestants is not known, so it cannot be told from their tier."
    if all(low < high for low, high in pairwise(sizes)):
        return (
            "The order of the contestants is that of their size, so whatever comes with size, such as keeping to a"
            " reply format, separates them as well as quality does."
        )
    return "The order of the contestants is not that of their size, so size alone does not explain it."


def _vendors(design: StudyDesign) -> str:
    known = [c.vendor for c in design.contestants if c.vendor is not None]
    unknown = len(design.contestants) - len(known)
    rest = f", and of {unknown} the vendor is not known" if unknown else ""
    shared = max((known.count(vendor) for vendor in set(known)), default=0)
    if shared > 1:
        return (
            f"{shared} of {len(design.contestants)} contestants are of one vendor{rest}, and may share training data."
        )
    return f"No two contestants are known to be of one vendor{rest}."


def _quantizations(design: StudyDesign) -> str:
    found = sorted({c.quantization or "unknown" for c in design.contestants})
    if found == ["unknown"]:
        return "How the weights of the contestants are quantized is not known."
    if len(found) == 1:
        return f"All weights are quantized alike ({found[0]}), so the scores hold for that form of them."
    return f"Weights come in {len(found)} forms ({', '.join(found)}); differences in form are part of the contestants."


def _ends(cells: pd.DataFrame) -> str:
    means = cells.loc[cells["outcome"] == "hidden", "mean"]
    ceiling, floor = int((means == 1).sum()), int((means == 0).sum())
    if not ceiling and not floor:
        return "No contestant passes all or none of the hidden cases of a task in every battle."
    return (
        f"Cells of contestant and task in which every battle passes every hidden case: {ceiling} of {len(means)}; in"
        f" which none passes any: {floor}. There the criterion can separate nobody."
    )


def _contradicted(claims: pd.DataFrame | None, design: StudyDesign) -> str:
    if claims is None:
        return "The instrument's validity was not tested in this study."
    ours = claims[claims["instrument"] == design.instrument]
    failed, open_ = (_named(ours, verdict) for verdict in ("contradicted", "not decided"))
    said = (
        f"The data contradict what {design.instrument} must show: {failed}"
        if failed
        else (f"The data contradict nothing that {design.instrument} must show")
    )
    return f"{said}; {f'left open is {open_}' if open_ else 'nothing that was tested is left open'}."


def _named(claims: pd.DataFrame, verdict: str) -> str:
    return _joined(claims.loc[claims["verdict"] == verdict, "claim"])


def _joined(items: Iterable[str]) -> str:
    return ", ".join(f"“{item}”" for item in items)
