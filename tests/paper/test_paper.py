"""The manuscript quotes generated numbers only and has the same bytes wherever it is built."""

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml
from fake_claims import fake_claims
from fake_determinism import fake_summary
from fake_jobs import fake_performances
from fake_judges import fake_judge_analysis, fake_judged_design
from fake_power import FAKE_POWER, fake_power_summary, fake_power_table
from fake_record import fake_record
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings
from matplotlib.figure import Figure

from cis_study.figures import judges, power, reliability, throughput, validity, weights
from cis_study.figures.caption import Caption
from cis_study.figures.catalogue import FIGURES, draw_figure
from cis_study.figures.publishing import publish
from cis_study.paper.determinism import NOT_MEASURED
from cis_study.paper.judges import NOBODY
from cis_study.paper.numbers import paper_numbers
from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.analysis import analyse
from cis_study.statistics.results import Analysis
from cis_study.statistics.scores import check_scores
from cis_study.tables.catalogue import TABLES, make_table
from cis_study.tables.determinism import determinism_table
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.power import power as power_table
from cis_study.tables.publishing import publish_table
from cis_study.tables.table import Table
from cis_study.tables.throughput import throughput as throughput_table
from cis_study.tables.validity import CLAIM_TABLES

ROOT = Path(__file__).parents[2]
PROSE = sorted([*(ROOT / "paper" / "sections").glob("*.typ"), ROOT / "paper" / "main.typ"])
VENUES = sorted(path.stem for path in (ROOT / "paper" / "venues").glob("*.typ"))
PAPER_PYTHON = ROOT / ".venvs" / "paper" / "bin" / "python"
needs_typesetter = pytest.mark.skipif(
    not PAPER_PYTHON.exists(), reason="the paper environment .venvs/paper is not installed, so no PDF was tested"
)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    design = fake_design()
    return analyse(check_scores(fake_scores(design), design), design, fake_settings(), FAKE_STANDING)


def test_every_name_in_the_prose_is_generated(analysis: Analysis) -> None:
    numbers = paper_numbers(analysis, fake_design(), fake_record(fake_design()))
    prose = "".join(path.read_text() for path in PROSE)
    used = set(re.findall(r'#n\("(\w+)"\)', prose)) | set(re.findall(r"numbers\.(\w+)", prose))
    assert used - set(numbers) == set()
    quoted = set(re.findall(r'\bn\("(\w+)"\)', prose))
    assert [name for name in sorted(quoted) if not isinstance(numbers[name], str)] == []
    # Hypotheses are named in the configuration and printed one after another.
    questions = {verdict["question"] for verdict in numbers["verdicts"]} - set(numbers["hypotheses"])
    assert set(re.findall(r'#verdict\("([^"]+)"\)', prose)) == questions


def test_numbers_are_text_and_follow_the_data(analysis: Analysis) -> None:
    numbers = paper_numbers(analysis, fake_design(), fake_record(fake_design()))
    assert numbers["highest_model"] == "Qwen2.5-Coder 1.5B"
    assert numbers["lowest_cis"].startswith(f"{analysis.models['CIS'].min():.3f} [")
    assert numbers["planned"] == "120"
    assert numbers["missing_gate"] == "2\u00a0%"
    assert numbers["means"]["smollm2-135m"]["CIS"] == numbers["lowest_cis"]


def test_every_number_has_a_meaning(analysis: Analysis) -> None:
    meanings = yaml.safe_load((ROOT / "paper/numbers.yml").read_text())
    assert set(meanings) == set(paper_numbers(analysis, fake_design(), fake_record(fake_design())))


def test_the_first_page_says_how_the_analysis_stands_and_whether_it_is_a_demonstration(analysis: Analysis) -> None:
    notice = (ROOT / "paper/main.typ").read_text().split("notice:")[1].split("abstract:")[0]
    assert 'include "sections/standing.typ"' in notice
    assert 'if numbers.demonstration {\n      include "sections/demonstration.typ"' in notice
    for demonstration in (True, False):
        design = fake_design(demonstration=demonstration)
        assert paper_numbers(analysis, design, {})["demonstration"] is demonstration
    stands = {"state": "exploratory", "sentence": "The analysis is exploratory (fake)."}
    changed = analysis._replace(summary=analysis.summary | {"standing": stands})
    assert paper_numbers(changed, fake_design(), {})["standing"] == stands["sentence"]


@needs_typesetter
def test_a_study_of_16_tasks_speaks_of_tasks_like_these(study: Path, tmp_path: Path) -> None:
    tasks = [{"id": f"t{place}", "title": f"Task {place}"} for place in range(16)]
    design = fake_design(replicates=3, tasks=tasks)
    many = analyse(check_scores(fake_scores(design), design), design, fake_settings(), FAKE_STANDING)
    home = study.parents[1] / "results/many"
    shutil.copytree(study, home)
    for name in TABLES:
        keep_table(home, name, make_table(name, many, design))
    numbers = paper_numbers(many, design, fake_record(design))
    assert numbers["generalised"]
    assert numbers["sd_residual"] != "–"
    write_atomic(home / "paper/numbers.json", readable_json(numbers))
    done = build(home, tmp_path / "many.pdf", tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_study_of_one_contestant_has_every_number() -> None:
    design = fake_design(replicates=1, contestants=[fake_design().contestants[0].model_dump()])
    one = analyse(check_scores(fake_scores(design), design), design, fake_settings(), FAKE_STANDING)
    assert paper_numbers(one, design, {})["anova_model"] == "not defined for these data"


def test_power_is_quoted_where_it_was_simulated(analysis: Analysis) -> None:
    without, simulated = (
        paper_numbers(analysis, fake_design(), {}, power=summary) for summary in (None, fake_power_summary())
    )
    assert (without["power_simulated"], without["power_fixed"]) == (False, "")
    assert without.keys() == simulated.keys()
    assert simulated["power_origin"].startswith("Simulated with residual SD 0.130")
    assert simulated["power_random"].startswith("Over tasks like these this design")
    assert (simulated["power_target"], simulated["power_studies"]) == ("0.8", "2,000")


def test_determinism_is_stated_as_measured_and_never_promised(analysis: Analysis) -> None:
    without = paper_numbers(analysis, fake_design(), {})
    assert (without["determinism_measured"], without["determinism"]) == (False, NOT_MEASURED)
    measured = paper_numbers(analysis, fake_design(), {}, fake_summary())
    assert measured["determinism_measured"]
    assert measured["determinism"] == (
        "Profile throughput (vllm 0, cpu, bfloat16), engine restarted:"
        " identical were 40 of 40 by SmolLM2 135M, 37 of 39 by Qwen2.5-Coder 0.5B."
        " Profile throughput (vllm 0, cpu, bfloat16), restarted, 4 in flight for 32:"
        " identical were 40 of 40 by SmolLM2 135M, 37 of 39 by Qwen2.5-Coder 0.5B."
    )


def test_judges_are_quoted_or_said_to_be_absent(analysis: Analysis) -> None:
    without = paper_numbers(analysis, fake_design(), {})
    assert (without["judges"], without["judge_calibration"]) == (False, NOBODY)
    design = fake_judged_design()
    judged = paper_numbers(analysis, design, {}, None, fake_judge_analysis(design).judge_summary)
    assert judged["judges"]
    assert judged["judge_labels"] == "SmolLM2 135M, Qwen2.5-Coder 0.5B"
    assert (judged["judge_gate"], judged["judge_planned_pairs"]) == ("0.70", "75")
    assert judged["panel_agreement"] == "The panel of judges agrees with CIS."
    assert set(judged) == set(without), "the manuscript finds the same names either way"


@pytest.fixture(scope="module")
def study(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated files of a fake study in a copy of the project."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "CITATION.cff", copy)
    for part in ("paper", "scripts"):
        (copy / part).mkdir()
        for path in (ROOT / part).rglob("*"):
            if path.is_file():
                write_atomic(copy / path.relative_to(ROOT), path.read_bytes())
    study = copy / "results" / "fake"
    design = fake_design()
    scores = check_scores(fake_scores(design), design)
    numbers = paper_numbers(analysis, design, fake_record(design))
    write_atomic(study / "paper" / "numbers.json", readable_json(numbers))
    for name in TABLES:
        keep_table(study, name, make_table(name, analysis, design))
    for name in FIGURES:
        keep_figure(study, name, *draw_figure(name, scores, analysis, design))
    jobs = fake_performances(design)
    keep_table(study, "throughput", throughput_table(jobs, design))
    keep_figure(study, "throughput", throughput.draw(jobs, design), throughput.caption(jobs))
    return study


def keep_table(study: Path, name: str, table: Table) -> None:
    """As far as the manuscript reads it."""
    publish_table(table, [study / f"tables/{name}.{form}" for form in ("typ", "txt")])


def keep_figure(study: Path, name: str, figure: Figure, caption: Caption) -> None:
    """As far as the manuscript reads it."""
    publish(figure, caption, [study / f"figures/{name}.{form}" for form in ("svg", "txt")])


def build(
    study: Path, output: Path, cwd: Path, venue: str = "conference", names: str = "shown"
) -> subprocess.CompletedProcess[str]:
    project = study.parents[1]
    command = [
        PAPER_PYTHON,
        project / "scripts" / "compile_paper.py",
        project / "paper" / "main.typ",
        study / "paper" / "numbers.json",
        output,
        f"--venue={venue}",
        f"--names={names}",
    ]
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


@needs_typesetter
def test_bytes_are_the_same_from_another_directory(study: Path, tmp_path: Path) -> None:
    for name, cwd in (("a.pdf", study), ("b.pdf", tmp_path)):
        done = build(study, tmp_path / name, cwd)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@needs_typesetter
@pytest.mark.parametrize("venue", VENUES)
def test_every_venue_withholds_names_for_review(study: Path, tmp_path: Path, venue: str) -> None:
    assert len(VENUES) > 1
    pages = {}
    for names in ("shown", "withheld"):
        done = build(study, tmp_path / f"{names}.pdf", tmp_path, venue, names)
        assert done.returncode == 0, done.stderr
        pages[names] = (tmp_path / f"{names}.pdf").read_bytes()
    author = yaml.safe_load((ROOT / "CITATION.cff").read_text())["authors"][0]["name"].encode()
    assert author in pages["shown"], "the names are in the metadata, which are not compressed"
    assert author not in pages["withheld"]


@needs_typesetter
def test_a_venue_that_is_not_there_is_named(study: Path, tmp_path: Path) -> None:
    done = build(study, tmp_path / "a.pdf", tmp_path, "journal")
    assert done.returncode != 0
    assert f"paper.venue: journal: paper/venues/ has no such file. Take one of {', '.join(VENUES)}" in done.stderr


@needs_typesetter
@pytest.mark.parametrize("venue", VENUES)
def test_a_notice_beyond_the_first_page_stops_the_build(study: Path, tmp_path: Path, venue: str) -> None:
    notice = study.parents[1] / "paper" / "sections" / "demonstration.typ"
    before = notice.read_text()
    notice.write_text(before + "\n#lorem(2000)\n")
    try:
        done = build(study, tmp_path / "a.pdf", tmp_path, venue)
    finally:
        notice.write_text(before)
    assert "the notice does not fit on the first page" in done.stderr


@needs_typesetter
def test_a_name_without_a_number_stops_the_build(study: Path, tmp_path: Path) -> None:
    section = study.parents[1] / "paper" / "sections" / "missing.typ"
    before = section.read_text()
    section.write_text(before + '\n#n("invented")\n')
    try:
        done = build(study, tmp_path / "a.pdf", tmp_path)
    finally:
        section.write_text(before)
    assert done.returncode != 0
    assert "no number called invented was generated" in done.stderr
    assert not (tmp_path / "a.pdf").exists()


@needs_typesetter
def test_the_validity_stands_in_the_paper_where_the_battery_ran(
    study: Path, tmp_path: Path, analysis: Analysis
) -> None:
    file, design = study / "paper/numbers.json", fake_design()
    claims = fake_claims(design.instrument, {"Known groups: contestants": "supported"})
    names = ["instrument", "tasks", "replicates", "relative", "task", "control", "faults", "n", "CIS"]
    nothing = pd.DataFrame(columns=names)
    for name, make in CLAIM_TABLES.items():
        keep_table(study, name, make(claims, design, 0.05))
    keep_figure(study, "weights", weights.draw(nothing, design), weights.caption(design, 100))
    keep_figure(study, "reliability", reliability.draw(nothing, design), reliability.caption(design))
    found = validity.Found(nothing, nothing, nothing, claims)
    keep_figure(study, "validity", validity.draw(found, design), validity.caption(found, design, 0.05))
    before = file.read_text()
    write_atomic(file, readable_json(paper_numbers(analysis, design, fake_record(design), claims=claims)))
    try:
        done = build(study, tmp_path / "with.pdf", tmp_path)
    finally:
        file.write_text(before)
    assert done.returncode == 0, done.stderr
    assert build(study, tmp_path / "without.pdf", tmp_path).returncode == 0
    assert (tmp_path / "with.pdf").read_bytes() != (tmp_path / "without.pdf").read_bytes()


@needs_typesetter
def test_the_table_of_determinism_stands_in_the_paper_where_there_is_one(
    study: Path, tmp_path: Path, analysis: Analysis
) -> None:
    file, design = study / "paper/numbers.json", fake_design()
    assert build(study, tmp_path / "without.pdf", tmp_path).returncode == 0
    before = file.read_text()
    write_atomic(file, readable_json(paper_numbers(analysis, design, fake_record(design), fake_summary())))
    try:
        lacking = build(study, tmp_path / "a.pdf", tmp_path)
        keep_table(study, "determinism", determinism_table(fake_summary(), design, 0.05))
        done = build(study, tmp_path / "with.pdf", tmp_path)
    finally:
        file.write_text(before)
    assert "tables/determinism" in lacking.stderr
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "with.pdf").read_bytes() != (tmp_path / "without.pdf").read_bytes()


@needs_typesetter
def test_judges_have_a_section_where_there_are_some(study: Path, tmp_path: Path, analysis: Analysis) -> None:
    file, design = study / "paper/numbers.json", fake_judged_design()
    found = fake_judge_analysis(design)
    before = file.read_text()
    write_atomic(file, readable_json(paper_numbers(analysis, design, fake_record(design), None, found.judge_summary)))
    try:
        lacking = build(study, tmp_path / "a.pdf", tmp_path)
        for name, table in (
            ("judge_calibration", calibration(found.judge_calibration, design, 0.05)),
            ("judge_agreement", agreement(found.judge_agreement, design, 0.05)),
        ):
            keep_table(study, name, table)
        shown = (found.judge_ladder, found.judge_agreement)
        keep_figure(study, "judges", judges.draw(*shown, design, 0.7), judges.caption(*shown, 0.7, 0.05))
        done = build(study, tmp_path / "with.pdf", tmp_path)
    finally:
        file.write_text(before)
    assert "tables/judge_calibration" in lacking.stderr
    assert done.returncode == 0, done.stderr


@needs_typesetter
def test_the_simulated_power_stands_in_the_paper_where_there_is_some(
    study: Path, tmp_path: Path, analysis: Analysis
) -> None:
    file, design = study / "paper/numbers.json", fake_design()
    before = file.read_text()
    write_atomic(file, readable_json(paper_numbers(analysis, design, fake_record(design), power=fake_power_summary())))
    try:
        lacking = build(study, tmp_path / "a.pdf", tmp_path)
        table = fake_power_table((4, 10.0))
        keep_table(study, "power", power_table(table, FAKE_POWER))
        keep_figure(study, "power", power.draw(table, FAKE_POWER), power.caption(FAKE_POWER))
        done = build(study, tmp_path / "with.pdf", tmp_path)
    finally:
        file.write_text(before)
    assert "power" in lacking.stderr
    assert done.returncode == 0, done.stderr
