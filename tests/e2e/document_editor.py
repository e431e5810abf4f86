"""An editor with shared documents over a bridge as a child process, scripted by a test."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peerline.protocol.editor.base import Position, Range
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import Encoding

from .bridge_process import TIMEOUT, BridgeProcess


class DocumentEditor:
    """One editor: its texts with their versions, and what the bridge has shown it.

    Args:
        marks: Whether it marks its edits, as Neovim does.
    """

    def __init__(self, bridge: BridgeProcess, encoding: Encoding, *, marks: bool) -> None:
        self.bridge = bridge
        self.encoding = encoding
        self.marks = marks
        self.is_busy = False
        self.texts: dict[str, EditorText] = {}
        self.versions: dict[str, int] = {}
        self.documents: list[dict[str, Any]] = []
        self.questions: list[dict[str, Any]] = []
        self.saves: list[dict[str, Any]] = []
        self.offers: dict[str, Any] = {}
        self.notices: list[dict[str, Any]] = []
        self.presence: dict[str, dict[str, Any]] = {}

    def open(self, file: str, text: str | None = None) -> None:
        """Open a file, with the text of the disk if no other is given."""
        path = self.bridge.workspace / file
        told = path.read_bytes().decode() if text is None else text
        self.open_uri(self.bridge.uri(file), told)

    def open_uri(self, uri: str, told: str) -> None:
        self.texts[uri] = EditorText(told, self.encoding)
        self.versions[uri] = self.versions.get(uri, 0) + 1
        document = {"uri": uri, "languageId": "x", "version": self.versions[uri], "text": told}
        self.bridge.notify("textDocument/didOpen", {"textDocument": document})

    def close(self, file: str) -> None:
        uri = self.bridge.uri(file)
        self.bridge.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        del self.texts[uri]

    def text(self, file: str) -> str:
        return self.texts[self.bridge.uri(file)].text

    def type(self, file: str, at: int, deleted: int, inserted: str) -> None:
        """A change of the user."""
        self.type_in(self.bridge.uri(file), at, deleted, inserted)

    def type_in(self, uri: str, at: int, deleted: int, inserted: str) -> None:
        """A change of the user in a document, which need not be a file."""
        edits = self.texts[uri].edits((at, inserted, -deleted))
        self._change(uri, [{"range": e.range.model_dump(), "text": e.newText} for e in edits])

    def save(self, file: str) -> None:
        uri = self.bridge.uri(file)
        Path(self.bridge.workspace / file).write_text(self.texts[uri].text)
        self.bridge.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def document(self, file: str) -> dict[str, Any]:
        """The shared document of a path, as it was shown last; empty if there is none."""
        return next((each for each in self.documents if each["file"] == file), {})

    def pump(self, seconds: float = 0.02) -> None:
        """Take what the bridge has sent."""
        kept = self.bridge.received
        for message in [*kept]:
            if self._take(message):
                kept.remove(message)
        message = self.bridge.next_message(seconds)
        if message is not None and not self._take(message):
            kept.append(message)

    def _take(self, message: dict[str, Any]) -> bool:
        params: dict[str, Any] = message.get("params") or {}
        match message.get("method"):
            case "peerline/edit":
                self._edit(message["id"], params)
            case "peerline/text":
                uri = params["uri"]
                answer = {"version": self.versions[uri], "text": self.texts[uri].text}
                self.bridge.send({"id": message["id"], "result": answer})
            case "peerline/documents":
                self.documents = params["documents"]
            case "peerline/documentQuestion":
                self.questions.append(params)
            case "peerline/documentSaved":
                self.saves.append(params)
            case "peerline/offers":
                self.offers = params
            case "peerline/notice":
                self.notices.append(params)
            case "peerline/presence":
                self.presence |= {each["user_id"]: each for each in params.get("updates", [])}
            case _:
                return False
        return True

    def _edit(self, number: Any, params: dict[str, Any]) -> None:
        uri = params["uri"]
        applied = params["version"] == self.versions.get(uri) and not self.is_busy
        if applied:
            if self.marks:
                self.bridge.notify("peerline/applying", {"id": params["id"]})
            for edit in params["edits"]:
                self._change(uri, [{"range": edit["range"], "text": edit["newText"]}])
        version = self.versions.get(uri, 0)
        answer = {"applied": applied, "version": version, "later": self.is_busy}
        self.bridge.send({"id": number, "result": answer})

    def _change(self, uri: str, changes: list[dict[str, Any]]) -> None:
        for change in changes:
            where = Range(
                start=Position(**change["range"]["start"]), end=Position(**change["range"]["end"])
            )
            self.texts[uri].change([TextChange(change["text"], where)])
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.bridge.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": changes}
        )


def until(condition: Callable[[], object], *editors: DocumentEditor) -> None:
    """Let the editors work until the condition holds."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        for editor in editors:
            editor.pump()
        shown = [
            {**{uri: text.text for uri, text in each.texts.items()}, "list": each.documents}
            for each in editors
        ]
        assert time.monotonic() < deadline, f"never came: {shown}"
