"""Changes of a program: what each operator makes, and that an edit makes exactly that."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.tasks.bank import as_edit, candidates, shape
from cis_study.tasks.hidden import Variant, apply, load_hidden_side
from cis_study.tasks.mutation import OPERATORS, changes

ROOT = Path(__file__).parents[2]
TASKS = sorted(path.parent for path in (ROOT / "config" / "tasks").glob("*/task.yaml"))

KNOWN = [
    ("comparison", "a = x < y", ["a = x <= y"]),
    ("comparison", "a = (x)  not   in (y)", []),
    ("comparison", "a = x not in (y)", ["a = x in (y)"]),
    ("comparison", "a = 1 < x == y", ["a = 1 <= x == y", "a = 1 < x != y"]),
    ("comparison", "a = 'äö' == x", ["a = 'äö' != x"]),
    ("logic", "a = x and y or z", ["a = x or y or z", "a = x and y and z"]),
    ("operand", "a = x and y and z", ["a = y and z", "a = x and z", "a = x and y"]),
    ("arithmetic", "a = (x + y) * 2", ["a = (x - y) * 2", "a = (x + y) + 2"]),
    ("arithmetic", "a //= b", ["a *= b"]),
    ("arithmetic", "a = 'x' + b", []),
    ("number", "a = 10", ["a = 9", "a = 11"]),
    ("number", "a = True", []),
    ("string", "a = 'x'", ['a = ""']),
    ("string", "a = ''", ['a = "?"']),
    ("string", "raise ValueError('too ' + 'long')", []),
    ("string", "'docstring'\na = f'{x}y'", []),
    ("truth", "f(last=False)", ["f(last=True)"]),
    ("condition", "if x < y: pass", ["if not (x < y): pass"]),
    ("condition", "if x == y or z: pass", ["if not (x == y or z): pass"]),
    ("condition", "if x == y: pass", []),
    ("condition", "if not x: pass", []),
    ("condition", "a = [i for i in x if i]", ["a = [i for i in x if not (i)]"]),
    ("negation", "a = not x", ["a = x"]),
    ("negation", "a = -(x)", ["a = x"]),
    ("result", "def f():\n    return x", ["def f():\n    return None"]),
    ("result", "def f():\n    return None", []),
    ("statement", "a.b = 1", ["pass"]),
    ("statement", "del a[0]", ["pass"]),
    ("statement", "a = 1", []),
    ("loop", "while x: break", ["while x: continue"]),
    ("argument", "f(a, last=False)", ["f(a)"]),
    ("argument", "f(x=1, y=2)", ["f(y=2)", "f(x=1)"]),
    ("counterpart", "a = b.popleft", []),
    ("counterpart", "a = max(b.append(1))", ["a = min(b.append(1))", "a = max(b.appendleft(1))"]),
    ("bound", "a = b[1:n]", ["a = b[:n]", "a = b[1:]"]),
    ("exception", "raise ValueError(x)", ["raise TypeError(x)"]),
    ("exception", "raise Full", ["raise ValueError"]),
    ("number", "a: Literal[3] = None", []),
]


@pytest.mark.parametrize(("operator", "source", "expected"), KNOWN)
def test_an_operator_makes_its_slip_and_no_other(operator: str, source: str, expected: list[str]) -> None:
    made = [source[: c.start] + c.text + source[c.end :] for c in changes(source) if c.operator == operator]
    assert sorted(made) == sorted(expected)


def test_every_operator_has_a_known_answer() -> None:
    assert {operator for operator, _, expected in KNOWN if expected} == set(OPERATORS)


@pytest.mark.parametrize("path", sorted((ROOT / "src" / "cis_study").glob("s*/*.py")), ids=lambda path: path.name)
def test_an_edit_makes_exactly_the_change(path: Path) -> None:
    """On the study's own modules, which hold far more forms than the references."""
    source = path.read_text()
    for change in changes(source):
        changed = source[: change.start] + change.text + source[change.end :]
        assert changed != source
        edit = as_edit(change, source, [source])
        if edit is not None:
            assert apply(Variant(id="x", edits=[edit]), source) == changed


def test_an_edit_is_unique_in_every_form() -> None:
    source = "a = 1\nb = 2\na = 1\n"
    first, *_, last = changes(source)
    assert as_edit(first, source, [source]).find == "a = 1\nb = 2"  # type: ignore[union-attr]
    assert as_edit(last, source, [source]).find == "b = 2\na = 1"  # type: ignore[union-attr]
    assert as_edit(last, source, [source, source.replace("b", "c")]) is None


@pytest.mark.parametrize("folder", TASKS, ids=lambda folder: folder.name)
def test_candidates_are_valid_and_all_different(folder: Path) -> None:
    side = load_hidden_side(folder, generated=False)
    found = candidates(side)
    shapes = [shape(item.program) for item in found]
    taken = [shape(program) for program in (*side.forms, *(apply(mutant, side.reference) for mutant in side.mutants))]
    assert None not in shapes
    assert len({*shapes, *taken}) == len(shapes) + len(taken)
    assert len({item.id for item in found}) == len(found)
    for item in found:
        variant = Variant(id=item.id, edits=[item.edit])
        assert apply(variant, side.reference) == item.program
        assert all(shape(apply(variant, form)) for form in side.forms)
