"""Agents that ask people, through a running server."""

import hashlib
from typing import Any

import pytest

from peerline.protocol.approvals import Approval
from peerline.protocol.roles import Role
from peerline_server.core import approvals
from tests.unit.server.agents import agent_of, ask, create_agent, join_agent
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient

QUESTION = {"title": "Run command", "tool": "Bash", "detail": "pytest -q"}


def digest_of(text: str) -> str:
    """As an agent makes it, where nothing but the detail is asked for."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


async def question_of(agent: RawClient, watcher: RawClient, **fields: Any) -> dict[str, Any]:
    """A question as the others see it."""
    await agent.send(type="ask_approval", session_id=SESSION, data={**QUESTION, **fields})
    return (await watcher.receive_type("approval_asked"))["approval"]


async def answer(
    client: RawClient, approval: dict[str, Any], answer: str = "allow_once", **fields: Any
) -> dict[str, Any]:
    """The ack or error of an answer."""
    given = {"approval_id": approval["id"], "answer": answer, "digest": approval.get("digest")}
    known = {name: value for name, value in {**given, **fields}.items() if value is not None}
    # The same answer is the same request.
    request_id = digest_of(str(sorted(known.items())))[-40:]
    return await ask(client, "answer_approval", request_id, **known)


async def test_the_owner_allows_once_and_later_answers_come_too_late(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    approval = await question_of(agent, host)
    agent_id = agent.connected["user"]["id"]
    assert (approval["user_id"], approval["owner_id"]) == (agent_id, "host")
    assert approval["options"] == ["allow_once", "deny"]
    late = await door.join("bob", Role.EDITOR)
    assert late.connected["approvals"] == [approval]
    first = await answer(host, approval, comment="go on")
    told = await agent.receive_type("approval_answered")
    expected = (approval["id"], "allow_once", "host", "go on", first["seq"])
    fields = ("approval_id", "answer", "by", "comment", "seq")
    assert tuple(told[name] for name in fields) == expected
    # The same request again had its effect; another one has none.
    assert await answer(host, approval, comment="go on") == first
    assert (await answer(host, approval, "deny"))["error_code"] == "APPROVAL_CLOSED"
    assert (await door.join("carol", Role.VIEWER)).connected["approvals"] == []


async def test_of_two_answers_at_once_the_first_one_counts(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    approval = await question_of(agent, host)
    for number in range(5):
        await host.send(
            type="answer_approval",
            session_id=SESSION,
            approval_id=approval["id"],
            answer="deny",
            request_id=f"a{number}",
        )
    answers = [await host.receive_type("ack", "error") for _ in range(5)]
    codes = sorted(each.get("error_code", "ack") for each in answers)
    assert codes == ["APPROVAL_CLOSED"] * 4 + ["ack"]


@pytest.mark.parametrize(
    ("policy", "may"),
    [(None, {"owner"}), ("hosts", {"owner", "host"}), ("editors", {"owner", "host", "editor"})],
)
async def test_the_owner_decides_who_may_answer(
    door: Door, policy: str | None, may: set[str]
) -> None:
    people = {
        "host": await door.join("host"),
        "owner": await door.join("bob", Role.EDITOR),
        "editor": await door.join("carol", Role.EDITOR),
        "viewer": await door.join("dora", Role.VIEWER),
    }
    owner = people["owner"]
    agent = await agent_of(door, owner, **({} if policy is None else {"agent_policy": policy}))
    for name, client in people.items():
        approval = await question_of(agent, owner)
        done = await answer(client, approval, "deny", comment=name)
        expected = "ack" if name in may else "PERMISSION_DENIED"
        assert done.get("error_code", done["type"]) == expected, name
        if name not in may:
            await answer(owner, approval, "deny", comment=f"for {name}")


async def test_no_agent_answers_neither_itself_nor_another(door: Door) -> None:
    host = await door.join("host")
    one = await agent_of(door, host, "r1", agent_policy="editors")
    two = await agent_of(door, host, "r2", agent_policy="editors")
    approval = await question_of(one, host)
    for agent in (one, two):
        assert (await answer(agent, approval))["error_code"] == "PERMISSION_DENIED"


async def test_what_was_not_seen_whole_is_not_allowed(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    long = "echo " + "x" * 5_000 + "; rm -rf ~"
    approval = await question_of(agent, host, detail=long)
    assert approval["is_cut"] is True
    assert (len(approval["detail"]), "digest" in approval) == (2_000, False)
    for given in (None, digest_of(approval["detail"])):
        refused = await answer(host, approval, digest=given)
        assert refused["error_code"] == "APPROVAL_CHANGED"
    await host.send(
        type="get_approval", session_id=SESSION, request_id="whole", approval_id=approval["id"]
    )
    whole = (await host.receive_type("approval"))["approval"]
    assert (whole["detail"], whole["digest"]) == (long, digest_of(long))
    assert (await answer(host, whole))["type"] == "ack"


async def test_the_digest_of_the_agent_is_the_one_that_counts(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    whole_input = digest_of('{"command": "pytest -q", "timeout": 5}')
    approval = await question_of(agent, host, digest=whole_input)
    assert approval["digest"] == whole_input
    refused = await answer(host, approval, digest=digest_of("pytest -q"))
    assert refused["error_code"] == "APPROVAL_CHANGED"
    assert (await answer(host, approval))["type"] == "ack"


async def test_what_is_not_offered_is_not_answered(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    approval = await question_of(agent, host, options=["deny"])
    assert (await answer(host, approval))["error_code"] == "INVALID_FIELD"
    assert (await answer(host, {"id": "another"}))["error_code"] == "APPROVAL_NOT_FOUND"


async def test_a_question_that_nobody_answers_expires(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    approval = await question_of(agent, host, expires_in=5)
    told = await agent.receive_type("approval_answered")
    assert (told["answer"], told["by"]) == ("expired", "peerline")
    assert (await answer(host, approval))["error_code"] == "APPROVAL_CLOSED"


async def test_questions_end_with_the_agent_and_when_it_withdraws_them(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    one, two = await question_of(agent, host), await question_of(agent, host)
    await ask(agent, "withdraw_approval", "w", approval_id=one["id"])
    told = await host.receive_type("approval_answered")
    assert (told["approval_id"], told["answer"]) == (one["id"], "withdrawn")
    await agent.send(type="leave_session", session_id=SESSION)
    told = await host.receive_type("approval_answered")
    assert (told["approval_id"], told["answer"], told["by"]) == (two["id"], "withdrawn", "peerline")


async def test_an_agent_withdraws_no_question_of_another(door: Door) -> None:
    host = await door.join("host")
    one = await agent_of(door, host, "r1")
    two = await agent_of(door, host, "r2")
    approval = await question_of(one, host)
    refused = await ask(two, "withdraw_approval", "w", approval_id=approval["id"])
    assert refused["error_code"] == "APPROVAL_NOT_FOUND"


async def test_an_agent_has_twenty_questions_at_once(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host)
    for number in range(25):
        await agent.send(
            type="ask_approval", session_id=SESSION, data=QUESTION, request_id=f"q{number}"
        )
    answers = [await agent.receive_type("ack", "error") for _ in range(25)]
    codes = sorted(each.get("error_code", "ack") for each in answers)
    assert codes == ["LIMIT_EXCEEDED"] * 5 + ["ack"] * 20


async def test_open_questions_outlast_the_server(open_door: OpenDoor) -> None:
    door = await open_door()
    host = await door.join("host")
    made = await create_agent(host)
    agent = await join_agent(door, made["auth_token"])
    one = await question_of(agent, host)
    two = await question_of(agent, host, detail="y" * 3_000)
    await answer(host, one, "deny")
    await door.server.stop()
    door = await open_door()
    agent = await join_agent(door, made["auth_token"])
    host = await door.join("host")
    assert host.connected["approvals"] == [two]
    await host.send(
        type="get_approval", session_id=SESSION, request_id="whole", approval_id=two["id"]
    )
    whole = (await host.receive_type("approval"))["approval"]
    assert (await answer(host, whole))["type"] == "ack"
    assert (await agent.receive_type("approval_answered"))["answer"] == "allow_once"


async def test_open_questions_have_so_many_bytes_of_one_owner_and_of_a_session(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    agents = [await agent_of(door, owner) for owner in (host, bob)]
    asking = {"type": "ask_approval", "session_id": SESSION, "data": QUESTION}
    asked = await question_of(agents[0], host)
    size = len(Approval.model_validate(asked).model_dump_json().encode())
    # Ids and times have one length each.
    monkeypatch.setattr(approvals, "MAX_OWNER_APPROVAL_BYTES", 2 * size + 64)
    for agent, codes in ((agents[0], ["ack", "LIMIT_EXCEEDED"]), (agents[1], ["ack", "ack"])):
        for number, code in enumerate(codes):
            await agent.send(**asking, request_id=f"q{number}")
            answered = await agent.receive_type("ack", "error")
            assert answered.get("error_code", "ack") == code
    monkeypatch.setattr(approvals, "MAX_OWNER_APPROVAL_BYTES", 100 * size)
    monkeypatch.setattr(approvals, "MAX_SESSION_APPROVAL_BYTES", 4 * size + 64)
    await agents[1].send(**asking, request_id="full")
    assert (await agents[1].receive_type("ack", "error"))["error_code"] == "LIMIT_EXCEEDED"
    # An answer makes room.
    await answer(host, asked, "deny")
    await agents[0].send(**asking, request_id="room")
    assert (await agents[0].receive_type("ack", "error"))["type"] == "ack"
