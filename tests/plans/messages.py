"""The request that a step stands for, about something that its author knows."""

from typing import Final

from peerline.client import Replica
from peerline.protocol.client_messages import (
    AddComment,
    ChangeRole,
    ClientMessage,
    CommentData,
    CursorData,
    DeleteMessage,
    EditMessage,
    React,
    RemoveParticipant,
    ReplyComment,
    ResolveComment,
    SendChatMessage,
    TellFileEvent,
    UpdateSession,
    ViewportData,
)
from peerline.protocol.payloads import FileChange, FileEventData, SessionChanges
from peerline.protocol.roles import Role
from peerline.protocol.types import Status

from .plan import USERS, Step

_FILES: Final = ("src/main.py", "src/cart.py", "README.md")
_EMOJI: Final = ("+1", "🎉", "👀")
_STATUSES: Final = (Status.ACTIVE, Status.TYPING, Status.IDLE, Status.AWAY)


def message_of(step: Step, replica: Replica, session_id: str) -> ClientMessage | None:
    """What is sent, or None if there is nothing yet that it could be about."""
    number = step.number
    file = _FILES[number % len(_FILES)]
    message = thread = None
    if replica.messages:
        message = replica.messages[number % len(replica.messages)].id
    if replica.threads:
        thread = list(replica.threads)[number % len(replica.threads)]
    items = [item.id for item in replica.messages]
    for comment in replica.threads.values():
        items += [comment.id, *(reply.id for reply in comment.replies)]
    # The thread itself every other time, so that much meets there.
    item = items[number % len(items)] if items else None
    item = thread if number % 2 and thread else item
    other = USERS[number % len(USERS)]
    text = f"{step.action} {number}"
    match step.action:
        case "chat":
            return SendChatMessage(session_id=session_id, content=text)
        case "mention":
            return SendChatMessage(session_id=session_id, content=f"{text} @{other} @Bob")
        case "answer" if message:
            return SendChatMessage(session_id=session_id, content=text, parent_id=message)
        case "edit" if item:
            return EditMessage(session_id=session_id, message_id=item, content=f"{text} @carol")
        case "delete" if item:
            return DeleteMessage(session_id=session_id, message_id=item)
        case "react" | "unreact" if item:
            emoji = _EMOJI[number // 7 % len(_EMOJI)]
            remove = step.action == "unreact"
            return React(session_id=session_id, message_id=item, emoji=emoji, remove=remove)
        case "comment":
            data = CommentData(file=file, line=number + 1, content=text, code_snippet="x = 1")
            return AddComment(session_id=session_id, data=data)
        case "reply" if thread:
            return ReplyComment(session_id=session_id, comment_id=thread, content=text)
        case "resolve" if thread:
            return ResolveComment(session_id=session_id, comment_id=thread)
        case "reopen" if thread:
            return ResolveComment(session_id=session_id, comment_id=thread, resolved=False)
        case "file":
            data = FileEventData(file=file, change=FileChange.MODIFIED, lines_added=number)
            return TellFileEvent(session_id=session_id, data=data)
        case "update":
            context = {f"key{number % 3}": "x" * (number % 4)}
            changes = SessionChanges(token_count=number, context=context)
            return UpdateSession(session_id=session_id, changes=changes)
        case "role":
            role = list(Role)[number // 7 % len(Role)]
            return ChangeRole(session_id=session_id, user_id=other, role=role)
        case "remove" | "ban":
            ban = step.action == "ban"
            return RemoveParticipant(session_id=session_id, user_id=other, ban=ban)
        case _:
            return None


def cursor_of(step: Step) -> CursorData:
    """Where the step's author is now."""
    file = _FILES[step.number % len(_FILES)]
    return CursorData(file=file, line=step.number + 1, column=1)


def viewport_of(step: Step) -> ViewportData:
    """What the step's author sees now."""
    file = _FILES[step.number % len(_FILES)]
    return ViewportData(file=file, start_line=step.number + 1, end_line=step.number + 40)


def status_of(step: Step) -> Status:
    """What the step's author does now."""
    return _STATUSES[step.number % len(_STATUSES)]
