"""The state and the events that a session is sent, from reports of an agent."""

import json
from collections.abc import Sequence

import pytest

from peerline.agent.activity import Activity, AgentEvent, Cursor, Emission, FileEvent
from peerline.agent.limits import MAX_RUNNING_CALLS, MERGE_SECONDS
from peerline.agent.reports import (
    AnswerStreamed,
    CursorReported,
    FileReported,
    FlushReported,
    NoteReported,
    Place,
    PlanEntry,
    PlanEntryReported,
    PlanReported,
    ProductReported,
    Report,
    StateReported,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    UsageReported,
    product_name,
)
from peerline.protocol.limits import (
    MAX_AGENT_UPDATE_BYTES,
    MAX_ANSWER_CHARS,
    MAX_CALL_FILES,
    MAX_CALL_TEXT_CHARS,
    MAX_DIFF_BYTES,
    MAX_PLAN_ENTRIES,
    MAX_TURN_CHARS,
)


class Plain:
    """Takes one word for a secret, and `/w` for the workspace."""

    def text(self, text: str) -> str:
        return text.replace("/w/", "").replace("hunter2", "‹secret›")

    def path(self, path: str) -> str | None:
        return path.removeprefix("/w/") if path.startswith("/w/") else None

    def is_private(self, text: str) -> bool:
        return ".env" in text


@pytest.fixture
def activity() -> Activity:
    return Activity(Plain())


def run(activity: Activity, reports: Sequence[Report], now: float = 0.0) -> list[Emission]:
    return [emission for report in reports for emission in activity.apply(report, now)]


def events(emissions: Sequence[Emission]) -> list[dict[str, object]]:
    return [emission.data for emission in emissions if isinstance(emission, AgentEvent)]


def read(id_: str, file: str, kind: ToolKind = "read") -> list[Report]:
    return [
        ToolStarted(id_, "Read", kind, f"/w/{file}", place=Place(f"/w/{file}", 3)),
        ToolEnded(id_, duration_ms=5),
    ]


def test_a_turn_is_a_prompt_a_state_and_an_end(activity: Activity) -> None:
    assert events(activity.apply(TurnStarted("Speed up the parser", "p1"), 10.0)) == [
        {"kind": "prompt", "text": "Speed up the parser", "turn_id": "p1"}
    ]
    assert activity.update(10.0) == {"state": "thinking", "health": 100.0}
    activity.apply(UsageReported(context_used=10, context_limit=100, cost=0.5), 11.0)
    (end,) = events(activity.apply(TurnEnded("Done.", "end_turn"), 12.5))
    assert end == {
        "kind": "turn_end",
        "turn_id": "p1",
        "text": "Done.",
        "reason": "end_turn",
        "duration_ms": 2500,
        "usage": {"context_used": 10, "context_limit": 100, "cost": 0.5, "currency": "USD"},
    }
    assert activity.update(13.0)["state"] == "idle"


def test_a_turn_without_an_id_gets_one_and_an_end_without_a_start_too(activity: Activity) -> None:
    first = run(activity, [TurnStarted("a"), TurnEnded("b")])
    second = run(activity, [TurnEnded("c")])
    assert [event["turn_id"] for event in events(first + second)] == ["turn-1", "turn-1", "turn-2"]


def test_an_answer_in_pieces_is_joined_and_thoughts_are_not_in_it(activity: Activity) -> None:
    found = run(
        activity,
        [
            TurnStarted("q"),
            AnswerStreamed("The secret is hun"),
            AnswerStreamed("hm", is_thought=True),
            AnswerStreamed("ter2."),
            TurnEnded(),
        ],
    )
    assert events(found)[-1]["text"] == "The secret is ‹secret›."


def test_a_tool_call_is_shown_while_it_runs_and_is_an_event_when_it_is_over(
    activity: Activity,
) -> None:
    run(activity, [TurnStarted("q", "p1")])
    moved = activity.apply(
        ToolStarted("t1", "Edit", "edit", "/w/src/a.py", place=Place("/w/src/a.py", 7)), 1.0
    )
    assert moved == [Cursor("src/a.py", 7)]
    shown = activity.update(1.0)
    assert shown["state"] == "working"
    assert shown["doing"] == "Editing src/a.py"
    assert shown["tool"] == {
        "id": "t1",
        "name": "Edit",
        "kind": "edit",
        "status": "running",
        "title": "src/a.py",
    }
    touched = TouchedFile("/w/src/a.py", "modified", 12, 3, "@@\n+hunter2\n")
    found = activity.apply(ToolEnded("t1", output="ok", files=(touched,)), 3.0)
    assert events(found) == [
        {
            "kind": "tool_call",
            "id": "t1",
            "turn_id": "p1",
            "name": "Edit",
            "tool_kind": "edit",
            "title": "src/a.py",
            "status": "completed",
            "duration_ms": 2000,
            "output": "ok",
            "files": [
                {
                    "file": "src/a.py",
                    "lines_added": 12,
                    "lines_removed": 3,
                    "diff": "@@\n+‹secret›\n",
                }
            ],
        }
    ]
    assert found[-1] == FileEvent(
        {
            "file": "src/a.py",
            "change": "modified",
            "lines_added": 12,
            "lines_removed": 3,
            "tool_call_id": "t1",
        }
    )
    assert activity.update(3.0)["state"] == "thinking"
    assert activity.update(3.0)["tool"]["status"] == "completed"


def test_reads_within_two_seconds_are_one_event(activity: Activity) -> None:
    for number in range(14):
        assert run(activity, read(f"r{number}", f"f{number}.py"), 0.1 * number) == [
            Cursor(f"f{number}.py", 3)
        ]
    assert activity.due() == MERGE_SECONDS
    assert activity.flush(MERGE_SECONDS - 0.01) == []
    (merged,) = events(activity.flush(MERGE_SECONDS))
    assert merged["title"] == "read 14 files"
    assert merged["duration_ms"] == 70
    assert str(merged["input"]).splitlines() == [f"f{number}.py" for number in range(14)]
    assert activity.due() is None


def test_a_single_read_is_as_it_was(activity: Activity) -> None:
    run(activity, read("r1", "a.py"))
    (event,) = events(activity.flush(5.0))
    assert (event["id"], event["title"]) == ("r1", "a.py")


@pytest.mark.parametrize(
    "other",
    [
        [ToolStarted("x", "Bash", "execute", "pytest"), ToolEnded("x")],
        [ToolStarted("x", "Read", "read", "/w/gone.py"), ToolEnded("x", status="failed")],
        [TurnEnded("done")],
        [NoteReported("compacting")],
        [FlushReported()],
        read("x", "y", "search"),
    ],
)
def test_what_is_merged_stays_before_what_comes_after_it(
    activity: Activity, other: list[Report]
) -> None:
    run(activity, read("r1", "a.py"))
    found = run(activity, other, 0.5)
    assert events(found)[0]["id"] == "r1"


def test_the_plan_is_an_event_only_when_an_entry_is_new_or_changes(activity: Activity) -> None:
    a, b = PlanEntry("a", "in_progress"), PlanEntry("b")
    assert len(run(activity, [PlanReported((a, b))])) == 1
    assert run(activity, [PlanReported((a, b))]) == []
    assert run(activity, [PlanReported((a,))]) == []
    (event,) = events(run(activity, [PlanReported((PlanEntry("a", "completed"),))]))
    assert event["entries"] == [{"text": "a", "status": "completed"}]
    assert activity.update(0)["plan"] == [{"text": "a", "status": "completed"}]


def test_a_plan_can_come_entry_by_entry(activity: Activity) -> None:
    run(activity, [PlanEntryReported("1", "a"), PlanEntryReported("2", "b")])
    run(activity, [PlanEntryReported("1", status="completed"), PlanEntryReported("9")])
    assert activity.update(0)["plan"] == [
        {"text": "a", "status": "completed"},
        {"text": "b", "status": "pending"},
    ]
    run(activity, [PlanEntryReported("2", is_removed=True)])
    assert activity.update(0)["plan"] == [{"text": "a", "status": "completed"}]


def test_of_a_plan_that_is_too_long_what_is_done_goes_first(activity: Activity) -> None:
    entries = [PlanEntry(f"e{n}", "completed" if n < 5 else "pending") for n in range(53)]
    run(activity, [PlanReported(tuple(entries))])
    plan = activity.update(0)["plan"]
    assert len(plan) == MAX_PLAN_ENTRIES
    assert [entry["text"] for entry in plan[:3]] == ["e3", "e4", "e5"]


def test_usage_that_is_not_known_stays_as_it_was_and_is_never_zero(activity: Activity) -> None:
    run(activity, [UsageReported(context_used=5), UsageReported(output_tokens=7)])
    assert activity.update(0)["usage"] == {"context_used": 5, "output_tokens": 7}


def test_a_file_whose_content_is_private_is_named_only(activity: Activity) -> None:
    found = run(
        activity,
        [
            ToolStarted("t", "Write", "edit", "/w/.env", "A=x", Place("/w/.env")),
            ToolEnded("t", output="A=x", files=(TouchedFile("/w/.env", diff="+A=x"),)),
            ToolStarted("u", "Bash", "execute", "cat", "cat .env"),
            ToolEnded("u", output="A=x"),
        ],
    )
    assert "A=x" not in str(found)
    assert [event["id"] for event in events(found)] == ["t", "u"]


def test_files_outside_of_the_workspace_are_in_no_event(activity: Activity) -> None:
    outside = TouchedFile("/etc/hosts")
    assert run(activity, [FileReported(outside)]) == []
    found = run(activity, [ToolEnded("t", name="Edit", kind="edit", files=(outside,))])
    assert "files" not in events(found)[0]


def test_a_rename_has_both_names_or_is_a_new_file(activity: Activity) -> None:
    inside = FileReported(TouchedFile("/w/b", "renamed", old_file="/w/a"))
    outside = FileReported(TouchedFile("/w/b", "renamed", old_file="/tmp/a"))  # noqa: S108
    assert run(activity, [inside, outside]) == [
        FileEvent({"file": "b", "change": "renamed", "old_file": "a"}),
        FileEvent({"file": "b", "change": "created"}),
    ]


def test_texts_and_lists_are_cut_to_their_limits(activity: Activity) -> None:
    files = tuple(TouchedFile(f"/w/{n}", diff="+" * 4000) for n in range(MAX_CALL_FILES + 5))
    long = "x" * (MAX_TURN_CHARS + 1)
    found = run(
        activity,
        [TurnStarted(long), ToolEnded("t", output=long, files=files), TurnEnded("y" * 8000)],
    )
    prompt, call, end = events(found)
    assert len(str(prompt["text"])) == MAX_TURN_CHARS
    assert str(prompt["text"]).endswith("…")
    assert len(str(call["output"])) == MAX_CALL_TEXT_CHARS
    shown = call["files"]
    assert isinstance(shown, list)
    assert len(shown) == MAX_CALL_FILES
    assert 0 < sum(len(file.get("diff", "")) for file in shown) <= MAX_DIFF_BYTES
    assert end["text"] == "y" * 8000


def test_a_state_that_would_be_too_long_has_less_of_its_plan(activity: Activity) -> None:
    entries = tuple(PlanEntry(f"{n}" + "ü" * 198) for n in range(MAX_PLAN_ENTRIES))
    run(activity, [PlanReported(entries), ProductReported(model="opus")])
    shown = activity.update(0)
    assert shown["model"] == "opus"
    assert len(json.dumps(shown, ensure_ascii=False).encode()) <= MAX_AGENT_UPDATE_BYTES
    assert 30 < len(shown["plan"]) < MAX_PLAN_ENTRIES


def test_an_edit_moves_the_cursor_once_its_line_is_known(activity: Activity) -> None:
    edit = ToolStarted("t", "Edit", "edit", "/w/a.py", place=Place("/w/a.py"))
    assert run(activity, [edit]) == []
    assert run(activity, [CursorReported(Place("/w/a.py", 9))]) == [Cursor("a.py", 9)]


def test_a_secret_on_the_edge_of_a_limit_is_not_halved(activity: Activity) -> None:
    text = "x" * (MAX_TURN_CHARS - 4) + "hunter2"
    (event,) = events(run(activity, [NoteReported(text)]))
    assert "hun" not in str(event["text"])


def test_ids_that_the_wire_refuses_are_digests(activity: Activity) -> None:
    ids = ["toolu_01A", "call:1/ü", "x" * 65]
    found = events(run(activity, [ToolEnded(id_, kind="execute") for id_ in ids]))
    assert found[0]["id"] == "toolu_01A"
    assert all(str(event["id"]).isalnum() for event in found[1:])
    assert len({str(event["id"]) for event in found}) == 3


def test_calls_without_an_end_are_forgotten(activity: Activity) -> None:
    run(activity, [ToolStarted(str(n), "X") for n in range(MAX_RUNNING_CALLS + 1)])
    found = events(run(activity, [ToolEnded("0"), ToolEnded("1")], 1.0))
    assert "duration_ms" not in found[0]
    assert found[1]["duration_ms"] == 1000


def test_the_health_falls_with_its_signs(activity: Activity) -> None:
    run(activity, [UsageReported(context_used=95, context_limit=100)])
    assert activity.health(0) == 50.0
    run(activity, [ToolEnded(str(n), "failed", "Bash", "execute", "make") for n in range(3)])
    assert activity.health(0) == 50.0 - 6 - 15
    run(activity, [StateReported("waiting_approval")])
    assert activity.health(300) == 29.0
    assert activity.health(301) == 19.0
    assert activity.update(301)["health_reasons"] == [
        "context 95% full",
        "3 of the last 20 calls failed",
        "the same call 3 times in a row",
        "waiting for a person for over 5 minutes",
    ]
    run(activity, [StateReported("error")])
    assert activity.health(301) == 4.0
    run(activity, [TurnStarted("again")])
    assert activity.health(301) == 29.0


def test_what_the_program_is(activity: Activity) -> None:
    run(activity, [ProductReported("Claude Code", "opus"), ProductReported(version="2")])
    assert (activity.product, activity.model) == ("claude-code", "opus")
    assert product_name("ÄÖ") == "agent"
    assert len(product_name("a" * 70)) == 64


def test_of_an_answer_that_is_being_written_only_whole_lines_are_shown() -> None:
    activity = Activity(Plain(), shows_answer=True)
    run(activity, [TurnStarted("go")])
    seen: list[object] = []
    for piece in ("It is hun", "ter2.\nAnd ", "more\n", "hun"):
        run(activity, [AnswerStreamed(piece)])
        seen.append(activity.update(0).get("answer"))
    assert seen == [
        None,
        "It is ‹secret›.",
        "It is ‹secret›.\nAnd more",
        "It is ‹secret›.\nAnd more",
    ]
    run(activity, [AnswerStreamed("\n" + "é" * 9_000 + "\n")])
    assert activity.update(0)["answer"] == "é" * MAX_ANSWER_CHARS
    run(activity, [TurnEnded()])
    assert "answer" not in activity.update(0)


def test_an_answer_that_is_being_written_is_shown_only_if_it_is_wanted(activity: Activity) -> None:
    run(activity, [TurnStarted("go"), AnswerStreamed("text\n")])
    assert "answer" not in activity.update(0)
