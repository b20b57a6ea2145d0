"""Python source as a model wrote it: parse it, mend what transport broke, take top-level pieces out."""

from __future__ import annotations

import ast
import functools
import threading
import warnings
from collections.abc import Callable, Collection

_TYPOGRAPHY = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip
_MAX_SOURCE_LENGTH = 200_000
PARSING = threading.Lock()
"""Held by whoever builds a syntax tree: threads share the warning filters and, in Python 3.11, the counter of depth."""


@functools.lru_cache(maxsize=256)
def parse(source: str) -> ast.Module | None:
    """`own_tree`, but shared by all who ask for the same text, as every step from a reply to its parts does.

    Nobody may change it.
    """
    return own_tree(source)


def own_tree(source: str) -> ast.Module | None:
    """A syntax tree that the caller may change, or None where the text is not Python (too deep counts as that)."""
    if len(source) > _MAX_SOURCE_LENGTH:
        return None
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            compile(tree, "solution.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree


def mend_typography(source: str) -> str:
    """Typographic quotes, dashes and spaces as ASCII: a fault of the channel, not of the program."""
    return source.translate(_TYPOGRAPHY)


def longest_whole_start(source: str) -> str:
    """The longest run of complete top-level statements at the start of a text that was cut off."""
    lines = source.split("\n")
    for end in range(len(lines) - 1, 0, -1):
        if lines[end][:1].strip() and parse("\n".join(lines[:end])) is not None:
            return "\n".join(lines[:end]) + "\n"
    return ""


def defined_names(tree: ast.Module) -> set[str]:
    """Names bound at the top level, also below if, try and with."""
    names: set[str] = set()
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        else:
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return names


def without_statements(source: str, unwanted: Callable[[ast.stmt], bool]) -> str:
    """`source` with the top-level statements for which `unwanted` holds replaced by empty lines.

    Returns `source` itself where it cannot be parsed.
    """
    tree = parse(source)
    if tree is None:
        return source
    lines = source.split("\n")
    for node in tree.body:
        if unwanted(node):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            for number in range(first, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
    return "\n".join(lines)


def is_test(node: ast.stmt) -> bool:
    """A statement that belongs to a test suite rather than to a module."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return node.name.startswith("test")
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test") or any("TestCase" in ast.dump(base) for base in node.bases)
    if isinstance(node, ast.Import):
        return all(alias.name.split(".")[0] in ("pytest", "unittest", "solution") for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in ("pytest", "unittest", "solution")
    if isinstance(node, ast.If):
        return "__main__" in ast.dump(node.test)
    if isinstance(node, ast.Expr):
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        return any(name.startswith("test") or name in ("pytest", "unittest") for name in names)
    return isinstance(node, ast.Assert)


def imports_itself(node: ast.stmt) -> bool:
    """`from solution import ...` in the solution: the line that belongs at the top of the tests."""
    return isinstance(node, ast.ImportFrom) and node.module == "solution"


def defines_any(node: ast.stmt, names: Collection[str]) -> bool:
    """A statement that defines a function or class of one of these names."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name in names
