"""What is shown to the judges: which submissions and controls, in which conditions, as exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cis_study.battles.record import FINISHED
from cis_study.config import Judges, Study
from cis_study.errors import StudyError
from cis_study.judging.blinding import Mask, blind
from cis_study.judging.conditions import Attacks, in_condition
from cis_study.judging.exhibit import Exhibit
from cis_study.judging.rating import Condition
from cis_study.provenance import canonical_json
from cis_study.scoring.controls import Controls, HonestParts, control_battles, control_slots, honest_parts
from cis_study.scoring.submission import parse_reply
from cis_study.tasks.hidden import HiddenSide, load_hidden_side
from cis_study.tasks.task import Task
from cis_study.yamlfile import read_yaml


class Place(NamedTuple):
    """What tells exhibits apart, and where the judgements of one lie."""

    author: str
    task: str
    replicate: int
    condition: Condition


class Material(NamedTuple):
    """What controls are made of."""

    settings: Controls
    parts: Mapping[str, HonestParts]
    """Of every task that has controls."""
    sides: Mapping[str, HiddenSide]
    """Of the tasks that calibrate, with hand-written mutants alone: ladders are made of them."""
    attacks: Attacks


def load_material(study: Study, config_dir: Path) -> Material:
    """Material of the controls that the judges of a study rate. Raises StudyError where a file does not fit."""
    tasks_dir = config_dir / "tasks"
    calibrating = study.judges.controls.tasks if study.judges else []
    return Material(
        settings=read_yaml(tasks_dir / "controls.yaml", Controls),
        parts=honest_parts(tasks_dir),
        sides={task: load_hidden_side(tasks_dir / task, generated=False) for task in calibrating},
        attacks=read_yaml(config_dir / "judging" / "attacks.yaml", Attacks),
    )


def place(exhibit: Exhibit) -> Place:
    return Place(exhibit.author, exhibit.task, exhibit.replicate, exhibit.condition)


def judged_slots(study: Study) -> list[tuple[str, int]]:
    """(task, replicate) of the contestants' battles that are judged."""
    if study.judges is None:
        return []
    tasks = study.judges.tasks or study.tasks
    fought = {task: study.replicates(task) for task in study.tasks if task in tasks}
    most = study.judges.replicates
    return [
        (task, replicate) for task, count in fought.items() for replicate in range(1, min(most or count, count) + 1)
    ]


def all_places(study: Study, settings: Controls, parts: Mapping[str, HonestParts]) -> list[Place]:
    """Every planned exhibit, sorted.

    Args:
        parts: of every task that has controls.

    Raises:
        StudyError: controls are named that do not exist, of a task that has none, or one has a contestant's name.
    """
    if study.judges is None:
        return []
    shown = _shown_as(study.judges, settings)
    if common := sorted(set(study.names) & set(settings.controls)):
        raise StudyError("contestants", common, "a control has this name", "Rename the contestant.")
    places = [Place(name, task, replicate, "plain") for name in study.names for task, replicate in judged_slots(study)]
    for task in study.judges.controls.tasks:
        if task not in parts:
            raise StudyError("judges.controls.tasks", task, "the task has no controls", "Name one that has.")
        linear = parts[task].linear is not None
        slots = control_slots(_drawn(settings, study.judges), linear)
        places += [Place(name, task, draw, condition) for name, draw in slots for condition in shown[name]]
    return sorted(places)


def submitted(battles: Iterable[Mapping[str, Any]], tasks: Mapping[str, Task], mask: Mask) -> list[Exhibit]:
    """Exhibits of battles; one that the infrastructure lost has none, and an empty reply is one without parts."""
    return [
        _exhibit(battle, tasks[battle["task"]], mask)
        for battle in battles
        if battle["status"] in FINISHED and battle["reply"]["content"] is not None
    ]


def planted(study: Study, material: Material, mask: Mask) -> list[Exhibit]:
    """Exhibits of the controls, blinded like those of the contestants.

    Raises:
        StudyError: the mutants of a task cannot be combined as often as a control asks.
    """
    if study.judges is None:
        return []
    settings, parts, sides, attacks = material
    shown, drawn = _shown_as(study.judges, settings), _drawn(settings, study.judges)
    plain = [
        _exhibit(battle, sides[task].task, mask)
        for task in study.judges.controls.tasks
        for battle in control_battles(drawn, sides[task], parts[task], reply_format="")
    ]
    return [
        in_condition(exhibit, condition, attacks, study.seed)
        for exhibit in plain
        for condition in shown[exhibit.author]
    ]


def write_exhibits(exhibits: Iterable[Exhibit]) -> str:
    """The text of `exhibits.jsonl`, sorted by place."""
    return "".join(canonical_json(exhibit.model_dump()) + "\n" for exhibit in sorted(exhibits, key=place))


def _exhibit(battle: Mapping[str, Any], task: Task, mask: Mask) -> Exhibit:
    parsed = parse_reply(battle["reply"]["content"], task.exports)
    parts = {"source": parsed.source, "tests": parsed.tests, "rationale": parsed.rationale}
    return Exhibit(
        author=battle["model"],
        task=task.id,
        replicate=battle["replicate"],
        condition="plain",
        requirements=requirements_text(task),
        **{name: None if text is None else blind(text, mask) for name, text in parts.items()},
    )


def requirements_text(task: Task) -> str:
    """The task as raters read it: the same for all wordings."""
    numbered = [f"{number}. {requirement.text}" for number, requirement in enumerate(task.requirements, start=1)]
    return "\n".join([task.title, *numbered])


def _drawn(settings: Controls, judges: Judges) -> Controls:
    return settings.model_copy(update={"draws": judges.controls.draws})


def _shown_as(judges: Judges, settings: Controls) -> dict[str, Sequence[Condition]]:
    """Control -> its conditions."""
    shown: dict[str, list[Condition]] = {name: ["plain"] for name in settings.controls}
    again: dict[Condition, list[str]] = {
        "padded": judges.controls.padded,
        "reordered": judges.controls.reordered,
        "instructed": judges.controls.instructed,
    }
    for condition, names in again.items():
        for name in names:
            if name not in shown:
                known = ", ".join(settings.controls)
                raise StudyError(f"judges.controls.{condition}", name, "there is no such control", f"Known: {known}.")
            shown[name].append(condition)
    return dict(shown)
