from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from weight_files import CONFIG, write_folder, write_gguf, write_safetensors

from cis_study.errors import StudyError
from cis_study.models.quantization import check_quantization, found_quantization
from cis_study.models.registry import Model
from cis_study.models.safetensors_header import read_header

FileType, Stored = gguf.LlamaFileType, gguf.GGMLQuantizationType

PLAIN: dict[str, tuple[str, list[int]]] = {"w.weight": ("BF16", [64, 64])}
AWQ: dict[str, tuple[str, list[int]]] = {
    "q.qweight": ("I32", [64, 8]),
    "q.qzeros": ("I32", [1, 8]),
    "q.scales": ("F16", [1, 64]),
}
FP8: dict[str, tuple[str, list[int]]] = {"q.weight": ("F8_E4M3", [64, 64]), "q.weight_scale_inv": ("F32", [1, 1])}
MXFP4: dict[str, tuple[str, list[int]]] = {
    "experts.gate_up_proj_blocks": ("U8", [4, 32, 16]),
    "experts.gate_up_proj_scales": ("U8", [4, 32]),
}


@pytest.mark.parametrize(
    ("tensors", "method", "scheme", "parameters"),
    [
        (PLAIN, None, "bf16", 4096),
        ({"w": ("F16", [64, 64])}, None, "fp16", 4096),
        (AWQ, "awq", "awq", 4096),
        (AWQ, "gptq", "gptq", 4096),
        (FP8, "fp8", "fp8", 4096),
        (MXFP4, "mxfp4", "mxfp4", 4096),
    ],
)
def test_scheme_and_parameters_come_from_the_tensors(
    tmp_path: Path, tensors: dict[str, tuple[str, list[int]]], method: str | None, scheme: str, parameters: int
) -> None:
    config = {"quantization_config": {"quant_method": method}} if method else {}
    found = found_quantization(write_folder(tmp_path / "m", tensors, **config))
    assert (found.quantization, found.parameters) == (scheme, parameters)


@pytest.mark.parametrize(("tensors", "claim"), [(PLAIN, "awq"), (AWQ, "fp8"), (MXFP4, "awq")])
def test_a_configuration_that_contradicts_the_tensors_is_refused(
    tmp_path: Path, tensors: dict[str, tuple[str, list[int]]], claim: str
) -> None:
    folder = write_folder(tmp_path / "m", tensors, quantization_config={"quant_method": claim})
    with pytest.raises(StudyError, match=claim):
        found_quantization(folder)


def test_packed_integers_that_no_configuration_explains_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="int4"):
        found_quantization(write_folder(tmp_path / "m", AWQ))


def test_fp16_tensors_declared_as_awq_are_refused(tmp_path: Path, make_model: Callable[..., Model]) -> None:
    found = found_quantization(write_folder(tmp_path / "m", {"w": ("F16", [64, 64])}))
    with pytest.raises(StudyError, match=r"quantization: awq: the weights are fp16 \(100% F16\)"):
        check_quantization(make_model(quantization="awq"), found)


@pytest.mark.parametrize(
    ("declared", "accepted"), [(4096, True), (4096 * 1.019, True), (4096 * 1.03, False), (2e3, False)]
)
def test_parameters_may_differ_by_two_percent(
    tmp_path: Path, make_model: Callable[..., Model], declared: float, accepted: bool
) -> None:
    found = found_quantization(write_folder(tmp_path / "m", PLAIN))
    if accepted:
        check_quantization(make_model(parameters=declared), found)
    else:
        with pytest.raises(StudyError, match="parameters"):
            check_quantization(make_model(parameters=declared), found)


def test_a_context_the_model_was_not_built_for_is_refused(tmp_path: Path, make_model: Callable[..., Model]) -> None:
    found = found_quantization(write_folder(tmp_path / "m", PLAIN))
    with pytest.raises(StudyError, match="max_model_len_tokens"):
        check_quantization(make_model(max_model_len_tokens=4096), found)


def test_mistral_format_is_read_from_params_json(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "consolidated.safetensors", PLAIN)
    params = {"dim": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "head_dim": 128}
    (tmp_path / "params.json").write_text(json.dumps(params))
    architecture = found_quantization(tmp_path).architecture
    assert (architecture.layers, architecture.kv_heads, architecture.head_dim) == (32, 8, 128)


def test_two_copies_of_the_weights_are_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "m", PLAIN)
    write_safetensors(folder / "consolidated.safetensors", PLAIN)
    with pytest.raises(StudyError, match="two files hold this tensor"):
        found_quantization(folder)


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "m", PLAIN)
    index = {"weight_map": {"w.weight": "model.safetensors", "v": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(StudyError, match=r"model-2\.safetensors"):
        found_quantization(folder)


def test_sliding_layers_are_counted(tmp_path: Path) -> None:
    kinds = ["sliding_attention", "full_attention"]
    folder = write_folder(tmp_path / "m", PLAIN, layer_types=kinds, sliding_window=128)
    architecture = found_quantization(folder).architecture
    assert (architecture.sliding_layers, architecture.window_tokens) == (1, 128)


def test_a_disabled_window_is_no_window(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "m", PLAIN, sliding_window=128, use_sliding_window=False)
    assert found_quantization(folder).architecture.window_tokens is None


@pytest.mark.parametrize("cut", [4, 100, 1])
def test_a_cut_safetensors_file_is_damaged(tmp_path: Path, cut: int) -> None:
    path = write_safetensors(tmp_path / "m.safetensors", PLAIN)
    path.write_bytes(path.read_bytes()[: -cut if cut == 1 else cut])
    with pytest.raises(StudyError, match=r"m\.safetensors"):
        read_header(path)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_header_reader(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.safetensors"
    for content in (junk, struct.pack("<Q", len(junk)) + junk):
        path.write_bytes(content)
        try:
            read_header(path)
        except StudyError:
            continue


@pytest.mark.parametrize("entry", [[], {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}, {"dtype": "F32"}, 1])
def test_a_malformed_tensor_entry_is_damage(tmp_path: Path, entry: Any) -> None:
    text = json.dumps({"w": entry}).encode()
    path = tmp_path / "m.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))
    with pytest.raises(StudyError):
        read_header(path)


def test_gguf_kind_tensors_and_architecture(tmp_path: Path) -> None:
    found = found_quantization(write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_1, Stored.Q4_1))
    assert (found.quantization, found.parameters, found.tensor_types) == ("Q4_1", 64 * 256, {"Q4_1": 64 * 256})
    architecture = found.architecture
    assert (architecture.layers, architecture.kv_heads, architecture.head_dim) == (2, 2, 64)
    assert architecture.context_tokens == 2048


def test_a_gguf_header_that_lies_about_its_tensors_is_refused(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_K_M, Stored.F16)
    with pytest.raises(StudyError, match="most elements are stored as F16"):
        found_quantization(path)


@pytest.mark.parametrize("keep", [0, 3, 20, 150, -64])
def test_a_cut_gguf_is_damaged(tmp_path: Path, keep: int) -> None:
    path = write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_1, Stored.Q4_1)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(StudyError):
        found_quantization(path)


def test_an_empty_folder_and_a_mixed_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="none"):
        found_quantization(tmp_path)
    write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_1, Stored.Q4_1)
    write_folder(tmp_path, PLAIN)
    with pytest.raises(StudyError, match=r"m\.gguf, model\.safetensors"):
        found_quantization(tmp_path)


def test_a_configuration_without_layers_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "m", PLAIN)
    (folder / "config.json").write_text(json.dumps({k: v for k, v in CONFIG.items() if k != "num_hidden_layers"}))
    with pytest.raises(StudyError, match="num_hidden_layers"):
        found_quantization(folder)
