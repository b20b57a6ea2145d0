"""Hide from raters who wrote a submission: names, and the marks of chat templates that only some models leave."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cis_study.config import OutsideAgent
from cis_study.models.registry import Model

MASK = "masked"
"""Stands where a name or a mark stood; also a name of Python, so that a program that used it still runs."""

Mask = re.Pattern[str]
"""Matches every name that would say who wrote a text."""

_VERSION = r"(?:[. ]?v?\d+[bk]?(?![^\W_])|-[a-z0-9]+)*"
"""What follows a family's name: `2.5`, `-Coder-7B`, ` v0.3`."""

_END = r"(?![^\W\d_])"
"""No letter follows."""

_MARKS = re.compile(
    r"<[|｜][^<>|｜\n]*[|｜]>"  # <|im_start|>, <|channel|>, and with DeepSeek's bars
    r"|(?i:</?(?:s|think|thinking|tool_call|start_of_turn|end_of_turn)>)"
    r"|<</?SYS>>"
    # Nothing but these: brackets with a word in them are also how Python indexes.
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]"
)


def mask_of(contestants: Iterable[Model | OutsideAgent]) -> Mask:
    """Pattern of every name that would say who a contestant is: name, label, vendor, repository, family."""
    names: set[str] = set()
    families: set[str] = set()
    for contestant in contestants:
        names |= {contestant.name, contestant.label or contestant.name}
        if isinstance(contestant, Model):
            names.add(contestant.vendor)
            if contestant.hub:
                names |= {contestant.hub.repo, contestant.hub.repo.rpartition("/")[2]}
            # Of an agent the name may be any word; that of a model begins with its family.
            families |= set(re.findall(r"^[a-z]{3,}", contestant.name))
    # The longest first: of `qwen2.5-coder` and `qwen` the whole is masked.
    whole = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    family = "|".join(sorted(families)) or r"(?!)"
    return re.compile(rf"(?<![^\W_])(?:(?:{whole}){_END}|(?:{family}){_END}{_VERSION})", re.IGNORECASE)


def blind(text: str, mask: Mask) -> str:
    """The text without names and marks; its lines stay where they are."""
    # No request can carry half of a surrogate pair.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # Names first: a mark may be all that keeps one apart from a word before it.
    masked = mask.sub(MASK, whole)
    # Again where taking a mark out makes another one of what is left.
    while (unmarked := _MARKS.sub(MASK, masked)) != masked:
        masked = unmarked
    return masked
