"""The battery: every claim about one instrument, in the order of the validity table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.settings import AnalysisSettings
from cis_study.validity.cheats import negative_controls
from cis_study.validity.components import component_structure
from cis_study.validity.correlations import correlations
from cis_study.validity.finding import Finding
from cis_study.validity.groups import known_groups
from cis_study.validity.incremental import incremental_value
from cis_study.validity.invariance import invariance
from cis_study.validity.ladders import dose_response
from cis_study.validity.material import Material, Part
from cis_study.validity.nuisance import contamination, serving
from cis_study.validity.reliability import reliability
from cis_study.validity.results import Report
from cis_study.validity.weights import weight_robustness

Member = Callable[[Material, PassRules, AnalysisSettings], Part]
MEMBERS: tuple[Member, ...] = (
    known_groups,
    dose_response,
    negative_controls,
    correlations,
    invariance,
    incremental_value,
    component_structure,
    weight_robustness,
    reliability,
    serving,
    contamination,
)


def battery(material: Material, settings: AnalysisSettings) -> Report:
    """Run every member on one instrument.

    Raises:
        StudyError: the settings state no pass rules.
    """
    rules = settings.pass_rules
    parts = [member(material, rules, settings) for member in MEMBERS]
    claims = pd.DataFrame([row for part in parts for row in part.findings], columns=list(Finding._fields))
    details = {name: table for part in parts for name, table in part.details.items()}
    return Report(named(material, claims), {name: named(material, table) for name, table in details.items()})


def named(material: Material, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the instrument in its first column."""
    return table.rename_axis(None).assign(instrument=material.instrument)[["instrument", *table.columns]]
