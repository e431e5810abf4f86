"""Twenty people type in five shared documents while the owner of their session is killed."""

import asyncio
from pathlib import Path
from random import Random
from typing import Final

from peerline.client import DocumentStatus, LinkState, OpenedDocument
from peerline.protocol.roles import Role
from tests.plans.document_writer import Ledger, Writer
from tests.plans.judge import wrong_on_disk
from tests.reliability.clients import until
from tests.reliability.servers import HOST

from .conftest import FAST
from .several import SeveralServers, SharedSite

PEOPLE: Final = 20
DOCUMENTS: Final = 5
KILLS: Final = 2
PAUSE_SECONDS: Final = 0.1
"""Of a fast typist."""
WRITTEN: Final = 400
"""Characters in all documents before a kill, and after it."""
PATIENCE: Final = 120.0
SEED: Final = "#\n"
LIMITS: Final = {
    **FAST,
    # Small, so that an owner reads snapshots and the updates after them.
    "PEERLINE_DOCUMENT_SNAPSHOT_UPDATES": "10",
    # On a busy machine people come back late.
    "PEERLINE_TAKEOVER_GRACE_SECONDS": "120",
}


class Typist(Writer):
    """Types until told otherwise, with the server or without it; what comes back is a fault."""

    was_away = False
    """Whether the document was without its server."""

    def begin(self, number: int) -> None:
        """Type, somewhere else each time."""
        self._source = Random(number)  # noqa: S311 - a place in a text, not a secret
        self._typing = asyncio.create_task(self._type())

    async def finish(self) -> None:
        """Type no more."""
        self._typing.cancel()
        await asyncio.gather(self._typing, return_exceptions=True)

    async def _type(self) -> None:
        while True:
            if self.can_write:
                self.type(self._source.randrange(10_000), 1 + self._source.randrange(3))
            await asyncio.sleep(PAUSE_SECONDS)

    def _state(self, document: OpenedDocument) -> None:
        super()._state(document)
        self.was_away |= document.state is DocumentStatus.OFFLINE

    def _discard(self, text: str) -> None:
        self.problems.append(f"{self.user_id} got back what they wrote: {text!r}")


async def test_people_who_type_while_the_owner_is_killed_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    servers = SeveralServers(tmp_path / "data", LIMITS)
    site = await SharedSite.create(tmp_path / "data")
    ledgers = [Ledger(SEED) for _ in range(DOCUMENTS)]
    people: list[Typist] = []
    try:
        await asyncio.to_thread(servers.start)
        link = site.link(servers.address)

        def person(number: int, name: str) -> Typist:
            credentials = site.credentials(name, Role.EDITOR)
            people.append(Typist(name, link, credentials, ledgers[number % DOCUMENTS]))
            return people[-1]

        names = [HOST, *(f"user{number}" for number in range(1, PEOPLE))]
        for number, name in enumerate(names):
            person(number, name)
        await until(lambda: all(_is_there(each) for each in people), "all are there", PATIENCE)
        shared = [
            await people[0].client.documents.share(f"src/{number}.py", SEED)
            for number in range(DOCUMENTS)
        ]
        for number, each in enumerate(people):
            document = shared[number % DOCUMENTS].id
            await until(lambda e=each, d=document: e.client.documents.get(d), "shared", PATIENCE)
            each.open(document)
            await each.document.ready()
        for number, each in enumerate(people):
            each.begin(number)
        for _ in range(KILLS):
            await _written(ledgers)
            await until(lambda: any(each.document.pending for each in people), "on its way")
            for each in people:
                each.was_away = False
            servers.kill()
            await until(
                lambda: all(each.was_away and not _is_away(each) for each in people),
                "everybody is back",
                PATIENCE,
            )
            await _written(ledgers)
            await asyncio.to_thread(servers.start)
        for each in people:
            await each.finish()
        readers = [person(number, f"reader{number}") for number in range(DOCUMENTS)]
        await until(lambda: all(_is_there(each) for each in readers), "readers", PATIENCE)
        for reader, document in zip(readers, shared, strict=True):
            reader.open(document.id)
            await reader.document.ready()
        await until(lambda: not _unquiet(people, readers), "all have one text", PATIENCE)
        for each in people:
            await each.check(is_quiet=True)
        assert [problem for each in people for problem in each.problems] == []
        for reader, ledger in zip(readers, ledgers, strict=True):
            assert ledger.excused == set(), "they only typed"
            assert ledger.problems(reader.document.text) == []
        rows = await site.rows()
        assert wrong_on_disk(rows) == []
        assert not [row for row in rows if row["data"]["type"] == "user_left"]
    finally:
        await asyncio.gather(*(each.finish() for each in people[:PEOPLE]), return_exceptions=True)
        await asyncio.gather(*(each.client.close() for each in people))
        await asyncio.to_thread(servers.close)


def _is_there(person: Writer) -> bool:
    return person.client.state is LinkState.JOINED


def _is_away(person: Writer) -> bool:
    return person.document.state is not DocumentStatus.EQUAL


async def _written(ledgers: list[Ledger]) -> None:
    """Wait until more is written in all documents together."""
    wanted = sum(len(ledger.written) for ledger in ledgers) + WRITTEN
    await until(lambda: sum(len(ledger.written) for ledger in ledgers) >= wanted, "typed", PATIENCE)


def _unquiet(people: list[Typist], readers: list[Typist]) -> list[str]:
    """The reasons why it is not over yet."""
    return [reason for each in people for reason in each.unquiet()] + [
        each.user_id
        for number, each in enumerate(people)
        if each.editor != readers[number % DOCUMENTS].document.text
    ]
