"""Finds the token of an account for a server: environment, files with mode 600, OS keyring.

A token goes to the server that it is kept for and to no other: a link that somebody sent, or a
workspace that was cloned, cannot ask for it.
"""

import asyncio
import hashlib
import importlib
import logging
import os
import stat
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from peerline import user_folders
from peerline.client.tokens import clean_token
from peerline.owner_only import make_private_folder, replace_private
from peerline.protocol.links import LinkError, ServerPlace, SessionLink
from peerline_bridge.unsent.storage import state_dir

_log = logging.getLogger("peerline.bridge")
KEYRING_SERVICE: Final = "peerline"
KEYRING_SECONDS: Final = 5.0
"""A keyring may ask its user to unlock it; joining does not wait longer for that."""
MAX_FILE_BYTES: Final = 64 * 1024


class TokenError(Exception):
    """The tokens' file cannot be used; the text says why and never repeats a token."""


class Tokens:
    """The tokens that this user keeps. `named` are the addresses that the editor's options name."""

    def __init__(self, environ: Mapping[str, str], named: frozenset[str] = frozenset()) -> None:
        self._environ = environ
        self._named = named | named_servers(environ)

    async def find(self, link: SessionLink, username: str) -> str | None:
        """The token for the link's server; None if there is none.

        By their name a host of a session that was started here is told from somebody else who
        tries its link on the same computer.

        Raises:
            TokenError: if the file is not private or not valid.
        """
        token = clean_token(self._environ.get("PEERLINE_TOKEN"))
        if token and is_named(link, self._named):
            return token
        return (
            started_token(link, username)
            or (self._from_file(link.server.key) if link.tls else None)
            or self._from_file(link.server.location)
            or await _from_keyring(link.server.location)
        )

    @property
    def file(self) -> Path:
        """The file of tokens that are kept by hand.

        Raises:
            NoHomeError: if no file is named and there is no home to look in.
        """
        named = self._environ.get("PEERLINE_TOKEN_FILE")
        if named:
            return Path(named)
        found = user_folders.config_dir(self._environ, instead="PEERLINE_TOKEN_FILE")
        return found / "tokens.toml"

    def _from_file(self, address: str) -> str | None:
        try:
            path = self.file
        except user_folders.NoHomeError:
            return None
        try:
            # To open a pipe would wait for its writer.
            flags: int = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(path, flags), "rb") as file:
                _check_private(path, os.fstat(file.fileno()))
                data = file.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenError(f"{path}: {error.strerror}") from None
        if len(data) > MAX_FILE_BYTES:
            raise TokenError(f"{path}: is longer than {MAX_FILE_BYTES} bytes")
        try:
            values = tomllib.loads(data.decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            # The decoder's own words may repeat what is in the file.
            raise TokenError(f'{path}: is not TOML of the form "HOST:PORT" = "TOKEN"') from None
        token = values.get(address)
        if token is not None and not isinstance(token, str):
            raise TokenError(f'{path}: "{address}" must be a string')
        return clean_token(token)


def keep_started(link: SessionLink, username: str, token: str) -> None:
    """Keep the token of the host of a session that was started on this computer.

    Raises:
        TokenError: if it cannot be written.
    """
    try:
        path = _started_file(link, username)
        make_private_folder(path.parent)
        replace_private(path, token)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise TokenError(f"{where}{error.strerror}") from None


def keep_started_as(link: SessionLink, before: str, username: str) -> None:
    """Keep the same token, if there is one, for the host under another name too.

    Raises:
        TokenError: if it cannot be written.
    """
    token = started_token(link, before)
    if token is not None:
        keep_started(link, username, token)


def started_token(link: SessionLink, username: str) -> str | None:
    """The token of the host of a session that was started on this computer, if it was."""
    try:
        return clean_token(_started_file(link, username).read_text())
    except (OSError, UnicodeDecodeError):
        return None


def _started_file(link: SessionLink, username: str) -> Path:
    named = f"{link.server.location}\n{link.session_id}\n{username}"
    return state_dir() / "started" / hashlib.sha256(named.encode()).hexdigest()[:32]


def _check_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise TokenError(f"{path}: is not a file")
    if sys.platform == "win32":
        return  # modes say nothing there: the user's profile is private by its own list
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        raise TokenError(
            f"{path}: others may read it (mode {mode:03o}); chmod 600 it, and renew what is in it"
        )
    if status.st_uid != os.getuid():
        raise TokenError(f"{path}: belongs to another user")


def named_servers(environ: Mapping[str, str]) -> frozenset[str]:
    """The servers that PEERLINE_LINK and PEERLINE_SERVER name, each by its key."""
    found: set[str] = set()
    link, server = environ.get("PEERLINE_LINK"), environ.get("PEERLINE_SERVER")
    if link:
        with suppress(LinkError):
            text = link if "://" in link else f"peerline://{link}"
            found.add(SessionLink.parse(text).server.key)
    if server:
        with suppress(LinkError):
            found.add(ServerPlace.parse(server).key)
    return frozenset(found)


def is_named(link: SessionLink, servers: frozenset[str]) -> bool:
    """Whether a link leads to one of the servers, and as safely as it was named."""
    return not servers.isdisjoint({link.server.key, link.server.location})


def token_for_link(token: str | None, server: str | None, link: SessionLink) -> str | None:
    """The token that an editor gave beside a text with a link, unless it is for another server.

    `server` is HOST:PORT and a proxy's path as the editor read it; None if the token is for
    the link.
    """
    if server is None:
        return token
    scheme = "peerlines" if link.tls else "peerline"
    try:
        place = ServerPlace.parse(f"{scheme}://{server}")
    except LinkError:
        return None
    return token if place == link.server else None


async def _from_keyring(address: str) -> str | None:
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        return None  # the extra `keyring` is not installed
    try:
        ask = asyncio.to_thread(keyring.get_password, KEYRING_SERVICE, address)
        return clean_token(await asyncio.wait_for(ask, KEYRING_SECONDS))
    except TimeoutError:
        _log.warning("the keyring did not answer")
    except Exception as error:  # noqa: BLE001 - each back end has errors of its own
        # That there is no keyring on this machine is no failure.
        level = logging.DEBUG if type(error).__name__ == "NoKeyringError" else logging.WARNING
        _log.log(level, "the keyring cannot be used: %s", type(error).__name__)
    return None
