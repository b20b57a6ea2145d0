"""Architectural constraints on the syntax tree: nothing is run and no text is searched."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cis_study.errors import StudyError
from cis_study.scoring.complexity import linear_work
from cis_study.scoring.python_text import defined_names
from cis_study.scoring.recursion import is_recursive
from cis_study.tasks.hidden import Constraint

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DYNAMIC = frozenset({"eval", "exec", "compile", "__import__", "globals", "locals", "vars"})
OBSERVED = ("workload", "example")
"""Parameters that say how a rule is observed at run time; the syntax tree does not need them."""
_MUTABLE_CALLS = frozenset({"dict", "list", "set", "bytearray", "defaultdict", "OrderedDict", "deque", "Counter"})


class Finding(NamedTuple):
    """A place that violates a constraint."""

    line: int
    what: str


class Verdict(NamedTuple):
    """A constraint and the places that violate it; kept when there are none."""

    rule: str
    findings: tuple[Finding, ...]

    @property
    def kept(self) -> bool:
        """Whether nothing violates the constraint."""
        return not self.findings


Rule = Callable[..., Iterator[Finding]]


def check_constraints(tree: ast.Module, exports: Sequence[str], constraints: Sequence[Constraint]) -> list[Verdict]:
    """Every constraint of a task with its findings, in the order of the task.

    Raises:
        StudyError: a rule does not exist or does not take these parameters.
    """
    verdicts = []
    for constraint in constraints:
        rule = RULES.get(constraint.rule)
        if rule is None:
            raise StudyError("scoring.yaml", constraint.rule, "there is no such rule", f"Choose of {sorted(RULES)}.")
        params = {key: value for key, value in constraint.params.items() if key not in OBSERVED}
        given: Mapping[str, Any] = {**params, **({"exports": exports} if rule is defines_exports else {})}
        try:
            findings = tuple(sorted(set(rule(tree, **{_keyword(key): value for key, value in given.items()}))))
        except TypeError as error:
            raise StudyError("scoring.yaml", constraint.rule, str(error), "Correct its params.") from error
        verdicts.append(Verdict(constraint.rule, findings))
    return verdicts


def defines_exports(tree: ast.Module, exports: Sequence[str]) -> Iterator[Finding]:
    """Every exported name is bound at the top level."""
    for name in exports:
        if name not in defined_names(tree):
            yield Finding(0, f"{name} is not defined")


def no_dynamic_code(tree: ast.Module) -> Iterator[Finding]:
    """No code made from text, and no reaching for name spaces."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DYNAMIC:
            yield Finding(node.lineno, f"calls {node.func.id}")


def quiet_import(tree: ast.Module) -> Iterator[Finding]:
    """Importing the module does nothing visible: no calls as statements and no loops at the top level."""
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield Finding(node.lineno, f"calls {ast.unparse(node.value.func)} when imported")
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            yield Finding(node.lineno, "loops when imported")
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not _is_main_guard(node):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("input", "print"):
                    yield Finding(call.lineno, f"calls {ast.unparse(call.func)} when imported")


def standard_library(tree: ast.Module) -> Iterator[Finding]:
    """Imports come from the standard library."""
    for line, module in imported_modules(tree):
        if module.split(".")[0] not in sys.stdlib_module_names:
            yield Finding(line, f"imports {module}")


def forbid_imports(tree: ast.Module, modules: Sequence[str]) -> Iterator[Finding]:
    """None of these modules, nor a part of one, is imported anywhere."""
    for line, module in imported_modules(tree):
        if module.split(".")[0] in modules:
            yield Finding(line, f"imports {module}")


def calls_module(tree: ast.Module, module: str) -> Iterator[Finding]:
    """Some function of `module` is imported and called."""
    aliases = {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
               for alias in node.names if alias.name == module}  # fmt: skip
    names = {alias.asname or alias.name for node in ast.walk(tree)
             if isinstance(node, ast.ImportFrom) and node.module == module for alias in node.names}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and function.id in names:
                return
            if isinstance(function, ast.Attribute) and ast.unparse(function).split(".")[0] in aliases:
                return
    yield Finding(0, f"never calls {module}" if aliases | names else f"does not import {module}")


def no_sleep(tree: ast.Module) -> Iterator[Finding]:
    """Nothing named `sleep` is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "sleep":
            yield Finding(node.lineno, "sleeps")


def no_shared_state(tree: ast.Module) -> Iterator[Finding]:
    """No `global`, and no mutable object at module level, in a class body or as a default argument.

    Constants in capital letters that nothing in the module changes would still be shared, so they
    count; a lock holds no state and does not.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield Finding(node.lineno, f"uses global {', '.join(node.names)}")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if default is not None and _is_mutable(default):
                    yield Finding(default.lineno, "has a mutable default argument")
        elif isinstance(node, (ast.Module, ast.ClassDef)):
            for statement in node.body:
                if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
                    continue
                names = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)}
                if _is_mutable(statement.value) and not names & {"__slots__", "__all__"}:
                    yield Finding(statement.lineno, "shares a mutable object")


def no_loops(tree: ast.Module) -> Iterator[Finding]:
    """Neither loops nor comprehensions."""
    for node in ast.walk(tree):
        if isinstance(node, LOOPS):
            yield Finding(node.lineno, f"has a {type(node).__name__}")


def recursive(tree: ast.Module, function: str) -> Iterator[Finding]:
    """Calling `function` leads to a function that calls itself, directly or through others."""
    if not is_recursive(tree, function):
        yield Finding(0, f"{function} is not recursive")


def constant_time(tree: ast.Module, class_name: str, methods: Sequence[str]) -> Iterator[Finding]:
    """No method does work that grows with the number of entries (see `cis_study.scoring.complexity`)."""
    for line, what in linear_work(tree, class_name, methods):
        yield Finding(line, what)


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        defines_exports,
        no_dynamic_code,
        quiet_import,
        standard_library,
        forbid_imports,
        calls_module,
        no_sleep,
        no_shared_state,
        no_loops,
        recursive,
        constant_time,
    )
}


def _keyword(key: str) -> str:
    return "class_name" if key == "class" else key


def imported_modules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every module that an import statement names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def _is_mutable(node: ast.expr) -> bool:
    if isinstance(node, (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).split(".")[-1]
    return name in _MUTABLE_CALLS


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__main__" in ast.dump(node.test)
