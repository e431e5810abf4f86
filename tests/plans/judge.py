"""Invariants at the end of a plan: replicas, database and answers tell the same."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from peerline.client import Replica
from peerline.protocol.chat import React
from peerline.protocol.messages import (
    Administration,
    decode_durable_message,
    decode_server_message,
    encode_message,
)
from peerline.protocol.participants import ChangeName
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.session import Connected, SessionInfo
from peerline.protocol.types import Status
from peerline_server.core.names import looks
from peerline_server.core.session import Session
from peerline_server.store.base import Store

from .actor import Sent


def durable_state(replica: Replica) -> dict[str, Any]:
    """Everything durable. Threads have no order: of two of one millisecond either may be first."""
    assert replica.session is not None
    return {
        "epoch": replica.epoch,
        "seq": replica.seq,
        "session": replica.session.model_dump(mode="json"),
        "participants": [
            (person.id, person.username, person.role.value, str(person.joined_at))
            for person in replica.participants.values()
        ],
        "threads": {
            thread.id: thread.model_dump(mode="json") for thread in replica.threads.values()
        },
        "messages": [message.model_dump(mode="json") for message in replica.messages],
        "file_events": [event.model_dump(mode="json") for event in replica.file_events],
        "documents": [each.model_dump(mode="json") for each in replica.documents.values()],
    }


def presence_state(replica: Replica, *, without: set[str]) -> dict[str, Any]:
    """The places of everybody else."""
    return {
        person.id: person.presence.model_dump(mode="json", exclude_none=True)
        for person in replica.participants.values()
        if person.id not in without
    }


def differences(name: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """A line for each part that is not as expected."""
    return [
        f"{name}: {where}: has {has}, expected {wants}"
        for where, has, wants in _different("", found, expected)
    ]


def _different(where: str, found: Any, expected: Any) -> list[tuple[str, Any, Any]]:
    if found == expected:
        return []
    if isinstance(found, dict) and isinstance(expected, dict):
        keys: list[Any] = sorted({*found, *expected})
        pairs = [(key, found.get(key), expected.get(key)) for key in keys]
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = list(zip(range(len(found)), found, expected, strict=True))
    else:
        return [(where, found, expected)]
    return [line for key, has, wants in pairs for line in _different(f"{where}.{key}", has, wants)]


def unquiet(replicas: Mapping[str, Replica], fresh: Replica, here: set[str]) -> list[str]:
    """A state that may still come right."""
    found = [
        f"{name}: is at {replica.seq}, the session at {fresh.seq}"
        for name, replica in replicas.items()
        if replica.seq != fresh.seq
    ]
    shown = set(fresh.participants)
    if shown != here:
        found.append(f"shown are {sorted(shown)}, here are {sorted(here)}")
    found += [
        f"{person.id} is still typing"
        for person in fresh.participants.values()
        if person.presence.status is Status.TYPING
    ]
    for name, replica in replicas.items():
        assert replica.connected is not None
        without = {replica.connected.user.id, *_own_id(fresh)}
        expected = presence_state(fresh, without=without)
        found += differences(
            f"{name}: presence", presence_state(replica, without=without), expected
        )
    return found


def _own_id(replica: Replica) -> set[str]:
    return {replica.connected.user.id} if replica.connected is not None else set()


def wrong_on_disk(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Whether every event has its place and no request had two effects."""
    found: list[str] = []
    if [row["seq"] for row in rows] != list(range(1, len(rows) + 1)):
        found.append(f"the places on the disk have gaps: {[row['seq'] for row in rows]}")
    requests = [(row["user"], row["request"]) for row in rows if row["request"] is not None]
    found += [f"{key} is there twice" for key in set(requests) if requests.count(key) > 1]
    return found


def wrong_roles(rows: Sequence[dict[str, Any]], invited_as: Mapping[str, Role]) -> list[str]:
    """Whether nobody has more than the last decision of a host about them allows.

    Nobody uses an invite that was made later. An acting host has more, unless a host has decided.
    """
    found: list[str] = []
    most = dict(invited_as)
    decided: set[str] = set()
    acting: set[str] = set()
    removed: set[str] = set()
    for row in rows:
        data = row["data"]
        match data["type"]:
            case "user_joined":
                user, role = data["user"]["id"], Role(data["user"]["role"])
                is_acting = user in acting and role is Role.HOST
                if user in removed:
                    found.append(f"{user} is back at {row['seq']} after a removal")
                elif role.rank > most[user].rank and not is_acting:
                    found.append(f"{user} joins as {role} at {row['seq']}, not {most[user]}")
            case "role_changed" if data["changed_by"] == SERVER_USER_ID:
                user, role = data["user_id"], Role(data["role"])
                if role is Role.HOST and user in decided:
                    found.append(f"{user} becomes acting host at {row['seq']}")
                (acting.add if role is Role.HOST else acting.discard)(user)
            case "role_changed":
                user = data["user_id"]
                most[user] = Role(data["role"])
                decided.add(user)
                acting.discard(user)
            case "participant_removed":
                user = data["user_id"]
                acting.discard(user)
                if data.get("is_banned"):
                    # When the ban is lifted, any invite counts again.
                    most[user] = invited_as[user]
                    decided.discard(user)
                    removed.discard(user)
                else:
                    removed.add(user)
            case _:
                pass
    return found


def wrong_names(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Whether no two participants had names that look alike at any time."""
    found: list[str] = []
    names: dict[str, str] = {}
    for row in rows:
        data = row["data"]
        match data["type"]:
            case "user_joined":
                user, name = data["user"]["id"], data["user"]["username"]
            case "name_changed" if data["user_id"] in names:
                user, name = data["user_id"], data["name"]
            case "participant_removed":
                names.pop(data["user_id"], None)
                continue
            case _:
                continue
        names[user] = name
        found += [
            f"{user} and {other} are both {name} at {row['seq']}"
            for other, taken in names.items()
            if other != user and looks(taken) & looks(name)
        ]
    return found


_KEPT_NOTHING: Final = frozenset({"INTERNAL_ERROR", "SERVER_BUSY"})
"""Codes by which a client is told that a request had no effect."""


def wrong_answers(
    user_id: str,
    sent: Mapping[str, Sent],
    rows: Sequence[dict[str, Any]],
    *,
    may_refuse: bool = False,
) -> list[str]:
    """Whether what was acknowledged to a user is there, in the order in which it was sent.

    `may_refuse`: the database was away at times, so the server may have refused to keep something.
    """
    places = {row["request"]: row["seq"] for row in rows if row["user"] == user_id}
    found: list[str] = []
    for request_id, request in sent.items():
        place = places.get(request_id)
        if "RequestTimeout" in request.refusals:
            found.append(f"{request_id} was never answered")
        if "INTERNAL_ERROR" in request.refusals and not may_refuse:
            found.append(f"{request_id} ({request.message.type}) met a fault of the server")
        if place is not None and not request.acks and _KEPT_NOTHING.intersection(request.refusals):
            found.append(f"{request_id} is event {place} and its user was told that it is not kept")
        if isinstance(request.message, React | ChangeName | Administration):
            # What changes nothing is no event, and what hosts ask for never is.
            continue
        if place is not None and any(ack != place for ack in request.acks):
            found.append(f"{request_id} is event {place} and was acknowledged as {request.acks}")
        if place is None and request.acks:
            found.append(f"{request_id} was acknowledged as {request.acks} and is not there")
    said: dict[str, list[int]] = {}
    for row in rows:
        if row["user"] == user_id and row["data"]["type"] == "chat_message":
            _, editor, number = row["request"].split("-")
            said.setdefault(editor, []).append(int(number))
    for editor, order in said.items():
        if order != sorted(order):
            found.append(f"what {user_id} said in editor {editor} is out of order: {order}")
    return found


async def loaded_state(store: Store, connected: Connected) -> Replica:
    """The session as a server that starts now would show it, in a replica of its own."""
    await store.open()
    try:
        keep = connected.limits.snapshot_messages
        stored = await store.load_session(connected.session_id, last_messages=keep)
    finally:
        await store.close()
    assert stored is not None
    session = Session(
        stored,
        new_id=str,
        snapshot_messages=keep,
        max_threads=10_000,
        typing_lifetime=timedelta(seconds=10),
    )
    return _replica(
        connected.model_copy(
            update={
                "session": session.info,
                "participants": session.participants(),
                "comments": session.comments.open_threads(),
                "messages": session.chat.latest(),
                "file_events": list(session.file_events),
                "documents": session.documents.all(),
                "seq": session.seq,
                "epoch": session.epoch,
                "resumed": False,
            }
        )
    )


def replayed_state(
    rows: Sequence[dict[str, Any]], connected: Connected, created: SessionInfo
) -> Replica:
    """The session that the events from the first on make."""
    nothing: dict[str, Any] = {
        "session": created,
        "participants": [],
        "comments": [],
        "messages": [],
        "file_events": [],
        "documents": [],
        "seq": 0,
        "resumed": False,
    }
    replica = _replica(connected.model_copy(update=nothing))
    for row in rows:
        event = decode_durable_message({**row["data"], "seq": row["seq"]})
        replica.apply(event)
    return replica


def _replica(connected: Connected) -> Replica:
    replica = Replica()
    over_the_wire = decode_server_message(encode_message(connected))
    assert isinstance(over_the_wire, Connected)
    replica.apply(over_the_wire)
    return replica
