"""`cis-study score`: status, components, CIS and reasons of a submission."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cis_study.cli.outcomes import CIS, COMPONENTS, Outcome, of_evidence, of_record
from cis_study.cli.rows import Row, score_rows
from cis_study.cli.submissions import TASKS_DIR, load_parts, read_parts
from cis_study.cli.text import printable, show
from cis_study.config import Weights
from cis_study.errors import StudyError
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.logomesh.battles import is_battle_file, read_stored_battles
from cis_study.scoring.logomesh.instruments import INSTRUMENTS, Recorded


def main(arguments: Sequence[str]) -> int:
    """Score one submission, or every row of a LogoMesh file."""
    parser = argparse.ArgumentParser(
        prog="cis-study score",
        description="Score a submission in the sandbox; weights are 0.25 each.",
        epilog="The LogoMesh instruments run nothing: they need what LogoMesh recorded, as rows or under `recorded`.",
    )
    parser.add_argument(
        "file", help="JSON with task, source_code, test_code, rationale; `-`; battles.db; or .jsonl[.gz]"
    )
    parser.add_argument("--task", help="task of the submission, in place of the one it names")
    parser.add_argument("--instrument", choices=(CIS, *INSTRUMENTS), default=CIS)
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--tasks", type=Path, default=TASKS_DIR, help="folder of the tasks (%(default)s)")
    given = parser.parse_args(arguments)
    path = Path(given.file)
    if given.file != "-" and path.is_file() and is_battle_file(path):
        if given.task is not None:
            raise StudyError("--task", given.task, "the rows name their tasks", "Leave it out.")
        return _print_rows(_rows(path, given.instrument, given.tasks), given.instrument, given.json)
    parts = read_parts(given.file)
    if given.instrument == CIS:
        loaded = load_parts(parts, given.task, given.tasks)
        require_sandbox()
        outcome, notes = of_evidence(loaded.evidence(), Weights()), loaded.submission.notes
    else:
        outcome, notes = of_record(given.instrument, parts.recorded or Recorded()), ()
    if given.json:
        print(_json({**_fields(outcome, given.instrument), "notes": notes}))
        return 0
    show(f"status {outcome.status}")
    for name, value in (*outcome.components.items(), ("CIS", outcome.cis)):
        show(f"{name:<6} {_number(value)}")
    for line in (*outcome.reasons, *notes):
        show(line)
    return 0


def _rows(path: Path, instrument: str, tasks_dir: Path) -> Iterator[Row]:
    if instrument == CIS:
        yield from score_rows(path, tasks_dir)
        return
    for row in read_stored_battles(path):
        yield row if isinstance(row, StudyError) else (row, of_record(instrument, row.recorded))


def _print_rows(rows: Iterable[Row], instrument: str, as_json: bool) -> int:
    damaged = 0
    for row in rows:
        if isinstance(row, StudyError):
            damaged += 1
            print(printable(str(row)), file=sys.stderr)
            continue
        battle, outcome = row
        if as_json:
            place = {"row": battle.row, "task": battle.task, "published": battle.cis}
            print(_json({**place, **_fields(outcome, instrument)}), flush=True)
        else:
            numbers = " ".join(f"{name} {_number(outcome.components[name])}" for name in COMPONENTS)
            head = f"{battle.row:>5} {battle.task:<15} {outcome.status:<14} CIS {_number(outcome.cis)} {numbers}"
            print(printable("  ".join([head, *outcome.reasons])), flush=True)
    return 1 if damaged else 0


def _fields(outcome: Outcome, instrument: str) -> dict[str, object]:
    return {"instrument": instrument, **outcome._asdict()}


def _number(value: float | None) -> str:
    return "missing" if value is None else f"{value:.4f}"


def _json(fields: dict[str, object]) -> str:
    """ASCII, so that no character of a submission reaches the terminal."""
    return json.dumps(fields, sort_keys=True, allow_nan=False)
