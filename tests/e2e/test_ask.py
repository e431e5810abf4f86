"""Programs beside an agent ask people by its resident, in a real session: `peerline ask`, tools."""

import asyncio
import subprocess
import sys

import pytest

from peerline.agent.asking.replies import question_text
from peerline.agent.asking.voices import ResidentVoice
from peerline.agent.room import RoomRefused
from peerline.client import ApprovalClosed, ChatAdded
from peerline.protocol.approvals import AnswerApproval, Approval, Choice, Outcome
from peerline.protocol.chat import SendChatMessage

from .conftest import ServerProcess
from .test_agent import SECRET, Person, Place, bob, place, start

__all__ = ["bob", "place"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")


async def ask(place: Place, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(place.peerline, "ask", *arguments)


async def reply(person: Person, question: str, content: str) -> None:
    """Reply to the question once it is there."""

    def find() -> str | None:
        messages = (one.message for one in person.changes if isinstance(one, ChatAdded))
        return next((one.id for one in messages if one.content == question), None)

    asked = await person.sees(find)
    await person.client.request(
        SendChatMessage(session_id=person.session, content=content, parent_id=asked)
    )


async def test_the_first_answer_of_one_who_may_ask_the_agent_for_work_is_printed(
    place: Place, server: ServerProcess, bob: Person
) -> None:
    await start(place, server)
    ann = Person(server, "ann")
    await ann.sees(ann.agent)
    asking = asyncio.create_task(
        ask(place, f"Deploy {SECRET}?", "--option", "yes", "--option", "no", "--timeout", "60")
    )
    question = question_text("Deploy ‹secret:github›?", ["yes", "no"])
    await reply(bob, question, "yes")
    await reply(ann, question, "let me see")
    await reply(ann, question, "No!")
    await reply(ann, question, "yes")
    done = await asking
    assert (done.stdout, done.stderr, done.returncode) == ("no\n", "", 0)
    asking = asyncio.create_task(ask(place, "Which one?", "--timeout", "60"))
    await reply(ann, question_text("Which one?", []), "The \x1b[31mred\u202e one\nthere")
    done = await asking
    assert (done.stdout, done.returncode) == ("The <U+001B>[31mred<U+202E> one\nthere\n", 0)
    await ann.client.close()


async def test_a_question_that_nobody_answers_says_so_by_its_exit_code(
    place: Place, server: ServerProcess, bob: Person
) -> None:
    await start(place, server)
    await bob.sees(bob.agent)
    asking = asyncio.create_task(ask(place, "Anybody?", "--timeout", "1"))
    await reply(bob, question_text("Anybody?", []), "yes")  # who may not ask the agent for work
    done = await asking
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 3)
    assert place.peerline("agent", "mute").returncode == 0
    muted = await ask(place, "Anybody?")
    assert (muted.stdout, muted.returncode) == ("", 2)
    assert "muted" in muted.stderr


def test_a_question_without_an_agent_is_an_error(place: Place) -> None:
    done = place.peerline("ask", "Deploy?")
    assert (done.stdout, done.returncode) == ("", 2)
    assert "peerline agent start" in done.stderr
    many = [word for number in range(11) for word in ("--option", str(number))]
    done = place.peerline("ask", "Deploy?", *many)
    assert (done.returncode, "at most 10" in done.stderr) == (2, True)


async def question(person: Person) -> Approval:
    """The open question, which is alone."""
    (found,) = await person.sees(lambda: list(person.client.replica.agents.approvals.values()))
    return found


async def test_tools_of_a_guest_ask_and_report_by_the_resident_of_the_folder(
    place: Place, server: ServerProcess
) -> None:
    await start(place, server)
    ann = Person(server, "ann")
    await ann.sees(ann.agent)
    (path,) = place.sockets.glob("*.sock")
    voice = ResidentVoice(lambda: str(path))
    given = {"tool": "Bash", "input": {"command": f"TOKEN={SECRET} make"}}
    asking = asyncio.create_task(voice.ask(given))
    asked = await question(ann)
    assert asked.detail == "TOKEN=\u2039secret:github\u203a make"
    await ann.client.request(
        AnswerApproval(
            session_id=ann.session,
            approval_id=asked.id,
            answer=Choice.ALLOW_ONCE,
            digest=asked.digest,
            comment="once",
        )
    )
    answered = await asking
    assert (answered.outcome, answered.sender) == (Outcome.ALLOW_ONCE, "Ann")
    # The program that waits goes away: nobody needs to answer any more.
    asking = asyncio.create_task(voice.ask(given))
    second = await question(ann)
    assert second.id != asked.id
    asking.cancel()

    def end() -> Outcome | None:
        closed = (one.event for one in ann.changes if isinstance(one, ApprovalClosed))
        return next((one.answer for one in closed if one.approval_id == second.id), None)

    assert await ann.sees(end) is Outcome.WITHDRAWN
    await voice.report({"doing": "Building", "state": "working"})
    shown = await ann.sees(lambda: (found := ann.agent().activity) and found.doing and found)
    assert shown.doing == "Building"
    with pytest.raises(RoomRefused, match="state"):
        await voice.report({"doing": "x", "state": "nonsense"})
    await ann.client.close()
