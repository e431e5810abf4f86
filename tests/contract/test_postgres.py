"""The promises of a store in Postgres alone, against a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from peerline.protocol.roles import Role
from peerline_server.core.records import Committed, Duplicate, NewSession
from peerline_server.store.base import StoreError
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.postgres_connection import OLDEST, PostgresUrl
from peerline_server.store.postgres_schema import check_version
from peerline_server.store.settling import Reached, was_kept
from tests.contract.test_store import NOW, S, chat, join
from tests.databases import STORES
from tests.servers.cutting_relay import CuttingRelay
from tests.servers.postgres import postgres


@pytest.fixture
def url(tmp_path: Path) -> str:
    return STORES["postgres"].locate(tmp_path)


@pytest.fixture
async def opened(url: str) -> AsyncIterator[PostgresStore]:
    async with AsyncExitStack() as stack:
        store = PostgresStore(url)
        stack.push_async_callback(store.close)
        await store.open_alone(server="127.0.0.1:1")
        await store.create_session(NewSession(S, "Title", "alice", NOW))
        await store.submit(join("alice", Role.HOST))
        yield store


async def test_a_second_server_is_refused_and_told_where_the_first_listens(
    opened: PostgresStore, url: str
) -> None:
    opened.note_address("127.0.0.1:8765")
    await opened.submit(chat("a"))
    second = PostgresStore(url)
    with pytest.raises(StoreError, match=r"a server already runs .* at 127\.0\.0\.1:8765"):
        await second.open_alone(server="127.0.0.1:2")
    await second.close()
    await opened.close()
    third = PostgresStore(url)
    await third.open_alone(server="127.0.0.1:2")
    await third.close()


async def test_connections_that_postgres_ended_are_opened_again(opened: PostgresStore) -> None:
    postgres().cut(opened.database.name)
    result = await opened.submit(chat("a"))
    assert isinstance(result, Committed)
    assert result.message.seq == 2
    loaded = await opened.load_session(S, last_messages=10)
    assert loaded is not None
    assert [message.id for message in loaded.messages] == ["a"]


async def test_a_server_whose_lock_went_to_another_writes_nothing(
    opened: PostgresStore, url: str
) -> None:
    postgres().cut(opened.database.name, name="peerline server")
    second = PostgresStore(url)
    await second.open_alone(server="127.0.0.1:2")
    with pytest.raises(StoreError, match=r"already runs on this database at 127\.0\.0\.1:2"):
        await opened.submit(chat("a"))
    assert isinstance(await second.submit(chat("b")), Committed)
    events = await second.events_since(S, 1, limit=10)
    assert [event.seq for event in events] == [2]
    await second.close()


@pytest.mark.parametrize("is_passed_on", [True, False])
async def test_a_commit_without_an_answer_is_settled(url: str, *, is_passed_on: bool) -> None:
    """The connection is cut before or after COMMIT has reached Postgres."""
    relay = await CuttingRelay.to(postgres().port)
    store = PostgresStore(url.replace(f":{postgres().port}/", f":{relay.port}/"))
    await store.open()
    await store.create_session(NewSession(S, "Title", "alice", NOW))
    await store.submit(join("alice", Role.HOST))
    relay.cut_at(b"COMMIT", is_passed_on=is_passed_on)
    result = await store.submit(chat("a", "r1"))
    assert relay.has_cut
    assert isinstance(result, Committed)
    assert result.message.seq == 2
    assert await store.submit(chat("b", "r1")) == Duplicate(2)
    assert [event.seq for event in await store.events_since(S, 0, limit=10)] == [1, 2]
    await store.close()
    await relay.close()


@pytest.mark.usefixtures("opened")
async def test_a_commit_is_settled_only_when_its_transaction_has_ended(url: str) -> None:
    connection = await asyncpg.connect(url)
    open_one = connection.transaction()
    await open_one.start()
    await connection.execute("UPDATE sessions SET last_seq = 2 WHERE id = $1", S)
    other = await asyncpg.connect(url)
    asked = asyncio.create_task(was_kept(other, Reached({S: 2})))
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while await connection.fetchval(waits) == 0:
        pass
    assert not asked.done()
    await open_one.commit()
    assert await asked
    await connection.close()
    await other.close()


async def test_another_timeline_is_another_epoch(opened: PostgresStore) -> None:
    loaded = await opened.load_session(S, last_messages=0)
    assert loaded is not None
    stored = postgres().sql(
        f"SELECT epoch FROM sessions WHERE id = '{S}'",  # noqa: S608 - a constant
        database=opened.database.name,
    )
    assert loaded.epoch == f"{stored}.00000001"


async def test_a_name_in_a_url_that_makes_no_sense_is_not_repeated() -> None:
    store = PostgresStore("postgresql://user:secret@host:port/x?a=b")
    with pytest.raises(StoreError, match="is not the URL of a Postgres database") as caught:
        await store.open()
    assert "secret" not in str(caught.value)
    await store.close()


async def test_a_user_who_may_not_create_tables_is_told_so() -> None:
    url = postgres().create()
    name = url.rpartition("/")[2]
    postgres().sql(f"CREATE ROLE role_{name} LOGIN", database=name)
    store = PostgresStore(url.replace("peerline@", f"role_{name}:secret@"))
    with pytest.raises(StoreError, match="may not create tables") as caught:
        await store.open()
    assert "secret" not in str(caught.value)
    await store.close()


async def test_a_user_whom_postgres_does_not_know_is_told_so(url: str) -> None:
    store = PostgresStore(url.replace("peerline@", "nobody:secret@"))
    with pytest.raises(StoreError, match="does not accept the user or the password") as caught:
        await store.open()
    assert "secret" not in str(caught.value)
    await store.close()


async def test_a_server_that_may_lose_what_it_acknowledged_is_refused() -> None:
    url = postgres().create()
    name = url.rpartition("/")[2]
    postgres().sql(f"ALTER DATABASE {name} SET synchronous_commit = off", database=name)
    store = PostgresStore(url)
    with pytest.raises(StoreError, match="synchronous_commit is off"):
        await store.open()
    await store.close()


async def test_a_database_that_is_not_in_utf_8_is_refused() -> None:
    name = "in_latin_1"
    postgres().sql(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1'", database="postgres"
    )
    store = PostgresStore(postgres().url(name))
    with pytest.raises(StoreError, match="createdb -E UTF8"):
        await store.open()
    await store.close()


async def test_a_database_of_a_newer_version_is_refused(opened: PostgresStore, url: str) -> None:
    newer = "UPDATE alembic_version SET version_num = '9999'"
    postgres().sql(newer, database=opened.database.name)
    store = PostgresStore(url)
    with pytest.raises(StoreError, match="newer Peerline"):
        await store.open()
    await store.close()


def test_a_version_that_is_too_old_is_refused() -> None:
    where = PostgresUrl("postgresql://u:secret@h/d")
    with pytest.raises(StoreError, match=f"version 12; use Postgres {OLDEST}"):
        check_version(OLDEST * 10_000 - 1, where)
    check_version(OLDEST * 10_000, where)


async def test_two_that_start_at_once_make_the_tables_once() -> None:
    url = postgres().create()
    stores = [PostgresStore(url) for _ in range(3)]
    await asyncio.gather(*(store.open() for store in stores))
    assert await stores[0].count_created("alice") == 0
    for store in stores:
        await store.close()
