"""Tests of server.revocation_watch, beside another connection to the same file."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from peerline_server.auth.revocation import Revocations
from peerline_server.auth.revocation_watch import RevocationWatch
from peerline_server.core.records import Revocation
from peerline_server.store.base import StoreError
from peerline_server.store.sqlite import SqliteStore
from tests.databases import make_database


class CountingStore(SqliteStore):
    """A store that counts how often revocations are read, and may fail to."""

    reads = 0
    fails = False

    async def revocations_after(self, number: int) -> tuple[Sequence[Revocation], int]:
        self.reads += 1
        if self.fails:
            raise StoreError("the disk is away")
        return await super().revocations_after(number)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[CountingStore]:
    await make_database(tmp_path)
    opened = CountingStore(tmp_path)
    await opened.open()
    yield opened
    await opened.close()


def watch_of(store: CountingStore) -> RevocationWatch:
    return RevocationWatch(store, Revocations(), 3_600.0, lambda: None)


def commit(folder: Path, statement: str) -> None:
    """Let another process, such as `peerline revoke`, commit."""
    other = sqlite3.connect(folder / "peerline.db")
    with other:
        other.execute(statement)
    other.close()


REVOKE = "INSERT INTO token_revocations (token_id) VALUES ('t')"


async def test_nothing_is_read_while_nobody_commits(store: CountingStore, tmp_path: Path) -> None:
    watch = watch_of(store)
    assert [await watch.look() for _ in range(5)] == [False] * 5
    assert store.reads == 1
    commit(tmp_path, REVOKE)
    assert [await watch.look() for _ in range(5)] == [True, *[False] * 4]
    assert store.reads == 2
    await store.revoke(Revocation("u", None, None))
    assert await watch.look()
    assert store.reads == 3


async def test_a_look_that_failed_is_made_again(store: CountingStore, tmp_path: Path) -> None:
    watch = watch_of(store)
    await watch.look()
    commit(tmp_path, REVOKE)
    store.fails = True
    for _ in range(2):
        with pytest.raises(StoreError):
            await watch.look()
    store.fails = False
    assert await watch.look()


async def test_a_commit_under_way_is_seen_when_it_is_done(
    store: CountingStore, tmp_path: Path
) -> None:
    watch = watch_of(store)
    other = sqlite3.connect(tmp_path / "peerline.db")
    other.execute("BEGIN IMMEDIATE")
    other.execute(REVOKE)
    assert not await watch.look()
    other.commit()
    other.close()
    assert await watch.look()


async def test_it_is_read_where_the_store_cannot_tell(
    store: CountingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "data_version", lambda: None)
    watch = watch_of(store)
    for _ in range(3):
        await watch.look()
    assert store.reads == 3
