"""Signs that a method's work grows with the size of its object: loops, scans, linear list operations.

A sign is not a proof. What is accepted: a loop whose condition compares a `len`, which removes what
one insertion added, and operations of the module's own classes, which are followed instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_SCANS = frozenset({"min", "max", "sorted", "sum", "list", "tuple", "set", "enumerate", "reversed", "filter", "map"})
_LINEAR_METHODS = frozenset({"remove", "index", "insert", "sort", "reverse", "count", "copy"})
_SEQUENCES = frozenset({"list", "deque"})


def linear_work(tree: ast.Module, class_name: str, methods: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Line and description of every sign in `methods` of a class and in the module's functions they call.

    A class or method that does not exist is a sign of its own: nothing vouches for its cost.
    """
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if class_name not in classes:
        yield 0, f"there is no class {class_name}"
        return
    scopes: list[ast.Module | ast.ClassDef] = [tree, *classes.values(), classes[class_name]]
    own = {node.name: node for scope in scopes for node in _functions(scope)}
    sequences = _sequence_attributes(classes[class_name])
    waiting, seen = list(methods), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in own:
            yield 0, f"there is no method {name}"
            continue
        for node in ast.walk(own[name]):
            if isinstance(node, ast.Call):
                on_sequence = isinstance(node.func, ast.Attribute) and _attribute(node.func.value) in sequences
                called = ast.unparse(node.func).split(".")[-1]
                if called in own and not on_sequence:
                    waiting.append(called)
                    continue
            yield from _signs(node, sequences)


def _signs(node: ast.AST, sequences: set[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, (ast.For, ast.AsyncFor)) or (isinstance(node, ast.While) and not _compares_length(node.test)):
        yield node.lineno, "loops"
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        yield node.lineno, "has a comprehension"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        # The larger of two values is found without a scan.
        compares = node.func.id in ("min", "max") and len(node.args) > 1
        if node.func.id in _SCANS and not compares and any(_mentions_self(argument) for argument in node.args):
            yield node.lineno, f"scans with {node.func.id}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in _LINEAR_METHODS or (name == "pop" and _is_zero_pop(node, sequences)):
            yield node.lineno, f"calls {name} on a sequence"
    elif isinstance(node, ast.Compare):
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, (ast.In, ast.NotIn)) and _attribute(right) in sequences:
                yield node.lineno, "searches a sequence"
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and _attribute(target.value) in sequences:
                yield node.lineno, "deletes from a sequence"


def _functions(scope: ast.Module | ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in scope.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def _sequence_attributes(owner: ast.ClassDef) -> set[str]:
    """Attributes of `self` that are given a list or a deque somewhere in the class."""
    found: set[str] = set()
    for node in ast.walk(owner):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        is_call = isinstance(node.value, ast.Call) and ast.unparse(node.value.func).split(".")[-1] in _SEQUENCES
        if is_call or isinstance(node.value, ast.List):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name for target in targets if (name := _attribute(target))}
    return found


def _attribute(node: ast.expr) -> str:
    """`name` for `self.name`, else empty."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return ""


def _mentions_self(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "self" for part in ast.walk(node))


def _compares_length(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
        for node in ast.walk(test)
    )


def _is_zero_pop(node: ast.Call, sequences: set[str]) -> bool:
    """`pop(0)` of a sequence; `pop(key)` of a dictionary and `pop()` take constant time."""
    assert isinstance(node.func, ast.Attribute)
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and first.value == 0:
        return True
    return first is not None and _attribute(node.func.value) in sequences
