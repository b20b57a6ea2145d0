"""A caption says what is shown, n, kind of interval and sources, in words that paper and report can both print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils.core import publish_parts
from fake_episodes import fake_episode_table
from fake_jobs import fake_performances
from fake_judges import fake_judge_analysis, fake_judged_design
from fake_power import FAKE_POWER
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from cis_study.figures import episodes, judges, power, reliability, throughput, weights
from cis_study.figures.caption import Caption, caption_file, confidence, span
from cis_study.figures.catalogue import FIGURES
from cis_study.figures.publishing import publish
from cis_study.statistics import files
from cis_study.statistics.analysis import analyse
from cis_study.statistics.results import Analysis
from cis_study.statistics.scores import check_scores
from cis_study.tables.catalogue import TABLES, make_table


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    design = fake_design()
    settings = fake_settings(alpha=0.1, bootstrap_resamples=200, permutations=99)
    return analyse(check_scores(fake_scores(design), design), design, settings, FAKE_STANDING)


def captions(analysis: Analysis) -> Iterator[tuple[str, Caption]]:
    design = fake_design()
    scores = check_scores(fake_scores(design), design)
    yield from ((name, kind.caption(scores, analysis, design)) for name, kind in FIGURES.items())
    judged = fake_judge_analysis(fake_judged_design())
    yield "episodes", episodes.caption(fake_episode_table(design), 0.1)
    yield "judges", judges.caption(judged.judge_ladder, judged.judge_agreement, 0.7, 0.1)
    yield "throughput", throughput.caption(fake_performances(design))
    yield "power", power.caption(FAKE_POWER)
    yield "weights", weights.caption(design, 10_000)
    yield "reliability", reliability.caption(design)


def test_every_figure_says_n_its_interval_and_its_sources(analysis: Analysis) -> None:
    for name, caption in captions(analysis):
        assert caption.shows, name
        assert caption.n, name
        # Curves without a sampling error say what else they are, dots of all battles need no interval.
        assert caption.interval or name == "distributions", name
        assert caption.sources, name
        assert "95" not in caption.interval, f"{name}: the level is that of the settings"


def test_the_sources_of_the_analysis_are_files_it_writes(analysis: Analysis) -> None:
    tables = [(name, make_table(name, analysis, fake_design()).caption) for name in TABLES]
    for name, caption in [*captions(analysis), *tables]:
        named = [Path(source) for source in caption.sources if source.startswith("statistics/")]
        others = {"episodes", "episode_relation", "judge_ladder", "judge_agreement", "power", "summary"}
        assert {path.stem for path in named} <= {*files.TABLES, *others}, name


def test_captions_are_plain_text_to_the_markup_of_the_workflow_report(analysis: Analysis) -> None:
    tables = [(name, make_table(name, analysis, fake_design()).told()) for name in TABLES]
    for _, caption in [*captions(analysis), *tables]:
        text = caption_file(caption, "results/fake_study")
        html = publish_parts(text, writer_name="html", settings_overrides={"halt_level": 1, "report_level": 1})["body"]
        assert "<em>" not in html
        assert html.count("<p>") == 2


def test_a_caption_file_names_its_sources_in_a_paragraph_of_their_own(tmp_path: Path) -> None:
    caption = Caption("Dots.", "3 battles", "95 %, guessed", ("scores/", "statistics/models.csv"))
    path = tmp_path / "figures/a.txt"
    publish(fake_figure(), caption, [path])
    assert path.read_text() == (
        "Dots. n: 3 battles. Intervals: 95 %, guessed.\n\n"
        f"Drawn from {tmp_path.as_posix()}/scores/, {tmp_path.as_posix()}/statistics/models.csv.\n"
    )


def fake_figure() -> Figure:
    return Figure(figsize=(1, 1))


def test_levels_and_spans_as_text() -> None:
    assert [confidence(alpha).replace("\u00a0", " ") for alpha in (0.05, 0.1, 0.001)] == ["95 %", "90 %", "99.9 %"]
    assert (span([3, 3]), span([9, 2]), span([])) == ("3", "2 to 9", "0")


@given(st.lists(st.integers(0, 99), min_size=1))
def test_a_span_names_its_ends(counts: list[int]) -> None:
    assert {int(word) for word in span(counts).split(" to ")} == {min(counts), max(counts)}
