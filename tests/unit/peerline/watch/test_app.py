"""Tests of peerline.watch.app: Textual's pilot types, a real server answers, others look on."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Static

from peerline.client import LinkState
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline.protocol.moderation import Invite
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionChanges, UpdateSession
from peerline.watch import panels
from peerline.watch.agent_rows import AgentRows
from peerline.watch.app import WatchApp
from peerline.watch.connecting import client_maker
from peerline.watch.local_status import LocalStatus
from peerline.watch.looks import Look
from peerline.watch.sending import Sender
from peerline.watch.supervised import FAILED, NOT_DONE, NOT_SHOWN
from peerline.watch.widgets import Composer, FeedRows, Rows, ThreadRows
from tests.unit.peerline.watch.conftest import HOSTILE
from tests.unit.server.agents import agent_of

# The fixtures of a real server.
from tests.unit.server.conftest import SESSION, Door, RawClient, door, open_door

__all__ = ["door", "open_door"]
DEADLINE = 30.0
SECRET = "secret words"
AGENT = "Here (2) · 1 agent"


class View:
    """The view on a screen of its own."""

    def __init__(self, app: WatchApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + DEADLINE
        while not (value := condition()):
            assert time.monotonic() < deadline, f"{what} never came: {self.texts()}"
            await self.pilot.pause(0.02)
        return value

    async def shows(self, text: str, selector: str = "Static, Rows") -> None:
        await self.until(lambda: text in self.texts(selector), text)

    def texts(self, selector: str = "Static, Rows") -> str:
        found: list[str] = []
        for widget in self.app.query(selector):
            match widget:
                case Rows():
                    found += [str(option.prompt) for option in widget.options]
                case Static():
                    found.append(str(widget.content))
                case _:
                    pass
        return "\n".join(found)

    async def type(self, text: str) -> None:
        """Type as fast as one can, and wait for it once: `press` waits after each key."""
        await self.pilot.press(key_of(text[0]))
        for char in text[1:]:
            self.app.post_message(Key(key_of(char), char if char.isprintable() else None))
        await self.pilot.pause()

    @property
    def composer(self) -> Composer:
        return self.app.query_one(Composer)


def invites_of(host: WatchApp) -> list[Invite]:
    moderation = host.client.replica.moderation
    assert moderation is not None
    return moderation.invites


def key_of(char: str) -> str:
    return {"\n": "ctrl+j", " ": "space"}.get(char, char)


@asynccontextmanager
async def watching(
    door: Door,
    user: str = "ann",
    role: Role = Role.EDITOR,
    size: tuple[int, int] = (100, 30),
    look: Look = Look.DARK,
) -> AsyncGenerator[View]:
    link = SessionLink(door.address, SESSION, await door.invite(role))
    app = WatchApp(client_maker(link, name=user, token=door.token(user)), look)
    async with app.run_test(size=size) as pilot:
        view = View(app, pilot)
        await view.shows(f"● {user.title()}")
        yield view
        await pilot.press("ctrl+q")


@pytest.fixture
async def host(door: Door) -> RawClient:
    return await door.join("host")


@pytest.fixture
async def view(door: Door, host: RawClient) -> AsyncIterator[View]:
    assert host.connected
    async with watching(door) as shown:
        yield shown


async def test_others_are_seen_moving_chatting_and_commenting(host: RawClient, view: View) -> None:
    await view.shows("● Host host")
    cursor = {"file": "src/a.py", "line": 7, "column": 2}
    await host.send(type="cursor_update", session_id=SESSION, data=cursor)
    await view.shows("src/a.py:7")
    await host.send(type="chat_message", session_id=SESSION, content="one\n  two")
    await view.shows("Host one\n        two")
    data = {"file": "src/a.py", "line": 3, "content": "why?", "code_snippet": "x = 1"}
    await host.send(type="add_comment", session_id=SESSION, data=data)
    await view.shows("3  x = 1\nHost why?")
    changes = {"title": "Fix it", "token_count": 190, "token_limit": 200, "health_score": 40}
    await host.send(type="update_session", session_id=SESSION, changes=changes)
    await view.shows("Fix it")
    await view.shows("AI agents: 190 of 200 tokens (95%) · health 40 of 100")
    await host.send(type="presence_update", session_id=SESSION, status="typing", typing_in="chat")
    await view.shows("Host is typing…", "#note")


async def test_what_is_typed_reaches_the_others(host: RawClient, view: View) -> None:
    await view.type("hello @ho")
    await view.pilot.press("tab")
    assert view.composer.text == "hello @Host "
    await view.type("and\nall")
    await view.pilot.press("enter")
    message = (await host.receive_type("chat_message"))["message"]
    assert (message["content"], message["mentions"]) == ("hello @Host and\nall", ["host"])
    await view.shows("Ann hello @Host and\n      all")
    assert view.composer.text == ""


async def test_one_is_seen_typing_and_then_no_longer(host: RawClient, view: View) -> None:
    await view.type("he")
    while (presence := await host.receive_type("presence_update"))["presence"][
        "status"
    ] != "typing":
        pass
    assert presence["presence"]["typing_in"] == "chat"
    await view.pilot.press("backspace", "backspace")
    while (await host.receive_type("presence_update"))["presence"]["status"] != "active":
        pass


async def test_tab_goes_through_the_names_and_else_to_the_next_panel(
    door: Door, view: View
) -> None:
    await door.join("hugo", Role.EDITOR)
    await view.shows("Hugo editor")
    await view.type("@h")
    await view.pilot.press("tab")
    assert view.composer.text == "@Host "
    await view.pilot.press("tab")
    assert view.composer.text == "@Hugo "
    await view.pilot.press("tab")
    assert view.composer.text == "@Host "
    await view.type("x")
    await view.pilot.press("tab")
    assert isinstance(view.app.focused, FeedRows)
    await view.pilot.press("tab")
    assert isinstance(view.app.focused, ThreadRows)
    await view.pilot.press("escape")
    assert view.app.focused is view.composer


async def test_a_message_is_answered_liked_edited_and_deleted(host: RawClient, view: View) -> None:
    await host.send(type="chat_message", session_id=SESSION, content="ready?")
    asked = (await host.receive_type("chat_message"))["message"]["id"]
    await view.shows("Host ready?")
    await view.pilot.press("up", "plus")
    reaction = await host.receive_type("reaction")
    assert (reaction["message_id"], reaction["emoji"]) == (asked, "👍")
    await view.shows("👍 1")
    await view.pilot.press("plus")
    assert (await host.receive_type("reaction"))["is_removed"]
    await view.pilot.press("r")
    await view.shows("To Host: ready?", "#note")
    await view.type("yes")
    await view.pilot.press("enter")
    answer = (await host.receive_type("chat_message"))["message"]
    assert (answer["content"], answer["parent_id"]) == ("yes", asked)
    await view.shows("┌ Host ready?")
    await view.pilot.press("up", "e")
    assert view.composer.text == "yes"
    await view.type("!")
    await view.pilot.press("enter")
    edited = await host.receive_type("message_edited")
    assert (edited["message_id"], edited["content"]) == (answer["id"], "yes!")
    await view.shows("yes! (edited)")
    await view.pilot.press("up", "d")
    await view.shows("Press d again to delete", "#note")
    await view.pilot.press("d")
    assert (await host.receive_type("message_deleted"))["message_id"] == answer["id"]
    await view.shows("Ann deleted this")


async def test_only_ones_own_messages_can_be_edited(host: RawClient, view: View) -> None:
    await host.send(type="chat_message", session_id=SESSION, content="mine")
    await view.shows("Host mine")
    await view.pilot.press("up", "e")
    await view.shows("You can edit your own messages only.", "#note")
    assert view.composer.text == ""


async def test_a_thread_is_answered_and_resolved(host: RawClient, view: View) -> None:
    data = {"file": "src/a.py", "line": 3, "content": "why?"}
    await host.send(type="add_comment", session_id=SESSION, data=data)
    thread = (await host.receive_type("code_comment"))["comment"]["id"]
    await view.shows("Host why?", "ThreadRows")
    await view.pilot.press("tab", "tab", "enter")
    await view.shows("To Host at src/a.py:3: why?", "#note")
    await view.type("so")
    await view.pilot.press("enter")
    reply = await host.receive_type("comment_reply")
    assert (reply["comment_id"], reply["reply"]["content"]) == (thread, "so")
    await view.shows("↳ Ann so", "ThreadRows")
    await view.pilot.press("tab", "tab", "x")
    assert (await host.receive_type("comment_resolved"))["comment_id"] == thread
    await view.until(lambda: "why?" not in view.texts("ThreadRows"), "resolved")


async def test_escape_forgets_what_one_was_answering(host: RawClient, view: View) -> None:
    await host.send(type="chat_message", session_id=SESSION, content="ready?")
    await view.shows("Host ready?")
    await view.pilot.press("up", "enter", "escape")
    await view.type("by the way")
    await view.pilot.press("enter")
    message = (await host.receive_type("chat_message"))["message"]
    assert message["content"] == "ready?"
    assert "parent_id" not in (await host.receive_type("chat_message"))["message"]


async def test_what_the_server_refuses_comes_back_into_the_composer(
    open_door: Callable[..., Any],
) -> None:
    door = await open_door(messages_per_minute=1)
    async with watching(door) as view:
        await view.type("one")
        await view.pilot.press("enter")
        await view.shows("Ann one")
        await view.type("two")
        await view.pilot.press("enter")
        await view.until(lambda: view.composer.text == "two", "the text")
        await view.until(lambda: "messages a minute" in view.texts("#note"), "why")


async def test_a_text_that_is_too_long_stays_and_is_explained(view: View) -> None:
    view.composer.text = "x" * 8_001
    await view.pilot.press("enter")
    await view.shows("Too long: 8001 characters. A message has at most 8000.", "#note")
    assert len(view.composer.text) == 8_001
    view.composer.text = "x" * 8_000
    await view.pilot.press("enter")
    await view.until(lambda: view.composer.text == "", "sent")


async def test_a_viewer_reads_and_writes_nothing(door: Door, host: RawClient) -> None:
    async with watching(door, "vic", Role.VIEWER) as view:
        await view.type("hello")
        assert view.composer.text == ""
        assert "viewer" in str(view.composer.placeholder)
        await host.send(
            type="change_role", session_id=SESSION, user_id="vic", role="editor", request_id="r"
        )
        await view.shows("● Vic editor")
        await view.type("hello")
        await view.pilot.press("enter")
        assert (await host.receive_type("chat_message"))["message"]["content"] == "hello"


async def test_a_host_moderates_by_commands(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    link = SessionLink(door.address, SESSION)
    app = WatchApp(client_maker(link, name=None, token=door.token("host")))
    async with app.run_test(size=(100, 30)) as pilot:
        view = View(app, pilot)
        await view.shows("Bob editor")
        await view.type("/role Bob viewer")
        await view.pilot.press("enter")
        assert (await bob.receive_type("role_changed"))["role"] == "viewer"
        await view.shows("Bob is a viewer now")
        await view.type("/end")
        await view.pilot.press("enter")
        await view.shows("/end yes", "#note")
        await view.type(" yes")
        await view.pilot.press("enter")
        await bob.receive_type("session_ended")
        await view.shows("ended", "#title")
        await view.shows("✕ closed")
        await view.pilot.press("ctrl+q")


async def test_a_host_is_told_the_link_of_a_removed_guest_and_revokes_it(door: Door) -> None:
    code = await door.invite(Role.EDITOR)
    guest_link = SessionLink(door.address, SESSION, code)
    make_guest = client_maker(guest_link, name="gus", token=None)
    host = WatchApp(
        client_maker(SessionLink(door.address, SESSION), name=None, token=door.token("host"))
    )
    async with host.run_test(size=(120, 30)) as pilot:
        view = View(host, pilot)
        await view.shows("● Host")
        guest = make_guest(lambda _: None, lambda *_: None)
        guest.start()
        await view.shows("gus editor · by link of ", "#people-list")
        await view.type("/remove gus")
        await view.pilot.press("enter")
        await view.shows("still works: /revoke gus", "FeedRows")
        await guest.leave()
        again = make_guest(lambda _: None, lambda *_: None)
        again.start()
        await view.shows("gus editor", "#people-list")
        await again.leave()
        await view.type("/revoke gus")
        await view.pilot.press("enter")
        await view.until(lambda: not invites_of(host), "revoked")
        reasons: list[ErrorCode | None] = []
        late = make_guest(lambda _: None, lambda _, __, error: reasons.append(error))
        late.start()
        await view.until(lambda: ErrorCode.INVITE_INVALID in reasons, "refused")
        await late.leave()
        await view.pilot.press("ctrl+q")


async def test_a_host_lets_somebody_in_who_waits_for_it(door: Door) -> None:
    link = SessionLink(door.address, SESSION)
    host = WatchApp(client_maker(link, name=None, token=door.token("host")))
    async with host.run_test(size=(100, 30)) as pilot:
        view = View(host, pilot)
        await view.shows("● Host host")
        changes = SessionChanges(join_approval=True)
        await host.client.request(UpdateSession(session_id=SESSION, changes=changes))
        guest_link = SessionLink(door.address, SESSION, await door.invite(Role.EDITOR))
        states: list[LinkState] = []
        make_guest = client_maker(guest_link, name="gus", token=None)
        guest = make_guest(lambda _: None, lambda state, *_: states.append(state))
        guest.start()
        await view.shows("gus asks to join as editor: /allow or /deny")
        assert states == [LinkState.WAITING]
        await view.type("/allow gus")
        await view.pilot.press("enter")
        await view.shows("● gus editor")
        await view.until(lambda: states[-1] is LinkState.JOINED, "admitted")
        await guest.leave()
        await view.pilot.press("ctrl+q")


async def test_hostile_text_is_no_markup_and_no_escape(host: RawClient, view: View) -> None:
    await host.send(type="chat_message", session_id=SESSION, content=HOSTILE)
    data = {"file": "[red]a.py", "line": 3, "content": HOSTILE, "code_snippet": HOSTILE}
    await host.send(type="add_comment", session_id=SESSION, data=data)
    changes = {"title": HOSTILE[:100], "status": "[blink]x"}
    await host.send(type="update_session", session_id=SESSION, changes=changes)
    await view.shows("[red]a.py", "ThreadRows")
    await view.shows("[blink]x", "#title")
    feed = view.texts("FeedRows").replace("\n      ", " ")
    assert "<U+001B>[2J" in feed
    assert "[bold red]x[/] [@click=app.bell]y[/]" in feed
    assert not set(view.texts()) & set("\x1b\x07\r\u202e\u200b")


async def test_an_agent_is_seen_at_work(door: Door, host: RawClient, view: View) -> None:
    agent = await agent_of(door, host)
    await view.shows("claude joined as editor, agent of Host")
    await view.until(lambda: str(view.app.query_one("#people").border_title).endswith(AGENT), AGENT)
    activity = {
        "state": "working",
        "doing": "Editing [red]a.py[/]",
        "plan": [{"text": "Speed it up", "status": "in_progress"}],
    }
    await agent.send(type="agent_update", session_id=SESSION, data=activity)
    await view.shows("agent of Host · working\n  Editing [red]a.py[/]", "#people-list")
    # The pane takes the place of the comments, and gives it back.
    await view.pilot.press("up", "a")
    pane = view.app.query_one(AgentRows)
    assert view.app.focused is pane
    await view.shows("plan: 0 of 1 done", "#agents")
    await view.shows("[>] Speed it up", "#agents")
    assert [widget.display for widget in view.app.query("#threads, #agents")] == [False, True]
    assert pane.region.bottom <= view.app.query_one("#composer").region.y
    await agent.send(type="agent_update", session_id=SESSION, data={"state": "done"})
    await view.until(lambda: "Speed it up" not in view.texts("#agents"), "the end of the plan")
    await view.pilot.press("a")
    assert [widget.display for widget in view.app.query("#threads, #agents")] == [True, False]
    assert view.app.focused is view.composer
    await view.type("/agents")
    await view.pilot.press("enter")
    assert view.app.focused is pane
    assert view.composer.text == ""
    await view.pilot.press("escape")
    assert (pane.display, view.app.focused) == (True, view.composer)
    call = {"kind": "tool_call", "id": "t", "name": "Bash", "title": "ls", "status": "failed"}
    await agent.send(type="agent_event", session_id=SESSION, data=call)
    await view.shows("· agent claude: Bash ls failed", "FeedRows")
    await agent.send(type="leave_session", session_id=SESSION)
    await view.shows("No agents are here.", "#agents")


async def test_a_mention_rings_unless_an_agent_wrote_it(
    door: Door, host: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(view.app, "bell", lambda: rung.append("bell"))
    agent = await agent_of(door, host)
    await agent.send(type="chat_message", session_id=SESSION, content="@Ann I am done")
    await view.shows("agent claude @Ann I am done", "FeedRows")
    assert rung == []
    await host.send(type="chat_message", session_id=SESSION, content="@Ann look")
    await view.shows("Host @Ann look", "FeedRows")
    assert rung == ["bell"]


async def test_the_feed_stays_where_one_reads(host: RawClient, view: View) -> None:
    for number in range(50):
        await host.send(type="chat_message", session_id=SESSION, content=f"say {number}.")
        await host.receive_type("chat_message")
    await view.shows("say 49.")
    feed = view.app.query_one(FeedRows)
    await view.until(lambda: feed.scroll_y == feed.max_scroll_y > 0, "the end")
    await view.pilot.press("up", "home")
    await view.until(lambda: feed.scroll_y == 0, "the beginning")
    await host.send(type="chat_message", session_id=SESSION, content="and on")
    await view.shows("and on")
    assert feed.scroll_y == 0
    assert feed.border_subtitle == "↓ 1 new"
    await view.pilot.press("escape")
    await view.until(lambda: feed.scroll_y == feed.max_scroll_y, "the end again")


async def test_older_messages_are_loaded_on_demand(open_door: Callable[..., Any]) -> None:
    door = await open_door(snapshot_messages=2)
    host = await door.join("host")
    for number in range(5):
        content = f"say {number}."
        await host.send(type="chat_message", session_id=SESSION, content=content)
        await host.receive_type("chat_message")
    async with watching(door) as view:
        await view.shows("say 3.")
        assert "say 2." not in view.texts()
        await view.pilot.press("up", "o")
        await view.shows("say 0.")
        await view.pilot.press("o")
        await view.shows("There are no older messages.", "#note")


@pytest.mark.parametrize("size", [(50, 20), (80, 24), (160, 50)])
async def test_it_fits_on_every_screen(door: Door, host: RawClient, size: tuple[int, int]) -> None:
    async with watching(door, size=size) as view:
        await host.send(type="chat_message", session_id=SESSION, content="word " * 50)
        await view.shows("word")
        for widget in view.app.query("#feed, #people, #threads, #composer"):
            region = widget.region
            assert region.width > 10, widget
            assert region.height > 0, widget
            assert region.right <= size[0], widget
            assert region.bottom <= size[1], widget
        width = view.app.query_one(FeedRows).scrollable_content_region.width
        assert max(map(len, view.texts("FeedRows").split("\n"))) <= width


async def test_ctrl_c_first_throws_away_what_is_written(view: View) -> None:
    await view.type("draft")
    await view.pilot.press("ctrl+c")
    assert view.composer.text == ""
    assert view.app.return_code is None
    await view.pilot.press("ctrl+c")
    await view.until(lambda: view.app.return_code == 0, "the end")


def lines_of(view: View) -> list[str]:
    """The screen as it is painted."""
    compositor = view.app.screen._compositor  # pyright: ignore[reportPrivateUsage] - nothing public has it
    return ["".join(segment.text for segment in strip) for strip in compositor.render_strips()]


async def test_a_narrow_terminal_has_room_for_all_of_four_people_and_for_the_chat(
    door: Door, host: RawClient
) -> None:
    others = [await door.join(name, Role.EDITOR) for name in ("bob", "carol")]
    data = {"file": "src/a.py", "line": 3, "content": "why?", "code_snippet": "x = 1"}
    await host.send(type="add_comment", session_id=SESSION, data=data)
    for number in range(12):
        await host.send(type="chat_message", session_id=SESSION, content=f"message {number}")
    async with watching(door, size=(60, 24)) as view:
        await view.shows("message 11")
        await view.pilot.pause()
        screen = "\n".join(lines_of(view))
        for text in ("Host host", "Bob editor", "Carol editor", "Ann (you)", "Host why?"):
            assert text in screen, screen
        assert screen.count("message ") >= 6, screen
    assert others


async def test_the_line_of_keys_is_never_cut(door: Door, host: RawClient) -> None:
    assert host.connected
    async with watching(door, size=(60, 24)) as view:
        await view.until(lambda: "↑ Chat" in lines_of(view)[-1], "the way to the messages")
        await view.pilot.press("up")
        await view.until(lambda: "esc Back ^c Quit …" in lines_of(view)[-1], "short keys")
        await view.pilot.resize_terminal(100, 24)
        await view.until(lambda: "a Agents" in lines_of(view)[-1], "all keys")


async def test_a_link_that_does_not_hold_ends_it_with_the_reason(door: Door) -> None:
    link = SessionLink(door.address, SESSION, "no-such-code")
    app = WatchApp(client_maker(link, name="ann", token=None))
    async with app.run_test():
        deadline = time.monotonic() + DEADLINE
        while app.return_code is None:
            assert time.monotonic() < deadline

            await asyncio.sleep(0.02)
    assert app.return_code == 1
    assert app.failure is not None
    assert "Ask a host for a new link" in app.failure


async def test_a_part_that_cannot_be_shown_ends_nothing(
    host: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(SECRET)

    cursor = {"file": "src/a.py", "line": 7, "column": 2}
    with monkeypatch.context() as patch:
        patch.setattr(panels, "people", fail)
        await host.send(type="cursor_update", session_id=SESSION, data=cursor)
        await view.shows(NOT_SHOWN)
        assert SECRET not in view.texts()
    await host.send(type="chat_message", session_id=SESSION, content="still here")
    await view.shows("Host still here")
    await view.until(lambda: NOT_SHOWN not in view.texts(), "the panels")


async def test_what_fails_while_it_is_sent_comes_back_and_the_view_goes_on(
    host: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bool:
        raise ValueError(SECRET)

    with monkeypatch.context() as patch:
        patch.setattr(Sender, "send", fail)
        await view.type("hi")
        await view.pilot.press("enter")
        await view.shows(NOT_DONE)
        assert view.composer.text == "hi"
    await view.pilot.press("enter")
    assert (await host.receive_type("chat_message"))["message"]["content"] == "hi"


async def test_a_view_that_fails_ends_with_a_sentence_and_without_content(
    door: Door, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(LocalStatus, "touch", fail)
    link = SessionLink(door.address, SESSION, await door.invite(Role.EDITOR))
    app = WatchApp(client_maker(link, name="ann", token=door.token("ann")))
    await app.run_async(headless=True)
    assert (app.failure, app.return_code) == (FAILED, 1)
    printed = "".join(capfd.readouterr())
    assert SECRET not in printed
    assert "Traceback" not in printed
