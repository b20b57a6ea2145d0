"""Identify a GGUF file with the format's own reader."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.models.found import Architecture, FoundWeights, fold_numbers
from cis_study.models.tokenizer import gguf_tokenizer

_BASES = {
    "Q4_0": {"Q4_0"},
    "Q4_1": {"Q4_1"},
    "Q5_0": {"Q5_0"},
    "Q5_1": {"Q5_1"},
    "Q8_0": {"Q8_0"},
    "F16": {"F16"},
    "BF16": {"BF16"},
    "F32": {"F32"},
    # K types need rows of 256 elements; llama.cpp stores other rows in the named type without that limit.
    "Q4_K_S": {"Q4_K", "Q5_0"},
    "Q4_K_M": {"Q4_K", "Q5_0"},
    "Q5_K_S": {"Q5_K", "Q5_1"},
    "Q5_K_M": {"Q5_K", "Q5_1"},
    "Q6_K": {"Q6_K", "Q8_0"},
}
"""Tensor types that may hold most elements of a file of each kind."""
_UNQUANTIZED = {"F32", "F16", "BF16"}


def read_gguf(path: Path) -> FoundWeights:
    """Read one GGUF file.

    Raises:
        StudyError: the file is damaged or cut off, a header field is missing, or the tensors are not of the
            kind that `general.file_type` states.
    """
    # Not above: manifests are read everywhere, weights in one job.
    import gguf

    try:
        reader = gguf.GGUFReader(str(path))
        kind = gguf.LlamaFileType(_field(path, reader, "general.file_type")).name.removeprefix("MOSTLY_")
        kind = kind.removeprefix("ALL_")
    except (ValueError, IndexError, KeyError, OverflowError) as error:
        raise StudyError(
            path.name, f"{type(error).__name__}: {error}", "it is no complete GGUF file", "Download it again."
        ) from error
    types = _histogram(reader.tensors)
    main = max(types.items(), key=lambda item: item[1])[0]
    if main not in _BASES.get(kind, {main}):
        raise StudyError(
            path.name, f"general.file_type = {kind}", f"most elements are stored as {main}",
            "The header does not describe these tensors: get the weights from another source.",
        )  # fmt: skip
    return FoundWeights(
        quantization=kind,
        bits=int(re.findall(r"\d+", main)[0]),
        group_size=gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[main]][0] if main not in _UNQUANTIZED else None,
        unquantized=fold_numbers(tensor.name for tensor in reader.tensors if tensor.tensor_type.name in _UNQUANTIZED),
        parameters=sum(types.values()),
        tensor_types=types,
        architecture=_architecture(path, reader),
        tensor_bytes=sum(int(tensor.n_bytes) for tensor in reader.tensors),
        weights_bytes=path.stat().st_size,
        output_parameters=_output_parameters(reader.tensors),
        tokenizer=gguf_tokenizer(reader),
    )


def _architecture(path: Path, reader: Any) -> Architecture:
    name = str(_field(path, reader, "general.architecture"))
    heads = int(_field(path, reader, f"{name}.attention.head_count"))
    width = int(_field(path, reader, f"{name}.embedding_length"))
    layers = int(_field(path, reader, f"{name}.block_count"))
    window = reader.get_field(f"{name}.attention.sliding_window")
    return Architecture(
        name=name,
        layers=layers,
        kv_heads=int(_field(path, reader, f"{name}.attention.head_count_kv", heads)),
        head_dim=int(_field(path, reader, f"{name}.attention.key_length", width // heads)),
        context_tokens=int(_field(path, reader, f"{name}.context_length")),
        sliding_layers=layers if window else 0,
        window_tokens=int(window.contents()) if window else None,
    )


def _field(path: Path, reader: Any, key: str, default: int | None = None) -> Any:
    field = reader.get_field(key)
    if field is not None:
        return field.contents()
    if default is None:
        raise StudyError(path.name, key, "the header lacks this field", "Download it again.")
    return default


def _output_parameters(tensors: Any) -> int:
    shapes = {tensor.name: tuple(tensor.shape) for tensor in tensors}
    output = shapes.get("output.weight")
    return math.prod(map(int, output)) if output and output == shapes.get("token_embd.weight") else 0


def _histogram(tensors: Any) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for tensor in tensors:
        counts[tensor.tensor_type.name] += int(tensor.n_elements)
    return dict(sorted(counts.items()))
