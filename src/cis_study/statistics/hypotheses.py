"""The directed hypotheses of `config/analysis.yaml` as contrasts, adjusted together."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cis_study.statistics.contrasts import TESTED, Pair, tested_contrasts
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.estimates import Cells
from cis_study.statistics.registered import Group, Hypothesis
from cis_study.statistics.settings import AnalysisSettings


def hypothesis_table(cells: Cells, design: StudyDesign, settings: AnalysisSettings) -> pd.DataFrame:
    """One row per hypothesis and contrast: `hypothesis`, then the columns of tested contrasts.

    `model` belongs to the group that is expected to score higher. A hypothesis one of whose groups is empty in this
    study has no row.
    """
    wanted = [
        (name, outcome, pair)
        for name, hypothesis in sorted(settings.hypotheses.items())
        for outcome in hypothesis.outcomes
        for pair in pairs_of(hypothesis, design)
    ]
    table = tested_contrasts(cells, design, settings, [(outcome, pair) for _, outcome, pair in wanted])
    table.insert(0, "hypothesis", [name for name, _, _ in wanted])
    return table[["hypothesis", *TESTED]]


def pairs_of(hypothesis: Hypothesis, design: StudyDesign) -> Iterator[Pair]:
    """Every contestant of the higher group with every one of the lower, in the order of the design.

    Who stands in both groups, as a baseline that reasons, is compared with nobody.
    """
    higher, lower = (_members(group, design) for group in (hypothesis.higher, hypothesis.lower))
    placed = [contestant.name for contestant in design.contestants if contestant.tier is not None]
    higher = [name for name in placed if name not in lower] if hypothesis.higher == "others" else higher
    lower = [name for name in placed if name not in higher] if hypothesis.lower == "others" else lower
    return ((high, low) for high in higher for low in lower if high not in lower and low not in higher)


def _members(group: Group, design: StudyDesign) -> list[str]:
    if group == "reasoning":
        return [contestant.name for contestant in design.contestants if contestant.reasoning_effort is not None]
    return [contestant.name for contestant in design.contestants if contestant.tier == group]
