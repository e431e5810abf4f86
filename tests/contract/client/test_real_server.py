"""The client in TypeScript, on Node, against the real server and beside the client in Python."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from peerline.client import Agent, Client, LinkState
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import Answerers
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import ReplyComment
from peerline.protocol.messages import encode_message
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionChanges, UpdateSession
from tests.reliability.servers import SESSION, ForkedServer, Site

from .participant import NODE, Participant


class Room:
    """A server with alice, the host, in Python."""

    def __init__(self, site: Site, server: ForkedServer, stack: AsyncExitStack) -> None:
        self.site = site
        self.server = server
        self.stack = stack
        self.alice = Client(site.link(server.address), site.credentials("alice", Role.HOST))

    async def join(self, name: str, role: Role = Role.EDITOR, **options: str) -> Participant:
        """A participant in TypeScript, joined."""
        given = {"token": self.site.token(name), "invite": self.site.invites[role], **options}
        one = await self.start(**given)
        await one.until_state("joined")
        return one

    async def start(self, **options: str) -> Participant:
        """A participant in TypeScript that begins to join."""
        one = await Participant.start(link=str(self.site.link(self.server.address)), **options)
        self.stack.push_async_callback(one.close)
        return one

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so for alice."""
        async with asyncio.timeout(30):
            while not is_so():  # noqa: ASYNC110 - there is no event for everything
                await asyncio.sleep(0.01)

    async def is_joined(self) -> None:
        """Wait until alice is there."""
        await self.until(lambda: self.alice.state is LinkState.JOINED)

    async def agree(self, one: Participant) -> dict[str, Any]:
        """Wait until both replicas are at the same event; they must be equal then."""
        mine = self.alice.replica
        theirs = await one.state(lambda state: state["seq"] == mine.seq)
        state = mine.state()
        assert theirs["messages"] == [_plain(message) for message in state.messages]
        assert theirs["threads"] == [_plain(thread) for thread in state.threads]
        assert theirs["documents"] == [_plain(document) for document in state.documents]
        assert theirs["approvals"] == [_plain(approval) for approval in state.approvals]
        assert theirs["prompts"] == [_plain(prompt) for prompt in state.prompts]
        assert theirs["participants"] == [list(person) for person in state.participants]
        assert theirs["session"] == _plain(state.session)
        assert (theirs["epoch"], theirs["seq"]) == (state.epoch, state.seq)
        return theirs


def _plain(model: Any) -> Any:
    return json.loads(encode_message(model))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    site = await Site.create(tmp_path / "data")
    server = ForkedServer(site.data_dir)
    server.start()
    async with AsyncExitStack() as stack:
        stack.callback(server.close)
        room = Room(site, server, stack)
        room.alice.start()
        stack.push_async_callback(room.alice.close)
        await room.is_joined()
        yield room


async def test_it_chats_comments_and_sees_what_the_python_client_sees(room: Room) -> None:
    bob, alice = await room.join("bob"), room.alice
    await bob.do("say", text="Hello @Alice 😀")
    seq = (await alice.request(SendChatMessage(session_id=SESSION, content="Hello"))).seq
    await bob.do("comment", text="why?")
    await room.until(lambda: len(alice.replica.threads) == 1)
    (thread,) = alice.replica.threads
    await alice.request(ReplyComment(session_id=SESSION, comment_id=thread, content="so"))
    first, second = alice.replica.messages
    assert first.mentions == ["alice"]
    assert second.seq == seq
    await bob.do("react", about=second.id)
    await bob.do("edit", about=first.id, text="Hello everybody")
    await bob.do("delete", about=first.id)
    await alice.request(
        UpdateSession(session_id=SESSION, changes=SessionChanges(title="New", context={"a": "b"}))
    )
    assert await bob.do("name", name="Robert") == "Robert"
    await room.agree(bob)
    await bob.do("resolve", about=thread)
    await room.agree(bob)
    history = await bob.do("history")
    assert [message["id"] for message in history["messages"]] == [first.id, second.id]
    threads = await bob.do("threads")
    assert [found["replies"][0]["content"] for found in threads["comments"]] == ["so"]
    assert len((await bob.do("search", text="hel"))["results"]) == 1
    with pytest.raises(RuntimeError, match="RequestRefused"):
        await bob.do("reply", about="nothing", text="x")
    assert bob.faults == []


async def test_a_deleted_message_takes_its_prompt_out_of_both_queues(room: Room) -> None:
    bob, alice = await room.join("bob"), room.alice
    made = await alice.send(
        CreateAgent(
            session_id=SESSION,
            request_id="make",
            name="claude",
            product="claude-code",
            prompt_policy=Answerers.EDITORS,
        )
    )
    assert isinstance(made, AgentCreated), made
    agent = Agent(room.site.link(room.server.address), made.auth_token)
    agent.start()
    room.stack.push_async_callback(agent.close)
    await room.until(lambda: made.user.id in alice.replica.participants)
    for text in ("@claude first", "@claude second"):
        await bob.do("say", text=text)
    await room.until(lambda: len(alice.replica.agents.prompts) == 2)
    assert [each["text"] for each in (await room.agree(bob))["prompts"]] == ["first", "second"]
    first, _ = alice.replica.agents.prompts.values()
    await bob.do("delete", about=first.message_id)
    await room.until(lambda: len(alice.replica.agents.prompts) == 1)
    assert [each["text"] for each in (await room.agree(bob))["prompts"]] == ["second"]


async def test_presence_goes_over_and_a_question_about_life_changes_nothing(room: Room) -> None:
    bob, alice = await room.join("bob"), room.alice
    for line in (5, 6, 7):
        await bob.do("cursor", at=line)
    await bob.do("typing")

    def is_there() -> bool:
        presence = alice.replica.participants["bob"].presence
        return presence.cursor is not None and presence.cursor.line == 7

    await room.until(is_there)
    await room.until(lambda: alice.replica.participants["bob"].presence.typing_in == "chat")
    # By this it asks a silent server whether it is there.
    assert (await bob.do("probe"))["type"] == "ack"
    presence = alice.replica.participants["bob"].presence
    assert (presence.typing_in, presence.cursor and presence.cursor.line) == ("chat", 7)
    await bob.do("leave")
    await room.until(lambda: "bob" not in alice.replica.participants)
    assert bob.states == ["joined", "closed"]


async def test_hosts_act_and_others_are_refused(room: Room) -> None:
    bob = await room.join("bob")
    with pytest.raises(RuntimeError, match="RequestRefused"):
        await bob.do("role", about="alice", role="viewer")
    carol = await room.join("carol", Role.HOST)
    await carol.do("role", about="bob", role="viewer")
    with pytest.raises(RuntimeError, match="a viewer cannot write in the chat"):
        await bob.do("say", text="hello")
    made = await carol.do("invite")
    assert made["invite"]["role"] == "viewer"
    invites = (await carol.do("moderation"))["invites"]
    assert made["invite"]["id"] in [invite["id"] for invite in invites]
    guest = await room.start(invite=made["code"], username="Dora")
    await guest.until_state("joined")
    other = await room.start(invite=made["code"], username="Eve")
    await other.until_state("closed")
    assert "invite" in (other.reasons[-1] or "")


async def test_a_killed_server_costs_nothing_and_nothing_comes_twice(room: Room) -> None:
    bob = await room.join("bob")
    said = [f"message {number}" for number in range(40)]
    sending = [asyncio.ensure_future(bob.do("say", text=text)) for text in said]
    await room.until(lambda: len(room.alice.replica.messages) >= 5)
    room.server.kill()
    room.server.start()
    await asyncio.gather(*sending)
    await room.is_joined()
    await room.until(lambda: [it.content for it in room.alice.replica.messages] == said)
    assert bob.states.count("joined") == 2
    assert "reconnecting" in bob.states
    await room.agree(bob)


async def test_it_writes_in_shared_texts_with_the_python_client(room: Room) -> None:
    bob, alice = await room.join("bob"), room.alice
    shared = await bob.do("share", name="a.py", text="one\ntwo\n")
    await room.until(lambda: shared["id"] in alice.replica.documents)
    text = alice.documents.open(shared["id"])
    await text.ready()
    assert await bob.do("open", about=shared["id"]) == "one\ntwo\n"
    await bob.do("insert", at=0, text="😀é\n")
    await room.until(lambda: text.text == "😀é\none\ntwo\n")
    text.replace("two", "zwei")
    text.edit((3, "big " * 100_000))
    await text.confirmed()
    await bob.do("step")
    await bob.do("replace", old="zwei", text="deux")
    await room.until(lambda: text.text.endswith("deux\n"))
    await bob.poll("text", lambda found: found == text.text)
    assert await bob.do("check") is True
    assert {run["userId"] for run in await bob.do("blame")} == {"alice", "bob"}
    await bob.do("undo")
    await room.until(lambda: text.text.endswith("zwei\n"))
    await bob.do("place", at=2)

    def place() -> Any:
        cursor = alice.replica.participants["bob"].presence.cursor
        return None if cursor is None else cursor.at

    await room.until(place)
    assert text.index_of(place().head) == 1  # behind the emoji, which is two code units
    await bob.do("insert", at=0, text="x" * 600_000)
    await bob.do("confirmed")
    await room.until(lambda: len(text.text) > 1_000_000)
    assert await bob.do("text") == text.text
    with pytest.raises(RuntimeError, match="EditRefused"):
        await bob.do("insert", at=0, text="y" * 200_000)


async def test_edits_of_both_outlive_a_killed_server(room: Room) -> None:
    bob, alice = await room.join("bob"), room.alice
    shared = await alice.documents.share("a.py", "start\n")
    text = alice.documents.open(shared.id)
    await text.ready()
    await bob.state(lambda seen: shared.id in {each["id"] for each in seen["documents"]})
    await bob.do("open", about=shared.id)
    room.server.kill()
    text.edit((6, "alice\n"))
    await bob.do("insert", at=0, text="bob\n")
    room.server.start()
    await text.confirmed()
    await bob.do("confirmed")
    await room.until(lambda: text.text == "bob\nstart\nalice\n")
    await bob.poll("text", lambda found: found == text.text)
    assert await bob.do("check") is True
    assert bob.faults == []


def test_the_built_package_is_usable_on_node_without_its_sources(tmp_path: Path) -> None:
    folder = Path(__file__).parents[3]
    project = folder / "client-js" / "tsconfig.build.json"
    compiler = folder / "node_modules" / ".bin" / "tsc"
    subprocess.run([compiler, "-p", project, "--outDir", tmp_path / "dist"], check=True)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "use.js").write_text(
        'import { Client, parseLink } from "./dist/index.js";\n'
        'const link = parseLink("https://example.org/s/abc#invite=c");\n'
        "console.log(new Client({ link, credentials: { invite: link.invite } }).state);\n"
    )
    done = subprocess.run([NODE, "use.js"], cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout == b"connecting\n"
    assert (tmp_path / "dist" / "index.d.ts").exists()
