"""The figures of the validity battery show what its tables say, also where there is little to show."""

from __future__ import annotations

import pandas as pd
import pytest
from fake_scores import fake_design
from test_figures import fits

from cis_study.figures import reliability, validity, weights
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
    assert [text.get_text() for text in axes.texts] == ["71\u00a0%", "", "same\norder"]
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


def found(rows: int = 1) -> validity.Found:
    """Two ladders of one task, two planted submissions beside the reference, one correlation; all of it twice."""
    name = fake_design().instrument
    ladders = pd.DataFrame(
        [(name, "t", draw, faults, 1 - step * faults) for draw, step in ((1, 0.1), (2, 0.2)) for faults in range(3)],
        columns=["instrument", "task", "draw", "faults", "CIS"],
    )
    planted = [("reference", 0, 0.9), ("praise", 0, 0.2), ("stub", 0, 0.6), ("one_fault", 1, 0.8)]
    controls = pd.DataFrame(
        [("t", control, faults, 1, score) for control, faults, score in planted],
        columns=["task", "control", "faults", "n", "CIS"],
    )
    related = pd.DataFrame(
        [(name, "CIS without L", "hidden", 0.5, 0.3, 0.7), ("another", "CIS", "hidden", 0.9, 0.8, 1.0)],
        columns=["instrument", "score", "with", "rho", "low", "high"],
    )
    claims = pd.DataFrame([(name, "Criterion: hidden cases", 120)], columns=["instrument", "claim", "n"])
    return validity.Found(*(table.head(rows * len(table)) for table in (ladders, controls, related, claims)))


def test_the_validity_panel_shows_ladders_controls_and_correlations_of_the_instrument() -> None:
    figure = validity.draw(found(), fake_design())
    fall, worth, link = figure.axes
    assert list(fall.lines[-1].get_ydata()) == pytest.approx([1, 0.85, 0.7])
    assert fall.get_xlabel() == "Planted faults, n = 2 ladders"
    assert [label.get_text() for label in worth.get_yticklabels()] == ["stub", "praise"]
    assert set(worth.lines[0].get_xdata()) == {0.9}, "the reference"
    (mark,) = (line for line in link.lines if line.get_marker() == "o")
    assert (mark.get_xdata(), mark.get_fillstyle()) == ([0.5], "none")
    assert link.get_xlabel().endswith("n = 120 battles")
    fits(figure)
    close(figure)


def test_a_study_without_controls_has_empty_panels() -> None:
    nothing = found(rows=0)
    figure = validity.draw(nothing, fake_design())
    assert figure.axes[0].get_xlabel() == "Planted faults, n = 0 ladders"
    assert "(a) 0 ladders of 0 tasks" in validity.caption(nothing, fake_design(), 0.05).text
    close(figure)
