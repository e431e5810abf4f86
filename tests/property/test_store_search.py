"""The search has the same answers on every database."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline_server.core.records import Committed, NewEvent, NewSession
from peerline_server.store.base import Store
from tests.contract.stores import NOW
from tests.databases import STORES


class Stores:
    """One store of each kind, on a loop of their own."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._stores = [kind.make(folder) for kind in STORES.values()]
        self._numbers = count(1)
        self._loop.run_until_complete(self._open())

    def answers(self, texts: list[str], query: str) -> list[list[str]]:
        """The ids of the texts that are found, by each store."""
        return self._loop.run_until_complete(self._answers(texts, query))

    def close(self) -> None:
        for store in self._stores:
            self._loop.run_until_complete(store.close())
        self._loop.close()

    async def _open(self) -> None:
        for store in self._stores:
            await store.open()

    async def _answers(self, texts: list[str], query: str) -> list[list[str]]:
        session_id = f"session{next(self._numbers)}"
        return [await _answer(store, session_id, texts, query) for store in self._stores]


async def _answer(store: Store, session_id: str, texts: list[str], query: str) -> list[str]:
    await store.create_session(NewSession(session_id, "Title", "alice", NOW))
    for number, text in enumerate(texts):
        message = ChatMessage(
            id=f"{session_id}-{number}",
            user_id="alice",
            username="Alice",
            content=text,
            timestamp=NOW,
        )
        sent = ChatMessageSent(session_id=session_id, seq=0, message=message)
        assert isinstance(await store.submit(NewEvent(sent, "alice")), Committed)
    found = await store.search(session_id, query, None, limit=100)
    return [item.message_id for item in found]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    made = Stores(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


_WORDS = st.sampled_from(
    [
        "hel",
        "hello",
        "HELLO",
        "Hél",
        "_",
        "__",
        "hel_lo",
        "hel.lo",
        "lo",
        "²",
        "日本",
        "日",
        "-",
        "'",
    ]
)
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")
_TEXT = st.lists(_WORDS | st.text(_CHARACTERS, min_size=1, max_size=5), min_size=1, max_size=6).map(
    " ".join
)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(_TEXT, min_size=1, max_size=3), query=_TEXT)
def test_a_search_finds_the_same_in_every_store(
    stores: Stores, texts: list[str], query: str
) -> None:
    first, *others = stores.answers(texts, query)
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    ("query", "found"), [("hel _", True), ("_ hel", True), ("_", False), ("hel x_", False)]
)
def test_a_term_without_a_word_asks_for_nothing(stores: Stores, query: str, *, found: bool) -> None:
    for answer in stores.answers(["Hello there"], query):
        assert bool(answer) == found
