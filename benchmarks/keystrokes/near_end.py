"""The editor's side of a bridge: what it sends, and the answers that it owes.

What comes from the bridge is read by a thread and mostly thrown away unread, so that the process
that measures is not busy with it.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any, Final

from benchmarks.keystrokes.cases import FILE
from tests.e2e.bridge_process import BridgeProcess

_SMALL: Final = 2_000
"""Longer messages are data, not requests."""
_PLAIN: Final[dict[str, Any]] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"inlayHint": {}, "publishDiagnostics": {}, "codeLens": {}},
    "workspace": {"inlayHint": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}},
}


class NearEnd(BridgeProcess):
    """An editor that can be told to look at nothing but requests."""

    def __init__(self, workspace: Path) -> None:
        self.is_quiet = False
        self.bytes_read = 0
        self._sending = threading.Lock()
        super().__init__(workspace)

    def send_raw(self, data: bytes) -> None:
        """Both threads send."""
        with self._sending:
            super().send_raw(data)

    def initialize_plain(self) -> None:
        """As an editor without a plugin that shows hints, lenses and diagnostics."""
        self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": self.workspace.as_uri(),
                "workspaceFolders": [{"uri": self.workspace.as_uri(), "name": "w"}],
                "capabilities": _PLAIN,
                "initializationOptions": {"username": "alice"},
                "clientInfo": {"name": "plain"},
            },
        )
        self.notify("initialized", {})

    def change(self, version: int, change: dict[str, Any]) -> None:
        """textDocument/didChange."""
        document = {"uri": self.uri(FILE), "version": version}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    def highlight(self, number: int, row: int, column: int) -> None:
        """textDocument/documentHighlight, as when the cursor rests; the answer is not awaited."""
        self._ask(f"h{number}", "documentHighlight", {"position": _position(row, column)})

    def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        number = 0
        while header := stdout.readline():
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stdout.readline()
            body = stdout.read(length)
            self.bytes_read += len(body)
            if self.is_quiet and len(body) > _SMALL:
                continue
            message = json.loads(body)
            method = message.get("method", "")
            if method.endswith("/refresh"):
                number += 1
                self.send({"id": message["id"], "result": None})
                self._ask_again(number, method)
            elif not self.is_quiet:
                self._messages.put(message)
        self._messages.put(None)

    def _ask_again(self, number: int, method: str) -> None:
        """A refresh makes an editor ask for what it shows."""
        if method == "workspace/codeLens/refresh":
            self._ask(f"l{number}", "codeLens", {})
        elif method == "workspace/inlayHint/refresh":
            where = {"start": _position(0, 0), "end": _position(60, 0)}
            self._ask(f"i{number}", "inlayHint", {"range": where})

    def _ask(self, identifier: str, name: str, params: dict[str, Any]) -> None:
        document = {"textDocument": {"uri": self.uri(FILE)}}
        self.send(
            {"id": identifier, "method": f"textDocument/{name}", "params": {**document, **params}}
        )


def _position(row: int, column: int) -> dict[str, int]:
    return {"line": row, "character": column}
