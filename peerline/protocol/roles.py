"""Roles and the permission matrix, as data."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

SERVER_USER_ID: Final = "peerline"
"""The author of the server's own changes; nobody signs in as this user."""


class Role(StrEnum):
    """A participant's role in a session, from most to least allowed."""

    HOST = "host"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """0 for the least allowed role; higher means more."""
        return _RANKS[self]

    @property
    def with_article(self) -> str:
        """As it stands in a sentence: "an editor"."""
        return f"{'an' if self is Role.EDITOR else 'a'} {self}"


class Action(StrEnum):
    """An action that the matrix allows or refuses."""

    VIEW = "view"
    SEND_PRESENCE = "send_presence"
    CHAT = "chat"
    COMMENT = "comment"
    EDIT_SESSION = "edit_session"
    EDIT_DOCUMENT = "edit_document"
    AGENT = "agent"
    MODERATE = "moderate"


_RANKS: Final = MappingProxyType({Role.VIEWER: 0, Role.EDITOR: 1, Role.HOST: 2})
_ALL: Final = frozenset(Role)
_WRITERS: Final = frozenset({Role.HOST, Role.EDITOR})

ALLOWED: Final = MappingProxyType(
    {
        Action.VIEW: _ALL,
        Action.SEND_PRESENCE: _ALL,
        Action.CHAT: _WRITERS,
        Action.COMMENT: _WRITERS,
        Action.EDIT_SESSION: _WRITERS,
        Action.EDIT_DOCUMENT: _WRITERS,
        Action.AGENT: _WRITERS,
        Action.MODERATE: frozenset({Role.HOST}),
    }
)


def is_allowed(role: Role, action: Action) -> bool:
    """Whether `role` may do `action`."""
    return role in ALLOWED[action]
