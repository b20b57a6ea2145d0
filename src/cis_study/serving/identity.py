"""What an engine is, as it says itself once it is ready: the content of `results/{study}/engines/{model}/{block}.json`.

No clock, host, process or port: the same engine with the same weights gives the same bytes. Null is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cis_study.errors import StudyError
from cis_study.models.manifest import weights_identity
from cis_study.provenance import sha256_text
from cis_study.serving.endpoint import Endpoint, ask
from cis_study.serving.kernel_rules import check_kernels, kernels_named

_RESOLVED = (
    "quantization",
    "quantization_methods",
    "kernels",
    "attention_backends",
    "dtype",
    "kv_cache_dtype",
    "kv_cache_tokens",
    "max_model_len_tokens",
    "prefix_caching",
    "chunked_prefill",
    "batch_invariant",
    "sampling_defaults",
)

_NEUTRAL = {
    "adaptive_target": -1,
    "dry_multiplier": 0,
    "dynatemp_range": 0,
    "frequency_penalty": 0,
    "mirostat": 0,
    "presence_penalty": 0,
    "repeat_penalty": 1,
    "top_n_sigma": -1,
    "typical_p": 1,
    "xtc_probability": 0,
}
"""Samplers of llama.cpp that no request of ours sets, and the value that switches each off."""


def identify_engine(endpoint: Endpoint, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Read back what serves the model, and check it against the weights.

    Args:
        manifest: the manifest of the model.

    Raises:
        StudyError: the engine computes another quantization or with a kernel that the rules exclude, adds sampling
            parameters of its own, or formats prompts with another chat template.
    """
    model, found = manifest["name"], manifest["quantization"]["found"]
    tokenizer = manifest.get("tokenizer", {})
    read_back = {"vllm": _from_vllm, "llama_cpp": _from_llama_cpp}.get(endpoint.engine, _nothing)
    resolved = read_back(endpoint, model, found)
    _check_sampling(model, resolved.get("sampling_defaults"))
    template = resolved.get("chat_template")
    _check_template(model, tokenizer.get("chat_template_sha256"), template)
    return {
        "model": model,
        "engine": endpoint.engine,
        "version": endpoint.version,
        "platform": endpoint.report.get("platform"),
        "weights": weights_identity(manifest),
        "quantization_found": found,
        "tokenizer_sha256": tokenizer.get("sha256"),
        **{key: resolved.get(key) for key in _RESOLVED},
        "chat_template_sha256": tokenizer.get("chat_template_sha256") or (template and sha256_text(template)),
    }


def _nothing(_endpoint: Endpoint, _model: str, _found: str | None) -> dict[str, Any]:
    return {}


def _from_vllm(endpoint: Endpoint, model: str, found: str | None) -> dict[str, Any]:
    assert endpoint.log is not None
    assert found is not None
    resolved = endpoint.report["resolved"]
    kernels = kernels_named(found, endpoint.log.text())
    check_kernels(
        model, found, resolved["quantization"], resolved["quantization_methods"], kernels, endpoint.report["platform"]
    )
    return {**resolved, "kernels": kernels}


def _from_llama_cpp(endpoint: Endpoint, model: str, found: str | None) -> dict[str, Any]:
    says = ask(f"{endpoint.root_url}/props")
    settings = says["default_generation_settings"]
    # It writes `Q4_K - Medium` where the format's own list has Q4_K_M.
    quantization = re.sub(r" - ([SML])\w+$", r"_\1", says["model_ftype"]).removeprefix("all ")
    if quantization != found:
        raise StudyError(
            f"{model}: quantization as resolved by the engine", quantization,
            f"the weights are {found}", "Another file is served: stop that server.",
        )  # fmt: skip
    return {
        "quantization": quantization,
        "kv_cache_tokens": settings["n_ctx"] * says["total_slots"],
        "max_model_len_tokens": settings["n_ctx"],
        "sampling_defaults": {k: settings["params"][k] for k, off in _NEUTRAL.items() if settings["params"][k] != off},
        "chat_template": says["chat_template"],
    }


def _check_sampling(model: str, defaults: Mapping[str, Any] | None) -> None:
    if defaults:
        raise StudyError(
            f"{model}: sampling defaults of the engine", dict(defaults),
            "replies would be sampled by parameters that no request holds",
            "Serve with `--generation-config vllm`, without flags that override sampling.",
        )  # fmt: skip


def _check_template(model: str, in_weights: str | None, in_engine: str | None) -> None:
    """Compare the hash of the one with the text of the other, which llama.cpp gives without the newline at its end."""
    if in_weights and in_engine and in_weights not in (sha256_text(in_engine), sha256_text(in_engine + "\n")):
        raise StudyError(
            f"{model}: chat template of the engine", sha256_text(in_engine),
            f"the weights bring another, sha256 {in_weights}", "Serve without a flag that replaces it.",
        )  # fmt: skip
