from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weight_files import (
    CLAIMS,
    CONFIG,
    Tensors,
    checkpoint,
    write_checkpoint,
    write_folder,
    write_gguf,
    write_safetensors,
)

from cis_study.errors import StudyError
from cis_study.models.quantization import check_quantization, found_quantization, model_parameters
from cis_study.models.registry import Model
from cis_study.models.safetensors_header import read_header

FileType, Stored = gguf.LlamaFileType, gguf.GGMLQuantizationType

PLAIN: Tensors = {"w.weight": ("BF16", [64, 64])}
WIDE = ("lm_head.weight", "model.embed_tokens.weight", "model.layers.*.input_layernorm.weight")
ROUTER = ("model.layers.*.mlp.experts.down_proj_bias", "model.layers.*.mlp.router.weight")
MISTRAL = ("layers.*.attention_norm.weight", "norm.weight", "output.weight", "tok_embeddings.weight")


@pytest.mark.parametrize(
    ("kind", "scheme", "bits", "group_size", "parameters", "tensor_bytes", "unquantized"),
    [
        ("bf16", "bf16", 16, None, 459_520, 919_040, (*WIDE, "model.layers.*.mlp.up_proj.weight", "model.norm.weight")),
        ("awq", "awq", 4, 128, 459_520, 627_968, (*WIDE, "model.norm.weight")),
        ("gptq", "gptq", 4, 128, 459_520, 630_016, (*WIDE, "model.norm.weight")),
        ("fp8", "fp8", 8, 128, 459_520, 722_456, (*WIDE, "model.norm.weight")),
        ("fp8-tensor", "fp8", 8, None, 459_520, 722_448, MISTRAL),
        ("mxfp4", "mxfp4", 4, 32, 1_054_464, 953_856, (*WIDE, *ROUTER, "model.norm.weight")),
    ],
)
def test_everything_is_read_from_the_tensors(
    tmp_path: Path,
    kind: str,
    scheme: str,
    bits: int,
    group_size: int | None,
    parameters: int,
    tensor_bytes: int,
    unquantized: tuple[str, ...],
) -> None:
    """Counts by hand: 2 x 384 x 256 (4 experts: x 4) quantized, 2 x 512 x 256 + 3 x 256 beside them."""
    folder = write_checkpoint(tmp_path / "m", kind, checkpoint(kind), CLAIMS[kind])
    found = found_quantization(folder)
    assert (found.quantization, found.bits, found.group_size) == (scheme, bits, group_size)
    assert (found.parameters, found.tensor_bytes, found.unquantized) == (parameters, tensor_bytes, unquantized)
    assert found.weights_bytes == sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def test_bytes_of_a_packing_nobody_knows_are_no_16_bit_tensor(tmp_path: Path) -> None:
    found = found_quantization(write_folder(tmp_path / "m", {**PLAIN, "packed": ("U8", [128, 64])}))
    assert (found.quantization, found.bits, found.unquantized) == ("U8", 8, ("w.weight",))


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


@settings(deadline=None)
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
    path = write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_1, Stored.Q4_1)
    found = found_quantization(path)
    assert (found.quantization, found.bits, found.group_size) == ("Q4_1", 4, 32)
    assert (found.parameters, found.tensor_types) == (16_640, {"F32": 256, "Q4_1": 16_384})
    assert found.unquantized == ("blk.*.attn_norm.weight",)
    assert (found.tensor_bytes, found.weights_bytes) == (16_384 // 32 * 20 + 1024, path.stat().st_size)
    architecture = found.architecture
    assert (architecture.layers, architecture.kv_heads, architecture.head_dim) == (2, 2, 64)
    assert architecture.context_tokens == 2048


def test_an_embedding_stored_twice_is_counted_once_where_it_is_tied(
    tmp_path: Path, make_model: Callable[..., Model]
) -> None:
    found = found_quantization(write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_1, Stored.Q4_1, output_rows=64))
    tied = make_model(quantization="Q4_1", parameters=16_640, tied_output_stored=True)
    check_quantization(tied, found)
    assert (model_parameters(tied, found), found.parameters) == (16_640, 33_024)
    untied = make_model(quantization="Q4_1", parameters=33_024)
    check_quantization(untied, found)
    assert model_parameters(untied, found) == 33_024


@pytest.mark.parametrize("rows", [None, 32])
def test_a_declared_second_embedding_must_be_there(
    tmp_path: Path, make_model: Callable[..., Model], rows: int | None
) -> None:
    found = found_quantization(write_gguf(tmp_path / "m.gguf", FileType.MOSTLY_Q4_1, Stored.Q4_1, output_rows=rows))
    with pytest.raises(StudyError, match="no output matrix of the embedding's shape"):
        check_quantization(make_model(quantization="Q4_1", parameters=16_640, tied_output_stored=True), found)


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
