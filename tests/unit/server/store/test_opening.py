"""Tests of the choice of a store by a folder or a URL."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline_server.core.records import NewSession
from peerline_server.store.base import StoreError
from peerline_server.store.opening import make_store, opened

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_folder_and_its_url_are_the_same_store(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    async with opened(folder) as store:
        await store.create_session(NewSession("s", "T", "alice", NOW))
    for where in (str(folder), folder.as_uri()):
        async with opened(where) as store:
            assert await store.count_created("alice") == 1


@pytest.mark.parametrize("scheme", ["mysql", "redis", "https"])
def test_a_url_of_another_kind_is_refused_and_not_repeated(scheme: str) -> None:
    with pytest.raises(StoreError, match=f"a {scheme}: URL is no store") as refusal:
        make_store(f"{scheme}://user:hunter2@host/name")
    assert "hunter2" not in str(refusal.value)


async def test_a_folder_on_another_machine_is_refused() -> None:
    with pytest.raises(StoreError, match="use a folder"):
        make_store("file://host/data")


async def test_alone_keeps_others_out_until_it_is_closed(tmp_path: Path) -> None:
    async with opened(tmp_path, alone=True):
        with pytest.raises(StoreError):
            async with opened(tmp_path, alone=True):
                pass
    async with opened(tmp_path, alone=True):
        pass
