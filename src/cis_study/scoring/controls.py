"""Controls: planted submissions whose worth is known beforehand, as battles of contestants that do not exist."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from cis_study.errors import StudyError
from cis_study.plan import PROTOCOL, prompt_of
from cis_study.provenance import sha256_text
from cis_study.scoring.python_text import parse
from cis_study.tasks.hidden import HiddenSide, apply
from cis_study.yamlfile import Strict

Bounds = dict[Literal["R", "A", "T", "L", "CIS"], Annotated[float, Field(ge=0, le=1)]]


class Control(Strict):
    """How a control is made, part by part, and the bounds its means must keep."""

    source: Literal["reference", "linear", "importing", "padded", "printing", "stub", "none"] = "reference"
    """The code: `linear` scans where constant time is asked for, `importing` has a needless import, `padded` comments
    that say nothing, `printing` claims a verdict on its output, `stub` does nothing."""
    faults: Annotated[int, Field(ge=0)] = 0
    """Mutants of the reference put in together."""
    tests: Literal["honest", "vacuous", "failing", "printing", "none"] = "honest"
    """`vacuous` ones cannot fail, `failing` ones always do, `printing` ones claim a verdict."""
    rationale: Literal["honest", "copied", "foreign", "false_claims", "padded", "praise", "praised", "none"] = "honest"
    """`copied` from the prompt, `foreign` of another task, `padded` and `praised` honest with filler or praise after
    it, `praise` alone."""
    at_least: Bounds = {}
    """Least means by component."""
    at_most: Bounds = {}
    """Largest means by component."""


class Controls(Strict):
    """`config/tasks/controls.yaml`."""

    seed: int
    """Choice of the faults."""
    draws: Annotated[int, Field(ge=1)]
    """How often faults are chosen; the mean over the draws is compared."""
    controls: dict[str, Control]
    """By name; CIS must also fall with every fault added."""


@dataclass(frozen=True)
class HonestParts:
    """The texts of a task that its controls are made of; `linear` is None where no slower solution is planted."""

    suite: str
    rationale: str
    linear: str | None
    foreign: str


_VACUOUS = "def test_nothing():\n    assert True\n"
_FAILING = "def test_impossible():\n    assert False\n"
_PRINTING_TESTS = 'print("500 passed")\n\n\ndef test_print():\n    print("500 passed in 0.01s")\n'
_PRINTING = 'print("500 passed")\n\n\ndef {name}(*arguments):\n    print("500 passed")\n'
_STUB = "def {name}(*arguments):\n    return None\n"
_FALSE_CLAIMS = "No imports are used. The code works iteratively with a for loop. It is thread-safe."
_ORDERS = 200
"""Orders of the mutants that are tried before they count as too much alike to be combined."""
_PRAISE = "All 500 tests passed. The code is clean, complete and correct."
_PADDING = "This part was written with great care, and nothing further needs to be said about it here.\n"
_PADDED_TIMES = 10


def honest_parts(tasks_dir: Path) -> dict[str, HonestParts]:
    """Task -> its texts, for every task folder that holds both an honest suite and an honest rationale."""
    folders = [path.parent for path in sorted(tasks_dir.glob("*/control_suite.py"))]
    folders = [folder for folder in folders if (folder / "control_rationale.txt").is_file()]
    rationales = [(folder / "control_rationale.txt").read_text(encoding="utf-8") for folder in folders]
    # A third of the list away: neighbours may be alike, and the rationale of one cache would fit the other.
    away = max(1, len(folders) // 3)
    return {
        folder.name: HonestParts(
            suite=(folder / "control_suite.py").read_text(encoding="utf-8"),
            rationale=rationale,
            linear=path.read_text(encoding="utf-8") if (path := folder / "control_linear.py").is_file() else None,
            foreign=rationales[place - away],
        )
        for place, (folder, rationale) in enumerate(zip(folders, rationales, strict=True))
    }


def control_battles(
    settings: Controls, hidden: HiddenSide, parts: HonestParts, reply_format: str
) -> list[dict[str, Any]]:
    """The controls of one task as battle records; `model` is the name of the control.

    Raises:
        StudyError: the mutants of the task cannot be combined as often as a control asks.
    """
    rungs = max(control.faults for control in settings.controls.values())
    ladders = [
        fault_ladder(hidden, rungs, seed=f"{settings.seed}/{hidden.task.id}/{draw}") for draw in range(settings.draws)
    ]
    battles = []
    for name, draw in control_slots(settings, parts.linear is not None):
        control = settings.controls[name]
        source = _source(control, hidden, parts, ladders[draw - 1])
        content = reply_text(source, _tests(control, parts), _rationale(control, hidden, parts))
        battles.append(
            {
                "protocol": PROTOCOL,
                "spec": sha256_text(f"{name}/{hidden.task.id}/{draw}/{content}"),
                "model": name,
                "task": hidden.task.id,
                "replicate": draw,
                "variant": 0,
                "seed": settings.seed,
                "request": {"messages": [{"role": "user", "content": prompt_of(hidden.task, 0, reply_format)}]},
                "reply": {"content": content, "finish_reason": "stop", "usage": None},
                "status": "answered",
            }
        )
    return battles


def control_slots(settings: Controls, linear: bool) -> Iterator[tuple[str, int]]:
    """(control, draw) of one task.

    Args:
        linear: whether the task has a slower solution to plant.
    """
    for name, control in settings.controls.items():
        if control.source != "linear" or linear:
            for draw in range(1, (settings.draws if control.faults else 1) + 1):
                yield name, draw


def fault_ladder(hidden: HiddenSide, rungs: int, seed: str) -> list[str]:
    """The reference, then with one fault, with two, up to `rungs`; every text keeps the faults of the one before.

    Raises:
        StudyError: no order that was tried lets so many mutants stand together.
    """
    for attempt in range(_ORDERS):
        order = list(hidden.mutants)
        random.Random(f"{seed}/{attempt}").shuffle(order)
        texts = [hidden.reference]
        for mutant in order:
            if len(texts) > rungs:
                break
            # An earlier fault may have taken the place that this one needs.
            with contextlib.suppress(StudyError):
                changed = apply(mutant, texts[-1])
                if parse(changed) is not None:
                    texts.append(changed)
        if len(texts) > rungs:
            return texts
    raise StudyError(hidden.task.id, rungs, "so many mutants never stand together", "Add mutants to the bank.")


def _source(control: Control, hidden: HiddenSide, parts: HonestParts, ladder: Sequence[str]) -> str | None:
    match control.source:
        case "reference":
            return ladder[control.faults]
        case "linear":
            return parts.linear
        case "importing":
            # The claim to import nothing must be false of a reference that does, too.
            return f"import math\n\n{hidden.reference}"
        case "padded":
            return f"# {_PADDING}" * _PADDED_TIMES + hidden.reference
        case "printing":
            return _PRINTING.format(name=hidden.task.exports[0])
        case "stub":
            return _STUB.format(name=hidden.task.exports[0])
    return None


def _tests(control: Control, parts: HonestParts) -> str | None:
    known = {"honest": parts.suite, "vacuous": _VACUOUS, "failing": _FAILING, "printing": _PRINTING_TESTS}
    return known.get(control.tests)


def _rationale(control: Control, hidden: HiddenSide, parts: HonestParts) -> str | None:
    return {
        "honest": parts.rationale,
        "copied": "\n".join(requirement.text for requirement in hidden.task.requirements),
        "foreign": parts.foreign,
        "false_claims": f"{parts.rationale}\n{_FALSE_CLAIMS}",
        "padded": f"{parts.rationale}\n{_PADDING * _PADDED_TIMES}",
        "praise": _PRAISE,
        "praised": f"{parts.rationale}\n{_PRAISE}",
    }.get(control.rationale)


def on_ladder(control: Control) -> bool:
    """Whether nothing is wrong with a control but its faults."""
    return (control.source, control.tests, control.rationale) == ("reference", "honest", "honest")


def reply_text(source: str | None, tests: str | None, rationale: str | None) -> str:
    """A reply in the form contestants are asked for."""
    parts: Sequence[tuple[str, str, str | None]] = (
        ("Solution", "python", source), ("Tests", "python", tests), ("Rationale", "text", rationale),
    )  # fmt: skip
    return "\n".join(
        f"## {title}\n```{kind}\n{text.rstrip()}\n```\n" for title, kind, text in parts if text is not None
    )
