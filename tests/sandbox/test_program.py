"""A suite sees of the program it tests what it would see of an ordinary module, as far as that is behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain_python import passes, suite

from cis_study.sandbox.process import Outcome
from cis_study.sandbox.suite import run_suite

PROGRAM = """
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

LIMIT = 3
calls = 0

class Missing(KeyError):
    def __init__(self, key, hint):
        super().__init__(key)
        self.hint = hint
    def __str__(self): return f"no {self.args[0]}, {self.hint}"

class Base:
    shared = []
    def hello(self): return "base"
    @property
    def size(self): return 7
    @staticmethod
    def twice(x): return 2 * x
    @classmethod
    def make(cls): return cls()

class Box(Base):
    def __init__(self, *items):
        self.items = list(items)
        self._hidden = {"a": [1]}
    def __len__(self): return len(self.items)
    def __contains__(self, x): return x in self.items
    def __iter__(self): return iter(self.items)
    def __getitem__(self, i): return self.items[i]
    def __setitem__(self, i, v): self.items[i] = v
    def __delitem__(self, i): del self.items[i]
    def __eq__(self, other): return isinstance(other, Box) and other.items == self.items
    def __repr__(self): return f"Box{self.items}"
    def __enter__(self): return self
    def __exit__(self, kind, error, _): self.seen = kind, str(error)
    def __call__(self, x): return x + 1
    def __add__(self, other): return Box(*self.items, *other)
    def add(self, x):
        self.items.append(x)
        return self
    def hold(self, items): self.items = items
    def fail(self, key): raise Missing(key, "sorry")

class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return hash(self.n)
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n

class Entry(NamedTuple):
    value: int
    until: float = 0.0

@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

class Color(Enum):
    RED = 1
    BLUE = 2

def same(x): return x
def sort(x): x.sort()
def increase(d):
    for key in d: d[key] += 1
def touch(d): d["k"].append(9); return d
def count(n):
    for i in range(n):
        got = yield i
        if got: yield got
def apply(f, *a, **k): return f(*a, **k)
def bump():
    global calls
    calls += 1
    return calls
def keys(d): return d.keys()
def get(d, k): return d[k]
def now(): return time.time()
def today(): return datetime.now()
def wait(s): time.sleep(s)
def fail(*a): raise ValueError(*a)
def leave(): raise SystemExit(3)
def deep(n): return n and 1 + deep(n - 1)
def takes(a, b=2, *, c=3): return a, b, c
"""

BODIES = {
    "values": """
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
zone = timezone(timedelta(hours=2))
for value in [None, True, 3, -2**70, 2**20000, 1.5, float("inf"), -0.0, 2j, "\\xe4\\ud800", b"\\x00x", (1, (2,)),
              frozenset({1}), range(3), slice(1, 2), Decimal("1.20"), Fraction(1, 3), date(2020, 1, 2), time(1, 2),
              datetime(2020, 1, 2, 3, 4, 5, 6, zone, fold=1), timedelta(days=1), zone, ..., NotImplemented,
              int, ValueError]:
    assert same(value) == value and type(same(value)) is type(value)
    assert isinstance(value, int) or repr(same(value)) == repr(value)
nan = same(float("nan"))
assert nan != nan""",
    "containers": """
from collections import Counter, OrderedDict, defaultdict, deque
for value in [[1, [2]], {"a": {1: 2}}, {1, 2}, bytearray(b"x"), deque([1, 2], 3), OrderedDict(a=1),
              defaultdict(list, a=[1]), Counter("aab")]:
    assert same(value) is value
assert defaultdict(list) == same(defaultdict(list)) and same(deque([1], 3)).maxlen == 3
ring = [1]
ring.append(ring)
assert same(ring)[1] is ring""",
    "arguments changed in place": """
given = [3, 1, 2]
sort(given)
assert given == [1, 2, 3]
outer = {"k": [1]}
inner = outer["k"]
assert touch(outer) is outer and outer["k"] is inner and inner == [1, 9]""",
    "containers held by both": """
given, box = [1], Box()
box.hold(given)
given.append(2)
assert len(box) == 2
box.add(3)
assert given == [1, 2, 3] and box.items is given
from collections import OrderedDict
values = OrderedDict({1: 1, 2: 2})
for _ in values:
    increase(values)
assert values == {1: 3, 2: 4}""",
    "private state": """
box = Box(1, 2)
box.items.append(3)
box._hidden["a"][0] = 8
box.new = 5
assert len(box) == 3 and box._hidden == {"a": [8]} and box.new == 5
del box.new
assert not hasattr(box, "new") and box.__dict__["items"] == [1, 2, 3]
vars(box)["items"].clear()
assert not box""",
    "special methods": """
box = Box(1, 2)
assert len(box) == 2 and 1 in box and 5 not in box and list(box) == [1, 2] and box[0] == 1 and box[-1:] == [2]
box[0] = 4
del box[1]
assert box == Box(4) and box != Box(5) and repr(box) == "Box[4]" and box and not Box()
with pytest.raises(ZeroDivisionError), box as entered:
    assert entered is box
    1 / 0
assert box.seen == (ZeroDivisionError, "division by zero")
assert box(3) == 4 and (box + [5]).items == [4, 5]
with pytest.raises(TypeError):
    hash(box)
assert sorted([Key(3), Key(1)])[0].n == 1 and Key(1) in {Key(1)}""",
    "types": """
box = Box()
assert isinstance(box, Box) and isinstance(box, Base) and type(box) is Box and issubclass(Box, Base)
assert (Box.__name__, Box.__module__, same.__name__) == ("Box", "solution", "same")
assert box.hello() == "base" and box.size == 7 and Box.twice(2) == 4 and type(Box.make()) is Box and box.add(1) is box
Base.shared.append(1)
assert Box.shared == [1]
import inspect
assert inspect.isfunction(same) and inspect.isclass(Box) and inspect.ismethod(box.add)""",
    "tuples, data classes and enumerations": """
entry = Entry(3)
assert isinstance(entry, tuple) and entry == (3, 0.0) and entry.value == entry[0] == 3 and same(entry) is entry
assert entry._replace(value=4).value == 4
assert Point(1) == Point(1, 0) and hash(Point(1)) == hash(Point(1)) and repr(Point(1)) == "Point(x=1, y=0)"
with pytest.raises(AttributeError):
    Point(1).x = 3
assert Color.RED.value == 1 and Color(1) is Color.RED and Color.RED != Color.BLUE""",
    "exceptions": """
with pytest.raises(ValueError, match="bad") as caught:
    fail("bad", 3)
assert type(caught.value) is ValueError and caught.value.args == ("bad", 3)
with pytest.raises(Missing) as caught:
    Box().fail("k")
assert isinstance(caught.value, KeyError) and str(caught.value) == "no k, sorry" and caught.value.hint == "sorry"
for error, call in [(SystemExit, leave), (TypeError, takes), (RecursionError, lambda: deep(10**6)),
                    (KeyError, lambda: get({}, 1)), (AttributeError, lambda: Box().nothing)]:
    with pytest.raises(error):
        call()
class Mine(Exception):
    pass
mine = Mine("z")
def give_up():
    raise mine
with pytest.raises(Mine) as caught:
    apply(give_up)
assert caught.value is mine
def lose():
    raise Missing(1, 2)
with pytest.raises(Missing):
    apply(lose)""",
    "generators": """
numbers = count(3)
assert next(numbers) == 0 and list(numbers) == [1, 2] and f"{numbers}"
with pytest.raises(StopIteration):
    next(numbers)
numbers = count(3)
next(numbers)
assert numbers.send("x") == "x"
numbers.close()
mine = iter([1, 2])
assert same(mine) is mine and list(keys({"a": 1})) == ["a"] and len(keys({"a": 1})) == 1""",
    "functions and objects of the suite": """
from unittest.mock import MagicMock
seen = []
apply(seen.append, 4)
assert seen == [4] and apply(lambda a, b=1: a + b, 2, b=3) == 5 and apply(len, [1, 2]) == 2
assert apply(same, same) is same and apply(Box, 1) == Box(1) and apply(sorted, [3, 1], key=lambda v: -v) == [3, 1]
mock = MagicMock(return_value=7)
assert apply(mock, 1) == 7
mock.assert_called_once_with(1)
class Own:
    def __init__(self, n): self.n = n
    def __hash__(self): return hash(self.n)
    def __eq__(self, other): return isinstance(other, Own) and other.n == self.n
class Text(str):
    pass
assert get({Own(1): 5}, Own(1)) == 5 and same(Text("a")) == "a"
box, own = Box(), Own(1)
box.add(own)
assert box[0] is own and Own(1) in box
assert apply(lambda: apply(lambda: apply(bump))) == calls + 1""",
    "what nobody holds is let go": """
import gc, weakref
class Own:
    pass
box, own = Box(), Own()
seen = weakref.ref(own)
box.add(own)
del own
gc.collect()
assert seen() is not None and box[0] is seen()
del box[0]
len(box), len(box)
gc.collect()
assert seen() is None""",
    "the module": """
import importlib, time
from collections import OrderedDict as Ordered
assert solution.LIMIT == 3 and solution.time is time and solution.OrderedDict is Ordered and "Box" in dir(solution)
with pytest.raises(ImportError):
    from solution import nothing
assert bump() == 1 and solution.calls == 1
importlib.reload(solution)
assert solution.calls == 0 and solution.bump() == 1
solution.calls = 10
assert bump() == 11""",
    "copies": """
import copy
box = Box(1)
deep = copy.deepcopy(box).add(2)
assert len(box) == 1 and type(deep) is Box
copy.copy(box).add(3)
assert len(box) == 2""",
    "patched clocks": """
import time
from unittest.mock import patch
from datetime import datetime
start = now()
with patch("time.time", side_effect=[1, 2, 3]):
    assert [now(), now(), now()] == [1, 2, 3]
with patch("solution.time") as clock:
    clock.time.return_value = 9
    assert now() == 9
with patch("solution.time.time", lambda: 4):
    assert now() == 4
with patch("solution.datetime") as clock:
    clock.now.return_value = datetime(2020, 1, 1)
    assert today() == datetime(2020, 1, 1)
class Fake(datetime):
    @classmethod
    def now(cls, tz=None): return cls(2019, 1, 1)
with pytest.MonkeyPatch.context() as patch:
    patch.setattr(solution, "datetime", Fake)
    assert today() == datetime(2019, 1, 1)
    patch.setattr("solution.time.time", lambda: 3)
    assert now() == 3
assert now() >= start and today().year >= 2023
moment = datetime(2020, 1, 2)
seen = []
with pytest.MonkeyPatch.context() as patch:
    patch.setattr("datetime.datetime", None)
    assert same(moment) == moment
    patch.setattr(time, "sleep", seen.append)
    wait(1000)
assert seen == [1000]""",
    "other patches": """
from unittest.mock import patch
with patch("solution.LIMIT", 8), patch("solution.bump", return_value=4):
    assert solution.LIMIT == 8 and solution.bump() == 4
with patch.object(Box, "hello", lambda self: len(self)):
    assert Box(1).hello() == 1
with patch("solution.Box.add", return_value=4):
    assert Box().add(1) == 4
with pytest.MonkeyPatch.context() as patch:
    patch.setattr(Box, "twice", staticmethod(lambda x: 0))
    patch.setattr(Base, "shared", 4)
    patch.setattr(solution, "LIMIT", 5)
    assert Box.twice(1) == 0 and Box.shared == 4 and solution.LIMIT == 5
assert (solution.LIMIT, Box().hello(), Box.twice(1), Base.shared) == (3, "base", 2, [])
assert type(Box().add(1)) is Box and solution.bump() == 1""",
    "threads": """
import threading
box = Box()
threads = [threading.Thread(target=lambda: [box.add(1) for _ in range(50)]) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(box) == 400""",
}
SLEEPS = """
import time
start = now()
time.sleep(5)
assert now() == time.time() == start + 5
wait(1000)
assert time.time() == now() == start + 1005
def nap(): time.sleep(7)
apply(nap)
assert now() == start + 1012
"""


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.usefixtures("backend")
def test_a_suite_sees_what_plain_python_shows(name: str) -> None:
    assert run_suite(suite(BODIES[name]), PROGRAM).green


@pytest.mark.parametrize("name", BODIES)
def test_plain_python_shows_it(name: str, tmp_path: Path) -> None:
    assert passes(suite(BODIES[name]), PROGRAM, tmp_path)


@pytest.mark.usefixtures("backend")
def test_sleeping_on_either_side_advances_one_clock() -> None:
    assert run_suite(suite(SLEEPS), PROGRAM).green


@pytest.mark.usefixtures("backend")
def test_containers_are_shared_no_longer_than_both_use_them() -> None:
    body = """
import sys
box = Box()
box.hold(kept := [])
for _ in range(50):
    same([[1], {2: 3}]), sort([2, 1]), len(box.items)
len(box)
assert 1 <= len(sys.meta_path[0]._peer.sharing._objects) < 5"""
    assert run_suite(suite(body), PROGRAM).green


@pytest.mark.usefixtures("backend")
def test_a_class_of_the_program_is_not_subclassed() -> None:
    body = 'with pytest.raises(TypeError, match="subclassed"):\n    class Mine(Box): pass'
    assert run_suite(suite(body), PROGRAM).green


@pytest.mark.parametrize(
    ("body", "ended", "red"),
    [
        ("sum(range(10**12))", Outcome.CPU_LIMIT, True),
        ("return bytearray(3 << 30)", Outcome.CRASHED, True),
        ("x = []\n    while True: x.append('y' * 10_000_000)", Outcome.CRASHED, True),
        ("return f()", Outcome.CRASHED, True),
        ("os.kill(os.getpid(), 9)", Outcome.KILLED, True),
        ("raise SystemExit(0)", Outcome.CRASHED, True),
        ("ctypes.string_at(0)", Outcome.CRASHED, False),
        ("os._exit(0)", Outcome.CRASHED, False),
    ],
)
@pytest.mark.usefixtures("backend")
def test_a_program_that_runs_wild_ends_as_in_the_process_of_its_suite(body: str, ended: Outcome, red: bool) -> None:
    run = run_suite(suite("assert f() == 1"), f"import ctypes, os\ndef f():\n    {body}\n")
    assert (run.ended, run.red, run.green) == (ended, red, False)


@pytest.mark.parametrize("source", ["x = (", "raise KeyError(1)", "import nothing"])
@pytest.mark.usefixtures("backend")
def test_a_program_that_cannot_be_loaded_fails_its_tests(source: str) -> None:
    assert run_suite("from solution import *\ndef test_a(): pass\n", source).red
    errors = "(SyntaxError, KeyError, ImportError)"
    caught = f"import pytest\ndef test_a():\n    with pytest.raises({errors}):\n        import solution\n"
    assert run_suite(caught, source).green
