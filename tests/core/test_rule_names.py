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


def test_every_figure_and_table_has_a_caption(root: Path) -> None:
    # The others have rules of their own.
    figures = {*FIGURES, "throughput", "episodes", "judges", "power", "weights", "reliability"}
    tables = {*TABLES, *CLAIM_TABLES, "throughput", "episodes", "episode_relation", "power", "determinism"}
    tables |= {"judge_calibration", "judge_agreement"}
    assert set(captions.FIGURES) == figures
    assert set(captions.TABLES) == set(TABLES)
    folder = root / "src/cis_study/report/captions"
    assert {path.stem for path in folder.glob("figures/*.rst")} == figures
    assert {path.stem for path in folder.glob("tables/*.rst")} == tables
    # One that is not wrapped by `shown_figure` or `shown_table` is not in `snakemake --report`.
    rules = "".join(path.read_text() for path in sorted((root / "rules").glob("*.smk")))
    alone = {name for name in figures - set(FIGURES) if f'shown_figure("{name}")' not in rules}
    alone |= {name for name in tables - set(TABLES) if f'shown_table("{name}")' not in rules}
    assert alone == {"weights", "reliability", *CLAIM_TABLES}
    assert {"*map(shown_figure, VALIDITY_FIGURES)", "*map(shown_table, VALIDITY_TABLES)"} <= set(
        re.findall(r"\*map\([^)]*\)", rules)
    )


@pytest.mark.parametrize("name", captions.FIGURES)
def test_captions_are_sentences(name: str) -> None:
    assert re.fullmatch(r"[A-Z][^*`_|]+\.", captions.caption("figures", name))
