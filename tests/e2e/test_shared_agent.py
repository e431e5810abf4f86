"""`peerline agent host`: a real server, an agent on the SDK of its protocol, and people."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from peerline.client import ChatAdded, PromptsMoved
from peerline.protocol.approvals import AnswerApproval, Choice
from peerline.protocol.documents import ShareDocument, ShareDocumentData
from peerline.protocol.errors import ErrorCode
from peerline.protocol.prompts import PromptAgent, PromptState, StopAgent
from tests.program import run, runs
from tests.reliability.clients import until

from . import agent_host
from .agent_host import Host
from .conftest import ServerProcess
from .test_agent import DEADLINE, SECRET, Person, Place, place

__all__ = ["place"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
PATIENCE: Final = 100.0
"""Seconds; the SDK takes its time to be imported on a busy machine, twice for one that crashes."""


@pytest.fixture
def host(place: Place, server: ServerProcess, tmp_path: Path) -> Iterator[Host]:
    found = Host(server, place.folder, place.environment, tmp_path / "notes")
    yield found
    with suppress(subprocess.TimeoutExpired):
        found.stop()


@pytest.fixture
async def people(server: ServerProcess) -> AsyncIterator[tuple[Person, Person]]:
    """Bob and Carol, who are editors."""
    both = Person(server, "bob", PATIENCE), Person(server, "carol", PATIENCE)
    yield both
    for person in both:
        await person.client.leave()


def steps(*parts: list[Any]) -> str:
    return f"@robo do as said\n{agent_host.steps(*parts)}"


def ends(person: Person) -> list[tuple[str, str | None]]:
    """The prompts that are over, with the reason."""
    events = [change.event for change in person.changes if isinstance(change, PromptsMoved)]
    over = {PromptState.DONE, PromptState.CANCELLED}
    return [
        (event.state.value, event.reason)
        for event in events
        if event.type == "prompt_changed" and event.state in over
    ]


def answers(person: Person) -> list[str]:
    return [
        change.message.content
        for change in person.changes
        if isinstance(change, ChatAdded) and change.message.username == "robo"
    ]


async def allow(person: Person, choice: Choice = Choice.ALLOW_ONCE) -> Any:
    """Answer the open question; what it was."""
    await person.sees(lambda: approvals_of(person))
    (approval,) = approvals_of(person)
    await person.client.request(
        AnswerApproval(
            session_id=person.session,
            approval_id=approval.id,
            answer=choice,
            digest=approval.digest,
        )
    )
    return approval


def approvals_of(person: Person) -> list[Any]:
    return list(person.client.replica.agents.approvals.values())


async def test_people_prompt_it_allow_what_it_asks_and_see_its_work_and_answer(
    host: Host, people: tuple[Person, Person], tmp_path: Path
) -> None:
    bob, carol = people
    shared, other = host.folder / "cart.py", host.folder / "sub" / "new.py"
    host.start("--approvers", "editors")
    agent = await bob.sees(bob.agent)
    assert agent.agent.prompt_policy == "editors"
    await carol.client.request(
        ShareDocument(
            session_id=carol.session, data=ShareDocumentData(file="cart.py", content="one\ntwo\n")
        )
    )
    (document,) = await bob.sees(lambda: list(bob.client.replica.documents.values()))
    opened = bob.client.documents.open(document.id)
    await opened.ready()
    await bob.say(
        steps(
            ["plan", "Do it"],
            ["read", str(shared)],
            ["write", str(shared), "one\nmore\ntwo\n"],
            ["write", str(other), "new\n"],
            ["run", f"curl -H 'Authorization: Bearer {SECRET}' x"],
            ["say", f"All done with {SECRET}.\nReally."],
        )
    )
    approval = await allow(carol)
    assert approval.title == approval.detail == "curl -H 'Authorization: Bearer ‹secret:github›' x"
    await carol.sees(lambda: ends(carol))
    assert ends(carol) == [("done", "end_turn")]
    assert host.noted("answer") == [["y"]]
    # It was asked in Bob's name, with marks around his words.
    ((asked,),) = host.noted("prompt")
    assert 'kind="prompt" from="Bob" sender="person" role="editor"' in asked
    assert host.noted("environment") == [[[]]]
    # The shared document was edited live, as the agent's own edits, and the other file on the disk.
    await bob.sees(lambda: opened.text == "one\nmore\ntwo\n" or None)
    assert not shared.exists()
    runs = await bob.client.documents.blame(document.id)
    assert [(run.length, run.user_id == agent.id) for run in runs if run.user_id == agent.id] == [
        (len("more\n"), True)
    ]
    assert host.noted("read") == [[str(shared), "one\ntwo\n"]]
    assert other.read_text() == "new\n"
    # Everybody has seen it.
    assert [event.text.splitlines()[0] for event in carol.events("prompt")] == ["do as said"]
    assert [entry.text for entry in carol.events("plan")[0].entries] == ["Do it"]
    assert [event.status for event in carol.events("tool_call")] == ["completed"]
    await carol.sees(lambda: answers(carol))
    assert answers(carol) == ["All done with ‹secret:github›.\nReally."]
    for person in people:
        assert SECRET not in repr(
            [one for one in person.changes if "ChatAdded" not in type(one).__name__]
        ).replace(asked, "")
    assert host.stop() == 0
    assert SECRET not in (tmp_path / "host.log").read_text()


async def test_prompts_are_done_in_order_and_another_editor_stops_one(
    host: Host, people: tuple[Person, Person]
) -> None:
    bob, carol = people
    host.start()
    agent = await bob.sees(bob.agent)
    await bob.say(steps(["say", "begun"], ["wait"]))
    await carol.client.request(
        PromptAgent(session_id=carol.session, agent_id=agent.id, text=steps(["say", "second"]))
    )
    await bob.sees(lambda: [one.state for one in queue(bob)] == ["running", "waiting"] or None)
    await carol.client.request(StopAgent(session_id=carol.session, agent_id=agent.id))
    await bob.sees(lambda: len(ends(bob)) == 2 or None)
    assert ends(bob) == [("done", "cancelled"), ("done", "end_turn")]
    await bob.sees(lambda: len(answers(bob)) == 2 or None)
    assert answers(bob) == ["begun", "second"]
    assert host.noted("cancel") == [["one"]]


async def test_a_question_ends_with_its_turn_and_no_is_no(
    host: Host, people: tuple[Person, Person]
) -> None:
    bob, carol = people
    host.start("--approvers", "editors")
    agent = await bob.sees(bob.agent)
    await bob.say(steps(["run", "rm -rf build"]))
    await allow(carol, Choice.DENY)
    await bob.sees(lambda: len(ends(bob)) == 1 or None)
    await bob.say(steps(["run", "rm -rf build"]))
    await bob.sees(lambda: approvals_of(bob))
    await carol.client.request(StopAgent(session_id=carol.session, agent_id=agent.id))
    await bob.sees(lambda: len(ends(bob)) == 2 or None)
    assert host.noted("answer") == [["n"], ["cancelled"]]
    await bob.sees(lambda: approvals_of(bob) == [] or None)


async def test_files_outside_and_private_ones_are_refused(
    host: Host, people: tuple[Person, Person], tmp_path: Path
) -> None:
    bob, _ = people
    folder = host.folder
    (tmp_path / "outside.txt").write_text("outside\n")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / ".env").write_text("A=b\n")
    (folder / "env-link").symlink_to(folder / ".env")
    host.start()
    await bob.sees(bob.agent)
    paths = [
        *(str(tmp_path / "outside.txt"), "../outside.txt", str(folder / "link.txt")),
        *(str(folder / ".env"), str(folder / "env-link"), str(folder), ""),
    ]
    await bob.say(steps(*(["read", path] for path in paths), *(["write", p, "x"] for p in paths)))
    await bob.sees(lambda: ends(bob))
    assert [path for path, *_ in host.noted("read")] == paths
    assert all(found[1] is None for found in host.noted("read"))
    assert [(path, len(rest)) for path, *rest in host.noted("write")] == [(p, 1) for p in paths]
    assert (tmp_path / "outside.txt").read_text() == "outside\n"
    assert (folder / ".env").read_text() == "A=b\n"


async def test_commands_that_it_has_peerline_run_are_asked_about_shown_and_ended(
    host: Host, people: tuple[Person, Person]
) -> None:
    bob, carol = people
    host.start("--approvers", "editors")
    agent = await bob.sees(bob.agent)
    (host.folder / "slow.sh").write_text("echo $$ >> pids\nsleep 600 &\necho $! >> pids\nwait\n")
    await bob.say(
        steps(
            ["terminal", f"echo {SECRET}; env | grep -c PEERLINE; exit 2"],
            ["terminal", "echo shown", "ask", "show"],
            ["terminal", "touch denied"],
            ["terminal", "sh slow.sh", "leave"],
            ["wait"],
        )
    )
    first = await allow(carol)
    assert first.tool == "execute"
    assert SECRET not in first.detail
    await bob.sees(lambda: approvals_of(bob) == [] or None)
    assert (await allow(carol)).title == "echo shown"
    await bob.sees(
        lambda: [one for one in approvals_of(bob) if one.title == "touch denied"] or None
    )
    await allow(carol, Choice.DENY)
    await bob.sees(lambda: [one for one in approvals_of(bob) if one.title == "sh slow.sh"] or None)
    await allow(carol)
    pids = host.folder / "pids"
    await until(lambda: host.noted("terminal")[3:], "the fourth is left running")
    await until(lambda: pids.exists() and len(pids.read_text().split()) == 2, "both run")
    await carol.client.request(StopAgent(session_id=carol.session, agent_id=agent.id))
    await bob.sees(lambda: ends(bob))
    await until(lambda: not any(runs(int(pid)) for pid in pids.read_text().split()), "all ended")
    assert host.noted("terminals") == [[True]]
    assert [found[:2] for found in host.noted("terminal")] == [
        [2, None],
        [0, None],
        [None, "people did not allow this command"],
        ["left"],
    ]
    assert host.noted("terminal")[0][2] == f"{SECRET}\n0\n"
    assert not (host.folder / "denied").exists()

    def calls() -> list[Any]:
        return [event for event in carol.events("tool_call") if event.output]

    await carol.sees(lambda: len(calls()) == 3 or None)
    assert [(event.title, event.output) for event in calls()] == [
        (
            "echo ‹secret:github›; env | grep -c PEERLINE; exit 2",
            "‹secret:github›\n0\n[exit code 2]",
        ),
        ("echo shown", "shown\n[exit code 0]"),
        ("sh slow.sh", "[ended by SIGKILL]"),
    ]
    assert host.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_no_command_outlives_the_one_who_shares_the_agent(
    host: Host, people: tuple[Person, Person], how: signal.Signals
) -> None:
    bob, carol = people
    host.start("--approvers", "editors")
    await bob.sees(bob.agent)
    await bob.say(
        steps(["terminal", "echo $$ > pid; sleep 600 & echo $! >> pid; wait", "leave"], ["wait"])
    )
    await allow(carol)
    pid = host.folder / "pid"
    # Only the files show this: `sees` looks when there is news.
    await until(lambda: pid.exists() and len(pid.read_text().split()) == 2, "both run")
    host.end(how)
    await until(lambda: not any(map(runs, map(int, pid.read_text().split()))), "both have ended")


@pytest.mark.parametrize("can_load", [True, False])
async def test_an_agent_that_crashes_is_started_again_and_goes_on(
    host: Host, people: tuple[Person, Person], *, can_load: bool
) -> None:
    bob, _ = people
    host.start(agent=("--load",) if can_load else ())
    await bob.sees(bob.agent)
    await bob.say(steps(["say", "before"], ["crash"]))
    await bob.say(steps(["say", "after"]))
    await bob.sees(lambda: len(ends(bob)) == 2 or None)
    assert ends(bob) == [("done", "agent_ended"), ("done", "end_turn")]
    said = ["before", "after"]
    forgot = "I was started again, and know nothing of what was before."
    await bob.sees(lambda: set(answers(bob)) >= {"after", *(() if can_load else (forgot,))} or None)
    assert [text for text in answers(bob) if text != forgot] == said
    assert (forgot in answers(bob)) is not can_load
    assert [found for (found,) in host.noted("load")] == (["one"] if can_load else [])


async def test_a_turn_goes_on_while_the_server_starts_again(
    host: Host, people: tuple[Person, Person], server: ServerProcess
) -> None:
    bob, carol = people
    host.start("--approvers", "editors")
    await bob.sees(bob.agent)
    await bob.say(steps(["run", "make"], ["say", "made"]))
    await carol.sees(lambda: approvals_of(carol))
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    await allow(carol)
    await bob.sees(lambda: ends(bob))
    assert ends(bob) == [("done", "end_turn")]
    await bob.sees(lambda: answers(bob))
    assert answers(bob) == ["made"]
    assert host.noted("answer") == [["y"]]


async def test_only_those_whom_the_owner_names_prompt_it(
    host: Host, people: tuple[Person, Person]
) -> None:
    bob, _ = people
    host.start("--speakers", "owner")
    agent = await bob.sees(bob.agent)
    await bob.say(steps(["say", "no"]))
    with pytest.raises(Exception) as refused:  # noqa: PT011 - its code counts
        await bob.client.request(
            PromptAgent(session_id=bob.session, agent_id=agent.id, text=steps(["say", "no"]))
        )
    assert getattr(refused.value, "code", None) is ErrorCode.PERMISSION_DENIED
    assert queue(bob) == []


def queue(person: Person) -> list[Any]:
    return list(person.client.replica.agents.prompts.values())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name the agent's command"),
        (("--",), "name the agent's command"),
        (("--", "there-is-no-such-program"), "cannot be run"),
        (("--", sys.executable, "-c", "print('hello')"), "ends again and again"),
    ],
)
def test_a_command_that_is_no_agent(
    place: Place, server: ServerProcess, arguments: tuple[str, ...], said: str
) -> None:
    link = server.invite("editor")
    done = run(
        *("agent", "host", link, "--owner-name", "Ann", *arguments),
        cwd=place.folder,
        env=place.environment,
        timeout=DEADLINE,
    )
    assert done.returncode != 0
    assert said in done.stderr
