"""Planted faults: weights that are damaged, mixed up or mislabelled, each refused with a message of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from weight_files import CLAIMS, Tensors, checkpoint, write_checkpoint

from cis_study.errors import StudyError
from cis_study.models.packing import find_packed, shared_format
from cis_study.models.quantization import check_quantization, found_quantization
from cis_study.models.registry import Model
from cis_study.models.safetensors_header import Tensor

UP, EXPERTS = "model.layers.0.mlp.up_proj.", "model.layers.0.mlp.experts.down_proj_"
UP1, EXPERTS1 = UP.replace("0", "1"), EXPERTS.replace("0", "1")
SHARD = "model.safetensors: "

# Name of the fault: scheme, changed tensors (None: left out), changed claims, start of the message.
FAULTS: dict[str, tuple[str, dict[str, tuple[str, list[int]] | None], dict[str, Any], str]] = {
    "awq without scales": ("awq", {UP + "scales": None}, {}, f"{SHARD}{UP}qweight: {UP}scales: this tensor is missing"),
    "awq without zero points": (
        "awq", {UP + "qzeros": None}, {}, f"{SHARD}{UP}qweight: {UP}qzeros: this tensor is missing"),
    "gptq without zero points": (
        "gptq", {UP + "qzeros": None}, {}, f"{SHARD}{UP}qweight: {UP}qzeros: this tensor is missing"),
    "scales without a matrix": (
        "awq", {UP + "qweight": None}, {}, f"{SHARD}{UP}qzeros: I32 [2, 48]: there is no quantized matrix beside it"),
    "scales for other outputs": (
        "awq", {UP + "scales": ("F16", [2, 320])}, {}, f"{SHARD}{UP}scales: F16 [2, 320]: it does not fit {UP}qweight"),
    "transposed scales": (
        "awq", {UP + "scales": ("F16", [384, 2])}, {}, f"{SHARD}{UP}scales: F16 [384, 2]: it does not fit"),
    "more groups than inputs": (
        "awq", {UP + "scales": ("F16", [300, 384]), UP + "qzeros": ("I32", [300, 48])}, {},
        f"{SHARD}{UP}scales: F16 [300, 384]: it does not fit"),
    "scales of another type": (
        "awq", {UP + "scales": ("I32", [2, 384])}, {}, f"{SHARD}{UP}scales: I32 [2, 384]: it does not fit"),
    "zero points of other groups": (
        "awq", {UP + "qzeros": ("I32", [4, 48])}, {}, f"{SHARD}{UP}qzeros: I32 [4, 48]: it does not fit {UP}qweight"),
    "gptq order of other inputs": (
        "gptq", {UP + "g_idx": ("I32", [200])}, {}, f"{SHARD}{UP}g_idx: I32 [200]: it does not fit"),
    "gptq scales of other outputs": (
        "gptq", {UP + "scales": ("F16", [2, 320])}, {}, f"{SHARD}{UP}scales: F16 [2, 320]: it does not fit"),
    "mixed group sizes": (
        "awq", {UP1 + "scales": ("F16", [4, 384]), UP1 + "qzeros": ("I32", [4, 48])}, {},
        f"{SHARD}{UP1}qweight: groups of 64: other matrices have groups of 128"),
    "mixed widths": (
        "gptq", {UP1 + "qweight": ("I32", [64, 384]), UP1 + "qzeros": ("I32", [2, 96])}, {},
        f"{SHARD}{UP1}qweight: gptq, 8 bit: {UP}qweight has gptq, 4 bit"),
    "mixed schemes": (
        "fp8", {EXPERTS1 + "blocks": ("U8", [4, 384, 8, 16]), EXPERTS1 + "scales": ("U8", [4, 384, 8])}, {},
        f"{SHARD}{EXPERTS1}blocks: mxfp4, 4 bit: {UP}weight has fp8, 8 bit"),
    "blocks without scales": (
        "mxfp4", {EXPERTS + "scales": None}, {}, f"{SHARD}{EXPERTS}blocks: {EXPERTS}scales: this tensor is missing"),
    "scales without blocks": (
        "mxfp4", {EXPERTS + "blocks": None}, {},
        f"{SHARD}{EXPERTS}scales: U8 [4, 384, 8]: there is no quantized matrix beside it"),
    "blocks and scales of different shape": (
        "mxfp4", {EXPERTS + "scales": ("U8", [4, 8, 384])}, {},
        f"{SHARD}{EXPERTS}scales: U8 [4, 8, 384]: it does not fit {EXPERTS}blocks"),
    "fp8 without a scale": (
        "fp8", {UP + "weight_scale_inv": None}, {},
        f"{SHARD}{UP}weight: {UP}weight_scale_inv or {UP}weight_scale or {UP}qscale_weight: this tensor is missing"),
    "mistral fp8 without a scale": (
        "fp8-tensor", {"layers.0.feed_forward.w1.qscale_weight": None}, {},
        "consolidated.safetensors: layers.0.feed_forward.w1.weight: layers.0.feed_forward.w1.weight_scale_inv or"),
    "fp8 with transposed block scales": (
        "fp8", {UP + "weight_scale_inv": ("BF16", [2, 3])}, {},
        f"{SHARD}{UP}weight_scale_inv: BF16 [2, 3]: it does not fit {UP}weight"),
    "fp8 scale beside a plain matrix": (
        "fp8", {UP + "weight": ("BF16", [384, 256])}, {},
        f"{SHARD}{UP}weight_scale_inv: BF16 [3, 2]: there is no quantized matrix beside it"),
    "fp8 by block and by tensor": (
        "fp8", {UP1 + "weight_scale_inv": ("F32", [])}, {}, f"{SHARD}{UP}weight: groups of 128: other matrices have"),
    "awq claimed, plain tensors": (
        "bf16", {}, CLAIMS["awq"], "config.json: quantization method: awq: the tensors are bf16, 16 bit"),
    "gptq claimed, awq tensors": (
        "awq", {}, CLAIMS["gptq"], "config.json: quantization method: gptq: the tensors are awq, 4 bit"),
    "a layout nobody knows": (
        "fp8", {}, {"quant_method": "compressed-tensors"}, "config.json: quantization: compressed-tensors: the layout"),
    "a mistral format nobody knows": (
        "fp8-tensor", {}, {"qformat_weight": "nvfp4"}, "params.json: quantization: nvfp4: the layout"),
    "8 bit claimed, 4 found": (
        "gptq", {}, {"bits": 8}, "config.json: quantization bits: 8: the tensors are gptq, 4 bit"),
    "groups of 64 claimed": (
        "awq", {}, {"group_size": 64},
        "config.json: quantization group size: 64: the tensors are awq, 4 bit, group size 128"),
    "blocks of 64 claimed": (
        "fp8", {}, {"weight_block_size": [64, 64]}, "config.json: quantization group size: 64: the tensors are fp8"),
    "blocks claimed, one scale found": (
        "fp8-tensor", {}, {"weight_block_size": [128, 128]},
        "params.json: quantization group size: 128: the tensors are fp8, 8 bit, group size None"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_weights_is_refused(tmp_path: Path, fault: str) -> None:
    scheme, changes, claim, message = FAULTS[fault]
    tensors: Tensors = {name: tensor for name, tensor in (checkpoint(scheme) | changes).items() if tensor is not None}
    folder = write_checkpoint(tmp_path / "m", scheme, tensors, CLAIMS[scheme] | claim)
    with pytest.raises(StudyError, match="^" + re.escape(message)):
        found_quantization(folder)


def test_packed_weights_that_no_configuration_explains_are_refused(tmp_path: Path) -> None:
    for scheme in ("awq", "mxfp4", "fp8"):
        folder = write_checkpoint(tmp_path / scheme, scheme, checkpoint(scheme), {})
        with pytest.raises(StudyError, match=rf"^config\.json: quantization method: None: the tensors are {scheme}"):
            found_quantization(folder)


@pytest.mark.parametrize(
    ("scheme", "declared", "message"),
    [
        ("bf16", {"quantization": "awq"}, r"quantization: awq: the weights are bf16 \(100% BF16\)"),
        ("gptq", {"quantization": "awq"}, "quantization: awq: the weights are gptq"),
        ("awq", {"bits": 8}, "bits: 8: the tensors say 4"),
        ("fp8", {"bits": 4}, "bits: 4: the tensors say 8"),
        ("awq", {"group_size": 64}, "group_size: 64: the tensors say 128"),
        ("mxfp4", {"group_size": 128}, "group_size: 128: the tensors say 32"),
        ("fp8-tensor", {"group_size": 128}, "group_size: 128: the tensors say None"),
        ("awq", {"parameters": 4.7e5}, r"parameters: 4\.7e\+05: the weights have 4\.595e\+05"),
        ("mxfp4", {"parameters": 4.6e5}, r"parameters: 4\.6e\+05: the weights have 1\.054e\+06"),
        ("awq", {"weights_bytes": 919_040}, r"weights_bytes: 9\.19e\+05: the weights have 6\.\d+e\+05"),
        ("awq", {"tied_output_stored": True}, "tied_output_stored: True: the weights hold no output matrix"),
    ],
)
def test_weights_that_are_not_what_the_registry_says_are_refused(
    tmp_path: Path, make_model: Callable[..., Model], scheme: str, declared: dict[str, Any], message: str
) -> None:
    found = found_quantization(write_checkpoint(tmp_path / "m", scheme, checkpoint(scheme), CLAIMS[scheme]))
    true = {"quantization": found.quantization, "bits": found.bits, "group_size": found.group_size}
    true |= {"parameters": found.parameters, "weights_bytes": found.weights_bytes}
    check_quantization(make_model(**true), found)
    with pytest.raises(StudyError, match=rf"^config/models/tiny\.yaml: {message}"):
        check_quantization(make_model(**true | declared), found)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ({"lm_head.weight": "model-2.safetensors"}, r"model\.safetensors\.index\.json: model-2\.safetensors: listed"),
        ({"lm_head.bias": "model.safetensors"}, r"model\.safetensors\.index\.json: lm_head\.bias: the index places"),
        ({}, r"model\.safetensors: unlisted: model\.safetensors\.index\.json does not name this file"),
        (None, r"model\.safetensors\.index\.json: .*: it is no index of safetensors"),
    ],
)
def test_an_index_that_differs_from_the_shards_is_refused(
    tmp_path: Path, index: dict[str, str] | None, message: str
) -> None:
    folder = write_checkpoint(tmp_path / "m", "bf16", checkpoint("bf16"), {})
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"weight_map": dict.fromkeys(checkpoint("bf16"), "model.safetensors")}))
    assert found_quantization(folder).quantization == "bf16"
    path.write_text(json.dumps({"weight_map": index}))
    with pytest.raises(StudyError, match=f"^{message}"):
        found_quantization(folder)


def named(tensors: Tensors) -> dict[str, Tensor]:
    return {name: Tensor(name, dtype, tuple(shape), 0, "f") for name, (dtype, shape) in tensors.items()}


@given(
    size=st.sampled_from([32, 64, 128]),
    groups=st.integers(2, 9),
    outputs=st.integers(1, 9).map(lambda n: 32 * n),
    bits=st.sampled_from([2, 4, 8]),
)
def test_width_and_group_size_of_packed_integers_are_recovered(size: int, groups: int, outputs: int, bits: int) -> None:
    inputs, packed = size * groups, outputs * bits // 32
    common: Tensors = {"w.qzeros": ("I32", [groups, packed]), "w.scales": ("F16", [groups, outputs])}
    awq: Tensors = {"w.qweight": ("I32", [inputs, packed])}
    gptq: Tensors = {"w.qweight": ("I32", [inputs * bits // 32, outputs]), "w.g_idx": ("I32", [inputs])}
    for scheme, own in (("awq", awq), ("gptq", gptq)):
        matrices = find_packed(named(common | own))
        assert shared_format(matrices) == (scheme, bits, size)
        assert matrices[0].parameters == inputs * outputs


@given(st.lists(st.tuples(st.integers(1, 700), st.integers(1, 700)), max_size=4))
def test_ragged_blocks_are_recovered_beside_one_that_is_not(shapes: list[tuple[int, int]]) -> None:
    tensors = {
        f"{i}.{name}": tensor
        for i, (rows, columns) in enumerate([(256, 384), *shapes])
        for name, tensor in {
            "weight": ("F8_E4M3", [rows, columns]),
            "weight_scale_inv": ("F32", [-(-rows // 128), -(-columns // 128)]),
        }.items()
    }
    assert shared_format(find_packed(named(tensors))) == ("fp8", 8, 128)


@pytest.mark.parametrize("shape", [[], [1], [384], [384, 1]])
def test_a_scale_for_a_tensor_or_for_each_output_makes_no_groups(shape: list[int]) -> None:
    tensors: Tensors = {"w.weight": ("F8_E4M3", [384, 256]), "w.weight_scale": ("F32", shape)}
    assert shared_format(find_packed(named(tensors))) == ("fp8", 8, None)


SHAPES = st.lists(st.integers(0, 5), max_size=4)


@example([[1, 2], [1, 2], [1, 2], [0]], True)
@given(st.lists(SHAPES, min_size=4, max_size=4), st.booleans())
def test_no_shape_breaks_the_reader(shapes: list[list[int]], ordered: bool) -> None:
    first, second, third, fourth = shapes
    integers: Tensors = {"w.qweight": ("I32", first), "w.scales": ("F16", second), "w.qzeros": ("I32", third)}
    if ordered:
        integers["w.g_idx"] = ("I32", fourth)
    blocks: Tensors = {"w_blocks": ("U8", first), "w_scales": ("U8", second)}
    fp8: Tensors = {"w.weight": ("F8_E4M3", first), "w.weight_scale": ("F32", second)}
    for tensors in (integers, blocks, fp8):
        try:
            _, bits, _ = shared_format(find_packed(named(tensors)))
        except StudyError:
            continue
        assert bits in (2, 3, 4, 8)
