"""The server's data directory, as commands find it: `--data-dir`, and what must be in it."""

import argparse
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from peerline import user_folders
from peerline.cli.arguments import FOLDER
from peerline.cli.errors import CommandError

T = TypeVar("T")
DATABASE_URL = "PEERLINE_DATABASE_URL"
"""With it, sessions are not in the data directory."""


def default_data_dir() -> Path:
    """Return the folder in which the server keeps its data by default.

    Raises:
        NoHomeError: if there is no home to keep them in.
    """
    return user_folders.data_dir(os.environ)


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Add the option `--data-dir`."""
    parser.add_argument(
        "--data-dir",
        type=FOLDER,
        metavar="DIR",
        help=f"where the server keeps its data ({_default_shown()})".replace("%", "%%"),
    )


def existing_data(options: argparse.Namespace) -> Path:
    """The data directory, for a command that looks for something in it.

    Raises:
        CommandError: if no server has ever kept data there.
    """
    folder: Path = options.data_dir
    if not has_data(folder) and not os.environ.get(DATABASE_URL):
        raise _no_data(folder)
    return folder


def place_for_data(options: argparse.Namespace) -> Path:
    """The data directory, for a command that may be the first: an empty folder will do.

    Raises:
        CommandError: if there is no such folder, or other things are in it.
    """
    folder: Path = options.data_dir
    if not may_have_data(folder):
        raise _no_data(folder)
    return folder


def may_have_data(folder: Path) -> bool:
    """Whether it is a data directory, or an empty folder that may become one."""
    return has_data(folder) or (folder.is_dir() and not any(folder.iterdir()))


def has_data(folder: Path) -> bool:
    """Whether a server has ever kept data in a folder."""
    return any((folder / name).exists() for name in ("peerline.db", "secret"))


def _no_data(folder: Path) -> CommandError:
    return CommandError(
        f"No Peerline data in {folder.absolute()} (looked for peerline.db). Name the server's "
        f"data directory with --data-dir or PEERLINE_DATA_DIR ({_default_shown()} by default), or "
        "start a server there with peerline serve.",
        code=1,
    )


def _default_shown() -> str:
    try:
        return str(default_data_dir())
    except OSError:
        return "none"


def run_on_store(work: Coroutine[Any, Any, T]) -> T:
    """Carry out a command's work on the store.

    Raises:
        CommandError: if the store cannot be used.
    """
    import asyncio  # noqa: PLC0415 - few commands need it, and the next one

    from peerline_server.store.base import StoreError  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except StoreError as error:
        raise CommandError(str(error)) from error
