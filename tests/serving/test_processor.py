"""A processor on which vLLM crawls is said to be one before hours are lost."""

from pathlib import Path

import pytest

from cis_study.serving.processor import processor_names, slowness


@pytest.mark.parametrize(
    ("cpuinfo", "slow"),
    [
        ("processor\t: 0\nflags\t\t: fpu sse2 avx2 fma\n", True),
        ("processor\t: 0\nflags\t\t: fpu sse2 avx2 avx512f avx512_bf16\n", False),
        ("processor\t: 0\nFeatures\t: fp asimd bf16\n", False),
    ],
)
def test_only_an_x86_processor_without_avx512_is_slow(tmp_path: Path, cpuinfo: str, slow: bool) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    assert (slowness(tmp_path / "cpuinfo") is not None) == slow


def test_the_processor_has_the_name_that_the_kernel_gives_it_or_none(tmp_path: Path) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text("model\t\t: 143\nmodel name\t: Xeon: 8\n\nmodel name\t: Xeon: 8\n")
    assert processor_names(path) == ["Xeon: 8"]
    path.write_text("CPU implementer\t: 0x41\n")
    assert processor_names(path) is None
