"""The user's own server: `peerline start` creates sessions on it, and starts it again."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from peerline import processes, runfile
from peerline.protocol.links import SessionLink
from peerline.recent_sessions import RecentSession
from peerline.user_names import user_id_of
from peerline.waiting import takes_connections
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.tokens import TokenError, keep_started

START_SECONDS: Final = 60.0
"""How long `peerline start` may take; the first start makes a database."""
_PROBE_SECONDS: Final = 2.0


async def peerline_start(*options: str) -> dict[str, Any]:
    """Run `peerline start`; its answer.

    Raises:
        CommandRefused: if it fails, with its reason.
    """
    process = await processes.start(processes.own("start", "--json", *options))
    try:
        async with asyncio.timeout(START_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        text = f"the server did not start in {START_SECONDS:g} seconds"
        raise CommandRefused("START_FAILED", text) from None
    if process.returncode != 0:
        last = err.decode(errors="replace").strip().rpartition("\n")[2]
        text = last.removeprefix("peerline: ") or "`peerline start` failed"
        raise CommandRefused("START_FAILED", text)
    return json.loads(out)


async def go_on(session: RecentSession) -> tuple[SessionLink, str]:
    """Have the own server of a session run; the link to it there, and the user's token.

    Raises:
        CommandRefused: if it is not started, with the reason.
    """
    assert session.own is not None, "only own servers can be started"
    name = session.username
    started = await peerline_start(
        f"--session={session.session_id}",
        f"--user={session.user_id or user_id_of(name)}",
        f"--name={name}",
        f"--data-dir={session.own.data_dir}",
    )
    link, token = SessionLink.parse(started["link"]), str(started["token"])
    with suppress(TokenError):  # then it is started again the next time
        keep_started(link, name, token)
    return link, token


async def answers(link: SessionLink) -> bool:
    """Whether something takes connections at a link's address."""
    with suppress(OSError):
        return await takes_connections(link.address, _PROBE_SECONDS)
    return False


def was_killed(session: RecentSession) -> bool:
    """Whether the own server has ended without saying so: one that is stopped leaves no note."""
    return session.own is not None and runfile.was_killed(Path(session.own.data_dir))
