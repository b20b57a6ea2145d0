"""`config/analysis.yaml`: what is estimated and tested, fixed before there is anything to analyse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cis_study.errors import StudyError
from cis_study.statistics.pass_rules import PassRules
from cis_study.yamlfile import Strict, read_yaml


class Family(Strict):
    """The contrasts whose p values are adjusted together."""

    outcome: Literal["CIS"]
    contrasts: Literal["all_pairs", "adjacent"]
    """`adjacent` compares neighbours in the order of the contestants only."""
    adjust: Literal["holm"]


class AnalysisSettings(Strict):
    """Every number the analysis depends on besides the scores themselves."""

    alpha: Annotated[float, Field(gt=0, lt=0.5)]
    """Two-sided level of the adjusted tests; intervals cover 1 - alpha."""
    bootstrap_resamples: Annotated[int, Field(ge=200)]
    permutations: Annotated[int, Field(ge=99)]
    seed: Annotated[int, Field(ge=0)]
    """Seed of the resampling streams."""
    missing_gate: Annotated[float, Field(ge=0, lt=1)]
    """Largest share of a model x task cell that may be missing."""
    family: Family
    validity: PassRules | None = None
    """Pass rules of the validity battery; None: this analysis has none."""

    @property
    def pass_rules(self) -> PassRules:
        """Those of the validity battery.

        Raises:
            StudyError: none are stated.
        """
        if self.validity is None:
            raise StudyError("config/analysis.yaml: validity", "absent", "no pass rule is stated", "State them first.")
        return self.validity


def load_settings(path: Path) -> AnalysisSettings:
    """Read the analysis settings.

    Raises:
        StudyError: the file is missing, or a key is unknown, missing or out of range.
    """
    return read_yaml(path, AnalysisSettings)
