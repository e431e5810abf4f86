"""Makes the store that a folder or a URL means; the only module that names an implementation."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from peerline_server.metrics import Metrics
from peerline_server.store.base import Store, StoreError
from peerline_server.store.sqlite import SqliteStore


def make_store(where: Path | str, *, metrics: Metrics | None = None) -> Store:
    """The store of a data directory, given as a folder or as a `file:` URL; it is yet to be opened.

    Raises:
        StoreError: for a URL of another kind.
    """
    return SqliteStore(_folder(where), metrics=metrics)


@asynccontextmanager
async def opened(where: Path | str, *, alone: bool = False) -> AsyncGenerator[Store]:
    """A store for one command; `alone` keeps servers and other such commands out meanwhile.

    Raises:
        StoreError: if it cannot be used, or with `alone` if a server runs on it.
    """
    store = make_store(where)
    try:
        if alone:
            await store.open_alone(server=None)
        else:
            await store.open()
        yield store
    finally:
        await store.close()


def _folder(where: Path | str) -> Path:
    if isinstance(where, Path) or "://" not in where:
        return Path(where)
    url = urlsplit(where)
    if url.scheme == "file" and url.netloc in {"", "localhost"}:
        return Path(url2pathname(url.path))
    # Not the URL itself: it may hold a password.
    raise StoreError(f"a {url.scheme}: URL is no store; use a folder or the file: URL of one")
