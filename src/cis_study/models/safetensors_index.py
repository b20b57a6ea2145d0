"""The index of a sharded checkpoint against the files that are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cis_study.errors import StudyError


def check_index(folder: Path, held: Mapping[str, set[str]]) -> None:
    """Compare every index of `folder` with the shards; a folder without an index passes.

    Args:
        held: file name -> names of the tensors in it.

    Raises:
        StudyError: the index is damaged, a shard or a tensor it names is absent, or a shard is not in it.
    """
    indexes = sorted(folder.glob("*.safetensors.index.json"))
    placed = [(index.name, tensor, shard) for index in indexes for tensor, shard in _weight_map(index).items()]
    for index, tensor, shard in placed:
        if shard not in held:
            raise StudyError(index, shard, "listed in the index, not in the folder", "Download the model again.")
        if tensor not in held[shard]:
            raise StudyError(
                index, tensor, f"the index places this tensor in {shard}, which does not hold it",
                "Download index and shards again, at one revision.",
            )  # fmt: skip
    unlisted = sorted(set(held) - {shard for _, _, shard in placed})
    if indexes and unlisted:
        raise StudyError(
            unlisted[0], "unlisted", f"{indexes[0].name} does not name this file, so an engine would skip it",
            "Narrow `include` to one copy of the weights, or download the index again.",
        )  # fmt: skip


def _weight_map(index: Path) -> dict[str, str]:
    try:
        return dict(json.loads(index.read_text(encoding="utf-8"))["weight_map"])
    except (ValueError, KeyError, TypeError) as error:
        raise StudyError(
            index.name, f"{type(error).__name__}: {error}", "it is no index of safetensors", "Download it again."
        ) from error
