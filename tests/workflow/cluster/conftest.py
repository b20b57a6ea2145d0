"""A Slurm cluster of one node on the loopback interface, with a GPU that exists on paper only."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_DAEMONS = ("munged", "slurmctld", "slurmd")
_CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthInfo=socket={home}/munge.socket
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool
SlurmctldPidFile={home}/slurmctld.pid
SlurmdPidFile={home}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=4000 Gres=gpu:1 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES State=UP
"""


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment in which Slurm's commands speak to the cluster."""
    if absent := [name for name in _DAEMONS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]:
        pytest.skip(f"{', '.join(absent)} not installed: apt-get install slurmctld slurmd slurm-client munge")
    if os.geteuid() != 0:
        pytest.skip("Slurm's daemons start as root only")
    home = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool", "bin"):
        (home / name).mkdir()
    _write_configuration(home)
    environment = {
        **os.environ,
        "SLURM_CONF": str(home / "slurm.conf"),
        "PATH": f"{home / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin",
    }
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in (
            ["munged", "--foreground", "--force", f"--key-file={home}/munge.key", f"--socket={home}/munge.socket",
             f"--pid-file={home}/munge.pid", f"--log-file={home}/munge.log", f"--seed-file={home}/munge.seed"],
            ["slurmctld", "-D"],
            ["slurmd", "-D"],
        )
    ]  # fmt: skip
    try:
        _wait_until_idle(environment)
        yield environment
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)


def _write_configuration(home: Path) -> None:
    key = home / "munge.key"
    key.touch(0o600)
    key.write_bytes(secrets.token_bytes(1024))
    host = socket.gethostname().split(".")[0]
    ports = [_free_port(), _free_port()]
    (home / "slurm.conf").write_text(
        _CONFIG.format(home=home, host=host, controller=ports[0], node=ports[1], cpus=os.cpu_count())
    )
    (home / "gres.conf").write_text(f"NodeName={host} Name=gpu File=/dev/zero\n")
    # The executor drops Slurm's variables inside a job, where a cluster has its configuration at the default path.
    srun = home / "bin" / "srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={home}/slurm.conf exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_idle(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        state = subprocess.run(
            ["sinfo", "--noheader", "--format=%t"], env=environment, capture_output=True, text=True, check=False
        )
        if state.stdout.strip() == "idle":
            return
        time.sleep(0.5)
    raise TimeoutError(f"the node is {state.stdout.strip() or state.stderr.strip()}")
