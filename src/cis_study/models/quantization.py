"""Which quantization the weights really have, and whether it is the one the registry declares."""

from __future__ import annotations

from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.found import FoundWeights
from cis_study.models.gguf_weights import read_gguf
from cis_study.models.registry import Model
from cis_study.models.safetensors_weights import read_safetensors

TOLERANCE = 0.02
"""Published counts and sizes are rounded to two or three digits."""


def found_quantization(path: Path) -> FoundWeights:
    """Read a GGUF file, or a directory that holds one GGUF file or a set of safetensors.

    Raises:
        StudyError: there are no weights, more than one kind, or they are damaged.
    """
    if path.is_file():
        return read_gguf(path)
    ggufs, safetensors = sorted(path.glob("*.gguf")), sorted(path.glob("*.safetensors"))
    if len(ggufs) == 1 and not safetensors:
        return read_gguf(ggufs[0])
    if safetensors and not ggufs:
        return read_safetensors(path)
    names = ", ".join(file.name for file in [*ggufs, *safetensors]) or "none"
    raise StudyError(
        path.name, names, "one GGUF file or one set of safetensors is expected", "Empty the folder and fetch again."
    )


def check_quantization(model: Model, found: FoundWeights) -> None:
    """Compare the weights with the registry; what it does not declare is not checked.

    Raises:
        StudyError: another scheme, width or group size, a parameter count or size off by more than `TOLERANCE`,
            no second embedding where one is declared, or a context that the model does not have.
    """
    where = f"config/models/{model.name}.yaml"
    if found.quantization.lower() != model.quantization.lower():
        raise StudyError(
            f"{where}: quantization", model.quantization,
            f"the weights are {found.quantization} ({_shares(found)})",
            "Correct the registry, or the source that delivered these weights.",
        )  # fmt: skip
    for key, wanted, seen in (("bits", model.bits, found.bits), ("group_size", model.group_size, found.group_size)):
        if wanted is not None and wanted != seen:
            raise StudyError(
                f"{where}: {key}", wanted, f"the tensors say {seen}",
                "Correct the registry, or the source that delivered these weights.",
            )  # fmt: skip
    if model.tied_output_stored and not found.output_parameters:
        raise StudyError(
            f"{where}: tied_output_stored", True, "the weights hold no output matrix of the embedding's shape",
            "Remove the key, or correct the source that delivered these weights.",
        )  # fmt: skip
    for name, declared, counted in (
        ("parameters", model.parameters, model_parameters(model, found)),
        ("weights_bytes", model.weights_bytes, found.weights_bytes),
    ):
        if declared is not None and abs(counted - declared) > TOLERANCE * declared:
            raise StudyError(
                f"{where}: {name}", f"{declared:.4g}", f"the weights have {counted:.4g}",
                "This is another model, or the registry is wrong.",
            )  # fmt: skip
    context = found.architecture.context_tokens
    if context is not None and model.max_model_len_tokens > context:
        raise StudyError(
            f"{where}: max_model_len_tokens", model.max_model_len_tokens, f"the model was built for {context} tokens",
            f"Write {context} or less.",
        )  # fmt: skip


def model_parameters(model: Model, found: FoundWeights) -> int:
    """Parameters of the model: those stored, without an output matrix that repeats the tied embedding."""
    return found.parameters - (found.output_parameters if model.tied_output_stored else 0)


def _shares(found: FoundWeights) -> str:
    total = sum(found.tensor_types.values())
    ordered = sorted(found.tensor_types.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count / total:.0%} {dtype}" for dtype, count in ordered[:3])
