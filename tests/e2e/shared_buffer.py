"""A shared buffer of a real Neovim, whose bridge's requests are made by the test."""

from pathlib import Path
from typing import Any

from .neovim import Neovim

_WATCH = """
local lsp = require('peerline.lsp')
require('peerline.session').with_bridge(function() end)
_G.sent = {}
require('peerline.documents').setup()
local client = lsp.client()
local notify = client.notify
client.notify = function(self, method, params)
  if method:match('^textDocument/did') or method:match('^peerline/') then
    table.insert(_G.sent, { method, params })
  end
  return notify(self, method, params)
end
"""
_ANSWER = """
local method, params = ...
return require('peerline.lsp').client().handlers[method](nil, params)
"""


def start(folder: Path) -> Neovim:
    """A Neovim whose messages to its bridge are kept, without a session."""
    state = folder / "state"
    editor = Neovim(folder / "project", environ={"XDG_STATE_HOME": str(state)})
    editor.lua(_WATCH)
    editor.wait_lua("return require('peerline.lsp').client().initialized")
    return editor


class SharedBuffer:
    """The current buffer, and the text that a bridge has of it by its notifications alone."""

    def __init__(self, editor: Neovim, name: str, content: bytes, commands: str = "") -> None:
        self.editor = editor
        path = editor.folder / name
        path.write_bytes(content)
        editor.lua("_G.sent = {}")
        editor.command(f"edit! {path}")
        if commands:
            editor.command(commands)
        self.buffer: int = editor.api.current.buffer.number
        self.uri: str = editor.lua("return vim.uri_from_bufnr(0)")
        editor.wait_lua("return require('peerline.lsp').is_attached(0)")
        self._request = 0

    def sent(self, method: str) -> list[dict[str, Any]]:
        """The parameters of the notifications of a method."""
        return [params for name, params in self.editor.lua("return _G.sent") if name == method]

    def order(self) -> list[str]:
        """The methods of all notifications, in order."""
        return [name for name, _ in self.editor.lua("return _G.sent")]

    def version(self) -> int:
        """The version of the document, as the bridge knows it."""
        return self.editor.lua("return require('peerline.versions').of(...)", self.buffer)

    def text(self) -> str:
        """The real text."""
        return self.request("peerline/text", {"uri": self.uri})["text"]

    def known_text(self) -> str:
        """The text by didOpen and didChange, with LF line ends."""
        text = ""
        for name, params in self.editor.lua("return _G.sent"):
            if params.get("textDocument", {}).get("uri") != self.uri:
                continue
            if name == "textDocument/didOpen":
                text = params["textDocument"]["text"]
            elif name == "textDocument/didChange":
                for change in params["contentChanges"]:
                    start, end = (_offset(text, change["range"][key]) for key in ("start", "end"))
                    text = text[:start] + change["text"] + text[end:]
        return text.replace("\r\n", "\n")

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """The plugin's answer to a request of the bridge."""
        return self.editor.lua(_ANSWER, method, params)

    def edit(
        self, *edits: tuple[tuple[int, int], tuple[int, int], str], version: int | None = None
    ) -> dict[str, Any]:
        """`peerline/edit` for the present version, or another one."""
        self._request += 1
        return self.request(
            "peerline/edit",
            {
                "id": self._request,
                "uri": self.uri,
                "version": self.version() if version is None else version,
                "edits": [
                    {
                        "range": {
                            "start": {"line": start[0], "character": start[1]},
                            "end": {"line": end[0], "character": end[1]},
                        },
                        "newText": text,
                    }
                    for start, end, text in edits
                ],
            },
        )


def _offset(text: str, position: dict[str, int]) -> int:
    """The index of a position in UTF-8, which Neovim and the bridge agree on."""
    lines = text.split("\n")
    before = "\n".join(lines[: position["line"]])
    line = lines[position["line"]] if position["line"] < len(lines) else ""
    column = len(line.encode()[: position["character"]].decode())
    return len(before) + (1 if position["line"] else 0) + column
