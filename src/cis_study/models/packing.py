"""Quantized matrices of a safetensors checkpoint: which tensors belong together, and whether their shapes agree.

Layouts, for a matrix of `outputs` x `inputs`, `b` bits and groups of `g` inputs:

- AWQ: `qweight` I32 [inputs, outputs b/32], `qzeros` I32 [inputs/g, outputs b/32], `scales` [inputs/g, outputs]
- GPTQ: `qweight` I32 [inputs b/32, outputs], `qzeros` and `scales` as in AWQ, `g_idx` I32 [inputs]
- MXFP4: `*_blocks` U8 [..., groups, g/2], `*_scales` U8 [..., groups]
- FP8: `weight` F8_E4M3 [outputs, inputs] with a scale for the whole, per output, or per block of g x g
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cis_study.errors import StudyError
from cis_study.models.safetensors_header import Tensor

_BITS = (2, 3, 4, 8)
_FLOATS = {"F16", "BF16", "F32"}
_COMPANIONS = (".qzeros", ".scales", ".g_idx", "_scales", ".weight_scale", "_scale_inv", ".qscale_weight")
_FIX = "Download the model again; if that does not help, the published weights are unusable."


@dataclass(frozen=True)
class Packed:
    """One quantized matrix."""

    tensor: Tensor
    scheme: str
    bits: int
    parameters: int
    companions: tuple[Tensor, ...]
    """Its scales, then its zero points and order where it has them."""
    groups: tuple[tuple[int, int], ...]
    """(values, groups they are split into) for each axis that may have groups."""


def find_packed(tensors: Mapping[str, Tensor]) -> list[Packed]:
    """Every quantized matrix among `tensors` (name -> tensor).

    Raises:
        StudyError: a matrix lacks a companion or has one of another type or shape, or a companion has no matrix.
    """
    packed = [read(tensor, tensors) for tensor in tensors.values() if (read := _reader(tensor)) is not None]
    for matrix in packed:
        _require(matrix.tensor, matrix.companions[0], _fits(matrix.groups, _group_size(matrix.groups)))
    owned = {companion.name for matrix in packed for companion in matrix.companions}
    for name, tensor in tensors.items():
        if name.endswith(_COMPANIONS) and name not in owned:
            raise StudyError(
                _place(tensor), f"{tensor.dtype} {list(tensor.shape)}", "there is no quantized matrix beside it", _FIX
            )
    return packed


def shared_format(packed: Sequence[Packed]) -> tuple[str, int, int | None]:
    """Scheme, bits and group size of all matrices; group size is None where none is split into groups.

    Raises:
        StudyError: the matrices differ.
    """
    first = packed[0]
    axes = [axis for matrix in packed for axis in matrix.groups]
    size = _group_size(axes)
    for matrix in packed:
        if (matrix.scheme, matrix.bits) != (first.scheme, first.bits):
            raise StudyError(
                _place(matrix.tensor), f"{matrix.scheme}, {matrix.bits} bit",
                f"{first.tensor.name} has {first.scheme}, {first.bits} bit", _FIX,
            )  # fmt: skip
        if not _fits(matrix.groups, size):
            raise StudyError(
                _place(matrix.tensor), f"groups of {_group_size(matrix.groups)}",
                f"other matrices have groups of {size}", _FIX,
            )  # fmt: skip
    return first.scheme, first.bits, size if any(count > 1 for _, count in axes) else None


def _reader(tensor: Tensor) -> Callable[[Tensor, Mapping[str, Tensor]], Packed] | None:
    if tensor.dtype == "I32" and tensor.name.endswith(".qweight"):
        return _integers
    if tensor.dtype == "U8" and tensor.name.endswith("_blocks"):
        return _mxfp4
    return _fp8 if tensor.dtype == "F8_E4M3" else None


def _integers(weight: Tensor, tensors: Mapping[str, Tensor]) -> Packed:
    base = weight.name.removesuffix("qweight")
    scales = _companion(weight, tensors, [f"{base}scales"], _FLOATS)
    zeros = _companion(weight, tensors, [f"{base}qzeros"], {"I32"})
    _require(weight, scales, len(weight.shape) == len(scales.shape) == 2 and scales.elements > 0)
    (rows, columns), (groups, outputs) = weight.shape, scales.shape
    if f"{base}g_idx" in tensors:
        order = [_companion(weight, tensors, [f"{base}g_idx"], {"I32"})]
        scheme, inputs = "gptq", order[0].elements
        _require(weight, scales, outputs == columns)
        bits, rest = divmod(32 * rows, max(1, inputs))
        _require(weight, order[0], bits in _BITS and rest == 0)
    else:
        order = []
        scheme, inputs = "awq", rows
        bits, rest = divmod(32 * columns, outputs)
        _require(weight, scales, bits in _BITS and rest == 0)
    _require(weight, zeros, zeros.shape == (groups, outputs * bits // 32))
    return Packed(weight, scheme, bits, inputs * outputs, (scales, zeros, *order), ((inputs, groups),))


def _mxfp4(blocks: Tensor, tensors: Mapping[str, Tensor]) -> Packed:
    scales = _companion(blocks, tensors, [blocks.name.removesuffix("_blocks") + "_scales"], {"U8"})
    _require(blocks, scales, scales.shape == blocks.shape[:-1] != () and scales.elements > 0)
    groups, width = scales.shape[-1], 2 * blocks.shape[-1]
    return Packed(blocks, "mxfp4", 4, 2 * blocks.elements, (scales,), ((groups * width, groups),))


def _fp8(weight: Tensor, tensors: Mapping[str, Tensor]) -> Packed:
    mistral = weight.name.removesuffix("weight") + "qscale_weight"
    scale = _companion(weight, tensors, [f"{weight.name}_scale_inv", f"{weight.name}_scale", mistral], _FLOATS)
    if scale.elements == 1:
        groups = [(extent, 1) for extent in weight.shape]
    elif scale.shape in (weight.shape[:-1], (*weight.shape[:-1], 1)):
        groups = [(weight.shape[-1], 1)]
    else:
        _require(weight, scale, len(scale.shape) == len(weight.shape) == 2 and scale.elements > 0)
        groups = list(zip(weight.shape, scale.shape, strict=True))
    return Packed(weight, "fp8", 8, weight.elements, (scale,), tuple(groups))


def _group_size(axes: Iterable[tuple[int, int]]) -> int:
    """Smallest size that could cut every axis into its number of groups, the last of which may be shorter."""
    return max((-(-extent // count) for extent, count in axes), default=0)


def _fits(axes: Iterable[tuple[int, int]], size: int) -> bool:
    return all(size > 0 and -(-extent // size) == count for extent, count in axes)


def _companion(weight: Tensor, tensors: Mapping[str, Tensor], names: list[str], dtypes: set[str]) -> Tensor:
    for name in names:
        if name in tensors:
            _require(weight, tensors[name], tensors[name].dtype in dtypes)
            return tensors[name]
    raise StudyError(_place(weight), " or ".join(names), "this tensor is missing beside it", _FIX)


def _require(weight: Tensor, companion: Tensor, fits: bool) -> None:
    if not fits:
        raise StudyError(
            _place(companion), f"{companion.dtype} {list(companion.shape)}",
            f"it does not fit {weight.name}, {weight.dtype} {list(weight.shape)}", _FIX,
        )  # fmt: skip


def _place(tensor: Tensor) -> str:
    return f"{tensor.file}: {tensor.name}"
