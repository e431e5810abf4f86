"""`peerline status` and `peerline stop` with real servers, and the demo beside other programs."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from peerline.protocol.links import SessionLink
from tests.program import PYTHON
from tests.program import run as run_program

from .conftest import Bridges, ServerProcess

END_OF_DEMO = "Ctrl-C stops everything."


def run(*arguments: str, **environ: str) -> tuple[int, str, str]:
    done = run_program(*arguments, cwd="/", env={**os.environ, **environ})
    return done.returncode, done.stdout, done.stderr


def test_status_shows_servers_sessions_and_people(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    bridges.start("bob", {"a.txt": ""}).command("join", link=server.invite("editor"))
    code, printed, errors = run("status", f"--data-dir={server.data_dir}")
    assert (code, errors) == (0, "")
    first, second = printed.splitlines()
    assert first == (f"Server on {server.address} (pid {server.pid}), data in {server.data_dir}")
    assert second == f"  {server.session}  Test: bob"
    # Without an option: the default data directory, and those that sessions were started in.
    assert run("status", PEERLINE_DATA_DIR=str(server.data_dir))[1] == printed
    code, printed, errors = run("status", f"--data-dir={tmp_path / 'none'}")
    assert (code, printed) == (1, "")
    assert errors == f"No server runs on {tmp_path / 'none'}.\n"
    assert not (tmp_path / "none").exists()
    environ = {"PEERLINE_DATA_DIR": str(tmp_path / "none"), "HOME": str(tmp_path)}
    code, printed, errors = run("status", **environ)
    assert (code, printed) == (1, "")
    assert errors.startswith("No server runs. ")
    assert "--data-dir DIR" in errors


def test_status_shows_the_name_that_somebody_has_in_the_session(
    server: ServerProcess, bridges: Bridges
) -> None:
    bob = bridges.start("bob", {"a.txt": ""})
    bob.command("join", link=server.invite("editor"))
    assert bob.command("changeName", username="Robert") == {"username": "Robert"}
    printed = run("status", f"--data-dir={server.data_dir}")[1]
    assert printed.splitlines()[1] == f"  {server.session}  Test: Robert"


def test_stop_ends_the_server_and_keeps_its_sessions(server: ServerProcess) -> None:
    code, printed, errors = run("stop", f"--data-dir={server.data_dir}")
    assert (code, errors) == (0, "")
    assert printed == f"Stopped the server on {server.address}. Its sessions are kept.\n"
    code, printed, _ = run("session", "list", f"--data-dir={server.data_dir}")
    assert server.session in printed
    assert run("stop", f"--data-dir={server.data_dir}")[0] == 1
    server.kill()  # it has ended: this closes its pipes


def test_stop_asks_which_of_several(server: ServerProcess, tmp_path: Path) -> None:
    other = tmp_path / "other"
    environ = {"PEERLINE_DATA_DIR": str(server.data_dir)}
    assert run("start", "--background", f"--data-dir={other}")[0] == 0
    code, printed, errors = run("stop", **environ)
    assert (code, printed) == (2, "")
    assert f"peerline stop --data-dir {other}" in errors
    assert f"peerline stop --data-dir {server.data_dir}" in errors
    assert run("stop", f"--data-dir={other}")[0] == 0
    assert run("stop", **environ)[0] == 0
    server.kill()


def test_a_killed_servers_note_stops_nobody(server: ServerProcess) -> None:
    """Its process id may be another program's by now: here it is the test's own."""
    server.kill()
    for name in ("server.json", "peerline.db.lock"):
        path = server.data_dir / name
        path.write_text(path.read_text().replace(str(server.pid), str(os.getpid())))
    assert run("stop", f"--data-dir={server.data_dir}")[0] == 1


@contextmanager
def demo(*arguments: str, **environ: str) -> Generator[tuple[str, "subprocess.Popen[str]"]]:
    with subprocess.Popen(
        [sys.executable, "-m", "peerline", "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={**os.environ, **environ},
    ) as process:
        assert process.stdout is not None
        text = ""
        while END_OF_DEMO not in text:
            line = process.stdout.readline()
            if not line:
                break
            text += line
        try:
            yield text, process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def test_the_demos_links_are_those_that_others_can_use(tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path / 'd'}"
    everywhere = "0.0.0.0"  # noqa: S104 - asked for
    for host, is_local in (("127.0.0.1", True), (everywhere, False)):
        with demo(f"--host={host}", "--port=0", data_dir) as (printed, _):
            assert f"listens on {host}:" in printed
            links = [SessionLink.parse(text) for text in re.findall(r"peerline://\S+", printed)]
            assert len(links) > 2
            assert {link.server.is_loopback for link in links} == {is_local}
            assert not any(link.address.startswith("0.0.0.0:") for link in links)
            assert ("on this computer only" in printed) is is_local


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_demo_takes_a_free_port_unless_one_was_asked_for(taken: int, tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path / 'd'}"
    code, printed, errors = run("demo", f"--port={taken}", data_dir)
    assert (code, printed) == (1, "")
    assert f"127.0.0.1:{taken} is in use" in errors
    # The default port is another program's here.
    script = (
        "import sys\n"
        "from peerline_server import settings\n"
        f"settings.Settings.__init__.__kwdefaults__['port'] = {taken}\n"
        "from peerline.cli.main import main\n"
        f"sys.exit(main(['demo', {data_dir!r}]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        text = ""
        while END_OF_DEMO not in text:
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            text += line
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert f"the port {taken} is in use; a free one is taken instead" in errors
    (address,) = re.findall(r"listens on (127\.0\.0\.1:\d+)", text)
    assert not address.endswith(f":{taken}")


def test_a_second_demo_says_how_to_stop_the_first(tmp_path: Path) -> None:
    arguments = ("--port=0", f"--data-dir={tmp_path / 'd'}")
    with demo(*arguments) as (text, _):
        assert END_OF_DEMO in text
        code, printed, errors = run("demo", *arguments)
        assert (code, printed) == (1, "")
        assert f"stop --data-dir {tmp_path / 'd'}" in errors


def test_the_wheel_has_the_sample_and_the_plugin(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=root,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "a place"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(installed)], check=True)
    environ = {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [*PYTHON, "nvim-path"],
        capture_output=True,
        cwd="/",
        env={**os.environ, **environ},
        check=True,
    )
    plugin = Path(done.stdout.decode().strip())
    assert plugin.is_relative_to(installed)
    there = root / "nvim-plugin"
    wanted = sorted(p.relative_to(there) for p in there.rglob("*") if p.is_file())
    assert sorted(p.relative_to(plugin) for p in plugin.rglob("*") if p.is_file()) == wanted
    with demo("--port=0", f"--data-dir={tmp_path / 'data'}", **environ) as (text, _):
        assert END_OF_DEMO in text
        assert "nvim-plugin" in text
    sample = (root / "examples/workspace/src/cart.py").read_text()
    assert (tmp_path / "data/workspace/src/cart.py").read_text() == sample
