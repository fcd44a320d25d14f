"""Child processes that end with their parent: whatever happens to it, nothing is left behind."""

import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

STOP_SECONDS_MAX = 10
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def free_port() -> int:
    """A TCP port of the loopback interface for one server, which has a minute to listen on it.

    Nobody else is given it meanwhile: the connection that is closed here leaves it in TIME_WAIT,
    where the kernel hands it to no one, but a server that asks for it (SO_REUSEADDR) gets it.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)):
            probe.accept()[0].close()
        return port


def listens(port: int) -> bool:
    """Whether anybody listens on a TCP port of the loopback interface."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start_child(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches only its parent.

    The kernel ends it when the thread that started it ends, even by SIGKILL.
    """
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own commands
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )


def stop_child(child: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and make it."""
    child.terminate()
    try:
        child.wait(timeout=STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def log_tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log file."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


class Supervisor:
    """The processes of one installation, by name."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = {**os.environ, **environment}
        self._commands: dict[str, Sequence[str]] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process; its log is named after it."""
        self._commands[name] = command
        self._children[name] = start_child(command, self.log(name), self._environment)

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self._logs / f"{name}.log"

    def ended(self) -> dict[str, int]:
        """Exit codes of the processes that have ended by themselves."""
        # A copy: another thread may be starting or ending processes meanwhile.
        codes = {name: child.poll() for name, child in list(self._children.items())}
        return {name: code for name, code in codes.items() if code is not None}

    def crash(self, name: str) -> None:
        """End a process with no chance to tidy up."""
        child = self._children.pop(name)
        child.kill()
        child.wait()

    def restart(self, name: str) -> None:
        """Start a process that crashed."""
        self.start(name, self._commands[name])

    def pid(self, name: str) -> int:
        """The process id."""
        return self._children[name].pid

    def stop(self) -> None:
        """End all, the last started first."""
        for child in reversed(self._children.values()):
            if child.poll() is None:
                stop_child(child)
        self._children.clear()

    def pids(self) -> list[int]:
        """Process ids of those that run."""
        return [child.pid for child in list(self._children.values()) if child.poll() is None]


def memory_mib(pids: Sequence[int]) -> float:
    """Memory of processes and all below them in MiB, shared pages counted once (PSS)."""
    total = 0
    for pid in pids:
        try:
            parent = psutil.Process(pid)
            for process in [parent, *parent.children(recursive=True)]:
                total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / (1 << 20)


def _end_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
