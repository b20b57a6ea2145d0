"""What a submission looks like, which a score of its worth should not reward."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cis_study.scoring.submission import parse_reply

_WORD = re.compile(r"[a-z0-9_]+")
_COLUMNS = ("model", "task", "replicate", "source_lines", "comments", "rationale_words", "prompt_share")


def surface_table(battles: Iterable[Mapping[str, Any]], exports: Mapping[str, list[str]]) -> pd.DataFrame:
    """One row per battle: `source_lines, comments, rationale_words, prompt_share`.

    Lines are those that are neither empty nor a comment, comments those of the solution, `prompt_share` is the share
    of the different words of the prompt that the rationale repeats. What a reply does not hold has none of them.

    Args:
        exports: task -> names that its solution has to define.
    """
    rows = [_row(battle, exports[battle["task"]]) for battle in battles]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row(battle: Mapping[str, Any], exports: list[str]) -> tuple[object, ...]:
    submission = parse_reply((battle["reply"] or {}).get("content") or "", exports)
    source, rationale = submission.source or "", submission.rationale or ""
    prompt = _words("\n".join(str(message["content"]) for message in battle["request"]["messages"]))
    lines = [line.strip() for line in source.splitlines()]
    return (
        battle["model"],
        battle["task"],
        battle["replicate"],
        sum(bool(line) and not line.startswith("#") for line in lines),
        comment_count(source),
        len(rationale.split()),
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
