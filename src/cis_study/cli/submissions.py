"""The file a command is given: a submission in parts, a battle of a study, or a bare reply."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from types import NoneType
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, field_validator

from cis_study.battles.record import Status
from cis_study.errors import StudyError
from cis_study.provenance import canonical_json
from cis_study.scoring.collecting import evidence_of
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.logomesh.instruments import Recorded
from cis_study.scoring.submission import Submission, from_parts, parse_reply
from cis_study.scoring.unfought import unfought
from cis_study.tasks.hidden import HiddenSide, load_hidden_side
from cis_study.yamlfile import Section, Strict, validate

TASKS_DIR = Path("config/tasks")
_KEYS = "A submission has the keys task, source_code, test_code and rationale, all text."


class Parts(Strict):
    """A submission as JSON."""

    source_code: str
    test_code: str
    rationale: str
    task: str | None = None
    recorded: Recorded | None = None
    """For the LogoMesh instruments alone."""


class _Message(BaseModel):
    content: str


class _Request(BaseModel):
    messages: list[_Message]


class _Battle(BaseModel):
    """What evidence takes from a battle file; other keys are passed over."""

    protocol: Literal[1]
    model: str
    task: str
    replicate: int
    variant: int
    seed: int
    spec: str
    status: Status
    request: _Request
    reply: dict[str, Any] | None

    @field_validator("reply")
    @classmethod
    def _is_text(cls, reply: dict[str, Any] | None) -> dict[str, Any] | None:
        """Not declared as a text: those may hold lone surrogates here."""
        if reply is not None and not isinstance(reply.get("content"), (str, NoneType)):
            raise ValueError("its content is no text")
        return reply


class Loaded(NamedTuple):
    """A submission, the battle it belongs to (without a reply where none was fought), and its task."""

    submission: Submission
    battle: dict[str, Any]
    hidden: HiddenSide

    def evidence(self) -> Evidence:
        """Run it in the sandbox."""
        return evidence_of(self.submission, self.battle, self.hidden)


def read_text(file: str) -> str:
    """Content of a file, or of standard input for `-`.

    Raises:
        StudyError: it cannot be read, or is no UTF-8.
    """
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(file, error, "it cannot be read", "Name an existing text file, or `-`.") from error


def read_parts(file: str) -> Parts:
    """A submission in parts.

    Raises:
        StudyError: the file is no JSON, or lacks a key.
    """
    return _parts(file, _object(file, read_text(file)))


def load_parts(parts: Parts, task: str | None, tasks_dir: Path) -> Loaded:
    """A submission of `task`, or where that is None of the task it names.

    Raises:
        StudyError: there is no such task.
    """
    hidden = task_side(task or parts.task, tasks_dir)
    submission = from_parts(parts.source_code, parts.test_code, parts.rationale, hidden.task.exports)
    return Loaded(submission, unfought(hidden, canonical_json(parts.model_dump())), hidden)


def load_battle(file: str, task: str | None, tasks_dir: Path) -> Loaded:
    """A battle of a study, a submission in parts, or, where the task is given, a text that is the reply itself.

    Raises:
        StudyError: the file is none of these, or there is no such task.
    """
    text = read_text(file)
    if task is not None and not text.lstrip().startswith("{"):
        hidden = task_side(task, tasks_dir)
        return Loaded(parse_reply(text, hidden.task.exports), unfought(hidden, text), hidden)
    battle = _object(file, text)
    if "protocol" not in battle:
        return load_parts(_parts(file, battle), task, tasks_dir)
    _fit(_Battle, file, battle, "it is not a battle of protocol 1", "Name another file.")
    hidden = task_side(task or battle["task"], tasks_dir)
    content = (battle["reply"] or {}).get("content") or ""
    return Loaded(parse_reply(content, hidden.task.exports), battle, hidden)


@functools.cache
def task_side(name: str | None, tasks_dir: Path) -> HiddenSide:
    """The hidden side of a task.

    Raises:
        StudyError: there is no such task.
    """
    known = sorted(path.parent.name for path in tasks_dir.glob("*/task.yaml"))
    if name not in known:
        found = ", ".join(known) or f"none: {tasks_dir} holds no task, run this in the root of the repository"
        raise StudyError("task", name, "there is no such task", f"Known are {found}.")
    return load_hidden_side(tasks_dir / name)


def _object(file: str, text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StudyError(file, error, "it is no JSON", _KEYS) from error
    if not isinstance(content, dict):
        raise StudyError(file, type(content).__name__, "it is no JSON object", _KEYS)
    return content


def _parts(file: str, content: dict[str, Any]) -> Parts:
    return _fit(Parts, file, content, "it is no submission", _KEYS)


def _fit(schema: type[Section], file: str, content: dict[str, Any], why: str, fix: str) -> Section:
    try:
        return validate(schema, content, where=file)
    except StudyError as problem:
        raise StudyError(file, problem.value, why, fix) from problem
