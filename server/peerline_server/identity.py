"""The server's id: a client that comes back knows by it whether another server answers."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.owner_only import read_file

ID_FILE: Final = "server-id"
_ID: Final = re.compile(r"[0-9a-f]{32}")


def load_server_id(data_dir: Path) -> str:
    """The id of the server on this data directory, made on first use. It is no secret.

    Raises:
        OSError: if it can be neither read nor made.
    """
    path = data_dir / ID_FILE
    for _ in range(2):
        with suppress(FileNotFoundError):
            text = read_file(path)[0].decode("ascii", "replace").strip()
            if _ID.fullmatch(text):
                return text
            path.unlink()
        _create(path)
    return read_file(path)[0].decode("ascii", "replace").strip()


def _create(path: Path) -> None:
    """Two processes that start at once agree: the first file linked to the name stays."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(16))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
