"""A program that speaks Yjs alone, by a stock y-websocket provider, writes beside real editors."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from peerline.protocol.limits import MIN_GUEST_KEY_CHARS
from tests.unit.server.documents.stock_provider import StockProvider

from .conftest import held_up
from .writing_pair import Pair, alike, document, text

ROUNDS = 10
KEY = "k" * MIN_GUEST_KEY_CHARS


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        yield Pair(tmp_path_factory.mktemp("pair"), stack)


class Yves:
    """A guest with a provider; its loop runs while it is asked, as Neovim's does."""

    def __init__(self, runner: asyncio.Runner, pair: Pair, document_id: str) -> None:
        self._run = runner.run
        url = f"ws://{pair.server.address}/ws/doc/{pair.server.session}"
        invite = pair.server.invite("editor").rpartition("=")[2]
        guest = {"invite": invite, "username": "Yves", "guest": KEY}
        self._provider = self._run(StockProvider.connect(url, document_id, params=guest))
        self.until("sync", synced=True)

    def do(self, what: str, **fields: Any) -> None:
        self._run(self._provider.do(what, **fields))

    def until(self, event: str, **fields: Any) -> None:
        self._run(self._provider.until(event, **fields))

    def until_text(self, wanted: str) -> None:
        self._run(self._provider.until_text(wanted))

    def stop(self) -> None:
        self._run(self._provider.stop())


@pytest.fixture
def yves(pair: Pair) -> Iterator[Yves]:
    """A guest in a document of two lines, which alice and bob have open."""
    pair.share("one\ntwo\n")
    found = document(pair.alice)
    assert found is not None
    with asyncio.Runner() as runner:
        yves = Yves(runner, pair, found["id"])
        yield yves
        yves.stop()


def test_it_writes_at_once_with_two_neovims(pair: Pair, yves: Yves) -> None:
    for number in range(ROUNDS):
        pair.alice.keys(f"ggO# alice {number}<Esc>")
        yves.do("insert", at=0, text=f"# Yves {number}🎉\n")
        pair.bob.keys(f"Go# bob {number}<Esc>")
        yves.do("insert", at=0, text="x")
        yves.do("undo")
    names = ("alice", "bob", "Yves")
    written = [f"# {name} {n}" for name in names for n in range(ROUNDS)]
    # Who writes at the place where another opens a line may write in that line.
    characters = sorted("one\ntwo\n" + "\n".join(written) + "🎉" * ROUNDS + "\n")
    pair.alice.wait(lambda: sorted(text(pair.alice)) == characters, "every character once")
    found = alike(pair.alice, pair.bob)
    yves.until_text(found)
    assert all(found.count(one) == 1 for one in written), found
    pair.alice.command("Peerline blame")
    shown = pair.alice.wait(lambda: pair.alice.virtual_text("peerline_blame"), "the names")
    assert any("Yves" in name for name in shown)


def test_what_is_written_while_the_server_or_the_provider_is_away_comes_later(
    pair: Pair, yves: Yves
) -> None:
    with held_up(pair.server):
        yves.do("insert", at=0, text="Yves\n")
        pair.alice.keys("Goalice<Esc>")
    wanted = "Yves\none\ntwo\nalice\n"
    yves.until_text(wanted)
    pair.alice.wait(lambda: text(pair.alice) == text(pair.bob) == wanted, "both lines")
    yves.do("disconnect")
    yves.until("closed")
    yves.do("insert", at=0, text="offline\n")
    pair.bob.keys("Gobob<Esc>")
    pair.bob.wait(lambda: "bob" in text(pair.alice), "bob's line")
    yves.do("connect")
    wanted = f"offline\n{wanted}bob\n"
    yves.until_text(wanted)
    pair.alice.wait(lambda: text(pair.alice) == text(pair.bob) == wanted, "all lines")
