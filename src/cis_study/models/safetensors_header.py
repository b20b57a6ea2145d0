"""Read the header of a safetensors file: which tensors it holds, without loading one.

Layout: 8 bytes little-endian header length N, N bytes of JSON, then the tensor data
(https://github.com/huggingface/safetensors, section Format).
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError

MAX_HEADER_BYTES = 100_000_000
"""Limit of the reference implementation; a larger length is damage, not a header."""

_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4}
_BYTES |= {"U16": 2, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1}


@dataclass(frozen=True)
class Tensor:
    name: str
    dtype: str
    shape: tuple[int, ...]
    bytes: int
    file: str

    @property
    def elements(self) -> int:
        return math.prod(self.shape)


def read_header(path: Path) -> list[Tensor]:
    """Tensors of one file, sorted by name.

    Raises:
        StudyError: the file is shorter than its header says, or the header is malformed.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        prefix = stream.read(8)
        if len(prefix) < 8:
            raise _damaged(path, f"{size} bytes", "a safetensors file starts with an 8-byte length")
        length = struct.unpack("<Q", prefix)[0]
        if length > min(MAX_HEADER_BYTES, size - 8):
            raise _damaged(path, f"header of {length} bytes in a file of {size}", "the header does not fit in the file")
        text = stream.read(length)
    try:
        header = json.loads(text)
        entries = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
        return [_tensor(path, name, entry, size - 8 - length) for name, entry in sorted(entries)]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise _damaged(
            path, f"{type(error).__name__}: {error}", "the header is not the JSON of a tensor list"
        ) from error


def _tensor(path: Path, name: str, entry: dict[str, Any], data_bytes: int) -> Tensor:
    begin, end = entry["data_offsets"]
    shape = tuple(int(extent) for extent in entry["shape"])
    tensor = Tensor(name, str(entry["dtype"]), shape, end - begin, path.name)
    if not 0 <= begin <= end <= data_bytes or min(tensor.shape, default=0) < 0:
        raise _damaged(path, f"{name}: bytes {begin} to {end} of {data_bytes}", "the tensor lies outside the file")
    width = _BYTES.get(tensor.dtype)
    if width is not None and tensor.elements * width != end - begin:
        raise _damaged(path, f"{name}: {end - begin} bytes", f"its shape needs {tensor.elements * width}")
    return tensor


def _damaged(path: Path, value: str, why: str) -> StudyError:
    return StudyError(path.name, value, why, "Delete the file and download the model again.")
