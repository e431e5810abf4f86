"""The commands that concern the session as a whole: invites, who may come in, search, updates."""

from typing import Any, Final

from peerline.client import ClientError
from peerline.protocol.activity import Search, SearchResults
from peerline.protocol.comments import Comment, Comments, GetComments
from peerline.protocol.editor.chat import SearchArguments
from peerline.protocol.editor.files import FileEventArguments
from peerline.protocol.editor.moderation import (
    AnswerJoinArguments,
    CreateInviteArguments,
    LiftBanArguments,
    RevokeInviteArguments,
)
from peerline.protocol.editor.session import UpdateSessionArguments
from peerline.protocol.files import TellFileEvent
from peerline.protocol.limits import MAX_PAGE
from peerline.protocol.links import SessionLink
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    InviteCreated,
    LiftBan,
    Moderation,
    RevokeInvite,
)
from peerline.protocol.presence import Summon
from peerline.protocol.session import UpdateSession
from peerline_bridge.session.bridge import Bridge, CommandRefused

_MAX_RESOLVED: Final = 1000
"""Of how many resolved threads an editor is told at once."""


async def create_invite(bridge: Bridge, arguments: CreateInviteArguments) -> dict[str, Any]:
    """peerline.createInvite: for hosts; the link to give away, and the invite's id."""
    client, link = bridge.joined()
    request = CreateInvite(
        session_id=link.session_id,
        request_id=client.new_request_id(),
        **arguments.model_dump(exclude_none=True),
    )
    answer = await bridge.ask(request, InviteCreated)
    given = SessionLink(link.address, link.session_id, answer.code, link.tls)
    return {"link": str(given), "invite": answer.invite.model_dump(mode="json", exclude_none=True)}


async def revoke_invite(bridge: Bridge, arguments: RevokeInviteArguments) -> dict[str, Any]:
    """peerline.revokeInvite: for hosts."""
    _, link = bridge.joined()
    return await bridge.request(
        RevokeInvite(session_id=link.session_id, invite_id=arguments.invite_id)
    )


async def lift_ban(bridge: Bridge, arguments: LiftBanArguments) -> dict[str, Any]:
    """peerline.liftBan: for hosts."""
    _, link = bridge.joined()
    return await bridge.request(LiftBan(session_id=link.session_id, user_id=arguments.user_id))


async def answer_join(bridge: Bridge, arguments: AnswerJoinArguments) -> dict[str, Any]:
    """peerline.answerJoin: for hosts."""
    _, link = bridge.joined()
    return await bridge.request(
        AnswerJoin(session_id=link.session_id, user_id=arguments.user_id, allow=arguments.allow)
    )


async def list_moderation(bridge: Bridge) -> dict[str, Any]:
    """peerline.listModeration: for hosts; an EditorModeration."""
    _, link = bridge.joined()
    answer = await bridge.ask(GetModeration(session_id=link.session_id), Moderation)
    return answer.model_dump(mode="json", include={"invites", "bans", "pending"}, exclude_none=True)


async def search(bridge: Bridge, arguments: SearchArguments) -> dict[str, Any]:
    """peerline.search: what was found, newest first, and whether there is more."""
    _, link = bridge.joined()
    request = Search(session_id=link.session_id, query=arguments.query, before=arguments.before)
    answer = await bridge.ask(request, SearchResults)
    return answer.model_dump(mode="json", include={"results", "has_more"}, exclude_none=True)


async def update_session(bridge: Bridge, arguments: UpdateSessionArguments) -> dict[str, Any]:
    """peerline.updateSession: for editors; `join_approval` for hosts."""
    _, link = bridge.joined()
    return await bridge.request(
        UpdateSession(session_id=link.session_id, changes=arguments.changes)
    )


async def tell_file_event(bridge: Bridge, arguments: FileEventArguments) -> dict[str, Any]:
    """peerline.fileEvent: for editors; a file was created, modified, deleted or renamed."""
    _, link = bridge.joined()
    return await bridge.request(TellFileEvent(session_id=link.session_id, data=arguments.data))


async def summon(bridge: Bridge) -> dict[str, Any]:
    """peerline.summon: for hosts; asks everybody to come to where one is."""
    _, link = bridge.joined()
    return await bridge.request(Summon(session_id=link.session_id))


async def load_resolved(bridge: Bridge) -> dict[str, Any]:
    """peerline.loadResolved: shows resolved threads too, the first thousand of the session.

    Answers how many, and whether there are more.
    """
    _, link = bridge.joined()
    found: list[Comment] = []
    has_more = True
    while has_more and len(found) < _MAX_RESOLVED:
        after = found[-1].id if found else None
        query = GetComments(session_id=link.session_id, resolved=True, after=after, limit=MAX_PAGE)
        answer = await bridge.ask(query, Comments)
        found += answer.comments
        has_more = answer.has_more and bool(answer.comments)
    bridge.presenter.threads.show_resolved(found)
    return {"count": len(found), "has_more": has_more}


async def measure_latency(bridge: Bridge) -> dict[str, Any]:
    """peerline.measureLatency: the time to the server and back, in milliseconds."""
    client, _ = bridge.joined()
    try:
        return {"server_ms": 1000 * await client.ping()}
    except ClientError as error:
        raise CommandRefused(type(error).__name__, str(error)) from None
