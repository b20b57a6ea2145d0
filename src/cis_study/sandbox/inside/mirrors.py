"""Stand-ins for what belongs to the other process: classes, instances and functions that ask for everything."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .copies import SUBCLASSED

if TYPE_CHECKING:
    from .crossing import Crossing

_BINARY = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"
_OTHERS = (
    "call len bool contains iter next reversed getitem setitem delitem eq ne lt le gt ge hash repr str format "
    "enter exit int float complex index bytes round trunc floor ceil neg pos abs invert init fspath"
)
SPECIAL = frozenset(
    f"__{name}__"
    for name in [*_OTHERS.split(), *(prefix + name for name in _BINARY.split() for prefix in ("", "r", "i"))]
)
"""Methods that Python looks up on the type: a stand-in has those that the type of the original has."""
REVEALING = frozenset({"__repr__", "__str__", "__format__", "__init__"})
"""Of objects of the standard library these would show what a program is made of, such as the text of a pattern."""


def describe(peer: Crossing, kind: type) -> dict[str, Any]:
    """What the other process needs to make a stand-in of a class, as JSON."""
    root = next(
        (c for c in kind.__mro__ if c in SUBCLASSED or (issubclass(c, BaseException) and peer.is_named(c))), None
    )
    bases = [base for base in kind.__bases__ if peer.is_own(base)]
    if root is not None and not any(issubclass(base, root) for base in bases):
        bases.append(root)
    elsewhere = {object, root, *(owner for base in bases for owner in base.__mro__)}
    here = [owner for owner in kind.__mro__ if owner not in elsewhere]
    methods = {
        name: function
        for owner in reversed(here)
        if peer.is_own(owner)
        for name, function in vars(owner).items()
        if isinstance(function, FunctionType) and not name.startswith("__")
    }
    special = SPECIAL.intersection(*[{name for owner in here for name in vars(owner)}])
    return {
        "name": kind.__name__,
        "module": kind.__module__,
        "bases": [peer.encode(base) for base in bases],
        "special": sorted(special - REVEALING if peer.hides(kind) else special),
        "hashable": kind.__hash__ is not None,
        "methods": [[name, peer.export(function)] for name, function in methods.items()],
    }


def mirror_class(peer: Crossing, description: dict[str, Any]) -> type:
    """The stand-in of a class that was described."""
    bases = tuple(peer.decode(base) for base in description["bases"])
    name, special = description["name"], description["special"]
    namespace: dict[str, Any] = {"__module__": description["module"], "__qualname__": name, "__doc__": None}
    if any(issubclass(base, BaseException) for base in bases):
        # Exceptions cross as copies; they bring along what a method of theirs says of them.
        if "__str__" in special:
            namespace["__str__"] = lambda self: self.__text__
        return type.__new__(peer.metaclass, name, bases, namespace)
    if not any(issubclass(base, tuple(SUBCLASSED)) for base in bases):
        namespace["__slots__"] = () if bases else ("__weakref__",)
    namespace |= _attribute_access(peer)
    namespace["__copy__"] = lambda self: peer.ask("copy", self, False)
    namespace["__deepcopy__"] = lambda self, _: peer.ask("copy", self, True)
    namespace |= {method: _method(peer, method, f"{name}.{method}") for method in special}
    for method, key in description["methods"]:
        namespace[method] = _method(peer, method, f"{name}.{method}")
        peer.adopt(key, namespace[method])
    if not description["hashable"]:
        namespace["__hash__"] = None
    elif "__eq__" in namespace:
        namespace.setdefault("__hash__", (*bases, object)[0].__hash__)
    return type.__new__(peer.metaclass, name, bases, namespace)


def mirror_function(peer: Crossing, target: object, name: str) -> Callable[..., Any]:
    """The stand-in of anything that is called like a function."""

    def function(*arguments: Any, **keywords: Any) -> Any:
        return peer.ask("call", target, arguments, tuple(keywords.items()))

    function.__name__, function.__qualname__, function.__module__ = name, name, "solution"
    return function


def mirror_metaclass(peer: Crossing) -> type:
    """The type of all stand-ins of classes."""

    def refuse(*_: Any) -> Any:
        raise TypeError("a class of the program under test cannot be subclassed by its tests")

    def call(cls: type, *arguments: Any, **keywords: Any) -> Any:
        return peer.ask("call", cls, arguments, tuple(keywords.items()))

    def assign(cls: type, name: str, value: Any) -> None:
        peer.ask("set", cls, name, value)
        type.__setattr__(cls, name, value)

    def delete(cls: type, name: str) -> None:
        peer.ask("delete", cls, name)
        if name in vars(cls):
            type.__delattr__(cls, name)

    namespace = _attribute_access(peer) | {"__setattr__": assign, "__delattr__": delete}
    return type("type", (type,), namespace | {"__new__": refuse, "__call__": call})


def _attribute_access(peer: Crossing) -> dict[str, Any]:
    return {
        "__getattr__": lambda self, name: peer.ask("get", self, name),
        "__setattr__": lambda self, name, value: peer.ask("set", self, name, value),
        "__delattr__": lambda self, name: peer.ask("delete", self, name),
    }


def _method(peer: Crossing, name: str, path: str) -> Callable[..., Any]:
    def method(self: Any, /, *arguments: Any, **keywords: Any) -> Any:
        return peer.ask("method", self, name, arguments, tuple(keywords.items()))

    method.__name__, method.__qualname__, method.__module__ = name, path, "solution"
    return method
