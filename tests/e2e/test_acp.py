"""`peerline acp`: an editor and its agent notice nothing of it, whatever happens to what is aside.

The agents are small programs, since it is bytes, exit codes and signals that count.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from peerline.agent.acp.copies import MAX_WAITING_BYTES
from peerline.waiting import wait_for
from tests import program

RECORDED: Final = (
    Path(__file__).parents[1] / "unit" / "peerline" / "agent" / "acp" / "claude_agent_acp.txt"
)
ECHO: Final = """
import os
while data := os.read(0, 65536):
    while data:
        data = data[os.write(1, data):]
"""
HEXDUMP: Final = """
import hashlib, os
seen = hashlib.sha256()
while data := os.read(0, 65536):
    seen.update(data)
os.write(1, seen.hexdigest().encode())
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


class Proxy:
    """`peerline acp -- python -c AGENT`, as an editor starts it."""

    def __init__(self, agent: str, stderr: int | None = None) -> None:
        self.process = program.Program(
            "acp",
            "--",
            sys.executable,
            "-c",
            agent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin = self.process.stdin
        self.stdout = self.process.stdout

    def send_all(self, data: bytes) -> threading.Thread:
        """Send without reading meanwhile, then end the input."""

        def send() -> None:
            waiting = memoryview(data)
            while waiting:
                waiting = waiting[self.stdin.write(waiting) or 0 :]
            self.stdin.close()

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        return thread

    def children(self) -> dict[str, int]:
        """The agent and the observer, as far as they run."""
        found: dict[str, int] = {}
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                line = Path(f"/proc/{child}/cmdline").read_bytes()
                found["observer" if b"--observe" in line else "agent"] = int(child)
        return found


@pytest.fixture
def started() -> Iterator[list[Proxy]]:
    proxies: list[Proxy] = []
    yield proxies
    for proxy in proxies:
        proxy.process.kill()
        proxy.process.wait()
        for stream in (proxy.stdin, proxy.stdout):
            stream.close()


def lines() -> list[bytes]:
    """10,000 lines: of a real turn, and random ones with every byte in them."""
    source = random.Random(20)  # noqa: S311 - the same each time
    recorded = [line[2:].encode() for line in RECORDED.read_text("utf-8").splitlines()]
    odd = [b"", b"\r", b"{", b"\xff\xfe", b"\x00" * 9, b'{"id":' + b"[" * 5_000, b"x" * 300_000]
    return [
        source.choice(recorded)
        if source.random() < 0.5
        else source.choice(odd)
        if source.random() < 0.01
        else source.randbytes(source.randrange(400))
        for _ in range(10_000)
    ]


def test_ten_thousand_lines_pass_both_ways_byte_for_byte(started: list[Proxy]) -> None:
    sent = b"\n".join(lines())
    proxy = Proxy(ECHO)
    started.append(proxy)
    sending = proxy.send_all(sent)
    assert proxy.stdout.read() == sent
    sending.join()
    assert proxy.process.wait(60) == 0


@posix
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the observer in /proc")
@pytest.mark.parametrize("what", [signal.SIGSTOP, signal.SIGKILL])
def test_an_observer_that_hangs_or_has_died_holds_nothing_up(
    started: list[Proxy], what: signal.Signals
) -> None:
    proxy = Proxy(ECHO)
    started.append(proxy)
    observer = wait_for(lambda: proxy.children().get("observer"), 30)
    assert observer
    os.kill(observer, what)
    sent = random.Random(1).randbytes(MAX_WAITING_BYTES * 2)  # noqa: S311 - it needs no secrets
    try:
        sending = proxy.send_all(sent)
        assert proxy.stdout.read() == sent
        sending.join()
        assert proxy.process.wait(60) == 0
    finally:
        if what is signal.SIGSTOP:
            os.kill(observer, signal.SIGKILL)


def test_a_line_passes_before_it_is_whole(started: list[Proxy]) -> None:
    proxy = Proxy(ECHO)
    started.append(proxy)
    for piece in (b"{", b'"a"', b":1}\n"):
        proxy.stdin.write(piece)
        assert os.read(proxy.stdout.fileno(), 100) == piece


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_the_exit_code_is_the_agents(started: list[Proxy], code: int) -> None:
    proxy = Proxy(f"import sys; sys.exit({code})")
    started.append(proxy)
    assert proxy.process.wait(60) == code


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGUSR1])
def test_an_agent_that_a_signal_ends_ends_the_command_by_it(
    started: list[Proxy], number: signal.Signals
) -> None:
    proxy = Proxy(f"import os; os.kill(os.getpid(), {int(number)})")
    started.append(proxy)
    assert proxy.process.wait(60) == -number


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR2])
def test_a_signal_reaches_the_agent_which_decides(
    started: list[Proxy], number: signal.Signals
) -> None:
    # Blocked: a handler would run late for a signal that comes just before a call of pause().
    agent = f"""
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [{int(number)}])
os.write(1, b"ready\\n")
os.write(1, b"got %d" % signal.sigwait([{int(number)}]))
os._exit(9)
"""
    proxy = Proxy(agent)
    started.append(proxy)
    assert proxy.stdout.readline() == b"ready\n"
    proxy.process.send_signal(number)
    assert proxy.stdout.read() == b"got %d" % number
    assert proxy.process.wait(60) == 9


# It blocks like the pump, whose main thread is in the kernel when another thread gets a signal.
_SIGNALLED_ASIDE: Final = """
import os, signal, sys, threading
from pathlib import Path
from peerline import processes
from peerline.agent.acp import pump
from peerline.agent.acp.copies import Copies

def raise_aside():
    while open(f"/proc/self/task/{os.getpid()}/stat").read().rsplit(")", 1)[1].split()[0] != "S":
        pass
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

class Seen(Copies):
    def put(self, way, data):
        threading.Thread(target=raise_aside).start()

agent = processes.users([sys.executable, "-c", sys.argv[1]], Path.cwd())
sys.exit(pump.run(processes.pipe_through(agent), Seen()))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the state of a thread")
def test_a_signal_that_another_thread_gets_reaches_the_agent() -> None:
    agent = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.write(1, b"ready")
got = signal.sigtimedwait([signal.SIGUSR1], 50)
os.write(1, b" got %d" % (got.si_signo if got else 0))
"""
    done = subprocess.run(
        [sys.executable, "-c", _SIGNALLED_ASIDE, agent],
        input=b"",
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    assert done.stdout == b"ready got %d" % signal.SIGUSR1


def test_errors_go_where_they_went(started: list[Proxy], tmp_path: Path) -> None:
    agent = "import os; os.write(2, b'odd \\xff\\n' * 1000)"
    with (tmp_path / "errors").open("wb") as errors:
        proxy = Proxy(agent, stderr=errors.fileno())
        started.append(proxy)
        assert proxy.process.wait(60) == 0
    assert (tmp_path / "errors").read_bytes() == b"odd \xff\n" * 1000


def test_an_agent_hears_that_the_editor_has_ended(started: list[Proxy]) -> None:
    proxy = Proxy(HEXDUMP)
    started.append(proxy)
    proxy.stdin.close()
    assert len(proxy.stdout.read()) == 64
    assert proxy.process.wait(60) == 0


def test_an_agent_hears_that_nobody_reads_it(started: list[Proxy]) -> None:
    agent = """
import os, sys
try:
    while True:
        os.write(1, b"x" * 1000)
except BrokenPipeError:
    sys.exit(5)
"""
    proxy = Proxy(agent)
    started.append(proxy)
    proxy.stdout.close()
    assert proxy.process.wait(60) == 5


def test_an_editor_hears_that_the_agent_reads_no_more(started: list[Proxy]) -> None:
    proxy = Proxy("import os, signal; os.close(0); os.write(1, b'closed\\n'); signal.pause()")
    started.append(proxy)
    assert proxy.stdout.readline() == b"closed\n"
    with pytest.raises(BrokenPipeError):
        write_for_ever(proxy)


def test_what_an_agent_has_written_last_is_read_by_an_editor_that_is_late(
    started: list[Proxy],
) -> None:
    proxy = Proxy("import os; data = b'y' * 200000\nwhile data: data = data[os.write(1, data):]")
    started.append(proxy)
    assert proxy.stdout.read() == b"y" * 200_000
    assert proxy.process.wait(60) == 0


def test_what_others_than_the_agent_hold_open_does_not_keep_the_command(
    started: list[Proxy], tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    agent = f"""
import subprocess
child = subprocess.Popen(["sleep", "600"])
open({str(note)!r}, "w").write(str(child.pid))
"""
    proxy = Proxy(agent)
    started.append(proxy)
    try:
        assert proxy.process.wait(60) == 0
    finally:
        os.kill(int(note.read_text()), signal.SIGKILL)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--", "there-is-no-such-program"], 127, "there is no program"),
        (["--", "/"], 126, "cannot be run"),
        (["--"], 2, "name the agent's command"),
        ([], 2, "name the agent's command"),
        (["--", ""], 2, "name the agent's command"),
    ],
)
def test_a_command_that_cannot_be_run(arguments: list[str], code: int, said: str) -> None:
    done = program.run("acp", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_arguments_of_the_agent_are_its_own() -> None:
    show = "import sys; print(sys.argv[1:])"
    done = program.run("acp", "--", sys.executable, "-c", show, "--", "-h", "--observe", "")
    assert done.stdout.strip() == "['--', '-h', '--observe', '']"


def test_nothing_of_peerline_is_in_the_agents_environment() -> None:
    show = "import os; print([name for name in os.environ if 'PEERLINE' in name])"
    done = program.run(
        "acp", "--", sys.executable, "-c", show, env={**os.environ, "PEERLINE_AGENT_TOKEN": "x"}
    )
    assert done.stdout.strip() == "[]"


def write_for_ever(proxy: Proxy) -> None:
    while True:
        proxy.stdin.write(b"x" * 1000)
