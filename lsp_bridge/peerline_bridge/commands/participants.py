"""The commands about participants: status, following, roles."""

from peerline.protocol.editor.participants import (
    ChangeNameArguments,
    ChangeRoleArguments,
    ParticipantArguments,
    RemoveArguments,
    SetStatusArguments,
)
from peerline.protocol.participants import ChangeRole, Participant, RemoveParticipant
from peerline.protocol.presence import Summon
from peerline_bridge import sanitize
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge


@command("peerline.setStatus", SetStatusArguments)
async def set_status(bridge: Bridge, arguments: SetStatusArguments) -> Result:
    """Set the user's own status."""
    bridge.require_session()
    bridge.presence.set_status(arguments.status)
    return {}


@command("peerline.follow", ParticipantArguments)
async def follow(bridge: Bridge, arguments: ParticipantArguments) -> Result:
    """Go to the participant now and whenever they move."""
    _participant(bridge, arguments.user_id)
    bridge.presenter.participants.follow(arguments.user_id)
    return {}


@command("peerline.unfollow")
async def unfollow(bridge: Bridge) -> Result:
    """Follow nobody."""
    bridge.presenter.participants.follow(None)
    return {}


@command("peerline.listParticipants")
async def list_participants(bridge: Bridge) -> Result:
    """Answer with an EditorParticipants."""
    bridge.require_session()
    return bridge.presenter.participants.listed().model_dump(mode="json", exclude_none=True)


@command("peerline.gotoParticipant", ParticipantArguments)
async def goto_participant(bridge: Bridge, arguments: ParticipantArguments) -> Result:
    """Answer with the URI and the position to go to."""
    person = _participant(bridge, arguments.user_id)
    cursor = person.presence.cursor
    uri = None if cursor is None else bridge.locations.way_to(cursor.file)
    position = None if cursor is None else bridge.locations.cursor(cursor)
    if uri is None or position is None:
        why = bridge.presenter.views.why_not_there(person)
        raise CommandRefused("NO_PLACE", why or "the file has changed meanwhile: try again")
    cell = None if cursor is None else bridge.locations.cell(cursor)
    place = {"uri": uri, "position": position.model_dump()}
    return place if cell is None else {**place, "cell": cell}


@command("peerline.summon")
async def summon(bridge: Bridge) -> Result:
    """Ask everybody to come to the user's place; for hosts."""
    session = bridge.require_session()
    return await session.request(Summon(session_id=session.id))


@command("peerline.changeName", ChangeNameArguments)
async def change_name(bridge: Bridge, arguments: ChangeNameArguments) -> Result:
    """Change the user's name here and in later joins; answer with the one that others see."""
    return {"username": sanitize.line(await bridge.change_name(arguments.username))}


@command("peerline.changeRole", ChangeRoleArguments)
async def change_role(bridge: Bridge, arguments: ChangeRoleArguments) -> Result:
    """Give a participant another role; for hosts."""
    session = bridge.require_session()
    return await session.request(
        ChangeRole(session_id=session.id, user_id=arguments.user_id, role=arguments.role)
    )


@command("peerline.removeParticipant", RemoveArguments)
async def remove_participant(bridge: Bridge, arguments: RemoveArguments) -> Result:
    """Remove a participant, and ban them if asked to; for hosts."""
    session = bridge.require_session()
    return await session.request(
        RemoveParticipant(
            session_id=session.id,
            user_id=arguments.user_id,
            ban=arguments.ban,
            revoke_invite=arguments.revoke_invite,
        )
    )


def _participant(bridge: Bridge, user_id: str) -> Participant:
    person = bridge.require_session().client.replica.participants.get(user_id)
    if person is None:
        raise CommandRefused("NO_PARTICIPANT", "there is no such participant here now")
    return person
