"""Claude Code's JSON as reports: hooks, the status line, the result of a run."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.products.answers import Context, Decision, GoOn
from peerline.agent.products.claude_code import parse, render
from peerline.agent.reports import (
    CursorReported,
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
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    UsageReported,
)

COMMON = {
    "session_id": "0b8e",
    "transcript_path": "/home/ann/.claude/projects/x.jsonl",
    "cwd": "/home/ann/shop",
    "permission_mode": "default",
    "prompt_id": "p1",
    "effort": {"level": "high"},
}


def hook(name: str, **fields: Any) -> list[Report]:
    return parse({**COMMON, "hook_event_name": name, **fields})


def test_the_session_begins_and_ends() -> None:
    assert hook("SessionStart", source="startup", model="claude-opus") == [
        ProductReported("claude-code", "claude-opus"),
        StateReported("idle"),
    ]
    assert hook("SessionEnd", reason="exit") == [StateReported("done")]


def test_a_prompt_and_its_answer() -> None:
    assert hook("UserPromptSubmit", prompt="Speed it up") == [TurnStarted("Speed it up", "p1")]
    assert hook("Stop", last_assistant_message="Done.", stop_hook_active=False) == [
        TurnEnded("Done.", "end_turn", "p1")
    ]
    assert hook("StopFailure", error="rate_limit") == [
        TurnEnded("rate_limit", "error", "p1"),
        StateReported("error", "rate_limit"),
    ]


def test_a_read_has_its_place_and_never_its_content() -> None:
    call = {
        "tool_name": "Read",
        "tool_use_id": "t1",
        "tool_input": {"file_path": "/home/ann/shop/a.py", "offset": 40, "limit": 10},
    }
    assert hook("PreToolUse", **call) == [
        ToolStarted(
            "t1",
            "Read",
            "read",
            "/home/ann/shop/a.py",
            None,
            Place("/home/ann/shop/a.py", 40),
        )
    ]
    answer = {"type": "text", "file": {"content": "SECRET = 1"}}
    (ended,) = hook("PostToolUse", **call, tool_response=answer, duration_ms=12)
    assert ended == ToolEnded(
        "t1", "completed", "Read", "read", "/home/ann/shop/a.py", duration_ms=12
    )


def test_an_edit_has_its_lines_and_its_diff() -> None:
    hunk = {
        "oldStart": 3,
        "oldLines": 2,
        "newStart": 3,
        "newLines": 3,
        "lines": [" x = 1", "-y = 2", "+y = 3", "+z = 4"],
    }
    ended, moved = hook(
        "PostToolUse",
        tool_name="Edit",
        tool_use_id="t2",
        tool_input={"file_path": "/w/a.py", "old_string": "y = 2", "new_string": "y = 3\nz = 4"},
        tool_response={"filePath": "/w/a.py", "structuredPatch": [hunk], "originalFile": "x"},
        duration_ms=5,
    )
    diff = "@@ -3,2 +3,3 @@\n x = 1\n-y = 2\n+y = 3\n+z = 4"
    assert isinstance(ended, ToolEnded)
    assert ended.files == (TouchedFile("/w/a.py", "modified", 2, 1, diff),)
    assert ended.input is None
    assert moved == CursorReported(Place("/w/a.py", 3))


def test_a_new_file_has_the_lines_of_its_content() -> None:
    ended, moved = hook(
        "PostToolUse",
        tool_name="Write",
        tool_use_id="t3",
        tool_input={"file_path": "/w/b.py", "content": "a\nb\n"},
        tool_response={
            "type": "create",
            "filePath": "/w/b.py",
            "content": "a\nb\n",
            "structuredPatch": [],
            "originalFile": None,
        },
    )
    assert isinstance(ended, ToolEnded)
    assert ended.files == (TouchedFile("/w/b.py", "created", 2, 0, "@@ -0,0 +1,2 @@\n+a\n+b"),)
    assert moved == CursorReported(Place("/w/b.py", 1))


def test_a_command_has_its_output() -> None:
    call = {
        "tool_name": "Bash",
        "tool_use_id": "t4",
        "tool_input": {"command": "pytest\n  -q", "description": "Run the tests"},
    }
    (started,) = hook("PreToolUse", **call)
    assert started == ToolStarted("t4", "Bash", "execute", "pytest -q", "pytest\n  -q")
    answer = {"stdout": "1 passed", "stderr": "warned", "interrupted": False}
    (ended,) = hook("PostToolUse", **call, tool_response=answer)
    assert isinstance(ended, ToolEnded)
    assert ended.output == "1 passed\nwarned"


@pytest.mark.parametrize(
    ("event", "why", "status"),
    [("PostToolUseFailure", "error", "failed"), ("PermissionDenied", "reason", "denied")],
)
def test_calls_that_fail_or_are_denied(event: str, why: str, status: str) -> None:
    fields = {"tool_name": "Bash", "tool_use_id": "t5", "tool_input": {"command": "make"}}
    (ended,) = hook(event, **fields, **{why: "exit 2"})
    assert isinstance(ended, ToolEnded)
    assert (ended.status, ended.output) == (status, "exit 2")


def test_a_tool_of_an_mcp_server() -> None:
    (ended,) = hook(
        "PostToolUse",
        tool_name="mcp__peerline__send_chat",
        tool_use_id="t6",
        tool_input={"text": "hello"},
        tool_response=[{"type": "text", "text": "sent"}],
    )
    assert isinstance(ended, ToolEnded)
    assert (ended.kind, ended.input, ended.output) == ("other", '{"text": "hello"}', "sent")


def test_the_plan() -> None:
    todos = [
        {"content": "a", "status": "completed", "activeForm": "Doing a"},
        {"content": "b", "status": "other"},
        {"status": "pending"},
    ]
    call = {"tool_use_id": "t7", "tool_response": {}}
    assert hook("PreToolUse", tool_name="TodoWrite", tool_input={"todos": todos}, **call) == []
    assert hook("PostToolUse", tool_name="TodoWrite", tool_input={"todos": todos}, **call) == [
        PlanReported((PlanEntry("a", "completed"), PlanEntry("b", "pending")))
    ]
    assert hook("TaskCreated", task_id="1", task_subject="a") == [PlanEntryReported("1", "a")]
    assert hook(
        "PostToolUse",
        tool_name="TaskUpdate",
        tool_use_id="t8",
        tool_input={"taskId": "1", "status": "in_progress"},
    ) == [PlanEntryReported("1", None, "in_progress")]
    assert hook("TaskCompleted", task_id="1", task_subject="a") == [
        PlanEntryReported("1", "a", "completed")
    ]


def test_waiting_and_the_rest() -> None:
    request = {"tool_name": "Bash", "tool_input": {"command": "rm -r build"}}
    assert hook("PermissionRequest", **request) == [
        StateReported("waiting_approval", "Waiting for permission: rm -r build")
    ]
    assert hook("Notification", notification_type="idle_prompt") == [StateReported("idle")]
    assert hook("Notification", notification_type="elicitation_dialog", message="Which?") == [
        StateReported("waiting_input", "Which?")
    ]
    assert hook("PostToolBatch", tool_calls=[]) == [FlushReported()]
    assert hook("PreCompact", trigger="auto") == [NoteReported("Compacts the conversation (auto)")]
    assert hook("SubagentStart", agent_id="a", agent_type="Explore") == [
        StateReported("working", "Subagent Explore")
    ]


def test_what_is_not_known_is_ignored() -> None:
    assert hook("TeammateIdle", more=1) == []
    assert hook("MessageDisplay", delta="secret thoughts") == []
    assert parse({}) == []
    assert parse({"hook_event_name": ["PreToolUse"]}) == []
    assert hook("PreToolUse", tool_name=7, tool_use_id=None, tool_input="x") == []


STATUS = {
    "hook_event_name": "Status",
    "session_id": "0b8e",
    "version": "2.1.197",
    "model": {"id": "claude-opus-4", "display_name": "Opus 4"},
    "workspace": {"current_dir": "/w"},
    "cost": {"total_cost_usd": 0.17, "total_lines_added": 3},
    "context_window": {
        "total_input_tokens": 6170,
        "total_output_tokens": 385,
        "context_window_size": 200000,
        "used_percentage": 25,
        "current_usage": {
            "input_tokens": 1000,
            "output_tokens": 385,
            "cache_creation_input_tokens": 234,
            "cache_read_input_tokens": 50000,
        },
    },
}


def test_the_status_line_is_usage() -> None:
    assert parse(STATUS) == [
        ProductReported("claude-code", "Opus 4", "2.1.197"),
        UsageReported(51234, 200000, 6170, 385, 50000, 0.17, "USD"),
    ]


def test_before_the_first_answer_the_usage_is_not_known() -> None:
    window = {"context_window_size": 200000, "current_usage": None, "used_percentage": None}
    (_, usage) = parse({**STATUS, "context_window": window, "cost": None})
    assert usage == UsageReported(context_limit=200000, currency="USD")


def test_the_result_of_a_run_is_usage() -> None:
    assert parse(
        {
            "type": "result",
            "total_cost_usd": 0.02,
            "usage": {"input_tokens": 5, "output_tokens": 6, "cache_read_input_tokens": 7},
            "modelUsage": {"claude-opus-4": {"contextWindow": 200000}},
        }
    ) == [
        ProductReported("claude-code", "claude-opus-4"),
        UsageReported(None, 200000, 5, 6, 7, 0.02, "USD"),
    ]


def test_answers() -> None:
    assert render("PostToolUse", Context("news")) == {
        "hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": "news"}
    }
    assert render("Stop", GoOn("answer ann")) == {"decision": "block", "reason": "answer ann"}
    assert render("PermissionRequest", Decision(is_allowed=True)) == {
        "hookSpecificOutput": {
            "hookEventName": "PermissionRequest",
            "decision": {"behavior": "allow"},
        }
    }
    assert render("PermissionRequest", Decision(is_allowed=False, message="no")) == {
        "hookSpecificOutput": {
            "hookEventName": "PermissionRequest",
            "decision": {"behavior": "deny", "message": "no"},
        }
    }
    assert render("PreToolUse", Decision(is_allowed=False, message="no")) == {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": "no",
        }
    }


def test_an_event_that_takes_no_such_answer_gets_none() -> None:
    assert render("Notification", Context("x")) is None
    assert render("Stop", Decision(is_allowed=True)) is None
    assert render("UserPromptSubmit", GoOn("x")) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
_NAMES = st.sampled_from(
    [
        *("SessionStart", "PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionRequest"),
        *("TaskCreated", "Notification", "Stop", "StopFailure", "PreCompact"),
    ]
)
_FIELDS = st.sampled_from(
    [
        *("tool_name", "tool_use_id", "tool_input", "tool_response", "prompt", "error", "model"),
        *("cost", "context_window", "workspace", "type", "usage", "modelUsage", "duration_ms"),
    ]
)


@given(_NAMES, st.dictionaries(_FIELDS, _JSON))
def test_no_json_is_too_odd(name: str, fields: dict[str, Any]) -> None:
    event = {"hook_event_name": name, "tool_name": "Edit", "tool_use_id": "t", **fields}
    assert isinstance(parse(event), list)
    del event["hook_event_name"]
    assert isinstance(parse({"type": "result", **event}), list)
    json.dumps(render(name, Context("x")))
