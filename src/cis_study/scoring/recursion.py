"""Whether calling a function leads to recursion, from the call graph of one module."""

from __future__ import annotations

import ast

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_recursive(tree: ast.Module, function: str) -> bool:
    """A cycle of calls can be reached from `function`.

    Functions and methods are told apart by name alone, nested ones included; a call counts in the
    innermost function that contains it.
    """
    graph = _calls(tree)
    reachable: set[str] = set()
    waiting = [function]
    while waiting:
        name = waiting.pop()
        if name in graph and name not in reachable:
            reachable.add(name)
            waiting += graph[name]
    return any(_reaches(graph, name, name) for name in reachable)


def _calls(tree: ast.Module) -> dict[str, set[str]]:
    """Function -> functions it calls; a function also leads to the ones defined in it when it calls them."""
    graph: dict[str, set[str]] = {}

    def visit(node: ast.AST, owner: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _FUNCTIONS):
                graph.setdefault(child.name, set())
                visit(child, child.name)
                continue
            if isinstance(child, ast.Assign) and isinstance(child.value, ast.Lambda):
                for target in child.targets:
                    if isinstance(target, ast.Name):
                        graph.setdefault(target.id, set())
                        visit(child.value, target.id)
                continue
            if isinstance(child, ast.Call) and owner:
                name = _called(child.func)
                if name:
                    graph[owner].add(name)
            visit(child, owner)

    visit(tree, "")
    return graph


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id in ("self", "cls") else ""
    return ""


def _reaches(graph: dict[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name in graph and name not in seen:
            seen.add(name)
            waiting += graph[name]
    return False
