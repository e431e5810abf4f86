"""New databases without sessions, as copies: to migrate one takes longer than most tests."""

import atexit
import shutil
import tempfile
from pathlib import Path

from peerline_server.store.sqlite import SqliteStore

_templates: list[Path] = []


async def make_database(data_dir: Path) -> None:
    """Put an up-to-date database into a folder that has none."""
    if not _templates:
        folder = Path(tempfile.mkdtemp(prefix="peerline-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        store = SqliteStore(folder)
        await store.open()
        await store.close()
        _templates.append(folder)
    data_dir.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    shutil.copy(_templates[0] / "peerline.db", data_dir)
