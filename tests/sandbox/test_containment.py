"""Attempts to reach the host, each of which must fail; the value True would mean an escape."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from cis_study.sandbox.oracle import answer_cases
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import Limits

ESCAPES = {
    "read /etc/passwd": "open('/etc/passwd').read(); return True",
    "read a file of the host": "open(CANARY).read(); return True",
    "list the home of root": "return bool(os.listdir('/root/.ssh') or True)",
    "see a secret of the environment": "return 'CIS_SECRET' in os.environ or fail()",
    "see a project file": "open(PROJECT).read(); return True",
    "use site-packages": "import pydantic; return True",
    "use the network": "socket.create_connection(('127.0.0.1', PORT), timeout=2); return True",
    "open a datagram socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM); return True",
    "open a VSOCK socket": "socket.socket(40, socket.SOCK_STREAM); return True",
    "open a netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW); return True",
    "fork": "pid = os.fork()\n    if not pid: os._exit(0)\n    return True",
    "start a program": "subprocess.run(['/usr/bin/true']); return True",
    "spawn": "os.posix_spawn('/usr/bin/true', ['true'], {}); return True",
    "use multiprocessing": "import multiprocessing as m; p = m.Process(target=print); p.start(); return True",
    "write to /usr": "open('/usr/planted', 'w'); return True",
    "write to the root": "open('/planted', 'w'); return True",
    "write to /work": "open('/work/conftest.py', 'w'); return True",
    "write to /tmp": "open('/tmp/planted', 'w'); return True",
    "write to /dev/shm": "open('/dev/shm/planted', 'w'); return True",
    "write to the interpreter": "open(os.__file__, 'a'); return True",
    "see /proc": "return bool(os.listdir('/proc')) or fail()",
    "signal its parent": "os.kill(1, 9); time.sleep(1); return os.getppid() != 1 or fail()",
    "signal everyone": "return os.kill(-1, 0) is None and os.getpid() > 100 or fail()",
    "nest a user namespace": "check(libc.unshare(0x10000000)); return True",
    "mount": "check(libc.mount(b'none', b'/work', b'tmpfs', 0, None)); return True",
    "change root": "os.chroot('/usr'); return True",
    "create anonymous memory files": "os.memfd_create('x'); return True",
    "create shared memory": "check(libc.shmget(0, 1 << 20, 0o1600)); return True",
    "trace": "check(libc.ptrace(0, 0, 0, 0)); return True",
    "use the kernel keyring": "check(libc.syscall(250, 0, -3, 0)); return True",
    "use io_uring": "check(libc.syscall(425, 8, ctypes.create_string_buffer(200))); return True",
    "load BPF": "check(libc.syscall(321, 0, ctypes.create_string_buffer(200), 200)); return True",
    "fake terminal input": "fcntl.ioctl(0, 0x5412, b'x'); return True",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)); return True",
    "limit another process": "resource.prlimit(1, resource.RLIMIT_CPU); return True",
    "become root": "os.setuid(0); return True",
    "open a device": "open('/dev/sda', 'rb'); return True",
    "take 3 GB": "block = bytearray(3 << 30); return True",
    "start 500 threads": "[threading.Thread(target=event.wait).start() for _ in range(500)]; return True",
}
PREAMBLE = """
import ctypes, fcntl, os, resource, socket, subprocess, threading
import time as real_time
time = real_time
CANARY, PROJECT, PORT = {canary!r}, {project!r}, {port}
libc = ctypes.CDLL(None, use_errno=True)
event = threading.Event()
def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno())
def fail():
    raise RuntimeError("contained")
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Every attempt in a process of its own, so that one cannot spoil another."""
    canary = tmp_path_factory.mktemp("host") / "canary"
    canary.write_text("host")
    os.environ["CIS_SECRET"] = "secret"
    collected: dict[str, object] = {}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        preamble = PREAMBLE.format(canary=str(canary), project=__file__, port=listener.getsockname()[1])
        for name, body in ESCAPES.items():
            source = preamble + f"def attempt():\n    {body}\n"
            (collected[name],) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    del os.environ["CIS_SECRET"]
    return collected


@pytest.mark.parametrize("name", ESCAPES)
def test_escape_is_contained(answers: dict[str, object], name: str) -> None:
    answer = answers[name]
    results = answer.results  # type: ignore[attr-defined]
    contained = answer.ended is not Outcome.OK or (results and "raised" in results[-1])  # type: ignore[attr-defined]
    assert contained, f"{name}: {answer}"
    mistakes = ("NameError", "SyntaxError", "TypeError", "AttributeError")
    assert not results or results[-1].get("raised") not in mistakes, f"the attempt itself is broken: {answer}"


def test_the_attempts_succeed_outside(tmp_path: Path) -> None:
    """The probes can fail: a plain process escapes by most of them."""
    preamble = PREAMBLE.format(canary=__file__, project=__file__, port=1)
    escaped = 0
    for name in ("read /etc/passwd", "fork", "start a program", "create anonymous memory files", "see /proc"):
        source = preamble + f"def attempt():\n    {ESCAPES[name]}\n" + "assert attempt() is True\n"
        escaped += subprocess.run([sys.executable, "-c", source], cwd=tmp_path, check=False).returncode == 0
    assert escaped == 5


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        ("while True: pass", {"timeout"}),
        (
            "x = 1\n    while True:\n        try:\n            while x: x += 1\n        except BaseException: x = 1",
            {"cpu_limit"},
        ),
        ("sum(range(10**12))", {"cpu_limit"}),
        ("os._exit(3)", {"crashed"}),
        ("os.kill(os.getpid(), 9)", {"killed"}),
        ("os.kill(os.getpid(), 11)", {"crashed"}),
        ("ctypes.string_at(0)", {"crashed"}),
        ("return 'x' * (90_000) ", {"ok"}),
    ],
)
def test_how_a_case_ends_is_told_apart(body: str, outcomes: set[str]) -> None:
    source = f"import os, ctypes\ndef attempt():\n    {body}\n"
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    ended = "timeout" if answer.results and "timeout" in answer.results[0] else answer.ended.value
    assert ended in outcomes


def test_a_case_that_kills_the_process_voids_no_other_case() -> None:
    source = "import os\ndef f(n):\n    if n == 2: os._exit(0)\n    return n\n"
    answers = answer_cases(source, [[{"call": "f", "args": [n], "repeat": 1}] for n in range(5)])
    assert [answer.ended is Outcome.OK for answer in answers] == [True, True, False, True, True]


def test_a_candidate_that_kills_every_process_is_given_up() -> None:
    source = "import os\ndef f(n):\n    os._exit(0)\n"
    answers = answer_cases(source, [[{"call": "f", "args": [n], "repeat": 1}] for n in range(9)])
    assert [answer.ended for answer in answers] == [Outcome.CRASHED] * 9


def test_too_much_output_is_cut_off() -> None:
    source = "def attempt():\n    return 'x' * 90_000\n"
    steps = [{"call": "attempt", "args": [], "repeat": 30}]
    (answer,) = answer_cases(source, [steps], Limits(output_bytes=1 << 20))
    assert answer.ended is Outcome.OUTPUT_LIMIT


def test_printing_without_end_reaches_nobody() -> None:
    source = "def attempt():\n    for _ in range(500): print('x' * 100_000)\n    return 1\n"
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    assert answer.results == ({"value": ["int", "0x1"]},)


def test_nothing_is_left_running() -> None:
    source = textwrap.dedent("""
        import threading, os, signal
        for number in range(1, 64):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        def attempt():
            for _ in range(4):
                threading.Thread(target=threading.Event().wait).start()
            threading.Event().wait()
    """)
    before = _descendants()
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]], Limits(wall_s=2.0))
    assert answer.ended is Outcome.TIMEOUT
    time.sleep(0.2)
    assert _descendants() == before


def test_no_descriptor_leaks() -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    answer_cases("x = 1", [])
    before = count()
    for _ in range(5):
        answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])
    assert count() == before


def test_no_zombie_is_left() -> None:
    """Children of this process that ended and were not waited for."""

    def zombies() -> int:
        words = ["ps", "-o", "stat=,comm=", "--ppid", str(os.getpid())]
        listing = subprocess.run(words, capture_output=True, text=True, check=False).stdout
        return sum(line.startswith("Z") and "bwrap" in line for line in listing.splitlines())

    before = zombies()
    for source in ("def f(): return 1", "import os\ndef f(): os.kill(os.getpid(), 9)"):
        answer_cases(source, [[{"call": "f", "args": [], "repeat": 1}]] * 2)
    answer_cases("while True: pass", [[{"call": "f", "args": [], "repeat": 1}]], Limits(wall_s=0.5))
    time.sleep(0.2)
    assert zombies() == before


def test_only_the_report_channel_is_open_inside() -> None:
    """A descriptor of bubblewrap that stayed open would let a candidate speak for it."""
    source = (
        "import os\ndef attempt():\n    found = []\n    for number in range(3, 128):\n"
        "        try:\n            os.fstat(number)\n            found.append(number)\n"
        "        except OSError:\n            pass\n    return found\n"
    )
    (answer,) = answer_cases(source, [[{"call": "attempt", "args": [], "repeat": 1}]])
    assert answer.results[0]["value"] == ["list", [["int", hex(50)]]]


def _descendants() -> set[str]:
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return {line for line in listing.splitlines() if "/runner" in line and "bwrap" not in line.split()[1:2]}
