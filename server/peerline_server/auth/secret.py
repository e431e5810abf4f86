"""The secret that a server signs tokens with: one file, which nobody else may read."""

import os
import secrets
import shlex
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.owner_only import (
    FILE_MODE,
    HAS_MODES,
    is_credential,
    is_private,
    make_private_folder,
    read_file,
)
from peerline_server.settings import secret_file

MIN_SECRET_BYTES: Final = 32
"""HMAC-SHA256 wants a key as long as its hash (RFC 7518, section 3.2)."""
SECRET_FILE: Final = "secret"  # noqa: S105 - a file name


def load_secret(data_dir: Path, named: str = "") -> bytes:
    """The server's secret: in the file that is `named`, here or by PEERLINE_SECRET_FILE.

    Else it is in the data directory, made on first use, readable by its owner only. A credential of
    systemd is as good.

    Raises:
        ValueError: if the file holds less than 32 bytes, or others may read it, with a text for the
            user.
        OSError: if it can be neither read nor made.
    """
    named = named or secret_file()
    path = Path(named) if named else data_dir / SECRET_FILE
    if not named and not os.path.lexists(path):
        _create_secret(path)
    data, status = read_file(path)
    secret = data.strip()
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(
            f"{path} holds less than {MIN_SECRET_BYTES} bytes; delete it for a new one"
        )
    if not is_private(status) and not is_credential(path, status):
        mode = stat.S_IMODE(status.st_mode)
        raise ValueError(
            f"{path} can be read by other users (mode {mode:03o}), who could sign in as anybody; "
            f"run chmod 600 {shlex.quote(str(path))}, or delete it for a new one"
        )
    return secret


def secret_problem(data_dir: Path, error: OSError | ValueError) -> str:
    """Why the secret cannot be used, for the user."""
    if isinstance(error, OSError):
        path = error.filename or data_dir / SECRET_FILE
        return f"cannot use the secret {path}: {error.strerror}"
    return str(error)


def _create_secret(path: Path) -> None:
    """Two processes that start at once agree: the first file linked to the name stays."""
    make_private_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            if HAS_MODES:
                os.fchmod(handle, FILE_MODE)
            file.write(secrets.token_hex(MIN_SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
