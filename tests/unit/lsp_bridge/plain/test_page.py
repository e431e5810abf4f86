"""Hints, diagnostics, lenses, hovers and actions of a document."""

from datetime import datetime
from typing import cast

import pytest
from lsprotocol import types

from peerline.protocol.base import Arrival
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.chat import EditorChat, EditorChatMessage
from peerline.protocol.editor.comments import EditorReply, EditorThread
from peerline.protocol.editor.moderation import EditorModeration
from peerline.protocol.editor.participants import EditorAgent, EditorParticipant, EditorPresence
from peerline.protocol.editor.prompts import EditorPrompt, EditorQueue
from peerline.protocol.editor.session import ConnectionState, EditorState
from peerline.protocol.moderation import Invite
from peerline.protocol.prompts import PromptState
from peerline.protocol.roles import Role
from peerline.protocol.types import Status
from peerline_bridge.plain.actions import (
    KIND,
    MAX_CANCELS,
    MAX_FOLLOWS,
    MAX_REATTACHED,
    actions,
    place_of,
    wants,
)
from peerline_bridge.plain.capabilities import ClientFeatures, read_features
from peerline_bridge.plain.marks import MAX_DIAGNOSTICS, Page
from peerline_bridge.plain.model import MAX_CHAT_LINES, PlainModel
from peerline_bridge.plain.surface import Listener, PlainSurface
from peerline_bridge.plain.text import MAX_DIAGNOSTIC_REPLIES, chat_text, thread_message
from peerline_bridge.texts.positions import Encoding, split_lines

URI = "file:///w/a.py"
TIME = "2026-01-02T03:04:05Z"
LINES = split_lines("one\n  two 🦊\nthree\n# peerline> hi\nfour\n")
ALL = ClientFeatures(show_document=True, action_literals=True)


def thread(identifier: str = "c1", line: int = 1, **fields: object) -> EditorThread:
    base = {
        "id": identifier,
        "line": line,
        "end_line": line,
        "user_id": "bob",
        "username": "bob",
        "color": 1,
        "content": "why?",
        "code_snippet": "two",
        "resolved": False,
        "outdated": False,
        "timestamp": TIME,
        "replies": [],
    }
    return EditorThread.model_validate({**base, **fields})


def person(name: str, role: Role = Role.EDITOR, *, is_me: bool = False) -> EditorParticipant:
    return EditorParticipant(
        user_id=name,
        username=name,
        role=role,
        color=1,
        status=Status.ACTIVE,
        is_me=is_me,
        is_followed=False,
    )


def model(role: Role | None = Role.EDITOR) -> PlainModel:
    found = PlainModel(
        state=EditorState(state=ConnectionState.JOINED, title="Pairing", role=role),
        people=[person("me", is_me=True), person("bob")],
    )
    found.threads[URI] = [thread()]
    return found


def page(found: PlainModel) -> Page:
    return Page(found, URI, LINES, Encoding.UTF16)


def titles(found: PlainModel, row: int, features: ClientFeatures = ALL) -> list[str]:
    place = types.Position(row, 0)
    shown = page(found)
    where = place_of(shown, types.Range(place, place))
    return [item.title for item in actions(shown, where, features)]


def test_a_comment_covers_the_text_of_its_line_in_units() -> None:
    (found,) = page(model()).diagnostics(with_presence=True)
    assert found.range == types.Range(types.Position(1, 2), types.Position(1, 8))
    assert (found.message, found.severity) == ("bob: why?", types.DiagnosticSeverity.Information)


def test_an_outdated_comment_is_at_the_top_and_says_so() -> None:
    shown = model()
    shown.threads[URI] = [thread(line=4, outdated=True)]
    (found,) = page(shown).diagnostics(with_presence=False)
    assert found.range.start.line == 0
    assert found.message == "Its line has changed: two\nbob: why?"


def test_the_row_after_the_latest_edit_counts() -> None:
    shown = Page(model(), URI, LINES, Encoding.UTF16, {"c1": 2}.get)
    assert [item.range.start.line for item in shown.diagnostics(with_presence=False)] == [2]
    assert shown.threads_on(1, 1) == []


@pytest.mark.parametrize("extra", [0, 1])
def test_the_diagnostics_of_a_document_are_bounded(extra: int) -> None:
    shown = model()
    shown.threads[URI] = [thread(f"c{number}") for number in range(MAX_DIAGNOSTICS + extra)]
    found = page(shown).diagnostics(with_presence=False)
    assert len(found) == MAX_DIAGNOSTICS + extra
    assert ("more comments" in found[-1].message) is bool(extra)


@pytest.mark.parametrize("extra", [0, 1])
def test_a_diagnostic_shows_the_latest_replies_and_a_hover_all(extra: int) -> None:
    replies = [
        EditorReply(
            id=f"r{number}",
            user_id="u1",
            username="al",
            color=0,
            content=f"r{number}",
            timestamp=TIME,
        )
        for number in range(MAX_DIAGNOSTIC_REPLIES + extra)
    ]
    found = thread(replies=replies)
    assert ("… 1 earlier reply" in thread_message(found)) is bool(extra)
    shown = model()
    shown.threads[URI] = [found]
    hover = page(shown).hover(types.Position(1, 0))
    assert hover is not None
    assert all(f"\nr{number}" in hover for number in range(MAX_DIAGNOSTIC_REPLIES + extra))


def test_others_are_hints_or_diagnostics_at_their_cursor_moved_to_where_text_is() -> None:
    shown = model()
    shown.threads.clear()
    shown.marks["bob"] = EditorPresence(
        user_id="bob",
        username="bob\x1b",
        color=1,
        status=Status.TYPING,
        uri=URI,
        cursor=Position(line=1, character=99),
        selection=Range(start=Position(line=0, character=0), end=Position(line=1, character=8)),
    )
    (hint,) = page(shown).inlay_hints(0, 2)
    assert hint.position == types.Position(1, 8)
    assert hint.label == "◂ bob<U+001B> …"
    assert page(shown).inlay_hints(2, 4) == []
    (found,) = page(shown).diagnostics(with_presence=True)
    assert found.severity is types.DiagnosticSeverity.Hint
    assert found.message == "bob<U+001B> has selected lines 1 to 2 (typing)"
    assert page(shown).diagnostics(with_presence=False) == []


def test_a_line_with_a_comment_offers_to_answer_and_a_draft_to_be_sent() -> None:
    shown = model()
    assert titles(shown, 1) == [
        "Peerline: write a reply to bob's comment (why?)",
        "Peerline: write a comment on line 2",
        "Peerline: resolve bob's comment (why?)",
        "Peerline: write in the chat",
        "Peerline: open the chat",
        "Peerline: follow bob",
        "Peerline: leave Pairing",
    ]
    assert titles(shown, 3)[:2] == [
        "Peerline: send as a comment on line 5",
        "Peerline: send to the chat",
    ]
    shown.threads[URI] = [thread(line=4)]
    assert titles(shown, 3)[0] == "Peerline: send as a reply to bob (why?)"


@pytest.mark.parametrize("extra", [0, 1])
def test_outdated_comments_can_be_attached_to_any_line(extra: int) -> None:
    shown = model()
    shown.threads[URI] = [
        thread(f"c{number}", outdated=True) for number in range(MAX_REATTACHED + extra)
    ]
    found = [title for title in titles(shown, 2) if "re-attach" in title]
    assert found == ["Peerline: re-attach bob's comment (why?) to line 3"] * MAX_REATTACHED


def test_a_viewer_is_offered_nothing_that_the_server_refuses() -> None:
    assert titles(model(Role.VIEWER), 1) == [
        "Peerline: open the chat",
        "Peerline: follow bob",
        "Peerline: leave Pairing",
    ]


def test_what_the_client_cannot_show_is_not_offered() -> None:
    assert not any("follow" in title for title in titles(model(), 1, ClientFeatures()))


def test_those_to_follow_are_bounded() -> None:
    shown = model()
    shown.people = [person(f"p{number}") for number in range(MAX_FOLLOWS + 1)]
    assert sum("follow" in title for title in titles(shown, 1)) == MAX_FOLLOWS


def shared_agent(name: str, waiting: int) -> EditorParticipant:
    """An agent at work, with prompts that wait."""
    prompts = [
        EditorPrompt(
            id=f"{name}{number}",
            user_id="me",
            username="me",
            text=f"{number}",
            state=PromptState.WAITING,
            may_cancel=True,
        )
        for number in range(waiting)
    ]
    queue = EditorQueue(prompts=prompts, may_prompt=True, may_stop=True)
    agent = EditorAgent(owner="me", product="claude-code", queue=queue)
    return person(name).model_copy(update={"agent": agent})


def test_a_stop_names_the_turn_that_is_seen() -> None:
    shown = model()
    robo, idle = shared_agent("robo", 2), shared_agent("idle", 0)
    assert robo.agent is not None
    assert robo.agent.queue is not None
    waiting = robo.agent.queue.prompts[0]
    robo.agent.queue.prompts[0] = waiting.model_copy(update={"state": PromptState.RUNNING})
    shown.people += [robo, idle]
    place = types.Position(0, 0)
    stops = [
        item.command.arguments
        for item in actions(page(shown), place_of(page(shown), types.Range(place, place)), ALL)
        if isinstance(item.command, types.Command) and item.command.command == "peerline.stopAgent"
    ]
    assert stops == [[{"agent_id": "robo", "prompt_id": "robo0"}], [{"agent_id": "idle"}]]


@pytest.mark.parametrize("extra", [0, 1])
def test_prompts_to_cancel_are_bounded_and_push_out_no_stop(extra: int) -> None:
    shown = model()
    shown.people += [shared_agent("robo", MAX_CANCELS - 1), shared_agent("codex", 1 + extra)]
    selected = types.Range(types.Position(0, 0), types.Position(0, 2))
    found = [
        item.title.removeprefix("Peerline: ")
        for item in actions(page(shown), place_of(page(shown), selected), ALL)
        if "robo" in item.title or "codex" in item.title
    ]
    assert found[:4] == [
        "stop robo",
        "prompt robo with the selection",
        "stop codex",
        "prompt codex with the selection",
    ]
    cancels = [f"cancel the prompt for robo ({number})" for number in range(MAX_CANCELS - 1)]
    cancels.append("cancel the prompt for codex (0)")
    assert [title for title in found if "cancel" in title] == cancels


def test_without_a_session_only_joining_or_starting_one_is_offered() -> None:
    assert titles(PlainModel(), 0) == ["Peerline: start a session"]
    assert titles(PlainModel(configured="s at h:1"), 0) == ["Peerline: join s at h:1"]


def test_no_action_is_a_quick_fix() -> None:
    place = types.Position(1, 0)
    shown = page(model())
    for item in actions(shown, place_of(shown, types.Range(place, place)), ALL):
        assert isinstance(item, types.CodeAction)
        assert item.kind == KIND
    assert not wants(["quickfix"])
    assert not wants(["source.organizeImports"])
    assert wants(None)
    assert wants([""])
    assert wants([KIND])


def test_a_thread_that_went_can_be_reopened_until_it_is_back() -> None:
    shown = model()
    shown.set_threads(URI, [])
    assert "Peerline: reopen bob's comment (why?)" in titles(shown, 0)
    shown.set_threads(URI, [thread()])
    assert not any("reopen" in title for title in titles(shown, 0))


def test_a_selection_that_ends_before_a_line_does_not_reach_it() -> None:
    shown = page(model())
    place = place_of(shown, types.Range(types.Position(0, 0), types.Position(2, 0)))
    assert (place.first, place.last, place.is_selection) == (0, 1, True)


def said(identifier: str, content: str = "hi", **fields: object) -> EditorChatMessage:
    base = {
        "id": identifier,
        "kind": "chat",
        "user_id": "bob",
        "username": "bob",
        "color": 1,
        "content": content,
        "timestamp": TIME,
    }
    return EditorChatMessage.model_validate({**base, **fields})


def test_the_chat_is_text_with_controls_made_visible() -> None:
    shown = model()
    shown.add_chat(
        [
            said("1", "a\x1b[2J\nb"),
            said("2", "x", is_edited=True, parent_id="1"),
            said("3", "", is_deleted=True),
            said("4", "joined", kind="system"),
        ],
        first=False,
    )
    text = chat_text(shown, "how")
    assert "\x1b" not in text
    lines = [line[5:] for line in text.splitlines()[-5:]]
    assert lines == [
        "  bob: a<U+001B>[2J",
        "  b",
        "  ↳ bob: x (edited)",
        "  bob: (deleted)",
        "  * bob joined",
    ]


def test_what_others_do_not_have_says_so_and_is_offered_again_if_it_was_refused() -> None:
    shown = model()
    shown.add_chat(
        [
            said("p1", "waits", is_pending=True),
            said("p2", "too long", is_pending=True, refusal="you are a viewer"),
        ],
        first=False,
    )
    text = chat_text(shown, "")
    assert "bob: waits (not sent yet)\n" in text
    assert "bob: too long (not sent: you are a viewer)\n" in text
    shown.threads[URI] = [thread("p3", is_pending=True)]
    assert thread_message(shown.threads[URI][0]) == "bob: why? (not sent yet)"
    assert titles(shown, 1)[:3] == [
        "Peerline: send again (too long)",
        "Peerline: discard (too long)",
        "Peerline: write a comment on line 2",
    ]
    shown.set_threads(URI, [thread("c9")])
    assert not any("reopen" in title for title in titles(shown, 1)), "it was sent"


def test_a_message_that_was_sent_takes_the_place_of_the_waiting_one() -> None:
    shown = PlainModel()
    changed: list[list[str]] = []

    class Listening:
        def __getattr__(self, _: str) -> object:
            return lambda news: changed.append([item.id for item in news])

    surface = PlainSurface(shown, cast("Listener", Listening()))
    surface.show_chat(EditorChat(messages=[said("p1", is_pending=True, is_me=True)]))
    surface.show_chat(EditorChat(messages=[said("m1", is_me=True)], removed=["p1"]))
    assert list(shown.chat) == ["m1"]
    assert changed == [["p1"], ["m1"]]
    assert shown.unread == 0


def test_a_host_sees_in_the_chat_which_link_somebody_came_by() -> None:
    shown = model(Role.HOST)
    shown.people += [person("eve"), person("ann")]
    refreshed: list[object] = []

    class Listening:
        def __getattr__(self, name: str) -> object:
            return lambda *_: refreshed.append(name)

    surface = PlainSurface(shown, cast("Listener", Listening()))
    invite = Invite(id="i1", role=Role.EDITOR, created_at=datetime.fromisoformat(TIME))
    arrivals = [Arrival(user_id="bob", invite_id="i1"), Arrival(user_id="eve", invite_id="i2")]
    for _ in range(2):
        surface.show_moderation(EditorModeration(invites=[invite], arrivals=arrivals))
    assert refreshed == ["chat_changed"]
    made = f"{invite.created_at.astimezone():%Y-%m-%d %H:%M}"
    here = chat_text(shown, "").splitlines()[1]
    assert here == (
        f"Here: me (editor), bob (editor, by the editor link of {made}), "
        "eve (editor, by a link that no longer works), ann (editor)"
    )
    surface.show_moderation(EditorModeration())
    assert "link" not in chat_text(shown, "").splitlines()[1]


def test_older_messages_come_first_the_same_id_replaces_and_the_oldest_go() -> None:
    shown = model()
    shown.add_chat([said("5"), said("6")], first=False)
    shown.add_chat([said("3"), said("4")], first=True)
    shown.add_chat([said("5", "new")], first=False)
    assert list(shown.chat) == ["3", "4", "5", "6"]
    assert shown.chat["5"].content == "new"
    shown.add_chat([said(f"m{number}") for number in range(MAX_CHAT_LINES - 1)], first=False)
    assert len(shown.chat) == MAX_CHAT_LINES
    assert next(iter(shown.chat)) == "6"


@pytest.mark.parametrize(
    ("name", "asks", "quiet"),
    [
        ("Neovim", False, False),
        ("Visual Studio Code", True, True),
        ("kate", True, True),
        ("Emacs (eglot)", False, True),
    ],
)
def test_questions_are_asked_where_they_do_not_block(name: str, *, asks: bool, quiet: bool) -> None:
    features = read_features(types.ClientCapabilities(), name)
    assert (features.asks, features.quiet_messages) == (asks, quiet)
    assert read_features(types.ClientCapabilities(), name, asks=True).asks


def test_diagnostics_are_pulled_only_where_they_can_be_refreshed() -> None:
    assert not ClientFeatures(pull_diagnostics=True).pulls
    assert ClientFeatures(pull_diagnostics=True, diagnostic_refresh=True).pulls


def test_a_token_that_is_no_longer_good_can_be_replaced() -> None:
    sign_in = "Peerline: sign in with the token that you keep now"
    away = PlainModel(needs_token=True, configured="s at h:1")
    assert titles(away, 0) == [sign_in, "Peerline: leave"]
    shown = model()
    assert sign_in not in titles(shown, 1)
    shown.needs_token = True
    assert sign_in in titles(shown, 1)
