"""The packet that every human rater is sent, and the key that stays: what to send, and whose each item is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cis_study.judging.exhibit import Exhibit, slot_of
from cis_study.judging.form import render_form, render_letter
from cis_study.judging.rating_key import KeyItem, RatingKey
from cis_study.judging.rubric import ASPECTS, Rubric
from cis_study.judging.shown import fingerprint, shown
from cis_study.provenance import readable_json, sha256_text


class PacketFiles(NamedTuple):
    """Contents of the files; all but the key are sent."""

    packet: str
    """The items as JSON."""
    form: str
    """The page that raters fill in."""
    letter: str
    template: str
    """The answers as JSON, all of them missing."""
    key: str


def packet_files(study: str, drawn: Sequence[Exhibit], rubric: Rubric) -> PacketFiles:
    """The packet of the exhibits drawn, numbered in their order: B001, B002, ..."""
    items = {f"B{number:03d}": exhibit for number, exhibit in enumerate(drawn, start=1)}
    aspects = [{"aspect": aspect, **rubric.aspects[aspect].model_dump()} for aspect in ASPECTS]
    content: dict[str, Any] = {
        "study": study,
        "rubric": {**rubric.model_dump(), "aspects": aspects},
        "items": [{"item": item, **shown(exhibit)} for item, exhibit in items.items()],
    }
    packet = readable_json(content)
    named = {"study": study, "packet": sha256_text(packet)}
    blank = {**dict.fromkeys((*ASPECTS, "approve")), "reasoning": ""}
    key = RatingKey(**named, scale=rubric.scale, items={item: _key_item(one) for item, one in items.items()})
    return PacketFiles(
        packet=packet,
        form=render_form({**named, **content}),
        letter=render_letter({**named, **content}),
        template=readable_json({**named, "rater": "", "ratings": {item: blank for item in items}}),
        key=readable_json(key.model_dump(mode="json")),
    )


def _key_item(exhibit: Exhibit) -> KeyItem:
    author, task, replicate = slot_of(exhibit)
    return KeyItem(author=author, task=task, replicate=replicate, shown=fingerprint(exhibit))
