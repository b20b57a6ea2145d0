"""A whole task folder, small enough to be checked in a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from cis_study.scoring import task_check

REFERENCE = """def clamp(x, low, high):
    if low > high:
        raise ValueError(low)
    if x < low:
        return low
    if x > high:
        return high
    return x
"""
FILES = {
    "reference.py": REFERENCE,
    "task.yaml": """title: Clamp
exports: [clamp]
requirements:
  - {id: clamp, text: Bring x between low and high.}
  - {id: order, text: Raise ValueError where low exceeds high.}
wordings: ["1 {requirements}", "2 {requirements}", "3 {requirements}", "4 {requirements}", "5 {requirements}"]
""",
    "cases.yaml": """cases:
  - {id: inside, requirement: clamp, steps: [{call: clamp, args: [5, 0, 9], expect: {equals: 5}}]}
  - {id: below, requirement: clamp, steps: [{call: clamp, args: [-1, 0, 9], expect: {equals: 0}}]}
  - {id: above, requirement: clamp, steps: [{call: clamp, args: [12, 0, 9], expect: {equals: 9}}]}
  - id: crossed
    requirement: order
    steps:
      - {call: clamp, args: [1, 9, 0], expect: {raises: ValueError}}
      - {call: clamp, args: [1, 0, 9], expect: {equals: 1}}
""",
    "mutants.yaml": """dialects:
  - {id: doubled, edits: [{find: "    return x\\n", replace: "    return 2 * x - x\\n"}]}
mutants:
  - {id: low, breaks: clamp, what: low has no effect, edits: [{find: return low, replace: pass}]}
  - {id: high, breaks: clamp, what: high has no effect, edits: [{find: return high, replace: pass}]}
  - {id: order, breaks: order, what: bounds may cross, edits: [{find: raise ValueError(low), replace: pass}]}
""",
    "scoring.yaml": """constraints:
  - {rule: forbid_imports, params: {modules: [os]}}
rationale:
  clamp: {terms: [[bound]], paraphrases: [The value is kept within its bounds.]}
  order: {terms: [[error]], paraphrases: [Crossed bounds are an error.]}
""",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A task without a fault, given that it may be small."""
    monkeypatch.setattr(task_check, "MIN_CASES", 4)
    monkeypatch.setattr(task_check, "MIN_MUTANTS", 3)
    folder = tmp_path / "tasks" / "clamp"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_text(content)
    return folder
