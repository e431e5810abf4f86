"""The rules for comments: start, answer, resolve and reattach a thread. Pure."""

from typing import Any

from peerline.protocol.comments import (
    AddComment,
    Anchor,
    AnchorData,
    AnchorFields,
    CodeComment,
    Comment,
    CommentReattached,
    CommentReplied,
    CommentReply,
    CommentResolved,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.errors import ErrorCode
from peerline_server.core.comments import CommentBoard
from peerline_server.core.decisions import Append, Refused, Sender
from peerline_server.core.item_rules import mentioned
from peerline_server.core.members import Members
from peerline_server.core.records import NewEvent
from peerline_server.core.refusals import REFUSALS


def decide_comment(message: AddComment, sender: Sender, members: Members, item_id: str) -> Append:
    """Append a new thread; the caller has checked that there is room for one."""
    data = message.data
    comment = Comment(
        id=item_id,
        user_id=sender.user.id,
        username=sender.user.username,
        content=data.content,
        mentions=mentioned(data.content, data.mentions, members),
        timestamp=sender.now,
        **_place(data),
    )
    event = CodeComment(session_id=sender.session_id, seq=0, comment=comment)
    return Append(NewEvent(event, sender.user.id, message.request_id))


def decide_reply(
    message: ReplyComment, sender: Sender, members: Members, threads: CommentBoard, item_id: str
) -> Append | Refused:
    """Append an answer in a thread."""
    if threads.get(message.comment_id) is None:
        return _no_such_comment()
    reply = CommentReply(
        id=item_id,
        user_id=sender.user.id,
        username=sender.user.username,
        content=message.content,
        mentions=mentioned(message.content, message.mentions, members),
        timestamp=sender.now,
    )
    event = CommentReplied(
        session_id=sender.session_id, seq=0, comment_id=message.comment_id, reply=reply
    )
    return Append(NewEvent(event, sender.user.id, message.request_id))


def decide_resolve(
    message: ResolveComment, sender: Sender, threads: CommentBoard
) -> Append | Refused:
    """Resolve a thread, or reopen it; the event of a reopened one has the whole thread."""
    thread = threads.get(message.comment_id)
    if thread is None:
        return _no_such_comment()
    reopened = thread.model_copy(
        update={"resolved": False, "resolved_by": None, "resolved_at": None}
    )
    event = CommentResolved(
        session_id=sender.session_id,
        seq=0,
        comment_id=thread.id,
        resolved=message.resolved,
        user_id=sender.user.id,
        username=sender.user.username,
        timestamp=sender.now,
        comment=None if message.resolved else reopened,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id))


def decide_reattach(
    message: ReattachComment, sender: Sender, threads: CommentBoard
) -> Append | Refused:
    """Give a thread another anchor."""
    if threads.get(message.comment_id) is None:
        return _no_such_comment()
    event = CommentReattached(
        session_id=sender.session_id,
        seq=0,
        comment_id=message.comment_id,
        anchor=Anchor(**_place(message.data)),
        user_id=sender.user.id,
        username=sender.user.username,
        timestamp=sender.now,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id))


def _place(data: AnchorData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in AnchorFields.model_fields}


def _no_such_comment() -> Refused:
    return Refused(ErrorCode.COMMENT_NOT_FOUND, REFUSALS[ErrorCode.COMMENT_NOT_FOUND])
