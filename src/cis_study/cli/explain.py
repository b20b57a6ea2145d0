"""`cis-study explain`: what earned and lost each point of one battle, for people."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from cis_study.cli.explanation import explain
from cis_study.cli.submissions import TASKS_DIR, load_battle
from cis_study.cli.text import show
from cis_study.config import Weights
from cis_study.sandbox.probe import require_sandbox


def main(arguments: Sequence[str]) -> int:
    """Run the submission of a battle and print its explanation."""
    parser = argparse.ArgumentParser(
        prog="cis-study explain",
        description="Show what earned and lost each point of a battle; weights are 0.25 each.",
    )
    parser.add_argument(
        "battle",
        help="results/{study}/battles/{model}/{task}/{replicate}.json; a submission as for `score`; or a text that is "
        "the reply, with --task",
    )
    parser.add_argument("--task", help="task of the reply")
    parser.add_argument("--tasks", type=Path, default=TASKS_DIR, help="folder of the tasks (%(default)s)")
    given = parser.parse_args(arguments)
    loaded = load_battle(given.battle, given.task, given.tasks)
    require_sandbox()
    for indent, line in explain(loaded.evidence(), loaded.submission, loaded.hidden, Weights()):
        show(line, indent)
    return 0
