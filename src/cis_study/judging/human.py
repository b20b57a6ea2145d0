"""Read what human raters sent back."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.judging.exhibit import Exhibit, Slot, slot_of
from cis_study.judging.json_file import read_json_file
from cis_study.judging.rating import Rating
from cis_study.judging.rating_file import Answer, RatingFile
from cis_study.judging.rating_key import RatingKey, read_keys
from cis_study.judging.rubric import ASPECTS
from cis_study.judging.shown import fingerprint

logger = logging.getLogger(__name__)


def read_human_ratings(
    paths: Iterable[Path], key_paths: Iterable[Path], exhibits: Iterable[Exhibit], study: str
) -> list[Rating]:
    """Ratings of all items that a rater has answered in full, in the order of the paths and items.

    An item with a missing answer is no rating: the log counts them and names the questions. Files of other studies
    are passed over, and the log says so.

    Args:
        key_paths: keys of the packets that were sent.
        exhibits: of the study; a rated one must still read as it did.

    Raises:
        StudyError: a file is unreadable, of a packet of which there is no key, or of a rater who has sent another;
            an item is unknown or its text has changed; a score is off the scale.
    """
    keys = read_keys(key_paths)
    current = {slot_of(exhibit): exhibit for exhibit in exhibits if exhibit.condition == "plain"}
    ratings: list[Rating] = []
    sent: dict[str, Path] = {}
    for path in paths:
        answers = read_json_file(path, RatingFile, fix="ratings/README.md says how such a file looks.")
        if answers.study != study:
            logger.warning("%s: passed over, it rates the study %s", path, answers.study)
            continue
        if (first := sent.setdefault(answers.rater.casefold(), path)) != path:
            raise StudyError(f"{path}: rater", answers.rater, f"{first} is of the same rater", "Keep one of them.")
        ratings += _ratings(path, answers, _key(path, answers, keys), current)
    return ratings


def _key(path: Path, answers: RatingFile, keys: Mapping[str, RatingKey]) -> RatingKey:
    key = keys.get(answers.packet)
    if key is None or key.study != answers.study:
        raise StudyError(
            f"{path}: packet",
            answers.packet,
            f"there is no key of this packet of the study {answers.study}: the packet has changed since it was sent",
            "Put the key that belongs to it into ratings/keys/.",
        )
    return key


def _ratings(path: Path, answers: RatingFile, key: RatingKey, current: Mapping[Slot, Exhibit]) -> list[Rating]:
    if unknown := sorted(set(answers.ratings) - set(key.items)):
        last = max(key.items)
        raise StudyError(f"{path}: ratings", ", ".join(unknown), f"the packet has no such item, {last} is its last",
                         "Correct the name of the item.")  # fmt: skip
    ratings, incomplete = [], []
    for item in key.items:
        answer = answers.ratings.get(item, Answer())
        _require_on_scale(f"{path}: ratings.{item}", answer, key.scale)
        if answer.missing:
            incomplete.append(f"{item} ({', '.join(answer.missing)})")
        else:
            _require_unchanged(path, item, key, current)
            ratings.append(_rating(answers.rater, key, item, answer))
    if incomplete:
        logger.warning("%s: %d of %d items lack an answer and do not count: %s", path, len(incomplete), len(key.items),
                       "; ".join(incomplete))  # fmt: skip
    return ratings


def _require_on_scale(where: str, answer: Answer, scale: list[float]) -> None:
    for aspect in ASPECTS:
        value = getattr(answer, aspect)
        if value is not None and value not in scale:
            points = ", ".join(f"{point:g}" for point in scale)
            raise StudyError(f"{where}.{aspect}", value, f"the scale is {points}", "Ask the rater which is meant.")


def _require_unchanged(path: Path, item: str, key: RatingKey, current: Mapping[Slot, Exhibit]) -> None:
    rated = key.items[item]
    exhibit = current.get((rated.author, rated.task, rated.replicate))
    if exhibit is None or fingerprint(exhibit) != rated.shown:
        raise StudyError(
            f"{path}: ratings.{item}",
            f"{rated.author}/{rated.task}/{rated.replicate}",
            "the study no longer holds the submission that was rated",
            "Restore the battles that the packet was drawn from, or move the file out of ratings/.",
        )


def _rating(rater: str, key: RatingKey, item: str, answer: Answer) -> Rating:
    rated = key.items[item]
    return Rating(
        rater=rater,
        kind="human",
        author=rated.author,
        task=rated.task,
        replicate=rated.replicate,
        status="rated",
        **answer.model_dump(exclude={"reasoning"}),
    )
