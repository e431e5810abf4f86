"""Whole databases: what is copied, and what the copy goes on with."""

from pathlib import Path

import pytest

from peerline.protocol.roles import Role
from peerline_server.admin.archive import export_session, list_sessions
from peerline_server.admin.copying import copy_all, migrate
from peerline_server.core.records import Committed, NewSession, Revocation
from peerline_server.store.base import StoreError
from peerline_server.store.opening import opened
from tests.contract.stores import NOW, S, chat, join
from tests.databases import STORES


async def fill(where: Path | str) -> None:
    async with opened(where) as store:
        await store.create_session(NewSession(S, "Title", "alice", NOW))
        await store.submit(join("alice", Role.HOST))
        await store.submit(chat("a", "r1"))
        await store.submit(chat("b", "r2", parent="a"))
        await store.revoke(Revocation(token_id="t", user_id=None, issued_before=None))


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgres"), ("postgres", "sqlite")])
async def test_a_copy_has_everything_and_goes_on_where_the_old_one_was(
    source: str, target: str, tmp_path: Path
) -> None:
    old, new = STORES[source].locate(tmp_path / "old"), STORES[target].locate(tmp_path / "new")
    await fill(old)
    assert await copy_all(old, new) == 1
    async with opened(old) as before, opened(new) as after:
        assert await after.events_since(S, 0, limit=10) == await before.events_since(S, 0, limit=10)
        assert await after.revocations_after(0) == await before.revocations_after(0)
        found = await after.search(S, "tex", None, limit=10)
        assert [item.message_id for item in found] == ["b", "a"]
        result = await after.submit(chat("c", "r3"))
        assert isinstance(result, Committed)
        assert result.message.seq == 4
        await after.submit(join("bob"))
        await after.revoke(Revocation(token_id="u", user_id=None, issued_before=None))
        assert len((await after.revocations_after(0))[0]) == 2


async def test_a_copy_into_a_database_with_sessions_is_refused(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    await fill(old)
    async with opened(new) as store:
        await store.create_session(NewSession("other", "Title", "alice", NOW))
    with pytest.raises(StoreError, match="use an empty one"):
        await copy_all(old, new)
    assert [session.id for session in await list_sessions(new)] == ["other"]


async def test_commands_work_on_the_database_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = STORES["postgres"].locate(tmp_path)
    await migrate(url)
    await fill(url)
    monkeypatch.setenv("PEERLINE_DATABASE_URL", url)
    assert '"text b"' in await export_session(tmp_path / "none", S)
    monkeypatch.setenv("PEERLINE_DATABASE_URL", "mysql://user:hunter2@host/name")
    with pytest.raises(StoreError, match="begin with postgresql://") as refusal:
        await export_session(tmp_path / "none", S)
    assert "hunter2" not in str(refusal.value)
