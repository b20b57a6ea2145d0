"""The packet covers the range of CIS and tells a rater nothing about authors and scores."""

from __future__ import annotations

import json
import random
import runpy
import statistics
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_packet import AUTHORS, RUBRIC, fake_cis, fake_exhibit, fake_exhibits
from fake_scores import fake_design, fake_scores
from hypothesis import given
from hypothesis import strategies as st

from cis_study.config import Raters
from cis_study.errors import StudyError
from cis_study.judging.drawing import deal, draw_exhibits, stratum
from cis_study.judging.exhibit import slot_of
from cis_study.judging.packet import packet_files
from cis_study.judging.shown import shown, visible
from cis_study.provenance import canonical_json, sha256_text

ROOT = Path(__file__).parents[2]
UNSEEN = "\x00\x07\x1b\r\x7f\x85\u061c\u200b\u200e\u2028\u202a\u202e\u2066\u2069\ufeff\ud800\udfff\U000e0041"
"""Among them all that the Trojan Source attack reorders lines with."""


def form_data(form: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(form.split('id="data">')[1].split("</script>")[0])
    return data


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(0, 100))
def test_every_stratum_gives_as_many_items_as_the_others_unless_it_is_used_up(sizes: list[int], items: int) -> None:
    counts = deal(sizes, items)
    assert sum(counts) == min(items, sum(sizes))
    assert all(count <= size for count, size in zip(counts, sizes, strict=True))
    able = [count for count, size in zip(counts, sizes, strict=True) if count < size]
    assert not able or max(counts) - min(able) <= 1


@pytest.mark.parametrize(("cis", "expected"), [(0, 0), (0.1999, 0), (0.2, 1), (0.6, 3), (0.8, 4), (1, 4)])
def test_a_border_belongs_to_the_stratum_above_it(cis: float, expected: int) -> None:
    assert stratum(cis, 5) == expected
    assert stratum(0.29, 100) == 29


def test_strata_are_drawn_from_evenly_and_an_empty_one_is_said(caplog: pytest.LogCaptureFixture) -> None:
    exhibits = fake_exhibits()
    cis = {slot_of(one): (0.05, 0.3, 0.65, 0.95)[number % 4] for number, one in enumerate(exhibits)}
    drawn = draw_exhibits(exhibits, cis, Raters(), seed=7)
    levels = [cis[slot_of(one)] for one in drawn]
    assert [levels.count(level) for level in (0.05, 0.3, 0.65, 0.95)] == [7, 6, 6, 6]
    assert len({slot_of(one) for one in drawn}) == 25
    assert [r.message for r in caplog.records if r.levelname == "WARNING"] == [
        "CIS 0.4 to 0.6: no exhibit, its items go to the other strata in turn"
    ]


def test_controls_other_conditions_and_missing_battles_are_not_drawn() -> None:
    exhibits = fake_exhibits(replicates=2)
    cis = fake_cis(exhibits)
    unscored = exhibits[0]
    del cis[slot_of(unscored)]
    padded = fake_exhibit(AUTHORS[1], "alpha", 1, condition="padded")
    control = fake_exhibit("reference", "alpha", 1)
    drawn = draw_exhibits([*exhibits, padded, control], cis, Raters(items=100), seed=7)
    assert sorted(map(slot_of, drawn)) == sorted(map(slot_of, exhibits[1:]))
    with pytest.raises(StudyError, match="no plain exhibit"):
        draw_exhibits([unscored, control], cis, Raters(), seed=7)


def test_a_small_study_gives_a_small_packet_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    exhibits = fake_exhibits(replicates=1)
    assert len(draw_exhibits(exhibits, fake_cis(exhibits), Raters(), seed=7)) == 6
    assert "only 6 of 25 items: there are no more exhibits" in caplog.text


def test_the_order_of_the_input_changes_no_byte_and_the_seed_does() -> None:
    exhibits = fake_exhibits()
    cis = fake_cis(exhibits)
    shuffled = random.Random(3).sample(exhibits, len(exhibits))
    made = [
        packet_files("fake", draw_exhibits(given, cis, Raters(), seed), RUBRIC)
        for given, seed in ((exhibits, 7), (shuffled, 7), (exhibits, 8))
    ]
    assert made[0] == made[1]
    assert made[0].packet != made[2].packet


def test_the_number_of_an_item_tells_neither_author_nor_score() -> None:
    """Over many seeds, the correlation of the place of an item with its score and author is that of chance."""
    exhibits = fake_exhibits()
    cis = fake_cis(exhibits)
    with_score, with_author = [], []
    for seed in range(200):
        drawn = draw_exhibits(exhibits, cis, Raters(), seed)
        places = range(len(drawn))
        scores = [cis[slot_of(one)] for one in drawn]
        authors = [AUTHORS.index(one.author) for one in drawn]
        with_score.append(statistics.correlation(places, scores))
        with_author.append(statistics.correlation(places, authors))
    # The standard error of each mean is 1 / sqrt(24 * 200) = 0.014.
    assert abs(statistics.mean(with_score)) < 0.05
    assert abs(statistics.mean(with_author)) < 0.05


def test_nothing_that_is_sent_holds_an_author_or_anything_but_texts_and_numbers() -> None:
    exhibits = fake_exhibits()
    drawn = draw_exhibits(exhibits, fake_cis(exhibits), Raters(), seed=7)
    files = packet_files("fake", drawn, RUBRIC)
    for name, content in files._asdict().items():
        assert any(author in content for author in AUTHORS) == (name == "key"), name
    packet = json.loads(files.packet)
    assert set(packet) == {"study", "rubric", "items"}
    assert packet["items"] == [{"item": f"B{number:03d}", **shown(one)} for number, one in enumerate(drawn, start=1)]
    assert form_data(files.form) == {"packet": sha256_text(files.packet), **packet}


def test_the_key_names_every_item_and_the_packet_by_its_hash() -> None:
    drawn = [fake_exhibit(AUTHORS[0], "alpha", 1), fake_exhibit(AUTHORS[1], "beta", 2, tests=None)]
    files = packet_files("fake", drawn, RUBRIC)
    key, template = json.loads(files.key), json.loads(files.template)
    assert key["packet"] == template["packet"] == sha256_text(files.packet)
    assert {item: (it["author"], it["task"], it["replicate"]) for item, it in key["items"].items()} == {
        "B001": slot_of(drawn[0]),
        "B002": slot_of(drawn[1]),
    }
    assert template["ratings"]["B002"] == {**dict.fromkeys("RATL"), "approve": None, "reasoning": ""}
    assert key["packet"] in files.letter
    assert json.loads(files.packet)["items"][1]["tests"] is None


def test_the_letter_holds_the_whole_rubric() -> None:
    letter = packet_files("fake", [fake_exhibit(AUTHORS[0], "alpha", 1)], RUBRIC).letter
    for aspect in RUBRIC.aspects.values():
        for text in (aspect.name, aspect.question, *aspect.anchors):
            assert text in letter
    assert "(0, 0.25, 0.5, 0.75, 1)" in letter
    assert RUBRIC.introduction in letter
    assert RUBRIC.approval in letter


@given(st.text(st.one_of(st.characters(), st.sampled_from(UNSEEN))))
def test_no_text_can_hide_or_reorder_anything(text: str) -> None:
    assert not set(visible(text)) & set(UNSEEN)
    visible(text).encode("utf-8")


def test_what_can_be_seen_is_shown_as_it_is() -> None:
    text = "def f(x):\n\treturn 'ä\u00a0→ 你好 🙂' # <b>&amp;\n"
    assert visible(text) == text
    assert visible("a\u202eb\r\ud800") == "a\\u202eb\\r\\ud800"


def test_hostile_text_stays_in_the_data_of_the_form() -> None:
    attack = "</script><script>document.title='owned'</script><!-- {{ 7*7 }} \ud800 \u202e"
    form = packet_files("fake", [fake_exhibit(AUTHORS[0], "alpha", 1, source=attack)], RUBRIC).form
    assert form.count("<script") == form.count("</script") == 2
    assert "document.title" not in form.split('id="data">')[0]
    assert form_data(form)["items"][0]["source"] == attack.replace("\ud800", "\\ud800").replace("\u202e", "\\u202e")


def test_the_script_makes_a_packet_from_files(tmp_path: Path) -> None:
    design = fake_design(replicates=5)
    scores = fake_scores(design)
    scores.to_parquet(tmp_path / "scores.parquet")
    exhibits = [
        fake_exhibit(*slot) for slot in scores[["model", "task", "replicate"]].itertuples(index=False, name=None)
    ]
    lines = "".join(canonical_json(one.model_dump(mode="json")) + "\n" for one in exhibits)
    (tmp_path / "exhibits.jsonl").write_text(lines)

    names = {"packet": "p.json", "form": "f.html", "letter": "l.md", "template": "t.json", "key": "k.json"}
    snakemake = SimpleNamespace(
        input=SimpleNamespace(
            exhibits=str(tmp_path / "exhibits.jsonl"),
            scores=[str(tmp_path / "scores.parquet")],
            rubric=str(ROOT / "config/judging/rubric.yaml"),
        ),
        output={name: str(tmp_path / "made" / file) for name, file in names.items()},
        params=SimpleNamespace(design=design.model_dump(), raters={"items": 10, "strata": 5}, seed=1),
        log=[str(tmp_path / "log")],
    )
    runpy.run_path(str(ROOT / "scripts/rating_packet.py"), init_globals={"snakemake": snakemake})
    assert len(json.loads((tmp_path / "made/p.json").read_bytes())["items"]) == 10
    assert len(json.loads((tmp_path / "made/k.json").read_bytes())["items"]) == 10
