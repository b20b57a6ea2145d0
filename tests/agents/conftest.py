"""The fake OpenAI server lives with the tests of the battles."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "battles"))
