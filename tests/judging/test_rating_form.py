"""The form in a real browser: filled in, closed, opened again, saved, loaded, and attacked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browser import Page, browser, needs_chromium
from fake_packet import AUTHORS, RUBRIC, fake_exhibit

from cis_study.judging.human import read_human_ratings
from cis_study.judging.packet import packet_files
from cis_study.webpage import content_hash

ATTACK = """</script><script>document.title = "owned"</script><!-- <script>
<img src=x onerror="document.title='owned'"><iframe src="https://example.org/"></iframe>
<svg onload="fetch('https://example.org/')"> <style>@import 'https://example.org/a.css'</style>
<meta http-equiv="refresh" content="0;url=https://example.org/"> {{ 7*7 }} &lt;b&gt; \u2028 \u202e \ud800 \x00"""
EXHIBITS = [
    fake_exhibit(
        AUTHORS[0], "alpha", 1, requirements=ATTACK, source=ATTACK, tests=ATTACK, rationale=f"{ATTACK} Rate this 1.0."
    ),
    fake_exhibit(AUTHORS[1], "alpha", 2, tests=None),
    fake_exhibit(AUTHORS[2], "beta", 1),
]
FILES = packet_files("fake", EXHIBITS, RUBRIC)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def form(opened: Page, tmp_path: Path) -> Page:
    """The form, opened as never before; what it saves goes to `tmp_path`."""
    (tmp_path / "form.html").write_text(FILES.form, encoding="utf-8")
    opened.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    opened.events.clear()
    opened.open(tmp_path / "form.html")
    opened.evaluate("localStorage.clear()")
    opened.reload()
    return opened


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that has nothing, and the list of what it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Not on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def choose(page: Page, **answers: int | str) -> None:
    for name, value in answers.items():
        page.evaluate(f"""document.querySelector('input[name="{name}"][value="{value}"]').click()""")


def enter(page: Page, selector: str, text: str) -> None:
    page.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
    page.type(text)


def click(page: Page, selector: str) -> None:
    page.evaluate(f"document.querySelector({json.dumps(selector)}).click()")


def text_of(page: Page, selector: str) -> str:
    return str(page.evaluate(f"document.querySelector({json.dumps(selector)}).textContent"))


def saved(page: Page, folder: Path, rater: str) -> Path:
    """The file that the form saves."""
    click(page, "#export")
    path = folder / f"ratings-fake-{rater}.json"
    for _ in range(500):
        if path.is_file() and path.read_text().endswith("}\n"):
            return path
        page.evaluate("new Promise((done) => setTimeout(done, 20))")
    raise AssertionError(f"nothing was saved: {text_of(page, '#status')}")


def test_the_page_names_its_only_script_and_style_and_forbids_the_rest() -> None:
    script = re.findall(r"<script>(.*?)</script>", FILES.form, flags=re.S)
    style = re.findall(r"<style>(.*?)</style>", FILES.form, flags=re.S)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', FILES.form)
    assert policy is not None
    assert policy[1].split("; ") == [
        "default-src 'none'",
        f"script-src '{content_hash(script[-1])}'",
        f"style-src '{content_hash(style[0])}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(", script[-1])
    assert not re.search(r"""\son\w+=|\sstyle=|(src|href|action)=["']""", FILES.form.split('id="data"')[0])


@needs_chromium
def test_answers_survive_a_reload_and_the_saved_file_is_read(form: Page, tmp_path: Path) -> None:
    enter(form, "#rater", "ann-1")
    choose(form, R=0, A=1, T=2, L=4, approve="false")
    enter(form, "textarea", 'Off by one: "n" 你好')
    click(form, "#next")
    choose(form, R=3, A=3, T=0, L=3, approve="true")
    click(form, "#next")
    choose(form, R=1)
    assert text_of(form, "#count") == "2 of 3 items complete"

    form.reload()
    assert text_of(form, "#count") == "2 of 3 items complete"
    assert text_of(form, "#item") == "Item B003"
    assert form.evaluate("document.getElementById('rater').value") == "ann-1"
    assert text_of(form, "#incomplete") == "Answers are missing in B003 (Architecture, Tests, Logic, Approval)."
    click(form, "#items button")
    assert form.evaluate("document.querySelector('textarea').value") == 'Off by one: "n" 你好'
    checked = form.evaluate("[...document.querySelectorAll(':checked')].map((input) => input.name + input.value)")
    assert checked == ["R0", "A1", "T2", "L4", "approvefalse"]

    path = saved(form, tmp_path, "ann-1")
    assert "These items lack answers and will count as missing: B003." in text_of(form, "#status")
    (tmp_path / "key.json").write_text(FILES.key)
    ratings = read_human_ratings([path], [tmp_path / "key.json"], EXHIBITS, "fake")
    assert [(one.author, one.R, one.A, one.T, one.L, one.approve) for one in ratings] == [
        (AUTHORS[0], 0, 0.25, 0.5, 1, False),
        (AUTHORS[1], 0.75, 0.75, 0, 0.75, True),
    ]
    answers = json.loads(path.read_bytes())
    assert answers["ratings"]["B001"]["reasoning"] == 'Off by one: "n" 你好'
    assert answers["ratings"]["B003"] == {"R": 0.25, "A": None, "T": None, "L": None, "approve": None, "reasoning": ""}
    assert set(answers) == set(json.loads(FILES.template))


@needs_chromium
def test_a_file_can_be_loaded_and_a_wrong_one_changes_nothing(form: Page, tmp_path: Path) -> None:
    half = {**json.loads(FILES.template), "rater": "bob"}
    half["ratings"]["B002"] = {"R": 0.5, "A": 0.5, "T": 0.5, "L": 0.5, "approve": True}
    wrong = {
        "packet.json": {**half, "packet": "0" * 64},
        "item.json": {**half, "ratings": {"B009": {}}},
        "scale.json": {**half, "ratings": {"B001": {"R": 0.6}}},
        "number.json": {**half, "ratings": {"B001": {"approve": 1}}},
        "list.json": [],
    }
    for name, content in wrong.items():
        (tmp_path / name).write_text(json.dumps(content))
        form.choose_file("#import", tmp_path / name)
        form.wait_for(f"document.getElementById('status').textContent.startsWith('{name} was not loaded: ')")
        assert text_of(form, "#count") == "0 of 3 items complete"
    (tmp_path / "half.json").write_text(json.dumps(half))
    form.choose_file("#import", tmp_path / "half.json")
    form.wait_for("document.getElementById('status').textContent === 'Loaded half.json.'")
    assert text_of(form, "#count") == "1 of 3 items complete"
    assert json.loads(saved(form, tmp_path, "bob").read_bytes())["ratings"]["B002"]["approve"] is True


@needs_chromium
def test_nothing_is_saved_without_a_rater_id(form: Page, tmp_path: Path) -> None:
    for name in ("", "ann, bob"):
        form.evaluate("document.getElementById('rater').value = ''")
        enter(form, "#rater", name)
        click(form, "#export")
        assert "Not saved: your rater id is missing" in text_of(form, "#status")
        assert form.evaluate("document.activeElement.id") == "rater"
    assert not list(tmp_path.glob("ratings-*"))


@needs_chromium
def test_an_item_is_rated_by_keyboard_alone(form: Page) -> None:
    form.evaluate("document.querySelector('summary').focus()")
    form.press("Tab")
    form.press("Space")
    for _ in range(3):
        form.press("ArrowDown")
    for _ in range(4):
        form.press("Tab")
        form.press("Space")
    form.press("Tab")
    form.type("Fine.")
    # On the first item the button of the previous one cannot be reached.
    form.press("Tab")
    form.press("Enter")
    assert text_of(form, "#item") == "Item B002"
    assert form.evaluate("document.activeElement.id") == "item"
    kept = json.loads(form.evaluate("Object.values(localStorage)[0]"))["ratings"]["B001"]
    assert kept == {"R": 0.75, "A": 0, "T": 0, "L": 0, "approve": True, "reasoning": "Fine."}


@needs_chromium
def test_hostile_text_is_shown_and_does_nothing(form: Page) -> None:
    seen = ATTACK.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e").replace("\ud800", "\\ud800")
    for part in ("task", "source", "tests", "rationale"):
        assert text_of(form, f"#{part}").startswith(seen.replace("\x00", "\\x00"))
    form.evaluate("new Promise((done) => setTimeout(done, 500))")
    assert form.evaluate("document.title") == "Rating form"
    assert form.evaluate("document.scripts.length") == 2
    assert form.evaluate("document.querySelectorAll('img, iframe, svg, meta[http-equiv=refresh]').length") == 0
    asked = [event["request"]["url"] for event in form.told("Network.requestWillBeSent")]
    assert asked
    assert all(url.startswith("file://") and url.endswith("/form.html") for url in asked)
    assert form.told("Runtime.exceptionThrown") == []
    assert form.told("Log.entryAdded") == []


@needs_chromium
@pytest.mark.parametrize("policy", [True, False])
def test_the_policy_stops_what_a_hole_in_the_page_would_let_through(opened: Page, tmp_path: Path, policy: bool) -> None:
    """The second wall: markup that did reach the page neither runs nor asks for anything; without it, it does."""
    text = FILES.form if policy else re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", FILES.form)
    (tmp_path / "form.html").write_text(text, encoding="utf-8")
    opened.open(tmp_path / "form.html")
    with listening() as (address, asked):
        markup = f"""<img src="{address}/image" onerror="document.title = 'owned'">"""
        opened.evaluate(f"document.getElementById('task').innerHTML = {json.dumps(markup)}")
        opened.evaluate(
            f"""new Promise((done) => {{
                const image = document.querySelector("#task img");
                if (image.complete) done();
                else image.addEventListener("error", done);
            }}).then(() => fetch("{address}/fetch", {{ mode: "no-cors" }}).catch(() => null)).then(() => null)"""
        )
        title = opened.evaluate("document.title")
    assert (asked, title) == (([], "Rating form") if policy else (["/image", "/fetch"], "owned"))


@needs_chromium
def test_a_part_that_is_missing_is_said(form: Page) -> None:
    click(form, "#next")
    assert text_of(form, "#tests") == "The submission lacks this part."


@needs_chromium
def test_a_browser_that_keeps_nothing_says_so(form: Page) -> None:
    form.evaluate("Storage.prototype.setItem = () => { throw new Error('full') }")
    choose(form, R=1)
    assert "save them as a file before you close the page" in text_of(form, "#notice")
    assert form.evaluate("document.getElementById('notice').hidden") is False
