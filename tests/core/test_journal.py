"""A finished battle survives: torn tails are cut, damage elsewhere is refused, two writers are kept apart."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.errors import StudyError
from cis_study.journal import Journal


def test_entries_come_back_and_the_last_of_a_key_counts(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.append({"a": {"v": 1}})
        journal.append({"a": {"v": 2}})
        journal.append({"b": {"text": "line\nbreak \u2028 \ud83d\ude00"}})
    with Journal(tmp_path / "j") as journal:
        assert journal.entries == {"a": {"v": 2}, "b": {"text": "line\nbreak \u2028 \ud83d\ude00"}}


@given(cut=st.integers(1, 60))
def test_a_torn_last_line_loses_only_itself(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "j"
    with Journal(path) as journal:
        journal.append({"a": {"v": 1}, "b": {"v": "x" * 40}})
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path) as journal:
        assert set(journal.entries) == {"a"}
        journal.append({"c": {"v": 3}})
    with Journal(path) as journal:
        assert set(journal.entries) == {"a", "c"}


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"key":"a","sha256":"0","record":{"v":1}}', b"\xff\xfe"])
def test_damage_before_the_end_stops_the_run_and_names_the_line(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "j"
    with Journal(path) as journal:
        for key in "abc":
            journal.append({key: {"v": key}})
    lines = path.read_bytes().split(b"\n")
    lines[1] = damage
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(StudyError, match="line 2"):
        Journal(path).__enter__()


def test_entries_written_together_wait_for_the_disk_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    with Journal(tmp_path / "j") as journal:
        monkeypatch.setattr(os, "fsync", waits.append)
        journal.append({str(n): {"v": n} for n in range(50)})
    assert len(waits) == 1


def test_two_writers_are_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "j"), pytest.raises(StudyError, match="another run"):
        Journal(tmp_path / "j").__enter__()


def test_a_full_disk_is_one_clear_error_and_keeps_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j"

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Journal(path) as journal:
        journal.append({"a": {"v": 1}})
        monkeypatch.setattr(os, "fsync", no_space)
        with pytest.raises(StudyError, match="No space left"):
            journal.append({"b": {"v": 2}})
        assert set(journal.entries) == {"a"}
        monkeypatch.undo()
    with Journal(path) as journal:
        assert journal.entries["a"] == {"v": 1}
