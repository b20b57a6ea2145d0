"""Small slips in a program, one at a time: the raw material of a task's generated mutants.

A change replaces a piece of text and leaves the rest of the program as it was written, so that a mutant can be read
as an edit. Operators are functions on one node of the syntax tree; each is a kind of slip that a programmer makes.
Whether a change breaks the program, or makes it another one at all, is not decided here.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

_COMPARISONS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip
"""Bounds move by one; the rest is turned round."""
_LOGIC = {"and": "or", "or": "and"}
_ARITHMETIC = {
    "+": "-", "-": "+", "*": "+", "/": "*", "//": "*", "%": "*", "**": "*",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&",
}  # fmt: skip
_COUNTERPARTS = {
    name: other
    for pair in (
        ("min", "max"), ("any", "all"), ("append", "appendleft"), ("pop", "popleft"), ("startswith", "endswith"),
        ("lower", "upper"), ("find", "rfind"), ("index", "rindex"), ("partition", "rpartition"),
        ("lstrip", "rstrip"), ("floor", "ceil"), ("union", "intersection"), ("keys", "values"),
    )
    for name, other in (pair, pair[::-1])
}  # fmt: skip
_OTHER_EXCEPTION = {"ValueError": "TypeError"}


class Change(NamedTuple):
    """A piece of a program, by its first character and the one after its last, and what replaces it."""

    operator: str
    start: int
    end: int
    text: str


Piece = tuple[int, int, str]


def changes(source: str) -> list[Change]:
    """Every change of every operator, in the order of the source.

    Left alone: docstrings, annotations, messages of exceptions and formatted strings, whose change alters nothing
    that a case could see, or cannot be placed.

    Raises:
        SyntaxError: the source is not Python.
    """
    tree = ast.parse(source)
    text = _Text(source)
    untouched = _untouched(tree)
    found = {
        Change(name, *piece)
        for node in ast.walk(tree)
        if node not in untouched
        for name, operator in OPERATORS.items()
        for piece in operator(node, text)
    }
    return sorted(found, key=lambda change: (change.start, change.end, change.operator, change.text))


class _Text:
    """A source with the places of its nodes in characters; the syntax tree counts bytes of a line."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = source.split("\n")
        self._starts = [0, *itertools.accumulate(len(line) + 1 for line in self._lines)]

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def piece(self, node: ast.expr) -> str:
        start, end = self.span(node)
        return self.source[start:end]

    def _place(self, line: int, column_bytes: int) -> int:
        before = self._lines[line - 1].encode()[:column_bytes]
        return self._starts[line - 1] + len(before.decode())

    def between(self, left: ast.expr, right: ast.expr) -> tuple[int, str]:
        """Place and spelling of the operator between two operands."""
        start, end = self.span(left)[1], self.span(right)[0]
        spelling = self.source[start:end].strip(" \t\n\\()")
        return start + self.source[start:end].index(spelling), spelling

    def swap(self, left: ast.expr, right: ast.expr, table: Mapping[str, str], suffix: str = "") -> Iterator[Piece]:
        """The operator between two operands replaced by its entry in a table."""
        start, spelling = self.between(left, right)
        other = table.get(spelling.removesuffix(suffix))
        if other is not None:
            yield start, start + len(spelling), other + suffix

    def without(self, parts: Sequence[ast.expr | ast.keyword], place: int) -> Piece:
        """One of several parts taken out with what separates it from its neighbour."""
        start, end = self.span(parts[place])
        if place > 0:
            return self.span(parts[place - 1])[1], end, ""
        return start, self.span(parts[1])[0] if len(parts) > 1 else end, ""


def _comparison(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.Compare):
        for left, right in itertools.pairwise([node.left, *node.comparators]):
            yield from text.swap(left, right, _COMPARISONS)


def _logic(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.BoolOp):
        for left, right in itertools.pairwise(node.values):
            yield from text.swap(left, right, _LOGIC)


def _operand(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """One of several conditions is forgotten."""
    if isinstance(node, ast.BoolOp):
        for place in range(len(node.values)):
            yield text.without(node.values, place)


def _arithmetic(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """Texts are joined by + and formatted by %: changing those would only raise TypeError."""
    if isinstance(node, ast.BinOp) and not any(_is_text(side) for side in (node.left, node.right)):
        yield from text.swap(node.left, node.right, _ARITHMETIC)
    elif isinstance(node, ast.AugAssign) and not _is_text(node.value):
        yield from text.swap(node.target, node.value, _ARITHMETIC, suffix="=")


def _number(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for step in (1, -1):
            yield *text.span(node), repr(node.value + step)  # type: ignore[operator]


def _string(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield *text.span(node), '""' if node.value else '"?"'


def _truth(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield *text.span(node), str(not node.value)


def _condition(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """A condition is turned round; one that `comparison` or `negation` turns round is theirs."""
    tests = node.ifs if isinstance(node, ast.comprehension) else [getattr(node, "test", None)]
    for test in tests:
        if test is not None and not _is_turned_elsewhere(test):
            yield *text.span(test), f"not ({text.piece(test)})"


def _negation(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.Invert)):
        yield *text.span(node), text.piece(node.operand)


def _result(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """The result is forgotten."""
    if isinstance(node, ast.Return) and node.value is not None and text.piece(node.value) != "None":
        yield *text.span(node.value), "None"


def _statement(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """A statement with an effect is forgotten; an assignment to a name is not, for the name would be unknown."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    stores = bool(targets) and all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in targets)
    if stores or isinstance(node, (ast.Expr, ast.AugAssign, ast.Delete, ast.Raise)):
        assert isinstance(node, ast.stmt)
        yield *text.span(node), "pass"


def _loop(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, (ast.Break, ast.Continue)):
        yield *text.span(node), "continue" if isinstance(node, ast.Break) else "break"


def _argument(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """An argument given by name is forgotten."""
    if isinstance(node, ast.Call):
        parts: list[ast.expr | ast.keyword] = sorted([*node.args, *node.keywords], key=text.span)
        for place, part in enumerate(parts):
            if isinstance(part, ast.keyword) and part.arg is not None:
                yield text.without(parts, place)


def _counterpart(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """The function for the other end, or the other direction, is called."""
    if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        end = text.span(node.func)[1]
        if name in _COUNTERPARTS:
            yield end - len(name), end, _COUNTERPARTS[name]


def _bound(node: ast.AST, text: _Text) -> Iterator[Piece]:
    """An end of a slice is forgotten."""
    if isinstance(node, ast.Slice):
        for bound in (node.lower, node.upper):
            if bound is not None:
                yield *text.span(bound), ""


def _exception(node: ast.AST, text: _Text) -> Iterator[Piece]:
    if isinstance(node, ast.Raise) and node.exc is not None:
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        yield *text.span(kind), _OTHER_EXCEPTION.get(text.piece(kind), "ValueError")


OPERATORS: Mapping[str, Callable[[ast.AST, _Text], Iterator[Piece]]] = {
    "argument": _argument,
    "arithmetic": _arithmetic,
    "bound": _bound,
    "comparison": _comparison,
    "condition": _condition,
    "counterpart": _counterpart,
    "exception": _exception,
    "logic": _logic,
    "loop": _loop,
    "negation": _negation,
    "number": _number,
    "operand": _operand,
    "result": _result,
    "statement": _statement,
    "string": _string,
    "truth": _truth,
}


def _is_turned_elsewhere(test: ast.expr) -> bool:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return not isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _untouched(tree: ast.Module) -> set[ast.AST]:
    """Docstrings and other bare constants, annotations, formatted strings, messages of exceptions."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            roots.append(node)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            roots += node.exc.args
        for field in ("annotation", "returns"):
            if isinstance(part := getattr(node, field, None), ast.expr):
                roots.append(part)
    return {part for root in roots for part in ast.walk(root)}
