"""`peerline` in processes that start at once: forked from one that has imported all of it.

An interpreter that imports the server or the bridge takes most of a second of a core, and a test of
what they do needs two or three of them. The rest is as with `python -m peerline …`: arguments,
environment, folder, streams, signals, exit code. A test of the start itself starts Python.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from tests import program_call

PYTHON: Final = (sys.executable, "-m", "peerline")
"""The program in an interpreter of its own."""
_ROOT: Final = Path(__file__).parents[1]


class Program:
    """`peerline ARGUMENTS`; the methods are those of `subprocess.Popen`, and so are the options."""

    def __init__(
        self,
        *arguments: str,
        stdin: int | IO[Any] | None = None,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
        cwd: Path | str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.args = ("peerline", *arguments)
        self.stdin: IO[bytes] | None = None
        self.stdout: IO[bytes] | None = None
        self._code: int | None = None
        opened: list[int] = []
        if stdin == subprocess.PIPE:
            stdin, ours = os.pipe()
            self.stdin = os.fdopen(ours, "wb", buffering=0)
            opened.append(stdin)
        if stdout == subprocess.PIPE:
            ours, stdout = os.pipe()
            self.stdout = os.fdopen(ours, "rb")
            opened.append(stdout)
        streams = [
            _descriptor(stream, number, opened)
            for number, stream in enumerate((stdin, stdout, stderr))
        ]
        self._connection, self.pid = program_call.call(
            host_address(),
            arguments,
            str(cwd or Path.cwd()),
            os.environ if env is None else env,
            streams,
        )
        for descriptor in opened:
            os.close(descriptor)

    @property
    def returncode(self) -> int | None:
        """The exit code, as far as it is known; that of a signal is negative."""
        return self._code

    def poll(self) -> int | None:
        """The exit code; None while the process runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; the exit code.

        Raises:
            TimeoutExpired: if it does not end in time.
        """
        if self._code is None:
            self._connection.settimeout(timeout)
            try:
                self._code = program_call.number(self._connection)
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._connection.close()
        return self._code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def run(
    *arguments: str,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> subprocess.CompletedProcess[str]:
    """Run `peerline ARGUMENTS` to its end, with nothing to read; what it printed, its exit code."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        program = Program(
            *arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, cwd=cwd, env=env
        )
        code = program.wait(timeout)
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(
            program.args, code, out.read().decode(), errors.read().decode()
        )


def command_for_editors() -> list[str]:
    """The command that an editor runs as `peerline`: a program that has the host start it."""
    return [sys.executable, "-I", "-S", program_call.__file__, host_address()]


@cache
def host_address() -> str:
    """The socket of the host of programs, which ends with this process."""
    # A socket's path must be short: the tests' own folders have long names.
    folder = tempfile.TemporaryDirectory(prefix="peerline", ignore_cleanup_errors=True)
    address = str(Path(folder.name) / "host")
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.program_host", address],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert host.stdout is not None
    assert host.stdout.readline() == b"ready\n", "the host of programs did not start"

    def end() -> None:
        host.communicate()
        folder.cleanup()

    atexit.register(end)
    return address


def _descriptor(stream: int | IO[Any] | None, otherwise: int, opened: list[int]) -> int:
    if stream is None:
        return otherwise
    if stream == subprocess.DEVNULL:
        opened.append(os.open(os.devnull, os.O_RDWR))
        return opened[-1]
    return stream if isinstance(stream, int) else stream.fileno()


def runs(pid: int) -> bool:
    """Whether a process is there, and is more than an entry for its parent; not on Windows."""
    found = subprocess.run(
        [shutil.which("ps") or "ps", "-o", "stat=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()[:1] not in {"", "Z"}
