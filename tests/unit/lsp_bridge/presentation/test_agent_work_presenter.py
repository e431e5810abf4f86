"""Tests of presentation.agent_work_presenter: an agent's work as an editor is given it."""

from datetime import UTC, datetime

from peerline.client import AgentDid, AgentMoved, Change, Replica
from peerline.protocol.agents import (
    AgentActivity,
    AgentEvent,
    AgentEventData,
    AgentInfo,
    AgentNote,
    AgentState,
    AgentTool,
    AgentUsage,
    PromptGiven,
    ToolCallDone,
    TouchedFile,
    TurnEnded,
    UserKind,
)
from peerline.protocol.editor.agents import MAX_WORK_TEXT_BYTES, EditorAgentWork
from peerline.protocol.limits import MAX_WORK_EVENTS
from peerline.protocol.messages import encode_message
from peerline.protocol.participants import Participant
from peerline.protocol.roles import Role
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.presentation.agent_work_presenter import AgentWorkPresenter

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
KIB = 1024


def did(seq: int, data: AgentEventData, user_id: str = "agent") -> AgentEvent:
    return AgentEvent(
        session_id="s", seq=seq, user_id=user_id, username="claude", data=data, timestamp=NOW
    )


def prompt(text: str) -> PromptGiven:
    return PromptGiven(text=text, turn_id="t")


def call(title: str, diff: str | None = None, output: str | None = None) -> ToolCallDone:
    files = None if diff is None else [TouchedFile(file="a.py", diff=diff)]
    return ToolCallDone(
        id="c", name="Edit", title=title, status="completed", input="in", output=output, files=files
    )


class Watched:
    """A presenter, its replica, and what was sent."""

    def __init__(self) -> None:
        self.sent: list[EditorAgentWork] = []
        self.methods: list[str] = []
        self.replica = Replica()
        self.work = AgentWorkPresenter(RichSurface(self._take))
        self.work.begin(self.replica)

    def _take(self, method: str, params: bytes) -> None:
        self.methods.append(method)
        self.sent.append(EditorAgentWork.model_validate_json(params))

    def does(self, activity: AgentActivity) -> None:
        agent = Participant(
            id="agent",
            username="claude",
            role=Role.EDITOR,
            kind=UserKind.AGENT,
            agent=AgentInfo(owner_id="bob", product="claude-code"),
            joined_at=NOW,
            activity=activity,
        )
        self.replica.participants["agent"] = agent
        self.work.changed([AgentMoved(agent)])

    def did(self, *events: AgentEvent) -> None:
        changes: list[Change] = [self.replica.agents.apply(event) for event in events]
        assert all(isinstance(change, AgentDid) for change in changes)
        self.work.changed(changes)

    def titles(self) -> list[str]:
        data = [event.data for event in self.sent[-1].events]
        return [each.title or "" for each in data if isinstance(each, ToolCallDone)]


def test_nothing_is_sent_of_an_agent_that_nobody_looks_at() -> None:
    watched = Watched()
    watched.did(did(1, prompt("go")))
    watched.work.watch("other")
    watched.work.show_turn("other", [])
    watched.did(did(2, call("one")))
    watched.does(AgentActivity(state=AgentState.WORKING))
    assert [work.agent_id for work in watched.sent] == ["other"]
    watched.work.watch("agent")
    watched.work.unwatch("agent")
    # The answer of the server comes late.
    watched.work.show_turn("agent", [did(1, prompt("go"))])
    assert len(watched.sent) == 1


def test_the_turn_is_sent_whole_and_then_what_is_new() -> None:
    watched = Watched()
    watched.work.watch("agent")
    watched.did(did(4, call("three")))
    assert watched.sent == []
    earlier = [did(3, call("two")), did(2, prompt("now")), did(1, call("before")), did(4, call(""))]
    watched.work.show_turn("agent", earlier)
    (whole,) = watched.sent
    assert (watched.methods, whole.is_whole) == (["peerline/agentWork"], True)
    assert [event.seq for event in whole.events] == [2, 3, 4]
    watched.did(did(5, call("four")), did(6, AgentNote(text="a note")), did(7, call("x"), "other"))
    assert (watched.sent[-1].is_whole, watched.titles()) == (False, ["four"])
    watched.does(
        AgentActivity(
            state=AgentState.WORKING,
            tool=AgentTool(id="t", name="Ba\u202esh", status="running", title="rm \x1b"),
            usage=AgentUsage(context_used=5),
            answer="so \u202e far",
        )
    )
    last = watched.sent[-1]
    assert (last.events, last.usage, last.answer) == (
        [],
        AgentUsage(context_used=5),
        "so <U+202E> far",
    )
    assert last.tool is not None
    assert (last.tool.name, last.tool.title) == ("Ba<U+202E>sh", "rm <U+001B>")
    watched.work.unwatch("agent")
    watched.did(did(8, call("five")))
    assert watched.sent[-1] == last


def test_a_request_that_fails_late_ends_no_later_one() -> None:
    watched = Watched()
    before = watched.work.watch("agent")
    # The server was away: it is asked again, and the first request runs out of time after that.
    again = watched.work.watch("agent")
    watched.work.give_up("agent", before)
    watched.work.show_turn("agent", [did(1, call("one"))])
    assert watched.titles() == ["one"]
    watched.work.give_up("agent", again)
    watched.did(did(2, call("two")))
    assert watched.titles() == ["one"]


def test_another_session_watches_nobody() -> None:
    watched = Watched()
    watched.work.watch("agent")
    watched.work.show_turn("agent", [])
    watched.work.begin(watched.replica)
    watched.did(did(1, call("one")))
    watched.work.show_turn("agent", [])
    assert len(watched.sent) == 1


def test_texts_are_shown_as_they_are_and_what_nothing_draws_is_left_out() -> None:
    watched = Watched()
    watched.work.watch("agent")
    shown = [
        did(1, prompt("do \u202e\nit")),
        did(2, call("one \u202e", "+\u202ex\n", "out\x1b[2J\n")),
        did(3, TurnEnded(turn_id="t", reason="end\u202e", text="answer")),
    ]
    watched.work.show_turn("agent", shown)
    given, called, ended = (event.data for event in watched.sent[0].events)
    assert isinstance(given, PromptGiven)
    assert given.text == "do <U+202E>\nit"
    assert isinstance(called, ToolCallDone)
    assert called.files is not None
    assert (called.title, called.files[0].diff) == ("one <U+202E>", "+<U+202E>x\n")
    assert (called.input, called.output) == (None, "out<U+001B>[2J\n")
    assert isinstance(ended, TurnEnded)
    assert (ended.reason, ended.text) == ("end<U+202E>", None)


def test_what_is_sent_at_once_is_bounded_and_the_newest_is_kept() -> None:
    watched = Watched()
    watched.work.watch("agent")
    diff = "+" + "x" * (30 * KIB)
    events = [did(seq, call(f"{seq}", diff)) for seq in range(1, MAX_WORK_EVENTS + 51)]
    watched.work.show_turn("agent", events)
    (work,) = watched.sent
    assert [event.seq for event in work.events] == list(range(51, MAX_WORK_EVENTS + 51))
    diffs = [
        file.diff
        for event in work.events
        if isinstance(event.data, ToolCallDone)
        for file in event.data.files or []
    ]
    with_diff = MAX_WORK_TEXT_BYTES // len(diff)
    assert diffs == [None] * (MAX_WORK_EVENTS - with_diff) + [diff] * with_diff
    assert len(encode_message(work)) < MAX_WORK_TEXT_BYTES + 500 * MAX_WORK_EVENTS
