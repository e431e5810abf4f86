"""All settings of the server with their units and defaults; the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Self

from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES, MAX_UPDATE_BYTES
from peerline.protocol.links import DEFAULT_PORT
from peerline_server.core.document_limits import MAX_DOCUMENTS
from peerline_server.setting_checks import AT_MOST, check_of

_PREFIX: Final = "PEERLINE_"
_FILE: Final = "_FILE"
_IN_FILES: Final = frozenset({"database_url", "redis_url"})
"""Settings with a secret, which may be in the file that the variable with `_FILE` names."""
_OF_CLIENTS: Final = frozenset(
    f"{_PREFIX}{name}" for name in ("AUTO_JOIN", "LINK", "SERVER", "SESSION", "TOKEN", "TOKEN_FILE")
)
"""Variables that the clients read."""


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the text names the setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, each from `PEERLINE_<NAME IN CAPITALS>` in the environment."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    """0 picks a free port."""
    data_dir: Path = Path(".peerline")
    database_url: str = field(default="", repr=False)
    """A Postgres database such as `postgresql://USER:PASSWORD@HOST/NAME`; empty keeps sessions in
    the data directory."""
    secret_file: str = ""
    """The file of the secret that signs tokens; empty keeps one in the data directory. Servers on
    one Postgres database need the same."""
    node_address: str = ""
    """HOST:PORT at which the other servers on a Postgres database reach this one; empty is where it
    listens."""
    lease_seconds: float = 6.0
    """After a server on Postgres was last heard of, others may take its sessions over."""
    drain_seconds: float = 5.0
    """A server on Postgres that stops hands its sessions over in this time, one after the other."""
    redis_url: str = field(default="", repr=False)
    """A Redis or Valkey such as `redis://USER:PASSWORD@HOST`, by which servers on one Postgres
    database tell each other at once, and everybody can see who is where."""
    cluster: str = "peerline"
    """The name before all keys in Redis, where several clusters share one."""
    exit_when_idle_seconds: float = 0.0
    """Ends the server when nobody has been connected for this time; 0 never does."""

    allowed_origins: tuple[str, ...] = ()
    """Browser origins that may connect, literally; programs without an Origin always may."""
    web: bool = True
    """Whether sessions open in a browser at `/s/SESSION`."""
    allow_query_token: bool = True
    """Whether `?token=` signs in, for tools that can do nothing else."""
    auth_timeout_seconds: float = 10.0
    """From the TCP connection to a completed join."""
    guest_token_seconds: int = 30 * 24 * 3600
    """The time in which a guest may come back; its token is renewed after half of it."""
    agent_token_seconds: int = 24 * 3600
    """The same for an AI agent."""
    token_algorithms: tuple[str, ...] = ("HS256",)
    """The algorithm of accounts' tokens: HS256, RS256, ES256 or EdDSA, and nothing else."""
    jwks_url: str = ""
    """The address of the identity provider's keys."""
    token_issuer: str = ""
    """The `iss` of the provider's tokens."""
    token_audience: str = "peerline"  # noqa: S105 - no secret
    """The `aud` of the provider's tokens."""
    jwks_refresh_seconds: float = 3_600.0
    jwks_retry_seconds: float = 10.0
    """Between two tries to get the keys, whatever tokens come."""
    jwks_timeout_seconds: float = 5.0
    max_jwks_bytes: int = 256 * 1024
    token_warning_seconds: float = 60.0
    """Before its token expires, a connection is told."""
    revocation_check_seconds: float = 1.0
    """Between two looks for tokens that were revoked from the command line."""

    max_frame_bytes: int = 2 * 1024 * 1024
    """A longer message closes the socket with 1009."""
    max_head_bytes: int = 16 * 1024
    """The head of a handshake or another HTTP request; a longer one gets 431."""
    max_early_frame_bytes: int = 16 * 1024
    """The same before a connection has joined; compressed messages count inflated."""
    max_message_bytes: int = 64 * 1024
    """A longer message is refused with MESSAGE_TOO_LARGE and the socket lives on."""
    max_fragments: int = 1_000
    """Per message; more close the socket."""
    small_frames_per_minute: int = 1_200
    """Control frames and frames below 16 bytes of one connection; more close it with 4429."""
    bad_messages_per_minute: int = 600
    """Messages of one connection that are refused; more close it with 4429."""
    max_connections: int = 10_000
    max_handshakes: int = 1_000
    """Sockets that have not sent a handshake; beyond, the one that has waited longest is cut."""
    max_silent_connections: int = 1_000
    """Connections that have not asked to join; beyond, the one that has waited longest is cut."""
    max_connections_per_user: int = 20
    """Per session."""
    max_sessions_per_user: int = 50
    """Sessions that a user is in at once."""
    max_connections_per_address: int = 1_000
    """Open sockets; more get 429."""
    handshakes_per_minute_per_address: int = 1_000
    """As many may come at once; more get 429."""
    pages_per_minute_per_address: int = 3_000
    """Requests for the browser page and its files; as many may come at once; more get 429."""
    failed_joins_per_minute_per_address: int = 30
    """Joins with a bad token or invite; above it no user of the address can join for a while."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks whose X-Forwarded-For is believed; they have no limits themselves."""
    session_creation: bool = True
    """Whether accounts may create sessions from their editors."""
    max_created_sessions_per_user: int = 100
    """Sessions of an account that have not ended; no more can be created from an editor."""
    max_participants: int = 1_000
    """Present in one session."""
    max_agents_per_owner: int = 8
    """AI agents of one participant in a session at once."""
    agent_alone_seconds: float = 900.0
    """From the owner having left until their agents leave, too."""
    agent_summary_seconds: float = 10.0
    """Between two updates of the session by what its agents report of tokens and cost."""
    max_threads: int = 10_000
    """Comment threads per session, resolved ones too."""
    max_documents: int = MAX_DOCUMENTS
    """Shared documents per session."""
    max_open_documents: int = 50
    """Shared documents that one connection has open."""
    max_document_bytes: int = MAX_DOCUMENT_BYTES
    """The text of a shared document, as UTF-8."""
    max_document_lines: int = MAX_DOCUMENT_LINES
    """The text of a shared document."""
    max_update_bytes: int = MAX_UPDATE_BYTES
    """One update of a shared document; editors send what is larger in parts."""
    max_document_items: int = 200_000
    """Pieces of a shared document's history; more are refused until it is renewed."""
    document_renewal_items: int = 50_000
    """Pieces of history beyond which a shared document is renewed."""
    document_idle_renewal_items: int = 20_000
    """The same when nobody has it open."""
    document_updates_per_second: int = 100
    """Of one connection; beyond it reading waits, so that nothing is lost."""
    document_bytes_per_second: int = 1024 * 1024
    """The same for the bytes of updates."""
    document_snapshot_updates: int = 500
    """Updates of a shared document after which its text is written in one piece."""
    document_snapshot_bytes: int = 256 * 1024
    """The same for the bytes of updates."""
    document_unload_seconds: float = 60.0
    """From the last connection of a shared document until it leaves the memory."""
    document_generation_days: float = 30.0
    """How long the text before a renewal is kept, and that of a document that is unshared."""
    max_awareness_bytes: int = 4 * 1024
    """Cursors of a client that speaks y-protocols, in one frame."""
    awareness_per_second: int = 20
    """Frames of cursors of one connection; more are left out."""
    messages_per_minute: int = 100
    """Durable messages per user; as many may come at once."""
    messages_per_minute_per_address: int = 1_000
    """Durable messages of all users of an address; as many may come at once."""
    agent_chat_per_minute: int = 30
    """Chat messages of one AI agent; as many may come at once."""
    agent_updates_per_minute: int = 600
    """States of one AI agent; as many may come at once."""
    agent_events_per_minute: int = 240
    """Prompts, tool calls and the like of one AI agent, beside its messages."""
    agent_events_per_minute_per_address: int = 2_400
    """The same of all AI agents of an address."""
    queries_per_minute: int = 300
    """Queries per user, such as older chat; as many may come at once."""
    bytes_per_minute_per_user: int = 32 * 1024 * 1024
    """Received; beyond it reading waits, so that nothing is lost."""
    bytes_per_minute_per_address: int = 256 * 1024 * 1024
    """The same for all connections of an address."""
    max_limiter_entries: int = 10_000
    """Users and addresses that each limit remembers; those longest unseen are forgotten first."""

    outbox_soft_bytes: int = 256 * 1024
    """Above this a connection's presence is left out until it has caught up."""
    outbox_hard_bytes: int = 8 * 1024 * 1024
    """Above this the socket is aborted; the client resumes."""
    ping_interval_seconds: float = 20.0
    ping_timeout_seconds: float = 20.0
    close_timeout_seconds: float = 2.0

    compression: bool = True
    """Whether messages are compressed for clients that ask for it."""

    leave_grace_seconds: float = 3.0
    """From a connection that broke to `user_left`."""
    takeover_grace_seconds: float = 10.0
    """The same after the server has started again, or another one has taken the session over."""
    host_grace_seconds: float = 60.0
    """From the last host having left until the longest-present editor stands in."""
    typing_seconds: float = 10.0
    """A status of typing that is not renewed becomes active."""
    presence_min_interval_ms: int = 0
    """Between presence flushes in light load; 0 is the end of the event loop's turn."""
    presence_interval_ms: int = 45
    """Between presence flushes in ordinary load."""
    presence_max_interval_ms: int = 1_000
    """Between presence flushes in the heaviest load."""

    snapshot_messages: int = 100
    """Chat messages in a snapshot."""
    replay_events: int = 1_000
    """Missed events that a resume replays; beyond them it gets a snapshot."""

    max_invites: int = 1_000
    """Invites of a session that still work."""
    max_guests_per_invite: int = 500
    """Guests who join with one invite, removed ones too; with 0 only accounts join."""
    max_pending_joins: int = 100
    """Users who may wait at once for a host of a session."""
    approval_seconds: float = 120.0
    """The time that a user waits for a host."""
    trail_seconds: float = 5.0
    """The time that one row of a participant's cursor trail covers; 0 keeps no trails."""
    activity_days: float = 365.0
    """How long events and cursor trails stay in the activity log; chat and comments stay."""
    activity_events: int = 100_000
    """Events of a session in the activity log; the oldest go first."""
    activity_trails: int = 100_000
    """Rows of cursor trails of a session; the oldest go first."""
    serve_metrics: bool = True
    """Whether `GET /metrics` answers; it holds no names and no contents."""
    log_level: str = "INFO"
    log_format: str = "text"
    """`text`, or `json` for one object a line."""

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, **given: object
    ) -> Self:
        """Settings from the environment; what is `given` and not None wins.

        Raises:
            SettingsError: if a value does not fit its setting.
        """
        source = os.environ if environment is None else environment
        values: dict[str, object] = {}
        defaults = cls()
        for each in fields(cls):
            text = _text_of(each.name, source)
            if text is not None:
                values[each.name] = _checked(each.name, text, getattr(defaults, each.name))
        for name, value in given.items():
            if isinstance(value, int | float | str):
                values[name] = _checked(name, str(value), getattr(defaults, name))
            elif value is not None:
                values[name] = value
        settings = cls(**values)  # pyright: ignore[reportArgumentType] - checked by field above
        if settings.redis_url and not settings.database_url:
            raise SettingsError(
                f"{_variable('redis_url')} needs {_variable('database_url')}: a server on SQLite "
                "is alone, and has nobody to tell anything"
            )
        for low, high in AT_MOST:
            if getattr(settings, low) > getattr(settings, high):
                raise SettingsError(
                    f"{_variable(low)} ({getattr(settings, low)}) must be at most "
                    f"{_variable(high)} ({getattr(settings, high)})"
                )
        return settings


def database_url(environment: Mapping[str, str] | None = None) -> str:
    """The setting of that name alone, for commands that need no other.

    Raises:
        SettingsError: if it is not the URL of a Postgres database.
    """
    source = os.environ if environment is None else environment
    return str(_checked("database_url", _text_of("database_url", source) or "", ""))


def redis_url(environment: Mapping[str, str] | None = None) -> str:
    """The same of Redis.

    Raises:
        SettingsError: if it is not the URL of a Redis.
    """
    source = os.environ if environment is None else environment
    return str(_checked("redis_url", _text_of("redis_url", source) or "", ""))


def cluster_name(environment: Mapping[str, str] | None = None) -> str:
    """The setting `cluster` alone.

    Raises:
        SettingsError: if it is no such name.
    """
    source = os.environ if environment is None else environment
    text = _text_of("cluster", source)
    return Settings().cluster if text is None else str(_checked("cluster", text, ""))


def secret_file(environment: Mapping[str, str] | None = None) -> str:
    """The setting of that name alone, for commands that need no other.

    Raises:
        SettingsError: if it is not the name of a file.
    """
    source = os.environ if environment is None else environment
    return str(_checked("secret_file", source.get(_variable("secret_file"), ""), ""))


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each variable that looks like a setting and is none: a typing error maybe."""
    source = os.environ if environment is None else environment
    known = [_variable(each.name) for each in fields(Settings)]
    known += [_variable(name) + _FILE for name in sorted(_IN_FILES)]
    names = [entry.removeprefix(_PREFIX) for entry in (*known, *sorted(_OF_CLIENTS))]
    said: list[str] = []
    for name in sorted(source):
        if not name.startswith(_PREFIX) or name in known or name in _OF_CLIENTS:
            continue
        # Without the prefix: all of them begin alike, and a short one would be near to anything.
        near = get_close_matches(name.removeprefix(_PREFIX), names, n=1)
        hint = f"did you mean {_PREFIX}{near[0]}?" if near else "it has no effect"
        said.append(f"{name} is not a setting: {hint}")
    return said


def _text_of(name: str, source: Mapping[str, str]) -> str | None:
    """The value of a setting as it is given, perhaps in a file."""
    text = source.get(_variable(name))
    file = source.get(_variable(name) + _FILE) if name in _IN_FILES else None
    if not file:
        return text
    if text:
        raise SettingsError(
            f"{_variable(name)} and {_variable(name)}{_FILE} are both set; set one of them"
        )
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{_variable(name)}{_FILE}: {file} cannot be read: {reason}") from None


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _checked(name: str, text: str, default: Any) -> object:  # noqa: ANN401 - a default of any setting
    try:
        return check_of(name, default)(text)
    except ValueError as error:
        raise SettingsError(f"{_variable(name)} {error}") from None
