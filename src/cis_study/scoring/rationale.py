"""R's evidence: which requirements a rationale addresses, in words of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cis_study.scoring.constants import (
    COPY_NGRAM,
    COPY_SHARE,
    SIMILARITY_ALONE,
    SIMILARITY_WITH_TERMS,
    WINDOW_SENTENCES,
)
from cis_study.scoring.embedding import similarity
from cis_study.scoring.terms import holds, words_of
from cis_study.tasks.hidden import Topic

_BREAK = re.compile(r"(?<=[.!?;])\s+|\n+")


class Coverage(NamedTuple):
    """One requirement and the window that comes nearest to being enough for it.

    Its similarity (None where the rationale has no sentence of its own), whether it holds the terms, and the numbers
    of its sentences from 0 (None where it is not enough).
    """

    requirement: str
    similarity: float | None
    holds_terms: bool
    sentences: tuple[int, ...] | None


def cover(rationale: str, prompt: str, topics: Sequence[Topic]) -> tuple[list[Coverage], int]:
    """Coverage per requirement, and the number of sentences set aside as copies of the prompt.

    A requirement is covered by a window that is near enough to its statement or to a paraphrase of it, where a window
    that holds a term of each of its groups may be less near. Word order and truth are not examined: this measures
    what a rationale talks about.

    Args:
        rationale: as the contestant wrote it.
        prompt: what it may not copy from.
        topics: the requirements, each with its terms and wordings.

    Raises:
        StudyError: the sentence encoder is missing, or not the one that the thresholds were chosen with.
    """
    spoken = sentences(rationale)
    own = _own([words_of(sentence) for sentence in spoken], prompt)
    windows = [_Window(run, " ".join(spoken[number] for number in run)) for run in _runs(own)]
    return [_cover_one(topic, windows) for topic in topics], len(spoken) - len(own)


def needed_similarity(holds_terms: bool) -> float:
    """How near a window has to be."""
    return SIMILARITY_WITH_TERMS if holds_terms else SIMILARITY_ALONE


def sentences(rationale: str) -> list[str]:
    """A rationale in pieces that hold a word, as written; `Coverage` counts these."""
    return [piece for piece in _BREAK.split(rationale) if words_of(piece)]


def own_sentences(rationale: str, prompt: str) -> list[str]:
    """The sentences of a rationale that do not copy the prompt, as written."""
    spoken = sentences(rationale)
    return [spoken[number] for number in _own([words_of(sentence) for sentence in spoken], prompt)]


def _own(words: Sequence[list[str]], prompt: str) -> list[int]:
    """Numbers of the sentences that do not copy the prompt."""
    prompt_grams = _grams(words_of(prompt))
    return [number for number, sentence in enumerate(words) if not _is_copy(sentence, prompt_grams)]


class _Window(NamedTuple):
    numbers: tuple[int, ...]
    text: str


def _runs(own: Sequence[int]) -> list[tuple[int, ...]]:
    """Neighbouring sentences among `own`, the shorter runs first."""
    kept = set(own)
    runs = (tuple(range(first, first + size)) for size in range(1, WINDOW_SENTENCES + 1) for first in own)
    return [run for run in runs if kept.issuperset(run)]


def _cover_one(topic: Topic, windows: Sequence[_Window]) -> Coverage:
    """Of several windows that are as good the first is taken, so the shortest."""
    best, excess = Coverage(topic.requirement, None, False, None), -math.inf
    for window in windows:
        near = max(similarity(window.text, wording) for wording in topic.wordings)
        with_terms = holds(words_of(window.text), topic.terms)
        beyond = near - needed_similarity(with_terms)
        if beyond > excess:
            best = Coverage(topic.requirement, near, with_terms, window.numbers if beyond >= 0 else None)
            excess = beyond
    return best


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
