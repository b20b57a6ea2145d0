"""Ratings: what judges and human raters said of exhibits, one row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from cis_study.judging.rubric import ASPECTS
from cis_study.yamlfile import Strict

if TYPE_CHECKING:
    import pandas as pd

Condition = Literal["plain", "padded", "reordered", "instructed"]
"""How an exhibit is shown: as it is; with a rationale of many more words that say nothing more; with its parts in
another order; with orders to the judge hidden in it. All but `plain` are made of controls alone."""

Point = Annotated[float, Field(ge=0, le=1)]


class Rating(Strict):
    """What one rater said of one exhibit, once. The scores of a failed judgement are None, never a number."""

    rater: str
    """Registry name of a judge, or the id of a human rater."""
    kind: Literal["judge", "human"]
    author: str
    """Contestant or control; raters are not told."""
    task: str
    replicate: int
    condition: Condition = "plain"
    repeat: Annotated[int, Field(ge=1)] = 1
    status: Literal["rated", "judge_failure"]
    R: Point | None
    A: Point | None
    T: Point | None
    L: Point | None
    approve: bool | None
    quotes_found: Annotated[int, Field(ge=0, le=4)] | None = None
    """Aspects whose quoted evidence stands in the exhibit; None where none was asked for."""

    @model_validator(mode="after")
    def _missing_is_missing(self) -> Rating:
        said = [getattr(self, aspect) is not None for aspect in ASPECTS] + [self.approve is not None]
        if set(said) != {self.status == "rated"}:
            raise ValueError("a rating has all scores, a failed judgement none")
        return self


def rating_table(ratings: Iterable[Rating]) -> pd.DataFrame:
    """One row per rating, sorted by rater, author, task, replicate, condition and repeat; columns are the fields."""
    # Here, because the workflow imports this module whenever it reads its rules, for every job anew.
    import pandas as pd

    key = ["kind", "rater", "author", "task", "replicate", "condition", "repeat"]
    rows = [rating.model_dump() for rating in ratings]
    table = pd.DataFrame(rows, columns=list(Rating.model_fields)).sort_values(key, ignore_index=True)
    types = {aspect: "float64" for aspect in ASPECTS} | {"approve": "boolean", "quotes_found": "Int64"}
    return table.astype(types)
