"""R's evidence: which requirements a rationale addresses, in words of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cis_study.scoring.constants import COPY_NGRAM, COPY_SHARE, SIMILARITY_THRESHOLD, WINDOW_SENTENCES
from cis_study.scoring.embedding import similarity
from cis_study.scoring.terms import holds, words_of
from cis_study.tasks.hidden import Topic

_BREAK = re.compile(r"(?<=[.!?;])\s+|\n+")


class Coverage(NamedTuple):
    """One requirement, and how near a rationale comes to it.

    Both are of the nearest window that holds its terms: the similarity, None where no window does, and the numbers
    of its sentences from 0, None where it is not near enough.
    """

    requirement: str
    similarity: float | None
    sentences: tuple[int, ...] | None


def cover(rationale: str, prompt: str, topics: Sequence[Topic]) -> tuple[list[Coverage], int]:
    """Coverage per requirement, and the number of sentences set aside as copies of the prompt.

    A requirement is covered by a window that holds a term of each of its groups and is similar to its statement or
    to a paraphrase of it. Word order and truth are not examined: this measures what a rationale talks about.

    Args:
        rationale: as the contestant wrote it.
        prompt: what it may not copy from.
        topics: the requirements, each with its terms and wordings.

    Raises:
        StudyError: the sentence encoder is missing, or not the one that the threshold was chosen with.
    """
    spoken = sentences(rationale)
    words = [words_of(sentence) for sentence in spoken]
    own = _own(words, prompt)
    found = []
    for topic in topics:
        holding = [window for window in _windows(own) if holds([words[number] for number in window], topic.terms)]
        found.append(_nearest(topic, holding, spoken))
    return found, len(spoken) - len(own)


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


def _windows(own: Sequence[int]) -> list[tuple[int, ...]]:
    """Runs of neighbouring sentences among `own`, the shorter first."""
    kept = set(own)
    runs = (tuple(range(first, first + size)) for size in range(1, WINDOW_SENTENCES + 1) for first in own)
    return [run for run in runs if kept.issuperset(run)]


def _nearest(topic: Topic, windows: Sequence[tuple[int, ...]], spoken: Sequence[str]) -> Coverage:
    if not windows:
        return Coverage(topic.requirement, None, None)
    texts = [" ".join(spoken[number] for number in window) for window in windows]
    similarities = [max(similarity(text, wording) for wording in topic.wordings) for text in texts]
    best = max(similarities)
    near = best >= SIMILARITY_THRESHOLD
    return Coverage(topic.requirement, best, windows[similarities.index(best)] if near else None)


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
