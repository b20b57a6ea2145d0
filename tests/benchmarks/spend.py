"""Run a command and write what it took. Usage: spend.py REPORT COMMAND...

A process of its own and as small as Python gets: a process begins with the memory peak of the one that started it.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

report, *command = sys.argv[1:]
started = time.monotonic()
status = subprocess.run(command, check=False).returncode
wall_s = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
taken = {"wall_s": wall_s, "cpu_s": used.ru_utime + used.ru_stime, "peak_bytes": used.ru_maxrss * 1024}
Path(report).write_text(json.dumps(taken))
sys.exit(status)
