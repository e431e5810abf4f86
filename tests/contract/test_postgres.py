"""The promises of a store in Postgres alone, against a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.documents import DocumentShared, SharedDocument
from peerline.protocol.participants import RoleChanged
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline_server.admin.archive import export_session
from peerline_server.admin.copying import copy_all, migrate
from peerline_server.core.records import (
    Committed,
    Duplicate,
    NewCursorTrail,
    NewDocumentEdit,
    NewEvent,
    NewInvite,
    NewSession,
    NewUpdate,
    Revocation,
    Seed,
)
from peerline_server.metrics import Metrics
from peerline_server.store import postgres_connection
from peerline_server.store.base import ActivityFilter, OutcomeUnknownError, StoreError
from peerline_server.store.opening import opened as opened_store
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.postgres_connection import LIMITS, OLDEST, PostgresUrl
from peerline_server.store.postgres_schema import UPGRADE_LOCK, check_version
from peerline_server.store.settling import Reached, was_kept
from tests.contract.stores import NOW, S, chat, join
from tests.databases import STORES
from tests.servers.cutting_relay import CuttingRelay
from tests.servers.postgres import Postgres, postgres


@pytest.fixture
def url(tmp_path: Path) -> str:
    return STORES["postgres"].locate(tmp_path)


@pytest.fixture
async def opened(url: str) -> AsyncIterator[PostgresStore]:
    async with AsyncExitStack() as stack:
        store = PostgresStore(url)
        stack.push_async_callback(store.close)
        await store.open()
        await store.create_session(NewSession(S, "Title", "alice", NOW))
        await store.submit(join("alice", Role.HOST))
        yield store


async def test_connections_that_postgres_ended_are_opened_again(opened: PostgresStore) -> None:
    postgres().cut(opened.database.name)
    result = await opened.submit(chat("a"))
    assert isinstance(result, Committed)
    assert result.message.seq == 2
    loaded = await opened.load_session(S, last_messages=10)
    assert loaded is not None
    assert [message.id for message in loaded.messages] == ["a"]


async def test_two_commands_do_not_change_a_database_at_once(url: str) -> None:
    first, second = PostgresStore(url), PostgresStore(url)
    await first.open_alone()
    with pytest.raises(StoreError, match="another command changes this database"):
        await second.open_alone()
    await second.close()
    await first.close()


async def test_a_command_whose_lock_went_to_another_writes_nothing(
    opened: PostgresStore, url: str
) -> None:
    first, second = PostgresStore(url), PostgresStore(url)
    await first.open_alone()
    postgres().cut(opened.database.name, name="peerline command")
    await second.open_alone()
    with pytest.raises(StoreError, match="another command changes this database"):
        await first.submit(chat("a"))
    assert isinstance(await second.submit(chat("b")), Committed)
    await first.close()
    await second.close()
    assert [event.seq for event in await opened.events_since(S, 1, limit=10)] == [2]


@pytest.mark.parametrize(
    ("word", "event"),
    [
        (b"COMMIT", NewEvent(join("bob").message, "bob", "r1")),
        (b"text a", chat("a", "r1")),  # one statement, without a COMMIT
    ],
)
@pytest.mark.parametrize("is_passed_on", [True, False])
async def test_a_commit_without_an_answer_is_settled(
    url: str, word: bytes, event: NewEvent, *, is_passed_on: bool
) -> None:
    """The connection is cut before or after COMMIT, or a statement, has reached Postgres."""
    relay = await CuttingRelay.to(postgres().port)
    metrics = Metrics()
    through = url.replace(f":{postgres().port}/", f":{relay.port}/")
    store = PostgresStore(through, metrics=metrics)
    await store.open()
    await store.create_session(NewSession(S, "Title", "alice", NOW))
    await store.submit(join("alice", Role.HOST))
    relay.cut_at(word, is_passed_on=is_passed_on)
    result = await store.submit(event)
    assert relay.has_cut
    assert metrics.node.unknown_commits == {"kept" if is_passed_on else "lost": 1}
    assert isinstance(result, Committed)
    assert result.message.seq == 2
    assert await store.submit(event) == Duplicate(2)
    assert [event.seq for event in await store.events_since(S, 0, limit=10)] == [1, 2]
    await store.close()
    await relay.close()


@pytest.mark.parametrize("is_passed_on", [True, False])
async def test_updates_without_an_answer_are_settled(url: str, *, is_passed_on: bool) -> None:
    relay = await CuttingRelay.to(postgres().port)
    store = PostgresStore(url.replace(f":{postgres().port}/", f":{relay.port}/"))
    await store.open()
    await store.create_session(NewSession(S, "Title", "alice", NOW))
    postgres().sql("UPDATE sessions SET fence = 1", database=store.database.name)
    document = SharedDocument(
        id="d1", file="a.py", generation="g1", shared_by="alice", hash=f"sha256:{0:064}", lines=1
    )
    shared = DocumentShared(session_id=S, seq=0, document=document, username="Alice", timestamp=NOW)
    seed = Seed(b"seed", [1], [(1, "alice")])
    await store.submit(join("alice", Role.HOST), fence=1)
    await store.submit(NewEvent(shared, "alice", seed=seed), fence=1)
    relay.cut_at(b"first update", is_passed_on=is_passed_on)
    for number, data in enumerate((b"first update", b"second update"), start=1):
        update = NewUpdate(S, "d1", "g1", number, "alice", data, NOW)
        assert await store.submit_update(update, fence=1) is None
    assert relay.has_cut
    loaded = await store.load_generation("d1", "g1")
    assert loaded is not None
    assert [data for _, data in loaded.updates] == [b"first update", b"second update"]
    await store.close()
    await relay.close()


@pytest.mark.usefixtures("opened")
async def test_a_commit_is_settled_only_when_its_transaction_has_ended(url: str) -> None:
    connection = await asyncpg.connect(url)
    open_one = connection.transaction()
    await open_one.start()
    await connection.execute("UPDATE sessions SET last_seq = 2 WHERE id = $1", S)
    other = await asyncpg.connect(url)
    asked = asyncio.create_task(was_kept(other, Reached({S: 2}, {}, {S: 0})))
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while await connection.fetchval(waits) == 0:
        pass
    assert not asked.done()
    await open_one.commit()
    assert await asked
    await connection.close()
    await other.close()


@pytest.mark.usefixtures("opened")
async def test_a_commit_of_another_owner_tells_nothing_and_one_of_ours_tells_all(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "INSERT INTO sessions SELECT 'mine', title, epoch, 4, state, created_by, created_at, "
        "updated_at, owner, 5, claimed_at FROM sessions WHERE id = $1",
        S,
    )
    # Another node has claimed it meanwhile, and has written.
    await connection.execute("UPDATE sessions SET fence = 3, last_seq = 9 WHERE id = $1", S)
    both = {S: 2, "mine": 5}
    assert await was_kept(connection, Reached({S: 2}, {}, {S: 2})) is None
    assert await was_kept(connection, Reached({S: 2}, {}, {S: 3})) is True
    assert await was_kept(connection, Reached(both, {}, {S: 2, "mine": 5})) is False
    await connection.execute("UPDATE sessions SET last_seq = 5 WHERE id = 'mine'")
    assert await was_kept(connection, Reached(both, {}, {S: 2, "mine": 5})) is True
    await connection.close()


async def test_another_timeline_is_another_epoch(opened: PostgresStore) -> None:
    loaded = await opened.load_session(S, last_messages=0)
    assert loaded is not None
    stored = postgres().sql(
        f"SELECT epoch FROM sessions WHERE id = '{S}'",  # noqa: S608 - a constant
        database=opened.database.name,
    )
    assert loaded.epoch == f"{stored}.00000001"


async def test_a_standby_that_takes_over_is_noticed_and_sessions_have_another_epoch() -> None:
    server = Postgres()
    store = PostgresStore(server.create())
    moved: list[str] = []
    try:
        await store.open()
        store.on_moved(lambda: moved.append(store.database.epoch))
        await store.create_session(NewSession(S, "Title", "alice", NOW))
        await store.submit(join("alice", Role.HOST))
        before = await store.load_session(S, last_messages=0)
        assert moved == []
        await asyncio.to_thread(server.promote)
        assert isinstance(await store.submit(chat("a")), Committed)
        after = await store.load_session(S, last_messages=0)
        assert before is not None
        assert after is not None
        assert (before.epoch[-8:], after.epoch[-8:]) == ("00000001", "00000002")
        assert before.epoch[:-8] == after.epoch[:-8]
        assert moved == ["00000002"]
    finally:
        await store.close()
        server.stop()


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


async def test_the_server_has_a_user_of_its_own_also_where_an_older_version_made_none(
    opened: PostgresStore, url: str
) -> None:
    promoted = RoleChanged(
        session_id=S,
        seq=0,
        user_id="alice",
        username="Alice",
        role=Role.EDITOR,
        changed_by=SERVER_USER_ID,
        timestamp=NOW,
    )
    assert isinstance(await opened.submit(NewEvent(promoted, SERVER_USER_ID)), Committed)
    await opened.close()
    older = await asyncpg.connect(url)
    await older.execute("DELETE FROM session_events")
    await older.execute("DELETE FROM users WHERE id = $1", SERVER_USER_ID)
    await older.execute("ALTER TABLE sessions DROP owner, DROP fence, DROP claimed_at")
    await older.execute("DROP TABLE nodes, letters, cluster")
    await older.execute("ALTER TABLE users DROP agent")
    await older.execute("UPDATE alembic_version SET version_num = '0008'")
    store = PostgresStore(url)
    await store.open()
    assert await older.fetchval("SELECT count(*) FROM users WHERE id = $1", SERVER_USER_ID) == 1
    await older.close()
    await store.close()


async def test_two_that_start_at_once_make_the_tables_once() -> None:
    url = postgres().create()
    stores = [PostgresStore(url) for _ in range(3)]
    await asyncio.gather(*(store.open() for store in stores))
    assert await stores[0].count_created("alice") == 0
    for store in stores:
        await store.close()


async def test_invites_of_two_at_once_are_at_most_as_many_as_may_be(
    opened: PostgresStore, url: str
) -> None:
    other = PostgresStore(url)
    await other.open()
    blocker = await asyncpg.connect(url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("SELECT FROM sessions WHERE id = $1 FOR NO KEY UPDATE", S)
    both = asyncio.gather(
        *(
            store.create_invite(NewInvite(name, S, name, Role.EDITOR, NOW, None, None), most=1)
            for name, store in (("a", opened), ("b", other))
        ),
        return_exceptions=True,
    )
    while await blocker.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < 2:
        pass
    await transaction.commit()
    kinds = sorted(type(result).__name__ for result in await both)
    assert kinds == ["Invite", "StoreFullError"]
    await blocker.close()
    await other.close()


async def test_what_waits_for_a_write_that_is_under_way_is_in_doubt(
    opened: PostgresStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the first attempt of the same that it waits for."""
    monkeypatch.setitem(LIMITS, "lock_timeout", "50ms")
    postgres().cut(opened.database.name, name="peerline")
    blocker = await asyncpg.connect(url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("SELECT FROM sessions WHERE id = $1 FOR NO KEY UPDATE", S)
    new = NewInvite("a", S, "a", Role.EDITOR, NOW, None, None)
    with pytest.raises(OutcomeUnknownError):
        await opened.create_invite(new)
    await transaction.rollback()
    assert (await opened.create_invite(new)).id == "a"
    await blocker.close()


async def test_a_revocation_never_appears_behind_one_that_was_read(
    opened: PostgresStore, url: str
) -> None:
    """Postgres gives numbers out before the commit: of two writers the second waits."""
    other = await asyncpg.connect(url)
    transaction = other.transaction()
    await transaction.start()
    await other.execute("LOCK TABLE token_revocations IN SHARE ROW EXCLUSIVE MODE")
    await other.execute("INSERT INTO token_revocations (token_id) VALUES ('first')")
    second = asyncio.create_task(opened.revoke(Revocation("second", None, None)))
    watcher = await asyncpg.connect(url)
    while await watcher.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:
        pass
    assert await opened.revocations_after(0) == ([], 0)
    await transaction.commit()
    await second
    found, last = await opened.revocations_after(0)
    assert [each.token_id for each in found] == ["first", "second"]
    assert last == 2
    await other.close()
    await watcher.close()


async def test_a_server_that_falls_silent_is_not_waited_for(
    opened: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that is gone closes no connection."""
    relay = await CuttingRelay.to(postgres().port)
    monkeypatch.setattr(postgres_connection, "ANSWER_SECONDS", 0.3)
    url = postgres().url(opened.database.name)
    store = PostgresStore(url.replace(f":{postgres().port}/", f":{relay.port}/"))
    await store.open()
    assert await store.count_created("alice") == 1
    assert isinstance(await store.submit(chat("a")), Committed)
    await store.revoke(Revocation("a", None, None))
    relay.fall_silent()
    with pytest.raises(StoreError):
        await store.count_created("alice")
    with pytest.raises(StoreError):
        await store.revoke(Revocation("b", None, None))
    # A new connection is answered.
    assert isinstance(await store.submit(chat("b")), Committed)
    assert await store.count_created("alice") == 1
    await store.close()
    await relay.close()


@pytest.mark.parametrize("setting", ["'serializable'", "'repeatable read'"])
async def test_the_isolation_of_the_database_does_not_matter(url: str, setting: str) -> None:
    name = url.rpartition("/")[2]
    postgres().sql(
        f"ALTER DATABASE {name} SET default_transaction_isolation = {setting}", database="postgres"
    )
    stores = [PostgresStore(url) for _ in range(2)]
    for store in stores:
        await store.open()
    await stores[0].create_session(NewSession(S, "Title", "alice", NOW))
    results = await asyncio.gather(
        *(store.submit(chat(f"m{number}")) for number in range(20) for store in stores[:1]),
        *(store.submit(chat(f"n{number}")) for number in range(20) for store in stores[1:]),
    )
    assert all(isinstance(result, Committed) for result in results)
    levels = [await _isolation(store) for store in stores]
    assert levels == ["read committed"] * 2
    for store in stores:
        await store.close()


async def _isolation(store: PostgresStore) -> str:
    async with store.database.write() as connection:
        return str(await connection.scalar(text("SHOW transaction_isolation")))


async def test_a_database_that_only_reads_is_refused(url: str) -> None:
    name = url.rpartition("/")[2]
    only_reads = f"ALTER DATABASE {name} SET default_transaction_read_only = on"
    postgres().sql(only_reads, database="postgres")
    store = PostgresStore(url)
    with pytest.raises(StoreError, match="takes no writes: name the primary server"):
        await store.open()
    await store.close()


async def test_what_reads_or_writes_much_has_no_limit(
    opened: PostgresStore, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened.close()
    new = STORES["postgres"].locate(tmp_path / "new")
    postgres().sql(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN PERFORM pg_sleep(2); RETURN NEW; END'; "
        "CREATE TRIGGER slow BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION slow()",
        database=new.rpartition("/")[2],
    )
    monkeypatch.setitem(LIMITS, "statement_timeout", "1s")
    monkeypatch.setattr(postgres_connection, "ANSWER_SECONDS", 1.5)
    assert await copy_all(url, new) == 1
    async with opened_store(new) as store:
        with pytest.raises(StoreError):
            await store.create_session(NewSession("other", "Title", "alice", NOW))


async def test_an_upgrade_waits_for_that_of_another_server(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "lock_timeout", "10ms")
    other = await asyncpg.connect(url)
    await other.execute("SELECT pg_advisory_lock($1)", UPGRADE_LOCK)
    migrating = asyncio.create_task(migrate(url))
    while await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:
        pass
    await other.execute("SELECT pg_sleep(0.1)")
    assert not migrating.done()
    await other.close()
    await migrating


@pytest.mark.usefixtures("opened")
async def test_an_export_is_of_one_moment(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that is sent while it is read is in all of it or in nothing of it."""
    monkeypatch.setenv("PEERLINE_DATABASE_URL", url)
    blocker = await asyncpg.connect(url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("LOCK TABLE session_messages IN ACCESS EXCLUSIVE MODE")
    exporting = asyncio.create_task(export_session(tmp_path / "none", S))
    watcher = await asyncpg.connect(url)
    while await watcher.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:
        pass
    late = (
        "INSERT INTO session_messages "
        "(id, session_id, user_id, message_type, content, metadata, seq, created_at) "
        "VALUES ('late', $1, 'alice', 'chat', 'late', '{}', 2, now())"
    )
    await blocker.execute(late, S)
    await transaction.commit()
    assert "late" not in await exporting
    for connection in (blocker, watcher):
        await connection.close()


async def test_rows_and_counts_may_outgrow_four_bytes(opened: PostgresStore, url: str) -> None:
    """Also in a database of before, in which they could not."""
    await opened.close()
    narrow = """
        ALTER TABLE cursor_trails ALTER id TYPE integer;
        ALTER SEQUENCE cursor_trails_id_seq AS integer;
        ALTER TABLE document_edits ALTER id TYPE integer;
        ALTER TABLE document_edits ALTER inserted TYPE integer, ALTER deleted TYPE integer;
        ALTER SEQUENCE document_edits_id_seq AS integer;
        ALTER TABLE users DROP agent;
        UPDATE alembic_version SET version_num = '0009'
    """
    name = url.rpartition("/")[2]
    postgres().sql(narrow, database=name)
    async with opened_store(url) as store:
        for table in ("cursor_trails", "document_edits"):
            postgres().sql(f"SELECT setval('{table}_id_seq', {2**31})", database=name)
        many = 2**40
        await store.add_cursor_trails([NewCursorTrail(S, "alice", "a.py", 1, 1, NOW, NOW)])
        await store.add_document_edits(
            [NewDocumentEdit(S, "alice", "d", "a.py", many, many, NOW, NOW)]
        )
        entries, _ = await store.activity(S, ActivityFilter(), limit=10)
        assert {entry.edit.inserted for entry in entries if entry.edit is not None} == {many}
        assert [entry.trail.file for entry in entries if entry.trail is not None] == ["a.py"]


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("times", [255, 256])
async def test_a_phrase_is_found_by_the_first_256_places_of_its_words_and_words_by_any(
    tmp_path: Path, name: str, times: int
) -> None:
    store = STORES[name].make(tmp_path)
    await store.open()
    await store.create_session(NewSession(S, "Title", "alice", NOW))
    await store.submit(join("alice", Role.HOST))
    said = ChatMessage(
        id="m1",
        user_id="alice",
        username="Alice",
        content=f"{'foo x ' * times}foo.bar",
        timestamp=NOW,
    )
    await store.submit(NewEvent(ChatMessageSent(session_id=S, seq=0, message=said), "alice"))
    # Postgres keeps 256 places of a word, and no more.
    is_phrase_kept = name == "sqlite" or times < 256
    for words, is_found in (("foo bar", True), ("x ba", True), ("foo.bar", is_phrase_kept)):
        found = await store.search(S, words, None, limit=10)
        assert [each.message_id for each in found] == ["m1"] * is_found, words
    await store.close()
