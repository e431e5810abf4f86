"""Gemini CLI's hooks as reports."""

from peerline.agent.products.answers import Context, Decision, GoOn
from peerline.agent.products.gemini import parse, render
from peerline.agent.reports import (
    ProductReported,
    StateReported,
    ToolEnded,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
)

COMMON = {"session_id": "s", "cwd": "/w", "timestamp": "2026-01-01T00:00:00Z"}


def test_a_turn() -> None:
    assert parse({**COMMON, "hook_event_name": "SessionStart", "source": "startup"}) == [
        ProductReported("gemini-cli"),
        StateReported("idle"),
    ]
    assert parse({**COMMON, "hook_event_name": "BeforeAgent", "prompt": "Go"}) == [
        TurnStarted("Go")
    ]
    assert parse(
        {**COMMON, "hook_event_name": "AfterAgent", "prompt": "Go", "prompt_response": "Done."}
    ) == [TurnEnded("Done.")]


def test_a_call_has_the_same_id_before_and_after() -> None:
    call = {**COMMON, "tool_name": "run_shell_command", "tool_input": {"command": "ls"}}
    (started,) = parse({**call, "hook_event_name": "BeforeTool"})
    answer = {"llmContent": "Output: a", "returnDisplay": "a"}
    (ended,) = parse({**call, "hook_event_name": "AfterTool", "tool_response": answer})
    assert isinstance(started, ToolStarted)
    assert isinstance(ended, ToolEnded)
    assert started.id == ended.id
    assert (ended.status, ended.kind, ended.output) == ("completed", "execute", "a")


def test_a_call_that_fails() -> None:
    (ended,) = parse(
        {
            **COMMON,
            "hook_event_name": "AfterTool",
            "tool_name": "replace",
            "tool_input": {"file_path": "/w/a.py"},
            "tool_response": {"error": {"message": "not found"}},
        }
    )
    assert isinstance(ended, ToolEnded)
    assert ended.status == "failed"
    assert ended.files == ()


def test_edits_have_their_lines() -> None:
    call = {**COMMON, "hook_event_name": "AfterTool", "tool_response": {"llmContent": "ok"}}
    given = {"file_path": "/w/a.py", "old_string": "a\nb", "new_string": "c"}
    (ended,) = parse({**call, "tool_name": "replace", "tool_input": given})
    assert isinstance(ended, ToolEnded)
    assert ended.files == (TouchedFile("/w/a.py", "modified", 1, 2),)


def test_waiting_for_a_permission() -> None:
    event = {"hook_event_name": "Notification", "notification_type": "ToolPermission"}
    assert parse({**COMMON, **event, "message": "Allow ls?"}) == [
        StateReported("waiting_approval", "Allow ls?")
    ]


def test_answers() -> None:
    assert render("BeforeAgent", Context("news")) == {
        "hookSpecificOutput": {"hookEventName": "BeforeAgent", "additionalContext": "news"}
    }
    assert render("AfterAgent", GoOn("answer ann")) == {"decision": "deny", "reason": "answer ann"}
    assert render("BeforeTool", Decision(is_allowed=False, message="no")) == {
        "decision": "deny",
        "reason": "no",
    }
    # An answer of allow would skip the product's own question.
    assert render("BeforeTool", Decision(is_allowed=True)) is None
    assert render("BeforeModel", Context("x")) is None
