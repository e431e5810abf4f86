"""Tests of peerline.watch.agents, and of how agents look in the other parts of the view."""

from datetime import UTC
from typing import Any

import pytest

from peerline.watch import agents, panels
from peerline.watch.feed import Feed
from peerline.watch.plain import PlainView
from peerline.watch.spans import Line, plain
from tests.unit.peerline.watch.conftest import HOSTILE, NOW, STAMP, Room, S

USAGE = {
    "context_used": 51_234,
    "context_limit": 1_000_000,
    "input_tokens": 6_170,
    "output_tokens": 385,
    "cost": 0.17,
    "currency": "USD",
}
ACTIVITY: dict[str, Any] = {
    "state": "working",
    "doing": "Editing src/parser.py",
    "tool": {"id": "t", "name": "Edit", "kind": "edit", "status": "running", "title": "parser.py"},
    "plan": [
        {"text": "Read it", "status": "completed"},
        {"text": "Speed it up", "status": "in_progress"},
        {"text": "Test it"},
    ],
    "usage": USAGE,
    "health": 92.0,
    "health_reasons": ["context 83% full"],
}
CALL: dict[str, Any] = {
    "kind": "tool_call",
    "id": "t7",
    "name": "Edit",
    "title": "src/parser.py",
    "status": "completed",
    "files": [{"file": "src/parser.py", "lines_added": 12, "lines_removed": 3}],
}


def room_of(activity: dict[str, Any] | None = ACTIVITY, name: str = "claude") -> Room:
    """Ann, who is a host, and her agent."""
    room = Room()
    room.person("Ann", "host", status="active")
    room.person(name, status="active")
    info = {"owner_id": "ann", "product": "claude-code", "model": "opus"}
    room.people[1] |= {"id": "claude", "kind": "agent", "agent": info, "activity": activity}
    room.connect()
    return room


def question(identifier: str, **fields: Any) -> dict[str, Any]:
    """A question of Ann's agent."""
    return {
        "id": identifier,
        "user_id": "claude",
        "username": "claude",
        "owner_id": "ann",
        "title": "Run command",
        "options": ["allow_once", "deny"],
        "asked_at": STAMP,
        "expires_at": STAMP,
        **fields,
    }


def prompt(identifier: str, state: str = "waiting", **fields: Any) -> dict[str, Any]:
    """A prompt for Ann's agent."""
    return {
        "id": identifier,
        "agent_id": "claude",
        "user_id": "eve",
        "username": "Eve",
        "text": "Speed up\nthe parser",
        "state": state,
        "asked_at": STAMP,
        **fields,
    }


def look(room: Room) -> panels.Look:
    return panels.Look.at(room.replica, UTC)


def people(room: Room, width: int = 40) -> list[str]:
    return [plain(line) for line in panels.people(room.replica, look(room), width)]


def pane(room: Room) -> list[str]:
    return [plain(part.line) for part in agents.pane(room.replica)]


def style_of(lines: list[Line], text: str) -> str:
    (style,) = [span.style for line in lines for span in line if span.text == text]
    return style


def act(room: Room, **data: Any) -> list[Any]:
    who = {"user_id": "claude", "username": "claude"}
    return room.happen(type="agent_event", data=data, **who)


def test_an_agent_has_its_owner_state_and_use_below_its_name() -> None:
    assert people(room_of()) == [
        "● Ann (you) host",
        "● claude editor",
        "  agent of Ann · working",
        "  Editing src/parser.py",
        "  context 5% · 0.17 USD",
    ]


def test_what_is_not_known_of_an_agent_takes_no_line() -> None:
    assert people(room_of(None))[1:] == ["● claude editor", "  agent of Ann"]
    waiting = room_of({"state": "waiting_approval", "usage": {"input_tokens": 1}})
    assert people(waiting)[2:] == ["  agent of Ann · waits for approval"]
    lines = panels.people(waiting.replica, look(waiting), 40)
    assert style_of(lines, "waits for approval") == "warning"


def test_a_narrow_panel_cuts_what_an_agent_does() -> None:
    lines = people(room_of(ACTIVITY | {"doing": "Editing a/long/path.py", "state": "error"}), 20)
    assert lines[2:5] == ["  agent of Ann", "  error", "  Editing a/long/pa…"]
    assert all(len(line) <= 23 for line in lines)


def test_an_owner_who_has_left_is_still_named() -> None:
    room = room_of()
    room.happen(type="user_left", user_id="ann", username="Ann")
    assert "  agent of Ann · working" in people(room)


def test_the_activity_follows_what_the_agent_reports() -> None:
    room = room_of()
    room.hear(type="agent_update", user_id="claude", data={"state": "idle"})
    assert people(room)[1:] == ["● claude editor", "  agent of Ann · idle"]


def test_agents_are_not_counted_as_people() -> None:
    room = room_of()
    assert panels.here(room.replica) == "Here (1) · 1 agent"
    room.people.append({**room.people[1], "id": "codex"})
    room.connect()
    assert panels.here(room.replica) == "Here (1) · 2 agents"
    room.people = room.people[:1]
    room.connect()
    assert panels.here(room.replica) == "Here (1)"
    typing = {"status": "typing", "typing_in": "chat"}
    for number in range(3):
        room.person(f"Bob{number}", **typing)
    room.connect()
    assert panels.typing(room.replica, look(room)) == "3 people are typing…"
    room.people[-1] |= {"kind": "agent", "agent": {"owner_id": "ann", "product": "codex"}}
    room.connect()
    assert panels.typing(room.replica, look(room)) == "3 participants are typing…"


def test_the_pane_shows_plan_call_usage_and_health() -> None:
    assert pane(room_of()) == [
        "claude agent of Ann",
        "  claude-code · opus",
        "  working · Editing src/parser.py",
        "  call: Edit parser.py (running)",
        "  plan: 1 of 3 done",
        "  [x] Read it",
        "  [>] Speed it up",
        "  [ ] Test it",
        "  context 51.2k of 1M tokens (5%)",
        "  tokens 6.2k in, 385 out",
        "  cost 0.17 USD",
        "  health 92",
        "  - context 83% full",
    ]


def test_the_pane_has_what_an_agent_asks_and_the_queue_of_its_prompts() -> None:
    room = room_of({"state": "waiting_approval"})
    room.connect(
        approvals=[question("ap1", title=f"Run {HOSTILE}", tool="Bash"), question("ap2")],
        prompts=[prompt("p1", "running"), prompt("p2"), prompt("p3", agent_id="codex")],
    )
    lines = pane(room)
    assert lines[0] == "claude agent of Ann"
    assert lines[1].startswith("  asks: Run <U+001B>[2J<U+001B>]0;pwned")
    assert lines[2:] == [
        "  asks: Run command",
        "  claude-code · opus",
        "  waits for approval",
        "  running: Eve: Speed up…",
        "  waiting: Eve: Speed up…",
    ]
    found = [agents.selected(room.replica, part.key) for part in agents.pane(room.replica)]
    assert {one.agent.id for one in found if one.agent is not None} == {"claude"}
    assert [one.question.id for one in found if one.question is not None] == ["ap1", "ap2"]
    assert [one.prompt.id for one in found if one.prompt is not None] == ["p1", "p2"]


def test_what_is_selected_may_be_gone() -> None:
    room = room_of()
    nothing = agents.Selected()
    for key in (None, "agent nobody 1", "question ap1", "prompt p1"):
        assert agents.selected(room.replica, key) == nothing


def test_what_waits_when_one_comes_is_said_in_plain_text() -> None:
    room = room_of()
    view = PlainView(room.replica)
    waiting = {"approvals": [question("ap1")], "prompts": [prompt("p1", "running")]}
    assert view.lines(room.connect(**waiting), NOW)[2:] == [
        "agent claude: asks: Run command",
        f"      to answer: peerline approve {S} ap1",
        "agent claude: running: Eve: Speed up…",
    ]
    # Who may not answer is told no command.
    room.people[1]["agent"]["owner_id"] = "eve"
    other = PlainView(room.replica)
    asked = question("ap1", owner_id="eve")
    assert other.lines(room.connect(approvals=[asked]), NOW)[2:] == [
        "agent claude: asks: Run command"
    ]


def test_the_pane_of_an_agent_that_told_little() -> None:
    assert pane(room_of(None))[2:] == ["  has reported nothing yet"]
    told = {"state": "done", "model": "haiku", "usage": {"context_used": 1_500}}
    assert pane(room_of(told))[1:] == [
        "  claude-code · haiku",
        "  done",
        "  context 1.5k tokens",
    ]
    room = Room()
    room.person("Ann")
    room.connect()
    assert pane(room) == []


@pytest.mark.parametrize(
    ("used", "style"),
    [(799_999, ""), (800_000, "warning"), (949_999, "warning"), (950_000, "error")],
)
def test_a_full_context_stands_out(used: int, style: str) -> None:
    room = room_of({"state": "idle", "usage": {**USAGE, "context_used": used}})
    lines = panels.people(room.replica, look(room), 40)
    assert style_of(lines, f"context {used / 1_000_000:.0%}") == style


def test_a_failed_call_stands_out_by_word_and_style() -> None:
    room = room_of(ACTIVITY | {"tool": {**ACTIVITY["tool"], "status": "failed"}})
    lines = [part.line for part in agents.pane(room.replica)]
    assert style_of(lines, "Edit parser.py (failed)") == "error"


def test_what_an_agent_does_is_a_line_each_in_plain_text() -> None:
    room = room_of()
    view = PlainView(room.replica)
    opening = view.lines(room.connect(), NOW)
    assert opening == ["Pairing", "Here: Ann (host), claude (editor, agent of Ann)"]

    def said(**data: Any) -> list[str]:
        return [line[6:] for line in view.lines(act(room, **data), NOW)]

    assert said(kind="prompt", turn_id="1", text="Speed it up") == [
        "· agent claude: prompt: Speed it up"
    ]
    assert said(**CALL) == ["· agent claude: Edit src/parser.py (+12 -3)"]
    assert said(kind="turn_end", turn_id="1", reason="end_turn", text="Done.") == [
        "· agent claude: turn ended (end_turn): Done."
    ]
    assert [line[6:] for line in view.lines(room.say("claude", "hi"), NOW)] == ["agent claude hi"]


def test_an_agent_joins_with_its_owner() -> None:
    room = room_of()
    feed = Feed(room.replica)
    user = {key: room.people[1][key] for key in ("username", "role", "kind", "agent")}
    feed.update(room.happen(type="user_joined", user={**user, "id": "codex"}), NOW)
    (entry,) = feed.entries.values()
    assert entry.did == "joined as editor, agent of Ann"


def test_a_change_that_its_call_has_told_is_not_told_again() -> None:
    room = room_of()
    feed = Feed(room.replica)
    data = {"file": "src/parser.py", "change": "modified", "tool_call_id": "t7"}
    who = {"user_id": "claude", "username": "claude"}

    def changes(**fields: Any) -> list[Any]:
        return feed.update(room.happen(type="file_event", data={**data, **fields}, **who), NOW)

    assert changes(), "nothing has told of the call"
    feed.update(act(room, **CALL), NOW)
    assert changes() == []
    assert changes(file="other.py"), "the line of the call does not name it"
    assert changes(tool_call_id="t8")
    assert feed.update(
        room.happen(type="file_event", data=data, user_id="ann", username="Ann"), NOW
    )


def test_a_call_with_the_id_of_another_has_a_line_of_its_own() -> None:
    room = room_of()
    feed = Feed(room.replica)
    for _ in range(2):
        feed.update(act(room, **CALL), NOW)
    assert len(feed.entries) == 2


def test_the_questions_of_an_agent_and_their_ends_are_lines() -> None:
    room = room_of()
    view = PlainView(room.replica)
    view.lines(room.connect(), NOW)

    def ask(number: int, **fields: Any) -> list[str]:
        approval = question(f"ap{number}", **fields)
        changes = room.happen(type="approval_asked", approval=approval)
        return [line[6:] for line in view.lines(changes, NOW)]

    def end(number: int, **fields: Any) -> list[str]:
        event = {"approval_id": f"ap{number}", "user_id": "claude", "by": "ann", **fields}
        changes = room.happen(type="approval_answered", **event)
        return [line[6:] for line in view.lines(changes, NOW)]

    asked = ask(1, tool="Bash", detail="pytest\n-q \x1b[2J")
    assert asked == [
        "· agent claude: asks: Run command (Bash pytest -q <U+001B>[2J)",
        f"to answer: peerline approve {S} ap1",
    ]
    assert end(1, answer="allow_once") == ["· Ann allowed “Run command” once for claude"]
    assert ask(2)[0] == "· agent claude: asks: Run command"
    denied = end(2, answer="deny", comment="not\x07 now")
    assert denied == ["· Ann denied “Run command” for claude: not<U+0007> now"]
    assert end(2, answer="deny") == ["· Ann denied a question for claude"]
    ask(3)
    expired = end(3, answer="expired", by="server")
    assert expired == ["· agent claude: got no answer to “Run command” in time"]
    ask(4)
    withdrawn = end(4, answer="withdrawn", by="claude")
    assert withdrawn == ["· agent claude: no longer asks “Run command”"]


def test_prompts_that_no_message_shows_and_their_ends_are_lines() -> None:
    room = room_of()
    view = PlainView(room.replica)
    view.lines(room.connect(), NOW)

    def prompt(**fields: Any) -> list[str]:
        given = {
            "id": "p1",
            "agent_id": "claude",
            "user_id": "ann",
            "username": "Ann",
            "text": "Speed up\nthe parser \x1b[2J",
            "asked_at": STAMP,
            **fields,
        }
        changes = room.happen(type="agent_prompted", prompt=given)
        return [line[6:] for line in view.lines(changes, NOW)]

    def moves(state: str, by: str = "ann") -> list[str]:
        event = {"prompt_id": "p1", "agent_id": "claude", "state": state, "by": by}
        changes = room.happen(type="prompt_changed", **event)
        return [line[6:] for line in view.lines(changes, NOW)]

    assert prompt() == ["· Ann prompts claude: Speed up the parser <U+001B>[2J"]
    assert moves("running", "claude") == []
    assert moves("stopping") == ["· Ann stops claude"]
    assert moves("done", "claude") == []
    assert prompt(message_id="m1") == []
    assert moves("cancelled") == ["· Ann cancelled a prompt for claude"]


def test_what_the_server_derives_of_the_agents_is_no_line() -> None:
    room = room_of()
    feed = Feed(room.replica)
    changes = {"model": "opus", "token_count": 5}
    update = {"type": "session_update", "changes": changes, "updated_by": "server"}
    assert feed.update(room.happen(**update, derived=True), NOW) == []
    assert feed.update(room.happen(**update), NOW)


def test_hostile_text_of_an_agent_is_shown_as_text_everywhere() -> None:
    activity = {
        "state": "working",
        "doing": HOSTILE,
        "tool": {"id": "t", "name": HOSTILE[:64], "status": "running", "title": HOSTILE},
        "plan": [{"text": HOSTILE, "status": "in_progress"}],
        "model": HOSTILE,
    }
    room = room_of(activity, name=HOSTILE)
    room.people[0]["username"] = HOSTILE
    view = PlainView(room.replica)
    shown = view.lines(room.connect(), NOW) + people(room) + pane(room)
    file = {"file": "\u202eb.py"}
    call = {"kind": "tool_call", "id": "t", "name": HOSTILE[:64], "status": "failed"}
    for data in (
        {**call, "title": HOSTILE, "files": [file]},
        {**call, "files": [file]},
        {"kind": "prompt", "turn_id": "1", "text": HOSTILE},
        {"kind": "note", "text": HOSTILE},
        {"kind": "plan", "entries": [{"text": HOSTILE, "status": "in_progress"}]},
        {"kind": "turn_end", "turn_id": "1", "reason": HOSTILE[:64], "text": HOSTILE},
    ):
        shown += view.lines(act(room, **data), NOW)
    everything = "".join(shown)
    assert everything.count("<U+001B>[2J") > 12
    assert not set(everything) & set("\x1b\x07\r\u202e\u200b")
