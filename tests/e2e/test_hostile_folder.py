"""Every command, started in a folder whose files would like to run: none of them does."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerline import processes
from peerline.protocol.links import SessionLink
from peerline.runfile import running_address

from .bridge_process import BridgeProcess
from .hostile_folder import MODULES, OURS, write_hostile

SCRIPT = Path(sys.executable).with_name("peerline")
WAYS = {
    "script": ([str(SCRIPT)], True),
    "module": ([sys.executable, "-m", "peerline"], False),
    "safe module": ([sys.executable, "-P", "-m", "peerline"], True),
    "own": (list(processes.own().arguments), True),
}
"""How people and editors start it, and whether the folder may hold a package of the same name."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts")


class Scene:
    """A hostile folder, and a data directory elsewhere."""

    def __init__(self, base: Path, way: str) -> None:
        self.command, imitates = WAYS[way]
        self.folder = base / "project"
        self.marker = base / "ran"
        self.data = base / "data"
        self.folder.mkdir()
        write_hostile(self.folder, self.marker, imitates=imitates)
        self.environ = {
            **os.environ,
            "PATH": f":.:{self.folder}/bin:{os.environ['PATH']}",
            "PYTHONSTARTUP": "startup.py",
            "PEERLINE_DATA_DIR": str(self.data),
            "PEERLINE_EXIT_WHEN_IDLE_SECONDS": "600",
        }

    def run(self, *arguments: str) -> str:
        done = self.try_to_run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_to_run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ran(self) -> str:
        """The files of the folder that ran."""
        return self.marker.read_text() if self.marker.exists() else ""


@pytest.fixture(params=WAYS)
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    found = Scene(tmp_path, request.param)
    yield found
    runfile = found.data / "server.json"
    if runfile.exists():
        os.kill(json.loads(runfile.read_text())["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 30
        while running_address(found.data) is not None:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_no_command_runs_what_is_in_its_folder(scene: Scene) -> None:
    started = json.loads(
        scene.run("start", "--json", "--title", "T", "--user", "me", "--name", "Me")
    )
    assert running_address(scene.data) is not None
    session = SessionLink.parse(started["link"]).session_id
    every = scene.command == [str(SCRIPT)]
    for arguments in (
        ("--version",),
        ("session", "list"),
        ("invite", session, "--role", "viewer"),
        ("watch", "--help"),
        ("status",),
        *(OTHERS if every else ()),
        ("stop",),
        *((("migrate",),) if every else ()),
    ):
        scene.run(*(session if argument == "SESSION" else argument for argument in arguments))
        assert scene.ran() == "", arguments


OTHERS = (
    ("session", "show", "SESSION"),
    ("token", "--user", "me", "--name", "Me"),
    ("serve", "--help"),
    ("demo", "--help"),
    ("nvim-path",),
    ("export", "SESSION"),
    ("session", "end", "SESSION"),
)
"""Commands that are tried in one way alone: how they start is the same."""
LACKING = [
    ("agent", "start"),
    ("agent", "host", "--", "./program"),
    ("agent", "setup", "claude-code"),
    ("mcp",),
    ("acp", "--", "./program"),
    ("hook",),
    ("statusline",),
    ("report", "--state", "idle"),
    ("ask", "May I?"),
    ("approve",),
    ("trailers",),
    ("copy", "--from", "data", "--to", "elsewhere"),
    ("cluster",),
]
"""Commands that lack here what they need: a session, an account, a repository, an input."""


@pytest.mark.parametrize("arguments", LACKING, ids=" ".join)
def test_no_command_that_ends_at_once_runs_what_is_in_its_folder(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    scene = Scene(tmp_path, "script")
    done = scene.try_to_run(*arguments)
    assert "Traceback" not in done.stderr
    assert scene.ran() == ""


def test_the_demo_runs_nothing_of_its_folder(scene: Scene) -> None:
    with subprocess.Popen(
        [*scene.command, "demo", "--port", "0", "--data-dir", str(scene.data)],
        cwd=scene.folder,
        env=scene.environ,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        lines = [line for line in iter(demo.stdout.readline, "Ctrl-C stops everything.\n") if line]
        demo.send_signal(signal.SIGINT)
    assert scene.ran() == ""
    (watch,) = (line for line in lines if " watch " in line)
    assert watch.split()[0] == str(SCRIPT)


def test_the_bridge_starts_a_session_and_runs_nothing_of_the_workspace(scene: Scene) -> None:
    bridge = BridgeProcess(
        scene.folder, command=scene.command, cwd=scene.folder, stderr=None, **scene.environ
    )
    try:
        bridge.initialize("utf-16", {"username": "me"})
        started = bridge.command("startSession", title="T")
        bridge.wait_state(state="joined")
        assert started["is_local"] is True
        bridge.request("shutdown", None)
        bridge.notify("exit", None)
        assert bridge.process.wait(30) == 0
    finally:
        bridge.close()
    assert running_address(scene.data) is not None
    assert scene.ran() == ""


def test_empty_and_relative_entries_of_pythonpath_do_not_count(scene: Scene) -> None:
    # Python and the script that pip writes import some before anything of ours.
    gone = ["sitecustomize", "usercustomize", "peerline"]
    if scene.command == [str(SCRIPT)]:
        gone += [name for name in MODULES if name not in OURS]
    for name in gone:
        (scene.folder / f"{name}.py").unlink(missing_ok=True)
        if not (scene.folder / name).is_file():  # a program
            shutil.rmtree(scene.folder / name, ignore_errors=True)
    scene.environ["PYTHONPATH"] = f":.:sub/..:{scene.folder.parent / 'none'}"
    scene.run("start", "--json", "--title", "T", "--user", "me", "--name", "Me")
    scene.run("session", "list")
    assert scene.ran() == ""


def test_a_project_on_the_pythonpath_may_have_packages_of_the_same_names(scene: Scene) -> None:
    other = scene.folder.parent / "other"
    for name in ("server", "lsp_bridge"):
        (other / name).mkdir(parents=True)
        (other / name / "__init__.py").write_text("raise ImportError('of the project')\n")
    scene.environ["PYTHONPATH"] = str(other)
    scene.run("start", "--json", "--title", "T", "--user", "me", "--name", "Me")
    assert scene.ran() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_the_servers_process_has_no_secret_in_sight_and_holds_no_folder(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "own")
    scene.environ |= {
        "PEERLINE_TOKEN": "eyJhbGciOi.a.b",
        "PEERLINE_LINK": "peerline://a/b?invite=cc",
    }
    scene.run("start", "--json", "--title", "T", "--user", "me", "--name", "Me")
    pid = json.loads((scene.data / "server.json").read_text())["pid"]
    try:
        seen = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        assert b"eyJhbGciOi" not in seen
        assert b"invite=" not in seen
        assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    finally:
        os.kill(pid, signal.SIGTERM)
