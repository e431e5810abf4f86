"""Participants kept by kind and as JSON say the same as looking through all, whatever happened."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from pydantic import TypeAdapter

from peerline.protocol.agents import AgentActivity, AgentInfo, AgentState, UserKind
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import (
    NameChanged,
    Participant,
    ParticipantRemoved,
    RoleChanged,
    User,
    UserJoined,
    UserLeft,
)
from peerline.protocol.presence import CursorData, CursorUpdate, PresenceUpdate
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.session import SessionInfo
from peerline.protocol.types import Status
from peerline_server.core.host_succession import promotion, return_of_host
from peerline_server.core.records import StoredParticipant, StoredSession
from peerline_server.core.session import Session

S = "session1"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROLES = [Role.HOST, Role.EDITOR, Role.VIEWER]
STATES = list(AgentState)
STATUSES = list(Status)


def stored(plan: random.Random) -> StoredSession:
    """A session in which some people were before, some of them still here."""
    people = [
        StoredParticipant(
            f"u{number}",
            f'Name "{number}" é',
            plan.choice([None, "https://example.com/a.png"]),
            plan.choice(ROLES),
            plan.choice([None, NOW, NOW + timedelta(seconds=number)]),
            is_active=plan.random() < 0.5,
            role_by=plan.choice([None, SERVER_USER_ID]),
            decided_seq=plan.choice([None, 3]),
            agent=AgentInfo(owner_id="u0", product="x") if number == 5 else None,
        )
        for number in range(6)
    ]
    return StoredSession(SessionInfo(id=S, title="T", created_at=NOW), "e", 10, people, [], [])


def event(plan: random.Random, session: Session, seq: int) -> DurableMessage:
    """Something that happens to one of eight users."""
    number = plan.randrange(8)
    user_id, moment = f"u{number}", NOW + timedelta(minutes=seq)
    member = session.member(user_id)
    kind = plan.randrange(5)
    head: dict[str, object] = {"session_id": S, "seq": seq, "timestamp": moment}
    if member is None or kind == 0:
        is_agent = number == 5
        user = User(
            id=user_id,
            username=f"Joined {seq}",
            role=Role.VIEWER if is_agent else plan.choice(ROLES),
            kind=UserKind.AGENT if is_agent else None,
            agent=AgentInfo(owner_id="u0", product="x") if is_agent else None,
        )
        return UserJoined.model_validate({**head, "user": user})
    head |= {"user_id": user_id, "username": member.user.username}
    match kind:
        case 1:
            return UserLeft.model_validate(head)
        case 2 if not member.user.is_agent:
            by = plan.choice(["u0", SERVER_USER_ID])
            given = {"role": plan.choice(ROLES), "changed_by": by}
            return RoleChanged.model_validate({**head, **given})
        case 3:
            return NameChanged.model_validate({**head, "name": f"Renamed {seq}"})
        case _:
            return ParticipantRemoved.model_validate(
                {**head, "removed_by": "u0", "is_banned": plan.random() < 0.5}
            )


def move(plan: random.Random, session: Session) -> None:
    """Somebody who is here moves, types, or is an agent at work."""
    here = session.active_user_ids()
    if not here:
        return
    user_id, line = plan.choice(here), plan.randrange(1, 50)
    if session.is_agent(user_id) and plan.random() < 0.5:
        session.agents.take(user_id, AgentActivity(state=plan.choice(STATES)))
    elif plan.random() < 0.5:
        data = CursorData(file='a"b.py', line=line, column=1)
        session.presence.move_cursor(user_id, CursorUpdate(session_id=S, data=data), "c")
    else:
        status = PresenceUpdate(session_id=S, status=plan.choice(STATUSES))
        session.presence.update(user_id, status, NOW, plan.choice(["c", "d"]))


@pytest.mark.parametrize("seed", range(30))
def test_what_is_kept_of_participants_equals_what_is_looked_for(seed: int) -> None:
    plan = random.Random(seed)  # noqa: S311 - a plan, not a secret
    ids = count()
    session = Session(
        stored(plan),
        new_id=lambda: f"id{next(ids)}",
        snapshot_messages=3,
        max_threads=10,
        typing_lifetime=timedelta(seconds=1),
    )
    array = TypeAdapter(list[Participant])
    for _ in range(60):
        if plan.random() < 0.4:
            session.apply(event(plan, session, session.seq + 1))
        else:
            move(plan, session)
        expected = array.dump_json(session.participants(), exclude_none=True)
        if plan.random() < 0.6:
            assert session.participants_as_json() == expected
        members = session.members
        everyone = list(members.everyone())
        hosts = {each.user.id for each in everyone if each.user.role is Role.HOST}
        assert members.hosts() == hosts
        agents = [each.user.id for each in everyone if each.user.is_agent]
        assert sorted(each.user.id for each in members.agents()) == sorted(agents)
        assert members.active_count == len(session.active_user_ids())
        candidates = members.candidates()
        promoted = session.promotion(NOW)
        wanted = promotion(candidates, S, NOW)
        assert (None if promoted is None else promoted.message) == wanted
        returned = {str(each.message) for each in session.return_of_host(NOW)}
        assert returned == {str(each) for each in return_of_host(candidates, S, NOW)}
