"""The figures of the validity battery show what its tables say, also where there is little to show."""

from __future__ import annotations

import pandas as pd
import pytest
from fake_scores import fake_design

from cis_study.figures import reliability, weights
from cis_study.figures.style import close


@pytest.fixture
def pairs() -> pd.DataFrame:
    design = fake_design()
    weak, middle, strong = design.models
    shared = {"q025": 0.1, "q25": 0.2, "median": 0.3, "q75": 0.4, "q975": 0.5, "difference": 0.25}
    rows = [(middle, weak, 0.71), (strong, weak, float("nan"))]
    table = [shared | {"model": m, "reference": r, "share": s, "instrument": design.instrument} for m, r, s in rows]
    return pd.DataFrame([*table, table[0] | {"instrument": "another", "q975": 9.0}])


def test_a_row_for_every_pair_of_the_instrument(pairs: pd.DataFrame) -> None:
    figure = weights.draw(pairs, fake_design())
    (axes,) = figure.axes
    labels = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    assert labels == ["Qwen2.5-Coder 0.5B − SmolLM2 135M", "Qwen2.5-Coder 1.5B − SmolLM2 135M"]
    assert [text.get_text() for text in axes.texts] == ["71\u00a0%", ""]
    assert axes.get_xlim()[1] < 1
    close(figure)


def test_a_curve_for_every_number_of_replicates_and_the_tasks_of_the_study_marked() -> None:
    design = fake_design()
    rows = [(design.instrument, tasks, n, 1 - 1 / (tasks + n)) for tasks in (1, 4, 16) for n in (1, 10)]
    table = pd.DataFrame(rows, columns=["instrument", "tasks", "replicates", "relative"])
    figure = reliability.draw(table, design)
    (axes,) = figure.axes
    curves, marker = axes.lines[:-1], axes.lines[-1]
    assert [line.get_label() for line in curves] == ["1 replicate", "10 replicates"]
    assert list(curves[1].get_ydata()) == table.loc[table["replicates"] == 10, "relative"].to_list()
    assert set(marker.get_xdata()) == {4}
    close(figure)


@pytest.mark.parametrize("draw", [weights.draw, reliability.draw])
def test_nothing_to_draw_is_said(draw: object) -> None:
    figure = draw(pd.DataFrame(columns=["instrument"]), fake_design())  # type: ignore[operator]
    assert figure.axes[0].get_xlabel()
    close(figure)
