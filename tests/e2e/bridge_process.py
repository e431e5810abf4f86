"""A bridge as a child process, spoken to in LSP over its stdio by a small client."""

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from tests.program import Program

TIMEOUT = 60.0


class RpcError(Exception):
    """The bridge answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: Any = error.get("data")
        if isinstance(self.data, dict) and "traceback" in self.data:
            self.add_note("".join(cast("list[str]", self.data["traceback"])))


class BridgeProcess:
    """`peerline lsp --stdio`: forked, or as the program that `command` names."""

    def __init__(
        self,
        workspace: Path,
        *arguments: str,
        stderr: IO[str] | None = None,
        command: Sequence[str] | None = None,
        cwd: Path | str | None = None,
        **environment: str,
    ) -> None:
        self.workspace = workspace
        env = {**os.environ, **environment}
        pipe = subprocess.PIPE
        self.process: subprocess.Popen[bytes] | Program
        if command is None:
            self.process = Program(
                "lsp",
                "--stdio",
                *arguments,
                stdin=pipe,
                stdout=pipe,
                stderr=stderr,
                cwd=cwd,
                env=env,
            )
        else:
            self.process = subprocess.Popen(
                [*command, "lsp", "--stdio", *arguments],
                stdin=pipe,
                stdout=pipe,
                stderr=stderr,
                cwd=cwd,
                env=env,
            )
        self.received: list[dict[str, Any]] = []
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._next_id = 0
        self.reads = threading.Event()
        """While it is not set, the editor takes nothing from the pipe."""
        self.reads.set()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while header := stdout.readline():
            self.reads.wait()
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stdout.readline()
            self._messages.put(json.loads(stdout.read(length)))
        self._messages.put(None)

    def send_raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        """The result.

        Raises:
            RpcError: if the bridge refuses.
        """
        self._next_id += 1
        wanted = self._next_id
        self.send({"id": wanted, "method": method, "params": params})
        answer = self.wait(lambda message: message.get("id") == wanted and "method" not in message)
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer.get("result")

    def wait(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that meets the condition, among those not waited for before."""
        deadline = time.monotonic() + TIMEOUT
        index = 0
        while True:
            while index < len(self.received):
                if condition(self.received[index]):
                    return self.received.pop(index)
                index += 1
            try:
                message = self._messages.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never came; last: {self.received[-5:]}") from None
            assert message is not None, "the bridge ended"
            self.received.append(message)

    def next_message(self, seconds: float) -> dict[str, Any] | None:
        """The next message that was not read yet; None if none comes in time."""
        try:
            message = self._messages.get(timeout=seconds)
        except queue.Empty:
            return None
        assert message is not None, "the bridge ended"
        return message

    def wait_notification(
        self, method: str, condition: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> dict[str, Any]:
        """The params of the first such notification."""
        return self.wait(
            lambda message: message.get("method") == method and condition(message["params"])
        )["params"]

    def wait_state(self, **expected: Any) -> dict[str, Any]:
        """The first peerline/state, after the one waited for before, with these fields."""
        while True:
            state = self.wait_notification("peerline/state")
            if all(state.get(key) == value for key, value in expected.items()):
                return state

    def initialize(
        self,
        encoding: str,
        options: dict[str, Any],
        capabilities: dict[str, Any] | None = None,
        folders: Sequence[str] = ("",),
    ) -> dict[str, Any]:
        """Open these folders of the workspace; the answer."""
        opened = [self.workspace / folder for folder in folders]
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": self.workspace.as_uri(),
                "workspaceFolders": [
                    {"uri": folder.as_uri(), "name": folder.name} for folder in opened
                ],
                "capabilities": {
                    "general": {"positionEncodings": [encoding]},
                    **(capabilities or {}),
                },
                "initializationOptions": {"plugin": True, **options},
                "clientInfo": {"name": "test"},
            },
        )
        self.notify("initialized", {})
        return result

    def uri(self, file: str) -> str:
        return (self.workspace / file).as_uri()

    def open(self, file: str) -> None:
        text = (self.workspace / file).read_bytes().decode()
        document = {"uri": self.uri(file), "languageId": "text", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def command(self, name: str, **arguments: Any) -> Any:
        return self.request(
            "workspace/executeCommand", {"command": f"peerline.{name}", "arguments": [arguments]}
        )

    def plain_command(self, name: str) -> Any:
        return self.request("workspace/executeCommand", {"command": f"peerline.{name}"})

    def cursor(self, file: str, line: int, character: int, **extra: Any) -> None:
        self.notify(
            "peerline/cursor",
            {
                "textDocument": {"uri": self.uri(file)},
                "position": {"line": line, "character": character},
                **extra,
            },
        )

    def close(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
