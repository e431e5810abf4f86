"""The rules for chat messages and for changes of items, and the mentions of a text. Pure."""

from collections.abc import Sequence

from peerline.protocol.chat import (
    ChatMessage,
    ChatMessageSent,
    DeleteMessage,
    EditMessage,
    ItemChange,
    MessageDeleted,
    MessageEdited,
    React,
    ReactionChanged,
    SendChatMessage,
)
from peerline.protocol.limits import MAX_MENTIONS
from peerline.protocol.mentions import find_mentions
from peerline.protocol.roles import Role
from peerline_server.core.decisions import Append, Sender
from peerline_server.core.members import Members
from peerline_server.core.prompts import PromptBoard, refusal_of_chat
from peerline_server.core.records import NewEvent


def decide_message(
    message: SendChatMessage,
    sender: Sender,
    members: Members,
    prompts: PromptBoard,
    item_id: str,
) -> Append:
    """Append a chat message, unless it prompts an agent that takes no more.

    The store knows whether the message that it answers is there.
    """
    refusal = refusal_of_chat(message.content, sender, members, prompts)
    sent = ChatMessage(
        id=item_id,
        user_id=sender.user.id,
        username=sender.user.username,
        content=message.content,
        mentions=mentioned(message.content, message.mentions, members),
        timestamp=sender.now,
        parent_id=message.parent_id,
    )
    event = ChatMessageSent(session_id=sender.session_id, seq=0, message=sent)
    return Append(NewEvent(event, sender.user.id, message.request_id, refusal=refusal))


def decide_change(
    message: EditMessage | DeleteMessage | React,
    sender: Sender,
    members: Members,
    thread_id: str | None,
) -> Append:
    """Append a change of a chat message, comment or reply; `thread_id` is its thread, if any.

    The store knows whether the item is there and whose it is: it may be an old one.
    """
    author_only = isinstance(message, EditMessage) or (
        isinstance(message, DeleteMessage) and sender.role is not Role.HOST
    )
    event = _change(message, sender, members, thread_id)
    new = NewEvent(event, sender.user.id, message.request_id, author_only=author_only)
    return Append(new)


def _change(
    message: EditMessage | DeleteMessage | React,
    sender: Sender,
    members: Members,
    thread_id: str | None,
) -> ItemChange:
    match message:
        case EditMessage():
            return MessageEdited(
                session_id=sender.session_id,
                seq=0,
                message_id=message.message_id,
                comment_id=thread_id,
                content=message.content,
                mentions=mentioned(message.content, message.mentions, members),
                user_id=sender.user.id,
                timestamp=sender.now,
            )
        case DeleteMessage():
            return MessageDeleted(
                session_id=sender.session_id,
                seq=0,
                message_id=message.message_id,
                comment_id=thread_id,
                deleted_by=sender.user.id,
                timestamp=sender.now,
            )
        case React():
            return ReactionChanged(
                session_id=sender.session_id,
                seq=0,
                message_id=message.message_id,
                comment_id=thread_id,
                user_id=sender.user.id,
                emoji=message.emoji,
                is_removed=message.remove,
                timestamp=sender.now,
            )


def mentioned(content: str, given: Sequence[str], members: Members) -> list[str]:
    """Return the users that a text mentions, each once.

    The given ids that are of members come first, then each `@name` in the text.
    """
    found = dict.fromkeys(user_id for user_id in given if user_id in members)
    if "@" in content:
        for mention in find_mentions(content, members.names(), most=MAX_MENTIONS):
            found[mention.user_id] = None
    return list(found)[:MAX_MENTIONS]
