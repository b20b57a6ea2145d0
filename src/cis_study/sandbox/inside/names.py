"""Objects that both processes have, by name: types, exceptions, clocks, modules."""

from __future__ import annotations

import builtins
import datetime
import importlib
import operator
import sys
import time
import types
from typing import Any

from .copies import CONTAINERS, SUBCLASSED

_NAMED = (type, types.FunctionType, types.BuiltinFunctionType)
_TYPES = (object, bool, *SUBCLASSED, *CONTAINERS.values())
_DATES = (datetime.date, datetime.time, datetime.timedelta, datetime.timezone)


class Names:
    """Names of objects, module and path in it; `tells` where any object that can be imported may be named.

    A process that does not tell names only what it was told and what is harmless in any hands, and one that tells
    believes no other names either.
    """

    def __init__(self, tells: bool) -> None:
        self._tells = tells
        self._objects: dict[tuple[str, str], Any] = {}
        self._names: dict[int, tuple[str, str]] = {}
        exceptions = [e for e in vars(builtins).values() if isinstance(e, type) and issubclass(e, BaseException)]
        for kind in (*_TYPES, *_DATES, *exceptions):
            self._learn(kind, (kind.__module__, kind.__qualname__))
        for name in ("NotImplemented", "Ellipsis"):
            self._learn(getattr(builtins, name), ("builtins", name))
        # The scripted clock's own, which have no name by which they could be found.
        self._learn(datetime.datetime, ("datetime", "datetime"))
        for name, function in vars(time).items():
            if callable(function):
                self._learn(function, ("time", name))

    def of(self, thing: Any) -> tuple[str, str] | None:
        """The name of an object; None where it has none to tell."""
        name = self._names.get(id(thing))
        if name is None and self._tells:
            name = _importable(thing)
            if name is not None:
                self._learn(thing, name)
        return name

    def find(self, module: str, path: str) -> Any:
        """The object of a name.

        Raises:
            LookupError: this process believes only names that it told.
        """
        name = (module, path)
        if name not in self._objects:
            if self._tells:
                raise LookupError(name)
            found = importlib.import_module(module)
            self._learn(operator.attrgetter(path)(found) if path else found, name)
        return self._objects[name]

    def _learn(self, thing: Any, name: tuple[str, str]) -> None:
        self._objects[name] = thing
        self._names[id(thing)] = name


def _importable(thing: Any) -> tuple[str, str] | None:
    """Where an object can be imported from, unless that is the program under test."""
    if isinstance(thing, types.ModuleType):
        module, path = thing.__name__, ""
    elif isinstance(thing, _NAMED):
        module, path = thing.__module__, thing.__qualname__
    else:
        return None
    found = sys.modules.get(module)
    if found is None or module == "solution":
        return None
    for part in path.split(".") if path else []:
        found = getattr(found, part, None)
    return (module, path) if found is thing else None
