"""Every architectural rule finds its planted violation and leaves honest code alone."""

from __future__ import annotations

import pytest

from cis_study.errors import StudyError
from cis_study.scoring.constraints import RULES, check_constraints
from cis_study.scoring.python_text import parse
from cis_study.tasks.hidden import Constraint

LRU = {"class": "LRUCache", "methods": ["get", "put"]}


def findings(rule: str, source: str, exports: list[str] | None = None, **params: object) -> list[str]:
    tree = parse(source)
    assert tree is not None
    (verdict,) = check_constraints(tree, exports or [], [Constraint(rule=rule, params=params)])
    return [finding.what for finding in verdict.findings]


def lru(get: str, put: str = "pass", init: str = "self.cache = {}", rest: str = "") -> str:
    return (
        f"class LRUCache:\n    def __init__(self, capacity):\n        {init}\n"
        f"    def get(self, key):\n        {get}\n    def put(self, key, value):\n        {put}\n{rest}"
    )


VIOLATIONS: list[tuple[str, str, dict[str, object]]] = [
    ("defines_exports", "def g(): pass", {}),
    ("no_dynamic_code", "def f(x):\n    return eval(x)", {}),
    ("no_dynamic_code", "def f(x):\n    exec(x)", {}),
    ("quiet_import", "print('hello')", {}),
    ("quiet_import", "x = input()", {}),
    ("quiet_import", "for i in range(3):\n    pass", {}),
    ("quiet_import", "if True:\n    print(1)", {}),
    ("standard_library", "import numpy", {}),
    ("standard_library", "def f():\n    from redis import Redis", {}),
    ("forbid_imports", "import os", {"modules": ["os"]}),
    ("forbid_imports", "from urllib.request import urlopen", {"modules": ["urllib"]}),
    ("forbid_imports", "def f():\n    import socket as s", {"modules": ["socket"]}),
    ("calls_module", "def f(x):\n    return '@' in x", {"module": "re"}),
    ("calls_module", "import re\ndef f(x):\n    return '@' in x", {"module": "re"}),
    ("no_sleep", "import time\ndef f():\n    time.sleep(1)", {}),
    ("no_sleep", "from time import sleep\ndef f():\n    sleep(1)", {}),
    ("no_shared_state", "store = {}", {}),
    ("no_shared_state", "from collections import defaultdict\nstore = defaultdict(list)", {}),
    ("no_shared_state", "class A:\n    requests = []", {}),
    ("no_shared_state", "def f(x, seen={}):\n    pass", {}),
    ("no_shared_state", "n = 0\ndef f():\n    global n\n    n += 1", {}),
    ("no_loops", "def f(n):\n    for i in range(n): pass", {}),
    ("no_loops", "def f(n):\n    while n: n -= 1", {}),
    ("no_loops", "def f(n):\n    return [i for i in range(n)]", {}),
    ("no_loops", "def f(n):\n    return sum(i for i in range(n))", {}),
    ("recursive", "def f(n):\n    return n", {"function": "f"}),
    ("recursive", "def f(n):\n    return g(n)\ndef g(n):\n    return n", {"function": "f"}),
    ("recursive", "def f(n):\n    return n\ndef g(n):\n    return g(n - 1)", {"function": "f"}),
    ("constant_time", lru("return [v for k, v in self.cache.items() if k == key]"), LRU),
    ("constant_time", lru("for k in self.cache: pass"), LRU),
    ("constant_time", lru("return min(self.cache, key=self.cache.get)"), LRU),
    ("constant_time", lru("self.order.remove(key)"), LRU),
    ("constant_time", lru("pass", "self.order.pop(0)"), LRU),
    ("constant_time", lru("return key in self.order", init="self.order = []"), LRU),
    ("constant_time", lru("pass", "del self.order[0]", init="self.order = []"), LRU),
    (
        "constant_time",
        lru("return self.find(key)", rest="    def find(self, key):\n        for k in self.cache: pass\n"),
        LRU,
    ),
    ("constant_time", lru("return list(self.cache.keys())[0]"), LRU),
    ("constant_time", "class LRUCache:\n    def get(self, key):\n        pass\n", LRU),
    ("constant_time", "class Other: pass", LRU),
]


@pytest.mark.parametrize(("rule", "source", "params"), VIOLATIONS)
def test_planted_violation_is_found(rule: str, source: str, params: dict[str, object]) -> None:
    assert findings(rule, source, ["f"], **params)


HONEST: list[tuple[str, str, dict[str, object]]] = [
    ("defines_exports", "f = lambda n: n", {}),
    ("defines_exports", "try:\n    def f(): pass\nfinally:\n    pass", {}),
    ("no_dynamic_code", "import re\np = re.compile('x')", {}),
    ("quiet_import", "'''doc'''\nX = 3\nif __name__ == '__main__':\n    print(X)", {}),
    ("standard_library", "from __future__ import annotations\nimport collections.abc", {}),
    ("forbid_imports", "import ostrich", {"modules": ["os"]}),
    ("forbid_imports", "text = 'import os'  # import os", {"modules": ["os"]}),
    ("calls_module", "import re as r\ndef f(x):\n    return r.match('a', x)", {"module": "re"}),
    ("calls_module", "from re import fullmatch\ndef f(x):\n    return fullmatch('a', x)", {"module": "re"}),
    ("calls_module", "import re\nP = re.compile('a')", {"module": "re"}),
    ("no_shared_state", "LIMIT = 10\nNAMES = ('a', 'b')\nclass A:\n    __slots__ = ['x']", {}),
    ("no_shared_state", "import threading\nLOCK = threading.Lock()", {}),
    ("no_loops", "def f(n):\n    return f(n - 1)  # for while", {}),
    ("recursive", "def f(n):\n    return f(n - 1)", {"function": "f"}),
    ("recursive", "def f(n):\n    return g(n)\ndef g(n):\n    return f(n - 1)", {"function": "f"}),
    ("recursive", "def f(n):\n    def h(k):\n        return h(k - 1)\n    return h(n)", {"function": "f"}),
    ("recursive", "f = lambda n: f(n - 1)", {"function": "f"}),
    ("constant_time", lru("return self.cache.pop(key)", "self.cache[next(iter(self.cache))] = 1"), LRU),
    ("constant_time", lru("return max(1, self.size)"), LRU),
    ("constant_time", lru("pass", "while len(self.cache) > 3: self.cache.popitem()"), LRU),
    (
        "constant_time",
        lru("self.list.remove(key)", rest="class Links:\n    def remove(self, node):\n        node.next = None\n"),
        LRU,
    ),
    ("constant_time", lru("self._remove(key)", rest="    def _remove(self, key):\n        del self.cache[key]\n"), LRU),
    ("constant_time", lru("pass", rest="    def __repr__(self):\n        return str(list(self.cache))\n"), LRU),
]


@pytest.mark.parametrize(("rule", "source", "params"), HONEST)
def test_honest_code_is_left_alone(rule: str, source: str, params: dict[str, object]) -> None:
    assert findings(rule, source, ["f"], **params) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in VIOLATIONS} == set(RULES)


def test_findings_name_the_line() -> None:
    tree = parse("x = 1\nimport os\n")
    assert tree is not None
    (verdict,) = check_constraints(tree, [], [Constraint(rule="forbid_imports", params={"modules": ["os"]})])
    assert verdict.findings == ((2, "imports os"),)


@pytest.mark.parametrize(("rule", "params"), [("no_such_rule", {}), ("no_loops", {"surplus": 1}), ("recursive", {})])
def test_a_faulty_rubric_is_refused(rule: str, params: dict[str, object]) -> None:
    tree = parse("x = 1")
    assert tree is not None
    with pytest.raises(StudyError, match=rule):
        check_constraints(tree, [], [Constraint(rule=rule, params=params)])
