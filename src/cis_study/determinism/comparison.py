"""Are two replies to one request the same, and where do they part? Positions are counted from 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cis_study.battles.record import record_key
from cis_study.errors import StudyError
from cis_study.provenance import canonical_json, sha256_text

Outcome = Literal["identical", "differs", "missing"]
FirstToken = Callable[[str, str], int | None]
"""Position of the first token in which two texts differ; None where no tokenizer is at hand."""


class Compared(NamedTuple):
    """A pair of battles with one request."""

    task: str
    replicate: int
    outcome: Outcome
    """`missing`: one of the two has no reply. That is no difference."""
    first_character: int | None = None
    """The first one that differs, reasoning before answer; one behind the end where a reply goes on and the other does
    not. None where none differs, as in what follows."""
    equal_share: float | None = None
    """Characters before the first that differs, as a share of the longer reply."""
    first_token: int | None = None
    """Of the texts as the model's tokenizer cuts them; None also where it was not at hand."""
    pair_sha256: str | None = None
    """Of both texts."""


def compare(base: dict[str, Any], other: dict[str, Any], first_token: FirstToken) -> Compared:
    """Compare two battles of one slot.

    Raises:
        StudyError: they are not the same battle.
    """
    slot = (base["task"], base["replicate"])
    if record_key(base) != record_key(other):
        raise StudyError(
            f"{base['model']}/{slot[0]}/{slot[1]}",
            record_key(other),
            f"arms must hold the same battles, and the first holds {record_key(base)}",
            "Fight the arms again.",
        )
    replies = base["reply"], other["reply"]
    if any(reply["content"] is None for reply in replies):
        return Compared(*slot, "missing")
    if all((replies[0][channel] or "") == (replies[1][channel] or "") for channel in ("content", "reasoning")):
        return Compared(*slot, "identical")
    texts = reply_text(replies[0]), reply_text(replies[1])
    first = first_difference(*texts)
    return Compared(
        *slot,
        "differs",
        first_character=first,
        equal_share=(first - 1) / max(map(len, texts)),
        first_token=first_token(*texts),
        pair_sha256=pair_sha256(*texts),
    )


def reply_text(reply: Mapping[str, Any]) -> str:
    """Both channels in the order they were generated."""
    return f"{reply['reasoning']}\n{reply['content']}" if reply["reasoning"] else str(reply["content"])


def first_difference(one: Sequence[Any], two: Sequence[Any]) -> int:
    """Position of the first element that differs; one behind the end of the shorter where it begins the longer."""
    for position, (a, b) in enumerate(zip(one, two, strict=False), start=1):
        if a != b:
            return position
    return min(len(one), len(two)) + 1


def pair_sha256(one: str, two: str) -> str:
    """Name of an ordered pair of texts."""
    return sha256_text(canonical_json([one, two]))
