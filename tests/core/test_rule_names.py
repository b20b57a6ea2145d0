"""Names that the rules repeat, because importing the catalogues at every parse would load the statistics libraries."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cis_study.figures.catalogue import FIGURES
from cis_study.report import contents
from cis_study.statistics import files
from cis_study.tables.captions import CAPTIONS
from cis_study.tables.catalogue import TABLES
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.validity.files import DETAILS


@pytest.mark.parametrize(
    ("name", "catalogue"), [("ANALYSIS_TABLES", files.TABLES), ("FIGURES", FIGURES), ("TABLES_MADE", TABLES)]
)
def test_the_rules_name_what_the_catalogues_make(root: Path, name: str, catalogue: tuple[str, ...]) -> None:
    assert sorted(listed(root / "rules/analysis.smk", name)) == sorted(catalogue)


@pytest.mark.parametrize(("name", "made"), [("VALIDITY_DETAILS", DETAILS), ("VALIDITY_TABLES", tuple(CLAIM_TABLES))])
def test_the_rules_name_what_the_validity_battery_makes(root: Path, name: str, made: tuple[str, ...]) -> None:
    assert listed(root / "rules/validity.smk", name) == list(made)


def listed(rules: Path, name: str) -> list[str]:
    literal = re.search(rf"^{name} = (\[.*?\])", rules.read_text(), flags=re.M | re.S)
    assert literal is not None
    return list(ast.literal_eval(literal[1]))


def test_the_report_shows_every_figure_and_table_and_every_table_has_a_caption(root: Path) -> None:
    # The others have rules of their own.
    others = {"throughput", "episodes", "judges", "power", *listed(root / "rules/validity.smk", "VALIDITY_FIGURES")}
    assert sorted(contents.FIGURES) == sorted({*FIGURES, *others})
    assert sorted(contents.TABLES) == sorted(TABLES) == sorted(CAPTIONS)
