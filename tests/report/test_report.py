"""The report shows every battle, and nothing a model wrote can act in it."""

import base64
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, FLAGS, needs_chromium
from fake_scores import FAKE_STANDING, fake_design, fake_scores, fake_settings

from cis_study.errors import StudyError
from cis_study.report.battles import browser_data, read_battles
from cis_study.report.page import ShownFigure, ShownTable, render_report
from cis_study.scoring.evidence import Evidence
from cis_study.statistics.analysis import analyse
from cis_study.statistics.scores import check_scores
from cis_study.tables.catalogue import make_table
from cis_study.webpage import content_hash, inert_json

HOSTILE = (
    '</script><script>document.title="owned"</script><!-- <script> --> <img src=x onerror="document.title=\'owned\'">'
    "]]> &lt;b&gt; {{ 7*7 }} \u2028 \ud800 \x00"
)


def fake_battle(row: dict[str, Any], reply: str) -> dict[str, Any]:
    return {
        "model": row["model"],
        "task": row["task"],
        "replicate": row["replicate"],
        "request": {"messages": [{"role": "user", "content": f"Solve {row['task']} {row['variant']}"}]},
        "reply": {"content": reply, "reasoning": None, "finish_reason": "stop", "usage": None},
        "status": "answered",
        "error": None,
    }


def fake_evidence(row: dict[str, Any], detail: str) -> Evidence:
    return Evidence.model_validate(
        {
            **{name: row[name] for name in ("model", "task", "replicate", "variant", "seed")},
            "of": "0" * 64,
            "spec": "0" * 64,
            "battle_status": "answered",
            "finish_reason": "stop",
            "prompt_tokens": 1,
            "completion_tokens": 1,
            "sandbox_failure": None,
            "has_solution": True,
            "has_tests": True,
            "has_rationale": True,
            "solution_parses": True,
            "defines_exports": True,
            "notes": [detail],
            "hidden": [{"id": "a", "requirement": "b", "outcome": "wrong", "detail": detail}],
            "hidden_total": 1,
            "resources": "within limits",
            "constraints": [{"rule": "no_loops", "kept": False, "findings": [[3, detail]], "observed": [detail]}],
            "constraints_total": 1,
            "observation": None,
            "structure": [{"name": "lint", "value": 1, "reference": 0}],
            "suite": {
                "dialect": None,
                "passed": 1,
                "failed": 0,
                "ended": "ok",
                "planted": [True],
                "sound": True,
                "mutants": [{"id": "m", "breaks": "b", "killed": False, "ended": "ok"}],
                "coverage": None,
            },
            "mutants_total": 1,
            "rationale": [
                {"requirement": "b", "similarity": 0.5, "holds_terms": True, "sentences": [1]},
                {"requirement": "c", "similarity": None, "holds_terms": False, "sentences": None},
            ],
            "copied_sentences": 0,
            "contradicted": [{"claim": "loops", "sentence": detail, "against": detail}],
            "requirements_total": 2,
        }
    )


@pytest.fixture(scope="module")
def page() -> str:
    design = fake_design(replicates=2, description="A <b>bold</b> claim")
    scores = check_scores(fake_scores(design), design)
    analysis = analyse(scores, design, fake_settings(), FAKE_STANDING)
    rows = scores.to_dict(orient="records")
    data = browser_data([fake_battle(r, HOSTILE) for r in rows], [fake_evidence(r, HOSTILE) for r in rows], scores)
    main = make_table("main_results", analysis, design)
    return render_report(
        design,
        verdicts=analysis.summary["verdicts"],
        counts=analysis.summary["counts"],
        standing=analysis.summary["standing"],
        figures=[ShownFigure("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "Figure")],
        tables=[ShownTable(main, main.told().text)],
        browser=data,
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
    assert re.search(f"<caption>Mean CIS.* Analysis: {FAKE_STANDING.state}\\..*</caption>", page)


def test_what_is_bold_in_a_table_is_bold_on_the_page(page: str) -> None:
    assert re.search(r'<td class="number"><strong>0\.\d+ \[', page)


def test_hostile_replies_add_no_tag(read: Reader) -> None:
    scripts = [attributes for tag, attributes in read.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {}]
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
        browser={"prompts": [], "battles": []},
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
    data = json.loads(read.inline[1][1])
    assert {battle["reply"] for battle in data["battles"]} == {HOSTILE}
    assert len(data["battles"]) == 24


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
    style, script = read.inline[0][1], read.inline[2][1]
    assert f"script-src '{content_hash(script)}'" in policy
    assert f"style-src '{content_hash(style)}'" in policy


def test_the_script_builds_the_page_from_text_only(read: Reader) -> None:
    script = read.inline[2][1]
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


def test_prompts_are_stored_once() -> None:
    design = fake_design(replicates=2)
    scores = check_scores(fake_scores(design), design)
    rows = scores.to_dict(orient="records")
    data = browser_data([fake_battle(r, "x") for r in rows], [fake_evidence(r, "x") for r in rows], scores)
    assert len(data["prompts"]) == 8
    assert data["prompts"][data["battles"][0]["prompt"]] == "[user]\nSolve email_validator 1"


@pytest.mark.parametrize("absent", ["battle file", "evidence"])
def test_a_score_without_its_battle_is_refused(absent: str) -> None:
    design = fake_design(replicates=1)
    scores = check_scores(fake_scores(design), design)
    rows = scores.to_dict(orient="records")
    battles = [fake_battle(r, "x") for r in rows]
    evidence = [fake_evidence(r, "x") for r in rows]
    (battles if absent == "battle file" else evidence).pop()
    with pytest.raises(StudyError, match=rf"qwen2\.5-coder-1\.5b/fibonacci/1: no {absent}"):
        browser_data(battles, evidence, scores)


def test_a_damaged_battle_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{")
    with pytest.raises(StudyError, match=r"1\.json"):
        read_battles([tmp_path / "1.json"])


@needs_chromium
def test_hostile_replies_stay_text_in_a_browser(page: str, tmp_path: Path) -> None:
    """The page as the browser built it: the list is filled, the hostile title never set."""
    path = tmp_path / "report.html"
    # Chromium shows a lone surrogate, but its --dump-dom aborts on one.
    path.write_text(page.replace("\\ud800", ""), encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS, "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run(
        [*command, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()],
        capture_output=True,
        timeout=60,
        check=True,
    )
    dom = done.stdout.decode("utf-8", "replace")
    assert "24 of 24 battles" in dom
    assert "<title>CIS study: fake</title>" in dom
    assert dom.count("<script") == 2
    assert "CONSOLE" not in done.stderr.decode("utf-8", "replace")
