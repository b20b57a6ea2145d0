"""Build small weight files of each kind for the tests, with the tensor layout of the published ones."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any

import gguf
import numpy as np

Tensors = dict[str, tuple[str, list[int]]]

WIDTHS = {"BF16": 2, "F16": 2, "F32": 4, "I32": 4, "U8": 1, "F8_E4M3": 1}
CONFIG: dict[str, Any] = {
    "architectures": ["Qwen2ForCausalLM"],
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "hidden_size": 64,
    "max_position_embeddings": 2048,
}
PARAMS = {"dim": 256, "n_layers": 2, "n_heads": 4, "n_kv_heads": 2, "head_dim": 64, "max_position_embeddings": 2048}

# One matrix of 384 outputs and 256 inputs in every layer; groups of 128.
_MATRIX: dict[str, Tensors] = {
    "awq": {"qweight": ("I32", [256, 48]), "qzeros": ("I32", [2, 48]), "scales": ("F16", [2, 384])},
    "gptq": {"qweight": ("I32", [32, 384]), "qzeros": ("I32", [2, 48]), "scales": ("F16", [2, 384]),
             "g_idx": ("I32", [256])},
    "fp8": {"weight": ("F8_E4M3", [384, 256]), "weight_scale_inv": ("BF16", [3, 2])},
    "fp8-tensor": {"weight": ("F8_E4M3", [384, 256]), "qscale_weight": ("F32", []), "qscale_act": ("F32", [])},
    "bf16": {"weight": ("BF16", [384, 256])},
}  # fmt: skip
CLAIMS: dict[str, dict[str, Any]] = {
    "awq": {"quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": True, "version": "gemm"},
    "gptq": {"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": False},
    "fp8": {"quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 128]},
    "fp8-tensor": {"qformat_weight": "fp8_e4m3", "qscheme_act": "TENSOR"},
    "mxfp4": {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]},
    "bf16": {},
}
"""What the configuration file of each scheme says; `fp8-tensor` is Mistral's format."""


def checkpoint(scheme: str) -> Tensors:
    """Tensors of a model of two layers."""
    if scheme == "mxfp4":
        layer: Tensors = {
            "mlp.experts.down_proj_blocks": ("U8", [4, 384, 8, 16]),
            "mlp.experts.down_proj_scales": ("U8", [4, 384, 8]),
            "mlp.experts.down_proj_bias": ("BF16", [4, 384]),
            "mlp.router.weight": ("BF16", [4, 256]),
            "input_layernorm.weight": ("BF16", [256]),
        }
    elif scheme == "fp8-tensor":
        layer = {f"feed_forward.w1.{kind}": tensor for kind, tensor in _MATRIX[scheme].items()}
        layer["attention_norm.weight"] = ("BF16", [256])
    else:
        layer = {f"mlp.up_proj.{kind}": tensor for kind, tensor in _MATRIX[scheme].items()}
        layer["input_layernorm.weight"] = ("BF16", [256])
    embedding = "tok_embeddings" if scheme == "fp8-tensor" else "embed_tokens"
    wide: Tensors = {f"{embedding}.weight": ("BF16", [512, 256]), "norm.weight": ("BF16", [256])}
    body = {**wide, **{f"layers.{i}.{name}": tensor for i in range(2) for name, tensor in layer.items()}}
    if scheme == "fp8-tensor":
        return body | {"output.weight": ("BF16", [512, 256])}
    return {f"model.{name}": tensor for name, tensor in body.items()} | {"lm_head.weight": ("BF16", [512, 256])}


def write_checkpoint(folder: Path, scheme: str, tensors: Tensors, claim: dict[str, Any]) -> Path:
    """`tensors` with the configuration file that `scheme` has in its published form."""
    if scheme != "fp8-tensor":
        return write_folder(folder, tensors, **({"quantization_config": claim} if claim else {}))
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "consolidated.safetensors", tensors)
    (folder / "params.json").write_text(json.dumps({**PARAMS, "quantization": claim}))
    return folder


def write_safetensors(path: Path, tensors: Tensors) -> Path:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, (dtype, shape) in tensors.items():
        end = offset + math.prod(shape) * WIDTHS[dtype]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(offset))
    return path


def write_folder(folder: Path, tensors: Tensors, **config: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors", tensors)
    (folder / "config.json").write_text(json.dumps({**CONFIG, **config}))
    return folder


def write_gguf(
    path: Path, kind: gguf.LlamaFileType, stored: gguf.GGMLQuantizationType, output_rows: int | None = None
) -> Path:
    """An embedding of 64 x 256, a norm, the header fields the study reads; an output matrix where rows are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_file_type(kind)
    writer.add_block_count(2)
    writer.add_context_length(2048)
    writer.add_embedding_length(256)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    random = np.random.default_rng(1)
    for name, rows in {"token_embd.weight": 64, "output.weight": output_rows}.items():
        if rows is not None:
            matrix = random.normal(size=(rows, 256)).astype(np.float32)
            writer.add_tensor(name, gguf.quantize(matrix, stored), raw_dtype=stored)
    writer.add_tensor("blk.0.attn_norm.weight", np.ones(256, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
