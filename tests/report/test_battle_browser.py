"""The battle browser in a real Chromium: filtered, linked to, walked through by keys, on a telephone, attacked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Page, browser, needs_chromium
from fake_report import HOSTILE, fake_battle, fake_evidence
from fake_scores import FAKE_STANDING, fake_design, fake_scores, lose

from cis_study.config import Weights
from cis_study.report.battles import browser_data
from cis_study.report.page import render_report
from cis_study.statistics.scores import check_scores
from cis_study.tasks.hidden import HiddenSide

pytestmark = needs_chromium

DESIGN = fake_design(replicates=3)
SMALL, MIDDLE, LARGE = DESIGN.models
ATTACK = (
    f"{HOSTILE} <img src=https://example.org/a.png> <script src=https://example.org/a.js></script>"
    " <meta http-equiv=refresh content='0;url=https://example.org/'> <base href=https://example.org/>"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, sides: dict[str, HiddenSide]) -> Path:
    """36 battles of three contestants on four tasks; two of the smallest on the LRU cache are missing."""
    scores = check_scores(lose(fake_scores(DESIGN), SMALL, "lru_cache", 2), DESIGN)
    rows = scores.to_dict(orient="records")
    evidence = []
    for row in rows:
        lost = {"battle_status": "infra_failure"} if row["status"] == "infra_failure" else {}
        evidence.append(fake_evidence(row, f"{ATTACK} {row['model']}", sides).model_copy(update=lost))
    battles = [fake_battle(row, f"{ATTACK} reply of {row['model']}") for row in rows]
    for battle in battles:
        battle["reply"]["reasoning"] = f"{ATTACK} {'unbroken' * 40}"
    page = render_report(
        DESIGN,
        verdicts=[],
        counts={"planned": 36, "with_scores": 34, "missing": 2},
        standing=FAKE_STANDING._asdict(),
        figures=[],
        tables=[],
        browser=browser_data(battles, evidence, scores, sides, Weights()),
    )
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    """The tab, which afterwards has asked for nothing but files and complained of nothing."""
    opened.events.clear()
    yield opened
    asked = [event["request"]["url"] for event in opened.told("Network.requestWillBeSent")]
    assert asked
    assert [url for url in asked if not url.startswith(("file:///", "about:", "data:image/svg+xml"))] == []
    for complaint in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
        assert opened.told(complaint) == []
    assert opened.evaluate("document.title") == "CIS study: fake"


def show(page: Page, report: Path, fragment: str = "") -> None:
    page.open(report, fragment)
    page.wait_for("document.getElementById('battle').children.length > 0")


def choose(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.evaluate(
            f"(({{name, value}}) => {{ const field = document.getElementById(name); field.value = value;"
            f" field.dispatchEvent(new Event('input')); }})({json.dumps({'name': name.strip('_'), 'value': value})})"
        )


def text(page: Page, selector: str) -> str:
    return str(page.evaluate(f"document.querySelector({json.dumps(selector)}).textContent"))


def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.evaluate(
        f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)"
    )
    return found


def listed(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelectorAll('[role=option]')].map((option) => option.id)")
    return found


def shows(page: Page, words: str) -> None:
    page.wait_for(f"document.getElementById('battle').textContent.includes({json.dumps(words)})")


def selected(page: Page) -> Any:
    return page.evaluate("document.querySelector('[aria-selected=true]')?.id")


def test_filters_narrow_the_list_and_a_missing_score_lies_in_no_range(page: Page, report: Path) -> None:
    show(page, report)
    assert text(page, "#count") == "36 of 36 battles"
    choose(page, model=SMALL, task="lru_cache")
    assert listed(page) == [f"{SMALL}/lru_cache/{number}" for number in (1, 2, 3)]
    assert texts(page, "[role=option] .number")[:2] == ["missing", "missing"]
    choose(page, from_="0", to="1")
    assert listed(page) == [f"{SMALL}/lru_cache/3"]
    assert text(page, "#count") == "1 of 36 battles; 2 without this score"
    choose(page, from_="", to="", status="infra_failure")
    assert text(page, "#count") == "2 of 36 battles"
    shows(page, "no score")
    choose(page, task="fibonacci")
    assert text(page, "#count") == "0 of 36 battles"
    shows(page, "No battle fits")


def test_the_range_and_the_order_are_of_the_chosen_score(page: Page, report: Path) -> None:
    show(page, report, f"#model={LARGE}&score=L&from=0.5&order=low")
    scores = [float(number) for number in texts(page, "[role=option] .number")]
    assert scores == sorted(scores)
    assert min(scores) >= 0.49
    expected = check_scores(fake_scores(DESIGN), DESIGN).query("model == @LARGE and L.round(4) >= 0.5")
    assert len(scores) == len(expected) < 12


def test_the_address_is_a_link_to_what_is_shown(page: Page, report: Path) -> None:
    show(page, report)
    choose(page, task="lru_cache", beside=LARGE, order="high")
    page.evaluate(f"document.getElementById('{MIDDLE}/lru_cache/2').click()")
    shows(page, f"reply of {LARGE}")
    link = f"#task=lru_cache&order=high&beside={LARGE}&battle={MIDDLE}/lru_cache/2"
    page.wait_for(f"location.hash === {json.dumps(link)}")
    shown = texts(page, "#battle h3, #battle h4, #battle summary")
    show(page, report, link)
    assert texts(page, "#battle h3, #battle h4, #battle summary") == shown
    assert page.evaluate("['task', 'order', 'beside'].map((id) => document.getElementById(id).value)") == [
        "lru_cache", "high", LARGE,
    ]  # fmt: skip
    assert selected(page) == f"{MIDDLE}/lru_cache/2"
    assert page.evaluate("document.getElementById('battles').getBoundingClientRect().top") < 100


def test_a_link_to_what_is_not_there_says_so(page: Page, report: Path) -> None:
    show(page, report, "#battle=nobody/lru_cache/1&task=lru_cache&from=2&__proto__=x")
    problem = text(page, "#problem")
    assert all(part in problem for part in ("battle=nobody/lru_cache/1", "from=2", "__proto__=x"))
    assert "task" not in problem.replace("lru_cache/1", "")
    assert len(listed(page)) == 9
    page.evaluate("location.hash = '#tables'")
    assert len(listed(page)) == 9


def test_two_contestants_stand_side_by_side_on_the_same_task_and_seed(page: Page, report: Path) -> None:
    show(page, report, f"#battle={MIDDLE}/fibonacci/3&beside={LARGE}")
    labels = [DESIGN.contestant(MIDDLE).label, DESIGN.contestant(LARGE).label]
    header = texts(page, "#battle > table th")
    assert header == ["", *labels, "difference"]
    cells = texts(page, "#battle > table tbody tr:first-child td")
    scores = check_scores(fake_scores(DESIGN), DESIGN).set_index(["model", "task", "replicate"])["CIS"].round(4)
    cis = [scores[model, "fibonacci", 3] for model in (MIDDLE, LARGE)]
    assert cells == ["CIS", f"{cis[0]:.2f}", f"{cis[1]:.2f}", f"{cis[0] - cis[1]:+.2f}".replace("-", "−")]
    assert texts(page, "#battle > table tbody tr:last-child td")[1:3] == ["3, 1003"] * 2
    for title in ("Reply", "Logic", "Tests: "):
        section = f"[...document.querySelectorAll('#battle details')].find((d) => d.textContent.startsWith('{title}'))"
        assert page.evaluate(f"[...{section}.querySelectorAll('h4')].map((e) => e.textContent)") == labels
    choose(page, beside=SMALL)
    page.evaluate(f"document.getElementById('{SMALL}/fibonacci/3').click()")
    page.wait_for("!document.querySelector('#battle h4')")


def test_points_won_and_lost_are_those_of_the_score(page: Page, report: Path) -> None:
    show(page, report, f"#battle={MIDDLE}/fibonacci/1")
    summary = next(title for title in texts(page, "#battle summary") if title.startswith("Logic"))
    assert summary == "Logic: 0.0000 of 0.25"
    lost = "[...document.querySelectorAll('#battle details')].find((d) => d.textContent.startsWith('Logic'))"
    assert page.evaluate(f"{lost}.querySelector('td.lost').textContent") == "−0.2500"
    assert "wrong" in page.evaluate(f"{lost}.querySelector('td.lost + td').textContent")


def test_keys_walk_through_the_battles(page: Page, report: Path) -> None:
    show(page, report, f"#model={LARGE}")
    page.evaluate("document.getElementById('order').focus()")
    page.press("Tab")
    page.press("Tab")
    page.press("Tab")
    page.press("Tab")
    assert page.evaluate("document.activeElement.id") == "list"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    walked = []
    for key in ("ArrowDown", "j", "ArrowUp", "End", "j", "k", "Home"):
        page.press(key)
        walked.append(listed(page).index(selected(page)))
    assert walked == [1, 2, 1, 11, 11, 10, 0]
    assert page.evaluate("document.activeElement.getAttribute('aria-activedescendant')") == selected(page)
    page.evaluate("document.querySelector('#battle summary').focus()")
    page.press("j")
    assert listed(page).index(selected(page)) == 1
    page.evaluate("document.getElementById('from').focus()")
    page.press("j")
    assert listed(page).index(selected(page)) == 1


def test_sections_stay_open_from_battle_to_battle(page: Page, report: Path) -> None:
    show(page, report)
    page.evaluate("[...document.querySelectorAll('#battle summary')].find((e) => e.textContent === 'Prompt').click()")
    page.wait_for(
        "[...document.querySelectorAll('#battle details[open] summary')].some((e) => e.textContent === 'Prompt')"
    )
    page.evaluate("document.getElementById('next').click()")
    shows(page, "replicate 2")
    assert {"Prompt", "Reply"} <= set(texts(page, "#battle details[open] > summary"))


def test_every_field_has_a_label(page: Page, report: Path) -> None:
    show(page, report)
    assert page.evaluate("[...document.querySelectorAll('select, input')].every((field) => field.labels.length === 1)")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, report: Path, width: int) -> None:
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500)
    show(page, report, f"#battle={MIDDLE}/lru_cache/1&beside={LARGE}")
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.call("Emulation.clearDeviceMetricsOverride")


def test_what_models_wrote_is_text_and_stays_text(page: Page, report: Path) -> None:
    show(page, report, f"#battle={MIDDLE}/lru_cache/1&beside={LARGE}")
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert "<img src=x onerror=" in text(page, "#battle")
    made = set(page.evaluate("[...document.querySelectorAll('#battle *')].map((e) => e.localName)"))
    assert made <= {
        "h3", "h4", "p", "div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre",
    }  # fmt: skip
    assert page.evaluate("document.baseURI.split('#')[0]") == report.as_uri()


def test_a_browser_that_cannot_unpack_says_so(opened: Page, report: Path) -> None:
    script = opened.call("Page.addScriptToEvaluateOnNewDocument", source="delete window.DecompressionStream")
    show(opened, report)
    shows(opened, "This browser cannot unpack the battle")
    assert len(listed(opened)) == 36
    opened.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])
