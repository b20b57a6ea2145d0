"""What a run leaves behind, what runs know of each other, and what happens to them when the study dies."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from cis_study.sandbox.backend import Backend
from cis_study.sandbox.bubblewrap import Bubblewrap
from cis_study.sandbox.execution import execute
from cis_study.sandbox.oracle import answer_cases
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import Limits, View
from cis_study.sandbox.suite import run_suite

RUNS = int(os.environ.get("CIS_LEAK_RUNS", "100"))
"""500 take about half a minute per backend."""

KINDS = (
    ("def f(): return 1", Outcome.OK),
    ("import os\ndef f(): os._exit(3)", Outcome.CRASHED),
    ("import os\ndef f(): os.kill(os.getpid(), 9)", Outcome.KILLED),
    ("def f(): return 'x' * 90_000", Outcome.OUTPUT_LIMIT),
    ("import threading\nthreading.Thread(target=threading.Event().wait).start()\ndef f(): return 1", Outcome.OK),
)
SUITE = "def test_a():\n    assert 1\n"
WAITS = "import threading\ndef f(): threading.Event().wait()\n"


def call(source: str, limits: Limits | None = None) -> list[Outcome]:
    steps = [{"call": "f", "args": [], "repeat": 1}]
    return [answer.ended for answer in answer_cases(source, [steps], limits)]


def traces() -> dict[str, object]:
    """Everything that could pile up, as seen from this process."""
    return {
        "processes": {child.pid for child in psutil.Process().children(recursive=True)},
        "descriptors": {path.name: str(path.readlink()) for path in _open_descriptors()},
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "files": sorted(path.name for path in Path(tempfile.gettempdir()).iterdir()),
    }


def _open_descriptors() -> Iterator[Path]:
    for path in Path("/proc/self/fd").iterdir():
        if path.is_symlink() and not str(path.readlink()).startswith("/proc"):
            yield path


@pytest.mark.usefixtures("backend")
def test_nothing_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    call(KINDS[0][0])
    run_suite(SUITE, "")
    before = traces()
    small = Limits(cpu_s=4, output_bytes=1 << 12)
    for number in range(RUNS):
        source, ended = KINDS[number % len(KINDS)]
        assert call(source, small) == [ended]
    for _ in range(2):
        assert call(WAITS, Limits(wall_s=0.5)) == [Outcome.TIMEOUT]
        assert run_suite(SUITE, "").green
    assert traces() == before


@pytest.mark.usefixtures("backend")
def test_runs_side_by_side_do_not_mix() -> None:
    def ask(number: int) -> object:
        source = f"import time\nKEY = {number}\ndef f(n): return KEY * 1000 + n\n"
        answers = answer_cases(source, [[{"call": "f", "args": [n], "repeat": 1}] for n in range(5)])
        return [answer.results[0]["value"] for answer in answers]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(ask, range(48)))
    assert found == [[["int", hex(number * 1000 + n)] for n in range(5)] for number in range(48)]


@pytest.mark.usefixtures("backend")
def test_the_same_program_gives_the_same_answers_alone_and_in_company() -> None:
    source = "import random\ndef f(n): return [list({'a', 'b', 'c', n}), random.random(), n / 3, id(None) > 0]\n"
    steps = [[{"call": "f", "args": [n], "repeat": 2}] for n in range(3)]
    with ThreadPoolExecutor(16) as pool:
        found = {str(answers) for answers in pool.map(lambda _: answer_cases(source, steps), range(20))}
    assert found == {str(answer_cases(source, steps))}


def test_both_backends_give_the_same_answers(monkeypatch: pytest.MonkeyPatch, bubblewrap: None, landlock: None) -> None:  # noqa: ARG001
    source = (
        "import os, signal, threading\n"
        "def f(n):\n"
        "    if n == 0: return [os.environ.get('PYTHONHASHSEED'), os.listdir('.'), sorted(os.environ)]\n"
        "    if n == 1: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    if n == 2: os.fork()\n"
        "    if n == 3: return bytearray(3 << 30)\n"
        "    if n == 4: open('x', 'w')\n"
        "    if n == 5: signal.raise_signal(signal.SIGTERM)\n"
        "    return list({'alpha', 'beta', 'gamma'})\n"
    )
    found = []
    for name in ("bubblewrap", "landlock"):
        monkeypatch.setenv("CIS_SANDBOX", name)
        cases = [[{"call": "f", "args": [n], "repeat": 1}] for n in (0, 2, 3, 6, 1, 5)]
        found.append(answer_cases(source, cases))
    assert found[0] == found[1]


def inner_process(of: psutil.Process) -> psutil.Process:
    """The sandboxed program below a process, once it has started."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in of.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                words = child.cmdline()
                if words and Path(words[0]).name.startswith("python") and words[-1].endswith("answer_cases.main()"):
                    return child
        time.sleep(0.02)
    raise AssertionError("no sandboxed program was started")


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("kind", ["user", "pid", "net", "ipc", "uts", "mnt", "cgroup"])
def test_every_namespace_is_its_own(kind: str) -> None:
    assert _namespace(Bubblewrap(), kind) != str(Path(f"/proc/self/ns/{kind}").readlink())


@pytest.mark.usefixtures("bubblewrap")
def test_leaving_out_the_cgroup_namespace_shows() -> None:
    class Weakened(Bubblewrap):
        def command(self, *arguments: object) -> list[str]:
            return [word for word in super().command(*arguments) if word != "--unshare-cgroup-try"]  # type: ignore[arg-type]

    assert _namespace(Weakened(), "cgroup") == str(Path("/proc/self/ns/cgroup").readlink())


def _namespace(backend: Backend, kind: str) -> str:
    steps = [{"call": "f", "args": [], "repeat": 1}]
    request = {"source": WAITS, "case_cpu_s": 1, "case_wall_s": 1, "cases": [{"id": "x", "steps": steps}]}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(execute, backend, "answer_cases", request, View(), Limits(wall_s=5.0))
        found = str(Path(f"/proc/{inner_process(psutil.Process()).pid}/ns/{kind}").readlink())
        running.result()
    return found


STUDY = """
from cis_study.sandbox.bubblewrap import Bubblewrap
from cis_study.sandbox.oracle import answer_cases
if {weaken}:
    command = Bubblewrap.command
    Bubblewrap.command = lambda *arguments: [w for w in command(*arguments) if w != "--die-with-parent"]
source = '''
import ctypes, signal, threading
for number in range(1, 64):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
def f(): threading.Event().wait()
'''
answer_cases(source, [[{{"call": "f", "args": [], "repeat": 1}}]])
"""


def killed_study(folder: Path, weaken: bool) -> list[psutil.Process]:
    """Kill a study in the middle of a run; the processes it had started. Its temporary folder stays behind."""
    environment = os.environ | {"TMPDIR": str(folder)}
    study = subprocess.Popen([sys.executable, "-c", STUDY.format(weaken=weaken)], env=environment)
    root = psutil.Process(study.pid)
    inner_process(root)
    time.sleep(0.5)
    started = root.children(recursive=True)
    study.kill()
    study.wait()
    return started


@pytest.mark.usefixtures("backend")
def test_no_program_outlives_the_study(tmp_path: Path) -> None:
    _, alive = psutil.wait_procs(killed_study(tmp_path, weaken=False), timeout=5)
    assert alive == []


@pytest.mark.usefixtures("bubblewrap")
def test_without_a_flag_a_program_outlives_the_study(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CIS_SANDBOX", "bubblewrap")
    _, alive = psutil.wait_procs(killed_study(tmp_path, weaken=True), timeout=1)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=5)
    assert alive != []
