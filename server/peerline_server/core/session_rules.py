"""The rules for what changes the session itself or a participant's name. Pure."""

from dataclasses import replace

from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_CONTEXT_ENTRIES
from peerline.protocol.participants import ChangeName, NameChanged
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo, SessionUpdate, UpdateSession, merged_context
from peerline.protocol.text import clean_name
from peerline_server.core.decisions import Append, Refused, Sender, Unchanged
from peerline_server.core.members import Members
from peerline_server.core.permissions import only_hosts
from peerline_server.core.records import NewEvent, Rejected


def decide_update(
    message: UpdateSession, sender: Sender, info: SessionInfo, members: Members
) -> Append | Refused:
    """Change what is known of the session."""
    if message.changes.join_approval is not None and sender.role is not Role.HOST:
        text = only_hosts("only a host can choose who may join", members)
        return Refused(ErrorCode.PERMISSION_DENIED, text)
    event = SessionUpdate(
        session_id=sender.session_id,
        seq=0,
        changes=message.changes,
        updated_by=sender.user.id,
        timestamp=sender.now,
    )
    decision = Append(NewEvent(event, sender.user.id, message.request_id))
    if len(merged_context(info.context, message.changes)) > MAX_CONTEXT_ENTRIES:
        text = f"changes.context: a session has at most {MAX_CONTEXT_ENTRIES} entries"
        return unless_repeated(decision, text)
    return decision


def decide_name(
    message: ChangeName, sender: Sender, members: Members
) -> Append | Unchanged | Refused:
    """Take another name, which nobody else here has."""
    wanted = clean_name(message.name)
    if not wanted:
        text = "name: a name needs a visible character"
        return Refused(ErrorCode.INVALID_FIELD, text)
    user = sender.user
    name = members.distinct_name(user.id, wanted)
    book = members.name_book
    if name == user.username and book.reserved(user.id) is None:
        return Unchanged()
    event = NameChanged(
        session_id=sender.session_id,
        seq=0,
        user_id=user.id,
        username=user.username,
        name=name,
        timestamp=sender.now,
    )
    book.reserve(user.id, name)
    return Append(NewEvent(event, user.id, message.request_id), reserved_name=name)


def unless_repeated(decision: Append, text: str) -> Append | Refused:
    """A refusal because of a limit; a request that filled it is answered as the first time."""
    event = decision.event
    if event.request_id is None:
        return Refused(ErrorCode.LIMIT_EXCEEDED, text)
    refusal = Rejected(ErrorCode.LIMIT_EXCEEDED, text)
    return replace(decision, event=replace(event, refusal=refusal))
