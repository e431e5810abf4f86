"""The initializationOptions of an editor."""

import logging
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from peerline.client.words import in_words
from peerline.protocol.editor.defaults import AWAY_SECONDS, IDLE_SECONDS
from peerline.protocol.errors import ErrorCode

_log = logging.getLogger("peerline.bridge")


class InitializationOptions(BaseModel):
    """LSP 3.17, InitializeParams.initializationOptions. Unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    plugin: bool = False
    """The client has a Peerline plugin: it shows the `peerline/…` notifications itself."""
    username: str | None = None
    idle_seconds: float = IDLE_SECONDS
    away_seconds: float = AWAY_SECONDS
    all_comments: bool = False
    """Whether a plugin is shown threads of closed files, and resolved ones."""
    comment_changes: bool = False
    """Whether a plugin takes what has changed about comments instead of always all."""
    marks_edits: bool = False
    """Whether a plugin sends `peerline/applying` just before it makes an edit of a document."""
    tells_file_events: bool = False
    """Whether a plugin tells renames itself, by `peerline.fileEvent`, if its user wants it."""
    notebooks: bool = False
    """Whether a plugin shows notebooks as cells, and tells and takes the cell of a cursor."""
    link: str | None = None
    """The session to join at the start."""
    server: str | None = None
    """HOST:PORT, or peerlines://HOST:PORT with TLS; together with `session` instead of `link`."""
    session: str | None = None
    root: str | None = None
    """The folder from which paths in sessions start: absolute, or relative to each open folder."""
    auto_join: bool = False
    """Whether the session of a workspace's `.peerline.toml` is joined without asking."""
    presence: Literal["auto", "hints", "diagnostics", "off"] = "auto"
    """How others are shown without a plugin; auto: as hints if the client asks for hints."""
    ask: bool | None = Field(default=None)
    """Whether questions may pop up (window/showMessageRequest); None: where it does not block."""


def read_options(value: object) -> InitializationOptions:
    """The options; the defaults, with a warning in the log, if they are not valid."""
    try:
        return InitializationOptions.model_validate(value or {})
    except ValidationError as error:
        _log.warning("initializationOptions: %s; the defaults are used", first_problem(error))
        return InitializationOptions()


def first_problem(error: ValidationError) -> str:
    """The first field that is not valid and why, without its content."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "argument"
    if first["type"] in {"too_long", "string_too_long"}:
        limit = first.get("ctx", {}).get("max_length")
        return f"{where}: at most {limit} characters"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


def problem_in_words(error: ValidationError) -> str:
    """The same for the person who entered the value: a sentence without the name of a field.

    A field that is missing, or has another type, is no value that a person entered.
    """
    kind = error.errors(include_url=False, include_input=False)[0]["type"]
    problem = first_problem(error)
    if kind in {"missing", "extra_forbidden"} or kind.endswith("_type"):
        return problem
    return in_words(ErrorCode.INVALID_FIELD, problem)
