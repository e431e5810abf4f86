"""The result of each join, cell by cell of the table, on a real server."""

import re
from datetime import timedelta
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from peerline_server.core.invite_table import TABLE, InviteState, Outcome, Standing
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

pytestmark = pytest.mark.long

PAGE = Path(__file__).parents[4] / "PROTOCOL.md"
_numbers = count()
KINDS = ("account", "guest")
ROLE_AFTER = {Outcome.JOINS: Role.EDITOR, Outcome.KEEPS: Role.VIEWER, Outcome.RAISED: Role.EDITOR}


async def ask(client: RawClient, kind: str, **fields: Any) -> dict[str, Any]:
    request_id = f"{kind}-{next(_numbers)}"
    await client.send(type=kind, session_id=SESSION, request_id=request_id, **fields)
    while True:
        message = await client.receive()
        if message.get("request_id") == request_id:
            return message


async def join(door: Door, token: str | None, code: str | None) -> dict[str, Any]:
    """Join on a new socket; the first answer. Without a token as the guest Gina."""
    client = await door.connect("/ws")
    name = {"username": "Gina"} if token is None else {"auth_token": token}
    brought = {} if code is None else {"invite": code}
    await client.send(type="join_session", session_id=SESSION, **name, **brought)
    answer = await client.receive()
    await client.socket.close()
    return answer


async def come_in(door: Door, kind: str) -> tuple[str, str]:
    """Somebody becomes a viewer by an invite; their user id and token."""
    code = await door.invite(Role.VIEWER)
    answer = await join(door, door.token("bob") if kind == "account" else None, code)
    assert answer["role"] == "viewer"
    return answer["user"]["id"], answer.get("auth_token") or door.token("bob")


async def decide(door: Door, host: RawClient, standing: Standing, kind: str) -> str:
    """Bring a user to the standing; their token."""
    if standing is Standing.NEW:
        return door.token("bob")
    if standing is Standing.DECIDED:
        answer = await join(
            door,
            door.token("bob") if kind == "account" else None,
            await door.invite(Role.EDITOR),
        )
        user_id, token = answer["user"]["id"], answer.get("auth_token") or door.token("bob")
        done = await ask(host, "change_role", user_id=user_id, role="viewer")
        assert done["type"] == "ack"
        return token
    user_id, token = await come_in(door, kind)
    if standing in {Standing.REMOVED, Standing.BANNED}:
        is_ban = standing is Standing.BANNED
        done = await ask(host, "remove_participant", user_id=user_id, ban=is_ban)
        assert done["type"] == "ack"
    return token


async def make_invite(door: Door, host: RawClient, state: InviteState) -> str | None:
    match state:
        case InviteState.NONE:
            return None
        case InviteState.EXPIRED:
            return await door.invite(Role.EDITOR, expires=timedelta(seconds=-1))
        case InviteState.USED_UP:
            code = await door.invite(Role.EDITOR, uses=1)
            assert (await join(door, door.token("zoe"), code))["role"] == "editor"
            return code
        case InviteState.REVOKED:
            made = await ask(host, "create_invite", role="editor")
            await ask(host, "revoke_invite", invite_id=made["invite"]["id"])
            return made["code"]
        case InviteState.NEWER | InviteState.OLDER:
            return (await ask(host, "create_invite", role="editor"))["code"]


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("state", InviteState)
@pytest.mark.parametrize(
    ("standing", "kind"),
    # A guest without its token is a new guest, also a former one: see below.
    [case for case in product(Standing, KINDS) if case != (Standing.NEW, "guest")],
)
async def test_a_join_gets_what_the_table_says(
    open_door: OpenDoor, standing: Standing, state: InviteState, kind: str, *, restarts: bool
) -> None:
    door = await open_door()
    host = await door.join("host")
    code = await make_invite(door, host, state) if state is InviteState.OLDER else None
    token = await decide(door, host, standing, kind)
    if state is not InviteState.OLDER:
        code = await make_invite(door, host, state)
    if restarts:
        await door.server.stop()
        door = await open_door()
    answer = await join(door, token, code)
    expected = TABLE[standing][state]
    if isinstance(expected, ErrorCode):
        assert answer["error_code"] == expected
    else:
        assert answer["role"] == ROLE_AFTER[expected]


@pytest.mark.parametrize("is_ban", [False, True])
async def test_a_guest_without_the_token_is_a_new_guest_and_the_host_sees_it(
    door: Door, *, is_ban: bool
) -> None:
    host = await door.join("host")
    made = await ask(host, "create_invite", role="editor")
    first = await join(door, None, made["code"])
    before = first["user"]["id"]
    await ask(host, "remove_participant", user_id=before, ban=is_ban)
    again = await join(door, None, made["code"])
    now = again["user"]["id"]
    assert now != before
    assert now.startswith("guest_")
    seen = {before}
    while now not in seen:
        seen.add((await host.receive_type("user_joined"))["user"]["id"])
    news = await ask(host, "get_moderation")
    assert {"user_id": now, "invite_id": made["invite"]["id"]} in news["arrivals"]
    assert before not in {arrival["user_id"] for arrival in news["arrivals"]}


@pytest.mark.parametrize("is_ban", [False, True])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_removal_ends_the_link_that_they_came_by_if_wanted(
    door: Door, kind: str, *, is_ban: bool
) -> None:
    host = await door.join("host")
    made = await ask(host, "create_invite", role="editor")
    other = await ask(host, "create_invite", role="editor")
    token = door.token("bob") if kind == "account" else None
    user_id = (await join(door, token, made["code"]))["user"]["id"]
    await ask(host, "remove_participant", user_id=user_id, ban=is_ban, revoke_invite=True)
    for code, allowed in ((made["code"], False), (other["code"], True)):
        answer = await join(door, None, code)
        assert answer.get("error_code") == (None if allowed else "INVITE_INVALID")
    ids = {invite["id"] for invite in (await ask(host, "get_moderation"))["invites"]}
    assert made["invite"]["id"] not in ids
    assert other["invite"]["id"] in ids


async def test_a_readmitted_user_does_not_rise_by_an_invite_from_before_the_removal(
    door: Door,
) -> None:
    host = await door.join("host")
    old = await ask(host, "create_invite", role="host")
    user_id, token = await come_in(door, "account")
    await ask(host, "remove_participant", user_id=user_id)
    new = await ask(host, "create_invite", role="viewer")
    assert (await join(door, token, new["code"]))["role"] == "viewer"
    assert (await join(door, token, old["code"]))["role"] == "viewer"


async def test_a_removal_that_ends_no_link_leaves_it_to_others(door: Door) -> None:
    host = await door.join("host")
    made = await ask(host, "create_invite", role="editor")
    user_id = (await join(door, door.token("bob"), made["code"]))["user"]["id"]
    await ask(host, "remove_participant", user_id=user_id)
    assert (await join(door, door.token("carol"), made["code"]))["role"] == "editor"


def test_every_cell_is_in_the_table() -> None:
    assert set(TABLE) == set(Standing)
    assert all(set(row) == set(InviteState) for row in TABLE.values())


def test_the_protocol_shows_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = {
        cells[0]: cells[1:]
        for line in re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
        if (cells := [cell.strip() for cell in line.split("|")])[0] in set(Standing)
    }
    assert set(rows) == set(Standing)
    header = f"| | {' | '.join(InviteState)} |"
    assert header in text
    for standing, row in TABLE.items():
        shown = [
            f"`{cell}`" if isinstance(cell, ErrorCode) else str(cell)
            for cell in (row[state] for state in InviteState)
        ]
        assert rows[standing] == shown


PROMISES = {
    "docs/operations.md": (
        "They can join again only with a link made afterwards, and with `--ban` not at all; "
        "`--revoke-invite` revokes the link that they joined with."
    ),
    "nvim-plugin/doc/peerline.txt": (
        "They can come back only with a link made afterwards; "
        "after `:Peerline! remove`, a ban, with none."
    ),
    "peerline/cli/sessions.py": "no link readmits them until the ban is lifted",
    "ui/model/moderation.ts": (
        "They can come back only with an invite link made from now on; after a ban, with none."
    ),
}


@pytest.mark.parametrize(("place", "promise"), PROMISES.items(), ids=PROMISES)
def test_each_place_promises_what_the_table_says(place: str, promise: str) -> None:
    removed, banned = TABLE[Standing.REMOVED], TABLE[Standing.BANNED]
    assert {state for state, cell in removed.items() if isinstance(cell, Outcome)} == {
        InviteState.NEWER
    }
    assert not any(isinstance(cell, Outcome) for cell in banned.values())
    text = (PAGE.parent / place).read_text(encoding="utf-8")
    assert promise in " ".join(text.split())
