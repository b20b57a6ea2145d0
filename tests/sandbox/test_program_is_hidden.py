"""A suite that looks at the program instead of testing it finds nothing, and forging the channel earns nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain_python import passes, suite

from cis_study.sandbox.suite import run_suite
from cis_study.scoring.mutant_runs import face_mutants
from cis_study.tasks.hidden import HiddenSide, apply, load_hidden_side

TASKS = Path(__file__).parents[2] / "config" / "tasks"
SECRET = "needle-in-the-program"
PROGRAM = f'''
"""{SECRET}"""
import functools, re, sys, time
_CONSTANT = "{SECRET}"
PATTERN = re.compile("{SECRET}")

def answer(n=0):
    """{SECRET}"""
    return n + len("{SECRET}")

def numbers():
    held = "{SECRET}"
    yield 1

class Thing:
    """{SECRET}"""
    def __init__(self):
        self.pattern, self.part, self.go = PATTERN, functools.partial(answer, "{SECRET}"), numbers()
    def fail(self):
        held = "{SECRET}"
        raise ValueError("wrong")
    @property
    def size(self):
        return len("{SECRET}")

class Text(str):
    pass
'''
FIND = "SECRET = ''.join(['needle', '-in-the-program'])\n"
"""The suite must not find a text of its own."""

LOOKS = {
    "reads the file": "assert SECRET in open('solution.py').read()",
    "reads the file of the module": "assert SECRET in open(solution.__file__).read()",
    "asks for the source": "import inspect\nassert SECRET in inspect.getsource(answer)",
    "asks for the source of a class": "import inspect\nassert SECRET in inspect.getsource(Thing)",
    "asks the loader": "assert SECRET in solution.__spec__.loader.get_source('solution')",
    "reads the code": "assert SECRET in answer.__code__.co_consts",
    "reads the code of a method": "assert SECRET in Thing.fail.__code__.co_consts",
    "reads the code of a property": "assert SECRET in Thing.size.fget.__code__.co_consts",
    "reads a docstring": "assert answer.__doc__ == SECRET",
    "reads the docstring of a class": "assert Thing.__doc__ == SECRET",
    "reads the docstring of the module": "assert solution.__doc__ == SECRET",
    "reads the names of a function": "assert answer.__globals__['_CONSTANT'] == SECRET",
    "reads a private name": "assert solution._CONSTANT == SECRET",
    "reads a pattern": "assert solution.PATTERN.pattern == SECRET",
    "prints a pattern": "assert SECRET in repr(Thing().pattern)",
    "reads a partial call": "assert SECRET in Thing().part.args",
    "prints a partial call": "assert SECRET in repr(Thing().part)",
    "reads the code of a generator": "assert SECRET in Thing().go.gi_code.co_consts",
    "reads the frames of an error": """
try:
    Thing().fail()
except ValueError as error:
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    assert trace.tb_frame.f_locals['held'] == SECRET""",
    "searches the heap": """
import gc
assert any(type(thing) is tuple and SECRET in map(str, thing) for thing in gc.get_objects())""",
    "listens to built-in functions": """
seen = []
solution.len = lambda text: seen.append(text) or 0
answer()
assert seen == [SECRET]""",
    "formats a text of the program": "assert SECRET in Text('{0.__globals__}').format(answer)",
}
"""Body of a test that passes where the program is an ordinary module."""

PAST = """
import json, os, sys
held = [solution, Thing, Thing(), answer, numbers(), Text("x"), solution.PATTERN, Thing().part]
peer = sys.meta_path[0]._peer
THEIRS = [["yours", key] for key in sorted(peer._their_keys.values())]
def say(kind, body, described=()):
    line = [kind, body, ["tuple", ["float", "0x0p+0"], ["tuple"]], [], [], list(described), []]
    os.write(peer._writer.fileno(), json.dumps(line).encode() + b"\\n")
def hear():
    text = b""
    while not text.endswith(b"\\n"):
        text += os.read(peer._writer.fileno(), 1 << 16) or exit(1)
    return text.decode()
def ask(*parts):
    say("ask", ["tuple", *parts])
    return hear()
assert len(THEIRS) > 8 and any('["return",22,' in ask("call", thing, ["tuple", 1], ["tuple"]) for thing in THEIRS)
"""
"""Speaks to the process of the program past the stand-ins; `THEIRS` is all that it handed out."""

ASKS = {
    "for what is inside": """
heard = ""
for thing in THEIRS:
    for name in ("__globals__", "__code__", "__doc__", "__dict__", "__closure__", "__builtins__", "__defaults__",
                 "__self__", "__func__", "__wrapped__", "__class__", "__reduce__", "__subclasses__", "__repr__",
                 "__str__", "__format__", "_CONSTANT", "pattern", "args", "func", "gi_frame", "gi_code", "fget"):
        heard += ask("get", thing, name) + ask("method", thing, name, ["tuple"], ["tuple"])
assert SECRET in heard""",
    "modules that it named": """
assert '["return"' in ask("get", ["name", "sys", ""], "modules") + ask("get", ["name", "re", ""], "enum")""",
    "classes that it named": """
assert '["return"' in ask("call", ["name", "builtins", "object"], ["tuple"], ["tuple"])""",
    "classes of the standard library": """
partial, function = (["yours", peer._their_keys[id(thing)]] for thing in (type(held[-1]), answer))
heard = ask("call", partial, ["tuple", function], ["tuple"])
heard += ask("method", partial, "__call__", ["tuple", function], ["tuple"])
assert '["return"' in heard""",
    "by texts that say what they are": """
special = ["startswith", "endswith", "__eq__", "__hash__"]
bases = [["name", "builtins", "str"]]
described = [[900, {"name": "T", "module": "x", "bases": bases, "hashable": True, "special": special, "methods": []}]]
def cheat(*parts):
    say("ask", ["tuple", *parts], described)
    described.clear()
    while (heard := hear()).startswith('["ask"'):
        equal = any(f'"__eq__",["tuple","{text}"]' in heard for text in ("call", "get", "__globals__"))
        say("return", ["int", hex(hash("__globals__"))] if "__hash__" in heard else equal)
    return heard
heard = ""
for number, thing in enumerate(THEIRS):
    heard += cheat("get", thing, ["object", 2 * number + 901, 900, "__globals__"])
    heard += cheat(["object", 2 * number + 902, 900, "x"], thing, "__globals__")
assert SECRET in heard""",
    "for a template": """
heard = "".join(ask("method", thing, "format", ["tuple", thing], ["tuple"]) for thing in THEIRS)
heard += ask("method", "{0.__class__}", "format", ["tuple", THEIRS[0]], ["tuple"])
assert '["return"' in heard""",
}
OUT_OF_REACH = {
    "its memory": "libc.process_vm_readv(pid, None, 0, None, 0, 0)",
    "its execution": "libc.ptrace(16, pid, 0, 0)",
    "its descriptors": "libc.syscall(434, pid, 0)",
    "its end": "os.kill(pid, 9)",
    "its limits": "resource.prlimit(pid, resource.RLIMIT_CPU)",
    "its priority": "os.setpriority(os.PRIO_PROCESS, pid, 19)",
    "its files": "os.open(f'/proc/{pid}/mem', os.O_RDONLY)",
    "its descriptors by name": "os.listdir(f'/proc/{pid}/fd')",
}
INHERITED = """
import ctypes, os
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
end = libc.sbrk(ctypes.c_long(0)) // 4096 * 4096
inner, outer = os.pipe()
start = end
while libc.write(outer, ctypes.c_void_p(start - 4096), ctypes.c_long(1)) == 1:
    os.read(inner, 1)
    start -= 4096
assert end - start > 1_000_000
assert ctypes.string_at(start, end - start).count(SECRET.encode()) < 50
"""
"""The memory that a fork has from the server."""
HASH = """
seen = []
for name in dir(solution):
    thing = getattr(solution, name)
    seen += [name, type(thing).__name__, thing if isinstance(thing, (int, str, tuple, list, dict)) else None]
    for part in [thing, *map(vars(thing).get, sorted(vars(thing)))] if hasattr(thing, "__dict__") else []:
        code = getattr(part, "__code__", None)
        seen += [getattr(part, name, None) for name in ("__doc__", "__qualname__", "__defaults__", "__module__")]
        seen += [code.co_code, code.co_names, str(code.co_consts)] if code is not None else []
assert hash(str(seen)) % 2
"""
FORGERIES = {
    "replaces what it tests": "import solution\nsolution.fibonacci = lambda n: 5\n"
    "def test_a():\n    assert solution.fibonacci(5) == 5\n",
    "answers in place of the program": "import sys\ntype(sys.meta_path[0]._peer).ask = lambda *parts: 5\n"
    "def test_a():\n    assert fibonacci(5) == 5\n",
    "answers on the channel": "import os, socket, sys\nhere, there = socket.socketpair()\n"
    "os.dup2(here.fileno(), sys.meta_path[0]._peer._writer.fileno())\n"
    "there.send(b'[\"return\",5,0.0,[],[],[],[]]\\n')\n"
    "def test_a():\n    assert fibonacci(5) == 5\n",
    "closes the channel": "import os, sys\nos.close(sys.meta_path[0]._peer._writer.fileno())\ndef test_a(): pass\n",
    "cuts the program off": "import os, sys\nos.write(sys.meta_path[0]._peer._writer.fileno(), b'[\\n')\n"
    "def test_a(): pass\n",
    "asks for nothing it was given": "import sys\nfrom inside.crossing import _Theirs\n"
    "def test_a():\n    sys.meta_path[0]._peer.ask('get', _Theirs(10**6), 'x')\n",
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.usefixtures("backend")
def test_looking_at_the_program_shows_nothing(name: str) -> None:
    run = run_suite(suite(FIND + LOOKS[name]), PROGRAM)
    assert (run.passed, run.failed) == (0, 1)


@pytest.mark.parametrize("name", LOOKS)
def test_in_plain_python_it_shows(name: str, tmp_path: Path) -> None:
    assert passes(suite(FIND + LOOKS[name]), PROGRAM, tmp_path)


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.usefixtures("backend")
def test_asking_past_the_stand_ins_shows_nothing(name: str) -> None:
    assert run_suite(suite(FIND + PAST), PROGRAM).green, "the attempt itself is broken"
    run = run_suite(suite(FIND + PAST + ASKS[name]), PROGRAM)
    assert (run.passed, run.failed) == (0, 1)


@pytest.mark.parametrize("name", OUT_OF_REACH)
@pytest.mark.usefixtures("backend")
def test_the_process_of_the_program_is_out_of_reach(name: str) -> None:
    body = (
        "import ctypes, os, resource\nlibc = ctypes.CDLL(None)\n"
        f"for pid in [where(), os.getpid() - 1]:\n    with pytest.raises(OSError):\n"
        f"        if {OUT_OF_REACH[name]} == -1: raise OSError\n"
    )
    assert run_suite(suite(body), "import os\ndef where(): return os.getpid()\n").green


@pytest.mark.usefixtures("backend")
def test_the_process_of_the_program_is_closed_to_its_user() -> None:
    program = "import ctypes\ndef dumpable(): return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)\n"
    assert run_suite(suite("assert dumpable() == 0"), program).green


@pytest.mark.usefixtures("backend")
def test_no_text_of_the_program_is_inherited() -> None:
    assert run_suite(suite(FIND + INHERITED), PROGRAM + f"# {SECRET}\n" * 2000).green


@pytest.mark.parametrize("task", ["expression_evaluator", "rate_limiter", "transaction_store"])
@pytest.mark.usefixtures("backend")
def test_a_suite_that_hashes_what_it_sees_kills_all_or_nothing(task: str) -> None:
    hidden = load_hidden_side(TASKS / task, generated=False)
    programs = [hidden.reference, *(apply(mutant, hidden.reference) for mutant in hidden.mutants)]
    assert len({run_suite(suite(HASH), program).green for program in programs}) == 1


def test_in_plain_python_a_hash_tells_programs_apart(tmp_path: Path) -> None:
    hidden = load_hidden_side(TASKS / "transaction_store", generated=False)
    programs = [hidden.reference, *(apply(mutant, hidden.reference) for mutant in hidden.mutants)]
    assert len({passes(suite(HASH), program, tmp_path) for program in programs}) == 2


@pytest.fixture(scope="module")
def fibonacci() -> HiddenSide:
    return load_hidden_side(TASKS / "fibonacci", generated=False)


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.usefixtures("backend")
def test_a_suite_that_forges_the_channel_kills_nothing(fibonacci: HiddenSide, name: str) -> None:
    tests = "from solution import *\n" + FORGERIES[name]
    mutant = "def fibonacci(n):\n    return 7\n"
    assert [run_suite(tests, program).red for program in (fibonacci.reference, mutant, mutant)] == [False] * 3
    face_mutants.cache_clear()
    assert not any(run.killed for run in face_mutants(FORGERIES[name], fibonacci).mutants)
    assert run_suite("def test_a(): pass\n", "").green, "the server has suffered"
