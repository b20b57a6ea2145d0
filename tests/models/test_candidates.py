"""The committed candidates against the research notes they come from, and the faults their loader must name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from cis_study.errors import StudyError
from cis_study.models.candidate import Candidate, Figure, load_candidates

FOLDER = Path(__file__).parents[2] / "config/models/candidates"
CANDIDATES = load_candidates(FOLDER)
FIGURES = [
    (name, quantity, figure)
    for name, candidate in CANDIDATES.items()
    for quantity, figures in candidate.figures.items()
    for figure in figures
]
COMPARED = [
    "humaneval", "mbpp", "livecodebench", "bigcodebench_instruct", "codeforces", "aime_2024", "swe_bench_verified",
    "bfcl",
]  # fmt: skip

REQUESTED = {
    "codellama-7b": "weak",
    "starcoder2-7b": "weak",
    "phi-2": "weak",
    "deepseek-coder-6.7b": "weak",
    "mistral-7b-v0.3": "weak",
    "qwen2.5-coder-32b-awq": "baseline",
    "codellama-34b": "baseline",
    "wizardcoder-33b": "baseline",
    "gpt-oss-20b": "strong",
    "qwen2.5-coder-72b-awq": "strong",
    "deepseek-coder-v2-236b": "strong",
    "mixtral-8x7b-awq": "strong",
}

KINDS = {"P": "official", "L": "leaderboard", "M": "vendor_claim", "T": "third_party", "C": "computed"}
NOTES = """
mistral-7b-v0.3         humaneval                   38.4   M
mistral-7b-v0.3         bigcodebench_hard_instruct  4.7    L
codellama-7b            bigcodebench_instruct       21.9   L
starcoder2-7b           humaneval_plus              29.9   L
starcoder2-7b           weights                     14.35  C
phi-2                   mbpp_plus                   54.2   L
deepseek-coder-6.7b     codeforces                  155    L
llama-3.2-3b            humaneval                   55.5   T
llama-3.2-3b            bfcl                        21.95  L
qwen2.5-coder-7b        livecodebench               18.2   P
qwen2.5-coder-32b-awq   humaneval                   92.7   P
qwen2.5-coder-32b-awq   mbpp_plus                   77.0   L
qwen2.5-coder-32b-awq   weights                     19.33  P
codellama-34b           weights                     67.5   C
codellama-34b           bigcodebench_hard_instruct  8.8    L
wizardcoder-33b         humaneval                   79.9   L
gpt-oss-20b             codeforces                  2230   P
gpt-oss-20b             aime_2024                   80.0   P
gpt-oss-20b             livecodebench               61.0   T
gpt-oss-20b             tau_bench_retail            54.8   P
gpt-oss-120b            swe_bench_verified          62.4   P
qwen2.5-72b-awq         humaneval                   86.6   P
qwen2.5-72b-awq         humaneval_plus              79.3   T
deepseek-coder-v2-236b  humaneval_plus              82.3   L
deepseek-coder-v2-236b  weights                     125    C
mixtral-8x7b-awq        mbpp                        59.5   L
deepseek-coder-v2-lite  codeforces                  254    L
codestral-22b           bigcodebench_instruct       41.8   L
qwen3-coder-30b-a3b-fp8 swe_bench_verified          51.6   L
qwen3-32b-awq           codeforces                  1977   P
qwen3-32b-awq           aider_polyglot              40.0   L
devstral-small-2512     weights                     25.8   C
devstral-small-2512     swe_bench_verified          68.0   M
qwen3.6-27b-fp8         swe_bench_verified          77.2   M
glm-4.7-flash           tau2_bench                  79.5   M
glm-4.7-flash           swe_bench_verified          39.7   T
qwen3-coder-next        swe_bench_verified          70.6   M
"""
"""Typed from the notes of the research, at least one per model; the letter says who measured."""

CONFLICTS = [
    ("gpt-oss-120b", "swe_bench_verified", {62.4, 26.0}),
    ("gpt-oss-20b", "swe_bench_verified", {60.7, 34.0, 60.4}),
    ("qwen3-coder-30b-a3b-fp8", "swe_bench_verified", {51.6, 31.8}),
    ("glm-4.7-flash", "swe_bench_verified", {59.2, 39.7}),
    ("devstral-small-2512", "swe_bench_verified", {68.0, 56.4}),
    ("qwen2.5-72b-awq", "codeforces", {634, 859}),
    ("deepseek-coder-v2-236b", "humaneval", {90.2, 85.4}),
    ("deepseek-coder-v2-lite", "livecodebench", {24.3, 16.3}),
    ("gpt-oss-120b", "gpu_memory_minimum", {80, 96}),
    ("qwen3-coder-30b-a3b-fp8", "tool_parser", {"qwen3_xml", "qwen3_coder"}),
    ("wizardcoder-33b", "licence", {"LicenseRef-DeepSeek-Model-License", "LicenseRef-msft-research"}),
]


def same_checkpoint(figures: list[Figure]) -> list[Figure]:
    return [figure for figure in figures if not figure.setting.startswith("other checkpoint:")]


def test_exactly_the_requested_systems_carry_a_tier() -> None:
    assert {name: c.requested_tier for name, c in CANDIDATES.items() if c.requested_tier} == REQUESTED


def test_the_model_that_does_not_exist_says_so_and_why() -> None:
    absent = [candidate for candidate in CANDIDATES.values() if not candidate.exists]
    assert [candidate.name for candidate in absent] == ["qwen2.5-coder-72b-awq"]
    assert absent[0].known("official_sizes")[0].value == ["0.5B", "1.5B", "3B", "7B", "14B", "32B"]


@pytest.mark.parametrize("row", NOTES.split("\n")[1:-1], ids=lambda row: "-".join(row.split()[:2]))
def test_figures_agree_with_the_notes(row: str) -> None:
    name, quantity, value, letter = row.split()
    found = [(figure.value, figure.kind) for figure in same_checkpoint(CANDIDATES[name].known(quantity))]
    assert (float(value), KINDS[letter]) in found


def test_a_paper_about_another_publishers_model_is_third_party() -> None:
    assert {
        (name, figure.kind)
        for name, _, figure in FIGURES
        if figure.source.startswith("Qwen2.5-Coder technical report")
        and not CANDIDATES[name].repo.startswith("Qwen/")
        and figure.kind != "third_party"
    } == set()


@pytest.mark.parametrize(("name", "quantity", "values"), CONFLICTS)
def test_conflicting_sources_stand_side_by_side(name: str, quantity: str, values: set[object]) -> None:
    figures = same_checkpoint(CANDIDATES[name].known(quantity))
    assert values <= {figure.value for figure in figures if not isinstance(figure.value, list | dict)}


def test_every_figure_can_be_traced() -> None:
    untraced = [
        (name, quantity, figure.value)
        for name, quantity, figure in FIGURES
        if not figure.source.strip()
        or (figure.copy_read and not re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} \S+", figure.copy_read))
    ]
    assert untraced == []


def test_benchmarks_of_the_comparison_are_figures_or_known_to_be_missing() -> None:
    silent = {
        (candidate.name, quantity)
        for candidate in CANDIDATES.values()
        if candidate.exists
        for quantity in COMPARED
        if not same_checkpoint(candidate.figures.get(quantity, []))
    }
    assert silent == set()


def test_two_numbers_of_one_source_differ_in_setting() -> None:
    """Else one of them is a slip: nobody reports two values of the same measurement."""
    keys = [
        (name, quantity, figure.setting, figure.source)
        for name, quantity, figure in FIGURES
        if isinstance(figure.value, int | float)
    ]
    assert {key for key in keys if keys.count(key) > 1} == set()


def test_one_quantity_has_one_unit_and_one_type() -> None:
    forms: dict[str, set[tuple[str | None, bool]]] = {}
    for _, quantity, figure in FIGURES:
        if figure.value is not None:
            number = isinstance(figure.value, int | float) and not isinstance(figure.value, bool)
            forms.setdefault(quantity, set()).add((figure.unit, number))
    assert {quantity: form for quantity, form in forms.items() if len(form) > 1} == {}


@pytest.mark.parametrize(
    "phrase", ["stored cop", "docs-search", "search excerpt", "index text", "vram.md", "report.md"]
)
def test_sources_name_documents_not_how_they_were_reached(phrase: str) -> None:
    assert [path.name for path in FOLDER.glob("*.yaml") if phrase in path.read_text(encoding="utf-8").lower()] == []


GOOD = {
    "name": "tiny",
    "label": "Tiny",
    "repo": "nobody/tiny",
    "requested_tier": None,
    "summary": "A test.",
    "figures": {"humaneval": [{"value": 1.5, "source": "nobody", "kind": "official"}]},
}


def load(folder: Path, **changes: object) -> Candidate:
    (folder / "tiny.yaml").write_text(yaml.safe_dump({**GOOD, **changes}), encoding="utf-8")
    return load_candidates(folder)["tiny"]


def humaneval(**changes: object) -> dict[str, object]:
    return {"humaneval": [{"value": 1.5, "source": "nobody", "kind": "official", **changes}]}


def test_unknown_figures_are_listed_but_not_known(tmp_path: Path) -> None:
    candidate = load(tmp_path, figures=humaneval(value=None, kind="none"))
    assert len(candidate.figures["humaneval"]) == 1
    assert candidate.known("humaneval") == candidate.known("mbpp") == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "other"}, "differs from the file name"),
        ({"speed": 3}, "speed"),
        ({"figures": humaneval(note2="x")}, "note2"),
        ({"figures": humaneval(value=None)}, "null and `none` go together"),
        ({"figures": humaneval(kind="none")}, "null and `none` go together"),
        ({"figures": humaneval(kind="rumour")}, "rumour"),
        ({"figures": {"humaneval": [{"value": 1.5, "kind": "official"}]}}, "humaneval.0.source"),
        ({"figures": {"humaneval": []}}, "humaneval"),
    ],
)
def test_a_faulty_entry_is_refused_by_file_and_key(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    with pytest.raises(StudyError, match=re.escape(named)) as caught:
        load(tmp_path, **changes)
    assert "tiny.yaml" in str(caught.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="holds no candidate"):
        load_candidates(tmp_path)
