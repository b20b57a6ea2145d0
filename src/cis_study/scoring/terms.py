"""Whether a text uses the terms of a requirement."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WHOLE_WORD_LENGTH = 2
"""A term this short, or made of digits, matches a whole word; a longer one the start of a word."""

_WORD = re.compile(r"[a-z0-9_]+|@")


def words_of(text: str) -> list[str]:
    """Its words in lower case; punctuation is none, but @ is."""
    return _WORD.findall(text.lower())


def holds(words: Sequence[str], groups: Sequence[Sequence[str]]) -> bool:
    """Whether each group has a term among the words."""
    return all(any(_has(words, term) for term in group) for group in groups)


def _has(words: Sequence[str], term: str) -> bool:
    parts = words_of(term)
    return any(
        all(_matches(word, part) for word, part in zip(words[start:], parts, strict=False))
        for start in range(len(words) - len(parts) + 1)
    )


def _matches(word: str, part: str) -> bool:
    if part.isdigit() or len(part) <= _WHOLE_WORD_LENGTH:
        return word == part
    return word.startswith(part)
