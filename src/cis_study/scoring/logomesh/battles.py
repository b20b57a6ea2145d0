"""Read the battles that LogoMesh stored: its SQLite database, or the same as JSON lines.

A damaged row is returned as the error it gives, in its place, so that one row never costs the others.
"""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.scoring.logomesh.rows import StoredBattle, from_line, from_row

_LINES = (".jsonl", ".jsonl.gz")
_COLUMNS = ("id", "battle_id", "score", "raw_result")
_SQLITE_MAGIC = b"SQLite format 3\0"


def is_battle_file(path: Path) -> bool:
    """Whether a file holds rows of battles: a SQLite database by its content, JSON lines by their name."""
    if path.name.endswith(_LINES):
        return True
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC


def read_stored_battles(path: Path) -> list[StoredBattle | StudyError]:
    """All rows in order; a row that is no battle of one of our tasks is the error that says so.

    Raises:
        StudyError: the file as a whole is not what its name or its first bytes say.
    """
    return list(_lines(path) if path.name.endswith(_LINES) else _database(path))


def _lines(path: Path) -> Iterator[StoredBattle | StudyError]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield from_line(f"{path}: line {number}", number, line)
    except (OSError, EOFError, zlib.error) as error:
        yield StudyError(f"{path}: after line {number}", error, "the file cannot be read further", "Copy it again.")


def _database(path: Path) -> Iterator[StoredBattle | StudyError]:
    """Rows of table `battles`, read from a copy: SQLite writes beside a database in WAL mode, even to read it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "battles.db"
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        connection = sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)
        try:
            yield from _rows(path, connection)
        finally:
            connection.close()


def _rows(path: Path, connection: sqlite3.Connection) -> Iterator[StoredBattle | StudyError]:
    connection.text_factory = bytes
    last: object = "the start"
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        # A view of this name could compute anything.
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'battles' AND type = 'table'").fetchone()
        if found is None:
            raise StudyError(path, "no table `battles`", "it is no LogoMesh database", "Name another file.")
        present = {column[1].decode() for column in connection.execute("PRAGMA table_info(battles)")}
        if absent := [name for name in _COLUMNS if name not in present]:
            lacking = f"no column {', '.join(absent)}"
            raise StudyError(path, lacking, "its table `battles` is not LogoMesh's", "Name another file.")
        for row, *values in connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM battles ORDER BY id"):
            yield from_row(f"{path}: row {row}", row, *values)
            last = f"row {row}"
    except sqlite3.Error as error:
        yield StudyError(f"{path}: after {last}", error, "the database is damaged", "Restore it from its original.")
