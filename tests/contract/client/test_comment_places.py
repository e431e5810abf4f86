"""Comments on characters of a shared text, by programs that use the client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from peerline.client import Client
from peerline.client.errors import DocumentNotOpen
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.limits import MAX_CONTEXT_LINE_CHARS, MAX_SNIPPET_CHARS
from peerline.protocol.roles import Role
from tests.reliability.servers import SESSION, ForkedServer, Site

TEXT = "# 🎉\nretries = 3\n" + "x" * 2 * MAX_SNIPPET_CHARS + "\nlast\n"
CODE = "retries = 3"


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[tuple[Client, Client]]:
    """Alice and Bob, both joined."""
    async with AsyncExitStack() as stack:
        site = await Site.create(tmp_path / "data")
        server = ForkedServer(site.data_dir)
        server.start()
        stack.callback(server.close)
        clients: list[Client] = []
        for name, role in (("alice", Role.HOST), ("bob", Role.EDITOR)):
            client = Client(site.link(server.address), site.credentials(name, role))
            client.start()
            stack.push_async_callback(client.close)
            clients.append(client)
        alice, bob = clients
        await until(lambda: len(alice.replica.participants) == 2)
        yield alice, bob


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - there is no event for everything
            await asyncio.sleep(0.01)


async def test_a_comment_stays_with_its_characters(people: tuple[Client, Client]) -> None:
    alice, bob = people
    shared = await alice.documents.share("src/cart.py", TEXT)
    mine = alice.documents.open(shared.id)
    await until(lambda: bob.documents.get(shared.id))
    theirs = bob.documents.open(shared.id)
    await mine.ready()
    await theirs.ready()
    start = TEXT.index(CODE)
    anchor = alice.documents.anchor(shared.id, start, start + len(CODE))
    assert (anchor.file, anchor.line, anchor.end_line) == ("src/cart.py", 2, 2)
    assert (anchor.code_snippet, anchor.context_before) == (CODE, ["# 🎉"])
    assert anchor.context_after[0] == "x" * MAX_CONTEXT_LINE_CHARS
    data = CommentData(**dict(anchor), content="Is three enough?")
    await alice.request(AddComment(session_id=SESSION, data=data))
    await until(lambda: bob.replica.threads)
    (thread,) = bob.replica.threads.values()
    assert theirs.place_of(thread) == (start, start + len(CODE))

    theirs.edit(("🎉 written before\n",))
    theirs.replace(CODE, "retries = 30")
    theirs.replace("last", "the end")
    await theirs.confirmed()
    await until(lambda: mine.text == theirs.text)
    for document in (mine, theirs):
        place = document.place_of(thread)
        assert place is not None
        assert document.text[slice(*place)] == CODE

    theirs.replace("retries = 30\n", "")
    await until(lambda: mine.text == theirs.text)
    assert mine.place_of(thread) is theirs.place_of(thread) is None


async def test_a_range_that_is_nowhere_is_none_or_refused(people: tuple[Client, Client]) -> None:
    alice, bob = people
    shared = await alice.documents.share("src/cart.py", TEXT)
    document = alice.documents.open(shared.id)
    await document.ready()
    for start, end in ((0, 0), (3, 2), (-1, 2), (0, len(TEXT) + 1)):
        with pytest.raises(ValueError, match=f"no characters from {start} to {end}"):
            alice.documents.anchor(shared.id, start, end)
    with pytest.raises(DocumentNotOpen):
        bob.documents.anchor(shared.id, 0, 1)
    whole = alice.documents.anchor(shared.id, 0, len(TEXT))
    assert (whole.line, whole.end_line) == (1, 4)
    assert len(whole.code_snippet) == MAX_SNIPPET_CHARS
    assert document.place_of(whole) == (0, len(TEXT))
    for fields in ({"generation": "other"}, {"document_id": "other"}, {"start": None, "end": None}):
        assert document.place_of(whole.model_copy(update=fields)) is None
    newline = alice.documents.anchor(shared.id, len("# 🎉"), len("# 🎉\n"))
    assert (newline.line, newline.end_line) == (1, 1)
    document.close()
    with pytest.raises(DocumentNotOpen):
        alice.documents.anchor(shared.id, 0, 1)
