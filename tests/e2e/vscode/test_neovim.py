"""One session, two kinds of editors: what Neovim shows of VS Code and the other way round."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest

from tests.e2e.neovim import Neovim

from .conftest import FILES, Pair
from .window import OPEN

T = TypeVar("T")
NUMBERS = count(1)
"""For the names: who comes again to the session of all tests has a number behind theirs."""


class NeovimThread:
    """A Neovim in a thread of its own: its client's event loop and Playwright's do not mix."""

    def __init__(self, folder: Path, username: str) -> None:
        self.name = username
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._neovim = self._thread.submit(lambda: Neovim(folder, username=username)).result()

    def do(self, action: Callable[[Neovim], T]) -> T:
        """Run something in the thread."""
        return self._thread.submit(action, self._neovim).result()

    def close(self) -> None:
        self.do(Neovim.close)
        self._thread.shutdown()


@pytest.fixture
def nina(pair: Pair, tmp_path: Path) -> Iterator[NeovimThread]:
    """A third one in the session, with Neovim."""
    for file, text in FILES.items():
        path = tmp_path / "nina" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    neovim = NeovimThread(tmp_path / "nina", f"nina{next(NUMBERS)}")
    try:
        neovim.do(lambda editor: editor.edit("src/main.py"))
        link = pair.server.invite("editor")
        neovim.do(lambda editor: editor.join(link))
        yield neovim
    finally:
        neovim.close()


def test_neovim_and_vscode_see_each_other(pair: Pair, nina: NeovimThread) -> None:
    alice = pair.alice
    alice.wait(lambda: any(nina.name in row for row in alice.tree()), "nina in the tree")
    nina.do(lambda editor: editor.keys("9G0"))
    alice.wait(
        lambda: "def function_3" in alice.flags().get(nina.name, {"line": ""})["line"],
        "nina's cursor",
    )
    alice.go_to(14, 5)
    nina.do(
        lambda editor: editor.wait(
            lambda: any(
                mark["row"] == 13 and "alice" in str(mark.get("virt_text"))
                for mark in editor.presence()
            ),
            "alice's cursor in Neovim",
        )
    )

    nina.do(lambda editor: editor.command("Peerline chat hello from Neovim"))
    alice.wait(lambda: "hello from Neovim" in alice.heard(), "nina's message")
    alice.say("hello from VS Code")
    nina.do(
        lambda editor: editor.wait(lambda: "hello from VS Code" in editor.chat(), "alice's message")
    )

    nina.do(lambda editor: editor.command("9Peerline comment From Neovim"))
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread")
    alice.open_thread()
    alice.wait(lambda: alice.comments() == ["From Neovim"], "the comment from Neovim")
    alice.screenshot("with-neovim-dark")
    alice.delete_comment("From Neovim")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 0, "deleted")
