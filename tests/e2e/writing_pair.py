"""Two people in two real Neovims, over a real server, who write in shared documents."""

from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from .conftest import ServerProcess
from .neovim import Neovim

_numbers = count()
TEXT = "def first():\n    return '🦊'\n\n\ndef second():\n    return 2\n"


def document(editor: Neovim) -> dict[str, Any] | None:
    return editor.lua("return require('peerline').document(0)")


def settled(editor: Neovim) -> dict[str, Any]:
    """Wait until nothing is on its way, in either direction."""

    def is_settled() -> dict[str, Any] | None:
        found = document(editor)
        return found if found and found["state"] == "equal" and found["pending"] == 0 else None

    return editor.wait(is_settled, "equal texts")


def text(editor: Neovim) -> str:
    return editor.lua("return require('peerline.documents.edits').text_of(0)")


def alike(*editors: Neovim) -> str:
    """Wait until all have the same text, with nothing on its way; the text."""

    def same() -> bool:
        return len({text(editor) for editor in editors}) == 1

    for _ in range(3):
        for editor in editors:
            settled(editor)
        editors[0].wait(same, f"one text of {[text(editor) for editor in editors]}")
    return text(editors[0])


class Pair:
    """Alice and Bob, each with a folder of their own, in one session for all tests."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.server = ServerProcess(folder / "data")
        self.server.start()
        stack.callback(self.server.close)
        self.server.create_session()
        self.alice = self.join("alice", "editor")
        self.bob = self.join("bob", "editor")

    def join(self, name: str, role: str) -> Neovim:
        environ = {"XDG_STATE_HOME": str(self.folder / name / "state")}
        editor = Neovim(self.folder / name / "project", username=name, environ=environ)
        self._stack.callback(editor.close)
        editor.lua(
            "vim.ui.select = function(items, _, done) _G.choose = done; _G.items = items end"
        )
        editor.join(self.server.invite(role))
        return editor

    def file(self, editor: Neovim, name: str, text: str) -> None:
        """Open a file of this text."""
        (editor.folder / name).write_bytes(text.encode())
        editor.edit(name)
        editor.wait_lua("return require('peerline.lsp').is_attached(0)")

    def share(self, text: str = TEXT, own: str | None = None) -> str:
        """Share a new file of Alice's that Bob has too; its name."""
        name = f"file{next(_numbers)}.py"
        self.file(self.alice, name, text)
        self.file(self.bob, name, text if own is None else own)
        self.alice.command("Peerline share")
        settled(self.alice)
        if own is None:
            settled(self.bob)
        return name
