"""Permissions as data: each message of a client, for each role, in and out of a session."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

HOSTS: Final = frozenset({"host"})
WRITERS: Final = HOSTS | {"editor"}
ALL: Final = WRITERS | {"viewer"}
NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Stage:
    """Things in a session that a message can be about."""

    session_id: str
    own_message: str = ""
    others_message: str = ""
    thread: str = ""
    invite: str = ""
    document: str = ""
    own_document: str = ""
    draft: str = "draft"
    banned: str = "banned"
    target: str = "target"
    waiting: str = "waiting"
    token: str = ""
    """A newer token of the sender."""
    others_token: str = ""
    """A token of the host."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a client may ask for."""

    type: str
    may: frozenset[str]
    """The roles that may do it."""
    fields: Callable[[Stage], dict[str, Any]] = field(default=lambda _: {})
    title: str = ""
    refusal: str = "PERMISSION_DENIED"
    """The answer to the other roles."""
    elsewhere: str | None = None
    """The answer to the host of another session that names a thing of this one."""
    asks: bool = False
    """Whether it only asks, so that it changes nothing."""

    @property
    def name(self) -> str:
        """For the report."""
        return self.title or self.type


_HASH: Final = f"sha256:{'0' * 64}"
_POSITION: Final = {"file": "a.py", "line": 1, "column": 1}

CASES: Final = (
    Case("join_session", NOBODY, refusal="ALREADY_JOINED"),
    Case("leave_session", ALL),
    Case("renew_token", ALL, lambda stage: {"auth_token": stage.token}, asks=True),
    Case(
        "renew_token",
        NOBODY,
        lambda stage: {"auth_token": stage.others_token},
        "to go on as the host",
        refusal="TOKEN_INVALID",
    ),
    Case("cursor_update", ALL, lambda _: {"data": _POSITION}),
    Case("presence_update", ALL, lambda _: {"status": "away"}),
    Case("chat_message", WRITERS, lambda _: {"content": "hello"}),
    Case(
        "chat_message",
        WRITERS,
        lambda stage: {"content": "hello", "parent_id": stage.others_message},
        "an answer",
        elsewhere="MESSAGE_NOT_FOUND",
    ),
    Case(
        "add_comment", WRITERS, lambda _: {"data": {"file": "a.py", "line": 1, "content": "why?"}}
    ),
    Case(
        "reply_comment",
        WRITERS,
        lambda stage: {"comment_id": stage.thread, "content": "so"},
        elsewhere="COMMENT_NOT_FOUND",
    ),
    Case(
        "resolve_comment",
        WRITERS,
        lambda stage: {"comment_id": stage.thread},
        elsewhere="COMMENT_NOT_FOUND",
    ),
    Case(
        "reattach_comment",
        WRITERS,
        lambda stage: {
            "comment_id": stage.thread,
            "data": {"file": "b.py", "line": 2, "code_snippet": "x"},
        },
        elsewhere="COMMENT_NOT_FOUND",
    ),
    Case(
        "edit_message",
        WRITERS,
        lambda stage: {"message_id": stage.own_message, "content": "better"},
        elsewhere="MESSAGE_NOT_FOUND",
    ),
    Case(
        "edit_message",
        NOBODY,
        lambda stage: {"message_id": stage.others_message, "content": "forged"},
        "to edit what another wrote",
    ),
    Case(
        "delete_message",
        WRITERS,
        lambda stage: {"message_id": stage.own_message},
        elsewhere="MESSAGE_NOT_FOUND",
    ),
    Case(
        "delete_message",
        HOSTS,
        lambda stage: {"message_id": stage.others_message},
        "to delete what another wrote",
        elsewhere="MESSAGE_NOT_FOUND",
    ),
    Case(
        "react",
        WRITERS,
        lambda stage: {"message_id": stage.others_message, "emoji": "+1"},
        elsewhere="MESSAGE_NOT_FOUND",
    ),
    Case("file_event", WRITERS, lambda _: {"data": {"file": "a.py", "change": "modified"}}),
    Case("agent_update", NOBODY, lambda _: {"data": {"state": "idle"}}, refusal="NOT_AN_AGENT"),
    Case(
        "agent_event",
        NOBODY,
        lambda _: {"data": {"kind": "note", "text": "hello"}},
        refusal="NOT_AN_AGENT",
    ),
    Case("ask_approval", NOBODY, lambda _: {"data": {"title": "Run"}}, refusal="NOT_AN_AGENT"),
    Case("withdraw_approval", NOBODY, lambda _: {"approval_id": "a1"}, refusal="NOT_AN_AGENT"),
    Case(
        "answer_approval",
        NOBODY,
        lambda _: {"approval_id": "a1", "answer": "deny"},
        refusal="APPROVAL_NOT_FOUND",
    ),
    Case("get_approval", NOBODY, lambda _: {"approval_id": "a1"}, refusal="APPROVAL_NOT_FOUND"),
    Case(
        "prompt_agent",
        NOBODY,
        lambda _: {"agent_id": "a1", "text": "work"},
        refusal="PARTICIPANT_NOT_FOUND",
    ),
    Case("cancel_prompt", NOBODY, lambda _: {"prompt_id": "p1"}, refusal="PROMPT_NOT_FOUND"),
    Case("stop_agent", NOBODY, lambda _: {"agent_id": "a1"}, refusal="PROMPT_NOT_FOUND"),
    Case(
        "prompt_update",
        NOBODY,
        lambda _: {"prompt_id": "p1", "state": "running"},
        refusal="NOT_AN_AGENT",
    ),
    Case(
        "create_agent",
        WRITERS,
        lambda _: {"name": "claude", "product": "claude-code"},
        asks=True,
    ),
    Case("update_session", WRITERS, lambda _: {"changes": {"token_count": 7}}),
    Case(
        "update_session",
        HOSTS,
        lambda _: {"changes": {"join_approval": True}},
        "to ask for approval",
    ),
    Case("change_name", ALL, lambda _: {"name": "Another"}),
    Case(
        "change_role",
        HOSTS,
        lambda stage: {"user_id": stage.target, "role": "viewer"},
        elsewhere="PARTICIPANT_NOT_FOUND",
    ),
    Case(
        "remove_participant",
        HOSTS,
        lambda stage: {"user_id": stage.target},
        elsewhere="PARTICIPANT_NOT_FOUND",
    ),
    Case(
        "remove_participant",
        HOSTS,
        lambda stage: {"user_id": stage.target, "ban": True},
        "to ban",
        elsewhere="PARTICIPANT_NOT_FOUND",
    ),
    Case("end_session", HOSTS),
    Case("summon", HOSTS, asks=True),
    Case("get_history", ALL, asks=True),
    Case("get_comments", ALL, asks=True),
    Case("search", ALL, lambda _: {"query": "hello"}, asks=True),
    Case("get_activity", ALL, asks=True),
    Case("get_moderation", HOSTS, asks=True),
    Case("create_invite", HOSTS, lambda _: {"role": "viewer"}),
    Case(
        "revoke_invite",
        HOSTS,
        lambda stage: {"invite_id": stage.invite},
        elsewhere="INVITE_NOT_FOUND",
    ),
    Case("lift_ban", HOSTS, lambda stage: {"user_id": stage.banned}),
    Case(
        "answer_join",
        HOSTS,
        lambda stage: {"user_id": stage.waiting, "allow": True},
        elsewhere="PARTICIPANT_NOT_FOUND",
    ),
    Case("share_document", WRITERS, lambda _: {"data": {"file": "new.py", "content": "x"}}),
    Case(
        "open_document",
        ALL,
        lambda stage: {"document_id": stage.document},
        elsewhere="DOCUMENT_NOT_FOUND",
    ),
    Case("close_document", ALL, lambda stage: {"document_id": stage.document}, asks=True),
    Case(
        "unshare_document",
        WRITERS,
        lambda stage: {"document_id": stage.own_document},
        elsewhere="DOCUMENT_NOT_FOUND",
    ),
    Case(
        "unshare_document",
        HOSTS,
        lambda stage: {"document_id": stage.document},
        "to unshare what another shared",
        elsewhere="DOCUMENT_NOT_FOUND",
    ),
    Case(
        "rename_document",
        WRITERS,
        lambda stage: {"document_id": stage.document, "file": "other.py"},
        elsewhere="DOCUMENT_NOT_FOUND",
    ),
    Case(
        "document_saved",
        WRITERS,
        lambda stage: {"document_id": stage.document, "hash": _HASH},
        elsewhere="DOCUMENT_NOT_FOUND",
        asks=True,
    ),
    Case(
        "document_check",
        ALL,
        lambda stage: {"document_id": stage.document, "state": "AA==", "hash": _HASH},
        elsewhere="DOCUMENT_NOT_FOUND",
        asks=True,
    ),
    Case(
        "get_blame",
        ALL,
        lambda stage: {"document_id": stage.document},
        elsewhere="DOCUMENT_NOT_FOUND",
        asks=True,
    ),
    Case(
        "share_draft",
        WRITERS,
        lambda stage: {"data": {"id": "another", "comment_id": stage.thread}},
    ),
    Case(
        "end_draft",
        HOSTS,
        lambda stage: {"draft_id": stage.draft},
        title="end_draft of others",
        elsewhere="DOCUMENT_NOT_FOUND",
    ),
    Case("offer_files", WRITERS, lambda _: {"data": {"name": "shop", "files": 3}}),
    Case("withdraw_files", ALL, asks=True),
    Case("get_tree", ALL, asks=True),
    Case(
        "open_file",
        ALL,
        lambda _: {"file": "host.py"},
        elsewhere="DOCUMENT_NOT_FOUND",
        asks=True,
    ),
    Case("tree_given", WRITERS, lambda _: {"id": "w1", "entries": []}, asks=True),
    Case(
        "file_given",
        WRITERS,
        lambda stage: {"id": "w1", "document_id": stage.document},
        asks=True,
    ),
    Case("file_refused", ALL, lambda _: {"id": "w1", "reason": "not_found"}, asks=True),
)
"""A type of message that is missing here fails a test."""
