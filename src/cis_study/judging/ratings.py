"""Ratings of the judges from their judgement files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cis_study.judging.exhibit import Exhibit
from cis_study.judging.rating import Rating
from cis_study.judging.reading import quotes_found
from cis_study.judging.rubric import ASPECTS
from cis_study.judging.showing import Place, place


def read_judgements(paths: Iterable[Path], exhibits: Iterable[Exhibit]) -> list[Rating]:
    """One rating per judgement. One that the infrastructure lost is missing like one that failed.

    Args:
        exhibits: that were judged.
    """
    shown = {place(exhibit): exhibit for exhibit in exhibits}
    files = [json.loads(path.read_bytes()) for path in paths]
    return [_rating(judgement, shown) for content in files for judgement in content["judgements"]]


def _rating(judgement: Mapping[str, Any], shown: Mapping[Place, Exhibit]) -> Rating:
    where, said = Place(**{key: judgement[key] for key in Place._fields}), judgement["said"]
    scores = said["scores"] if said else dict.fromkeys(ASPECTS)
    return Rating(
        rater=judgement["model"],
        kind="judge",
        **where._asdict(),
        repeat=judgement["repeat"],
        status="rated" if said else "judge_failure",
        **scores,
        approve=said["approve"] if said else None,
        quotes_found=quotes_found(said["evidence"], shown[where]) if said else None,
    )
