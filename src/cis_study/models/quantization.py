"""What the weights really are: read from the files, compared with what the registry declares."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf

from cis_study.errors import StudyError
from cis_study.models.registry import Model
from cis_study.models.safetensors_header import read_header

PARAMETER_TOLERANCE = 0.02
"""Published counts are rounded, and some leave out tied embeddings stored twice."""

_COUNTABLE = frozenset({"gguf", "bf16", "fp16", "fp32", "fp8"})
"""Schemes whose stored elements are parameters; packed 4-bit tensors hold several per element."""

_PLAIN = {"BF16": "bf16", "F16": "fp16", "F32": "fp32"}


@dataclass(frozen=True)
class Architecture:
    """The figures that decide how much memory the attention cache takes."""

    layers: int
    kv_heads: int
    head_dim: int


@dataclass(frozen=True)
class FoundWeights:
    """Weights as found in the files."""

    scheme: str
    tensor_types: dict[str, int]
    """Type -> number of tensors."""
    parameters: int | None
    """None where the scheme packs several parameters in one element."""
    architecture: Architecture


def found_weights(folder: Path, format: str) -> FoundWeights:
    """Inspect a folder of weights.

    Raises:
        StudyError: no weights, several GGUF files, a damaged header, or an incomplete config.json.
    """
    files = sorted(folder.glob(f"*.{format}"))
    if not files or (format == "gguf" and len(files) > 1):
        raise StudyError(folder, [f.name for f in files], f"expected weights as *.{format}", "Download them again.")
    return _found_gguf(files[0]) if format == "gguf" else _found_safetensors(folder, files)


def _found_gguf(path: Path) -> FoundWeights:
    try:
        reader = gguf.GGUFReader(path)
    except (ValueError, OSError, IndexError) as error:
        raise StudyError(path, error, "the GGUF file is damaged", "Download it again.") from error

    def field(name: str) -> Any:
        found = reader.get_field(name)
        if found is None:
            raise StudyError(path, name, "the GGUF header lacks this key", "Use complete weights.")
        return found.contents()

    name = field("general.architecture")
    heads = field(f"{name}.attention.head_count")
    return FoundWeights(
        scheme=gguf.LlamaFileType(field("general.file_type")).name.removeprefix("MOSTLY_"),
        tensor_types=dict(sorted(Counter(t.tensor_type.name for t in reader.tensors).items())),
        parameters=sum(int(t.n_elements) for t in reader.tensors),
        architecture=Architecture(
            layers=field(f"{name}.block_count"),
            kv_heads=field(f"{name}.attention.head_count_kv"),
            head_dim=field(f"{name}.embedding_length") // heads,
        ),
    )


def _found_safetensors(folder: Path, files: list[Path]) -> FoundWeights:
    tensors = [tensor for path in files for tensor in read_header(path)]
    elements: Counter[str] = Counter()
    for tensor in tensors:
        elements[tensor.dtype] += tensor.elements
    config = _model_config(folder)
    quantization = config.get("quantization_config") or {}
    scheme = str(quantization.get("quant_method") or _PLAIN.get(elements.most_common(1)[0][0], "unknown"))
    _require_packed(scheme, elements, folder)
    return FoundWeights(
        scheme=scheme,
        tensor_types=dict(sorted(Counter(t.dtype for t in tensors).items())),
        parameters=sum(t.elements for t in tensors if "scale" not in t.name) if scheme in _COUNTABLE else None,
        architecture=_architecture(config, folder),
    )


def _require_packed(scheme: str, elements: Counter[str], folder: Path) -> None:
    # A config may declare a scheme that the tensors do not have, for instance after an upload of the wrong shards.
    expected = {"awq": "I32", "gptq": "I32", "mxfp4": "U8", "fp8": "F8_E4M3"}.get(scheme)
    if expected and expected not in elements:
        raise StudyError(
            folder, dict(elements), f"config.json declares {scheme}, but no tensor is {expected}", "Check the upload."
        )


def _model_config(folder: Path) -> dict[str, Any]:
    for name in ("config.json", "params.json"):
        if (folder / name).is_file():
            content: dict[str, Any] = json.loads((folder / name).read_text())
            return dict(content.get("text_config") or content)
    raise StudyError(folder, "config.json", "the folder describes no architecture", "Download it again.")


def _architecture(config: dict[str, Any], folder: Path) -> Architecture:
    # Mistral's own format (params.json) names the same figures differently.
    layers = config.get("num_hidden_layers") or config.get("n_layers")
    heads = config.get("num_attention_heads") or config.get("n_heads")
    hidden = config.get("hidden_size") or config.get("dim")
    if not (layers and heads and hidden):
        raise StudyError(folder, sorted(config), "layers, heads or hidden size are not stated", "Use a full config.")
    return Architecture(
        layers=layers,
        kv_heads=config.get("num_key_value_heads") or config.get("n_kv_heads") or heads,
        head_dim=config.get("head_dim") or hidden // heads,
    )


def check_quantization(model: Model, found: FoundWeights) -> None:
    """Compare with the registry.

    Raises:
        StudyError: scheme or parameter count differ.
    """
    if found.scheme.lower() != model.quantization.lower():
        raise StudyError(
            f"config/models/{model.name}.yaml: quantization",
            model.quantization,
            f"the weights are {found.scheme} ({found.tensor_types})",
            "Correct the registry, or use the weights it means.",
        )
    if found.parameters and abs(found.parameters / model.parameters - 1) > PARAMETER_TOLERANCE:
        raise StudyError(
            f"config/models/{model.name}.yaml: parameters",
            model.parameters,
            f"the weights hold {found.parameters}",
            "Correct the registry, or use the weights it means.",
        )
