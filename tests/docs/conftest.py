"""Lends the fake scores of the statistics tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "statistics"))
