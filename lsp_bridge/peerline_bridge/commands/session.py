"""The commands about the session as a whole: join, leave, update, end, sign in."""

from peerline.client import ClientError
from peerline.protocol.editor.session import (
    ForgetSessionArguments,
    JoinArguments,
    RenewTokenArguments,
    UpdateSessionArguments,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.session import EndSession, UpdateSession
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge


@command("peerline.join", JoinArguments)
async def join(bridge: Bridge, arguments: JoinArguments) -> Result:
    """Answer when the session is joined or has refused."""
    return {"session_id": await bridge.join(arguments)}


@command("peerline.leave")
async def leave(bridge: Bridge) -> Result:
    """Leave the session; also right when there is none."""
    await bridge.leave()
    return {}


@command("peerline.recentSessions")
async def recent_sessions(bridge: Bridge) -> list[Result]:
    """List the sessions that the user was in, the latest first."""
    return [found.model_dump(mode="json") for found in bridge.recents.listed()]


@command("peerline.forgetSession", ForgetSessionArguments)
async def forget_session(bridge: Bridge, arguments: ForgetSessionArguments) -> Result:
    """List a session no longer; the session itself stays."""
    if not bridge.recents.forget(arguments.session_id):
        raise CommandRefused("NOT_RECENT", "this session is not among the recent ones")
    return {}


@command("peerline.updateSession", UpdateSessionArguments)
async def update_session(bridge: Bridge, arguments: UpdateSessionArguments) -> Result:
    """Change the session's title or state; for editors, `join_approval` for hosts."""
    session = bridge.require_session()
    return await session.request(UpdateSession(session_id=session.id, changes=arguments.changes))


@command("peerline.endSession")
async def end_session(bridge: Bridge) -> Result:
    """End the session for everybody; for hosts."""
    session = bridge.require_session()
    return await session.request(EndSession(session_id=session.id))


@command("peerline.measureLatency")
async def measure_latency(bridge: Bridge) -> Result:
    """Answer with the time to the server and back, in milliseconds."""
    try:
        return {"server_ms": 1000 * await bridge.require_session().client.ping()}
    except ClientError as error:
        raise CommandRefused(type(error).__name__, str(error)) from None


@command("peerline.renewToken", RenewTokenArguments)
async def renew_token(bridge: Bridge, arguments: RenewTokenArguments) -> Result:
    """Use another token: at once if the old one has expired."""
    bridge.require_session().renew(arguments.auth_token)
    return {}


@command("peerline.signIn")
async def sign_in(bridge: Bridge) -> Result:
    """Use the token that the user keeps now."""
    session = bridge.require_session()
    kept = await bridge.user.token_for(session.link, session.username)
    if kept is None or kept == session.token:
        told = f"keep a new token for {session.link.address} in tokens.toml or the keyring first"
        raise CommandRefused(ErrorCode.AUTH_REQUIRED, told)
    return await renew_token(bridge, RenewTokenArguments(auth_token=kept))
