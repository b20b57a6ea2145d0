"""The must-haves of a contestant. Each rule is pure: a candidate and what the study asks for give one finding."""

from __future__ import annotations

from itertools import groupby

from cis_study.models.candidate import Candidate, Kind
from cis_study.models.candidate_plan import candidate_memory, candidate_weights_bytes
from cis_study.models.memory import CARD_BYTES, GIB, MemoryPlan
from cis_study.selection.finding import Context, Finding, Rule, Used, agreed, measured, own
from cis_study.selection.settings import Record
from cis_study.selection.words import listed, quantity

LOADED = "gpu_memory_loaded"
"""GiB that weights took on a card once loaded: more than their files, where the engine repacks them."""


def code_record(candidate: Candidate, context: Context) -> Finding:
    """A published figure on the code benchmarks the request names."""
    return _record("code record", candidate, context.settings.code_record)


def agentic_record(candidate: Candidate, context: Context) -> Finding:
    """A published figure on reasoning or agentic benchmarks, of exactly this checkpoint."""
    return _record("agentic record", candidate, context.settings.agentic_record)


def fits_card(candidate: Candidate, context: Context) -> Finding:
    """The study's requests, all at full length, beside the weights on one card."""
    rule, asked = "fits the card", f"{context.sequences} sequences of {context.tokens:,} tokens"
    limits = own(candidate, "context_tokens")
    used = (*limits, *own(candidate, "weights"))
    if limits and max(map(measured, limits)) < context.tokens:
        return Finding(rule, "fail", used, f"built for {listed(limits)} tokens, {context.tokens:,} asked")
    weights = candidate_weights_bytes(candidate)
    if weights is not None and weights > CARD_BYTES:
        reason = f"weights of {weights / GIB:.1f} GiB on a card of {CARD_BYTES / GIB:.1f} GiB"
        return Finding(rule, "fail", used, reason)
    plans = memory_plans(candidate, context)
    if not plans:
        return Finding(rule, "unknown", used, "no source gives its weights and layers")
    need = " or ".join(f"{plan.need_bytes / GIB:.1f}" for plan in plans)
    fit = " or ".join(dict.fromkeys(str(plan.max_full_sequences) for plan in plans))
    used = (*used, *own(candidate, "architecture_config"), *own(candidate, LOADED))
    reason = f"{asked} need {need} of {plans[0].budget_bytes / GIB:.1f} GiB; {fit} fit"
    return Finding(rule, agreed([plan.fits for plan in plans]), used, reason)


def memory_plans(candidate: Candidate, context: Context) -> list[MemoryPlan]:
    """Plans of full sequences, no longer than the model's context; empty where weights or layers are unknown.

    One for each size the engine was seen to load, else one for the published size.
    """
    loaded: list[int | None] = [round(measured(used) * GIB) for used in own(candidate, LOADED)]
    plans = [
        candidate_memory(candidate, context.tokens, context.sequences, context.utilization, size)
        for size in loaded or [None]
    ]
    return [plan for plan in plans if plan is not None]


def vllm_support(candidate: Candidate, context: Context) -> Finding:  # noqa: ARG001
    """vLLM lists the architecture."""
    return _yes_or_no("vLLM", candidate, "vllm_supported", True, "vLLM lists the architecture", "vLLM does not list it")


def licence(candidate: Candidate, context: Context) -> Finding:
    """The licence allows research on rented GPUs."""
    rule, used, known = "licence", own(candidate, "licence"), context.settings.licences
    if not used:
        return Finding(rule, "unknown", (), "no source states its licence")
    names = sorted({str(one.figure.value) for one in used})
    verdicts = {known[name].verdict if name in known else "unknown" for name in names}
    reasons = [f"{name}: {known[name].reason if name in known else 'not classified'}" for name in names]
    return Finding(rule, verdicts.pop() if len(verdicts) == 1 else "unknown", used, "; ".join(reasons))


def self_hostable(candidate: Candidate, context: Context) -> Finding:  # noqa: ARG001
    """The weights exist and anybody may download them."""
    rule = "self-hostable"
    if not candidate.exists:
        return Finding(rule, "fail", (), "there is no such model")
    gated = own(candidate, "gated")
    if any(one.figure.value for one in gated):
        return Finding(rule, "unknown", gated, "the publisher grants access on request")
    return Finding(rule, "pass", gated, "no source reports a gate")


def broad(candidate: Candidate, context: Context) -> Finding:  # noqa: ARG001
    """Not somebody else's fine-tune for a narrow purpose."""
    yes, no = "its publisher's own model", "a third party's fine-tune of somebody else's base"
    return _yes_or_no("no narrow fine-tune", candidate, "narrow_finetune", False, yes, no)


def chat_tuned(candidate: Candidate, context: Context) -> Finding:  # noqa: ARG001
    """Follows instructions: the battles are conversations."""
    return _yes_or_no("chat-tuned", candidate, "chat_tuned", True, "tuned to follow instructions", "a base model")


def tool_parser(candidate: Candidate, context: Context) -> Finding:  # noqa: ARG001
    """A parser of vLLM that reads the model's tool calls. Reported, not required: the study's protocol is text."""
    rule, used = "tool parser", own(candidate, "tool_parser")
    if not used:
        return Finding(rule, "unknown", (), "no source names one")
    names = ", ".join(dict.fromkeys(str(one.figure.value) for one in used))
    verdict = agreed([one.figure.value != "none" for one in used])
    reason = {"pass": f"parser {names}", "fail": "no stock parser works", "unknown": f"sources differ: {names}"}
    return Finding(rule, verdict, used, reason[verdict])


MUST_HAVES: dict[str, Rule] = {
    "code record": code_record,
    "agentic record": agentic_record,
    "fits the card": fits_card,
    "vLLM": vllm_support,
    "licence": licence,
    "self-hostable": self_hostable,
    "no narrow fine-tune": broad,
    "chat-tuned": chat_tuned,
}
REPORTED: dict[str, Rule] = {"tool parser": tool_parser}


def _record(rule: str, candidate: Candidate, record: Record) -> Finding:
    counting = _figures(candidate, record, record.kinds)
    if counting:
        return Finding(rule, "pass", counting, _named(counting))
    weaker = _figures(candidate, record, None)
    if weaker:
        return Finding(rule, "unknown", weaker, f"only from sources that do not count: {_named(weaker)}")
    others = tuple(Used(candidate.name, name, figure) for name in record.benchmarks for figure in candidate.known(name))
    if others:
        return Finding(rule, "fail", others, f"only for other checkpoints: {_named(others)}")
    if not any(name in candidate.figures for name in record.benchmarks):
        return Finding(rule, "unknown", (), "not looked for")
    return Finding(rule, "fail", (), f"looked for and not found: {', '.join(map(quantity, record.benchmarks))}")


def _figures(candidate: Candidate, record: Record, kinds: list[Kind] | None) -> tuple[Used, ...]:
    return tuple(used for name in record.benchmarks for used in own(candidate, name, kinds))


def _named(several: tuple[Used, ...]) -> str:
    groups = groupby(several, key=lambda used: used.quantity)
    return "; ".join(f"{quantity(name)} {listed(tuple(group))}" for name, group in groups)


def _yes_or_no(rule: str, candidate: Candidate, quantity: str, wanted: bool, yes: str, no: str) -> Finding:
    used = own(candidate, quantity)
    if not used:
        return Finding(rule, "unknown", (), "no source says so")
    verdict = agreed([one.figure.value is wanted for one in used])
    reason = {"pass": yes, "fail": no, "unknown": f"sources differ: {listed(used)}"}
    return Finding(rule, verdict, used, reason[verdict])
