"""Codex' JSON as reports: hooks, `codex exec --json`, `notify`."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.products.answers import Decision
from peerline.agent.products.codex import parse, render
from peerline.agent.products.hooks import call_title
from peerline.agent.reports import (
    AnswerStreamed,
    NoteReported,
    PlanEntry,
    PlanReported,
    ProductReported,
    StateReported,
    ToolEnded,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    UsageReported,
)


def test_hooks() -> None:
    assert parse({"hook_event_name": "SessionStart", "model": "gpt-5", "source": "startup"}) == [
        ProductReported("codex", "gpt-5"),
        StateReported("idle"),
    ]
    assert parse({"hook_event_name": "UserPromptSubmit", "prompt": "Go", "turn_id": "u1"}) == [
        TurnStarted("Go", "u1")
    ]
    call = {"tool_name": "Bash", "tool_use_id": "c1", "tool_input": {"command": "ls"}}
    assert parse({"hook_event_name": "PreToolUse", **call}) == [
        ToolStarted("c1", "Bash", "execute", "ls", "ls")
    ]
    (ended,) = parse({"hook_event_name": "PostToolUse", **call, "tool_response": "a.py\n"})
    assert isinstance(ended, ToolEnded)
    assert ended.output == "a.py\n"
    assert parse(
        {"hook_event_name": "Stop", "last_assistant_message": "Done.", "stop_hook_active": False}
    ) == [TurnEnded("Done.")]


PATCH = """*** Begin Patch
*** Update File: src/a.py
@@ def f():
-    return 1
+    return 2
+    # more
*** Add File: src/b.py
+x = 1
*** Delete File: src/c.py
*** Update File: src/d.py
*** Move to: src/e.py
@@
 same
*** End Patch
"""


def test_a_patch_has_its_files() -> None:
    (ended,) = parse(
        {
            "hook_event_name": "PostToolUse",
            "tool_name": "apply_patch",
            "tool_use_id": "c2",
            "tool_input": {"command": PATCH},
            "tool_response": "Success",
        }
    )
    assert isinstance(ended, ToolEnded)
    assert ended.input is None
    assert ended.files == (
        TouchedFile(
            "src/a.py",
            "modified",
            2,
            1,
            "@@ def f():\n-    return 1\n+    return 2\n+    # more",
        ),
        TouchedFile("src/b.py", "created", 1, 0, "+x = 1"),
        TouchedFile("src/c.py", "deleted", 0, 0),
        TouchedFile("src/e.py", "renamed", 0, 0, "@@\n same", "src/d.py"),
    )


def test_a_patch_is_called_by_its_files() -> None:
    patch = "*** Begin Patch\n*** Update File: .env\n@@\n+X=hunter2\n*** Add File: b\n+c\n"
    assert call_title("apply_patch", {"command": patch}) == ".env, b"
    assert call_title("apply_patch", {"command": "X=hunter2"}) == "apply_patch"
    assert call_title("Bash", {"command": "make\n-j"}) == "make -j"


def test_a_run_without_a_terminal() -> None:
    lines: list[dict[str, Any]] = [
        {"type": "thread.started", "thread_id": "0199"},
        {"type": "turn.started"},
        {
            "type": "item.started",
            "item": {"id": "i0", "type": "command_execution", "command": "ls", "status": "x"},
        },
        {
            "type": "item.completed",
            "item": {
                "id": "i0",
                "type": "command_execution",
                "command": "ls",
                "aggregated_output": "a\n",
                "exit_code": 2,
                "status": "completed",
            },
        },
        {
            "type": "item.completed",
            "item": {
                "id": "i1",
                "type": "file_change",
                "changes": [{"path": "a.py", "kind": "add"}],
                "status": "completed",
            },
        },
        {
            "type": "item.completed",
            "item": {"id": "i2", "type": "reasoning", "text": "secret thoughts"},
        },
        {"type": "item.completed", "item": {"id": "i3", "type": "agent_message", "text": "Done."}},
        {
            "type": "item.updated",
            "item": {"id": "i4", "type": "todo_list", "items": [{"text": "a", "completed": True}]},
        },
        {
            "type": "turn.completed",
            "usage": {"input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 2},
        },
    ]
    assert [report for line in lines for report in parse(line)] == [
        ProductReported("codex"),
        StateReported("idle"),
        TurnStarted(""),
        ToolStarted("i0", "Bash", "execute", "ls", "ls"),
        ToolEnded("i0", "failed", "Bash", "execute", "ls", "ls", "a\n"),
        ToolEnded(
            "i1",
            "completed",
            "apply_patch",
            "edit",
            "a.py",
            files=(TouchedFile("a.py", "created"),),
        ),
        AnswerStreamed("Done."),
        PlanReported((PlanEntry("a", "completed"),)),
        UsageReported(input_tokens=9, output_tokens=2, cached_tokens=4),
        TurnEnded(),
    ]


def test_failures() -> None:
    assert parse({"type": "turn.failed", "error": {"message": "no model"}}) == [
        TurnEnded("no model", "error"),
        StateReported("error", "no model"),
    ]
    assert parse({"type": "error", "message": "reconnecting"}) == [
        NoteReported("reconnecting"),
        StateReported("error"),
    ]


def test_the_old_notification() -> None:
    event = {"type": "agent-turn-complete", "turn-id": "1", "last-assistant-message": "Done."}
    assert parse(event) == [TurnEnded("Done.")]


def test_an_answer() -> None:
    assert render("PermissionRequest", Decision(is_allowed=True)) == {
        "hookSpecificOutput": {
            "hookEventName": "PermissionRequest",
            "decision": {"behavior": "allow"},
        }
    }


def test_what_is_not_known_is_ignored() -> None:
    assert parse({"type": "item.completed", "item": {"id": "i", "type": "new_thing"}}) == []
    assert parse({"type": "thread.archived"}) == []
    assert parse({"type": "item.completed", "item": 3}) == []


@given(st.text(), st.text())
def test_any_patch_is_taken(before: str, after: str) -> None:
    patch = f"{before}\n*** Update File: a\n{after}"
    found = parse(
        {
            "hook_event_name": "PostToolUse",
            "tool_name": "apply_patch",
            "tool_use_id": "c",
            "tool_input": {"command": patch},
        }
    )
    assert len(found) == 1
