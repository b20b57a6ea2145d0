"""Architecture and claimed quantization from `config.json` (transformers) or `params.json` (Mistral)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.models.found import Architecture


@dataclass(frozen=True)
class Claim:
    """What a configuration file says about the quantization of the weights; None = it does not say."""

    file: str
    method: str | None
    bits: int | None
    group_size: int | None


def read_model_config(folder: Path) -> tuple[Architecture, Claim]:
    """Architecture, and the quantization the file claims.

    Where both files exist `config.json` is read: it says more.

    Raises:
        StudyError: neither file is there, or a field the memory plan needs is missing.
    """
    for name, parse in (("config.json", _transformers), ("params.json", _mistral)):
        path = folder / name
        if path.is_file():
            return _parsed(path, parse)
    raise StudyError(
        folder.name, "no config.json or params.json", "safetensors say nothing about layers and heads",
        "Add the file to `include` of the source in the registry.",
    )  # fmt: skip


def _parsed(path: Path, parse: Any) -> tuple[Architecture, Claim]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        architecture: Architecture = parse(config)
        claim = config.get("quantization_config") or config.get("quantization")
        return architecture, _claim(path.name, claim) if claim else Claim(path.name, None, None, None)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise StudyError(
            path.name, f"{type(error).__name__}: {error}", "the description of the model cannot be read",
            "Delete the file and download the model again.",
        ) from error  # fmt: skip


def _claim(file: str, claim: dict[str, Any]) -> Claim:
    # Mistral writes the format of the weights instead of a method, for example fp8_e4m3.
    method = str(claim.get("quant_method") or claim["qformat_weight"]).split("_")[0].lower()
    block = claim.get("weight_block_size")
    size = int(block[0] if block else claim.get("group_size") or 0)
    # A group size of -1 stands for one group.
    return Claim(file, method, int(claim["bits"]) if claim.get("bits") else None, size if size > 0 else None)


def _transformers(config: dict[str, Any]) -> Architecture:
    text = config.get("text_config") or config
    layers, heads = int(text["num_hidden_layers"]), int(text["num_attention_heads"])
    kinds = text.get("layer_types") or []
    window = text.get("sliding_window") if text.get("use_sliding_window", True) else None
    sliding = kinds.count("sliding_attention") if kinds else (layers if window else 0)
    latent = text.get("kv_lora_rank")
    return Architecture(
        name=str((config.get("architectures") or [config["model_type"]])[0]),
        layers=layers,
        kv_heads=int(text.get("num_key_value_heads") or heads),
        head_dim=int(text.get("head_dim") or int(text["hidden_size"]) // heads),
        context_tokens=text.get("max_position_embeddings"),
        sliding_layers=sliding if window else 0,
        window_tokens=int(window) if window and sliding else None,
        linear_layers=kinds.count("linear_attention"),
        linear_state_elements=_linear_state(text) if "linear_attention" in kinds else 0,
        mla_width=int(latent) + int(text["qk_rope_head_dim"]) if latent else None,
    )


def _linear_state(text: dict[str, Any]) -> int:
    return int(text["linear_num_value_heads"]) * int(text["linear_key_head_dim"]) * int(text["linear_value_head_dim"])


def _mistral(params: dict[str, Any]) -> Architecture:
    heads = int(params["n_heads"])
    return Architecture(
        name="mistral",
        layers=int(params["n_layers"]),
        kv_heads=int(params.get("n_kv_heads") or heads),
        head_dim=int(params.get("head_dim") or int(params["dim"]) // heads),
        context_tokens=params.get("max_position_embeddings") or params.get("max_seq_len"),
    )
