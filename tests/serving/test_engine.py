"""The supervisor against launchers that misbehave, as small real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cis_study.errors import EngineLost, StudyError
from cis_study.serving import endpoint as endpoint_module
from cis_study.serving.engine import serve
from cis_study.serving.gpu import GpuMeter

FAKE_SERVER = """
import http.server, json, os, subprocess, sys
model, fd = sys.argv[1], int(sys.argv[sys.argv.index("--report-fd") + 1])
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open(sys.argv[2], "w").write(str(child.pid))
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, content):
        data = json.dumps(content).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
        self.wfile.write(data)
    def do_GET(self):
        self.answer({"data": [{"id": model}], "env": dict(os.environ)})
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"])); self.answer({"model": model, "choices": [{}]})
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
os.write(fd, json.dumps({"port": server.server_port, "engine": "fake", "version": "1"}).encode() + b"\\n")
server.serve_forever()
"""

# As vLLM does: the port is reported before the model is loaded.
BOUND_THEN_DEAD = """
import json, os, sys
fd = int(sys.argv[sys.argv.index("--report-fd") + 1])
os.write(fd, json.dumps({"port": 9, "engine": "fake", "version": "1"}).encode() + b"\\n")
print("out of memory", file=sys.stderr, flush=True)
sys.exit(3)
"""


# As vLLM does: the error comes from an inner process, the outer one repeats it and ends without a complaint.
DYING_SERVER = FAKE_SERVER.replace(
    "server.serve_forever()",
    """
import threading, time
threading.Thread(target=server.serve_forever, daemon=True).start()
while not os.path.exists(sys.argv[3]): time.sleep(0.01)
print("(Worker pid=7) ERROR [executor.py:1] RuntimeError: no offset")
print("(Core pid=6) ERROR [core.py:2] RuntimeError: Worker failed, please check the stack trace above for the cause")
print("(Main pid=5) ERROR [llm.py:3] vllm.exceptions.EngineDeadError: Core stopped. See stack trace (above).")
print("INFO: Finished server process")
sys.exit(0)
""",
)


def launcher(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def test_a_ready_engine_is_identified_and_its_whole_tree_ends(tmp_path: Path) -> None:
    with serve(launcher(FAKE_SERVER, "m", str(tmp_path / "pid")), "m", tmp_path / "log", 30) as endpoint:
        grandchild = int((tmp_path / "pid").read_text())
        assert (endpoint.engine, endpoint.served_model) == ("fake", "m")
        assert psutil.pid_exists(grandchild)
    assert endpoint.process.poll() is not None
    assert not _running(grandchild)


def test_the_tree_ends_when_the_block_fails(tmp_path: Path) -> None:
    command = launcher(FAKE_SERVER, "m", str(tmp_path / "pid"))
    with pytest.raises(ZeroDivisionError), serve(command, "m", tmp_path / "log", 30):
        raise ZeroDivisionError
    assert not _running(int((tmp_path / "pid").read_text()))


def test_another_model_behind_the_port_is_refused(tmp_path: Path) -> None:
    command = launcher(FAKE_SERVER, "impostor", str(tmp_path / "pid"))
    with pytest.raises(StudyError, match="impostor"), serve(command, "m", tmp_path / "log", 30):
        pytest.fail("an unidentified engine was handed out")
    assert not _running(int((tmp_path / "pid").read_text()))


def test_what_a_killed_launcher_leaves_behind_ends_too(tmp_path: Path) -> None:
    with serve(launcher(FAKE_SERVER, "m", str(tmp_path / "pid")), "m", tmp_path / "log", 30) as endpoint:
        assert endpoint.process is not None
        endpoint.process.kill()
        endpoint.process.wait()
        assert _running(int((tmp_path / "pid").read_text()))
        with pytest.raises(EngineLost, match="exit status -9"):
            endpoint.require_alive()
    assert not _running(int((tmp_path / "pid").read_text()))


def test_an_engine_that_hangs_is_lost_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "_ALIVE_TIMEOUT_S", 0.5)
    with serve(launcher(FAKE_SERVER, "m", str(tmp_path / "pid")), "m", tmp_path / "log", 30) as endpoint:
        assert endpoint.process is not None
        endpoint.require_alive()
        endpoint.process.send_signal(signal.SIGSTOP)
        with pytest.raises(EngineLost, match="asked for its health it says nothing"):
            endpoint.require_alive()
    assert not _running(endpoint.process.pid)
    assert not _running(int((tmp_path / "pid").read_text()))


def test_a_lost_engine_is_reported_by_its_own_last_error(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("[x.py:1] ValueError: of the start before\n")
    die = tmp_path / "die"
    with serve(launcher(DYING_SERVER, "m", str(tmp_path / "pid"), str(die)), "m", tmp_path / "log", 30) as endpoint:
        assert endpoint.log is not None
        assert "before" not in endpoint.log.text()
        die.touch()
        assert endpoint.process is not None
        endpoint.process.wait(30)
        with pytest.raises(EngineLost) as lost:
            endpoint.require_process()
    assert lost.value.value == "RuntimeError: no offset"
    assert "exit status 0" in str(lost.value)


def test_gpu_memory_is_waited_for_once_no_process_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(GpuMeter, "wait_released", lambda _: seen.append(_running(int((tmp_path / "pid").read_text()))))
    with serve(launcher(FAKE_SERVER, "m", str(tmp_path / "pid")), "m", tmp_path / "log", 30):
        assert seen == []
    assert seen == [False]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.exit('cannot load weights')", "cannot load weights"),
        ("import time; time.sleep(600)", "reported no port in time"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended"),
        (BOUND_THEN_DEAD, "out of memory.*ended .status 3. before it was ready"),
    ],
)
def test_an_engine_that_does_not_start_is_one_clear_error(tmp_path: Path, code: str, message: str) -> None:
    with pytest.raises(StudyError, match=message), serve(launcher(code), "m", tmp_path / "log", 2):
        pytest.fail("a dead engine was handed out")


def test_a_missing_environment_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="make envs"), serve(["/nonexistent/python"], "m", tmp_path / "log", 2):
        pytest.fail("nothing was started")


def test_secrets_do_not_reach_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hush")
    monkeypatch.setenv("OPENAI_API_KEY", "hush")
    with serve(launcher(FAKE_SERVER, "m", str(tmp_path / "pid")), "m", tmp_path / "log", 30) as endpoint:
        environment = Path(f"/proc/{endpoint.process.pid}/environ").read_bytes()
    assert b"hush" not in environment


def test_nothing_survives_a_killed_supervisor(tmp_path: Path, root: Path) -> None:
    python = root / ".venvs/serve-llama/bin/python"
    if not python.exists():
        pytest.skip("the serving environment is not installed: make envs")
    script = root / "src/cis_study/serving/llama_cpp_server.py"
    probe = tmp_path / "probe.py"
    # The launcher blocks on a model that never loads; dying with its parent is set before that.
    os.mkfifo(tmp_path / "model.gguf")
    probe.write_text(
        "import subprocess, sys\n"
        f"p = subprocess.Popen([{str(python)!r}, {str(script)!r}, '--report-fd', '2', '--model',"
        f" {str(tmp_path / 'model.gguf')!r}, '--served-model-name', 'm', '--max-model-len', '64',"
        " '--max-num-seqs', '1', '--threads', '1'], stderr=subprocess.DEVNULL)\n"
        "print(p.pid, flush=True)\nimport time; time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, str(probe)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    engine = int(parent.stdout.readline())
    time.sleep(3)
    assert _running(engine)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while _running(engine) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _running(engine)


def _running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
