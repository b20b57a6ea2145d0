"""Attempts to get out, as bodies of a Python function: returning means an escape, raising means containment.

They run with these names: a file that anybody may read and write (`CANARY`) in a folder that anybody may write
(`FOLDER`), a project file, the port and the name of listening sockets, a process, a System V semaphore, the name of the
machine and the user of the study. The numbers of system calls are those of x86_64.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import secrets
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cis_study.sandbox.backend import Backend
from cis_study.sandbox.execution import Run, execute
from cis_study.sandbox.profile import Limits, View

ESCAPES = {
    # Files of the host
    "read /etc/passwd": "open('/etc/passwd').read()",
    "read a file of the host": "open(CANARY).read()",
    "read without the built-in open": "io.FileIO(CANARY).read()",
    "read by system call": "check(libc.open(CANARY.encode(), 0))",
    "list a folder of the host": "os.listdir(FOLDER)",
    "list the settings of the host": "os.listdir('/etc')",
    "list the root": "'etc' in os.listdir('/') or fail()",
    "see a secret of the environment": "'CIS_SECRET' in os.environ or fail()",
    "see a project file": "open(PROJECT).read()",
    "use site-packages": "import pydantic",
    "follow a planted link": "os.symlink(CANARY, 'link'); open('link').read()",
    "change the mode of a file": "os.chmod(CANARY, 0o600)",
    "change the times of a file": "os.utime(CANARY)",
    "attach an attribute to a file": "os.setxattr(CANARY, 'user.x', b'x')",
    "cut a file": "os.truncate(CANARY, 0)",
    "append to a file": "open(CANARY, 'a')",
    "create a file on the host": "open(FOLDER + '/planted', 'x')",
    "create an empty file on the host": "os.mknod(FOLDER + '/planted')",
    "create a socket on the host": "os.mknod(FOLDER + '/planted', 0o140600)",
    "create a folder on the host": "os.mkdir(FOLDER + '/planted')",
    "create a link on the host": "os.symlink('x', FOLDER + '/planted')",
    "create a pipe on the host": "os.mkfifo(FOLDER + '/planted')",
    "link a file of the host": "os.link(CANARY, FOLDER + '/planted')",
    "rename a file": "os.rename(CANARY, CANARY + '-')",
    "remove a file": "os.remove(CANARY)",
    "remove a folder": "os.rmdir(FOLDER + '/empty')",
    "watch a folder": "check(libc.inotify_add_watch(check(libc.inotify_init1(0)), FOLDER.encode(), 0x100))",
    "open a device": "open('/dev/sda', 'rb')",
    "open a file by its handle": "check(libc.syscall(304, -100, ctypes.create_string_buffer(64), 0))",
    # Writing anywhere
    "write to /usr": "open('/usr/planted', 'w')",
    "write to the root": "open('/planted', 'w')",
    "write to the working directory": "open('conftest.py', 'w')",
    "write beside the source": "open(os.environ['HOME'] + '/sitecustomize.py', 'w')",
    "write to /tmp": "open('/tmp/planted', 'w')",
    "write to /dev": "open('/dev/planted', 'w')",
    "write to /dev/shm": "open('/dev/shm/planted', 'w')",
    "write to the interpreter": "open(os.__file__, 'a')",
    "write to the runner": "open(sys.modules['inside'].__path__[0] + '/guard.py', 'a')",
    "fill the working directory with folders": "[os.mkdir(f'd{n}') for n in range(9)]",
    "fill the working directory with pipes": "os.mkfifo('pipe')",
    "remember something for the next run": "open(os.environ['TMPDIR'] + '/seen', 'x')",
    # Processes
    "fork": "pid = os.fork()\n    if not pid: os._exit(0)",
    "fork by clone": "pid = libc.syscall(56, 17, 0, 0, 0, 0)\n    if not pid: os._exit(0)\n    check(pid)",
    "fork by vfork": "check(libc.syscall(58))",
    "fork by clone3": "check(libc.syscall(435, ctypes.create_string_buffer(88), 88))",
    "leave a daemon": "os.fork() or (os.setsid(), os.fork(), os._exit(0))",
    "start a program": "subprocess.run(['/usr/bin/true'])",
    "spawn": "os.posix_spawn('/usr/bin/true', ['true'], {})",
    "use multiprocessing": "import multiprocessing as m; m.Process(target=print).start()",
    "see /proc": "os.listdir('/proc') or fail()",
    "read the environment of a process": "open(f'/proc/{VICTIM}/environ', 'rb').read()",
    "change a setting of the kernel": "open('/proc/sys/kernel/core_pattern', 'r+')",
    "signal a process of the host": "os.kill(VICTIM, 0)",
    "signal its parent": "os.kill(os.getppid() or 1, 0); os.getppid() > 1 or fail()",
    "signal everyone": "os.kill(-1, 0)",
    "signal a thread of the host": "check(libc.syscall(200, VICTIM, 0)); os.getpid() > 99 or fail()",
    "queue a signal": "check(libc.sigqueue(VICTIM, 0, None))",
    "have the kernel signal another": "a, b = socket.socketpair(); fcntl.fcntl(a, fcntl.F_SETOWN, VICTIM)",
    "slow another process down": "os.setpriority(os.PRIO_PROCESS, VICTIM, 19)",
    "pin another process": "os.sched_setaffinity(VICTIM, {0})",
    "limit another process": "resource.prlimit(VICTIM, resource.RLIMIT_CPU)",
    "trace": "check(libc.ptrace(0, 0, 0, 0))",
    "read the memory of another process": "check(libc.process_vm_readv(VICTIM, None, 0, None, 0, 0))",
    "outlive the study": "check(libc.prctl(1, 0, 0, 0, 0)); os.getpid() > 99 or fail()",
    # Sockets
    "use the network": "socket.create_connection(('127.0.0.1', PORT), timeout=2)",
    "open a datagram socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "open an IPv6 socket": "socket.socket(socket.AF_INET6)",
    "open a VSOCK socket": "socket.socket(40, socket.SOCK_STREAM)",
    "open a netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "open a packet socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "reach an abstract socket of the host": "s = socket.socket(socket.AF_UNIX); s.connect('\\0' + LOCAL)",
    "send from a pair": "a, b = socket.socketpair(type=socket.SOCK_DGRAM); a.sendto(b'x', '\\0' + LOCAL + 'd')",
    "reach a socket file of the host": "s = socket.socket(socket.AF_UNIX); s.connect(FOLDER + '/socket')",
    # Memory outside the limit, and what outlives a process
    "create anonymous memory files": "os.memfd_create('x')",
    "create shared memory": "check(libc.shmget(0, 1 << 20, 0o1600))",
    "create a semaphore": "number = check(libc.semget(0, 1, 0o1600)); libc.semctl(number, 0, 0)",
    "create a message queue": "number = check(libc.msgget(0, 0o1600)); libc.msgctl(number, 0, None)",
    "open a message queue": "check(libc.syscall(240, b'cis', 0o102, 0o600, None)); libc.syscall(241, b'cis')",
    "find a semaphore of the host": "check(libc.semget(SEMAPHORE, 1, 0))",
    "take 3 GB": "bytearray(3 << 30)",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))",
    "leave a core file": "resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))",
    "start 500 threads": "[threading.Thread(target=event.wait).start() for _ in range(500)]",
    "start 500 small threads": "threading.stack_size(1 << 15)\n"
    "    [threading.Thread(target=event.wait).start() for _ in range(500)]",
    # Privileges and kernel interfaces
    "become root": "os.setuid(0)",
    "be root": "os.getuid() == 0 or fail()",
    "stay in the session": "os.getsid(0) == 0 or fail()",
    "see packages of the system": "any('-packages' in path for path in sys.path) or fail()",
    # Landlock leaves root's study the right to read (4), for an interpreter in a closed home.
    "keep a capability": "head, data = struct.pack('Ii', 0x20080522, 0), (ctypes.c_uint * 6)()\n"
    "    check(libc.capget(ctypes.create_string_buffer(head), data)); data[0] & ~4 or fail()",
    "nest a user namespace": "check(libc.unshare(0x10000000))",
    "unshare anything": "check(libc.unshare(0x400))",
    "mount": "check(libc.mount(b'none', b'/', b'tmpfs', 0, None))",
    "change root": "os.chroot('/usr')",
    "rename the machine": "check(libc.sethostname(b'x', 1))",
    "use the kernel keyring": "check(libc.syscall(250, 0, -3, 0))",
    "use io_uring": "check(libc.syscall(425, 8, ctypes.create_string_buffer(200)))",
    "load BPF": "check(libc.syscall(321, 0, ctypes.create_string_buffer(200), 200))",
    "count events": "check(libc.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0))",
    "change the personality": "check(libc.personality(0x0040000))",
    "fake terminal input": "fcntl.ioctl(0, 0x5412, b'x')",
}

HIDDEN_BY_NAMESPACES = {
    "be the user of the study": "os.getuid() == USER or fail()",
    "be in the group of the study": "os.getgid() == GROUP or fail()",
    "know the machine": "os.uname().nodename == MACHINE or fail()",
    "see that a file exists": "os.stat(CANARY)",
    "see that a process exists": "os.stat(f'/proc/{VICTIM}')",
}
"""What Landlock cannot hide, where an ordinary user runs the study; nothing is read or changed by it."""


def excused(backend: Backend, name: str) -> bool:
    """The one escape that succeeds: the kernel excuses root from the limit of threads; memory and time bound them."""
    return name == "start 500 small threads" and backend.name == "bubblewrap" and os.geteuid() == 0


_PREAMBLE = """
import ctypes, fcntl, io, os, resource, socket, struct, subprocess, sys, threading
CANARY, FOLDER, PROJECT, PORT, LOCAL, VICTIM, SEMAPHORE, MACHINE, USER, GROUP = {names!r}
libc = ctypes.CDLL(None, use_errno=True)
event = threading.Event()
def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def fail():
    raise PermissionError("contained")
"""
_LIMITS = Limits(cpu_s=4, wall_s=20.0)
_libc = ctypes.CDLL(None)


class Host:
    """What there is to reach on the host; `attempt` lets a backend run an escape."""

    def __init__(self, folder: Path, port: int, local: str, victim: int, semaphore: int) -> None:
        self.folder = folder
        self.names = (
            *(str(folder / "canary"), str(folder), __file__, port, local, victim, semaphore),
            *(platform.node(), os.getuid(), os.getgid()),
        )
        self.restore()

    def restore(self) -> None:
        """Undo what an attempt may have changed."""
        for path in self.folder.iterdir():
            if path.name != "socket":
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        (self.folder / "canary").write_text("host")
        (self.folder / "canary").chmod(0o666)
        (self.folder / "empty").mkdir(mode=0o777)

    def source(self, body: str) -> str:
        """A module whose function `attempt` is the body."""
        return _PREAMBLE.format(names=self.names) + f"def attempt():\n    {body}\n"

    def attempt(self, backend: Backend, body: str) -> tuple[bool, Run]:
        """Whether the escape succeeded, and the run to show where a test fails."""
        steps = [{"call": "attempt", "args": [], "repeat": 1}]
        request = {
            "source": self.source(body),
            "case_cpu_s": 2.0,
            "case_wall_s": 10.0,
            "cases": [{"id": "attempt", "steps": steps}],
        }
        run = execute(backend, "answer_cases", request, View(), _LIMITS)
        self.restore()
        return any("value" in result for report in run.reports for result in report.get("results", [])), run


@contextlib.contextmanager
def host(folder: Path) -> Iterator[Host]:
    """Things to reach, that last as long as the context."""
    folder.chmod(0o777)
    local = f"cis-test-{secrets.token_hex(4)}"
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).bind(f"\0{local}d")
        for address in (f"\0{local}", str(folder / "socket")):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(address)
            server.listen()
        (folder / "socket").chmod(0o777)
        victim = stack.enter_context(subprocess.Popen(["sleep", "600"]))
        stack.callback(victim.kill)
        semaphore = secrets.randbelow(1 << 30) + 1
        number = _libc.semget(semaphore, 1, 0o1666)
        stack.callback(_libc.semctl, number, 0, 0)
        os.environ["CIS_SECRET"] = "secret"
        stack.callback(os.environ.pop, "CIS_SECRET")
        yield Host(folder, listener.getsockname()[1], local, victim.pid, semaphore)
