"""The range of each setting of the server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from peerline.checks import (
    HOST,
    LOG_LEVELS,
    PORT,
    YEARS_10,
    Choice,
    Flag,
    Number,
    Pattern,
    Text,
    WholeNumber,
    shown,
)
from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES, MAX_UPDATE_BYTES

Check = Callable[[str], object]
MAX_COUNT: Final = 1_000_000_000
MAX_BYTES: Final = 2**50
_DAY: Final = 24 * 3600
_SOON: Final = 0.01
"""Seconds; what is repeated or waited for may not be nothing."""
_MAY_BE_NONE: Final = WholeNumber(0, MAX_COUNT)
_PRESENCE_MS: Final = WholeNumber(0, 60_000)


def _path(text: str) -> Path:
    if not text.strip():
        raise ValueError("must not be empty")
    if "\0" in text:
        raise ValueError("must be a path")
    return Path(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _some_words(text: str) -> tuple[str, ...]:
    words = _words(text)
    if not words:
        raise ValueError(f"must not be empty; it is {shown(text)}")
    return words


_DATABASE_URL: Final = Pattern(
    r"(postgres(ql)?://[^\s\x00-\x20\x7f]{1,1980})?", "empty or begin with postgresql://"
)
_REDIS_URL: Final = Pattern(
    r"(rediss?://[^\s\x00-\x20\x7f]{1,1980})?", "empty or begin with redis:// or rediss://"
)
_PORT_TO_CONNECT_TO: Final = (
    "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
)
CHECKS: Final[dict[str, Check]] = {
    "host": HOST,
    "port": PORT,
    "database_url": _DATABASE_URL,
    "node_address": Pattern(
        rf"(([A-Za-z0-9_.-]{{1,253}}|\[[0-9A-Fa-f:.]{{2,45}}\]):{_PORT_TO_CONNECT_TO})?",
        "empty or HOST:PORT with a port from 1 to 65535 and an IPv6 address in brackets",
    ),
    "lease_seconds": Number(1, 600),
    "drain_seconds": Number(0, 3_600),
    "takeover_grace_seconds": Number(0, _DAY),
    "redis_url": _REDIS_URL,
    "cluster": Pattern(r"[A-Za-z0-9_-]{1,64}", "letters, digits, - and _, at most 64"),
    "exit_when_idle_seconds": Number(0, YEARS_10),
    "auth_timeout_seconds": Number(_SOON, 3_600),
    "guest_token_seconds": WholeNumber(1, YEARS_10),
    "token_algorithms": _some_words,
    "token_audience": Text(1, 2_000),
    "jwks_refresh_seconds": Number(_SOON, 30 * _DAY),
    "jwks_retry_seconds": Number(_SOON, _DAY),
    "jwks_timeout_seconds": Number(_SOON, 600),
    "max_jwks_bytes": WholeNumber(1, 64 * 1024 * 1024),
    "token_warning_seconds": Number(0, 30 * _DAY),
    "revocation_check_seconds": Number(_SOON, 3_600),
    "max_frame_bytes": WholeNumber(1, 1024 * 1024 * 1024),
    "max_head_bytes": WholeNumber(1_024, 1024 * 1024),
    "max_early_frame_bytes": WholeNumber(1, 1024 * 1024 * 1024),
    "max_message_bytes": WholeNumber(1, 1024 * 1024 * 1024),
    "max_created_sessions_per_user": _MAY_BE_NONE,
    "bytes_per_minute_per_user": WholeNumber(1, MAX_BYTES),
    "bytes_per_minute_per_address": WholeNumber(1, MAX_BYTES),
    "outbox_soft_bytes": WholeNumber(1, MAX_BYTES),
    "outbox_hard_bytes": WholeNumber(1, MAX_BYTES),
    "ping_interval_seconds": Number(_SOON, _DAY),
    "ping_timeout_seconds": Number(_SOON, _DAY),
    "close_timeout_seconds": Number(_SOON, 600),
    "leave_grace_seconds": Number(0, _DAY),
    "host_grace_seconds": Number(0, YEARS_10),
    "typing_seconds": Number(_SOON, _DAY),
    "presence_min_interval_ms": _PRESENCE_MS,
    "presence_interval_ms": _PRESENCE_MS,
    "presence_max_interval_ms": _PRESENCE_MS,
    "snapshot_messages": WholeNumber(1, 1_000_000),
    "replay_events": WholeNumber(0, 1_000_000),
    "max_guests_per_invite": _MAY_BE_NONE,
    "max_invites": _MAY_BE_NONE,
    "max_pending_joins": _MAY_BE_NONE,
    "approval_seconds": Number(_SOON, 7 * _DAY),
    "trail_seconds": Number(0, _DAY),
    "activity_days": Number(0, 36_500),
    "activity_events": _MAY_BE_NONE,
    "activity_trails": _MAY_BE_NONE,
    "max_documents": _MAY_BE_NONE,
    "max_open_documents": _MAY_BE_NONE,
    "max_document_bytes": WholeNumber(1, MAX_DOCUMENT_BYTES),
    "max_document_lines": WholeNumber(1, MAX_DOCUMENT_LINES),
    "max_update_bytes": WholeNumber(1, MAX_UPDATE_BYTES),
    "document_unload_seconds": Number(0, _DAY),
    "document_generation_days": Number(0, 36_500),
    "log_level": LOG_LEVELS,
    "log_format": Choice(("text", "json")),
}
"""Those that differ from what `check_of` has for their type."""

AT_MOST: Final = (
    ("max_message_bytes", "max_frame_bytes"),
    ("outbox_soft_bytes", "outbox_hard_bytes"),
    ("document_idle_renewal_items", "document_renewal_items"),
    ("document_renewal_items", "max_document_items"),
    ("presence_min_interval_ms", "presence_interval_ms"),
    ("presence_interval_ms", "presence_max_interval_ms"),
)
"""Pairs of which the first must not be more than the second."""


def check_of(name: str, default: Any) -> Check:  # noqa: ANN401 - a default of any setting
    """Reads a setting's value from its text, or raises ValueError with what it must be."""
    if (found := CHECKS.get(name)) is not None:
        return found
    match default:
        case bool():
            return Flag()
        case int():
            return WholeNumber(1, MAX_COUNT)
        case float():
            return Number(0, YEARS_10)
        case Path():
            return _path
        case tuple():
            return _words
        case _:
            return Text(0, 2_000)
