"""What an event does to a message, a thread or the session: one place for server, store, client.

Pure. Whoever applies the same events to the same state gets the same state.
"""

from typing import TypeVar

from peerline.protocol.payloads import (
    ChatMessage,
    Comment,
    CommentReply,
    Item,
    Reaction,
    SessionChanges,
    SessionInfo,
)
from peerline.protocol.server_messages import (
    ChatMessageSent,
    CommentReattached,
    CommentResolved,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
)

ItemChange = MessageEdited | MessageDeleted | ReactionChanged
_Item = TypeVar("_Item", bound=Item)


def said(event: ChatMessageSent) -> ChatMessage:
    """The new chat message, which knows its place."""
    return event.message.model_copy(update={"seq": event.seq})


def changed_item(item: _Item, event: ItemChange) -> _Item:
    """The chat message, comment or reply after the event."""
    match event:
        case MessageEdited():
            update: dict[str, object] = {
                "content": event.content,
                "mentions": event.mentions,
                "edited_at": event.timestamp,
            }
        case MessageDeleted():
            update = {
                "content": "",
                "mentions": [],
                "reactions": [],
                "edited_at": None,
                "deleted_at": event.timestamp,
            }
        case ReactionChanged():
            update = {"reactions": _reacted(item.reactions, event)}
    return item.model_copy(update=update)


def has_reacted(item: Item, user_id: str, emoji: str) -> bool:
    """Whether the user's reaction is there."""
    return any(entry.emoji == emoji and user_id in entry.user_ids for entry in item.reactions)


def changed_thread(thread: Comment, event: ItemChange) -> Comment | None:
    """The thread after a change of its comment or of a reply; None if nothing of it is left."""
    if event.message_id == thread.id:
        thread = changed_item(thread, event)
    else:
        replies = [
            changed_item(reply, event) if reply.id == event.message_id else reply
            for reply in thread.replies
        ]
        left = [reply for reply in replies if reply.deleted_at is None]
        thread = thread.model_copy(update={"replies": left})
    return None if thread.deleted_at is not None and not thread.replies else thread


def replied_thread(thread: Comment, reply: CommentReply) -> Comment:
    """The thread with one more reply."""
    return thread.model_copy(update={"replies": [*thread.replies, reply]})


def resolved_thread(thread: Comment, event: CommentResolved) -> Comment:
    """The thread, resolved by whom and when, or open again."""
    return thread.model_copy(
        update={
            "resolved": event.resolved,
            "resolved_by": event.user_id if event.resolved else None,
            "resolved_at": event.timestamp if event.resolved else None,
        }
    )


def reattached_thread(thread: Comment, event: CommentReattached) -> Comment:
    """The thread with its new anchor; nothing of the one before stays."""
    return thread.model_copy(update=dict(event.anchor))


def merged_context(before: dict[str, str], changes: SessionChanges) -> dict[str, str]:
    """The free entries after an update; an empty text takes one away."""
    merged = {**before, **(changes.context or {})}
    return {key: value for key, value in merged.items() if value}


def updated_session(info: SessionInfo, changes: SessionChanges) -> SessionInfo:
    """The session with what an update names."""
    update = changes.model_dump(exclude_none=True, exclude={"context"})
    return info.model_copy(update={**update, "context": merged_context(info.context, changes)})


def _reacted(reactions: list[Reaction], event: ReactionChanged) -> list[Reaction]:
    found = next((entry for entry in reactions if entry.emoji == event.emoji), None)
    users = [] if found is None else [who for who in found.user_ids if who != event.user_id]
    if not event.is_removed:
        users.append(event.user_id)
    if found is None:
        return [*reactions, Reaction(emoji=event.emoji, user_ids=users)] if users else reactions
    changed = Reaction(emoji=event.emoji, user_ids=users)
    return [
        changed if entry is found else entry for entry in reactions if entry is not found or users
    ]
