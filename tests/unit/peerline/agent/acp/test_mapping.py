"""Tests of peerline.agent.acp.mapping, on what a real agent has said and on odd messages."""

import itertools
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.acp.mapping import MAX_PENDING, Mapping
from peerline.agent.reports import (
    AnswerStreamed,
    CursorReported,
    FileReported,
    Place,
    PlanEntry,
    PlanReported,
    ProductReported,
    Report,
    StateReported,
    ToolEnded,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    UsageReported,
)

RECORDED: Final = Path(__file__).with_name("claude_agent_acp.txt")
"""A turn of claude-agent-acp 0.101: E before what the editor sent, A before what the agent sent."""
PARSER: Final = "/home/alice/project/parser.py"


def new_mapping() -> Mapping:
    numbers = itertools.count(1)
    return Mapping(lambda: f"turn{next(numbers)}")


def request(number: object, method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def result(number: object, **values: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "result": values}


def update(kind: str, session: str = "s", /, **values: Any) -> dict[str, Any]:
    params = {"sessionId": session, "update": {"sessionUpdate": kind, **values}}
    return {"jsonrpc": "2.0", "method": "session/update", "params": params}


def prompt(number: object, text: str, session: str = "s") -> dict[str, Any]:
    return request(
        number, "session/prompt", sessionId=session, prompt=[{"type": "text", "text": text}]
    )


def said(text: str, session: str = "s", kind: str = "agent_message_chunk") -> dict[str, Any]:
    return update(kind, session, content={"type": "text", "text": text})


@pytest.fixture(scope="module")
def recorded() -> list[Report]:
    mapping = new_mapping()
    reports: list[Report] = []
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        take = mapping.of_editor if line.startswith("E ") else mapping.of_agent
        reports += take(json.loads(line[2:]))
    return reports


def test_a_real_turn_begins_and_ends(recorded: list[Report]) -> None:
    assert [report for report in recorded if isinstance(report, TurnStarted | TurnEnded)] == [
        TurnStarted("Speed up the parser", "turn1"),
        TurnEnded("The parser is faster now.", "end_turn", "turn1"),
    ]


def test_a_real_agent_names_itself_and_its_model(recorded: list[Report]) -> None:
    assert [report for report in recorded if isinstance(report, ProductReported)][-1] == (
        ProductReported("claude-agent-acp", "claude-opus-5-5", "0.101.0")
    )


def test_real_tool_calls_with_their_files(recorded: list[Report]) -> None:
    ended = [report for report in recorded if isinstance(report, ToolEnded)]
    assert [(call.name, call.kind, call.status, call.title) for call in ended] == [
        ("Read", "read", "completed", PARSER),
        ("Edit", "edit", "completed", PARSER),
        ("Bash", "execute", "completed", "ls -1"),
        ("Write", "edit", "denied", "/home/alice/project/new.txt"),
    ]
    (changed,) = ended[1].files
    assert (changed.file, changed.change) == (PARSER, "modified")
    assert (changed.lines_added, changed.lines_removed) == (1, 0)
    assert changed.diff is not None
    assert "+    # fast" in changed.diff.splitlines()
    assert [call.files for call in (ended[0], ended[2], ended[3])] == [(), (), ()]


def test_a_real_edit_has_its_place_before_it_is_over(recorded: list[Report]) -> None:
    places = [
        report.place for report in recorded if isinstance(report, ToolStarted) and report.place
    ]
    assert places[0] == Place(PARSER, 1)
    assert Place(PARSER, 2) in places


def test_a_real_plan_usage_and_questions(recorded: list[Report]) -> None:
    assert [report for report in recorded if isinstance(report, PlanReported)] == [
        PlanReported((PlanEntry("Speeding up parser", "in_progress"), PlanEntry("Run tests")))
    ]
    usage = [report for report in recorded if isinstance(report, UsageReported)]
    assert usage[-2] == UsageReported(
        context_used=1076, context_limit=1_000_000, cost=0.030954, currency="USD"
    )
    assert usage[-1] == UsageReported(input_tokens=6021, output_tokens=120, cached_tokens=300)
    states = [report for report in recorded if isinstance(report, StateReported)]
    assert states == [
        StateReported("waiting_approval", "Edit parser.py"),
        StateReported("working"),
        StateReported("waiting_approval", "Write new.txt"),
        StateReported("working"),
    ]


def test_an_answer_is_what_follows_the_last_tool_call() -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    assert mapping.of_agent(said("I look.")) == [AnswerStreamed("I look.")]
    assert mapping.of_agent(said("hm", kind="agent_thought_chunk")) == [AnswerStreamed("hm", True)]
    mapping.of_agent(update("tool_call", toolCallId="t", title="x", kind="read"))
    mapping.of_agent(said("Do"))
    mapping.of_agent(said("ne."))
    assert mapping.of_agent(result(1, stopReason="end_turn"))[-1] == TurnEnded(
        "Done.", "end_turn", "turn1"
    )


def test_an_answer_before_a_last_tool_call_is_the_answer_if_none_follows() -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    mapping.of_agent(said("I save it."))
    mapping.of_agent(update("tool_call", toolCallId="t", title="x", status="completed"))
    assert mapping.of_agent(result(1, stopReason="end_turn")) == [
        TurnEnded("I save it.", "end_turn", "turn1")
    ]


def test_two_conversations_of_one_agent_are_told_apart() -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "one", "a"))
    mapping.of_editor(prompt("1", "two", "b"))
    mapping.of_agent(said("to a", "a"))
    mapping.of_agent(said("to b", "b"))
    assert mapping.of_agent(result("1", stopReason="end_turn")) == [
        TurnEnded("to b", "end_turn", "turn2")
    ]
    assert mapping.of_agent(result(1, stopReason="cancelled")) == [
        TurnEnded("to a", "cancelled", "turn1")
    ]


def test_a_conversation_that_is_loaded_is_not_told_again() -> None:
    mapping = new_mapping()
    mapping.of_editor(request(1, "session/load", sessionId="s", cwd="/x"))
    again = [
        *mapping.of_agent(said("before")),
        *mapping.of_agent(update("tool_call", toolCallId="t", status="completed", kind="edit")),
    ]
    assert again == []
    mapping.of_agent(result(1))
    assert mapping.of_agent(said("now")) == [AnswerStreamed("now")]


def test_a_prompt_that_fails_is_an_error() -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    failed = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "No credit"}}
    assert mapping.of_agent(failed) == [
        TurnEnded("", "error", "turn1"),
        StateReported("error", "No credit"),
    ]


def test_calls_that_still_run_at_the_end_of_a_turn_or_of_the_agent_have_failed() -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    mapping.of_agent(update("tool_call", toolCallId="t", title="x", kind="execute"))
    assert mapping.closed() == [
        ToolEnded("t", "failed", name="Execute"),
        TurnEnded("", "agent_ended", "turn1"),
        StateReported("done"),
    ]


def test_a_file_that_the_editor_writes_for_the_agent_is_reported_once() -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    write = request(7, "fs/write_text_file", sessionId="s", path="/a.py", content="x")
    assert mapping.of_agent(write) == []
    assert mapping.of_editor(result(7)) == [FileReported(TouchedFile("/a.py"))]
    mapping.of_agent(update("tool_call", toolCallId="t", locations=[{"path": "/a.py"}]))
    mapping.of_agent(write)
    assert mapping.of_editor(result(7)) == []


def test_a_file_that_was_not_written_is_not_reported() -> None:
    mapping = new_mapping()
    mapping.of_agent(request(7, "fs/write_text_file", sessionId="s", path="/a.py", content="x"))
    assert mapping.of_editor({"jsonrpc": "2.0", "id": 7, "error": {"code": 1}}) == []


def test_a_file_that_the_agent_reads_is_where_it_looks() -> None:
    mapping = new_mapping()
    read = request(7, "fs/read_text_file", sessionId="s", path="/a.py", line=4)
    assert mapping.of_agent(read) == [CursorReported(Place("/a.py", 4))]


@pytest.mark.parametrize(
    ("kind", "locations", "files"),
    [
        ("edit", ["/a"], (TouchedFile("/a"),)),
        ("delete", ["/a"], (TouchedFile("/a", "deleted"),)),
        ("move", ["/a", "/b"], (TouchedFile("/b", "renamed", old_file="/a"),)),
        ("read", ["/a"], ()),
        ("execute", ["/a"], ()),
    ],
)
def test_a_call_without_a_diff_has_touched_what_its_kind_says(
    kind: str, locations: list[str], files: tuple[TouchedFile, ...]
) -> None:
    (ended,) = new_mapping().of_agent(
        update(
            "tool_call",
            toolCallId="t",
            kind=kind,
            status="completed",
            locations=[{"path": path} for path in locations],
        )
    )
    assert isinstance(ended, ToolEnded)
    assert ended.files == files


def test_a_call_is_over_once() -> None:
    mapping = new_mapping()
    over = update("tool_call", toolCallId="t", status="completed")
    assert len(mapping.of_agent(over)) == 1
    assert mapping.of_agent(over) == []


def test_plans_in_both_shapes_and_those_in_a_text() -> None:
    mapping = new_mapping()
    entries = [{"content": "One", "status": "completed"}, {"content": "Two", "status": "odd"}]
    plan = PlanReported((PlanEntry("One", "completed"), PlanEntry("Two", "pending")))
    assert mapping.of_agent(update("plan", entries=entries)) == [plan]
    items = {"type": "items", "planId": "p", "entries": entries}
    assert mapping.of_agent(update("plan_update", plan=items)) == [plan]
    text = {"type": "markdown", "planId": "p", "content": "# Plan"}
    assert mapping.of_agent(update("plan_update", plan=text)) == []
    assert mapping.of_agent(update("plan_removed", planId="p")) == [PlanReported(())]
    assert mapping.current()[-1] == PlanReported(())


def test_a_model_that_the_editor_chooses_counts_once_it_is_taken() -> None:
    mapping = new_mapping()
    mapping.of_editor(request(1, "session/set_model", sessionId="s", modelId="big"))
    assert mapping.of_agent(result(1)) == [ProductReported(model="big")]
    mapping.of_editor(request(2, "session/set_model", sessionId="s", modelId="other"))
    assert mapping.of_agent({"jsonrpc": "2.0", "id": 2, "error": {}}) == []


def test_a_mode_is_what_it_does() -> None:
    found = new_mapping().of_agent(update("current_mode_update", currentModeId="plan"))
    assert found == [StateReported("idle", "Mode: plan")]


def test_what_is_attached_to_a_prompt_is_named_and_not_shown() -> None:
    blocks = [
        {"type": "text", "text": "See "},
        {"type": "resource", "resource": {"uri": "file:///home/a/my%20notes.md", "text": "secret"}},
        {"type": "resource_link", "name": "b.py", "uri": "file:///b.py"},
        {"type": "image", "data": "AAAA"},
        {"type": "new"},
    ]
    (found,) = new_mapping().of_editor(request(1, "session/prompt", sessionId="s", prompt=blocks))
    assert found == TurnStarted("See @my notes.md@b.py[image]", "turn1")


def test_the_oldest_requests_without_an_answer_are_forgotten() -> None:
    mapping = new_mapping()
    mapping.of_editor(request(-1, "initialize"))
    mapping.of_editor(request(-2, "initialize"))
    for number in range(MAX_PENDING - 1):
        mapping.of_editor(request(number, "session/list"))
    info = {"name": "A b"}
    assert mapping.of_agent(result(-1, agentInfo=info)) == []
    assert mapping.of_agent(result(-2, agentInfo=info)) == [ProductReported("a-b")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "method",
                    "params",
                    "result",
                    "error",
                    "update",
                    "sessionUpdate",
                    "toolCallId",
                    "content",
                    "locations",
                    "path",
                    "line",
                    "rawInput",
                    "status",
                    "kind",
                    "entries",
                    "options",
                    "outcome",
                    "optionId",
                    "toolCall",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(
    [
        "tool_call",
        "tool_call_update",
        "plan",
        "plan_update",
        "usage_update",
        "agent_message_chunk",
        "x",
    ]
)


@given(st.lists(st.tuples(st.booleans(), JSON), max_size=5))
def test_no_message_breaks_anything(messages: list[tuple[bool, object]]) -> None:
    mapping = new_mapping()
    for is_editors, message in messages:
        (mapping.of_editor if is_editors else mapping.of_agent)(message)
    mapping.closed()


@given(
    KINDS,
    st.dictionaries(
        st.sampled_from(
            [
                "toolCallId",
                "content",
                "locations",
                "rawInput",
                "rawOutput",
                "status",
                "kind",
                "title",
                "entries",
                "plan",
                "cost",
                "_meta",
                "optionId",
                "outcome",
            ]
        ),
        JSON,
    ),
)
def test_no_update_breaks_anything(kind: str, values: dict[str, object]) -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    mapping.of_agent(update(kind, toolCallId="t"))
    mapping.of_agent(update(kind, **{"toolCallId": "t", **values}))
    ask = request(2, "session/request_permission", sessionId="s", toolCall=values, options=[values])
    mapping.of_agent(ask)
    mapping.of_editor(result(2, outcome=values))
    mapping.closed()


@pytest.mark.parametrize("odd", [[], {}, ["x"], 1, None])
@pytest.mark.parametrize("name", ["optionId", "kind"])
def test_an_answer_with_an_odd_option_is_no_refusal(name: str, odd: object) -> None:
    mapping = new_mapping()
    mapping.of_editor(prompt(1, "go"))
    mapping.of_agent(update("tool_call", toolCallId="t"))
    option = {"optionId": "no", "kind": "reject_once", name: odd}
    call = {"toolCallId": "t"}
    mapping.of_agent(
        request(2, "session/request_permission", sessionId="s", toolCall=call, options=[option])
    )
    answer = mapping.of_editor(result(2, outcome={"outcome": "selected", "optionId": odd}))
    assert [report for report in answer if isinstance(report, StateReported)]


@pytest.mark.parametrize(
    ("others", "output", "is_of_terminal"),
    [
        ([], "3 passed\n[exit code 0]", True),
        (
            [{"type": "content", "content": {"type": "text", "text": "Done"}}],
            "3 passed\n[exit code 0]\nDone",
            False,
        ),
    ],
)
def test_a_call_has_the_output_of_the_terminals_that_it_shows(
    others: list[dict[str, object]], output: str, *, is_of_terminal: bool
) -> None:
    texts = {"t": "3 passed\n[exit code 0]"}
    mapping = Mapping(lambda: "x", texts.get)
    content = [{"type": "terminal", "terminalId": "t"}, *others]
    call = {"toolCallId": "c", "kind": "execute", "title": "make"}
    reports = [
        report
        for update in (
            {"sessionUpdate": "tool_call", **call, "content": content},
            {"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "completed"},
        )
        for report in mapping.of_agent(
            {"method": "session/update", "params": {"sessionId": "s", "update": update}}
        )
    ]
    ended = reports[-1]
    assert isinstance(ended, ToolEnded)
    assert (ended.output, ended.is_of_terminal) == (output, is_of_terminal)


def test_what_an_agent_says_of_a_terminal_of_its_own_is_not_the_output_of_one_of_ours() -> None:
    mapping = Mapping(lambda: "x", {}.get)
    update = {
        "sessionUpdate": "tool_call",
        "toolCallId": "c",
        "status": "completed",
        "content": [{"type": "terminal", "terminalId": "own"}],
        "rawOutput": "A=b",
    }
    *_, ended = mapping.of_agent(
        {"method": "session/update", "params": {"sessionId": "s", "update": update}}
    )
    assert isinstance(ended, ToolEnded)
    assert (ended.output, ended.is_of_terminal) == (None, True)
