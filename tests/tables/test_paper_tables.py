"""Tables round by their uncertainty and survive both spellings."""

import csv
import io

import pytest
from fake_determinism import fake_summary
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings
from hypothesis import given
from hypothesis import strategies as st

from cis_study.errors import StudyError
from cis_study.statistics.analysis import analyse
from cis_study.statistics.results import Analysis
from cis_study.statistics.scores import check_scores
from cis_study.tables.catalogue import TABLES, make_table
from cis_study.tables.determinism import HEADER, determinism_table
from cis_study.tables.latex import as_latex, escape
from cis_study.tables.rounding import decimals_for, number, p_value, parameter_count, percent, with_interval
from cis_study.tables.table import Table, as_csv, as_typst


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    design = fake_design()
    return analyse(check_scores(fake_scores(design), design), design, fake_settings(), FAKE_STANDING)


@pytest.mark.parametrize(
    ("half_width", "decimals"), [(0.2, 2), (0.15, 2), (0.02, 3), (0.0021, 4), (1e-7, 4), (float("nan"), 2), (0.0, 2)]
)
def test_decimals_follow_the_uncertainty(half_width: float, decimals: int) -> None:
    assert decimals_for([half_width]) == decimals


@given(st.floats(1e-9, 1e3))
def test_rounding_hides_no_more_than_a_twentieth_of_the_uncertainty(half_width: float) -> None:
    decimals = decimals_for([half_width])
    assert 2 <= decimals <= 4
    # Two significant digits of the half-width, as far as the bounds of the column let it.
    assert half_width * 10**decimals < 100 * (1 + 1e-8) or decimals == 2
    assert decimals == 4 or 0.5 * 10**-decimals <= half_width / 20 * (1 + 1e-8)


@given(st.floats(-1, 1), st.floats(0.001, 0.5))
def test_a_rounded_estimate_stays_in_its_interval(value: float, half_width: float) -> None:
    text = with_interval(value, value - half_width, value + half_width, decimals_for([half_width]))
    estimate, low, high = (float(part.strip("[,]").replace("−", "-")) for part in text.split())
    assert low < estimate < high
    assert estimate == pytest.approx(value, abs=half_width / 15)


def test_numbers_as_text() -> None:
    assert number(-0.0004, 3) == "0.000"
    assert number(-0.25, 2) == "−0.25"
    assert number(float("nan"), 2) == "–"
    assert with_interval(0.5, float("nan"), float("nan"), 2) == "0.50"
    assert (p_value(0.0004), p_value(0.0126), p_value(float("nan"))) == ("< 0.001", "0.013", "–")
    shares = [percent(share).replace("\u00a0", " ") for share in (0.5, 0.0123, 0.0, -0.02)]
    assert shares == ["50 %", "1.2 %", "0 %", "−2.0 %"]
    assert [parameter_count(n).replace("\u00a0", " ") for n in (134515008, 999_900_000, 1543714304, 32.5e9)] == [
        "135 M",
        "1.00 B",
        "1.54 B",
        "32.5 B",
    ]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_every_column_in_both_spellings(name: str, analysis: Analysis) -> None:
    table = make_table(name, analysis, fake_design())
    rows = list(csv.reader(io.StringIO(as_csv(table))))
    assert {len(row) for row in rows} == {len(table.header) + 1}
    lines = [line for line in as_latex(table).splitlines() if line.endswith(r"\\")]
    assert len(lines) == len(rows)
    # An estimate and its interval are two columns under one header.
    doubled = lines[0].count("multicolumn{2}")
    assert lines[0].count(" & ") == len(table.header) - 1
    assert {line.count(" & ") for line in lines[1:]} <= {len(table.header) - 1 + doubled}
    assert as_latex(table).isascii()
    assert as_typst(table).count("\n") == len(table.rows) + 10
    assert as_csv(table) == as_csv(make_table(name, analysis, fake_design()))


@pytest.mark.parametrize("state", ["exploratory", "not recorded", "as written down beforehand"])
@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_how_the_analysis_stands(name: str, state: str, analysis: Analysis) -> None:
    stands = analysis._replace(summary=analysis.summary | {"standing": {"state": state, "sentence": "…"}})
    table = make_table(name, stands, fake_design())
    header, *rows = csv.reader(io.StringIO(as_csv(table)))
    assert header[-1] == "Analysis"
    assert {row[-1] for row in rows} == ({state} if rows else set())
    assert f"Analysis: {state}." in as_latex(table)
    assert f"Analysis: {state}." in table.told().text


def test_a_hypothesis_that_is_not_testable_has_a_row(analysis: Analysis) -> None:
    first, *others = make_table("hypotheses", analysis, fake_design()).rows
    assert first == ("H1", "–", "–", "not testable", "–", "–")
    assert [row[0] for row in others] == ["H2"] * 4 + ["H3"] * 2


def test_latex_cannot_be_broken_by_a_label() -> None:
    assert escape("a_b & 5 % {x}") == r"a\_b \& 5 \% \{x\}"
    assert r"\input" not in as_latex(Table(("h",), [[r"\input{/etc/passwd}"]]))


@given(st.text())
def test_no_bare_backslash_or_special_survives(text: str) -> None:
    plain = escape(text.replace("\\", ""))
    for special in "&%#_":
        assert plain.count(special) == plain.count("\\" + special)


def test_bold_are_the_highest_and_those_not_told_apart_from_it(analysis: Analysis) -> None:
    design = fake_design()
    weak, middle, strong = design.models
    for significant, rows in (((strong, weak), {1, 2}), ((middle, weak), {0, 1, 2})):
        contrasts = analysis.contrasts.copy()
        pairs = list(zip(contrasts["model"], contrasts["reference"], strict=True))
        contrasts["p_holm"] = [0.001 if pair == significant else 0.5 for pair in pairs]
        table = make_table("main_results", analysis._replace(contrasts=contrasts), design)
        assert table.bold == {(row, table.header.index("CIS")) for row in rows}
        assert f'strong("{table.rows[2][2]}")' in as_typst(table)
        assert as_latex(table).count(r"\bfseries") == len(rows)
        assert "Bold: the highest mean CIS" in table.told().text


def test_a_dash_is_explained_where_there_is_one() -> None:
    assert Table(("a",), [["–"]]).told().text == "– stands where there is no number."
    assert Table(("a",), [["1"]]).told().text == ""


def test_text_cannot_leave_its_cell_in_typst() -> None:
    assert r'"a\\\" #panic() $"' in as_typst(Table(("h",), [[r"a\" #panic() $"]]))


def test_missing_table_adds_up(analysis: Analysis) -> None:
    for row in make_table("missing", analysis, fake_design()).rows:
        assert int(row[1]) == sum(int(cell) for cell in row[2:9])


def test_unknown_table_lists_the_known_ones(analysis: Analysis) -> None:
    with pytest.raises(StudyError, match="models, main_results"):
        make_table("chairs", analysis, fake_design())


def test_shares_of_identical_replies_and_where_the_others_part() -> None:
    table = determinism_table(fake_summary(), fake_design(), 0.05)
    assert table.header == HEADER
    first, *_, last = ([cell.replace("\u00a0", " ") for cell in row] for row in table.rows)
    assert first[3:] == ["engine restarted", "40 / 40", "100 % [91 %, 100 %]", "–", "–", "–"]
    assert last[:4] == ["Qwen2.5-Coder 0.5B", "throughput", "vllm 0, cpu, bfloat16", "restarted, 4 in flight for 32"]
    # 37 of the 39 that have replies: the lost one is no difference.
    assert last[4:] == ["37 / 39", "95 % [83 %, 99 %]", "5, 6", "15, 18", "25 %"]


def test_unknown_tokens_are_no_numbers() -> None:
    last = determinism_table(fake_summary(tokens=False), fake_design(), 0.05).rows[-1]
    assert last[6:8] == ("–", "15, 18")


def test_an_engine_that_says_little_is_named_by_what_it_says() -> None:
    # As read from a file where the column is empty, and as made in memory.
    for nothing in (float("nan"), None):
        silent = fake_summary().assign(engine="llama_cpp", version="2026.10", platform=nothing, dtype=nothing)
        assert determinism_table(silent, fake_design(), 0.05).rows[0][2] == "llama_cpp 2026.10"
