"""The table of simulated designs: one row each, a dash where there is no figure."""

from __future__ import annotations

import pandas as pd
from fake_power import FAKE_POWER, fake_power_table

from cis_study.statistics.power_table import COLUMNS
from cis_study.tables.latex import as_latex
from cis_study.tables.power import HEADER, power


def test_a_row_per_design_with_the_study_named() -> None:
    table = power(fake_power_table((4, 10.0)), FAKE_POWER)
    assert len(table.rows) == 4 * 5
    assert table.rows[1][:5] == ("4 (this study)", "10", "0.050 ± 0.004", "0.600 ± 0.010", "0.108 ± 0.001")
    assert table.rows[4][:6] == ("4", "∞", "–", "–", "–", "0.050 ± 0.004")
    assert table.rows[4][8] == "–"
    assert [row[0] for row in table.rows if "this study" in row[0]] == ["4 (this study)"]
    assert r"$\infty$" in as_latex(table)
    assert r"0.050 & $\pm$ 0.004" in as_latex(table)


def test_unequal_replicates_are_their_mean_and_a_single_task_has_dashes() -> None:
    assert power(fake_power_table((16, 20.5)), FAKE_POWER).rows[12][:2] == ("16 (this study)", "20.5")
    single = power(fake_power_table((1, 3.0)), FAKE_POWER).rows[0]
    assert (single[0], *single[6:8]) == ("1 (this study)", "–", "–")


def test_a_study_of_one_contestant_has_a_table_without_rows() -> None:
    assert power(pd.DataFrame(columns=COLUMNS), FAKE_POWER)[:3] == (HEADER, [], 1)
