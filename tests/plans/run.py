"""Carries out a plan against a server and tells what is wrong in the end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.client import Client, ClientError, LinkState, Replica
from peerline.protocol.moderation import GetModeration, Moderation
from peerline.protocol.roles import Role
from tests.reliability.servers import SESSION, ForkedServer, KillableServer, Site

from . import judge
from .actor import Actor, drop
from .carry_out import FaultyServer, MakeSite, carry_out
from .messages import cursor_of, message_of, status_of, viewport_of
from .plan import USERS, Plan, Step

ENVIRONMENT: Final = {
    # Small, so that a plan gets to both sides of it.
    "PEERLINE_SNAPSHOT_MESSAGES": "8",
    "PEERLINE_REPLAY_EVENTS": "25",
    "PEERLINE_LEAVE_GRACE_SECONDS": "0.3",
    "PEERLINE_HOST_GRACE_SECONDS": "0.5",
    "PEERLINE_TYPING_SECONDS": "0.5",
    "PEERLINE_APPROVAL_SECONDS": "1",
    # Nobody is held up.
    "PEERLINE_MESSAGES_PER_MINUTE": "1000000",
    "PEERLINE_QUERIES_PER_MINUTE": "1000000",
}
QUIET_SECONDS: Final = 60.0
"""Within this all must agree; a limit, not a wait."""
_POLL_SECONDS: Final = 0.02
OBSERVER: Final = "olga"

MakeServer = Callable[[Path], KillableServer]


def forked(data_dir: Path) -> KillableServer:
    """The server that starts fast."""
    return ForkedServer(data_dir, ENVIRONMENT)


def role_of(user_id: str) -> Role:
    """The role that a user's invite gives."""
    if user_id == USERS[0]:
        return Role.HOST
    return Role.VIEWER if user_id in {USERS[-1], OBSERVER} else Role.EDITOR


async def run_plan(
    plan: Plan,
    data_dir: Path,
    make_server: MakeServer = forked,
    make_site: MakeSite = Site.create,
) -> list[str]:
    """Faults found after the plan; none if all is well. `data_dir` must not exist yet."""
    return await carry_out(plan, data_dir, make_server(data_dir), _Run, make_site)


class _Run:
    """A plan under way."""

    def __init__(self, site: Site, server: KillableServer) -> None:
        self._site = site
        self._server = server
        self._actors: dict[str, Actor] = {}
        self._observer: Client | None = None

    async def begin(self) -> None:
        """Give everybody a link to the server, and make the observer a participant."""
        link = self._site.link(self._server.address)
        for user in (*USERS, OBSERVER):
            credentials = self._site.credentials(user, role_of(user))
            self._actors[user] = Actor(user, link, credentials)
        observer = self._actors[OBSERVER]
        observer.join()
        (client,) = observer.clients
        while client.state is not LinkState.JOINED:  # noqa: ASYNC110 - it is told by a callback
            await asyncio.sleep(_POLL_SECONDS)
        await observer.leave(client)

    async def take(self, step: Step) -> None:
        """Begin a step."""
        actor = self._actors[step.actor]
        client = actor.client(step.number)
        match step.action:
            case "join":
                actor.join()
            case "settle":
                await actor.settle()
            case "pause":
                # What comes next shall meet what is under way at another place each time.
                await asyncio.sleep(step.number / 20_000)
            case "again":
                self._again(actor, step.number)
            case "leave" if client is not None:
                await actor.leave(client)
            case "vanish" if client is not None:
                await actor.vanish(client)
            case "drop" if client is not None:
                drop(client)
            case _ if client is not None:
                self._act(actor, client, step)
            case _:
                pass

    def _act(self, actor: Actor, client: Client, step: Step) -> None:
        match step.action:
            case "cursor":
                client.send_cursor(cursor_of(step))
            case "status":
                client.send_presence(status=status_of(step))
            case "viewport":
                client.send_presence(viewport=viewport_of(step))
            case _:
                message = message_of(step, client.replica, SESSION)
                if message is not None:
                    actor.request(client, message)

    def _again(self, actor: Actor, number: int) -> None:
        """Send what was acknowledged once more, perhaps on another connection."""
        client = actor.client(number)
        done = [sent.message for sent in actor.sent.values() if sent.acks]
        if client is not None and done:
            actor.request(client, done[number % len(done)])

    async def judge(self) -> list[str]:
        """Wait until all is quiet, then compare."""
        for actor in self._actors.values():
            await actor.settle()
        observer = self._actors[OBSERVER]
        observer.join()
        fresh = observer.clients[0].replica
        deadline = asyncio.get_running_loop().time() + QUIET_SECONDS
        while True:
            problems = self._unquiet(fresh) or await self._hosts_differ()
            if not problems:
                found = await self._compare(fresh)
                if found is not None:
                    return found
                problems = ["something is written all the time"]
            if asyncio.get_running_loop().time() > deadline:
                return ["it does not become quiet", *problems]
            await asyncio.sleep(_POLL_SECONDS)

    async def _compare(self, fresh: Replica) -> list[str] | None:
        """Replicas, the database, the log of events and the answers with a fresh snapshot.

        None if the database is ahead: somebody may begin to stand in for the host just then.
        """
        problems: list[str] = []
        expected = judge.durable_state(fresh)
        for name, replica in self._replicas().items():
            problems += judge.differences(name, judge.durable_state(replica), expected)
            me = replica.connected
            person = fresh.participants.get(me.user.id) if me is not None else None
            if me is not None and person is not None and me.role is not person.role:
                problems.append(f"{name} takes itself for {me.role}, it is {person.role}")
        assert fresh.connected is not None
        assert fresh.session is not None
        loaded = await judge.loaded_state(self._site.store(), fresh.connected)
        rows = await self._site.rows()
        if max(loaded.seq, len(rows)) > expected["seq"]:
            return None
        problems += judge.differences("from the disk", judge.durable_state(loaded), expected)
        problems += judge.wrong_on_disk(rows)
        problems += judge.wrong_names(rows)
        problems += judge.wrong_roles(rows, {user: role_of(user) for user in self._actors})
        for actor in self._actors.values():
            problems += judge.wrong_answers(
                actor.user_id,
                actor.sent,
                rows,
                may_refuse=isinstance(self._server, FaultyServer),
            )
        created = fresh.session.model_validate(
            {"id": SESSION, "title": "Test", "created_at": fresh.session.created_at}
        )
        replayed = judge.replayed_state(rows, fresh.connected, created)
        problems += judge.differences("from the log", judge.durable_state(replayed), expected)
        return problems

    def _replicas(self) -> dict[str, Replica]:
        return {
            f"{actor.user_id}/{number}": client.replica
            for actor in self._actors.values()
            for number, client in enumerate(actor.clients)
            if client.state is not LinkState.CLOSED
        }

    def _unquiet(self, fresh: Replica) -> list[str]:
        problems = [
            f"{actor.user_id} is {client.state}"
            for actor in self._actors.values()
            for client in actor.clients
            if client.state not in {LinkState.JOINED, LinkState.CLOSED}
        ]
        if problems:
            return problems
        here = {name.partition("/")[0] for name in self._replicas()}
        return judge.unquiet(self._replicas(), fresh, here)

    async def _hosts_differ(self) -> list[str]:
        """Whether hosts, and nobody else, know what the server would tell them now."""
        problems: list[str] = []
        for actor in self._actors.values():
            for client in actor.clients:
                if client.state is not LinkState.JOINED:
                    continue
                if client.replica.is_host:
                    try:
                        latest = await client.ask(GetModeration(session_id=SESSION))
                    except ClientError as error:
                        # Somebody who stood in for a host may be told this very moment.
                        problems.append(f"{actor.user_id} was a host: {error}")
                        continue
                    assert isinstance(latest, Moderation)
                    known = client.replica.moderation
                    found = {} if known is None else known.model_dump(exclude={"request_id"})
                    expected = latest.model_dump(exclude={"request_id"})
                    problems += judge.differences(f"{actor.user_id}: moderation", found, expected)
                elif client.replica.moderation is not None:
                    problems.append(f"{actor.user_id} is no host and knows what hosts know")
        return problems

    async def close(self) -> None:
        """End every client."""
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*(actor.close() for actor in self._actors.values()))
