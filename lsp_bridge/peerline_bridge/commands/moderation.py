"""The hosts' commands about invites, bans and requests to join."""

from peerline.protocol.editor.moderation import (
    AnswerJoinArguments,
    CreateInviteArguments,
    LiftBanArguments,
    RevokeInviteArguments,
)
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    InviteCreated,
    LiftBan,
    Moderation,
    RevokeInvite,
)
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.session.bridge import Bridge


@command("peerline.createInvite", CreateInviteArguments)
async def create_invite(bridge: Bridge, arguments: CreateInviteArguments) -> Result:
    """Answer with the links to give away, and the invite's id.

    `page_link` opens in a browser, and editors take it too; it is left out if the server serves no
    pages. `link` is for editors and terminals.
    """
    session = bridge.require_session()
    request = CreateInvite(
        session_id=session.id,
        request_id=session.client.new_request_id(),
        **arguments.model_dump(exclude_none=True),
    )
    answer = await session.ask(request, InviteCreated)
    place = bridge.recents.place_for_others(session.link)
    link = place.session(session.id, answer.code)
    connected = session.client.replica.connected
    has_page = connected is not None and connected.has_page
    return {
        "link": str(link),
        **({"page_link": link.page_url} if has_page else {}),
        "invite": answer.invite.model_dump(mode="json", exclude_none=True),
        "is_local": place.is_loopback,
    }


@command("peerline.revokeInvite", RevokeInviteArguments)
async def revoke_invite(bridge: Bridge, arguments: RevokeInviteArguments) -> Result:
    """End an invite: its link no longer works."""
    session = bridge.require_session()
    return await session.request(RevokeInvite(session_id=session.id, invite_id=arguments.invite_id))


@command("peerline.liftBan", LiftBanArguments)
async def lift_ban(bridge: Bridge, arguments: LiftBanArguments) -> Result:
    """Allow a banned user to join again."""
    session = bridge.require_session()
    return await session.request(LiftBan(session_id=session.id, user_id=arguments.user_id))


@command("peerline.answerJoin", AnswerJoinArguments)
async def answer_join(bridge: Bridge, arguments: AnswerJoinArguments) -> Result:
    """Admit a user who asks to join, or decline."""
    session = bridge.require_session()
    return await session.request(
        AnswerJoin(session_id=session.id, user_id=arguments.user_id, allow=arguments.allow)
    )


@command("peerline.listModeration")
async def list_moderation(bridge: Bridge) -> Result:
    """Answer with an EditorModeration."""
    session = bridge.require_session()
    answer = await session.ask(GetModeration(session_id=session.id), Moderation)
    return answer.model_dump(mode="json", include={"invites", "bans", "pending"}, exclude_none=True)
