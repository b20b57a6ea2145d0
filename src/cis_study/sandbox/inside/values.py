"""Values as type-tagged JSON: what crosses from the sandbox to the judge is data, never an object.

Type checks are exact. A subclass of int or str is an object of another type, so an overridden
`__eq__` cannot travel. A subclass of dict is read with dict's own methods and keeps its tag.
"""

from __future__ import annotations

from typing import Any

_MAX_DEPTH = 20
_MAX_ITEMS = 2_000
_MAX_LENGTH = 100_000
_MAX_NAME_LENGTH = 80
_NAME: Any = vars(type)["__name__"]


def encode(value: Any, depth: int = 0) -> list[Any]:
    """Tag and content. Integers are hexadecimal (no digit limit), floats `float.hex`, so NaN equals NaN."""
    kind = type(value)
    if depth > _MAX_DEPTH:
        return ["too_deep"]
    if value is None:
        return ["none"]
    if kind is bool:
        return ["bool", value]
    if kind is int:
        return ["int", hex(value)] if value.bit_length() <= 4 * _MAX_LENGTH else ["too_long"]
    if kind is float:
        return ["float", value.hex()]
    if kind is str:
        return ["str", value] if len(value) <= _MAX_LENGTH else ["too_long"]
    if kind is bytes:
        return ["bytes", value.hex()] if len(value) <= _MAX_LENGTH else ["too_long"]
    if kind is list or kind is tuple:
        return (
            [kind.__name__, [encode(item, depth + 1) for item in value]] if len(value) <= _MAX_ITEMS else ["too_long"]
        )
    if kind is set or kind is frozenset:
        return ["set", sorted((encode(item, depth + 1) for item in value), key=repr)]
    if issubclass(kind, dict):
        if dict.__len__(value) > _MAX_ITEMS:
            return ["too_long"]
        pairs = [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in dict.items(value)]
        return ["dict", sorted(pairs, key=lambda pair: repr(pair[0]))]
    return ["object", type_name(kind)]


def type_name(kind: type) -> str:
    """The name of a type as the interpreter keeps it: a metaclass has no say."""
    name: str = _NAME.__get__(kind)
    return name[:_MAX_NAME_LENGTH]
