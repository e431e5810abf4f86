"""Running a resident until it is stopped: its session, its local socket, its signals."""

import asyncio
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from peerline.agent.client_room import ClientRoom
from peerline.agent.fence import new_fence_id
from peerline.agent.folder_cleaner import cleaner_of
from peerline.agent.hook_program import runtime_folder, socket_name
from peerline.agent.inbox import Mention, Speakers, Speaking
from peerline.agent.local_server import LocalServer
from peerline.agent.resident import Resident
from peerline.protocol.links import SessionLink
from peerline.user_folders import NoHomeError


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """The settings of one resident."""

    link: SessionLink
    token: str
    folder: Path
    share: frozenset[str]
    speakers: Speakers


def socket_path(folder: Path) -> Path:
    """The socket of a folder's agent.

    Raises:
        NoHomeError: if there is no home to have it in.
    """
    sockets = runtime_folder()
    if not sockets:
        raise NoHomeError("PEERLINE_AGENT_DIR")
    return Path(sockets) / socket_name(str(folder))


async def run_resident(options: AgentOptions) -> str | None:
    """Run until it is stopped; the reason if the session has ended it.

    Raises:
        LocalSocketError: if the folder has an agent already, or no socket can be made.
    """
    speaking = Speaking(None, options.speakers)
    ended: list[str] = []

    def mentioned(mention: Mention) -> None:
        resident.mentioned(mention)

    def end(reason: str) -> None:
        ended.append(reason)
        resident.stopping.set()

    def own(owner_id: str) -> None:
        speaking.owner_id = owner_id

    room = ClientRoom(options.link, options.token, mentioned, end, own)
    resident = Resident(
        room,
        cleaner_of(options.folder),
        share=options.share,
        speaking=speaking,
        new_id=new_fence_id,
        clock=time.monotonic,
    )
    server = LocalServer(socket_path(options.folder), resident.handle)
    await server.start()
    try:
        stop_on_signals(resident.stopping)
        room.start()
        resident.start()
        await resident.stopping.wait()
    finally:
        await server.close()
        await resident.close()
        await room.close()
    return ended[0] if ended else None


def stop_on_signals(stopping: asyncio.Event) -> None:
    """Set the event when somebody ends this process."""
    if sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError):  # not in the main thread
            loop.add_signal_handler(number, stopping.set)
