"""What llama.cpp says it is, checked against the weights; the server is a fake that can be made to lie."""

from __future__ import annotations

from typing import Any

import pytest
from fake_servers import fake_server

from cis_study.errors import StudyError
from cis_study.provenance import sha256_text
from cis_study.serving.endpoint import Endpoint
from cis_study.serving.identity import identify_engine

SAMPLING = {
    "adaptive_target": -1.0,
    "dry_multiplier": 0.0,
    "dynatemp_range": 0.0,
    "frequency_penalty": 0.0,
    "mirostat": 0,
    "presence_penalty": 0.0,
    "repeat_penalty": 1.0,
    "temperature": 0.8,
    "top_n_sigma": -1.0,
    "typical_p": 1.0,
    "xtc_probability": 0.0,
}
MANIFEST = {
    "name": "m",
    "weights_sha256": "a" * 64,
    "quantization": {"found": "Q4_K_M"},
    "tokenizer": {"sha256": "b" * 64, "chat_template_sha256": sha256_text("{{ x }}")},
}


def identity(sampling: dict[str, Any] = SAMPLING, manifest: dict[str, Any] = MANIFEST, **lies: Any) -> dict[str, Any]:
    settings = {"n_ctx": 512, "params": {**SAMPLING, **sampling}}
    props = {
        "default_generation_settings": settings,
        "total_slots": 3,
        "model_ftype": "Q4_K - Medium",
        "chat_template": "{{ x }}",
        "model_path": "/somewhere",
        **lies,
    }
    with fake_server(lambda path, _headers: (200, props) if path == "/props" else (404, {})) as url:
        return identify_engine(Endpoint(url, "m", "llama_cpp", "1.2", None), manifest)


def test_an_engine_as_it_should_be() -> None:
    found = {key: value for key, value in identity().items() if value is not None}
    assert found == {
        "model": "m",
        "engine": "llama_cpp",
        "version": "1.2",
        "weights": "a" * 64,
        "quantization_found": "Q4_K_M",
        "quantization": "Q4_K_M",
        "kv_cache_tokens": 1536,
        "max_model_len_tokens": 512,
        "sampling_defaults": {},
        "chat_template_sha256": sha256_text("{{ x }}"),
        "tokenizer_sha256": "b" * 64,
    }


@pytest.mark.parametrize(
    ("kind", "found"), [("Q4_1", "Q4_1"), ("Q5_K - Small", "Q5_K_S"), ("all F32", "F32"), ("BF16", "BF16")]
)
def test_kinds_of_files_have_the_names_of_the_format(kind: str, found: str) -> None:
    manifest = {**MANIFEST, "quantization": {"found": found}}
    assert identity(manifest=manifest, model_ftype=kind)["quantization"] == found


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        ({"sampling": {"repeat_penalty": 1.1}}, "{'repeat_penalty': 1.1}: replies would be sampled by parameters"),
        ({"sampling": {"xtc_probability": 0.5}}, "xtc_probability"),
        ({"model_ftype": "Q4_K - Small"}, "Q4_K_S: the weights are Q4_K_M"),
        ({"chat_template": "{{ y }}"}, "chat template of the engine"),
    ],
)
def test_an_engine_that_adds_or_changes_something_is_refused(lie: dict[str, Any], message: str) -> None:
    with pytest.raises(StudyError, match=message):
        identity(**lie)


def test_a_newline_at_the_end_of_a_template_is_no_difference() -> None:
    """llama.cpp drops it; the templates of both Qwen models have one."""
    tokenizer = {"sha256": "b" * 64, "chat_template_sha256": sha256_text("{{ x }}\n")}
    found = identity(manifest={**MANIFEST, "tokenizer": tokenizer})
    assert found["chat_template_sha256"] == sha256_text("{{ x }}\n")


def test_a_manifest_from_before_tokenizers_were_noted_checks_nothing_about_them() -> None:
    old = {key: value for key, value in MANIFEST.items() if key != "tokenizer"}
    found = identity(manifest=old)
    assert (found["tokenizer_sha256"], found["chat_template_sha256"]) == (None, sha256_text("{{ x }}"))
