"""What this machine's processor is, and whether vLLM's CPU build is of use on it."""

from __future__ import annotations

from pathlib import Path


def slowness(cpuinfo: Path = Path("/proc/cpuinfo")) -> str | None:
    """A warning where the processor is known to lack AVX-512; None where it has it, or is of another kind than x86."""
    flags = next((line.split() for line in cpuinfo.read_text().splitlines() if line.startswith("flags")), None)
    if flags is None or "avx512f" in flags:
        return None
    return (
        "this processor has no AVX-512: vLLM's CPU build reads some 30 prompt tokens a second on it with a model of"
        " 0.5 billion parameters in bfloat16. Take another machine, or `engine: {kind: llama_cpp}`"
    )


def processor_names(cpuinfo: Path = Path("/proc/cpuinfo")) -> list[str] | None:
    """What the kernel calls the processors, each name once; None where it does not say."""
    lines = (line.partition(":") for line in cpuinfo.read_text().splitlines())
    return sorted({name.strip() for key, _, name in lines if key.strip() == "model name"}) or None
