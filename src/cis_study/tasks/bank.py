"""Generated mutants of a reference: candidates as readable edits, a seeded choice of them, and their file."""

from __future__ import annotations

import ast
import itertools
import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cis_study.provenance import sha256_text
from cis_study.tasks.hidden import Bank, Edit, HiddenSide, apply
from cis_study.tasks.mutation import Change, changes

SEED = 1
"""Another number draws other mutants."""
_MAX_NEIGHBOURS = 4
"""Lines above and below a change that its edit may show to be unique."""
_SHOWN_LENGTH = 60
_HEADER = """\
# Generated mutants; the hand-written ones are in mutants.yaml. Written by `snakemake --cores 1 build_mutants`, which
# leaves a bank alone that was made from the present files. To be committed, not to be edited.
"""


@dataclass(frozen=True)
class Candidate:
    """A change of the reference that may become a mutant; `program` is the changed reference."""

    id: str
    operator: str
    what: str
    edit: Edit
    program: str


def candidates(side: HiddenSide) -> list[Candidate]:
    """Every change that gives a valid program unlike the reference, its other forms, the mutants and each other.

    Changes that no edit can place in every form of the reference are left out.
    """
    seen = {shape(form) for form in side.forms} | {shape(apply(mutant, side.reference)) for mutant in side.mutants}
    numbered: Counter[str] = Counter()
    found = []
    for change in changes(side.reference):
        program = side.reference[: change.start] + change.text + side.reference[change.end :]
        edit = as_edit(change, side.reference, side.forms)
        code = shape(program)
        if code is None or code in seen or edit is None:
            continue
        seen.add(code)
        line = side.reference.count("\n", 0, change.start) + 1
        name = f"{change.operator}_line_{line}"
        numbered[name] += 1
        name += f"_{numbered[name]}" if numbered[name] > 1 else ""
        found.append(Candidate(name, change.operator, f"line {line}: {_told(change, side.reference)}", edit, program))
    return found


def as_edit(change: Change, source: str, forms: Iterable[str]) -> Edit | None:
    """The changed lines, with as few neighbours as make them unique in every form; None where none do."""
    starts = [0, *itertools.accumulate(len(line) + 1 for line in source.split("\n"))]
    first, last = (source.count("\n", 0, place) for place in (change.start, change.end))
    for above, below in sorted(itertools.product(range(_MAX_NEIGHBOURS), repeat=2), key=sum):
        start = starts[max(first - above, 0)]
        end = starts[min(last + below, len(starts) - 2) + 1] - 1
        start += len(source[start:end]) - len(source[start:end].lstrip(" "))
        find = source[start:end]
        if all(form.count(find) == 1 for form in forms):
            return Edit(find=find, replace=source[start : change.start] + change.text + source[change.end : end])
    return None


def choose(pool: Iterable[Candidate], size: int, task: str) -> list[Candidate]:
    """A seeded sample, drawn from the operators in turn so that a frequent one does not crowd out the rest."""
    strata: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(pool, key=lambda item: sha256_text(f"{SEED}/{task}/{item.id}")):
        strata[candidate.operator].append(candidate)
    rounds = itertools.zip_longest(*(strata[operator] for operator in sorted(strata)))
    return [candidate for turn in rounds for candidate in turn if candidate is not None][:size]


def shape(program: str) -> str | None:
    """The syntax tree as text, by which programs are compared; None for what Python does not accept."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(program, "solution.py", "exec", dont_inherit=True)
            return ast.dump(ast.parse(program))
    except (SyntaxError, ValueError):
        return None


def render_bank(bank: Bank) -> str:
    """Text of a bank file, an edit on a line as in the hand-written one."""
    lines = [_HEADER + "made_from:", *(f"  {name}: {bank.made_from[name]}" for name in sorted(bank.made_from))]
    lines.append("mutants:" if bank.mutants else "mutants: []")
    for mutant in bank.mutants:
        lines += [f"  - id: {mutant.id}", f"    breaks: {mutant.breaks}", f"    what: {_quoted(mutant.what)}"]
        edits = [f"{{find: {_quoted(edit.find)}, replace: {_quoted(edit.replace)}}}" for edit in mutant.edits]
        lines.append(f"    edits: [{', '.join(edits)}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """JSON text is YAML text."""
    return json.dumps(text, ensure_ascii=False)


def _told(change: Change, source: str) -> str:
    old, new = (" ".join(text.split())[:_SHOWN_LENGTH] for text in (source[change.start : change.end], change.text))
    return f"`{old}` is left out" if new in ("", "pass") else f"`{old}` becomes `{new}`"
