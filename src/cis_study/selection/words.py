"""Quantities, values and sources as people read them."""

from __future__ import annotations

from cis_study.models.candidate import Figure
from cis_study.selection.finding import Used
from cis_study.tables.rounding import MINUS, NO_NUMBER

QUANTITIES: dict[str, str] = {
    "aider_edit": "Aider editing",
    "aider_polyglot": "Aider polyglot",
    "aime_2024": "AIME 2024",
    "aime_2025": "AIME 2025",
    "bfcl": "BFCL",
    "bigcodebench_complete": "BigCodeBench complete",
    "bigcodebench_hard_complete": "BigCodeBench-Hard complete",
    "bigcodebench_hard_instruct": "BigCodeBench-Hard instruct",
    "bigcodebench_instruct": "BigCodeBench instruct",
    "codeforces": "Codeforces",
    "gpqa_diamond": "GPQA Diamond",
    "h100_throughput": "throughput on one H100",
    "humaneval": "HumanEval",
    "humaneval_plus": "HumanEval+",
    "humaneval_without_chat_template": "HumanEval without the chat template",
    "livecodebench": "LiveCodeBench",
    "mbpp": "MBPP",
    "mbpp_plus": "MBPP+",
    "mmlu": "MMLU",
    "parameters_active": "active parameters",
    "parameters_total": "parameters",
    "swe_bench_lite": "SWE-bench Lite",
    "swe_bench_multilingual": "SWE-bench Multilingual",
    "swe_bench_verified": "SWE-bench Verified",
    "tau2_bench": "tau2-bench",
    "tau_bench_retail": "tau-bench retail",
    "terminal_bench_2": "Terminal-Bench 2",
    "vllm_min_version": "first vLLM version",
    "vllm_supported": "architecture in vLLM",
}
"""Quantities whose name in the data is not their name in prose."""

KINDS: dict[str, tuple[str, str]] = {
    "official": ("O", "official"),
    "leaderboard": ("L", "leaderboard"),
    "vendor_claim": ("V", "vendor claim"),
    "third_party": ("T", "third party"),
    "computed": ("C", "computed"),
    "assessment": ("A", "assessment"),
    "none": ("", "not found"),
}
"""Kind of source -> its letter in tables, its words."""


def quantity(name: str) -> str:
    """Name of a quantity in prose."""
    return QUANTITIES.get(name, name.replace("_", " "))


def value_text(figure: Figure) -> str:
    """A value as people read it; a dash where nothing is known."""
    value = figure.value
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_scalar(part)}" for key, part in value.items())
    return _scalar(value)


def _scalar(value: bool | float | str | None) -> str:
    if value is None:
        return NO_NUMBER
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str) else str(value).replace("-", MINUS)


def shown(used: Used) -> str:
    """A figure for a sentence: `38.4 (vendor claim)`, with the setting where there is one."""
    details = ", ".join(filter(None, [used.figure.setting, KINDS[used.figure.kind][1]]))
    return f"{value_text(used.figure)} ({details})"


def listed(several: tuple[Used, ...]) -> str:
    """Figures for a sentence."""
    return ", ".join(map(shown, several))


def gap_text(gap: float) -> str:
    """A difference with its sign, true minus included."""
    return f"{gap:+.4g}".replace("-", MINUS)
