"""Append-only, fsynced record of finished battles: what survives a killed job.

Snakemake deletes the outputs of a failed job, so the journal is no declared output. One JSON line per
entry, `{"key", "record", "sha256"}`. A line torn by a crash or a full disk can only be the last one; it is
cut off when the journal is opened again. Damage anywhere else stops the run.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from cis_study.errors import StudyError
from cis_study.provenance import canonical_json, sha256_text, utf8


class Journal:
    """One writer at a time; `entries` maps key to record, the last entry of a key counts.

    Raises:
        StudyError: on opening, where another process holds the journal or a line before the last is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Journal:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: what a full disk refused is not tried again on closing.
        self._stream = self.path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._stream.close()
            raise StudyError(
                self.path, "locked", "another run is writing to this journal", "Wait for it, or stop it."
            ) from error
        self._load()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def _load(self) -> None:
        self._stream.seek(0)
        lines = self._stream.read().split(b"\n")
        torn = lines.pop()
        good_bytes = 0
        for number, line in enumerate(lines, start=1):
            entry = _parse(line)
            if entry is None:
                raise StudyError(
                    f"{self.path}: line {number}",
                    line[:60].decode(errors="replace"),
                    "the line is damaged and is not the last one",
                    "Remove this line only; its battle is then generated again.",
                )
            self.entries[entry["key"]] = entry["record"]
            good_bytes += len(line) + 1
        if torn:
            self._stream.truncate(good_bytes)

    def append(self, records: Mapping[str, dict[str, Any]]) -> None:
        """Write entries by key and wait, once for all of them, until they are on disk.

        Raises:
            StudyError: the disk is full or gone; entries written before are safe.
        """
        rest = memoryview(b"".join(_line(key, record) for key, record in records.items()))
        try:
            while rest:
                rest = rest[self._stream.write(rest) :]
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise StudyError(
                self.path, error, "the journal cannot be written", "Free space on the disk and run again."
            ) from error
        self.entries.update(records)


def _line(key: str, record: dict[str, Any]) -> bytes:
    text = canonical_json(record)
    return utf8(f'{{"key":{canonical_json(key)},"record":{text},"sha256":"{sha256_text(text)}"}}\n')


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        intact = entry["sha256"] == sha256_text(canonical_json(entry["record"]))
    except (ValueError, KeyError, TypeError):
        return None
    return entry if intact else None
