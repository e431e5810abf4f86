"""Decides on what participants tell about files of their workspaces."""

from peerline.protocol.file_events import FileEvent, TellFileEvent
from peerline_server.core.decisions import Append, Sender
from peerline_server.core.records import NewEvent


def decide_file_event(message: TellFileEvent, sender: Sender) -> Append:
    """Decide on a change of a file that an editor tells."""
    event = FileEvent(
        session_id=sender.session_id,
        seq=0,
        user_id=sender.user.id,
        username=sender.user.username,
        data=message.data,
        timestamp=sender.now,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id))
