"""Which exhibits human raters read: as many from every stratum of CIS as there are, in an order that tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from cis_study.config import Raters
from cis_study.errors import StudyError
from cis_study.judging.exhibit import Exhibit, Slot, slot_of
from cis_study.provenance import sha256_text

logger = logging.getLogger(__name__)


def draw_exhibits(exhibits: Iterable[Exhibit], cis: Mapping[Slot, float], raters: Raters, seed: int) -> list[Exhibit]:
    """A stratified sample without replacement, in random order; the same for every order of the arguments.

    The strata are equal parts of [0, 1]. Each gives as many exhibits as the others, see `deal`; which ones, and their
    order, is decided by hashes.

    Args:
        exhibits: only those in the condition `plain` of which `cis` knows the score are drawn.
        cis: CIS of the contestants' battles; missing battles are not in it.

    Raises:
        StudyError: there is nothing to draw from.
    """
    strata: list[list[Exhibit]] = [[] for _ in range(raters.strata)]
    for exhibit in exhibits:
        if exhibit.condition == "plain" and slot_of(exhibit) in cis:
            strata[stratum(cis[slot_of(exhibit)], raters.strata)].append(exhibit)
    counts = deal([len(members) for members in strata], raters.items)
    if not any(counts):
        raise StudyError("exhibits", "none", "no plain exhibit of a contestant has a CIS", "Score the battles first.")
    _tell(strata, counts, raters.items)
    drawn = [
        exhibit
        for members, count in zip(strata, counts, strict=True)
        for exhibit in sorted(members, key=lambda one: _lot("draw", seed, one))[:count]
    ]
    return sorted(drawn, key=lambda one: _lot("order", seed, one))


def stratum(cis: float, strata: int) -> int:
    """Which of the equal parts of [0, 1] holds a score, from 0; a border belongs to the part above it."""
    # 0.29 * 100 is less than 29.
    return min(int(cis * strata + 1e-9), strata - 1)


def deal(sizes: Sequence[int], items: int) -> list[int]:
    """How many items each stratum gives, at most as many as it holds.

    They are dealt one at a time in turn, the lowest stratum first; a stratum that has no more is passed over, so that
    what it lacks goes to the others in equal parts.
    """
    counts = [0] * len(sizes)
    for _ in range(min(items, sum(sizes))):
        able = [index for index, size in enumerate(sizes) if counts[index] < size]
        counts[min(able, key=counts.__getitem__)] += 1
    return counts


def _lot(purpose: str, seed: int, exhibit: Exhibit) -> str:
    return sha256_text(f"raters/{purpose}/{seed}/{'/'.join(map(str, slot_of(exhibit)))}")


def _tell(strata: Sequence[Sequence[Exhibit]], counts: Sequence[int], items: int) -> None:
    for index, (members, count) in enumerate(zip(strata, counts, strict=True)):
        part = f"CIS {index / len(strata):g} to {(index + 1) / len(strata):g}"
        if members:
            logger.info("%s: %d of %d exhibits drawn", part, count, len(members))
        else:
            logger.warning("%s: no exhibit, its items go to the other strata in turn", part)
    if sum(counts) < items:
        logger.warning("only %d of %d items: there are no more exhibits", sum(counts), items)
