"""The folders in which a user's programs keep things (XDG Base Directory Specification).

A container may have no home: a user id without an entry, and no HOME. Only what needs a folder
asks for one, and says then what to set.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NAMES: Final = {"XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state"}


class NoHomeError(OSError):
    """There is no home directory; the text names what can be set, if something instead."""

    def __init__(self, instead: str = "") -> None:
        names = f"{instead}, or HOME" if instead else "HOME"
        text = f"this user has no home directory; set {names}"
        super().__init__(None, text)
        self.text = text
        self.strerror = text

    def __str__(self) -> str:
        return self.text


def home(environ: Mapping[str, str], *, instead: str = "") -> Path:
    """The user's home.

    Raises:
        NoHomeError: if there is none; it names `instead` as what to set.
    """
    if sys.platform != "win32":
        given = environ.get("HOME", "")
        if given:
            if Path(given).is_absolute():
                return Path(given)
        else:
            import pwd  # noqa: PLC0415 - not on Windows

            try:
                found = Path(pwd.getpwuid(os.getuid()).pw_dir)
            except KeyError:
                found = Path()
            if found.is_absolute():
                return found
        raise NoHomeError(instead)
    try:
        return Path.home()
    except RuntimeError:
        raise NoHomeError(instead) from None


def data_dir(environ: Mapping[str, str]) -> Path:
    """The folder of a server's data if nothing else is said.

    Raises:
        NoHomeError: if there is no home to keep them in.
    """
    given = environ.get("PEERLINE_DATA_DIR")
    if given:
        return Path(given)
    instead = "PEERLINE_DATA_DIR"
    if sys.platform == "win32":
        return _local_app_data(environ, instead) / "Peerline"
    if sys.platform == "darwin":
        return home(environ, instead=instead) / "Library/Application Support/Peerline"
    return _base(environ, "XDG_DATA_HOME", instead) / "peerline"


def state_dir(environ: Mapping[str, str]) -> Path:
    """The folder for the state of the user's programs.

    Raises:
        NoHomeError: if there is no home to keep it in.
    """
    instead = "XDG_STATE_HOME"
    given = environ.get(instead)
    if given and Path(given).is_absolute():
        return Path(given) / "peerline"
    if sys.platform == "win32":
        return _local_app_data(environ, "LOCALAPPDATA") / "Peerline" / "State"
    if sys.platform == "darwin":
        return home(environ, instead=instead) / "Library/Application Support/Peerline/State"
    return _base(environ, "XDG_STATE_HOME", instead) / "peerline"


def config_dir(environ: Mapping[str, str], *, instead: str) -> Path:
    """The folder of the settings that the user has written for programs.

    Raises:
        NoHomeError: if there is no home to look in.
    """
    given = environ.get("XDG_CONFIG_HOME")
    if given and Path(given).is_absolute():
        return Path(given) / "peerline"
    return home(environ, instead=instead) / ".config" / "peerline"


def _base(environ: Mapping[str, str], variable: str, instead: str) -> Path:
    given = environ.get(variable)
    # A relative one is not valid and to be ignored, as the specification has it.
    if given and Path(given).is_absolute():
        return Path(given)
    return home(environ, instead=instead) / _NAMES[variable]


def _local_app_data(environ: Mapping[str, str], instead: str) -> Path:
    given = environ.get("LOCALAPPDATA")
    return Path(given) if given else home(environ, instead=instead) / "AppData/Local"
