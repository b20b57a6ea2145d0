"""The files of LogoMesh live with the tests of their reader."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "logomesh"))
