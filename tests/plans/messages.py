"""The request that a step stands for, about something that its author knows."""

from typing import Final

from peerline.client import Replica
from peerline.protocol.activity import GetActivity, Search
from peerline.protocol.chat import DeleteMessage, EditMessage, GetHistory, React, SendChatMessage
from peerline.protocol.comments import (
    AddComment,
    AnchorData,
    CommentData,
    GetComments,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.file_events import FileChange, FileEventData, TellFileEvent
from peerline.protocol.messages import ClientMessage, Request
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    LiftBan,
    RevokeInvite,
)
from peerline.protocol.participants import ChangeName, ChangeRole, RemoveParticipant
from peerline.protocol.presence import CursorData, ViewportData
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionChanges, UpdateSession
from peerline.protocol.types import Status

from .plan import USERS, Step

_FILES: Final = ("src/main.py", "src/cart.py", "README.md")
_EMOJI: Final = ("+1", "🎉", "👀")
_STATUSES: Final = (Status.ACTIVE, Status.TYPING, Status.IDLE, Status.AWAY)


def message_of(step: Step, replica: Replica, session_id: str) -> ClientMessage | None:
    """The message to send, or None if there is nothing yet that it could be about."""
    return (
        _written(step, replica, session_id)
        or _moderating(step, session_id)
        or _request_of(step, replica, session_id)
    )


def _written(step: Step, replica: Replica, session_id: str) -> ClientMessage | None:
    number = step.number
    text = f"{step.action} {number}"
    match step.action:
        case "chat":
            return SendChatMessage(session_id=session_id, content=text)
        case "mention":
            content = f"{text} @{USERS[number % len(USERS)]} @Bob"
            return SendChatMessage(session_id=session_id, content=content)
        case "answer" if replica.messages:
            parent = replica.messages[number % len(replica.messages)].id
            return SendChatMessage(session_id=session_id, content=text, parent_id=parent)
        case "comment":
            file = _FILES[number % len(_FILES)]
            data = CommentData(file=file, line=number + 1, content=text, code_snippet="x = 1")
            return AddComment(session_id=session_id, data=data)
        case "file":
            file = _FILES[number % len(_FILES)]
            data = FileEventData(file=file, change=FileChange.MODIFIED, lines_added=number)
            return TellFileEvent(session_id=session_id, data=data)
        case "name":
            return ChangeName(session_id=session_id, name=f"Name {number % 3}")
        case "update":
            context = {f"key{number % 3}": "x" * (number % 4)}
            changes = SessionChanges(token_count=number, context=context)
            return UpdateSession(session_id=session_id, changes=changes)
        case _:
            return _changed(step, replica, session_id) or _discussed(step, replica, session_id)


def _changed(step: Step, replica: Replica, session_id: str) -> ClientMessage | None:
    """A change of a chat message, a comment or a reply."""
    number = step.number
    threads = list(replica.threads.values())
    items = [item.id for item in replica.messages]
    for comment in threads:
        items += [comment.id, *(reply.id for reply in comment.replies)]
    if not items:
        return None
    item = items[number % len(items)]
    if number % 2 and threads:
        # A thread itself every other time, so that much meets there.
        item = threads[number % len(threads)].id
    match step.action:
        case "edit":
            content = f"edit {number} @carol"
            return EditMessage(session_id=session_id, message_id=item, content=content)
        case "delete":
            return DeleteMessage(session_id=session_id, message_id=item)
        case "react" | "unreact":
            emoji = _EMOJI[number // 7 % len(_EMOJI)]
            remove = step.action == "unreact"
            return React(session_id=session_id, message_id=item, emoji=emoji, remove=remove)
        case _:
            return None


def _discussed(step: Step, replica: Replica, session_id: str) -> ClientMessage | None:
    """Something in a thread."""
    if not replica.threads:
        return None
    number = step.number
    thread = list(replica.threads)[number % len(replica.threads)]
    match step.action:
        case "reply":
            content = f"reply {number}"
            return ReplyComment(session_id=session_id, comment_id=thread, content=content)
        case "resolve":
            return ResolveComment(session_id=session_id, comment_id=thread)
        case "reattach":
            data = AnchorData(file=_FILES[number % len(_FILES)], line=number + 2)
            return ReattachComment(session_id=session_id, comment_id=thread, data=data)
        case "reopen":
            return ResolveComment(session_id=session_id, comment_id=thread, resolved=False)
        case _:
            return None


def _moderating(step: Step, session_id: str) -> ClientMessage | None:
    """A decision of a host."""
    number = step.number
    other = USERS[number % len(USERS)]
    match step.action:
        case "role":
            role = list(Role)[number // 7 % len(Role)]
            return ChangeRole(session_id=session_id, user_id=other, role=role)
        case "remove" | "ban":
            ban = step.action == "ban"
            return RemoveParticipant(session_id=session_id, user_id=other, ban=ban)
        case "approval":
            changes = SessionChanges(join_approval=number % 2 == 0)
            return UpdateSession(session_id=session_id, changes=changes)
        case _:
            return None


def _request_of(step: Step, replica: Replica, session_id: str) -> Request | None:
    """A question beside the shared state."""
    number = step.number
    other = USERS[number % len(USERS)]
    match step.action:
        case "lift":
            return LiftBan(session_id=session_id, user_id=other)
        case "let":
            return AnswerJoin(session_id=session_id, user_id=other, allow=number % 4 > 0)
        case "invite":
            # Everybody starts numbering requests again; the message must have one to be made.
            return CreateInvite(session_id=session_id, request_id="new", max_uses=1)
        case "revoke" if replica.moderation and replica.moderation.invites:
            made = [invite for invite in replica.moderation.invites if invite.max_uses == 1]
            if not made:
                return None
            return RevokeInvite(session_id=session_id, invite_id=made[number % len(made)].id)
        case "history":
            return GetHistory(session_id=session_id, limit=1 + number % 20)
        case "threads":
            return GetComments(session_id=session_id, resolved=number % 2 == 0)
        case "search":
            return Search(session_id=session_id, query=f"chat {number % 10}")
        case "activity":
            return GetActivity(session_id=session_id, limit=1 + number % 20)
        case "moderation":
            return GetModeration(session_id=session_id)
        case _:
            return None


def cursor_of(step: Step) -> CursorData:
    """The present place of the step's author."""
    file = _FILES[step.number % len(_FILES)]
    return CursorData(file=file, line=step.number + 1, column=1)


def viewport_of(step: Step) -> ViewportData:
    """The present view of the step's author."""
    file = _FILES[step.number % len(_FILES)]
    return ViewportData(file=file, start_line=step.number + 1, end_line=step.number + 40)


def status_of(step: Step) -> Status:
    """The present activity of the step's author."""
    return _STATUSES[step.number % len(_STATUSES)]
