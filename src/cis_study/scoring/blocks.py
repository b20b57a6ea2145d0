"""Cut a reply into headings, prose and fenced blocks, forgiving what small models do to Markdown."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_MARKED_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s*|\*\*|__)(?P<title>[^*_\n]{1,80}?)\s*(?:\*\*|__|#+)?\s*:?\s*(?:\*\*|__)?\s*$"
)
_MARKED_LEAD = re.compile(
    r"^\s*(?:#{1,6}\s*|\*\*|__)(?P<title>[A-Za-z ]{1,40}?)\s*:?(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(?P<rest>\S.*)$"
)
_BARE_HEADING = re.compile(r"^\s*(?:\d+[.)]\s*)?(?P<title>[A-Za-z ]{1,40}?)\s*:\s*(?P<rest>.*)$")
_ROLES = (
    ("tests", re.compile(r"\b(unit |py)?tests?\b|\btest cases?\b|\btesting\b", re.I)),
    (
        "rationale",
        re.compile(r"\brational\w*|\bexplanations?\b|\breasoning\b|\bjustification\b|\bdesign decisions?\b", re.I),
    ),
    ("solution", re.compile(r"\bsolutions?\b|\bimplementations?\b|\bcode\b|\bmodule\b|\bsolution\.py\b", re.I)),
)
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.S)
_MARKDOWN_INFO = frozenset({"markdown", "md"})


@dataclass(frozen=True)
class Block:
    """A piece of a reply.

    Attributes:
        role: "solution", "tests" or "rationale" from the nearest heading above, or "" before any.
        text: the content, without fences or heading.
        fenced: whether it stood in a fence.
        info: language of the fence, lower case.
        closed: False for a fence that the reply does not close, as when it was cut off.
    """

    role: str
    text: str
    fenced: bool
    info: str = ""
    closed: bool = True


def cut_blocks(reply: str) -> list[Block]:
    """The pieces of a reply in order; empty ones are left out."""
    lines = _THINKING.sub("", reply.replace("\r\n", "\n")).split("\n")
    blocks: list[Block] = []
    held: list[str] = []
    role, fence, info = "", "", ""

    def flush(closed: bool = True) -> None:
        text = textwrap.dedent("\n".join(held)) if fence else "\n".join(held)
        if text.strip():
            blocks.append(Block(role, text.strip("\n") + "\n", bool(fence), info, closed))
        held.clear()

    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            if mark is None or mark["fence"][0] != fence[0] or len(mark["fence"]) < len(fence):
                held.append(line)
                continue
            flush()
            # A fence with a language inside a fence: the model forgot to close the first one.
            reopened = mark["info"].strip().lower()
            fence, info = (mark["fence"], reopened) if reopened else ("", "")
            continue
        if mark is not None:
            language = mark["info"].strip().lower()
            if language in _MARKDOWN_INFO or (not language and _opens_document(lines[number + 1 :])):
                continue
            flush()
            fence, info = mark["fence"], language
            continue
        heading = _heading(line)
        if heading is None:
            held.append(line)
            continue
        flush()
        role, rest = heading
        if rest:
            held.append(rest)
    flush(closed=not fence)
    return blocks


def _heading(line: str) -> tuple[str, str] | None:
    """Role and trailing text of a line that names one of the three parts, else None."""
    for pattern in (_MARKED_HEADING, _MARKED_LEAD, _BARE_HEADING):
        match = pattern.match(line)
        if match is None:
            continue
        title = match["title"].strip()
        if len(title.split()) > 6:
            continue
        for role, words in _ROLES:
            if words.search(title):
                return role, (match.groupdict().get("rest") or "").strip()
    return None


def _opens_document(following: list[str]) -> bool:
    """A bare fence around the whole reply: the next written line is a heading of one of the parts."""
    for line in following:
        if line.strip():
            return line.lstrip().startswith("#") and line.lstrip().startswith("##") and _heading(line) is not None
    return False
