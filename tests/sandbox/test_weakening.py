"""Every layer counts: without it a named escape succeeds, which the whole sandbox contains."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from escapes import ESCAPES, HIDDEN_BY_NAMESPACES, Host, host

from cis_study.sandbox import execution
from cis_study.sandbox.backend import Backend, Launch
from cis_study.sandbox.bubblewrap import Bubblewrap
from cis_study.sandbox.landlock import Landlock, landlock_abi
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import INSIDE, View
from cis_study.sandbox.seccomp import SHARED, UNSHARED

Words = list[str]
AS_ROOT = os.geteuid() == 0
ATTEMPTS = ESCAPES | HIDDEN_BY_NAMESPACES


@dataclass(frozen=True)
class Weakened(Bubblewrap):
    """bubblewrap with another command line."""

    edit: Callable[[Words], Words] = list

    def command(self, *arguments: Any) -> Words:
        words = super().command(*arguments)
        end = words.index("--")
        return [words[0], *self.edit(words[1:end]), *words[end:]]


@dataclass(frozen=True)
class Loosened(Landlock):
    """Landlock with another request to the runner."""

    changes: Callable[[dict[str, Any]], dict[str, Any]] = dict

    def launch(self, runner: str, view: View, stack: contextlib.ExitStack) -> Launch:
        launch = super().launch(runner, view, stack)
        assert launch.confinement is not None
        return replace(launch, confinement=launch.confinement | self.changes(launch.confinement))


def without(*flags: str, arguments: int = 0) -> Callable[[Words], Words]:
    """The command line without some flags, and their arguments."""

    def edit(words: Words) -> Words:
        kept = list(words)
        for flag in flags:
            place = kept.index(flag)
            del kept[place : place + 1 + arguments]
        return kept

    return edit


def exchange(*old: str, by: Words) -> Callable[[Words], Words]:
    """The command line with every occurrence of a sequence of words exchanged."""

    def edit(words: Words) -> Words:
        kept: Words = []
        rest = list(words)
        while rest:
            if rest[: len(old)] == list(old):
                kept += by
                rest = rest[len(old) :]
            else:
                kept.append(rest.pop(0))
        assert kept != words
        return kept

    return edit


@dataclass(frozen=True)
class Hole:
    """A weakening of bubblewrap: groups of calls that must also be allowed for the escape to show."""

    edit: Callable[[Words], Words]
    escape: str
    allowed: Collection[str] = ()


FLAGS = {
    "--unshare-pid": Hole(without("--unshare-pid"), "signal a process of the host"),
    "--unshare-net": Hole(without("--unshare-net"), "reach an abstract socket of the host"),
    "--unshare-ipc": Hole(without("--unshare-ipc"), "find a semaphore of the host", ["queues"]),
    "--unshare-uts": Hole(
        lambda words: without("--unshare-uts")(without("--hostname", arguments=1)(words)), "know the machine"
    ),
    "--hostname": Hole(without("--hostname", arguments=1), "know the machine"),
    "--disable-userns": Hole(without("--disable-userns"), "nest a user namespace", ["namespaces"]),
    "--new-session": Hole(without("--new-session"), "stay in the session"),
    # A user other than 0 loses them too: the flag is for the day that changes.
    "--cap-drop": Hole(without("--cap-drop", "--uid", arguments=1), "keep a capability"),
    "--uid": Hole(without("--uid", arguments=1), "be the user of the study"),
    "--gid": Hole(without("--gid", arguments=1), "be in the group of the study"),
    "--remount-ro /": Hole(exchange("--remount-ro", "/", by=[]), "write to the working directory"),
    "--remount-ro /dev": Hole(exchange("--remount-ro", "/dev", by=[]), "write to /dev"),
    "--dir /proc": Hole(exchange("--dir", "/proc", by=["--proc", "/proc"]), "see /proc"),
    "--ro-bind": Hole(exchange("--ro-bind", by=["--bind"]), "write to the runner"),
    "--seccomp": Hole(without("--seccomp", arguments=1), "fork"),
}
HARMLESS = {"--symlink", "--dir", "--file", "--dev", "--chdir", "--json-status-fd"}
"""Flags that confine nothing; the last one serves `test_nothing_is_left`."""
TESTED_ELSEWHERE = {
    "--unshare-user": "test_bubblewrap_refuses_to_start_without_a_user_namespace",
    "--unshare-cgroup-try": "test_every_namespace_is_its_own",
    "--die-with-parent": "test_no_program_outlives_the_study",
}

_OPEN_PIDFD = "check(libc.syscall(434, os.getpid(), 0))"
_NAME_HANDLE = (
    "check(libc.syscall(303, -100, b'.', ctypes.create_string_buffer(struct.pack('I', 128), 256), "
    "ctypes.create_string_buffer(8), 0))"
)
_FAKE_INPUT = (
    "import errno\n    try:\n        fcntl.ioctl(0, 0x5412, b'x')\n"
    "    except OSError as error: error.errno == errno.ENOTTY or fail()"
)
GROUPS = {
    "processes": ESCAPES["fork"],
    "memory": ESCAPES["create anonymous memory files"],
    "queues": ESCAPES["create a semaphore"],
    "namespaces": ESCAPES["unshare anything"],
    "mounts": "check(libc.syscall(428, -100, b'.', 0))",
    "tracing": _OPEN_PIDFD,
    "keyrings": ESCAPES["use the kernel keyring"],
    "kernel": ESCAPES["change the personality"],
    "handles": _NAME_HANDLE,
    "administration": "libc.syscall(172, 0) == 0 or ctypes.get_errno() != 1 or fail()",
    "sockets": ESCAPES["open a datagram socket"],
    "terminals": _FAKE_INPUT,
}
"""Group of system calls -> what it alone refuses under bubblewrap."""
UNSHARED_GROUPS = {
    "unix sockets": ESCAPES["reach a socket file of the host"],
    "signals": ESCAPES["have the kernel signal another"],
    "scheduling": "os.setpriority(os.PRIO_PROCESS, 0, 5)",
    "metadata": ESCAPES["change the times of a file"],
    "watching": ESCAPES["watch a folder"],
}
"""The same under Landlock, for the groups that namespaces make unnecessary."""

RIGHTS = {
    "remove folders": (1 << 4, "remove a folder"),
    "remove files": (1 << 5, "remove a file"),
    "make folders": (1 << 7, "create a folder on the host"),
    "make files": (1 << 8, "create an empty file on the host"),
    "make sockets": (1 << 9, "create a socket on the host"),
    "make pipes": (1 << 10, "create a pipe on the host"),
    "make links": (1 << 12, "create a link on the host"),
}
"""Rights that Landlock withholds everywhere; devices cannot be made, and files not moved between folders, anyway."""
GRANTS = {
    "read files": ("readable", 0, "read a file of the host"),
    "read folders": ("readable", 1, "list a folder of the host"),
    "write to files": ("writable", 0, "append to a file"),
}
"""Rights that Landlock grants for some paths -> a list of them, the path to add (file, folder), an escape."""


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with host(tmp_path_factory.mktemp("host")) as found:
        yield found


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.usefixtures("bubblewrap")
def test_every_flag_of_bubblewrap_counts(things: Host, flag: str) -> None:
    if flag == "--cap-drop" and not AS_ROOT:
        pytest.skip("only root's bubblewrap keeps capabilities")
    if flag == "--ro-bind" and not os.access(INSIDE, os.W_OK):
        pytest.skip("the runner belongs to somebody else")
    hole = FLAGS[flag]
    denied = SHARED - frozenset(hole.allowed)
    assert not things.attempt(Bubblewrap(denied), ATTEMPTS[hole.escape])[0]
    escaped, run = things.attempt(Weakened(denied, edit=hole.edit), ATTEMPTS[hole.escape])
    assert escaped, run


@pytest.mark.usefixtures("bubblewrap")
def test_every_flag_of_bubblewrap_is_known() -> None:
    words = Bubblewrap().command("answer_cases", View(files={"a.py": b""}), {"a.py": 5}, 3, 4)
    flags = {word for word in words[: words.index("--")] if word.startswith("--")}
    assert flags - {name.split()[0] for name in FLAGS} - HARMLESS - set(TESTED_ELSEWHERE) == set()


@pytest.mark.usefixtures("bubblewrap")
def test_bubblewrap_refuses_to_start_without_a_user_namespace(things: Host) -> None:
    _, run = things.attempt(Weakened(edit=without("--unshare-user")), "return 1")
    assert run.outcome is Outcome.SANDBOX_FAILURE


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.usefixtures("bubblewrap")
def test_every_group_of_calls_counts_under_bubblewrap(things: Host, group: str) -> None:
    assert not things.attempt(Bubblewrap(), GROUPS[group])[0]
    escaped, run = things.attempt(Bubblewrap(SHARED - {group}), GROUPS[group])
    assert escaped, run


@pytest.mark.parametrize("group", GROUPS | UNSHARED_GROUPS)
@pytest.mark.usefixtures("landlock")
def test_every_group_of_calls_counts_under_landlock(things: Host, group: str) -> None:
    body = (GROUPS | UNSHARED_GROUPS)[group]
    allowed = {group, "unix sockets"} if group == "sockets" else {group}
    assert not things.attempt(Landlock(), body)[0]
    escaped, run = things.attempt(Landlock((SHARED | UNSHARED) - allowed), body)
    assert escaped, run


def test_every_group_of_calls_is_known() -> None:
    assert set(GROUPS) == SHARED
    assert set(UNSHARED_GROUPS) == UNSHARED


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.usefixtures("landlock")
def test_every_right_that_landlock_withholds_counts(things: Host, right: str) -> None:
    bit, escape = RIGHTS[right]
    loosened = Loosened(changes=lambda confinement: {"ruleset": _less(confinement["ruleset"], bit)})
    escaped, run = things.attempt(loosened, ATTEMPTS[escape])
    assert escaped, run


@pytest.mark.parametrize("right", GRANTS)
@pytest.mark.usefixtures("landlock")
def test_every_path_that_landlock_grants_counts(things: Host, right: str) -> None:
    paths, place, escape = GRANTS[right]
    loosened = Loosened(changes=lambda confinement: {paths: [*confinement[paths], things.names[place]]})
    escaped, run = things.attempt(loosened, ESCAPES[escape])
    assert escaped, run


def _no_program(confinement: Mapping[str, Any]) -> dict[str, Any]:
    return {"ruleset": _less(confinement["ruleset"], 1 << 0)}


def _no_scope(confinement: Mapping[str, Any]) -> dict[str, Any]:
    return {"ruleset": confinement["ruleset"][:16]}


def _any_signal(confinement: Mapping[str, Any]) -> dict[str, Any]:
    return {"calls": confinement["calls"] | {"signal_calls": []}}


_SAME_USER: dict[str, Any] = {"user": None}
LAYERS: dict[str, tuple[dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]], frozenset[str], str]] = {
    "execution": ({"landlock": _no_program}, frozenset({"processes"}), "start a program"),
    "network": ({"landlock": _no_scope}, frozenset({"sockets", "unix sockets"}), "use the network"),
    "abstract sockets": ({"landlock": _no_scope}, frozenset({"unix sockets"}), "reach an abstract socket of the host"),
    "signals": (
        {"landlock": _no_scope, "filter": _any_signal, "user": lambda _: _SAME_USER},
        frozenset(),
        "signal a process of the host",
    ),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.usefixtures("landlock")
def test_layers_of_landlock_hold_by_themselves(things: Host, name: str) -> None:
    """Without all of them the escape succeeds; any one of them contains it."""
    layers, allowed, escape = LAYERS[name]

    def attempt(removed: Collection[str], denied: frozenset[str]) -> bool:
        def changes(confinement: dict[str, Any]) -> dict[str, Any]:
            return {key: value for layer in removed for key, value in layers[layer](confinement).items()}

        return things.attempt(Loosened(denied, changes=changes), ESCAPES[escape])[0]

    everything = SHARED | UNSHARED
    assert attempt(list(layers), everything - allowed)
    if allowed:
        assert not attempt(list(layers), everything)
    if landlock_abi() in (1, 2, 3, 4, 5):
        return
    for kept in layers:
        if AS_ROOT or kept != "user":
            assert not attempt([layer for layer in layers if layer != kept], everything - allowed), kept


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user stays who he is")
@pytest.mark.parametrize("escape", ["be the user of the study", "keep a capability", "start 500 small threads"])
@pytest.mark.usefixtures("landlock")
def test_giving_up_root_counts(things: Host, escape: str) -> None:
    loosened = Loosened(changes=lambda _: {"user": None})
    escaped, run = things.attempt(loosened, ATTEMPTS[escape])
    assert escaped, run


def test_the_empty_environment_counts(backend: Backend, things: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "environment", lambda _: dict(os.environ))
    escaped, run = things.attempt(backend, ESCAPES["see a secret of the environment"])
    assert escaped, run


def test_leaving_out_site_packages_counts(backend: Backend, things: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cis_study.sandbox.profile.PYTHON_FLAGS", ("-P", "-B"))
    escaped, run = things.attempt(backend, ESCAPES["see packages of the system"])
    assert escaped, run


@pytest.mark.usefixtures("landlock")
@pytest.mark.parametrize("version", [1, 4])
@pytest.mark.parametrize("name", ESCAPES)
def test_escapes_are_contained_on_older_kernels(
    things: Host, monkeypatch: pytest.MonkeyPatch, version: int, name: str
) -> None:
    """As far as this kernel can pretend to be one of them: it knows less of Landlock."""
    monkeypatch.setattr("cis_study.sandbox.landlock.landlock_abi", lambda: version)
    escaped, run = things.attempt(Landlock(), ESCAPES[name])
    assert not escaped, run


def _less(ruleset: str, bit: int) -> str:
    """The ruleset without one of the rights to files."""
    content = bytes.fromhex(ruleset)
    (files,) = struct.unpack_from("=Q", content)
    return (struct.pack("=Q", files & ~bit) + content[8:]).hex()
