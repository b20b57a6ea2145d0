"""Outcomes of episodes as they were graded, from their tables."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cis_study.scoring.episodes import EpisodeOutcome
from cis_study.yamlfile import validate

Key = tuple[str, str, str, str, int]


def read_outcomes(paths: Iterable[Path]) -> dict[Key, EpisodeOutcome]:
    """Outcome by episode; an empty field is null.

    Raises:
        StudyError: a row does not fit the schema.
    """
    found = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                given = {name: value or None for name, value in row.items()}
                outcome = validate(EpisodeOutcome, given, str(path), "Delete it and run again.")
                found[episode_key(outcome.model_dump())] = outcome
    return found


def episode_key(episode: Mapping[str, Any]) -> Key:
    """What names an episode within a study."""
    return (
        episode["model"],
        episode["kind"],
        episode["tool_protocol"],
        episode["task"],
        episode["replicate"],
    )
