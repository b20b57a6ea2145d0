"""R's evidence: which requirement statements a rationale addresses, in words of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cis_study.scoring.constants import COPY_NGRAM, COPY_SHARE, WINDOW_SENTENCES

_WHOLE_WORD_LENGTH = 2
"""A term this short, or made of digits, matches a whole word; a longer one the start of a word."""

_WORD = re.compile(r"[a-z0-9_]+|@")
_BREAK = re.compile(r"(?<=[.!?;])\s+|\n+")


class Coverage(NamedTuple):
    """One requirement and the first window that addresses it (sentence numbers from 0), or None."""

    requirement: str
    sentences: tuple[int, ...] | None


def cover(rationale: str, prompt: str, terms: Mapping[str, Sequence[Sequence[str]]]) -> tuple[list[Coverage], int]:
    """Coverage per requirement, and the number of sentences set aside as copies of the prompt.

    A requirement is covered when each of its term groups has a term within the window. Word order
    and truth are not examined: this measures what a rationale talks about.
    """
    spoken = [_words(sentence) for sentence in sentences(rationale)]
    prompt_grams = _grams(_words(prompt))
    own = [(number, words) for number, words in enumerate(spoken) if not _is_copy(words, prompt_grams)]
    found = []
    for requirement, groups in terms.items():
        found.append(Coverage(requirement, _first_window(own, groups)))
    return found, len(spoken) - len(own)


def sentences(rationale: str) -> list[str]:
    """A rationale in pieces that hold a word, as written; `Coverage` counts these."""
    return [piece for piece in _BREAK.split(rationale) if _words(piece)]


def own_sentences(rationale: str, prompt: str) -> list[str]:
    """The sentences of a rationale that do not copy the prompt, as written."""
    prompt_grams = _grams(_words(prompt))
    return [sentence for sentence in sentences(rationale) if not _is_copy(_words(sentence), prompt_grams)]


def _first_window(own: Sequence[tuple[int, list[str]]], groups: Sequence[Sequence[str]]) -> tuple[int, ...] | None:
    for size in range(1, WINDOW_SENTENCES + 1):
        for start in range(len(own) - size + 1):
            window = own[start : start + size]
            numbers = tuple(number for number, _ in window)
            if numbers[-1] - numbers[0] != size - 1:
                continue
            if all(any(_has(words, term) for _, words in window for term in group) for group in groups):
                return numbers
    return None


def _has(words: Sequence[str], term: str) -> bool:
    parts = _words(term)
    return any(
        all(_matches(word, part) for word, part in zip(words[start:], parts, strict=False))
        for start in range(len(words) - len(parts) + 1)
    )


def _matches(word: str, part: str) -> bool:
    if part.isdigit() or len(part) <= _WHOLE_WORD_LENGTH:
        return word == part
    return word.startswith(part)


def _is_copy(words: Sequence[str], prompt_grams: Mapping[int, frozenset[tuple[str, ...]]]) -> bool:
    """A shorter sentence is compared as a whole."""
    size = min(COPY_NGRAM, len(words))
    grams = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
    return sum(gram in prompt_grams[size] for gram in grams) >= COPY_SHARE * len(grams)


def _grams(words: Sequence[str]) -> dict[int, frozenset[tuple[str, ...]]]:
    return {
        size: frozenset(tuple(words[start : start + size]) for start in range(len(words) - size + 1))
        for size in range(1, COPY_NGRAM + 1)
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
