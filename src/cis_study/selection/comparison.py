"""The two tables over all candidates: what is published, and what each rule found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cis_study.figures.caption import Caption
from cis_study.models.candidate import Candidate
from cis_study.models.candidate_plan import candidate_weights_bytes
from cis_study.models.memory import GIB
from cis_study.selection.choice import Assessed
from cis_study.selection.finding import OTHER_CHECKPOINT, Context
from cis_study.selection.must_haves import memory_plans
from cis_study.selection.words import KINDS, value_text
from cis_study.tables.rounding import NO_BREAK_SPACE, NO_NUMBER
from cis_study.tables.table import Table

_COLUMNS: dict[str, dict[str, str]] = {
    "Parameters (B)": {"parameters_total": ""},
    "Active (B)": {"parameters_active": ""},
    "Quantization": {"quantization": ""},
    "HumanEval": {"humaneval": "", "humaneval_plus": f"+{NO_BREAK_SPACE}"},
    "MBPP": {"mbpp": "", "mbpp_plus": f"+{NO_BREAK_SPACE}"},
    "LiveCodeBench": {"livecodebench": ""},
    "BigCodeBench": {
        "bigcodebench_instruct": "",
        "bigcodebench_complete": "complete ",
        "bigcodebench_hard_instruct": "Hard ",
        "bigcodebench_hard_complete": "Hard complete ",
    },
    "Codeforces": {"codeforces": ""},
    "AIME": {"aime_2024": "2024: ", "aime_2025": "2025: "},
    "SWE-bench Verified": {"swe_bench_verified": ""},
    "BFCL": {"bfcl": ""},
    "Licence": {"licence": ""},
    "vLLM": {"vllm_supported": "", "vllm_min_version": "from "},
}
"""Column -> quantities in it, each with what is written before its figures."""
_WITHOUT_LETTER = ("Parameters (B)", "Active (B)", "Quantization", "Licence", "vLLM")
MEMORY = "Memory (GiB)"


def comparison_table(assessed: Iterable[Assessed], context: Context) -> Table:
    """Every known figure; on benchmarks with the letter of its kind of source, and a mark on other checkpoints."""
    header = ["Model", *_COLUMNS]
    header.insert(header.index("Quantization") + 1, MEMORY)
    rows = [[_cell(one.candidate, column, context) for column in header] for one in assessed]
    caption = Caption(f"Published figures of the candidates, each with its kind of source: {legend()}.")
    return Table(header, rows, text_columns=len(header), caption=caption)


def rule_table(assessed: Sequence[Assessed]) -> Table:
    """Verdict of each rule on each candidate."""
    rules = [finding.rule for finding in assessed[0].findings]
    rows = [[one.candidate.label, *(finding.verdict for finding in one.findings)] for one in assessed]
    return Table(["Model", *rules], rows, text_columns=len(rules) + 1)


def legend() -> str:
    """What the letters and marks of the comparison mean."""
    kinds = ", ".join(f"{letter} {words}" for letter, words in KINDS.values() if letter)
    return f"{kinds}; * another checkpoint (base model, sibling or older version); {NO_NUMBER} nothing found"


def _memory(candidate: Candidate, context: Context) -> str:
    weights = candidate_weights_bytes(candidate)
    if plans := memory_plans(candidate, context):
        return ", ".join(f"{plan.need_bytes / GIB:.1f}" for plan in plans)
    return NO_NUMBER if weights is None else f"> {weights / GIB:.1f}"


def _cell(candidate: Candidate, column: str, context: Context) -> str:
    if column == "Model":
        return candidate.label
    if column == MEMORY:
        return _memory(candidate, context)
    parts = []
    for name, prefix in _COLUMNS[column].items():
        figures = candidate.known(name)
        if column in _WITHOUT_LETTER:
            values = dict.fromkeys(map(value_text, figures))
        else:
            values = dict.fromkeys(
                f"{value_text(figure)}{NO_BREAK_SPACE}{KINDS[figure.kind][0]}"
                + "*" * figure.setting.startswith(OTHER_CHECKPOINT)
                for figure in figures
            )
        if values:
            parts.append(prefix + ", ".join(values))
    return "; ".join(parts) or NO_NUMBER
