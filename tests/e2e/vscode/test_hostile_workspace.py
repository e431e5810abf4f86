"""A workspace whose files would like to run: a session is started and joined in it, none does."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.conftest import ServerProcess
from tests.e2e.hostile_folder import write_hostile

from .conftest import Editors
from .python_extension import write_python_extension
from .window import Window

INSTALLERS = ["pip", "venv", "ensurepip", "zipfile", "encodings"]
OF_VSCODE = ["sh", "node", "ssh"]
"""Programs that VS Code itself takes from the PATH."""


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "ran"


@pytest.fixture
def mallory(editors: Editors, tmp_path: Path, marker: Path) -> Iterator[Window]:
    """A VS Code started in such a folder, with the folder on every path and nothing installed."""
    folder = editors.workspace("mallory")
    folder.mkdir(parents=True)
    write_hostile(folder, marker, imitates=True)
    for name in INSTALLERS:
        (folder / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write({name!r})\n")
    for name in OF_VSCODE:
        (folder / "bin" / name).unlink()
        (folder / name).unlink()
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    shutil.copy(folder / "bin" / "python", python)
    settings = folder / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"peerline.bridge.path": str(folder / "bin" / "peerline")}))
    own = str(Path(sys.executable).parent)
    rest = [entry for entry in os.environ["PATH"].split(os.pathsep) if entry != own]
    window = editors.start_with(
        {
            "PATH": os.pathsep.join([f"{folder}/bin", str(folder), "", ".", "bin", *rest]),
            "PYTHONPATH": f":{folder}:.",
            "PYTHONSTARTUP": str(folder / "startup.py"),
        },
        "mallory",
        write_python_extension(tmp_path, python),
        **{"peerline.bridge.path": ""},
    )
    yield window
    window.close()
    window.server.close()
    for runfile in (window.server.home / ".local" / "share" / "peerline").glob("server.json"):
        with suppress(ProcessLookupError):
            os.kill(json.loads(runfile.read_text())["pid"], signal.SIGTERM)


def test_nothing_of_a_hostile_workspace_runs(
    mallory: Window, server: ServerProcess, marker: Path
) -> None:
    mallory.open("src/main.py")
    mallory.command("Peerline: Start Session…")
    mallory.answer("Nothing runs", "Start Session")
    mallory.wait_toast("Peerline's bridge is not installed")
    mallory.toast_button("Peerline's bridge is not installed", "Install It")
    mallory.wait(lambda: "1 person" in mallory.status(), "in a session", seconds=300)
    mallory.leave()
    mallory.join(server.invite("editor"))
    mallory.say("hello")
    mallory.wait(lambda: "hello" in mallory.heard(), "the bridge works")
    mallory.comment_on(6, "a comment asks git which files are ignored")
    mallory.wait(mallory.comments, "the comment")
    assert not marker.exists(), marker.read_text()

    # Each of them would have left its mark.
    folder = mallory.server.workspace
    subprocess.run([folder / "bin" / "python"], check=True)
    assert marker.read_text() == "python\n"
