"""Which of vLLM's kernels may compute which quantization: the rules, and the check against them.

vLLM picks kernels by itself, and falls back without an error to kernels that are an order of magnitude slower
(AWQ without Marlin) or compute something else (FP8 weights multiplied in 16 bit). The names are those of 0.32.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cis_study.errors import StudyError


@dataclass(frozen=True)
class Rule:
    """What vLLM must have made of one quantization; patterns match from the start of a name."""

    resolved: frozenset[str]
    """Names it may give the quantization."""
    named: str
    """The lines of its log that name a kernel: group 1 or 2. At least one must be there."""
    on_gpu: str
    """Every kernel named on a GPU matches this. On a CPU there is one kernel per quantization."""
    reason: str
    """Why no other kernel will do."""
    refused_methods: str = "(?!)"
    """Methods that no layer may have: fallbacks that are not named in the log."""


_FOUR_BITS = "(?i:.*(marlin|machete))"
_NATIVE_FP8 = "(?i:(?!.*(marlin|humming|emulation)))"

RULES = {
    "awq": Rule(
        frozenset({"awq", "auto_awq", "awq_marlin"}),
        r"Using (\w+) for AutoAWQMarlinLinearMethod|Using '(\w+)' WNA16 MoE backend",
        _FOUR_BITS,
        "every other AWQ kernel is about ten times slower",
        refused_methods="AutoAWQLinearMethod|MoeWNA16Method",
    ),
    "gptq": Rule(
        frozenset({"gptq", "auto_gptq", "gptq_marlin"}),
        r"Using (\w+) for AutoGPTQLinearMethod|Using '(\w+)' WNA16 MoE backend",
        _FOUR_BITS,
        "every other GPTQ kernel is several times slower",
        refused_methods="MoeWNA16Method",
    ),
    "fp8": Rule(
        frozenset({"fp8"}),
        r"Selected (\w+) for Fp8LinearMethod|Using (\w+) Fp8 MoE backend",
        _NATIVE_FP8,
        "it multiplies in 16 bit, not in FP8: not the model that was declared",
    ),
    "mxfp4": Rule(
        frozenset({"mxfp4", "gpt_oss_mxfp4"}),
        r"Using '(\w+)' Mxfp4 MoE backend",
        "(?i:(?!.*emulation))",
        "it unpacks the weights for every product",
    ),
}
"""By the quantization found in the weights. Weights of any other kind must be served without quantization."""


def kernels_named(found: str, log: str) -> list[str]:
    """Kernels that vLLM's log names for a quantization, sorted; empty where there is no rule."""
    rule = RULES.get(found)
    return sorted({name for match in re.finditer(rule.named, log) for name in match.groups() if name}) if rule else []


def check_kernels(
    model: str, found: str, resolved: str | None, methods: Sequence[str], kernels: Sequence[str], platform: str
) -> None:
    """What vLLM resolved is what the weights are, computed as the rules allow.

    Args:
        methods: quantization methods of the layers.
        platform: `cpu`, `cuda`, ...

    Raises:
        StudyError: it took the weights for something else, a layer or kernel breaks a rule, or no kernel is named.
    """
    rule = RULES.get(found)
    expected = rule.resolved if rule else frozenset({None})
    if resolved not in expected:
        raise _refused(model, resolved, f"the weights are {found}, expected {' or '.join(sorted(map(str, expected)))}")
    if rule is None:
        return
    if not kernels:
        raise _refused(model, "no kernel named", f"the engine's log must name a kernel for {found}: {rule.named}")
    bad = [kernel for kernel in kernels if platform != "cpu" and not re.match(rule.on_gpu, kernel)]
    bad += [method for method in methods if re.fullmatch(rule.refused_methods, method)]
    if bad:
        raise _refused(model, ", ".join(bad), rule.reason)


def _refused(model: str, value: object, why: str) -> StudyError:
    return StudyError(
        f"{model}: quantization as resolved by the engine", value, why,
        "Remove flags that choose a quantization or a kernel; the rules are in src/cis_study/serving/kernel_rules.py.",
    )  # fmt: skip
