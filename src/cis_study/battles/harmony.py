"""Raw Harmony, the format in which gpt-oss writes its channels, where the engine did not take it apart.

The package `openai-harmony` is not used: it reads tokens, not text, downloads its vocabulary, and refuses a message
that was cut. The grammar of the text is small; https://cookbook.openai.com/articles/openai-harmony describes it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_START = re.compile(r"\s*(?:<\|start\|>assistant)?<\|channel\|>")
_MESSAGE = re.compile(
    r"<\|channel\|>(?P<channel>\w+)(?P<header>(?:(?!<\|message\|>).)*)<\|message\|>"
    r"(?P<text>.*?)(?:<\|(?:end|return|call|start)\|>|\Z)",
    re.DOTALL,
)


class Channels(NamedTuple):
    """What a raw reply says where."""

    answer: str
    reasoning: str | None


def split_channels(text: str) -> Channels | None:
    """Answer and reasoning of a raw reply, also of one that was cut; None where the text is no raw Harmony.

    As vLLM's parser does: `analysis` is reasoning, `final` and a `commentary` to nobody are the answer, what is
    addressed to a tool is neither. Several messages of a kind are joined by line breaks.
    """
    if not _START.match(text):
        return None
    answer: list[str] = []
    reasoning: list[str] = []
    for message in _MESSAGE.finditer(text):
        if " to=" in message["header"]:
            continue
        (reasoning if message["channel"] == "analysis" else answer).append(message["text"])
    return Channels("\n".join(answer), "\n".join(reasoning) or None)
