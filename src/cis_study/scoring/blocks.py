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
_COMMENT_HEADING = re.compile(r"^#{1,4}\s*(?P<title>solution|tests?|rationale)\s*:?\s*$", re.I)
_TITLE_WORDS, _BARE_TITLE_WORDS = 6, 3
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
    cutter = _Cutter()
    lines = _THINKING.sub("", reply.replace("\r\n", "\n")).split("\n")
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if cutter.fence:
            cutter.take_fenced(line, mark)
        elif mark is not None and not _surrounds_document(mark, lines[number + 1 :]):
            cutter.open(mark)
        elif mark is None:
            cutter.take_prose(line)
    cutter.flush(closed=not cutter.fence)
    return cutter.blocks


class _Cutter:
    """The state while a reply is read line by line."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.fence = ""
        self._held: list[str] = []
        self._role = ""
        self._info = ""
        self._aside = False
        """In a rationale that stands inside the fence of the code, under a comment as heading."""

    def flush(self, closed: bool = True) -> None:
        """End the current block."""
        is_code = bool(self.fence) and not self._aside
        text = textwrap.dedent("\n".join(self._held)) if is_code else "\n".join(self._held)
        if text.strip():
            role = "rationale" if self._aside else self._role
            self.blocks.append(Block(role, text.strip("\n") + "\n", is_code, self._info, closed))
        self._held.clear()

    def open(self, mark: re.Match[str]) -> None:
        """Begin a fenced block."""
        self.flush()
        self.fence, self._info, self._aside = mark["fence"], mark["info"].strip().lower(), False

    def take_fenced(self, line: str, mark: re.Match[str] | None) -> None:
        """A line inside a fence, or the one that closes it."""
        if mark is not None and mark["fence"][0] == self.fence[0] and len(mark["fence"]) >= len(self.fence):
            # A fence with a language inside a fence: the model forgot to close the first one.
            if mark["info"].strip():
                self.open(mark)
            else:
                self.flush()
                self.fence = self._info = ""
                self._aside = False
            return
        comment = _COMMENT_HEADING.match(line)
        aside = comment["title"].lower() == "rationale" if comment is not None else self._aside
        if aside != self._aside:
            self.flush()
            self._aside = aside
        else:
            self._held.append(line)

    def take_prose(self, line: str) -> None:
        """A line outside fences: a heading that names a part, or text."""
        heading = _heading(line)
        if heading is None:
            self._held.append(line)
            return
        self.flush()
        self._role, rest = heading
        if rest:
            self._held.append(rest)


def _heading(line: str) -> tuple[str, str] | None:
    """Role and trailing text of a line that names one of the three parts, else None."""
    for pattern in (_MARKED_HEADING, _MARKED_LEAD, _BARE_HEADING):
        match = pattern.match(line)
        if match is None:
            continue
        title, rest = match["title"].strip(), (match.groupdict().get("rest") or "").strip()
        # An unmarked line is a heading only when it is short: prose may end in a colon too.
        allowed = _BARE_TITLE_WORDS - bool(rest) if pattern is _BARE_HEADING else _TITLE_WORDS
        if len(title.split()) > allowed:
            continue
        for role, words in _ROLES:
            if words.search(title):
                return role, rest
    return None


def _surrounds_document(mark: re.Match[str], following: list[str]) -> bool:
    """A fence around the whole reply: marked as Markdown, or bare with a heading of a part on the next written line."""
    info = mark["info"].strip().lower()
    first = next((line for line in following if line.strip()), "")
    return info in _MARKDOWN_INFO or (not info and first.lstrip().startswith("##") and _heading(first) is not None)
