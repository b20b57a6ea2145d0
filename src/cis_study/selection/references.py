"""Numbered sources: each stands once, in the order in which the report first names it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cis_study.models.candidate import Candidate
from cis_study.selection.claims import CheckedClaim


class Reference(NamedTuple):
    number: int
    source: str
    copies: tuple[str, ...]
    """Public copies that were read, as repository@commit path."""


def references(candidates: Iterable[Candidate], claims: Iterable[CheckedClaim]) -> dict[str, Reference]:
    """Source -> its reference. A source that was looked through in vain is no reference."""
    copies: dict[str, dict[str, None]] = {}
    for candidate in candidates:
        for name in candidate.figures:
            for figure in candidate.known(name):
                read = copies.setdefault(figure.source, {})
                if figure.copy_read:
                    read[figure.copy_read] = None
    for claim in claims:
        if claim.source is not None:
            copies.setdefault(claim.source, {})
    return {
        source: Reference(number, source, tuple(read)) for number, (source, read) in enumerate(copies.items(), start=1)
    }
