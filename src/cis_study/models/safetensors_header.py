"""Read the header of a safetensors file: names, dtypes and shapes, without loading a tensor.

Format: 8 bytes little-endian header length, then JSON (github.com/huggingface/safetensors, README "Format").
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

from cis_study.errors import StudyError

_MAX_HEADER_BYTES = 100_000_000
"""The format's own limit; a larger value is damage or an attack on memory."""


class Tensor(NamedTuple):
    """One tensor of a header."""

    name: str
    dtype: str
    elements: int


def read_header(path: Path) -> list[Tensor]:
    """Tensors of one file, sorted by name.

    Raises:
        StudyError: the file is no safetensors file.
    """
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 0 < length <= min(_MAX_HEADER_BYTES, path.stat().st_size - 8):
            raise StudyError(path, f"header of {length} bytes", "this is no safetensors file", "Download it again.")
        try:
            header = json.loads(stream.read(length))
            return sorted(
                Tensor(name, entry["dtype"], math.prod(entry["shape"]))
                for name, entry in header.items()
                if name != "__metadata__"
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StudyError(path, error, "the safetensors header is damaged", "Download it again.") from error
