"""Claims of a rationale that the code can contradict. Few and checkable: everything else stays unexamined."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from cis_study.scoring.constraints import LOOPS, imported_modules
from cis_study.scoring.evidence import ConstraintCheck, ContradictedClaim

_LINEAR = re.compile(r"\bo\(n|\blinear", re.I)
_DENIED = re.compile(
    r"(?:\b(?:not?|never|nor|neither|without|avoid\w*|instead of|rather than|to make|if|could|would|should)|n't)"
    r"\s+(?:\w+[\s-]){0,4}$",
    re.I,
)


class _Claim(NamedTuple):
    """`contradicted` answers why the claim is false of a program, or an empty text.

    A statement that denies the claim ("not thread-safe") is no claim, unless denying is its content.
    """

    name: str
    words: re.Pattern[str]
    contradicted: Callable[[ast.Module, Collection[str]], str]
    denies: bool = False


def contradictions(
    sentences: Sequence[str], tree: ast.Module, checks: Sequence[ConstraintCheck]
) -> list[ContradictedClaim]:
    """False claims, each kind counted once, in the order of `CLAIMS`.

    Args:
        sentences: what the rationale says in its own words.
        tree: the solution.
        checks: its constraints; claims about one that the task does not have are not examined.
    """
    broken = {check.rule for check in checks if not check.kept}
    found = []
    for claim in CLAIMS:
        made = next((sentence for sentence in sentences if _makes(claim, sentence)), None)
        if made is not None and (against := claim.contradicted(tree, broken)):
            found.append(ContradictedClaim(claim=claim.name, sentence=made.strip(), against=against))
    return found


def _makes(claim: _Claim, sentence: str) -> bool:
    if claim.name == "constant time" and _LINEAR.search(sentence):
        return False
    return any(
        claim.denies or not _DENIED.search(sentence[: match.start()]) for match in claim.words.finditer(sentence)
    )


def _breaks(rule: str) -> Callable[[ast.Module, Collection[str]], str]:
    return lambda _, broken: f"{rule} is broken" if rule in broken else ""


def _imports_something(tree: ast.Module, _: Collection[str]) -> str:
    modules = sorted({module for _, module in imported_modules(tree) if module != "__future__"})
    return f"imports {', '.join(modules)}" if modules else ""


def _has_no_loop(tree: ast.Module, _: Collection[str]) -> str:
    return "" if any(isinstance(node, LOOPS) for node in ast.walk(tree)) else "there is no loop"


def _shares_without_lock(tree: ast.Module, _: Collection[str]) -> str:
    """State is what an object keeps in attributes; a function without any is safe."""
    keeps = any(isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in ast.walk(tree))
    locks = any(re.search(r"lock|semaphore|condition", ast.unparse(node.func), re.I)
                for node in ast.walk(tree) if isinstance(node, ast.Call))  # fmt: skip
    return "there is state and no lock" if keeps and not locks else ""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


CLAIMS: tuple[_Claim, ...] = (
    _Claim("constant time", _words(r"\bo\(1\)|\bconstant[\s-]time\b"), _breaks("constant_time")),
    _Claim("recursion", _words(r"\brecursi(?:ve|vely|on)\b|\bcalls itself\b"), _breaks("recursive")),
    _Claim(
        "no loops",
        _words(r"\b(?:no|without(?: any)?|never uses?|avoids?)\s+(?:explicit\s+)?(?:loops?|iteration)\b"),
        _breaks("no_loops"),
        denies=True,
    ),
    _Claim("loops", _words(r"\b(?:for|while)[\s-]loops?\b|\bloops (?:over|through)\b|\biteratively\b"), _has_no_loop),
    _Claim(
        "no imports",
        _words(
            r"\b(?:no|without(?: any)?)\s+(?:modules?\s+(?:is|are)\s+imported|imports?\b(?!\s+(?:of|from|like|such)))"
        ),
        _imports_something,
        denies=True,
    ),
    _Claim("standard library", _words(r"\bstandard library\b|\bstdlib\b"), _breaks("standard_library")),
    _Claim("thread safety", _words(r"\bthread[\s-]?safe\b"), _shares_without_lock),
)
