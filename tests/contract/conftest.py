"""Stores of each kind."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.roles import Role
from peerline_server.core.records import NewSession
from peerline_server.store.base import Store
from tests.contract.stores import NOW, OpenStore, S, join
from tests.databases import STORES, StoreKind


@pytest.fixture(params=list(STORES.values()), ids=list(STORES))
def kind(request: pytest.FixtureRequest) -> StoreKind:
    return request.param


@pytest.fixture
async def open_store(kind: StoreKind, tmp_path: Path) -> AsyncIterator[OpenStore]:
    """Opens stores on the same data; each is closed at the end."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Store:
            store = kind.make(tmp_path, **options)
            stack.push_async_callback(store.close)
            await store.open()
            return store

        yield start


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    """A store with a session of the host `alice`, who is in it."""
    store = await open_store()
    await store.create_session(NewSession(S, "Title", "alice", NOW))
    await store.submit(join("alice", Role.HOST))
    return store
