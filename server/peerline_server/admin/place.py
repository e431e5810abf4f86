"""The store that a command works on: the database of the settings, else a data directory."""

from pathlib import Path

from peerline_server.settings import SettingsError, database_url
from peerline_server.store.base import StoreError


def place_of(data_dir: Path) -> Path | str:
    """The URL of the database, if PEERLINE_DATABASE_URL names one, else the data directory.

    Raises:
        StoreError: if the variable is no such URL.
    """
    try:
        return database_url() or data_dir
    except SettingsError as error:
        raise StoreError(str(error)) from None
