"""A file of ratings, as the form saves it or as a person typed it: one schema for both."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from cis_study.judging.rubric import ASPECTS
from cis_study.yamlfile import Strict

RATER_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,31}$"
"""Of the id of a rater; the form demands the same."""

Score = Annotated[float, Field(strict=True)] | None


class Answer(Strict):
    """What a rater says of one item; None, or left out: no answer."""

    R: Score = None
    A: Score = None
    T: Score = None
    L: Score = None
    approve: StrictBool | None = None
    reasoning: str | None = None

    @property
    def missing(self) -> list[str]:
        """The questions without an answer."""
        return [name for name in (*ASPECTS, "approve") if getattr(self, name) is None]


class RatingFile(Strict):
    """`ratings/*.json`."""

    study: str
    packet: str
    rater: Annotated[str, Field(pattern=RATER_PATTERN)]
    ratings: dict[str, Answer]
