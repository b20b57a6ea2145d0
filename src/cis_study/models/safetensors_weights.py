"""Identify a directory of safetensors: scheme and parameters from the tensors, not from what a file claims."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.found import FoundWeights
from cis_study.models.model_config import read_model_config
from cis_study.models.safetensors_header import Tensor, read_header

_PLAIN = {"BF16": "bf16", "F16": "fp16", "F32": "fp32"}
_INT4_PER_I32 = 8
_FP4_PER_U8 = 2
_SCALES = ("scales", "qzeros", "g_idx", "_scale", "_scale_inv", "qscale_weight", "qscale_act")


def read_safetensors(folder: Path) -> FoundWeights:
    """Read every `*.safetensors` of `folder` and its configuration file.

    Raises:
        StudyError: a shard of the index is missing, a header is damaged, a tensor stands in two files
            (two copies of the weights), or tensors and configuration contradict one another.
    """
    paths = sorted(folder.glob("*.safetensors"))
    _require_shards(folder, {path.name for path in paths})
    tensors = [tensor for path in paths for tensor in read_header(path)]
    if not tensors:
        raise StudyError(folder.name, "no tensor", "it holds no safetensors", "Download the model again.")
    repeated = sorted(name for name, count in Counter(tensor.name for tensor in tensors).items() if count > 1)
    if repeated:
        raise StudyError(
            folder.name, repeated[0], "two files hold this tensor", "Narrow `include` to one copy of the weights."
        )
    architecture, claim = read_model_config(folder)
    return FoundWeights(
        quantization=_agreed(folder, scheme(tensors), claim),
        parameters=sum(parameters(tensor) for tensor in tensors),
        tensor_types=_histogram(tensors),
        architecture=architecture,
        weights_bytes=sum(path.stat().st_size for path in paths),
    )


def scheme(tensors: Sequence[Tensor]) -> str:
    """Scheme by the shape of the packing: int4, mxfp4, fp8, or the type most elements have."""
    if any(tensor.name.endswith(".qweight") and tensor.dtype == "I32" for tensor in tensors):
        return "int4"
    if any(_is_mxfp4_block(tensor) for tensor in tensors):
        return "mxfp4"
    dtype = max(_histogram(tensors).items(), key=lambda item: item[1])[0]
    return "fp8" if dtype.startswith("F8_E4M3") else _PLAIN.get(dtype, dtype)


def parameters(tensor: Tensor) -> int:
    """Parameters a tensor stands for: packed values unpacked, scales and zero points none."""
    if _is_mxfp4_block(tensor):
        return tensor.elements * _FP4_PER_U8
    if tensor.name.endswith(".qweight") and tensor.dtype == "I32":
        return tensor.elements * _INT4_PER_I32
    return 0 if tensor.name.endswith(_SCALES) else tensor.elements


def _is_mxfp4_block(tensor: Tensor) -> bool:
    return tensor.name.endswith("_blocks") and tensor.dtype == "U8"


def _agreed(folder: Path, found: str, claim: str | None) -> str:
    # AWQ and GPTQ pack into the same type; only the configuration tells them apart.
    if found == "int4" and claim in ("awq", "gptq"):
        return claim
    if (claim is None and found != "int4") or claim == found:
        return found
    raise StudyError(
        f"{folder.name}: quantization", claim, f"the configuration says so, the tensors are {found}",
        "Configuration and weights come from different models: download both at one revision.",
    )  # fmt: skip


def _require_shards(folder: Path, present: set[str]) -> None:
    for index in sorted(folder.glob("*.safetensors.index.json")):
        missing = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()) - present)
        if missing:
            raise StudyError(
                index.name, ", ".join(missing), "listed in the index, not in the folder", "Download the model again."
            )


def _histogram(tensors: Sequence[Tensor]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for tensor in tensors:
        counts[tensor.dtype] += tensor.elements
    return dict(sorted(counts.items()))
