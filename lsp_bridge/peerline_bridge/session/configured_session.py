"""The configured session: from options, environment, the workspace's file. Pure.

What comes with a workspace was written by others: it is joined only if the user allows it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final

from peerline.protocol.links import SESSION_ID, LinkError, ServerPlace, SessionLink
from peerline_bridge.options import InitializationOptions
from peerline_bridge.texts import file_system
from peerline_bridge.texts.file_system import Problem
from peerline_bridge.texts.root_marks import FILE_NAME, MAX_FILE_BYTES

AUTO_JOIN_VARIABLE: Final = "PEERLINE_AUTO_JOIN"
_KEYS: Final = frozenset({"link", "server", "session"})
_FILE_KEYS: Final = _KEYS | {"root"}
_SECRET_KEYS: Final = re.compile(r"(?i)token|secret|password|passwd|jwt|bearer|api_?key|credential")
_JWT: Final = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
"""A JSON Web Token (RFC 7519): its header is the base64url of `{"…`."""
_MARK: Final = "\ufeff"
"""The byte order mark that editors of Windows write."""
_NOT_HERE: Final = "a secret must not be in a shared file; use PEERLINE_TOKEN or tokens.toml"


class Source(StrEnum):
    """The source that named the session."""

    OPTIONS = "initializationOptions"
    ENVIRONMENT = "the environment"
    WORKSPACE = FILE_NAME


class ChoiceError(ValueError):
    """A setting that names no session; the text says which setting and why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A session that is configured."""

    link: SessionLink
    source: Source
    is_allowed: bool
    """Whether to join without asking."""


def choose(
    options: InitializationOptions, environ: Mapping[str, str], workspace_file: str | None
) -> Choice | None:
    """The configured session: options before environment before the workspace's file.

    Raises:
        ChoiceError: if the setting that counts is not valid.
    """
    link = _link(options.link, options.server, options.session, Source.OPTIONS)
    if link is not None:
        return Choice(link, Source.OPTIONS, is_allowed=True)
    named = {name: environ.get(f"PEERLINE_{name.upper()}") or None for name in sorted(_KEYS)}
    link = _link(named["link"], named["server"], named["session"], Source.ENVIRONMENT)
    if link is not None:
        return Choice(link, Source.ENVIRONMENT, is_allowed=True)
    if workspace_file is None:
        return None
    allowed = options.auto_join or environ.get(AUTO_JOIN_VARIABLE, "") in {"1", "true", "yes"}
    link = parse_file(workspace_file)
    return None if link is None else Choice(link, Source.WORKSPACE, is_allowed=allowed)


def named_addresses(options: InitializationOptions) -> frozenset[str]:
    """The servers that the editor's own configuration names."""
    try:
        link = _link(options.link, options.server, options.session or "any", Source.OPTIONS)
    except ChoiceError:
        return frozenset()
    return frozenset() if link is None else frozenset({link.server.key})


def parse_file(text: str) -> SessionLink | None:
    """The session that a `.peerline.toml` names; None if it only marks the root of paths.

    Raises:
        ChoiceError: if it names a half of one, has unknown keys or holds a secret.
    """
    try:
        values = tomllib.loads(text.removeprefix(_MARK))
    except tomllib.TOMLDecodeError as error:
        raise ChoiceError(f"{FILE_NAME}: {error}") from None
    for key, value in values.items():
        if _SECRET_KEYS.search(key) or _holds_token(value):
            raise ChoiceError(f"{FILE_NAME}: {key}: {_NOT_HERE}")
    unknown = sorted(set(values) - _FILE_KEYS)
    if unknown:
        raise ChoiceError(f"{FILE_NAME}: {unknown[0]}: no such key; there are {_listed()}")
    for key, value in values.items():
        if not isinstance(value, str):
            raise ChoiceError(f"{FILE_NAME}: {key}: must be a string")
    if PurePosixPath(values.get("root", "")).is_absolute():
        raise ChoiceError(f"{FILE_NAME}: root: must be relative to the file's folder, as in ../..")
    link, server, session = (_stripped(values.get(key)) for key in ("link", "server", "session"))
    return _link(link, server, session, Source.WORKSPACE)


def read_file(roots: list[Path]) -> str | None:
    """The text of the first folder's `.peerline.toml`; None if there is no such file.

    Raises:
        ChoiceError: if it cannot be read.
    """
    for root in roots:
        path = file_system.resolve(root / FILE_NAME)
        if path is None:
            continue
        data = file_system.read(path, MAX_FILE_BYTES)
        if isinstance(data, file_system.NotRead):
            if data.problem in {Problem.MISSING, Problem.NOT_A_FILE}:
                continue
            raise ChoiceError(f"{FILE_NAME}: {data.reason}")
        try:
            return data.decode("utf-8-sig")  # Windows editors write a byte order mark
        except UnicodeDecodeError:
            raise ChoiceError(f"{FILE_NAME}: is not UTF-8") from None
    return None


def _link(
    link: str | None, server: str | None, session: str | None, source: Source
) -> SessionLink | None:
    if link is not None:
        text, key = link, "link"
    elif server is not None and session is not None:
        text, key = server, "server"
    elif session is not None:
        raise ChoiceError(f"{source}: session: needs server beside it")
    elif server is not None and source is Source.WORKSPACE:
        raise ChoiceError(f"{source}: server: needs session beside it")
    else:
        return None  # a server alone in the environment only says where the token is used
    if _holds_token(text) or "token=" in text:
        raise ChoiceError(f"{source}: {key}: {_NOT_HERE}")
    try:
        if link is not None:
            return SessionLink.parse(text)
        place = ServerPlace.parse(text)
    except LinkError as error:
        raise ChoiceError(f"{source}: {key}: {error}") from None
    session_id = (session or "").strip()
    if not SESSION_ID.fullmatch(session_id):
        raise ChoiceError(f"{source}: session: is not the id of a session")
    return place.session(session_id)


def _stripped(value: str | None) -> str | None:
    return None if value is None else value.strip()


def _holds_token(value: Any) -> bool:  # noqa: ANN401 - any value of TOML
    if isinstance(value, str):
        return _JWT.search(value) is not None
    if isinstance(value, dict):
        items: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return any(_SECRET_KEYS.search(key) or _holds_token(item) for key, item in items.items())
    if isinstance(value, list):
        return any(_holds_token(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    return False


def _listed() -> str:
    return ", ".join(sorted(_FILE_KEYS))
