"""Which quantization the weights really have, and whether it is the one the registry declares."""

from __future__ import annotations

from pathlib import Path

from cis_study.errors import StudyError
from cis_study.models.found import FoundWeights
from cis_study.models.gguf_weights import read_gguf
from cis_study.models.registry import Model
from cis_study.models.safetensors_weights import read_safetensors

PARAMETER_TOLERANCE = 0.02
"""Published counts are rounded to two or three digits."""


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
    """Compare the weights with the registry.

    Raises:
        StudyError: another scheme, a parameter count off by more than `PARAMETER_TOLERANCE`, or a declared
            context that the model does not have.
    """
    where = f"config/models/{model.name}.yaml"
    if found.quantization.lower() != model.quantization.lower():
        raise StudyError(
            f"{where}: quantization", model.quantization,
            f"the weights are {found.quantization} ({_shares(found)})",
            "Correct the registry, or the source that delivered these weights.",
        )  # fmt: skip
    if abs(found.parameters - model.parameters) > PARAMETER_TOLERANCE * model.parameters:
        raise StudyError(
            f"{where}: parameters", f"{model.parameters:.4g}", f"the weights have {found.parameters:.4g}",
            "This is another model, or the count in the registry is wrong.",
        )  # fmt: skip
    context = found.architecture.context_tokens
    if context is not None and model.max_model_len_tokens > context:
        raise StudyError(
            f"{where}: max_model_len_tokens", model.max_model_len_tokens, f"the model was built for {context} tokens",
            f"Write {context} or less.",
        )  # fmt: skip


def _shares(found: FoundWeights) -> str:
    total = sum(found.tensor_types.values())
    ordered = sorted(found.tensor_types.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count / total:.0%} {dtype}" for dtype, count in ordered[:3])
