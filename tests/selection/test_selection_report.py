"""The report says what the findings say, the same bytes each time, as text that nothing can run in."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_candidates import candidate, figure, settings

from cis_study.config import Study, resolve_study
from cis_study.errors import StudyError
from cis_study.models.candidate import Candidate, load_candidates
from cis_study.selection.finding import Context
from cis_study.selection.page import as_page
from cis_study.selection.report import SelectionReport, as_markdown, findings_json, make_report
from cis_study.selection.settings import load_selection
from cis_study.tables.latex import as_latex
from cis_study.tables.table import as_csv


@pytest.fixture
def study(root: Path) -> Study:
    content = yaml.safe_load((root / "config/h100.yaml").read_text())
    return resolve_study({**content, "contestants": ["small", "base", "able"], "determinism": None})


def small(study: Study, *more: Candidate, base: dict[str, Any] | None = None, **changes: Any) -> SelectionReport:
    able = candidate("able", swe_bench_verified=("board", 50.0), quantized_by="them", bfcl=None)
    known = [candidate(**(base or {})), able, candidate("small", humaneval=38.4), *more]
    return make_report(settings(**changes), {one.name: one for one in known}, study, {})


def test_identical_inputs_give_identical_bytes(study: Study) -> None:
    first, second = (as_markdown(small(study)) for _ in range(2))
    assert first == second
    assert as_page(first) == as_page(second)


def test_every_candidate_has_a_profile_a_row_and_findings(study: Study) -> None:
    report = small(study)
    text = as_markdown(report)
    for one in report.context.candidates.values():
        assert text.count(f"### {one.label}\n") == 1
        assert len(re.findall(rf"^\| {one.label} \|", text, flags=re.MULTILINE)) == 2
        assert set(findings_json(report)[one.name]) >= {"code record", "weak", "strong"}  # type: ignore[arg-type]
    assert "The study tiny compares exactly these models." in text


def test_each_source_is_one_reference_and_nothing_found_is_none(study: Study) -> None:
    text = as_markdown(small(study))
    references = re.findall(r"^\d+\. (.*)$", text.split("## 5 References")[1], flags=re.MULTILINE)
    assert references == ["official paper"]
    row = next(line for line in text.splitlines() if line.startswith("| BFCL "))
    assert row == "| BFCL | – |  |  | not found |  |  |"


@pytest.mark.parametrize(("humaneval", "carries"), [(92.7, False), (90.1, False), (90.0, True), (60.0, True)])
def test_whether_the_request_can_be_met_is_computed(study: Study, humaneval: float, carries: bool) -> None:
    text = as_markdown(small(study, base={"humaneval": humaneval}))
    assert ("HumanEval cannot carry" in text) != carries
    assert (f"asks for {humaneval + 10:.4g} of 100" in text) == carries


def test_the_concurrency_and_the_memory_of_the_study_reach_the_rule(study: Study) -> None:
    def fits(**engine: Any) -> str:
        changed = study.model_copy(update={"engine": study.engine.model_copy(update=engine)})
        return small(changed).assessed["base"].must_haves["fits the card"].verdict

    assert fits() == "pass"
    assert fits(concurrency=13) == "fail"
    assert fits(flags={"gpu-memory-utilization": 0.80}) == "fail"


def test_values_stay_values(study: Study) -> None:
    hostile = "a | b <img src=x> *c* [d](http://e) `f` \\ _g_"
    text = as_markdown(small(study, candidate("odd", licence=hostile, context_tokens=[figure(16384, note="x\ny")])))
    page = as_page(text)
    assert "<img" not in page
    assert 'href="http' not in page
    shown = Cells()
    shown.feed(page)
    assert {hostile, "x y"} <= {cell.strip() for cell in shown.cells}


def test_the_page_holds_one_style_and_no_script(study: Study) -> None:
    page = as_page(as_markdown(small(study)) + "\n<script>alert(1)</script>\n")
    assert page.count("<style>") == 1
    assert "<script" not in page
    assert "style=" not in page.replace("style-src", "")
    assert '<td class="verdict pass">pass</td>' in page
    anchors = set(re.findall(r'id="([^"]*)"', page))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= anchors


class Cells(HTMLParser):
    """Text of every table cell."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_both_spellings_of_the_comparison_have_every_row(study: Study) -> None:
    report = small(study)
    assert as_csv(report.comparison).count("\n") == len(report.assessed) + 1
    assert as_latex(report.comparison).count(r" \\") == len(report.assessed) + 1
    row = dict(zip(report.comparison.header, report.comparison.rows[1], strict=True))
    assert (row["Model"], row["HumanEval"], row["SWE-bench Verified"]) == ("Able", "92.7\u00a0O", "50.0\u00a0O")
    assert row["BFCL"] == "–"
    assert row["Memory (GiB)"] == "70.0"


def test_the_comparison_marks_other_checkpoints_and_plans_no_context_beyond_the_model(study: Study) -> None:
    older = [figure(42.0), figure(("other checkpoint: older", 40.0), "leaderboard")]
    odd = candidate("odd", humaneval=older, context_tokens=4096)
    table = small(study, odd, candidate("vast", weights=125.0, architecture_config=...)).comparison
    rows = {row[0]: dict(zip(table.header, row, strict=True)) for row in table.rows}
    assert rows["Odd"]["HumanEval"] == "42.0\u00a0O, 40.0\u00a0L*"
    assert (rows["Odd"]["Memory (GiB)"], rows["Vast"]["Memory (GiB)"]) == ("34.0", "> 116.4")


# What a person concluded from the same sources before the rules existed, candidate by candidate.
BY_HAND = {
    "mistral-7b-v0.3": "code record + agentic record - fits the card + tool parser + weak +",
    "codellama-7b": "agentic record - fits the card - tool parser - weak +",
    "starcoder2-7b": "agentic record - chat-tuned - tool parser - fits the card + weak +",
    "phi-2": "code record + agentic record - chat-tuned - fits the card - weak +",
    "deepseek-coder-6.7b": "code record + fits the card - tool parser - weak -",
    "qwen2.5-coder-32b-awq": "code record + agentic record + fits the card + tool parser - weak -",
    "codellama-34b": "agentic record - fits the card - strong -",
    "wizardcoder-33b": "agentic record - fits the card - no narrow fine-tune -",
    "gpt-oss-20b": "code record - agentic record + fits the card + tool parser +",
    "gpt-oss-120b": "code record - agentic record + fits the card - strong +",
    "qwen2.5-72b-awq": "code record + agentic record + fits the card - strong -",
    "deepseek-coder-v2-236b": "code record + agentic record + fits the card - strong -",
    "mixtral-8x7b-awq": "code record + fits the card + tool parser - strong -",
    "codestral-22b": "code record + fits the card - licence - weak -",
    "qwen3-coder-30b-a3b-fp8": "code record - agentic record + fits the card +",
    "devstral-small-2512": "code record - agentic record + fits the card + strong +",
    "devstral-small-2507": "code record - agentic record + fits the card -",
    "qwen3-32b-awq": "code record - agentic record + fits the card +",
    "qwen2.5-coder-72b-awq": "self-hostable -",
}


@pytest.fixture(scope="module")
def published(root: Path) -> SelectionReport:
    selection = load_selection(root / "config/models/selection.yaml")
    study = resolve_study(yaml.safe_load((root / f"config/{selection.study}.yaml").read_text()))
    return make_report(selection, load_candidates(root / "config/models/candidates"), study, {})


@pytest.mark.parametrize("name", BY_HAND)
def test_the_rules_say_what_was_concluded_by_hand(published: SelectionReport, name: str) -> None:
    found = {finding.rule: finding.verdict for finding in published.assessed[name].findings}
    for rule, sign in re.findall(r"([a-zA-Z -]+?) ([+-])(?: |$)", BY_HAND[name]):
        assert found[rule] == {"+": "pass", "-": "fail"}[sign], rule


def test_the_published_evidence_leads_to_these_five(published: SelectionReport) -> None:
    chosen = {tier: [one.candidate.name for one in found] for tier, found in published.chosen.items()}
    assert chosen == {
        "weak": ["mistral-7b-v0.3"],
        "baseline": ["qwen2.5-coder-32b-awq"],
        "strong": ["devstral-small-2512", "gpt-oss-20b", "qwen3-coder-30b-a3b-fp8"],
    }
    verdicts = [claim.verdict for claim in published.claims]
    assert (verdicts.count("refuted"), verdicts.count("unsupported")) == (6, 1)
    assert json.dumps(findings_json(published))


def test_a_claim_about_nobody_is_refused(published: SelectionReport) -> None:
    context: Context = published.context
    with pytest.raises(StudyError, match="gpt-9"):
        context.candidate("gpt-9")
