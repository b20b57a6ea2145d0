"""Names that the rules repeat, because importing the catalogues at every parse would load the statistics libraries."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cis_study.figures.catalogue import FIGURES
from cis_study.report import captions
from cis_study.statistics import files
from cis_study.tables.catalogue import TABLES


@pytest.mark.parametrize(
    ("name", "catalogue"), [("ANALYSIS_TABLES", files.TABLES), ("FIGURES", FIGURES), ("TABLES_MADE", TABLES)]
)
def test_the_rules_name_what_the_catalogues_make(root: Path, name: str, catalogue: tuple[str, ...]) -> None:
    literal = re.search(rf"^{name} = (\[.*?\])", (root / "rules/analysis.smk").read_text(), flags=re.M | re.S)
    assert literal is not None
    assert sorted(ast.literal_eval(literal[1])) == sorted(catalogue)


def test_every_figure_and_table_has_a_caption() -> None:
    # Those of the telemetry, the episodes, the judges and the power have rules of their own.
    assert set(captions.FIGURES) == {*FIGURES, "throughput", "episodes", "judges", "power"}
    assert set(captions.TABLES) == set(TABLES)
