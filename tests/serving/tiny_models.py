"""Folders an engine takes for the H100 models: their architecture and quantization, two narrow layers, no weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Widths are the smallest that quantization groups and blocks of 128 and the kernels' tiles of 32 divide.
TEXT = {
    "hidden_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-6,
    "hidden_act": "silu",
    "max_position_embeddings": 1024,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
MISTRAL = {
    "dim": 256,
    "n_layers": 2,
    "head_dim": 64,
    "hidden_dim": 512,
    "n_heads": 4,
    "n_kv_heads": 2,
    "norm_eps": 1e-5,
    "max_position_embeddings": 1024,
    "dtype": "bfloat16",
}
CHAT_TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"]


def mistral_7b(folder: Path, data: Path) -> None:
    """Dense, bf16, Mistral's own format with a SentencePiece tokenizer."""
    _write(folder / "params.json", {**MISTRAL, "vocab_size": 32768, "rope_theta": 1e6})
    (folder / "tokenizer.model.v3").symlink_to(data / "mistral_instruct_tokenizer_240323.model.v3")


def qwen(folder: Path, data: Path) -> None:  # noqa: ARG001
    """Dense, bf16."""
    _hub_model(folder, "Qwen2ForCausalLM", "qwen2", intermediate_size=512)


def qwen_awq(folder: Path, data: Path) -> None:  # noqa: ARG001
    """Dense, 4-bit groups of 128 with zero points."""
    quantization = {"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm", "zero_point": True}
    _hub_model(folder, "Qwen2ForCausalLM", "qwen2", intermediate_size=512, quantization_config=quantization)


def gpt_oss(folder: Path, data: Path) -> None:  # noqa: ARG001
    """Mixture of experts in MXFP4, sliding and full attention by turns; Harmony's vocabulary."""
    _hub_model(
        folder,
        "GptOssForCausalLM",
        "gpt_oss",
        vocab_size=201088,
        head_dim=64,
        intermediate_size=128,
        num_local_experts=4,
        num_experts_per_tok=2,
        attention_bias=True,
        layer_types=["sliding_attention", "full_attention"],
        sliding_window=128,
        swiglu_limit=7.0,
        rope_theta=150000,
        quantization_config={"quant_method": "mxfp4"},
    )


def qwen3_moe(folder: Path, data: Path) -> None:  # noqa: ARG001
    """Mixture of experts in FP8 with a scale per block of 128 by 128; the router stays in 16 bit."""
    quantization = {
        "quant_method": "fp8",
        "activation_scheme": "dynamic",
        "weight_block_size": [128, 128],
        "modules_to_not_convert": ["lm_head", "model.layers.0.mlp.gate", "model.layers.1.mlp.gate"],
    }
    _hub_model(
        folder,
        "Qwen3MoeForCausalLM",
        "qwen3_moe",
        head_dim=64,
        intermediate_size=512,
        moe_intermediate_size=128,
        num_experts=4,
        num_experts_per_tok=2,
        norm_topk_prob=True,
        decoder_sparse_step=1,
        mlp_only_layers=[],
        quantization_config=quantization,
    )


def devstral_2507(folder: Path, data: Path) -> None:
    """Dense, bf16, Mistral's own format with a Tekken tokenizer."""
    _write(folder / "params.json", {**MISTRAL, "vocab_size": 131072, "rope_theta": 1e8})
    (folder / "tekken.json").symlink_to(data / "tekken_240911.json")


def devstral_2512(folder: Path, data: Path) -> None:
    """The language model of the next one with a vision encoder."""
    vision = {
        "image_token_id": 10,
        "image_break_token_id": 12,
        "image_end_token_id": 13,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "num_channels": 3,
        "image_size": 28,
        "max_image_size": 28,
        "patch_size": 14,
        "rope_theta": 10000.0,
        "adapter_bias": False,
        "mm_projector_id": "patch_merge",
        "spatial_merge_size": 2,
        "add_pre_mm_projector_layer_norm": True,
    }
    devstral_2512_text(folder, data, vision_encoder=vision)


def devstral_2512_text(folder: Path, data: Path, **more: Any) -> None:
    """Dense, FP8 with one scale per tensor; Mistral's own format, Tekken tokenizer."""
    params = {
        **MISTRAL,
        "vocab_size": 131072,
        "rope_theta": 1e8,
        "tied_embeddings": False,
        "quantization": {"qformat_weight": "fp8_e4m3", "qscheme_act": "TENSOR"},
        "yarn": {
            "original_max_position_embeddings": 512,
            "factor": 2,
            "apply_scale": False,
            "beta": 32,
            "alpha": 1,
        },
        "llama_4_scaling": {"original_max_position_embeddings": 512, "beta": 0.1},
        **more,
    }
    _write(folder / "params.json", params)
    (folder / "tekken.json").symlink_to(data / "tekken_240911.json")


def _hub_model(folder: Path, architecture: str, model_type: str, **config: Any) -> None:
    # Every byte is a token, spelled as byte-level tokenizers spell it; the rest of the vocabulary is unused.
    alphabet = [chr(c) for c in [*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324)]]
    special = [{"id": len(alphabet) + i, "content": text, "special": True} for i, text in enumerate(SPECIAL)]
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True}
    tokenizer = {
        "version": "1.0",
        "added_tokens": [{**token, **plain} for token in special],
        "pre_tokenizer": byte_level,
        "decoder": byte_level,
        "model": {"type": "BPE", "vocab": {text: i for i, text in enumerate(alphabet)}, "merges": []},
    }
    end = len(alphabet)
    _write(folder / "tokenizer.json", tokenizer)
    _write(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": SPECIAL[0], "chat_template": CHAT_TEMPLATE},
    )
    identity = {"architectures": [architecture], "model_type": model_type, "eos_token_id": end, "vocab_size": 512}
    _write(folder / "config.json", {**identity, **TEXT, **config})


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1))
