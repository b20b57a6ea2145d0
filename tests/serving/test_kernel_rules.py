"""The rules about kernels, on lines as vLLM writes them."""

from __future__ import annotations

import pytest

from cis_study.errors import StudyError
from cis_study.serving.kernel_rules import check_kernels, kernels_named

AWQ = "(Worker pid=1) INFO [auto_awq.py:451] Using {} for AutoAWQMarlinLinearMethod\n"
FP8 = "(Worker pid=1) INFO [__init__.py:758] Selected {} for Fp8LinearMethod\n"
FP8_MOE = "(Worker pid=1) INFO [fp8.py:525] Using {} Fp8 MoE backend out of potential backends: ['MARLIN', 'TRITON'].\n"
MXFP4 = "(Worker pid=1) INFO [mxfp4.py:709] Using '{}' Mxfp4 MoE backend.\n"


@pytest.mark.parametrize(
    ("found", "resolved", "log", "platform", "kernels"),
    [
        ("awq", "auto_awq", AWQ.format("MarlinLinearKernel"), "cuda", ["MarlinLinearKernel"]),
        ("awq", "auto_awq", AWQ.format("MacheteLinearKernel"), "cuda", ["MacheteLinearKernel"]),
        ("awq", "awq", AWQ.format("CPUWNA16LinearKernel"), "cpu", ["CPUWNA16LinearKernel"]),
        ("fp8", "fp8", FP8.format("CutlassFp8BlockScaledMMKernel") + FP8_MOE.format("TRITON"), "cuda",
         ["CutlassFp8BlockScaledMMKernel", "TRITON"]),
        ("mxfp4", "gpt_oss_mxfp4", 2 * MXFP4.format("TRITON_UNFUSED"), "cuda", ["TRITON_UNFUSED"]),
        ("bf16", None, AWQ.format("MarlinLinearKernel"), "cuda", []),
        ("Q4_1", None, "", "cpu", []),
    ],
)  # fmt: skip
def test_what_is_expected_passes(found: str, resolved: str | None, log: str, platform: str, kernels: list[str]) -> None:
    assert kernels_named(found, log) == kernels
    check_kernels("m", found, resolved, ["AutoAWQMarlinLinearMethod"], kernels, platform)


@pytest.mark.parametrize(
    ("found", "resolved", "methods", "log", "message"),
    [
        ("awq", "auto_awq", [], AWQ.format("TritonW4A16LinearKernel"), "TritonW4A16LinearKernel: .*ten times slower"),
        ("awq", "auto_awq", [], AWQ.format("MarlinLinearKernel") + AWQ.format("ExllamaLinearKernel"), "Exllama"),
        ("awq", "awq", ["AutoAWQLinearMethod"], "", "no kernel named"),
        ("awq", "auto_awq", ["AutoAWQLinearMethod", "AutoAWQMarlinLinearMethod"], AWQ.format("MarlinLinearKernel"),
         "AutoAWQLinearMethod"),
        ("awq", None, [], "", "None: the weights are awq, expected auto_awq or awq"),
        ("fp8", "fp8", [], FP8.format("MarlinFP8ScaledMMLinearKernel"), "in 16 bit"),
        ("fp8", "fp8", [], FP8.format("CutlassFP8ScaledMMLinearKernel") + FP8_MOE.format("MARLIN"), "MARLIN: "),
        ("mxfp4", "mxfp4", [], MXFP4.format("EMULATION"), "EMULATION"),
        ("bf16", "fp8_per_tensor", [], "", "fp8_per_tensor: the weights are bf16, expected None"),
    ],
)  # fmt: skip
def test_a_wrong_or_slow_kernel_ends_the_start(
    found: str, resolved: str | None, methods: list[str], log: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        check_kernels("m", found, resolved, methods, kernels_named(found, log), "cuda")
