"""Read ratings, refuse what nobody of this study can have given, and average the repeats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cis_study.errors import StudyError
from cis_study.judging.rating import Rating
from cis_study.judging.rubric import ASPECTS
from cis_study.statistics.design import StudyDesign

EXHIBIT = ["author", "task", "replicate", "condition"]
INSTRUMENT, PANEL, RATERS = "CIS", "panel", "human raters"
"""Names beside those of single judges and human raters."""
RATED = (*ASPECTS, "overall")
"""What a rating says: the aspects and their mean."""
_KEY = ["kind", "rater", *EXHIBIT, "repeat"]


def load_ratings(path: Path, design: StudyDesign, controls: Sequence[str]) -> pd.DataFrame:
    """Read and check `ratings.csv`, the table of `rating_table`.

    Args:
        controls: authors besides the contestants.

    Returns:
        One row per rating, sorted, with the column `overall` added, the mean of the four aspects.

    Raises:
        StudyError: a column is absent, a rater or author is unknown, or a rating stands twice.
    """
    ratings = pd.read_csv(path, dtype={"rater": "str", "author": "str", "approve": "boolean"})
    if absent := sorted(set(Rating.model_fields) - set(ratings.columns)):
        raise StudyError(path, ", ".join(absent), "these columns are absent", "Make the file again.")
    judges = [judge.name for judge in design.judges]
    _refuse(path, ratings, (ratings["kind"] == "judge") & ~ratings["rater"].isin(judges), "rater", "no such judge")
    taken = (ratings["kind"] == "human") & ratings["rater"].isin([*judges, INSTRUMENT, PANEL, RATERS])
    _refuse(path, ratings, taken, "rater", "the name means somebody else")
    _refuse(path, ratings, ~ratings["author"].isin([*design.models, *controls]), "author", "no such author")
    _refuse(path, ratings, ratings.duplicated(_KEY), "repeat", "the rating stands twice")
    return ratings.assign(overall=ratings[list(ASPECTS)].mean(axis=1, skipna=False)).sort_values(
        _KEY, ignore_index=True
    )


def exhibit_means(ratings: pd.DataFrame) -> pd.DataFrame:
    """Mean over the repeats that were rated; index `EXHIBIT`, columns `RATED`; exhibits without any are left out.

    Args:
        ratings: of one rater.
    """
    rated = ratings[ratings["overall"].notna()]
    # Rounded, because equal means reached by different sums would count as different.
    return rated.groupby(EXHIBIT, sort=True)[list(RATED)].mean().round(9)


def missing_judgements(ratings: pd.DataFrame) -> pd.DataFrame:
    """One row per judge, author and task, controls included: `n_asked, n_missing, missing_share`."""
    judged = ratings[ratings["kind"] == "judge"]
    cells = judged["overall"].isna().groupby([judged["rater"], judged["author"], judged["task"]], sort=True)
    table = cells.agg(n_asked="size", n_missing="sum", missing_share="mean").reset_index()
    return table.rename(columns={"rater": "judge"})


def _refuse(path: Path, ratings: pd.DataFrame, wrong: pd.Series[bool], column: str, why: str) -> None:
    if wrong.any():
        row = ratings[wrong].iloc[0]
        where = f"{path}: {column} of {row['rater']} on {row['author']}/{row['task']}/{row['replicate']}"
        raise StudyError(where, row[column], f"{why} ({int(wrong.sum())} such rows)", "Make the file again.")
