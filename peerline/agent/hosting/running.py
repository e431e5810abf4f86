"""Running a shared agent until it is stopped: its session, its program, its local socket."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from peerline.agent.client_room import ClientRoom
from peerline.agent.fence import new_fence_id
from peerline.agent.folder_cleaner import cleaner_of
from peerline.agent.hosting.hosted import HostedAgent, Surroundings
from peerline.agent.inbox import Mention, Speakers, Speaking
from peerline.agent.local_server import LocalServer
from peerline.agent.resident import Resident
from peerline.agent.running import socket_path, stop_on_signals
from peerline.client import Change
from peerline.processes import Command
from peerline.protocol.links import SessionLink
from peerline.tasks import Tasks

Json: TypeAlias = dict[str, Any]

REPORTED_BY_HOOKS: Final = frozenset({"hook", "report"})
"""A shared agent is seen by its protocol: what its hooks say would be told twice."""


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The settings of one shared agent."""

    link: SessionLink
    token: str
    command: Command
    share: frozenset[str]
    speakers: Speakers
    approval_seconds: int


async def run_host(options: HostOptions, on_joined: Callable[[str], None]) -> str | None:
    """Run until it is stopped; the reason if the session has ended it.

    Raises:
        HostError: if the program cannot be run, or ends again and again.
        LocalSocketError: if the folder has an agent already, or no socket can be made.
    """
    folder = options.command.folder
    cleaner = cleaner_of(folder)
    speaking = Speaking(None, options.speakers)
    ended: list[str] = []

    def end(reason: str) -> None:
        ended.append(reason)
        resident.stopping.set()

    def own(owner_id: str) -> None:
        speaking.owner_id = owner_id
        connected = room.client.replica.connected
        if connected is not None:
            on_joined(connected.user.username)

    def changed(changes: Sequence[Change]) -> None:
        hosted.changed(changes)

    def mentioned(_mention: Mention) -> None:
        """A prompt is one that the server has made."""

    room = ClientRoom(
        options.link,
        options.token,
        mentioned,
        end,
        own,
        on_changes=changed,
    )
    resident = Resident(
        room,
        cleaner,
        share=options.share,
        speaking=speaking,
        new_id=new_fence_id,
        clock=time.monotonic,
        shows_answer=True,
    )
    hosted = HostedAgent(
        Surroundings(
            client=room.client,
            session_id=options.link.session_id,
            command=options.command,
            cleaner=cleaner,
            approval_seconds=options.approval_seconds,
            take=resident.take,
            is_muted=lambda: resident.is_muted,
        )
    )

    async def handle(given: Json) -> Json | None:
        return None if given.get("do") in REPORTED_BY_HOOKS else await resident.handle(given)

    server = LocalServer(socket_path(folder), handle)
    await server.start()
    tasks = Tasks()
    try:
        stop_on_signals(resident.stopping)
        room.start()
        resident.start()
        stopping = tasks.share(resident.stopping.wait(), "wait for the end")
        working = tasks.share(hosted.run(), "work")
        await asyncio.wait({stopping, working}, return_when=asyncio.FIRST_COMPLETED)
        if working.done() and not ended:
            working.result()
    finally:
        await server.close()
        await tasks.close()
        await hosted.close()
        await resident.close()
        await room.close()
    return ended[0] if ended else None
