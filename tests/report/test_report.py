"""The report shows every battle, and nothing a model wrote can act in it."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fake_report import HOSTILE, fake_battle, fake_evidence
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings

from cis_study.battles.record import read_battles
from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.report.battles import BrowserData, browser_data
from cis_study.report.page import ShownFigure, ShownTable, render_report
from cis_study.statistics.analysis import analyse
from cis_study.statistics.design import StudyDesign
from cis_study.statistics.scores import check_scores
from cis_study.tables.catalogue import make_table
from cis_study.tasks.hidden import HiddenSide
from cis_study.webpage import content_hash, inert_json


def fake_data(design: StudyDesign, sides: dict[str, HiddenSide], text: str) -> BrowserData:
    scores = check_scores(fake_scores(design), design)
    rows = scores.to_dict(orient="records")
    evidence = [fake_evidence(row, text, sides) for row in rows]
    return browser_data([fake_battle(row, text) for row in rows], evidence, scores, sides, design.weights)


def unpacked(chunk: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(chunk)))
    return content


@pytest.fixture(scope="module")
def page(sides: dict[str, HiddenSide]) -> str:
    design = fake_design(replicates=2, description="A <b>bold</b> claim")
    analysis = analyse(check_scores(fake_scores(design), design), design, fake_settings(), FAKE_STANDING)
    main = make_table("main_results", analysis, design)
    return render_report(
        design,
        verdicts=analysis.summary["verdicts"],
        counts=analysis.summary["counts"],
        standing=analysis.summary["standing"],
        figures=[ShownFigure("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Figure")],
        tables=[ShownTable(main, main.told().text)],
        browser=fake_data(design, sides, HOSTILE),
    )


class Reader(HTMLParser):
    """Tags with attributes, and the text of script and style elements."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            self.inline.append((self.tags[-1][0], data))


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_and_its_tables_say_how_the_analysis_stands(page: str) -> None:
    assert f'<p class="notice">{FAKE_STANDING.sentence}</p>' in page
    assert re.search(f"<caption><span>Mean CIS.* Analysis: {FAKE_STANDING.state}\\..*</span></caption>", page)


def test_what_is_bold_in_a_table_is_bold_on_the_page(page: str) -> None:
    assert re.search(r'<td class="number"><strong>0\.\d+ \[', page)


def test_hostile_replies_add_no_tag(read: Reader) -> None:
    scripts = [attributes for tag, attributes in read.tags if tag == "script"]
    chunks = [{"type": "text/plain", "id": f"chunk-{number}"} for number in range(12)]
    assert scripts == [{"type": "application/json", "id": "data"}, *chunks, {}]
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    assert "b" not in [tag for tag, _ in read.tags]


def test_attacks_on_judges_are_text() -> None:
    design = fake_design(replicates=1)
    page = render_report(
        design,
        verdicts=[],
        counts={"planned": 0, "with_scores": 0, "missing": 0},
        figures=[],
        tables=[],
        browser=BrowserData([], []),
        standing=FAKE_STANDING._asdict(),
        attacks=[{"orders": [HOSTILE.replace("\ud800", "")], "padding": ["Many words."]}],
    )
    reader = Reader()
    reader.feed(page)
    assert not [tag for tag, _ in reader.tags if tag in ("img", "b")]
    assert [tag for tag, _ in reader.tags].count("script") == 2
    assert "&lt;/script&gt;&lt;script&gt;" in page
    assert "Many words." in page


def test_hostile_replies_survive_unchanged_in_the_data(read: Reader) -> None:
    index = json.loads(read.inline[1][1])
    assert len(index["battles"]) == 24
    chunks = [unpacked(text) for _, text in read.inline[2:-1]]
    details = [chunks[battle["chunk"]]["battles"][battle["place"]] for battle in index["battles"]]
    assert {battle["reply"] for battle in details} == {HOSTILE}
    assert [battle["seed"] for battle in details] == [1000 + battle["replicate"] for battle in index["battles"]]


def test_nothing_is_loaded_from_elsewhere(page: str, read: Reader) -> None:
    for _, attributes in read.tags:
        for name in ("src", "href", "action", "srcset"):
            target = attributes.get(name) or ""
            assert target.startswith(("data:image/svg+xml;base64,", "#")) or not target
    policy = next(a["content"] or "" for tag, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_the_policy_admits_exactly_the_script_and_style_of_the_page(read: Reader) -> None:
    policy = next(a["content"] or "" for tag, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    style, script = read.inline[0][1], read.inline[-1][1]
    assert f"script-src '{content_hash(script)}'" in policy
    assert f"style-src '{content_hash(style)}'" in policy


def test_the_script_builds_the_page_from_text_only(read: Reader) -> None:
    script = read.inline[-1][1]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(", script)


def test_figures_are_images_so_their_scripts_are_dead(read: Reader) -> None:
    image = next(attributes["src"] or "" for tag, attributes in read.tags if tag == "img")
    assert b"<script>" in base64.b64decode(image.split(",")[1])


def test_verdicts_and_tables_are_there_without_script(page: str) -> None:
    assert "CIS reproduces the order of tiers" in page or "CIS does not settle" in page
    assert "Qwen2.5-Coder 1.5B" in page
    assert "This is a demonstration" in page


def test_json_holds_no_markup() -> None:
    text = inert_json({"a": "</script><!--&amp;\u2028"})
    assert not set(text) & set("<>&\u2028")
    assert json.loads(text) == {"a": "</script><!--&amp;\u2028"}


def test_a_chunk_holds_one_contestant_on_one_task_and_each_prompt_once(sides: dict[str, HiddenSide]) -> None:
    data = fake_data(fake_design(replicates=7), sides, HOSTILE)
    assert len({(battle["model"], battle["task"]) for battle in data.battles}) == len(data.chunks) == 12
    first = unpacked(data.chunks[0])
    # Seven replicates have five wordings.
    assert [battle["prompt"] for battle in first["battles"]] == [0, 1, 2, 3, 4, 0, 1]
    assert first["prompts"][0] == "[user]\nSolve email_validator 1"


def test_equal_battles_give_equal_bytes(sides: dict[str, HiddenSide]) -> None:
    design = fake_design(replicates=1)
    assert fake_data(design, sides, HOSTILE) == fake_data(design, sides, HOSTILE)


@pytest.mark.parametrize("absent", ["battle file", "evidence"])
def test_a_score_without_its_battle_is_refused(absent: str, sides: dict[str, HiddenSide]) -> None:
    design = fake_design(replicates=1)
    scores = check_scores(fake_scores(design), design)
    rows = scores.to_dict(orient="records")
    battles = [fake_battle(r, HOSTILE) for r in rows]
    evidence = [fake_evidence(r, HOSTILE, sides) for r in rows]
    (battles if absent == "battle file" else evidence).pop()
    with pytest.raises(StudyError, match=rf"qwen2\.5-coder-1\.5b/fibonacci/1: no {absent}"):
        browser_data(battles, evidence, scores, sides, Weights())


def test_a_damaged_battle_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{")
    with pytest.raises(StudyError, match=r"1\.json"):
        read_battles([tmp_path / "1.json"])
