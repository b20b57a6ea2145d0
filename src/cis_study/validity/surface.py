"""What a submission looks like, which a score of its worth should not reward."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from cis_study.scoring.submission import parse_reply

_WORD = re.compile(r"[a-z0-9_]+")
_COLUMNS = ("model", "task", "replicate", "source_lines", "comments", "rationale_words", "prompt_share")


class Looks(NamedTuple):
    """What can be counted in an answer without its prompt."""

    source_lines: int
    """Lines of the solution that are neither empty nor a comment."""
    comments: int
    rationale_words: int


def looks(source: str, rationale: str) -> Looks:
    """Counts of a solution and a rationale; what is not there has none."""
    lines = [line.strip() for line in source.splitlines()]
    written = sum(bool(line) and not line.startswith("#") for line in lines)
    return Looks(written, comment_count(source), len(rationale.split()))


def surface_table(battles: Iterable[Mapping[str, Any]], exports: Mapping[str, list[str]]) -> pd.DataFrame:
    """One row per battle: what `looks` counts, and `prompt_share`.

    This is the share of the different words of the prompt that the rationale repeats.

    Args:
        exports: task -> names that its solution has to define.
    """
    rows = [_row(battle, exports[battle["task"]]) for battle in battles]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row(battle: Mapping[str, Any], exports: list[str]) -> tuple[object, ...]:
    submission = parse_reply((battle["reply"] or {}).get("content") or "", exports)
    source, rationale = submission.source or "", submission.rationale or ""
    prompt = _words("\n".join(str(message["content"]) for message in battle["request"]["messages"]))
    return (
        battle["model"],
        battle["task"],
        battle["replicate"],
        *looks(source, rationale),
        len(prompt & _words(rationale)) / len(prompt) if prompt else 0.0,
    )


def comment_count(source: str) -> int:
    """Comments of a program; where it is no Python, lines that begin like one."""
    try:
        return sum(token.type == tokenize.COMMENT for token in tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return sum(line.lstrip().startswith("#") for line in source.splitlines())


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
