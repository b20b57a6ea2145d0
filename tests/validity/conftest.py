"""The fake design lives with the tests of the statistics, the fake evidence with those of the scoring."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("statistics", "scoring")]
