"""Identify a directory of safetensors: scheme and parameters from the tensors, not from what a file claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.found import FoundWeights, fold_numbers
from cis_study.models.model_config import Claim, read_model_config
from cis_study.models.packing import find_packed, shared_format
from cis_study.models.safetensors_header import Tensor, read_header
from cis_study.models.safetensors_index import check_index
from cis_study.models.tokenizer import folder_tokenizer

_PLAIN = {"BF16": "bf16", "F16": "fp16", "F32": "fp32"}
_PACKED = {"awq", "gptq", "mxfp4", "fp8"}
_ACTIVATION_SCALES = ("_scale", ".qscale_act")


def read_safetensors(folder: Path) -> FoundWeights:
    """Read every `*.safetensors` of `folder` and its configuration file.

    Raises:
        StudyError: index and shards differ, a header is damaged, a tensor stands in two files (two copies of
            the weights), quantized matrices and their scales do not fit one another, or tensors and
            configuration contradict one another.
    """
    paths = sorted(folder.glob("*.safetensors"))
    tensors = [tensor for path in paths for tensor in read_header(path)]
    check_index(folder, {path.name: {tensor.name for tensor in tensors if tensor.file == path.name} for path in paths})
    if not tensors:
        raise StudyError(folder.name, "no tensor", "it holds no safetensors", "Download the model again.")
    repeated = sorted(name for name, count in Counter(tensor.name for tensor in tensors).items() if count > 1)
    if repeated:
        raise StudyError(
            folder.name, repeated[0], "two files hold this tensor", "Narrow `include` to one copy of the weights."
        )
    architecture, claim = read_model_config(folder)
    if claim.method is not None and claim.method not in _PACKED:
        raise StudyError(
            f"{claim.file}: quantization", claim.method, "the layout of this method cannot be checked",
            f"Choose weights of one of these: {', '.join(sorted(_PACKED))}.",
        )  # fmt: skip
    packed = find_packed({tensor.name: tensor for tensor in tensors})
    scheme, bits, group_size = shared_format(packed) if packed else _plain_format(tensors)
    _require_agreement(claim, scheme, bits, group_size)
    used = {tensor.name for matrix in packed for tensor in (matrix.tensor, *matrix.companions)}
    rest = [t for t in tensors if t.name not in used and not t.name.endswith(_ACTIVATION_SCALES)]
    return FoundWeights(
        quantization=scheme,
        bits=bits,
        group_size=group_size,
        unquantized=fold_numbers(tensor.name for tensor in rest if tensor.dtype in _PLAIN),
        parameters=sum(matrix.parameters for matrix in packed) + sum(tensor.elements for tensor in rest),
        tensor_types=_histogram(tensors),
        architecture=architecture,
        tensor_bytes=sum(tensor.bytes for tensor in tensors),
        weights_bytes=sum(path.stat().st_size for path in paths),
        tokenizer=folder_tokenizer(folder),
    )


def _plain_format(tensors: Sequence[Tensor]) -> tuple[str, int, None]:
    dtype = max(_histogram(tensors).items(), key=lambda item: item[1])[0]
    largest = max((tensor for tensor in tensors if tensor.dtype == dtype), key=lambda tensor: tensor.elements)
    return _PLAIN.get(dtype, dtype), 8 * largest.bytes // max(1, largest.elements), None


def _require_agreement(claim: Claim, scheme: str, bits: int, group_size: int | None) -> None:
    for key, stated, seen in (
        ("method", claim.method, scheme if scheme in _PACKED else None),
        ("bits", claim.bits or bits, bits),
        ("group size", claim.group_size or group_size, group_size),
    ):
        if stated != seen:
            raise StudyError(
                f"{claim.file}: quantization {key}", stated,
                f"the tensors are {scheme}, {bits} bit, group size {group_size}",
                "Take configuration and weights from one revision.",
            )  # fmt: skip


def _histogram(tensors: Sequence[Tensor]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for tensor in tensors:
        counts[tensor.dtype] += tensor.elements
    return dict(sorted(counts.items()))
