"""The initializationOptions of an editor."""

import logging
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from peerline.client.words import in_words
from peerline.protocol.editor.defaults import (
    AWAY_SECONDS,
    IDLE_SECONDS,
    MAX_QUIET_SECONDS,
    MIN_QUIET_SECONDS,
)
from peerline.protocol.errors import ErrorCode

QuietSeconds: TypeAlias = Annotated[float, Field(ge=MIN_QUIET_SECONDS, le=MAX_QUIET_SECONDS)]
_log = logging.getLogger("peerline.bridge")


class InitializationOptions(BaseModel):
    """LSP 3.17, InitializeParams.initializationOptions. Unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    plugin: bool = False
    """The client has a Peerline plugin: it shows the `peerline/…` notifications itself."""
    username: str | None = None
    idle_seconds: QuietSeconds = IDLE_SECONDS
    away_seconds: QuietSeconds = AWAY_SECONDS
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


def read_options(value: object) -> tuple[InitializationOptions, str | None]:
    """The options, and a sentence for the user if some are not valid: those have their defaults."""
    given: object = value or {}
    try:
        return InitializationOptions.model_validate(given), None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    problems = {str(one["loc"][0]) if one["loc"] else "": one["msg"] for one in reversed(found)}
    kept: dict[str, object] = {}
    if isinstance(given, dict):
        fields = cast("dict[str, object]", given)
        kept = {name: one for name, one in fields.items() if name not in problems}
    named = [_problem(name, text) for name, text in reversed(problems.items())]
    told = f"The default is used where an option is not valid: {'; '.join(named)}."
    _log.warning("%s", told)
    return InitializationOptions.model_validate(kept), told


def _problem(name: str, text: str) -> str:
    if not name:
        return "initializationOptions should be an object"
    return f"{name} {text.removeprefix('Input ')}"


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
