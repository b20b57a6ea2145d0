"""Instruments of somebody else: Python functions that the configuration names."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from numbers import Real
from typing import Any

from cis_study.config import OwnInstrument, Weights
from cis_study.errors import StudyError
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.instrument import MISSING, Component, Instrument, Score, battle_status, instrument
from cis_study.yamlfile import validate

COMPONENTS = ("R", "A", "T", "L")
Own = Callable[[Evidence], float | Mapping[str, float] | None]
"""Score of a battle in [0, 1], or its components R, A, T and L, which the weights add up; None: it cannot judge it."""


def entries(given: Iterable[Any]) -> list[str | OwnInstrument]:
    """Instruments as rules hand them to scripts: names, and mappings for those of somebody else.

    Raises:
        StudyError: a mapping is no `OwnInstrument`.
    """
    return [entry if isinstance(entry, str) else validate(OwnInstrument, entry, where="instruments") for entry in given]


def named_instrument(entry: str | OwnInstrument) -> tuple[str, Instrument]:
    """Name and scorer of an entry of `instruments`.

    Raises:
        StudyError: there is no such instrument, module or function.
    """
    return (entry, instrument(entry)) if isinstance(entry, str) else (entry.name, _load(entry))


def source_files(instruments: Iterable[str | OwnInstrument]) -> list[str]:
    """Files that hold the functions of somebody else, so that a change of one is noticed.

    Raises:
        StudyError: Python finds no such module.
    """
    own = [entry for entry in instruments if not isinstance(entry, str)]
    return sorted({_origin(entry) for entry in own})


def _origin(entry: OwnInstrument) -> str:
    try:
        found = find_spec(_module(entry))
    except ImportError as error:
        raise _unknown(entry, error) from error
    if found is None or found.origin is None:
        raise _unknown(entry, "there is no such module")
    return found.origin


def _load(entry: OwnInstrument) -> Instrument:
    try:
        module = importlib.import_module(_module(entry))
    except ImportError as error:
        raise _unknown(entry, error) from error
    name = entry.function.partition(":")[2]
    function: Own | None = getattr(module, name, None)
    if not callable(function):
        raise StudyError("instruments", entry.function, f"the module has no function {name}", "Correct the name.")
    return _scorer(entry, function)


def _scorer(entry: OwnInstrument, function: Own) -> Instrument:
    def score(evidence: Evidence, weights: Weights) -> Score:
        status = battle_status(evidence)
        if status in MISSING:
            return Score(status, None, None)
        where = f"{entry.name} of {evidence.model}/{evidence.task}/{evidence.replicate}"
        try:
            found = function(evidence)
        except Exception as error:
            raise StudyError(where, repr(error), f"{entry.function} failed", "Correct the function.") from error
        if found is None:
            return Score("judge_failure", None, None)
        if not isinstance(found, Mapping):
            return Score(status, None, _share(where, found))
        if set(found) != set(COMPONENTS):
            raise StudyError(where, sorted(map(str, found)), "the components are R, A, T and L", "Return all of them.")
        components = {name: Component(_share(f"{where}: {name}", found[name]), None) for name in COMPONENTS}
        shares = weights.model_dump()
        return Score(status, components, sum(shares[name] * part.value for name, part in components.items()))

    return score


def _share(where: str, value: object) -> float:
    if not isinstance(value, Real) or not 0 <= float(value) <= 1:
        raise StudyError(where, repr(value), "a score is a number in [0, 1]", "Correct the function.")
    return float(value)


def _module(entry: OwnInstrument) -> str:
    return entry.function.partition(":")[0]


def _unknown(entry: OwnInstrument, why: object) -> StudyError:
    fix = "Install the package, or name the folder of the module in PYTHONPATH."
    return StudyError("instruments", entry.function, f"its module cannot be imported ({why})", fix)
