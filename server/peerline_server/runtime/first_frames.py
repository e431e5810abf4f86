"""The first frames of a connection: `connected`, and what it has missed since it was here."""

from dataclasses import dataclass, field

from peerline.protocol.messages import encode_message
from peerline.protocol.session import Connected, Limits, ResumePoint
from peerline_server.auth.tokens import Identity
from peerline_server.core.approvals import shown
from peerline_server.runtime.live_session import LiveSession
from peerline_server.runtime.replay import Missed
from peerline_server.transport.base import SharedFrame


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything that `connected` is made of, before the join is committed."""

    live: LiveSession
    identity: Identity
    connection_id: str
    guest_token: str | None = field(repr=False)
    resume: ResumePoint | None
    missed: Missed | None


def first_frames(entry: Entry, limits: Limits, *, has_page: bool) -> list[SharedFrame]:
    """The frames that a connection begins with; the join is committed."""
    live = entry.live
    session = live.session
    replay = (
        live.replay.frames_since(entry.resume.seq, entry.missed)
        if entry.resume is not None and entry.missed is not None
        else None
    )
    member = session.member(entry.identity.user_id)
    assert member is not None, "a user who enters has joined"
    connected = Connected(
        session_id=live.id,
        user=member.user,
        role=member.user.role,
        connection_id=entry.connection_id,
        session=session.info,
        participants=[],
        comments=[],
        messages=[] if replay is not None else session.chat.latest(),
        file_events=[] if replay is not None else list(session.file_events),
        documents=[] if replay is not None else session.documents.all(),
        offers=live.offers.shown(),
        drafts=live.drafts.shown(),
        approvals=[] if replay is not None else [shown(each) for each in session.approvals.open()],
        prompts=[] if replay is not None else session.prompts.open(),
        seq=session.seq,
        epoch=session.epoch,
        resumed=replay is not None,
        limits=limits,
        has_page=has_page,
        auth_token=entry.guest_token,
    )
    payload = encode_message(connected)
    if replay is None:
        # Within a string its quotes would be escaped: this is the field.
        threads = b'"comments":%b' % session.comments.open_threads_as_json()
        payload = payload.replace(b'"comments":[]', threads, 1)
        people = b'"participants":%b' % session.participants_as_json()
        payload = payload.replace(b'"participants":[]', people, 1)
    frames = [SharedFrame(payload)]
    if replay is not None:
        frames += [*replay, *live.presence_frames(without=member.user.id)]
    return frames
