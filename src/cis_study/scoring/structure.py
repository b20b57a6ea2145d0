"""How a solution is built, measured by ruff: a linter that reads text and runs nothing.

Its limits are set to zero, so that it states the size of every function: McCabe complexity (C901),
statements (PLR0915, which counts neither `return` nor the line of a loop) and nested blocks (PLR1702). Each
measure is that of the worst function.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Mapping

from ruff import find_ruff_bin

from cis_study.errors import StudyError
from cis_study.scoring.constants import LINT_RULES

_SIZES = {"C901": "complexity", "PLR0915": "statements", "PLR1702": "nesting"}
_SETTINGS = ("lint.mccabe.max-complexity=0", "lint.pylint.max-statements=0", "lint.pylint.max-nested-blocks=0")
_COMMAND = (
    *("check", "--isolated", "--no-cache", "--no-fix", "--preview", "--ignore-noqa", "--target-version", "py311"),
    *("--config", "lint.explicit-preview-rules=true", *(word for each in _SETTINGS for word in ("--config", each))),
    *("--select", ",".join([*_SIZES, *LINT_RULES]), "--output-format", "json", "--stdin-filename", "solution.py", "-"),
)
_NUMBER = re.compile(r"\((\d+) > 0\)")
_TIMEOUT_S = 60.0


@functools.lru_cache(maxsize=1024)
def structure(source: str) -> Mapping[str, int] | None:
    """Measure -> value, in a fixed order: complexity, statements, nesting, lint (number of findings).

    Returns:
        None where the linter gives up on the text: it crashed or took longer than a minute.

    Raises:
        StudyError: ruff refuses its own settings, or words its findings in another way.
    """
    try:
        run = subprocess.run(
            [find_ruff_bin(), *_COMMAND], input=source.encode(), capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if run.returncode not in (0, 1):
        if run.returncode == 2:
            raise StudyError("ruff", run.stderr.decode(errors="replace")[:400], "it stopped", "Run make envs.")
        return None
    measures = dict.fromkeys([*_SIZES.values(), "lint"], 0)
    for finding in json.loads(run.stdout):
        name = _SIZES.get(finding["code"])
        if name is None:
            measures["lint"] += 1
            continue
        number = _NUMBER.search(finding["message"])
        if number is None:
            raise StudyError("ruff", finding["message"], "the message states no number", "Install the locked version.")
        measures[name] = max(measures[name], int(number[1]))
    return measures
