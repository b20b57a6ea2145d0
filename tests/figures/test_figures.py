"""Figures show every contestant, fit a column, and have the same bytes twice."""

import functools
import os
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from fake_episodes import fake_episode_table
from fake_jobs import fake_performances
from fake_judges import fake_judge_analysis, fake_judged_design
from fake_power import FAKE_POWER, fake_power_table
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.text import Text
from seaborn.utils import relative_luminance

from cis_study.errors import StudyError
from cis_study.figures.catalogue import FIGURES, draw_figure
from cis_study.figures.distributions import draw as draw_distributions
from cis_study.figures.episodes import draw as draw_episodes
from cis_study.figures.judges import draw as draw_judges
from cis_study.figures.power import draw as draw_power
from cis_study.figures.style import (
    COLUMN_MM,
    FORMATS,
    MM,
    model_colours,
    model_dashes,
    model_markers,
    save_figure,
    text_colour,
)
from cis_study.figures.throughput import draw as draw_throughput
from cis_study.statistics.analysis import analyse
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.results import Analysis
from cis_study.statistics.scores import OUTCOMES, check_scores

Study = tuple[pd.DataFrame, Analysis, StudyDesign]


@pytest.fixture(scope="module")
def study() -> Study:
    design = fake_design()
    scores = check_scores(fake_scores(design), design)
    return scores, analyse(scores, design, fake_settings(), FAKE_STANDING), design


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def texts(figure: Figure) -> list[Text]:
    figure.canvas.draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


@pytest.mark.parametrize("name", FIGURES)
def test_bytes_are_the_same_twice(name: str, study: Study, tmp_path: Path) -> None:
    for form in FORMATS:
        for attempt in ("a", "b"):
            save_figure(draw_figure(name, *study)[0], tmp_path / f"{attempt}.{form}")
        assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()


def test_fonts_are_embedded_as_outlines(study: Study, tmp_path: Path) -> None:
    save_figure(draw_figure("cis_by_model", *study)[0], tmp_path / "a.pdf")
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert pdf.count(b"/FontFile2") == pdf.count(b"/Type /FontDescriptor") > 0
    assert b"/Type3" not in pdf


def test_five_contestants_differ_in_more_than_colour() -> None:
    names = list("abcde")
    for looks in (model_colours(names), model_markers(names), model_dashes(names)):
        assert len({str(look) for look in looks.values()}) == len(names)


@pytest.mark.parametrize(("models", "shapes"), [(3, set()), (5, {"o", "s", "D", "^", "v"})])
def test_more_curves_than_dashes_tell_apart_carry_markers(models: int, shapes: set[str]) -> None:
    figure, _ = draw_figure("distributions", *large_study(models, 4))
    for axes in figure.axes:
        assert {line.get_marker() for line in axes.lines} - {"None", ""} == shapes
    [legend] = figure.legends
    assert {handle.get_marker() for handle in legend.get_lines()} - {"None", ""} == shapes


@pytest.mark.parametrize("mean", np.linspace(0, 1, 41))
def test_the_number_of_every_cell_stands_out(mean: float) -> None:
    cell = colormaps["cividis"](mean)
    light, dark = sorted((relative_luminance(colour) for colour in (cell, text_colour(cell))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) > 3.9


@pytest.mark.parametrize("name", FIGURES)
def test_every_contestant_is_named(name: str, study: Study) -> None:
    shown = " ".join(text.get_text().replace("\n", " ") for text in texts(draw_figure(name, *study)[0]))
    for contestant in study[2].contestants:
        assert contestant.label in shown


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(("models", "tasks"), [(1, 4), (3, 4), (5, 4), (3, 16)])
def test_labels_neither_overlap_nor_leave_the_column(name: str, models: int, tasks: int) -> None:
    fits(draw_figure(name, *large_study(models, tasks))[0])


@functools.cache
def large_study(models: int, tasks: int) -> Study:
    """Long names, and as many of them as a study may have."""
    base = [c.model_dump() for c in fake_design().contestants]
    more = [base[0] | {"name": f"m{i}", "label": f"Devstral-Small-2 24B-{i}"} for i in range(5)]
    many = {"tasks": [{"id": f"t{i}", "title": "Expression evaluator"} for i in range(tasks)]} if tasks > 4 else {}
    design = fake_design(contestants=(base[:1] if models == 1 else base if models == 3 else more), **many)
    scores = check_scores(fake_scores(design, step=0.1), design)
    settings = fake_settings(bootstrap_resamples=200, permutations=99)
    return scores, analyse(scores, design, settings, FAKE_STANDING), design


@pytest.mark.parametrize("gpu", [False, True])
def test_labels_of_the_throughput_fit_too(gpu: bool) -> None:
    design = fake_design()
    fits(draw_throughput(fake_performances(design, ("1-50", "51-200"), gpu), design))


@pytest.mark.parametrize("models", [1, 3, 5])
def test_labels_of_the_episodes_fit_too(models: int) -> None:
    base = [c.model_dump() for c in fake_design().contestants]
    more = [base[0] | {"name": f"m{i}", "label": f"Devstral-Small-2 24B-{i}"} for i in range(5)]
    design = fake_design(contestants=(base[:1] if models == 1 else base if models == 3 else more))
    cis = pd.DataFrame({"model": design.models, "CIS": 0.4, "CIS_low": 0.3, "CIS_high": 0.5})
    fits(draw_episodes(fake_episode_table(design), cis, design))


@pytest.mark.parametrize("judges", [1, 2, 3])
def test_labels_of_the_judges_fit_too(judges: int) -> None:
    design = fake_judged_design(judges)
    found = fake_judge_analysis(design)
    fits(draw_judges(found.judge_ladder, found.judge_agreement, design, 0.7))
    nobody = draw_judges(found.judge_ladder, found.judge_agreement.head(0), design, 0.7)
    fits(nobody)


def test_memory_is_drawn_where_it_was_measured_and_said_to_be_missing_elsewhere() -> None:
    design = fake_design()
    measured, unknown = (draw_throughput(fake_performances(design, gpu=gpu), design).axes[2] for gpu in (True, False))
    assert [bar.get_width() for bar in measured.patches] == [71.0] * 3
    assert [text.get_text() for text in unknown.texts] == ["not measured"]


def test_every_task_weighs_the_same_in_a_distribution() -> None:
    """One battle on one task, three on another: steps of a half and of a sixth."""
    base = fake_design()
    design = base.model_copy(update={"tasks": base.tasks[:2], "contestants": base.contestants[:1]})
    rows = [("email_validator", 0.9), ("rate_limiter", 0.1), ("rate_limiter", 0.2), ("rate_limiter", 0.3)]
    scores = pd.DataFrame([{"model": design.models[0], "task": task, **dict.fromkeys(OUTCOMES, x)} for task, x in rows])
    curve = draw_distributions(scores, None, design).axes[0].lines[0]  # type: ignore[arg-type]
    steps = dict(zip(curve.get_xdata(), np.diff(curve.get_ydata(), prepend=0), strict=True))
    assert [steps[x] for x in (0.1, 0.2, 0.3, 0.9)] == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])


def test_judges_that_do_not_count_are_hollow() -> None:
    design = fake_judged_design()
    found = fake_judge_analysis(design)
    figure = draw_judges(found.judge_ladder, found.judge_agreement, design, 0.7)
    fills = [line.get_fillstyle() for line in figure.axes[1].lines if len(line.get_xdata()) == 1]
    assert fills == ["full", "full", "full", "none", "full", "full"], "panel, humans, two judges, two humans"


@pytest.mark.parametrize("configured", [(4, 10.0), (16, 20.5), (1, 3.0), None])
def test_labels_of_the_power_fit_too_and_a_ring_stands_where_the_study_does(
    configured: tuple[int, float] | None,
) -> None:
    figure = draw_power(fake_power_table(configured), FAKE_POWER)
    fits(figure)
    for axes, found in zip(figure.axes, (True, configured != (1, 3.0)), strict=True):
        rings = [line for line in axes.lines if line.get_fillstyle() == "none"]
        drawn = [point for ring in rings for point in zip(*ring.get_data(), strict=True) if np.isfinite(point).all()]
        assert [x for x, _ in drawn] == ([configured[1]] if configured and found else [])


def test_the_power_of_one_contestant_is_an_empty_figure(tmp_path: Path) -> None:
    save_figure(draw_power(fake_power_table(None).head(0), FAKE_POWER), tmp_path / "power.svg")


def fits(figure: Figure) -> None:
    assert figure.get_size_inches()[0] == pytest.approx(COLUMN_MM * MM)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    page = figure.bbox
    for text, box in boxes:
        assert page.x0 - 1 <= box.x0, f"{text!r} leaves the figure"
        assert box.x1 <= page.x1 + 1, f"{text!r} leaves the figure"
    for index, (text, box) in enumerate(boxes):
        for other, other_box in boxes[index + 1 :]:
            assert not (box.shrunk(0.95, 0.95).overlaps(other_box.shrunk(0.95, 0.95))), f"{text!r} overlaps {other!r}"


def test_all_battles_are_drawn(study: Study) -> None:
    axes = draw_figure("cis_by_model", *study)[0].axes[0]
    assert sum(len(points.get_offsets()) for points in axes.collections) == 120


def test_the_clock_of_the_caller_is_left_alone(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "77")
    save_figure(draw_figure("cis_by_model", *study)[0], tmp_path / "a.pdf")
    assert os.environ["SOURCE_DATE_EPOCH"] == "77"


def test_unknown_figure_lists_the_known_ones(study: Study) -> None:
    with pytest.raises(StudyError, match="cis_by_model, task_by_model, distributions"):
        draw_figure("pie", *study)
