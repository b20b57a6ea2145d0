"""Edits change the text and never the program."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cis_study.scoring.python_text import parse
from cis_study.validity.edits import EDITS, add_comments, reformat, rename, strip_comments
from cis_study.validity.surface import comment_count, surface_table

TASKS = Path(__file__).parents[2] / "config" / "tasks"
SOURCES = sorted(TASKS.glob("*/reference.py")) + sorted(TASKS.glob("*/control_linear.py"))
TRICKY = '''
import math
LIMIT = 3  # not a comment: "# inside" is
def outer(given, *, option=None):
    """Docs # with a hash.

        indented"""
    total = 0; other = given
    def inner(step):
        nonlocal total
        total += step
        return [item * other for item in range(step)]
    if option: return f"{other}"
    elif given > LIMIT:
        list = [given]
        count = len(list)  # counted
    else:
        try:
            count = inner(given)
        except ValueError as failure:
            raise failure
    text = """
# no comment
"""
    return count, text, total
def second():
    return list((1, 2))
class Holder:
    size = 4
    def grow(self):
        size = self.size + 1
        extra = size
        return extra
'''


def run(source: str) -> object:
    scope: dict[str, object] = {}
    exec(compile(source, "solution.py", "exec"), scope)
    called = scope["outer"], scope["second"], scope["Holder"]
    return called[0](5), called[0](2), called[1](), called[2]().grow()  # type: ignore[operator]


def test_names_are_renamed_only_where_that_is_safe() -> None:
    edited = rename(TRICKY)
    assert edited is not None
    kept = ("given", "option", "other", "total", "failure", "LIMIT", "inner", "list", "size")
    assert all(f"renamed_{name}" not in edited for name in kept)
    assert all(f"renamed_{name}" in edited for name in ("count", "text", "item", "extra"))
    assert run(edited) == run(TRICKY)


@pytest.mark.parametrize("edit", [reformat, strip_comments, add_comments])
def test_layout_and_comments_leave_what_it_does_alone(edit: object) -> None:
    edited = edit(TRICKY)  # type: ignore[operator]
    assert edited not in (None, TRICKY)
    assert run(edited) == run(TRICKY)


def test_comments_go_and_come() -> None:
    assert comment_count(TRICKY) == 2
    assert comment_count(strip_comments(TRICKY) or "#") == 0
    assert comment_count(add_comments(TRICKY) or "") > 20
    assert '# inside" is' not in (strip_comments(TRICKY) or "")
    assert strip_comments("x = 1\n") is None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_reference_can_be_edited(path: Path) -> None:
    source = path.read_text()
    for name in ("reformat", "add_comments"):
        assert EDITS[name](source) is not None
    renamed = rename(source)
    if renamed is not None:
        assert ast.dump(ast.parse(renamed.replace("renamed_", ""))) == ast.dump(ast.parse(source))


@pytest.mark.parametrize("edit", EDITS.values())
def test_what_is_no_python_is_left_alone(edit: object) -> None:
    assert edit("def broken(:\n") is None  # type: ignore[operator]


def test_names_that_are_looked_up_are_kept() -> None:
    assert rename("def f():\n    x = 1\n    return locals()['x']\n") is None


def test_the_surface_of_a_reply_is_counted() -> None:
    reply = (
        "## Solution\n```python\n# one\ndef f():\n\n    return 1  # two\n```\n## Rationale\nIt returns one, as asked.\n"
    )
    battle = {"model": "m", "task": "t", "replicate": 1, "reply": {"content": reply},
              "request": {"messages": [{"role": "user", "content": "Return one number"}]}}  # fmt: skip
    nothing = battle | {"replicate": 2, "reply": None}
    table = surface_table([battle, nothing], {"t": ["f"]})
    assert table.loc[0, ["source_lines", "comments", "rationale_words"]].to_list() == [2, 2, 5]
    assert table.loc[0, "prompt_share"] == pytest.approx(1 / 3)
    assert table.loc[1, ["source_lines", "comments", "rationale_words", "prompt_share"]].to_list() == [0, 0, 0, 0]


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edit_leaves_the_shared_tree_of_its_source_alone(name: str) -> None:
    shared = parse(TRICKY)
    assert shared is not None
    before = ast.dump(shared, include_attributes=True)
    EDITS[name](TRICKY)
    assert parse(TRICKY) is shared
    assert ast.dump(shared, include_attributes=True) == before
