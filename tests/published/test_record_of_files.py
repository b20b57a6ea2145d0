"""A study that is rebuilt is compared with its record and with what lies here, value by value."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from cis_study.errors import StudyError
from cis_study.published.differences import ABSENT, WHOLE, Difference, csv_text, terminal_text
from cis_study.published.record import against_record, against_results, make_record, read_record, write_record
from cis_study.published.sums import RECORD, SUMS, is_recorded
from cis_study.published.values import values_of

SCORES = pd.DataFrame({"study": "s", "model": ["m", "m"], "task": ["a", "b"], "replicate": [1, 1], "CIS": [0.25, 0.5]})


@pytest.fixture
def rebuilt(tmp_path: Path) -> Path:
    """A repository that holds one small study."""
    study = tmp_path / "rebuilt/results/s"
    for folder in ("paper", "tables", "statistics", "scores", "figures", "logs", "notebooks"):
        (study / folder).mkdir(parents=True)
    (study / "manifest.json").write_text('{"study": {"seed": 1}}')
    (study / "paper/numbers.json").write_text('{"cis": "0.31", "hashes": [{"file": "x", "sha256": "ab"}]}')
    (study / "tables/models.csv").write_text("Model,CIS,95% CI\nSmall,0.31,[0.2 0.4]\n")
    (study / "statistics/models.csv").write_text("model,CIS\nsmall,0.312345\n")
    (study / "figures/cis.svg").write_text("<svg/>")
    (study / "logs/paper.log").write_text("12:00\n")
    (study / "notebooks/explore.ipynb").write_text("{}")
    SCORES.to_parquet(study / "scores/m.parquet")
    return tmp_path / "rebuilt"


@pytest.fixture
def own(rebuilt: Path) -> Path:
    """The same files as somebody has them."""
    return Path(shutil.copytree(rebuilt, rebuilt.with_name("own")))


def test_the_record_is_read_back_and_is_what_sha256sum_checks(rebuilt: Path, own: Path) -> None:
    record = make_record(rebuilt, "s")
    cache = own / "results/cached/s"
    write_record(record, cache)
    assert read_record(cache) == record
    assert is_recorded(cache, "results/s/figures/cis.svg")
    assert not any("logs" in name or name.endswith(".ipynb") for name in record.sums)
    check = ["sha256sum", "--check", "--quiet", str(cache / RECORD / SUMS)]
    assert subprocess.run(check, cwd=own, check=False).returncode == 0
    (own / "results/s/figures/cis.svg").write_text("<svg />")
    assert subprocess.run(check, cwd=own, check=False, capture_output=True).returncode == 1


def test_nothing_differs_from_itself(rebuilt: Path, own: Path) -> None:
    record = make_record(rebuilt, "s")
    assert against_record(record, record) == []
    assert against_results(own, rebuilt, record) == []
    assert csv_text([]) == "where,file,key,published,recomputed\n"


@pytest.mark.parametrize(
    ("file", "text", "key", "published", "recomputed"),
    [
        ("paper/numbers.json", '{"cis": "0.32", "hashes": [{"file": "x", "sha256": "ab"}]}', "cis", "0.32", "0.31"),
        ("tables/models.csv", "Model,CIS,95% CI\nSmall,0.31,[0.2 1]\n", "1 (Small): 95% CI", "[0.2 1]", "[0.2 0.4]"),
        ("manifest.json", '{"study": {"seed": 2}}', "study.seed", "2", "1"),
        ("tables/models.tex", "one more", WHOLE, None, ABSENT),
    ],
)
def test_a_recorded_value_that_is_another_now_is_named(
    rebuilt: Path, own: Path, file: str, text: str, key: str, published: str | None, recomputed: str
) -> None:
    (own / "results/s" / file).write_text(text)
    record = make_record(own, "s")
    expected = Difference("record", f"results/s/{file}", key, published or record.sums[f"results/s/{file}"], recomputed)
    assert against_record(record, make_record(rebuilt, "s")) == [expected]


def test_a_recorded_figure_that_is_another_now_is_named(rebuilt: Path, own: Path) -> None:
    (own / "results/s/figures/cis.svg").write_text("<svg />")
    record, again = make_record(own, "s"), make_record(rebuilt, "s")
    name = "results/s/figures/cis.svg"
    assert against_record(record, again) == [Difference("record", name, WHOLE, record.sums[name], again.sums[name])]


def test_a_hash_and_the_values_of_a_record_must_both_be_right(rebuilt: Path) -> None:
    record = make_record(rebuilt, "s")
    name = "results/s/paper/numbers.json"
    forged = record._replace(values={**record.values, name: {**record.values[name], "cis": "0.99"}})
    assert against_record(forged, record) == [Difference("record", name, "cis", "0.99", "0.31")]
    forged = record._replace(sums={**record.sums, name: "0" * 64})
    assert against_record(forged, record) == [Difference("record", name, WHOLE, "0" * 64, record.sums[name])]


def test_one_score_of_ones_own_results_is_named(rebuilt: Path, own: Path) -> None:
    SCORES.assign(CIS=[0.25, 0.75]).to_parquet(own / "results/s/scores/m.parquet")
    (own / "results/s/tables/models.csv").unlink()
    (own / "results/s/extra.txt").write_text("of no concern")
    assert against_results(own, rebuilt, make_record(rebuilt, "s")) == [
        Difference("results", "results/s/scores/m.parquet", "2 (m/b/1): CIS", "0.75", "0.5")
    ]


def test_a_file_that_cannot_be_read_any_more_is_named_as_a_whole(rebuilt: Path, own: Path) -> None:
    (own / "results/s/paper/numbers.json").write_text('{"cis": ')
    (row,) = against_results(own, rebuilt, make_record(rebuilt, "s"))
    assert (row.file, row.key) == ("results/s/paper/numbers.json", WHOLE)


def test_without_a_record_it_says_which_command_makes_one(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"results/cached/s/published: missing: .*snakemake .*study=s .*record"):
        read_record(tmp_path / "results/cached/s")


def test_columns_of_one_name_and_lines_are_told_apart(tmp_path: Path) -> None:
    table, lines = tmp_path / "t.csv", tmp_path / "e.jsonl"
    table.write_text("Task,CIS,CIS\nLRU,1,2\n")
    lines.write_text('{"model": "m", "task": "t", "replicate": 3, "of": "x"}\n{"of": {}}\n')
    assert values_of(table) == {"1 (LRU): Task": "LRU", "1 (LRU): CIS [2]": "1", "1 (LRU): CIS [3]": "2"}
    found = values_of(lines)
    assert found is not None
    assert (found["1 (m/t/3): of"], found["2: of"]) == ("x", "{}")
    table.write_text("Task,CIS\nLRU\n")
    assert values_of(table) is None


def test_the_terminal_shows_values_as_they_are_and_counts_the_rest() -> None:
    row = Difference("record", "results/s/tables/t.csv", "1 (a): [bold]", "[0.1, 0.2]", "f" * 64)
    text = terminal_text([row] * 33, width=100)
    assert max(map(len, text.splitlines())) <= 100
    assert "[bold]" in text
    assert "[0.1, 0.2]" in text
    assert "ffffffffffff…" in text
    assert text.endswith("and 3 more\n")
    assert "f" * 64 in csv_text([row])
