"""How a value crosses between a suite and the program it tests: as a copy, shared, by its name, or as a stand-in."""

from __future__ import annotations

import contextlib
import types
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from .copies import COPIED, MAKERS, SUBCLASSED, copy_datetime, is_container
from .mirrors import describe, mirror_function, mirror_metaclass
from .names import Names
from .sharing import Sharing

_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType)
_NEVER = (types.FrameType, types.CodeType, types.TracebackType, types.CellType)
_PLAIN_INTEGER = 1 << 62


class _Theirs:
    """An object of the other process, by its number there."""

    def __init__(self, key: int) -> None:
        self.key = key


class Crossing(ABC):
    """What one process has handed out and been handed; `program` where the module `solution` is defined.

    That process tells the names of all that can be imported, and believes no others.
    """

    def __init__(self, program: bool) -> None:
        copy_datetime()
        self._program = program
        self._names = Names(tells=program)
        self.sharing = Sharing(self, first=int(program))
        self.metaclass = mirror_metaclass(self)
        self.described: list[Any] = []
        self.gone: set[int] = set()
        self._mine: dict[int, Any] = {}
        self._my_keys: dict[int, int] = {}
        self._last_key = 0
        self._theirs: dict[int, Callable[[], Any]] = {}
        self._their_keys: dict[int, int] = {}

    @abstractmethod
    def ask(self, act: str, target: Any, *rest: Any) -> Any:
        """Have the other process do something with an object of its own; raises what that raises there."""

    def is_own(self, kind: type) -> bool:
        """Whether the program defines the class, and this is its process."""
        return self._program and kind.__module__ == "solution" and type(kind) is not self.metaclass

    def hides(self, kind: type) -> bool:
        """Whether objects of the class are what the program is made of, and none of its behaviour."""
        return self._program and not self.is_own(kind)

    def is_named(self, thing: Any) -> bool:
        """Whether the other process finds an object by its name."""
        return self._names.of(thing) is not None

    def is_mine(self, thing: Any) -> bool:
        """Whether the other process was handed an object."""
        return id(thing) in self._my_keys

    def export(self, thing: Any) -> int:
        """The number by which the other process may ask for an object."""
        key = self._my_keys.get(id(thing))
        if key is None:
            key = self._last_key = self._last_key + 1
            self._mine[key] = thing
            self._my_keys[id(thing)] = key
            if isinstance(thing, type):
                self.described.append([key, describe(self, thing)])
        return key

    def forget(self, keys: list[int]) -> None:
        """Let go of what the other process no longer asks for."""
        for key in keys:
            self._my_keys.pop(id(self._mine.pop(key, None)), None)

    def adopt(self, key: int, proxy: Any) -> None:
        """Let an object stand for one of the other process, as long as it lives; a class lives as long as we do."""
        identity = id(proxy)

        def lost(reference: object) -> None:
            del self._their_keys[identity]
            if self._theirs.get(key) is reference:
                del self._theirs[key]
                self.gone.add(key)

        try:
            self._theirs[key] = (lambda: proxy) if isinstance(proxy, type) else weakref.ref(proxy, lost)
        except TypeError:
            self._theirs[key] = lambda: proxy
        self._their_keys[identity] = key
        self.gone.discard(key)

    def encode(self, value: Any) -> Any:
        """A value as JSON: null, truth values, texts and integers as such, everything else as a list with a tag."""
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -_PLAIN_INTEGER < value < _PLAIN_INTEGER else ["int", hex(value)]
        if kind is float:
            return ["float", value.hex()]
        if is_container(kind):
            return ["shared", self.sharing.share(value)]
        if how := COPIED.get(kind):
            return [how.name, *map(self.encode, how.parts(value))]
        if kind is _Theirs:
            return ["yours", value.key]
        if (key := self._their_keys.get(id(value))) is not None:
            return ["yours", key]
        if name := self._names.of(value):
            return ["name", *name]
        if kind in _NEVER:
            return None
        if isinstance(value, BaseException):
            return ["exception", *map(self.encode, self._exception_parts(value))]
        if isinstance(value, type):
            return ["class", self.export(value)]
        if kind in _FUNCTIONS:
            return ["function", self.export(value), value.__name__]
        held = next((read(value) for base, read in SUBCLASSED.items() if issubclass(kind, base)), None)
        return ["object", self.export(value), self.export(kind), self.encode(held)]

    def decode(self, value: Any) -> Any:
        """The value that `encode` made JSON of in the other process.

        Raises:
            LookupError: it names what was not handed out.
        """
        match value:
            case "int", digits:
                return int(digits, 16)
            case "float", digits:
                return float.fromhex(digits)
            case "shared", key:
                return self.sharing.find(key)
            case "yours", key:
                return self._mine[key]
            case "name", module, path:
                return self._names.find(module, path)
            case "class", key:
                return self._theirs[key]()
            case "exception", *parts:
                return self._exception(*map(self.decode, parts))
            case "function", key, name:
                return self._known(key) or self._new(key, mirror_function(self, _Theirs(key), name))
            case "object", key, kind, held:
                known = self._known(key)
                return self._new(key, _instance(self._theirs[kind](), self.decode(held))) if known is None else known
            case tag, *parts:
                return MAKERS[tag](*map(self.decode, parts))
        return value

    def _known(self, key: int) -> Any:
        known = self._theirs.get(key)
        return None if known is None else known()

    def _new(self, key: int, proxy: Any) -> Any:
        self.adopt(key, proxy)
        return proxy

    def _exception_parts(self, error: BaseException) -> tuple[Any, ...]:
        """Class, arguments, attributes, its own text if it has one, and a number where it is to come back as itself."""
        kind = next(c for c in type(error).__mro__ if self.is_own(c) or self.is_named(c))
        # The other arguments of a syntax error are the text of the program.
        arguments = error.args[:1] if isinstance(error, SyntaxError) else error.args
        text = str(error) if self.is_own(kind) else None
        return kind, arguments, tuple(vars(error).items()), text, None if self._program else self.export(error)

    def _exception(
        self, kind: type[BaseException], arguments: tuple[Any, ...], attributes: Any, text: str | None, key: int | None
    ) -> BaseException:
        if key is not None and (known := self._known(key)) is not None:
            return known  # type: ignore[no-any-return]
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise LookupError(kind)
        error = kind.__new__(kind, *arguments)
        # What is made of the arguments is lost where an exception of the standard library wants others.
        with contextlib.suppress(TypeError):
            kind.__init__(error, *arguments)
        error.args = arguments
        vars(error).update(attributes)
        vars(error).update({"__text__": text} if text is not None else {})
        if key is not None:
            self.adopt(key, error)
        return error


def _instance(kind: type, held: Any) -> Any:
    base: Any = next((base for base in SUBCLASSED if issubclass(kind, base)), None)
    return object.__new__(kind) if base is None else base.__new__(kind, held)
