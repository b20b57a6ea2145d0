"""LaTeX whose numbers stand under one another: what siunitx is told, and that it compiles where there is a LaTeX."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.figures.caption import Caption
from cis_study.tables.latex import as_latex
from cis_study.tables.rounding import number, with_interval
from cis_study.tables.table import Table

TABLE = Table(
    ("Model", "n", "Mean ρ", "p", "Share", "Of"),
    [
        ("a_b", "1,234", "0.384 [−0.360, 0.407]", "< 0.001", "1.2\u00a0%", "3 / 4"),
        ("c", "7", "−10.50 [−11.00, 9.00]", "0.013", "–", "–"),
        ("d", "–", "–", "–", "50\u00a0%", "4 / 4"),
    ],
    caption=Caption("Made up, 100 %.", "rows"),
    bold=frozenset({(0, 2)}),
)
LATEX = shutil.which("pdflatex")


def test_known_table() -> None:
    packages, box, begin, _, header, _, *rows, _, end, note = as_latex(TABLE).splitlines()
    assert all(name in packages for name in ("booktabs", "graphicx", "siunitx"))
    assert box.startswith(r"\resizebox{\ifdim\width>\linewidth")
    assert end == r"\end{tabular}}"
    assert begin == (
        r"\begin{tabular}{lS[table-format=4]S[table-format=-2.3, text-series-to-math]@{\,}lS[table-format=<1.3]rr}"
    )
    assert header == r"Model & {n} & \multicolumn{2}{c}{Mean $\rho$} & {p} & Share & Of \\"
    assert rows[0] == (r"a\_b & 1234 & \bfseries 0.384 & \textbf{[$-$0.360, 0.407]} & < 0.001 & 1.2~\% & 3 / 4 \\")
    assert rows[1] == r"c & 7 & -10.50 & [$-$11.00, 9.00] & 0.013 & -- & -- \\"
    assert rows[2] == r"d & {--} & {--} &  & {--} & 50~\% & 4 / 4 \\"
    assert note == (
        r"\par\smallskip\noindent{\footnotesize Made up, 100 \%. -- stands where there is no number. n: rows.\par}"
    )


@given(st.lists(st.tuples(st.floats(-2000, 2000), st.integers(0, 4)), min_size=1))
def test_the_format_holds_every_number_of_its_column(values: list[tuple[float, int]]) -> None:
    cells = [number(value, decimals) for value, decimals in values]
    tex = as_latex(Table(("", "x"), [("", cell) for cell in cells]))
    form = tex.split("table-format=")[1].split("]")[0]
    whole, _, digits = form.removeprefix("-").partition(".")
    for cell in cells:
        before, _, after = cell.removeprefix("−").partition(".")
        assert len(before) <= int(whole)
        assert len(after) <= int(digits or 0)
        assert not cell.startswith("−") or form.startswith("-")


def test_only_long_words_are_broken() -> None:
    table = Table(("Short", "Long", "n"), [("a|b", "a" * 20 + " " + "b" * 20, "1")], text_columns=2)
    _, _, begin, *_ = as_latex(table).splitlines()
    assert begin == r"\begin{tabular}{l>{\raggedright\arraybackslash}p{15em}S[table-format=1]}"
    assert r"a\textbar{}b & aaa" in as_latex(table)


@pytest.mark.skipif(LATEX is None, reason="no pdflatex on this machine: that LaTeX accepts the tables was not tested")
def test_it_compiles_and_fits_the_line(tmp_path: Path) -> None:
    assert LATEX is not None
    wide = Table(("", "Estimate"), [("", with_interval(0.5, 0.4, 0.6, 2)), ("", number(-0.25, 2))])
    wider = Table(("Words " * 3,) * 9, [("many words " * 5,) * 9], text_columns=9)
    (tmp_path / "a.tex").write_text(
        r"\documentclass{article}\usepackage{booktabs}\usepackage{graphicx}\usepackage{siunitx}\begin{document}"
        + "".join(rf"\begin{{table}}{as_latex(table)}\end{{table}}" for table in (TABLE, wide, wider))
        + r"\end{document}"
    )
    done = subprocess.run(
        [LATEX, "-interaction=nonstopmode", "-halt-on-error", "a.tex"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
