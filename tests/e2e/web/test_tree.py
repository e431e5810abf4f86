"""A large folder in the page."""

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Final

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed

from peerline.protocol.limits import MAX_TREE_PAGE
from peerline.protocol.offers import EntryKind, GetTree, GiveTree, OfferData, OfferFiles, TreeEntry
from peerline_server.core.offers import MAX_WANTED_BY_ONE
from peerline_server.settings import Settings
from tests.e2e.conftest import ServerProcess

from .conftest import serving
from .hostile import HostilePeer, hostile_peer
from .page import TIMEOUT_MS, WebPage

COUNT: Final = 50_000
FOLDER: Final = "many"
LAST: Final = f"file{COUNT - 1:05}"
READ_ON: Final = """async () => {
  const isMore = () => /More…|Reading…/.test(document.activeElement.innerText);
  while (isMore()) {
    if (document.activeElement.innerText.includes("More…")) {
      document.activeElement.click();
    }
    await new Promise((done) => requestAnimationFrame(done));
  }
}"""
DRAWN: Final = "document.querySelectorAll('[role=treeitem]').length"
DRAWN_AGAIN: Final = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""
MOST_DRAWN: Final = 300


@pytest.fixture(scope="module")
def session_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with a session of its own: the files of other tests would be in the tree."""
    with serving(tmp_path_factory.mktemp("server")) as process:
        yield process


@contextmanager
def offered(server: ServerProcess) -> Generator[None]:
    """Somebody offers a folder with as many files in it."""

    def give(peer: HostilePeer) -> None:
        with suppress(ConnectionClosed):
            while True:
                wanted = peer.receive("tree_wanted")
                names = [FOLDER]
                if wanted["path"] == FOLDER:
                    start = int(wanted["after"][4:]) + 1 if wanted.get("after") else 0
                    numbers = range(start, min(start + MAX_TREE_PAGE, COUNT))
                    names = [f"file{number:05}" for number in numbers]
                kind = EntryKind.FILE if wanted["path"] else EntryKind.FOLDER
                entries = [TreeEntry(name=name, kind=kind) for name in names]
                is_last = names[-1] in {FOLDER, LAST}
                # Without waiting for an answer, which would take the next question for none.
                peer.tell(
                    GiveTree(
                        session_id=server.session,
                        id=wanted["id"],
                        entries=entries,
                        next=None if is_last else names[-1],
                    )
                )

    with hostile_peer(server, "ismene") as peer:
        data = OfferData(name="shop", files=COUNT, is_cut=True)
        peer.send(OfferFiles(session_id=server.session, data=data))
        thread = Thread(target=give, args=(peer,), daemon=True)
        thread.start()
        yield
    thread.join()


def test_a_folder_of_thousands_of_files_is_read_walked_through_and_scrolled(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    with offered(session_server):
        page.joined(link, "Idun")
        tab = page.tab
        offer = tab.get_by_text(f"shop, offered by ismene: the first {COUNT:,} files.")
        expect(offer).to_be_visible(timeout=TIMEOUT_MS)
        tree = tab.get_by_role("tree", name="Files")
        folder = tree.get_by_role("treeitem", name=FOLDER)
        folder.click(timeout=TIMEOUT_MS)
        first = tree.get_by_role("treeitem", name="file00000")
        expect(first).to_be_visible(timeout=TIMEOUT_MS)
        folder.press("End")
        # "More…" is last, and keeps the focus while what it reads comes before it; what it reads
        # at last has its place.
        tab.evaluate(READ_ON)
        read = tree.get_by_role("treeitem", name=f"file{COUNT - MAX_TREE_PAGE:05}")
        expect(read).to_be_focused(timeout=TIMEOUT_MS)
        read.press("End")
        end = tree.get_by_role("treeitem", name=LAST)
        expect(end).to_be_focused(timeout=TIMEOUT_MS)
        for name, value in (("level", 2), ("posinset", COUNT), ("setsize", COUNT)):
            expect(end).to_have_attribute(f"aria-{name}", str(value))
        assert tab.evaluate(DRAWN) < MOST_DRAWN
        end.press("Home")
        expect(folder).to_be_focused()
        folder.press("ArrowDown")
        expect(first).to_be_focused()
        first.press("End")
        expect(end).to_be_focused()
        end.press("ArrowUp")
        expect(tree.get_by_role("treeitem", name=f"file{COUNT - 2:05}")).to_be_focused()
        tab.keyboard.press("Home")
        folder.press("ArrowDown")
        first.hover()
        for _ in range(20):
            tab.mouse.wheel(0, 3_000)
            tab.evaluate(DRAWN_AGAIN)
            assert tab.evaluate(DRAWN) < MOST_DRAWN
        expect(tree.get_by_role("treeitem", name=f"file{20 * 3_000 // 24:05}")).to_be_visible()
        # The line with the focus stays, wherever it is.
        expect(first).to_be_focused()
        first.press("ArrowDown")
        expect(tree.get_by_role("treeitem", name="file00001")).to_be_focused()


def test_a_guest_who_asks_a_thousand_times_is_answered_and_holds_nobody_up(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    session_id = session_server.session
    with offered(session_server), hostile_peer(session_server, "greedy") as greedy:
        for number in range(1_000):
            ask = GetTree(session_id=session_id, path=FOLDER, request_id=f"ask{number}")
            greedy.tell(ask)
        page.joined(link, "Ivar")
        folder = page.tab.get_by_role("treeitem", name=FOLDER)
        folder.click(timeout=TIMEOUT_MS)
        first = page.tab.get_by_role("treeitem", name="file00000")
        expect(first).to_be_visible(timeout=TIMEOUT_MS)
        answers = Counter[str]()
        texts = set[str]()
        while answers.total() < 1_000:
            answer = greedy.receive()
            if answer.get("request_id", "").startswith("ask"):
                answers[answer.get("error_code", answer["type"])] += 1
                texts.add(answer.get("message", "").partition(";")[0])
        most = Settings().queries_per_minute
        # Some may be allowed again before the last one is read.
        assert MAX_WANTED_BY_ONE <= answers["tree"] <= most + 60
        assert answers["RATE_LIMITED"] >= 600
        assert set(answers) <= {"tree", "RATE_LIMITED", "SERVER_BUSY"}
        assert f"at most {most} queries a minute" in texts
