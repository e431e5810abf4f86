"""One room: a shared agent, prompted from Neovim, allowed in the page, seen live in VS Code."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from peerline.protocol.links import SessionLink
from tests.e2e.agent_host import Host, shared_agent, steps
from tests.e2e.web.page import TIMEOUT_MS, WebPage, opened
from tests.e2e.web.test_agent_view import shown

from .conftest import Pair
from .test_neovim import NeovimThread, nina

__all__ = ["nina"]

FILE: Final = "room.txt"
TEXT: Final = "one\ntwo\n"
SECRET: Final = "ghp_" + "Rm4" * 12
SECONDS: Final = 100.0
"""The SDK of the agent takes its time to be imported on a busy machine."""
BUFFER: Final = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')"


class Frames:
    """All that comes to a page and goes out of it."""

    def __init__(self, page: WebPage) -> None:
        self.all: list[bytes] = []
        page.tab.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)
        socket.on("framesent", self._keep)

    def _keep(self, frame: str | bytes) -> None:
        self.all.append(frame.encode() if isinstance(frame, str) else frame)


@pytest.fixture
def robo(pair: Pair, tmp_path: Path) -> Iterator[Host]:
    with shared_agent(pair.server, tmp_path, "--approvers", "editors") as host:
        alice = pair.alice
        alice.wait(lambda: any("robo" in row for row in alice.tree()), "the agent", SECONDS)
        yield host
    for window in (pair.alice, pair.bob):
        window.wait(
            lambda window=window: not any("robo" in row for row in window.tree()),
            "the agent has left",
        )


@pytest.fixture
def shared(pair: Pair, nina: NeovimThread, tmp_path: Path) -> Iterator[None]:
    """A file that alice shares and nina has open, too."""
    alice = pair.alice
    path = alice.server.workspace / FILE
    path.write_text(TEXT)
    (tmp_path / "nina" / FILE).write_text(TEXT)
    nina.do(lambda editor: editor.edit(FILE))
    alice.open_file(FILE)
    alice.command("Peerline: Share This File")
    alice.wait(lambda: "room.txt" in alice.active_tab(), "the file")
    yield
    alice.open_file(FILE)
    alice.command("Peerline: Stop Sharing This File")
    alice.wait_toast(f"{FILE} is no longer shared.")
    alice.command("View: Revert and Close Editor")
    path.unlink()


def with_secret(*folders: Path, but: Path) -> list[Path]:
    """The files that the secret is in, but for the one that it was put into."""
    found: list[Path] = []
    for path in (path for folder in folders for path in folder.rglob("*")):
        # An editor that runs puts files away at any moment.
        with suppress(FileNotFoundError):
            if path != but and path.is_file() and SECRET.encode() in path.read_bytes():
                found.append(path)
    return found


@pytest.mark.usefixtures("shared")
def test_people_in_three_editors_work_with_one_agent_and_no_secret_of_it_gets_out(
    pair: Pair, nina: NeovimThread, robo: Host, browser: Browser, tmp_path: Path
) -> None:
    alice = pair.alice
    planted = tmp_path / "planted" / "token"
    planted.parent.mkdir()
    planted.write_text(SECRET)
    prompt = steps(
        ["plan", "Edit the room"],
        ["run", "pytest -q"],
        ["write", str(robo.folder / FILE), "one\nby robo\ntwo\n"],
        ["leak", str(planted)],
        ["wait"],
    )
    with opened(browser, tmp_path) as piet:
        frames = Frames(piet)
        piet.joined(SessionLink.parse(pair.server.invite("editor")).page_url, "Pia")
        nina.do(lambda editor: editor.command(f"Peerline chat @robo {prompt}"))
        work = shown(piet, "robo")
        question = work.get_by_role("article", name="robo asks: pytest -q")
        question.get_by_role("button", name="Allow Once").click(timeout=SECONDS * 1000)
        alice.wait(
            lambda: "by robo" in "\n".join(line for _, line in alice.lines()),
            "the agent's edit in VS Code",
        )
        nina.do(
            lambda editor: editor.wait(
                lambda: "by robo" in str(editor.lua(BUFFER)), "the agent's edit in Neovim"
            )
        )
        calls = work.get_by_role("list", name="Tool calls")
        expect(calls).to_contain_text("‹secret:github›", timeout=TIMEOUT_MS)
        expect(calls.get_by_text("failed", exact=True)).to_be_visible()
        work.get_by_role("button", name="Stop robo").click()
        answer = "It is ‹secret:github›."
        alice.wait(lambda: answer in "\n".join(alice.heard()), "its answer in VS Code")
        expect(work).to_contain_text("Turn ended", timeout=TIMEOUT_MS)
        expect(work.get_by_role("list", name="Prompts for robo")).to_have_count(0)
        assert robo.noted("answer") == [["y"]]
        assert robo.noted("cancel") == [["one"]]
    assert any(b"by robo" in frame or b"agent_event" in frame for frame in frames.all)
    assert [frame for frame in frames.all if SECRET.encode() in frame] == []
    folders = (
        tmp_path,
        pair.server.data_dir.parent,
        alice.server.home / "user",
        alice.server.workspace,
    )
    assert with_secret(*folders, but=planted) == []
