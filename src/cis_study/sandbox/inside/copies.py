"""What crosses between a suite and the program it tests as a copy: values, and containers, which are kept in step."""

from __future__ import annotations

import datetime
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple


class Copied(NamedTuple):
    """How a type of immutable value is taken apart and made again."""

    name: str
    parts: Callable[[Any], Sequence[Any]]
    make: Callable[..., Any]


def _time_parts(value: Any) -> tuple[Any, ...]:
    return value.hour, value.minute, value.second, value.microsecond, value.tzinfo, value.fold


def _time(*parts: Any) -> datetime.time:
    return datetime.time(*parts[:-1], fold=parts[-1])


_UNSCRIPTED = datetime.datetime


def _datetime_parts(value: Any) -> tuple[Any, ...]:
    return value.year, value.month, value.day, *_time_parts(value)


COPIED: dict[type, Copied] = {
    bytes: Copied("bytes", lambda v: (v.hex(),), bytes.fromhex),
    complex: Copied("complex", lambda v: (v.real, v.imag), complex),
    tuple: Copied("tuple", lambda v: v, lambda *items: items),
    frozenset: Copied("frozenset", tuple, lambda *items: frozenset(items)),
    range: Copied("range", lambda v: (v.start, v.stop, v.step), range),
    slice: Copied("slice", lambda v: (v.start, v.stop, v.step), slice),
    Decimal: Copied("Decimal", lambda v: (str(v),), Decimal),
    Fraction: Copied("Fraction", lambda v: (v.numerator, v.denominator), Fraction),
    datetime.date: Copied("date", lambda v: (v.year, v.month, v.day), datetime.date),
    datetime.time: Copied("time", _time_parts, _time),
    datetime.timedelta: Copied("timedelta", lambda v: (v.days, v.seconds, v.microseconds), datetime.timedelta),
    datetime.timezone: Copied("timezone", lambda v: v.__getinitargs__(), datetime.timezone),
}
"""Exactly these types; `copy_datetime` adds another."""
MAKERS: dict[str, Callable[..., Any]] = {copied.name: copied.make for copied in COPIED.values()}
SUBCLASSED: Mapping[type, Callable[[Any], Any]] = {
    int: int.__int__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: bytes.__bytes__,
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    frozenset: lambda value: frozenset.__or__(frozenset(), value),
}
"""Types of whose subclasses both processes hold the value, and how it is read whatever the subclass says."""
CONTAINERS: Mapping[str, type] = {
    kind.__name__: kind for kind in (list, dict, set, bytearray, deque, OrderedDict, defaultdict, Counter)
}
_CONTAINERS = frozenset(CONTAINERS.values())


def copy_datetime() -> None:
    """Copy as itself what is the type of date and time now, whatever a suite puts in its place later."""
    kind = datetime.datetime
    how = Copied("datetime", _datetime_parts, lambda *parts: kind(*parts[:-1], fold=parts[-1]))
    COPIED[_UNSCRIPTED] = COPIED[kind] = how
    MAKERS[how.name] = how.make


def is_container(kind: type) -> bool:
    """Whether the type is exactly one of `CONTAINERS`."""
    return kind in _CONTAINERS


def settings(container: Any) -> list[Any]:
    """What a container is constructed with, besides its contents."""
    if isinstance(container, deque):
        return [(), container.maxlen]
    return [container.default_factory] if isinstance(container, defaultdict) else []


def contents(container: Any) -> list[Any]:
    """Everything in a container, in order; of a mapping keys and values in turn."""
    return [part for pair in container.items() for part in pair] if isinstance(container, dict) else list(container)


def refill(container: Any, values: list[Any]) -> None:
    """Put other contents into a container, which stays the same object."""
    if isinstance(container, list | bytearray):
        container[:] = values
        return
    if not isinstance(container, dict) or list(container) != values[::2]:
        # Whoever iterates over a mapping whose values alone change goes on.
        container.clear()
    if isinstance(container, dict):
        for key, value in zip(values[::2], values[1::2], strict=True):
            container[key] = value
    elif isinstance(container, set):
        container.update(values)
    else:
        container.extend(values)
