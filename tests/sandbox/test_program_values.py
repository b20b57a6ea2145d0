"""Values, containers and callables cross between a suite and the program it tests as between two ordinary modules."""

from __future__ import annotations

import pytest
from plain_python import suite
from tested_program import PROGRAM, as_in_plain_python

from cis_study.sandbox.suite import run_suite

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
    "copies": """
import copy
box = Box(1)
deep = copy.deepcopy(box).add(2)
assert len(box) == 1 and type(deep) is Box
copy.copy(box).add(3)
assert len(box) == 2""",
}


TestAsInPlainPython = as_in_plain_python(BODIES)


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
