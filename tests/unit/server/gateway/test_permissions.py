"""Nobody gets in or up: each message of a client, for each role, in and out of a session.

A session is made for the first case that needs it, and serves the cases after it for as long as
they leave it as it was.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed

from peerline.protocol.messages import CLIENT_MESSAGE_TYPES
from peerline.protocol.roles import Role
from peerline_server.core.invites import hash_code
from peerline_server.core.records import NewInvite, NewSession
from peerline_server.runtime.live_session import LiveSession
from tests.unit.server.conftest import Door, RawClient, door_opener
from tests.unit.server.permission_table import ALL, CASES, HOSTS, Case, Stage

pytestmark = pytest.mark.long

in_one_loop: Final = pytest.mark.asyncio(loop_scope="module")
_numbers = count()
NAMES = [case.name for case in CASES]
WITHOUT_RATES: Final = {
    "max_sessions_per_user": 10_000,
    "messages_per_minute": 10_000,
    "queries_per_minute": 10_000,
    "messages_per_minute_per_address": 100_000,
    "handshakes_per_minute_per_address": 100_000,
    "failed_joins_per_minute_per_address": 10_000,
}
"""All cases come from one address and in the name of the same few users."""


@dataclass
class Scene:
    """A session with everything in it, its host, and a sender in a role."""

    door: Door
    stage: Stage
    host: RawClient
    sender: RawClient
    is_as_before: bool = False
    """Whether the next case can have it."""

    @property
    def id(self) -> str:
        return self.stage.session_id


class Scenes:
    """The sessions of this module, on one server."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._kept: dict[str, Scene] = {}
        self._numbers = count()

    def door(self) -> Door:
        """The server with connections of its own to end."""
        return replace(self._door, stack=AsyncExitStack())

    def new_id(self) -> str:
        return f"session-{next(self._numbers)}"

    @asynccontextmanager
    async def lend(self, role: str, use: str = "") -> AsyncGenerator[Scene]:
        """A session whose sender has a role, for cases of one use."""
        key = f"{role} {use}"
        scene = self._kept.pop(key, None)
        if scene is None:
            door = self.door()
            try:
                scene = Scene(door, *await set_up(door, self.new_id(), role))
            except BaseException:
                await door.stack.aclose()
                raise
        scene.is_as_before = False
        try:
            yield scene
            if scene.is_as_before:
                self._kept[key] = scene
        finally:
            if self._kept.get(key) is not scene:
                await scene.door.stack.aclose()

    async def close(self) -> None:
        for scene in self._kept.values():
            await scene.door.stack.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scenes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scenes]:
    async with door_opener(tmp_path_factory.mktemp("permissions")) as open_door:
        found = Scenes(await open_door(**WITHOUT_RATES))
        yield found
        await found.close()


def test_every_message_is_in_the_table() -> None:
    types = {model.model_fields["type"].default for model in CLIENT_MESSAGE_TYPES}
    assert {case.type for case in CASES} == types
    assert len(set(NAMES)) == len(NAMES)


async def make_session(door: Door, session_id: str) -> None:
    store = door.server._store  # pyright: ignore[reportPrivateUsage]
    assert store is not None
    now = datetime.now(UTC)
    await store.create_session(NewSession(session_id, "Test", "host", now))
    for role in Role:
        name, code = f"{session_id}-{role}", code_of(session_id, role)
        ends = now + timedelta(hours=1)
        invite = NewInvite(name, session_id, hash_code(code), role, now, ends, None)
        await store.create_invite(invite)


def code_of(session_id: str, role: Role) -> str:
    return f"code-{session_id}-{role}"


async def knock(door: Door, session_id: str, user_id: str, **fields: Any) -> RawClient:
    client = await door.connect("/ws", max_queue=None)
    token = door.token(user_id)
    await client.send(type="join_session", session_id=session_id, auth_token=token, **fields)
    return client


async def join(
    door: Door, session_id: str, user_id: str, invite: Role | str | None = None
) -> RawClient:
    if isinstance(invite, Role):
        invite = code_of(session_id, invite)
    fields = {} if invite is None else {"invite": invite}
    client = await knock(door, session_id, user_id, **fields)
    client.connected = await client.receive_type("connected", "error")
    assert client.connected["type"] == "connected", client.connected
    return client


async def ask(client: RawClient, kind: str, session_id: str, **fields: Any) -> dict[str, Any]:
    """The answer to a message."""
    request_id = f"ask-{next(_numbers)}"
    await client.send(type=kind, session_id=session_id, request_id=request_id, **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == request_id:
            return message


async def share(client: RawClient, session_id: str, file: str) -> str:
    data = {"file": file, "content": "text"}
    await client.send(type="share_document", session_id=session_id, data=data)
    return (await client.receive_type("document_shared"))["document"]["id"]


async def set_up(
    door: Door, session_id: str, role: str = "editor"
) -> tuple[Stage, RawClient, RawClient]:
    """A session with everything in it, its host, and a sender."""
    await make_session(door, session_id)
    stage = Stage(session_id)
    stage.token, stage.others_token = door.token("sender"), door.token("host")
    stage.invite = f"{session_id}-{Role.VIEWER}"
    host = await join(door, session_id, "host")
    sender = await join(door, session_id, "sender", Role.EDITOR)
    await join(door, session_id, "target", Role.EDITOR)
    await join(door, session_id, "banned", Role.EDITOR)
    banned = {"user_id": "banned", "ban": True}
    assert (await ask(host, "remove_participant", session_id, **banned))["type"] == "ack"
    await sender.send(type="chat_message", session_id=session_id, content="mine")
    stage.own_message = (await sender.receive_type("chat_message"))["message"]["id"]
    await host.send(type="chat_message", session_id=session_id, content="the host's")
    stage.others_message = (await sender.receive_type("chat_message"))["message"]["id"]
    data = {"file": "a.py", "line": 1, "content": "why?"}
    await host.send(type="add_comment", session_id=session_id, data=data)
    stage.thread = (await sender.receive_type("code_comment"))["comment"]["id"]
    stage.document = await share(host, session_id, "host.py")
    await sender.receive_type("document_shared")
    stage.own_document = await share(sender, session_id, "own.py")
    await ask(host, "share_draft", session_id, data={"id": stage.draft, "comment_id": stage.thread})
    await ask(host, "update_session", session_id, changes={"join_approval": True})
    waiting = await knock(door, session_id, "waiting", invite=code_of(session_id, Role.EDITOR))
    assert (await waiting.receive())["type"] == "join_pending"
    await ask(host, "update_session", session_id, changes={"join_approval": False})
    if role != "editor":
        changed = await ask(host, "change_role", session_id, user_id="sender", role=role)
        assert changed["type"] == "ack"
    return stage, host, sender


async def picture(door: Door, session_id: str) -> dict[str, Any]:
    """Everything that a message could change."""
    hub = door.server._hub  # pyright: ignore[reportPrivateUsage]
    assert hub is not None
    live = await hub.session(session_id)
    assert isinstance(live, LiveSession)
    database = sqlite3.connect(door.data_dir / "peerline.db")
    invites = database.execute(
        "SELECT id, revoked_at, uses FROM invites WHERE session_id = ?", (session_id,)
    ).fetchall()
    database.close()
    session = live.session
    return {
        "seq": session.seq,
        "presence": session.presence.get("sender").to_payload(),
        "here": session.active_user_ids(),
        "offers": live.offers.shown(),
        "drafts": live.drafts.shown(),
        "banned": session.is_banned("banned"),
        "waiting": [join.user_id for join in live.waiting_room.pending()],
        "invites": sorted(invites),
    }


@in_one_loop
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_each_role_may_what_the_table_says_and_nothing_more(
    scenes: Scenes, case: Case, role: Role
) -> None:
    async with scenes.lend(role) as scene:
        before = await picture(scene.door, scene.id)
        answer = await ask(scene.sender, case.type, scene.id, **case.fields(scene.stage))
        if role in case.may:
            assert answer["type"] != "error", answer
            if case.type == "leave_session":
                await scene.host.receive_type("user_left")
            assert ((await picture(scene.door, scene.id)) == before) is case.asks
            scene.is_as_before = case.asks
        else:
            assert answer.get("error_code") == case.refusal, answer
            # Nothing of it happens later either: what comes after it is answered after it.
            await ask(scene.sender, "get_history", scene.id)
            assert await picture(scene.door, scene.id) == before
            scene.is_as_before = True


@in_one_loop
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_nothing_reaches_a_session_from_outside(scenes: Scenes, case: Case) -> None:
    async with scenes.lend("editor") as scene, scenes.door().stack as stack:
        door = replace(scene.door, stack=stack)
        two = scenes.new_id()
        await make_session(door, two)
        before = await picture(door, scene.id)
        if case.type != "join_session":
            stranger = await door.connect("/ws")
            answer = await ask(stranger, case.type, scene.id, **case.fields(scene.stage))
            assert answer["error_code"] == "NOT_JOINED"
        # A host of another session is nobody in this one.
        chief = await join(door, two, "host")
        answer = await ask(chief, case.type, scene.id, **case.fields(scene.stage))
        expected = "ALREADY_JOINED" if case.type == "join_session" else "SESSION_MISMATCH"
        assert answer["error_code"] == expected
        if case.elsewhere is not None:
            answer = await ask(chief, case.type, two, **case.fields(scene.stage))
            assert answer["error_code"] == case.elsewhere
        assert await picture(door, scene.id) == before
        for client in (scene.host, scene.sender):
            await ask(client, "get_history", scene.id)  # both are still there
        scene.is_as_before = True


@in_one_loop
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_nothing_comes_from_somebody_who_waits_to_be_let_in(
    scenes: Scenes, case: Case
) -> None:
    async with scenes.lend("editor", "with approval") as scene, scenes.door().stack as stack:
        door = replace(scene.door, stack=stack)
        await ask(scene.host, "update_session", scene.id, changes={"join_approval": True})
        invite = code_of(scene.id, Role.EDITOR)
        newcomer = await knock(door, scene.id, "newcomer", invite=invite)
        assert (await newcomer.receive())["type"] == "join_pending"
        before = await picture(door, scene.id)
        if case.type == "leave_session":
            await newcomer.send(type="leave_session", session_id=scene.id)
            with pytest.raises(ConnectionClosed):
                await newcomer.receive()
            assert "newcomer" not in (await picture(door, scene.id))["here"]
            return
        answer = await ask(newcomer, case.type, scene.id, **case.fields(scene.stage))
        assert answer["error_code"] == "NOT_JOINED"
        assert await picture(door, scene.id) == before
        scene.is_as_before = True


@in_one_loop
@pytest.mark.parametrize("how", ["removed", "banned", "ended"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_nothing_comes_from_somebody_who_was_put_out(
    scenes: Scenes, case: Case, how: str
) -> None:
    """On the socket that was open, right behind the announcement; and none gets back in."""
    async with scenes.lend("editor", how) as scene:
        door, host, sender = scene.door, scene.host, scene.sender
        if how == "ended":
            await host.send(type="end_session", session_id=scene.id)
        else:
            what = {"user_id": "sender", "ban": how == "banned"}
            await host.send(type="remove_participant", session_id=scene.id, **what)
        await host.receive_type("participant_removed", "session_ended")
        before = await picture(door, scene.id)
        with suppress(ConnectionClosed):
            answer = await ask(sender, case.type, scene.id, **case.fields(scene.stage))
            raise AssertionError(answer)
        assert sender.socket.close_code == (4411 if how == "ended" else 4410)
        assert await picture(door, scene.id) == before
        code = {"ended": "SESSION_ENDED", "banned": "BANNED", "removed": "NOT_A_PARTICIPANT"}[how]
        again = await knock(door, scene.id, "sender")
        assert (await again.receive())["error_code"] == code
        if how != "removed":
            again = await knock(door, scene.id, "sender", invite=code_of(scene.id, Role.HOST))
            assert (await again.receive())["error_code"] == code
        if how != "ended":
            if how == "banned":
                await ask(host, "lift_ban", scene.id, user_id="sender")
            made = await ask(host, "create_invite", scene.id, role="editor")
            scene.sender = await join(door, scene.id, "sender", made["code"])
            scene.is_as_before = True


JOINS: Final[dict[str, tuple[dict[str, str], str]]] = {
    "no credentials": ({}, "AUTH_REQUIRED"),
    "a token of a stranger": ({"auth_token": "stranger"}, "NOT_A_PARTICIPANT"),
    "an invite of another session": (
        {"auth_token": "stranger", "invite": "two"},
        "INVITE_INVALID",
    ),
    "a guest with that invite": (
        {"username": "Gina", "invite": "two"},
        "INVITE_INVALID",
    ),
    "a name without an invite": ({"username": "Host"}, "AUTH_REQUIRED"),
    "the host's invite in the name of a banned": (
        {"auth_token": "banned", "invite": "one"},
        "BANNED",
    ),
}


@in_one_loop
@pytest.mark.parametrize("name", JOINS)
async def test_nobody_joins_without_what_lets_them_in(scenes: Scenes, name: str) -> None:
    given, code = JOINS[name]
    async with scenes.lend("editor") as scene, scenes.door().stack as stack:
        door = replace(scene.door, stack=stack)
        ids = {"one": scene.id, "two": scenes.new_id()}
        await make_session(door, ids["two"])
        before = await picture(door, scene.id)
        fields = dict(given)
        if "auth_token" in fields:
            fields["auth_token"] = door.token(fields["auth_token"])
        if "invite" in fields:
            fields["invite"] = code_of(ids[fields["invite"]], Role.HOST)
        client = await door.connect("/ws")
        await client.send(type="join_session", session_id=scene.id, **fields)
        assert (await client.receive())["error_code"] == code
        assert await picture(door, scene.id) == before
        scene.is_as_before = True


@in_one_loop
@pytest.mark.parametrize("role", sorted(ALL - HOSTS))
async def test_nobody_rises_by_any_message_of_their_own(scenes: Scenes, role: str) -> None:
    """Everything that a role can send, one after the other, leaves it what it was."""
    async with scenes.lend(role) as scene:
        for case in CASES:
            if case.type in {"leave_session", "join_session"}:
                continue
            fields = case.fields(scene.stage)
            if "user_id" in fields:
                fields["user_id"] = "sender"
            if "role" in fields:
                fields["role"] = "host"
            await ask(scene.sender, case.type, scene.id, **fields)
        again = await join(scene.door, scene.id, "sender")
        assert again.connected["role"] == role
        async with asyncio.timeout(30):
            await ask(scene.host, "get_history", scene.id)
