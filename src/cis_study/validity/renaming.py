"""Give the local variables of a program other names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cis_study.scoring.python_text import parse

_LOOKED_UP = {"locals", "vars", "eval", "exec", "globals", "dir"}
"""Who calls one of these may reach a local variable by its name."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def rename(source: str) -> str | None:
    """Local variables of functions under other names; None where there are none that can be renamed safely.

    Parameters keep their names, which callers may use, and so does every name that the function also binds in another
    way, shares with another scope, or uses inside an f-string (Python 3.11 does not say where in its text).
    """
    tree = parse(source)
    if tree is None or {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} & _LOOKED_UP:
        return None
    names = _safe_locals(tree)
    places = {
        (node.lineno, node.col_offset): node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in names
    }
    if not places:
        return None
    lines = [line.encode() for line in source.split("\n")]
    for (line, column), name in sorted(places.items(), reverse=True):
        text = lines[line - 1]
        if text[column : column + len(name.encode())] != name.encode():
            return None
        lines[line - 1] = text[:column] + f"renamed_{name}".encode() + text[column + len(name.encode()) :]
    edited = b"\n".join(lines).decode()
    return edited if parse(edited) is not None else None


def _safe_locals(tree: ast.Module) -> set[str]:
    """Names that are nothing but local variables of functions, in the whole module."""
    local = {name for node in ast.walk(tree) if isinstance(node, _FUNCTIONS) for name in _assigned(node)}
    return local - _other_uses(tree)


def _assigned(function: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _other_uses(tree: ast.Module) -> set[str]:
    """Names bound or used otherwise anywhere: by module or class, as parameter, import, keyword, in an f-string."""
    used: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.ExceptHandler(name=str(name)):
                used.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                used.add(name)
            case ast.alias(name=name, asname=other):
                used.add(other or name.partition(".")[0])
            case ast.Global(names=shared) | ast.Nonlocal(names=shared):
                used |= set(shared)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                used.add(name)
            case ast.JoinedStr():
                used |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for scope in _outermost(tree):
        names = {n.id for n in ast.walk(scope) if isinstance(n, ast.Name)}
        # Read here and bound nowhere in this scope: a name of the module, or a builtin.
        used |= names - _assigned(scope) if isinstance(scope, _FUNCTIONS) else names
    in_classes = (n for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for s in c.body for n in _own_names(s))
    return used | {n.id for n in in_classes}


def _outermost(tree: ast.AST) -> Iterator[ast.AST]:
    """Functions that lie in no function, and everything of the module and its classes that lies in none."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.ClassDef):
            yield from _outermost(child)
        else:
            yield child


def _own_names(statement: ast.stmt) -> Iterator[ast.Name]:
    """Names in a statement of a class body, its methods left out."""
    if isinstance(statement, _FUNCTIONS):
        return iter(())
    return (node for node in ast.walk(statement) if isinstance(node, ast.Name))
