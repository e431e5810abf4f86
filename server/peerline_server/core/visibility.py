"""The part of an event that everybody may see. Pure."""

from peerline.protocol.activity import ActivityEntry
from peerline.protocol.approvals import ApprovalAsked
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import ParticipantRemoved
from peerline_server.core.approvals import shown


def public_view(event: DurableMessage) -> DurableMessage:
    """The event as it goes to the wire: whether a removal was a ban, only hosts may know.

    They read it in `moderation`, so that all participants get the same events. Of a long
    question of an agent it has the beginning.
    """
    if isinstance(event, ApprovalAsked):
        return event.model_copy(update={"approval": shown(event.approval)})
    if isinstance(event, ParticipantRemoved) and event.is_banned:
        return event.model_copy(update={"is_banned": False})
    return event


def public_entry(entry: ActivityEntry) -> ActivityEntry:
    """An entry of the activity as all participants may see it."""
    if entry.event is None:
        return entry
    return entry.model_copy(update={"event": public_view(entry.event)})
