"""Edits that keep the meaning of a program: other local names, other layout, fewer or more comments."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from collections.abc import Callable, Mapping
from functools import lru_cache

from ruff import find_ruff_bin

from cis_study.provenance import utf8
from cis_study.scoring.python_text import own_tree, parse
from cis_study.validity.renaming import rename

_LAYOUT = ("line-length=60", "indent-width=2", "format.quote-style='single'", "format.skip-magic-trailing-comma=true")
_TIMEOUT_S = 60.0
_COMMENT = "# The next step.\n"

Edit = Callable[[str], str | None]


def reformat(source: str) -> str | None:
    """Another layout by ruff: short lines, two blanks of indentation, single quotes; comments stay."""
    command = [find_ruff_bin(), "format", "--isolated", "--no-cache", "--target-version", "py311"]
    command += [word for each in _LAYOUT for word in ("--config", each)]
    try:
        run = subprocess.run([*command, "-"], input=utf8(source), capture_output=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return None
    return _same_program(run.stdout.decode(), source) if run.returncode == 0 else None


def strip_comments(source: str) -> str | None:
    """Without its comments; None where it has none."""
    lines = source.split("\n")
    for token in reversed(_tokens(source)):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            lines[line - 1] = lines[line - 1][:column].rstrip()
    return _same_program("\n".join(lines), source)


def add_comments(source: str) -> str | None:
    """With a comment that says nothing above every statement that begins a line."""
    tree = parse(source)
    if tree is None:
        return None
    lines = source.split("\n")
    for number in sorted(_first_lines(tree), reverse=True):
        text = lines[number - 1]
        indentation = text[: len(text) - len(text.lstrip())]
        lines[number - 1] = f"{indentation}{_COMMENT}{text}"
    return _same_program("\n".join(lines), source)


def _first_lines(tree: ast.Module) -> set[int]:
    """Lines in which a statement begins, with its decorators."""
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.stmt))
    return {min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", []))]) for s in statements}


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return []


def _same_program(edited: str, source: str) -> str | None:
    """The edited text where it is another one and its syntax tree the same."""
    same = edited != source and _dump(source) is not None and _dump(edited) == _dump(source)
    return edited if same else None


# Every edit of a submission is compared with the same one.
@lru_cache(maxsize=2)
def _dump(source: str) -> str | None:
    """The syntax tree as text, the indentation of docstrings left out: layout includes it. None where there is none."""
    tree = own_tree(source)
    if tree is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text is not None:
                node.body[0] = ast.Expr(ast.Constant(text.strip()))
    return ast.dump(tree)


EDITS: Mapping[str, Edit] = {
    "rename": rename,
    "reformat": reformat,
    "strip_comments": strip_comments,
    "add_comments": add_comments,
}
