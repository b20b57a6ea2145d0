"""Parse a reply into its three parts; a missing part is noted, and never voids the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cis_study.scoring.blocks import Block, cut_blocks
from cis_study.scoring.python_text import (
    defined_names,
    defines_any,
    imports_itself,
    is_test,
    longest_whole_start,
    mend_typography,
    parse,
    without_statements,
)

_PYTHON_INFO = re.compile(r"^(py|python|python3|py3|pycon)\b")
_CODE_START = re.compile(r"^(?:from\s+\w|import\s+\w|def\s+\w|class\s+\w|async\s+def\s|@\w)")
_TEST_MARK = re.compile(r"^\s*(?:def test|class Test|assert\b)|unittest\.TestCase", re.M)
_MIN_RATIONALE_WORDS = 3


@dataclass(frozen=True)
class Submission:
    """The parts of one reply; None where the reply holds no such part. `notes` says what was done and why."""

    source: str | None
    tests: str | None
    rationale: str | None
    notes: tuple[str, ...] = ()


def parse_reply(text: str, exports: Sequence[str]) -> Submission:
    """Find solution, tests and rationale in a reply, whatever the labels, their order and the fences.

    Content decides before labels do: a block that defines an exported name is the solution, a block
    with test functions holds the tests. Code outside fences is accepted where no fence holds any.

    Args:
        text: the reply as the contestant wrote it.
        exports: names that the solution has to define.
    """
    notes: list[str] = []
    blocks = cut_blocks(text)
    code = [block for block in blocks if _is_code(block)]
    if not any(_defines(block, exports) for block in code):
        code += [bare for block in blocks if not block.fenced and (bare := _bare_code(block, exports))]
    solution = _solution_blocks(code, exports)
    tests = [block for block in code if block not in solution and (block.role == "tests" or _has_tests(block))]
    if not any(map(_has_tests, tests)):
        tests = []
    source = _program(solution, "solution", notes)
    suite = _program(tests, "tests", notes)
    return _cleaned(source, suite, _rationale(blocks, code), exports, notes)


def from_parts(source: str, tests: str, rationale: str, exports: Sequence[str]) -> Submission:
    """A submission whose parts come separately, treated like those that a reply holds."""
    notes: list[str] = []
    program, suite = (
        _program([Block(name, text, fenced=True)] if text.strip() else [], name, notes)
        for name, text in (("solution", source), ("tests", tests))
    )
    return _cleaned(program, suite, _enough(rationale), exports, notes)


def _cleaned(
    source: str | None, suite: str | None, rationale: str | None, exports: Sequence[str], notes: list[str]
) -> Submission:
    """Tests out of the solution and the solution out of the tests; `notes` is extended."""
    if source is not None and suite is None and _TEST_MARK.search(source):
        suite = source
        notes.append("tests: taken from the block that also holds the solution")
    if source is not None:
        source = without_statements(source, is_test if _TEST_MARK.search(source) else imports_itself)
        if (tree := parse(source)) is not None and not tree.body:
            source = None
    if suite is not None:
        stripped = without_statements(suite, lambda node: defines_any(node, exports))
        if stripped != suite:
            notes.append("tests: their own copy of the solution was taken out")
        suite = stripped if _TEST_MARK.search(stripped) else None
    for name, part in (("solution", source), ("tests", suite), ("rationale", rationale)):
        if part is None:
            notes.append(f"{name}: the reply holds none")
    return Submission(source, suite, rationale, tuple(notes))


def _is_code(block: Block) -> bool:
    if not block.fenced:
        return False
    if _PYTHON_INFO.match(block.info):
        return block.role != "rationale" or parse(block.text) is not None
    starts = any(_CODE_START.match(line) for line in block.text.split("\n"))
    return starts and block.info not in ("bash", "sh", "shell", "console", "json", "text")


def _bare_code(block: Block, exports: Sequence[str]) -> Block | None:
    """Code that stands in the text without a fence: from its first code line to its last indented or code line."""
    lines = block.text.split("\n")
    starts = [number for number, line in enumerate(lines) if _CODE_START.match(line)]
    if not starts:
        return None
    for end in range(len(lines), starts[0], -1):
        piece = "\n".join(lines[starts[0] : end])
        if parse(piece) is not None:
            bare = Block(block.role, piece + "\n", fenced=False)
            return bare if _defines(bare, exports) or _has_tests(bare) else None
    return None


def _defines(block: Block, exports: Sequence[str]) -> bool:
    names = "|".join(map(re.escape, exports))
    return re.search(rf"^(?:(?:async\s+)?def|class)\s+(?:{names})\b|^(?:{names})\s*=", block.text, re.M) is not None


def _has_tests(block: Block) -> bool:
    return _TEST_MARK.search(block.text) is not None


def _solution_blocks(code: Sequence[Block], exports: Sequence[str]) -> list[Block]:
    """The blocks that make up the solution: one, or several under one heading that only together define it."""
    defining = [block for block in code if _defines(block, exports)]
    if not defining:
        labelled = [block for block in code if block.role == "solution" and not _has_tests(block)]
        unlabelled = [block for block in code if block.role == "" and not _has_tests(block)]
        return (labelled or unlabelled)[:1]
    best = min(defining, key=lambda block: (block.role == "tests", block.role != "solution"))
    mates = [b for b in code if b.role == best.role == "solution" and (b is best or not _has_tests(b))]
    if len(mates) > 1 and sum(_defines(block, exports) for block in mates) == 1:
        joined = parse("\n".join(block.text for block in mates))
        alone = parse(best.text)
        if joined is not None and (alone is None or defined_names(joined) > defined_names(alone)):
            return mates
    return [best]


def _program(blocks: Sequence[Block], name: str, notes: list[str]) -> str | None:
    """The joined text of some blocks, mended where that makes it Python."""
    if not blocks:
        return None
    text = "\n".join(block.text for block in blocks)
    if parse(text) is not None:
        return text
    mended = mend_typography(text)
    if parse(mended) is not None:
        notes.append(f"{name}: typographic characters were replaced")
        return mended
    if not blocks[-1].closed and (whole := longest_whole_start(mended)).strip():
        notes.append(f"{name}: cut off, its last unfinished statement was dropped")
        return whole
    return text


def _rationale(blocks: Sequence[Block], code: Sequence[Block]) -> str | None:
    """What stands under a rationale heading; without one, what follows the last code block."""
    told = [b.text for b in blocks if b.role == "rationale" and b not in code]
    if not told:
        last = max((number for number, block in enumerate(blocks) if block in code), default=-1)
        told = [block.text for block in blocks[last + 1 :]]
    return _enough("\n".join(told))


def _enough(text: str) -> str | None:
    text = text.strip()
    return text if len(text.split()) >= _MIN_RATIONALE_WORDS else None
