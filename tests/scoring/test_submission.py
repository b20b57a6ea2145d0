"""Replies as small models really write them: every part that is there is found, and nothing else is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cis_study.scoring.submission import parse_reply

SOLUTION = "def fibonacci(n):\n    if n < 2:\n        return max(n, 0)\n    return fibonacci(n - 1) + fibonacci(n - 2)"
TESTS = "from solution import fibonacci\n\n\ndef test_ten():\n    assert fibonacci(10) == 55"
RATIONALE = "The function calls itself for the two smaller numbers and stops at the base cases."
F = "```"


def complete_replies() -> dict[str, str]:
    """Name -> reply, from `replies.txt`, with the three parts put in."""
    indented = SOLUTION.replace("\n", "\n   ")
    parts = {"solution": SOLUTION, "tests": TESTS, "rationale": RATIONALE, "indented solution": indented}
    text = (Path(__file__).parent / "replies.txt").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"<{name}>", part)
    return dict(entry.split("\n", 1) for entry in text.removeprefix("=== ").split("\n=== "))


COMPLETE = complete_replies()


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_complete_reply(name: str, line_end: str) -> None:
    submission = parse_reply(COMPLETE[name].replace("\n", line_end), ["fibonacci"])
    assert submission.source is not None
    assert submission.tests is not None
    assert submission.rationale is not None
    assert ast.dump(ast.parse(submission.source)) == ast.dump(ast.parse(SOLUTION))
    functions = [node.name for node in ast.parse(submission.tests).body if isinstance(node, ast.FunctionDef)]
    assert functions == ["test_ten"]
    assert RATIONALE in submission.rationale
    assert "def " not in submission.rationale


@pytest.mark.parametrize(
    ("reply", "missing"),
    [
        ("", {"solution", "tests", "rationale"}),
        ("I cannot help.", {"solution", "tests"}),
        (f"{F}python\n{SOLUTION}\n{F}", {"tests", "rationale"}),
        (f"## Tests\n{F}python\n{TESTS}\n{F}", {"solution", "rationale"}),
        (f"## Rationale\n{RATIONALE}", {"solution", "tests"}),
        (f"{F}python\n# the complete module\n{F}", {"solution", "tests", "rationale"}),
        (f"{F}python\nfrom solution import fibonacci\n{F}", {"solution", "tests", "rationale"}),
    ],
)
def test_missing_parts_are_named_and_void_nothing(reply: str, missing: set[str]) -> None:
    submission = parse_reply(reply, ["fibonacci"])
    noted = {note.split(":")[0] for note in submission.notes if note.endswith("holds none")}
    assert noted == missing
    assert (submission.source is None) == ("solution" in missing)
    assert (submission.tests is None) == ("tests" in missing)
    assert (submission.rationale is None) == ("rationale" in missing)


def test_tests_that_bring_their_own_solution_face_the_given_one() -> None:
    copied = f"{SOLUTION}\n\n\ndef test_ten():\n    assert fibonacci(10) == 55"
    submission = parse_reply(
        f"## Solution\n{F}python\n{SOLUTION}\n{F}\n## Tests\n{F}python\n{copied}\n{F}", ["fibonacci"]
    )
    assert submission.tests is not None
    assert "def fibonacci" not in submission.tests
    assert any("own copy" in note for note in submission.notes)


def test_an_empty_tests_section_leaves_the_tests_beside_the_solution() -> None:
    first = f"{SOLUTION}\n\ndef test_ten():\n    assert fibonacci(10) == 55"
    empty = "from solution import fibonacci\n# at most five tests"
    reply = f"## Solution\n{F}python\n{first}\n{F}\n## Tests\n{F}python\n{empty}\n{F}"
    assert "test_ten" in (parse_reply(reply, ["fibonacci"]).tests or "")


def test_a_fixture_in_a_block_of_its_own_stays_with_the_tests() -> None:
    blocks = ["import pytest\n\n@pytest.fixture\ndef ten():\n    return 10", "def test_ten(ten):\n    assert ten == 10"]
    reply = "## Tests\n" + "\n".join(f"{F}python\n{block}\n{F}" for block in blocks)
    tests = parse_reply(reply, ["fibonacci"]).tests or ""
    assert "def ten" in tests
    assert "def test_ten" in tests


def test_a_call_of_a_test_goes_with_the_test() -> None:
    body = f"{SOLUTION}\n\ndef test_ten():\n    assert fibonacci(10) == 55\n\ntest_ten()\n"
    submission = parse_reply(f"{F}python\n{body}{F}", ["fibonacci"])
    assert submission.source is not None
    assert "test_ten" not in submission.source


def test_a_cut_off_suite_keeps_its_finished_tests() -> None:
    begun = "def test_more():\n    assert fibonacci("
    reply = f"## Solution\n{F}python\n{SOLUTION}\n{F}\n## Tests\n{F}python\n{TESTS}\n\n\n{begun}"
    submission = parse_reply(reply, ["fibonacci"])
    assert submission.tests is not None
    assert "test_ten" in submission.tests
    assert "test_more" not in submission.tests


def test_a_closed_block_that_is_no_python_is_kept_as_it_is() -> None:
    submission = parse_reply(f"{F}python\ndef fibonacci(n)\n    return n\n{F}", ["fibonacci"])
    assert submission.source == "def fibonacci(n)\n    return n\n"


def test_typographic_characters_are_mended_only_where_that_helps() -> None:
    broken = "def fibonacci(n):\n    return n \u2011 1 if n == \u20180\u2019 else n"
    submission = parse_reply(f"{F}python\n{broken}\n{F}", ["fibonacci"])
    assert submission.source == "def fibonacci(n):\n    return n - 1 if n == '0' else n\n"
    honest = "def fibonacci(n):\n    return '\u2011'"
    assert "\u2011" in (parse_reply(f"{F}python\n{honest}\n{F}", ["fibonacci"]).source or "")


def test_a_solution_in_two_blocks_is_joined() -> None:
    blocks = ["class Node:\n    pass", "class LRUCache:\n    node = Node"]
    reply = "## Solution\n" + "\nand then\n".join(f"{F}python\n{block}\n{F}" for block in blocks)
    submission = parse_reply(reply, ["LRUCache"])
    assert submission.source is not None
    assert "class Node" in submission.source
    assert "class LRUCache" in submission.source


def test_the_first_of_two_complete_versions_counts() -> None:
    other = SOLUTION.replace("max(n, 0)", "0")
    reply = f"## Solution\n{F}python\n{SOLUTION}\n{F}\nOr:\n{F}python\n{other}\n{F}\n"
    assert "max(n, 0)" in (parse_reply(reply, ["fibonacci"]).source or "")


@given(st.text(alphabet="`~#*\n :abcdefRationaleTests()=1", max_size=300))
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_reply(text, ["fibonacci"])
