"""Objects, classes, exceptions and the module itself look to a suite as those of an ordinary module."""

from __future__ import annotations

import pytest
from plain_python import suite
from tested_program import PROGRAM, as_in_plain_python

from cis_study.sandbox.suite import run_suite

BODIES = {
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


TestAsInPlainPython = as_in_plain_python(BODIES)


@pytest.mark.usefixtures("backend")
def test_a_class_of_the_program_is_not_subclassed() -> None:
    body = 'with pytest.raises(TypeError, match="subclassed"):\n    class Mine(Box): pass'
    assert run_suite(suite(body), PROGRAM).green
