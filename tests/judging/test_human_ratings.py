"""What raters send back is read as they meant it, or refused with the reason."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_packet import AUTHORS, RUBRIC, fake_exhibit

from cis_study.errors import StudyError
from cis_study.judging.exhibit import Exhibit
from cis_study.judging.human import read_human_ratings
from cis_study.judging.packet import PacketFiles, packet_files
from cis_study.judging.rating import Rating

EXHIBITS = [fake_exhibit(AUTHORS[0], "alpha", 3), fake_exhibit(AUTHORS[1], "beta", 1), fake_exhibit(AUTHORS[2], "a", 2)]
FILES = packet_files("fake", EXHIBITS, RUBRIC)
FULL = {"R": 0, "A": 0.25, "T": 0.5, "L": 1, "approve": False}


def filled(files: PacketFiles = FILES, **changes: Any) -> dict[str, Any]:
    """The template, filled in by hand."""
    answers = {item: FULL for item in json.loads(files.template)["ratings"]}
    return {**json.loads(files.template), "rater": "ann", "ratings": answers} | changes


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Rating]]:
    """Read some files, each given as JSON value or text."""

    def reading(*sent: Any, keys: tuple[str, ...] = (FILES.key,), exhibits: list[Exhibit] = EXHIBITS) -> list[Rating]:
        places = []
        for kind, contents in (("key", keys), ("sent", sent)):
            for number, content in enumerate(contents, start=1):
                path = tmp_path / f"{kind}{number}.json"
                path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
                places.append(path)
        return read_human_ratings(places[len(keys) :], places[: len(keys)], exhibits, "fake")

    return reading


def test_a_file_becomes_ratings_of_the_submissions_behind_the_items(read: Callable[..., list[Rating]]) -> None:
    ratings = read(filled(), filled(rater="bob"))
    assert [rating.rater for rating in ratings] == ["ann"] * 3 + ["bob"] * 3
    assert [(rating.author, rating.task, rating.replicate) for rating in ratings[:3]] == [
        (one.author, one.task, one.replicate) for one in EXHIBITS
    ]
    first = ratings[0]
    assert (first.kind, first.condition, first.repeat, first.status) == ("human", "plain", 1, "rated")
    assert (first.R, first.A, first.T, first.L, first.approve) == (0, 0.25, 0.5, 1, False)
    assert first.quotes_found is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({**FULL, "T": None, "approve": None}, "B002 (T, approve)"),
        ({name: value for name, value in FULL.items() if name != "R"}, "B002 (R)"),
        ({"reasoning": "I cannot tell."}, "B002 (R, A, T, L, approve)"),
        (None, "B002 (R, A, T, L, approve)"),
    ],
)
def test_an_item_without_an_answer_is_no_rating_and_is_said(
    read: Callable[..., list[Rating]], answer: dict[str, Any] | None, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    ratings = {item: FULL for item in ("B001", "B003")} | ({} if answer is None else {"B002": answer})
    assert [rating.author for rating in read(filled(ratings=ratings))] == [AUTHORS[0], AUTHORS[2]]
    assert f"sent1.json: 1 of 3 items lack an answer and do not count: {said}" in caplog.text


def test_nothing_is_said_where_nothing_is_missing(
    read: Callable[..., list[Rating]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert len(read(filled())) == 3
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        (filled(ratings={"B001": FULL, "B004": FULL}), r"ratings: B004: the packet has no such item, B003 is its last"),
        (
            filled(ratings={"B001": {**FULL, "T": 0.6}}),
            r"ratings\.B001\.T: 0\.6: the scale is 0, 0\.25, 0\.5, 0\.75, 1",
        ),
        (filled(ratings={"B001": {**FULL, "T": 75}}), r"ratings\.B001\.T: 75\.0: the scale is"),
        (filled(ratings={"B001": {"T": -1}}), r"ratings\.B001\.T: -1\.0: the scale is"),
        (json.dumps(filled(ratings={"B001": {**FULL, "T": float("nan")}})), r"ratings\.B001\.T: nan: the scale is"),
        (filled(ratings={"B001": {**FULL, "T": True}}), r"ratings\.B001\.T = True: Input should be a valid number"),
        (filled(ratings={"B001": {**FULL, "T": "0.5"}}), r"ratings\.B001\.T = '0\.5': Input should be a valid number"),
        (filled(ratings={"B001": {**FULL, "approve": 1}}), r"ratings\.B001\.approve = 1: Input should be a valid bool"),
        (filled(ratings={"B001": {**FULL, "t": 1}}), r"ratings\.B001\.t = 1: Extra inputs are not permitted"),
        (filled(packet="0" * 64), r"packet: 0{64}: there is no key of this packet of the study fake"),
        (filled(rater=""), r"rater = '': String should match pattern"),
        (filled(rater="ann, bob"), r"rater = 'ann, bob': String should match pattern"),
        (FILES.template, r"rater = '': .*ratings/README\.md"),
        ('{"study": "fake",\n "rater": "ann"\n "packet": ""}', r"line 3 column 2.*it cannot be read as JSON"),
        ('{"R": 0.5, "R": 1}', r"twice in one object: R: it cannot be read as JSON"),
        ("[]", r"list: a JSON object is expected"),
        ("", r"it cannot be read as JSON"),
    ],
)
def test_a_fault_is_named_with_file_and_value(
    read: Callable[..., list[Rating]], sent: dict[str, Any] | str, complaint: str
) -> None:
    with pytest.raises(StudyError, match=rf"sent1\.json.*{complaint}"):
        read(sent)


def test_a_rater_counts_once(read: Callable[..., list[Rating]]) -> None:
    with pytest.raises(StudyError, match=r"sent2\.json: rater: Ann: .*sent1\.json is of the same rater"):
        read(filled(), filled(rater="Ann"))


def test_ratings_of_another_study_are_passed_over_and_that_is_said(
    read: Callable[..., list[Rating]], caplog: pytest.LogCaptureFixture
) -> None:
    other = filled(packet_files("other", EXHIBITS, RUBRIC))
    assert [rating.rater for rating in read(other, filled(rater="bob"))] == ["bob"] * 3
    assert "sent1.json: passed over, it rates the study other" in caplog.text
    with pytest.raises(StudyError, match="there is no key of this packet of the study fake"):
        read({**other, "study": "fake"}, keys=(FILES.key, packet_files("other", EXHIBITS, RUBRIC).key))


def test_a_packet_drawn_anew_does_not_void_what_was_sent_back(read: Callable[..., list[Rating]]) -> None:
    """A rescoring draws other items; the kept key still says what the old ones are."""
    redrawn = packet_files("fake", EXHIBITS[::-1], RUBRIC)
    with pytest.raises(StudyError, match=r"ratings/keys/"):
        read(filled(), keys=(redrawn.key,))
    ratings = read(filled(), filled(redrawn, rater="bob"), keys=(redrawn.key, FILES.key))
    assert [rating.author for rating in ratings] == [*AUTHORS, *AUTHORS[::-1]]


def test_a_rating_holds_only_for_the_text_that_was_rated(read: Callable[..., list[Rating]]) -> None:
    fought_again = EXHIBITS[1].model_copy(update={"source": "pass"})
    for exhibits in ([EXHIBITS[0], fought_again, EXHIBITS[2]], [EXHIBITS[0], EXHIBITS[2]]):
        with pytest.raises(StudyError, match=rf"B002: {AUTHORS[1]}/beta/1: the study no longer holds"):
            read(filled(), exhibits=exhibits)
        assert len(read(filled(ratings={"B001": FULL}), exhibits=exhibits)) == 1


def test_a_byte_order_mark_is_no_fault(read: Callable[..., list[Rating]]) -> None:
    assert len(read("\ufeff" + json.dumps(filled()))) == 3
