"""`config/README.md`: prose of a template, and a table of keys wherever it asks for one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import yaml
from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel

from cis_study.config import Budget, Engine, Episodes, Judges, OutsideAgent, Study, resolve_study
from cis_study.docs.keys import Key, keys
from cis_study.errors import StudyError
from cis_study.judging.conditions import Attacks
from cis_study.judging.rubric import Rubric
from cis_study.models.candidate import Candidate
from cis_study.models.lock import LockedModel
from cis_study.models.registry import Model
from cis_study.profiles import Determinism
from cis_study.reanalysis.published import Published
from cis_study.scoring.constraints import RULES
from cis_study.scoring.controls import Controls
from cis_study.scoring.observing import Workload
from cis_study.selection.settings import Selection
from cis_study.statistics.pass_rules import PassRules
from cis_study.statistics.power_settings import PowerSettings
from cis_study.statistics.settings import AnalysisSettings
from cis_study.tasks.hidden import CasesFile, MutantsFile, ScoringFile
from cis_study.tasks.task import Task

SCHEMAS: Mapping[str, type[BaseModel]] = {
    schema.__name__: schema
    for schema in (
        Study, OutsideAgent, Budget, Episodes, Engine, Judges, Determinism, Model, LockedModel, Candidate, Selection,
        Task, CasesFile, MutantsFile, ScoringFile, Workload, Controls, Rubric, Attacks, AnalysisSettings, PowerSettings,
        PassRules, Published,
    )
}  # fmt: skip
"""Files, and sections that have a heading of their own."""


def config_page(template: str, config_dir: Path) -> str:
    """The page.

    Raises:
        StudyError: a key that the page lists has no description, or a study file does not fit.
    """
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(template).render(keys=key_table, studies=_studies(config_dir), rules=_rules())


def key_table(name: str, prefix: str = "", leave: Collection[str] = ()) -> str:
    """Markdown of the keys of a schema; arguments as those of `cis_study.docs.keys.keys`."""
    rows = keys(SCHEMAS[name], prefix, leave)
    if silent := [row.name for row in rows if not row.meaning]:
        where, fix = f"{name}: {', '.join(silent)}", "Write a docstring under the field."
        raise StudyError(where, "no description", "the page explains every key", fix)
    return "\n".join(["| key | values | default | meaning |", "|---|---|---|---|", *map(_row, rows)])


def _row(key: Key) -> str:
    default = f"`{key.default}`" if key.default else ""
    cells = (f"`{key.name}`", key.values, default, key.meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _studies(config_dir: Path) -> list[tuple[str, Study, str]]:
    """File name, study and number of battles of every study, the largest first."""
    paths = (path for path in config_dir.glob("*.yaml") if path.stem != "analysis")
    found = {path.name: resolve_study(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in paths}
    size = {name: study.battles_per_model * len(study.contestants) for name, study in found.items()}
    largest_first = sorted(found, key=lambda name: (-size[name], name))
    return [(name, found[name], f"{size[name]} battles.") for name in largest_first]


def _rules() -> Iterable[tuple[str, str, list[str]]]:
    """Name, first line of the docstring and parameters of every architectural rule."""
    return [(name, _told(rule), _parameters(rule)) for name, rule in RULES.items()]


def _told(rule: Callable[..., object]) -> str:
    told = (inspect.getdoc(rule) or "").partition("\n")[0]
    if not told:
        fix = "Write its docstring."
        raise StudyError(f"constraint {rule.__name__}", "no description", "the page explains every rule", fix)
    return told


def _parameters(rule: Callable[..., object]) -> list[str]:
    """As they stand in `params`; those that the scorer fills in itself are left out."""
    return [
        name.removesuffix("_name") for name in inspect.signature(rule).parameters if name not in ("tree", "exports")
    ]
