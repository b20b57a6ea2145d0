"""Suites that share a server: as confined as in a sandbox of their own, blind to each other, and fast."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from escapes import ESCAPES, Host, excused, host

from cis_study.sandbox.backend import Backend
from cis_study.sandbox.process import Outcome, Run
from cis_study.sandbox.profile import Limits
from cis_study.sandbox.server import SuiteServer
from cis_study.sandbox.suite import PACKAGES, run_suite

LIMITS = Limits(cpu_s=2, wall_s=10.0, output_bytes=1 << 12)
GREEN = "def test_a():\n    assert 1\n"


@pytest.fixture(scope="module")
def server(backend: Backend) -> Iterator[SuiteServer]:
    started = SuiteServer(backend, PACKAGES, LIMITS)
    yield started
    started.close()


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with host(tmp_path_factory.mktemp("host")) as found:
        yield found


def play(server: SuiteServer, tests: str, program: str = "") -> Run:
    return server.run(tests.encode(), program.encode())


def passed(run: Run) -> bool:
    return any(report.get("passed") == 1 and report.get("status") == run.exit_code for report in run.reports)


@pytest.mark.parametrize("name", ESCAPES)
def test_escape_from_a_suite_is_contained(backend: Backend, server: SuiteServer, things: Host, name: str) -> None:
    run = play(server, things.source(ESCAPES[name]).replace("def attempt", "def test_attempt"))
    things.restore()
    assert run.outcome is not Outcome.SANDBOX_FAILURE, run
    assert passed(run) == excused(backend, name), run
    assert passed(play(server, GREEN)), "the server has suffered"


@pytest.mark.parametrize(
    "body",
    [
        "os.kill(os.getppid(), 0)",
        "check(libc.ptrace(16, os.getppid(), 0, 0))",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
        "socket.socket(socket.AF_UNIX)",
    ],
)
def test_the_server_is_out_of_reach(server: SuiteServer, things: Host, body: str) -> None:
    run = play(server, things.source(body).replace("def attempt", "def test_attempt"))
    assert [report["failed"] for report in run.reports] == [1]


def test_only_two_channels_are_open_to_a_suite(server: SuiteServer) -> None:
    """One for its report, one to the program."""
    tests = (
        "import os\ndef test_a():\n    found = []\n    for number in range(3, 128):\n"
        "        try:\n            os.fstat(number)\n            found.append(number)\n"
        "        except OSError:\n            pass\n    assert len(found) == 2\n"
    )
    assert passed(play(server, tests))


@pytest.mark.parametrize(
    ("tests", "outcome"),
    [
        ("import threading\ndef test_a():\n    threading.Event().wait()\n", Outcome.TIMEOUT),
        ("def test_a():\n    while True: pass\n", Outcome.CPU_LIMIT),
        ("import os\ndef test_a():\n    os.kill(os.getpid(), 9)\n", Outcome.KILLED),
        ("import os, signal\ndef test_a():\n    os.kill(os.getpid(), signal.SIGSTOP)\n", Outcome.TIMEOUT),
        ("import os\nos.close(50)\nimport threading\nthreading.Event().wait()\n", Outcome.TIMEOUT),
        ("import os\nfor n in range(50, 60):\n    try: os.write(n, b'x' * 9999)\n    except OSError: pass\n",
         Outcome.OUTPUT_LIMIT),
        ("import os\nos._exit(0)\n", Outcome.OK),
        ("raise SystemExit(0)\n", Outcome.CRASHED),
        ("x = (\n", Outcome.CRASHED),
        ("import pytest\npytest.exit('x', returncode=0)\n", Outcome.CRASHED),
        ("def test_a():\n    raise KeyboardInterrupt\n", Outcome.CRASHED),
        ("", Outcome.CRASHED),
    ],
)  # fmt: skip
def test_how_a_suite_ends_is_told_apart_and_harms_no_other(backend: Backend, tests: str, outcome: Outcome) -> None:
    wall_s = 1.5 if outcome is Outcome.TIMEOUT else 60.0
    server = SuiteServer(backend, PACKAGES, Limits(cpu_s=1, wall_s=wall_s, output_bytes=1 << 12))
    run = play(server, tests)
    assert run.outcome is outcome
    assert not passed(run)
    assert passed(play(server, GREEN))
    server.close()


@pytest.mark.parametrize("where", ["f()", "threading.Thread(target=f).start()"])
def test_a_program_that_waits_for_ever_ends_with_its_suite(backend: Backend, where: str) -> None:
    """In a thread the suite itself does not wait, and has its say."""
    server = SuiteServer(backend, PACKAGES, Limits(cpu_s=1, wall_s=1.5, output_bytes=1 << 12))
    program = "import threading\ndef f():\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()\n"
    run = play(server, f"import threading\nfrom solution import f\ndef test_a():\n    {where}\n", program)
    assert (run.outcome, passed(run)) == ((Outcome.OK, True) if "Thread" in where else (Outcome.TIMEOUT, False))
    assert passed(play(server, GREEN))
    server.close()


def test_what_suites_use_works(server: SuiteServer) -> None:
    tests = (
        "import logging, unittest, warnings\nfrom unittest.mock import patch\nimport pytest\n"
        "class TestIt(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1, 1)\n"
        "@pytest.fixture\ndef one():\n    yield 1\n"
        "@pytest.mark.parametrize('n', [1, 2])\ndef test_b(n, one, capsys, caplog, monkeypatch):\n"
        "    monkeypatch.setenv('A', 'b')\n    print('x')\n    logging.warning('y')\n"
        "    assert capsys.readouterr().out == 'x\\n'\n    assert 'y' in caplog.text\n"
        "def test_c():\n    with pytest.warns(UserWarning):\n        warnings.warn('x')\n"
        "@pytest.mark.filterwarnings('error')\ndef test_d():\n    with pytest.raises(UserWarning):\n"
        "        warnings.warn('x')\n"
        "@pytest.mark.xfail(strict=True)\ndef test_e():\n    assert False\n"
        "@pytest.mark.skip\ndef test_f():\n    assert False\n"
    )
    (report,) = play(server, tests).reports
    assert (report["status"], report["passed"], report["failed"], report["errors"]) == (0, 5, 0, 0)


def test_a_suite_sees_its_own_program_alone(server: SuiteServer) -> None:
    tests = (
        "import os, sys\ndef test_a():\n"
        "    assert os.listdir('.') == ['test_solution.py']\n"
        "    assert 'solution' not in sys.modules\n    import solution\n    assert solution.NAME == {!r}\n"
    )
    for name in ("first", "second", "third"):
        assert passed(play(server, tests.format(name), f"NAME = {name!r}\n"))


def test_a_lost_server_is_replaced(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    started: list[SuiteServer] = []
    original = SuiteServer.__init__

    def remember(self: SuiteServer, *arguments: object) -> None:
        original(self, *arguments)  # type: ignore[arg-type]
        started.append(self)

    monkeypatch.setattr(SuiteServer, "__init__", remember)
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(run_suite, GREEN, "").result().green
        started[0]._started.process.kill()
        assert thread.submit(run_suite, GREEN, "").result().green
    assert len(started) == 2


def test_a_suite_costs_a_fraction_of_a_start_of_pytest(backend: Backend, server: SuiteServer) -> None:
    """Ten times less on an idle machine; half of that leaves room for a busy one."""

    def start_and_run() -> None:
        fresh = SuiteServer(backend, PACKAGES, LIMITS)
        assert passed(play(fresh, GREEN))
        fresh.close()

    def mean_s(run: object, times: int) -> float:
        began = time.monotonic()
        for _ in range(times):
            run()  # type: ignore[operator]
        return (time.monotonic() - began) / times

    assert mean_s(start_and_run, 4) > 5 * mean_s(lambda: play(server, GREEN), 20)
