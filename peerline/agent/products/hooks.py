"""Hooks of the shape that Claude Code has, which Codex shares: events to reports. Pure.

An event or a field that is not known is ignored: a newer version of a product must not break.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from peerline.agent.products.answers import Answer, Context, Decision, GoOn
from peerline.agent.products.json_reading import Json, as_text, entries, entry, text, whole
from peerline.agent.products.patches import apply_patch_files, created_file, patched_file
from peerline.agent.reports import (
    CursorReported,
    FlushReported,
    NoteReported,
    Place,
    PlanEntry,
    PlanEntryReported,
    PlanReported,
    PlanStatus,
    ProductReported,
    Report,
    StateReported,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
)

_PLAN_STATUSES: Final[Mapping[str, PlanStatus]] = {
    "pending": "pending",
    "in_progress": "in_progress",
    "completed": "completed",
}
_PLAN_TOOLS: Final = frozenset({"TodoWrite", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet"})
_SHOWS_OUTPUT: Final[frozenset[ToolKind]] = frozenset({"execute", "other", "fetch", "think"})
"""The output of the others is the content of files."""


@dataclass(frozen=True, slots=True)
class HookDialect:
    """The differences between products whose hooks have this shape."""

    product: str
    kinds: Mapping[str, ToolKind]
    """The tools whose kind is known by their name."""
    files_of: Callable[[str, Json, object], tuple[TouchedFile, ...]] | None = None
    """The files that a call has changed, beside those of `structuredPatch`."""
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of events, by those of Claude Code."""


def parse_hook(event: Json, dialect: HookDialect) -> list[Report]:
    """The reports of one event; none of an event that is not known."""
    name = text(event, "hook_event_name") or ""
    read = _EVENTS.get(dialect.aliases.get(name, name))
    return [] if read is None else read(event, dialect)


def render_hook(name: str, answer: Answer) -> Json | None:
    """The answer to an event as the product reads it; None if the event takes no such answer."""
    match answer:
        case Context() if name in {"SessionStart", "UserPromptSubmit", "PostToolUse"}:
            return {"hookSpecificOutput": {"hookEventName": name, "additionalContext": answer.text}}
        case GoOn() if name == "Stop":
            return {"decision": "block", "reason": answer.reason}
        case Decision() if name == "PermissionRequest":
            decision: Json = {"behavior": "allow" if answer.is_allowed else "deny"}
            if answer.message and not answer.is_allowed:
                decision["message"] = answer.message
            return {"hookSpecificOutput": {"hookEventName": name, "decision": decision}}
        case Decision() if name == "PreToolUse":
            found: Json = {
                "hookEventName": name,
                "permissionDecision": "allow" if answer.is_allowed else "deny",
            }
            if answer.message:
                found["permissionDecisionReason"] = answer.message
            return {"hookSpecificOutput": found}
        case _:
            return None


def tool_kind(name: str, dialect: HookDialect) -> ToolKind:
    """The kind of a tool; those of MCP servers are not known."""
    return dialect.kinds.get(name, "other")


def call_title(name: str, given: Json) -> str:
    """The object of a call in a line: a path, a command, a pattern; the files of a patch."""
    if name == "apply_patch":
        files = apply_patch_files(text(given, "command", "input", "patch") or "")
        return ", ".join(file.file for file in files) or name
    found = text(
        given,
        *("file_path", "notebook_path", "absolute_path", "command", "url", "pattern", "query"),
        *("path", "description", "prompt", "skill", "subject"),
    )
    return " ".join((found or name).split())


def call_file(given: Json) -> str | None:
    """The file that a call is about."""
    return text(given, "file_path", "notebook_path", "absolute_path")


def _call_input(kind: ToolKind, given: Json) -> str | None:
    """The input to show; that of an edit is its diff."""
    if kind in {"edit", "read"}:
        return None
    return text(given, "command") or as_text(given)


def _session_start(event: Json, dialect: HookDialect) -> list[Report]:
    return [ProductReported(dialect.product, text(event, "model")), StateReported("idle")]


def _prompt(event: Json, _dialect: HookDialect) -> list[Report]:
    return [TurnStarted(text(event, "prompt") or "", text(event, "prompt_id", "turn_id"))]


def _before_tool(event: Json, dialect: HookDialect) -> list[Report]:
    name, call_id = text(event, "tool_name"), text(event, "tool_use_id")
    if name is None or call_id is None or name in _PLAN_TOOLS:
        return []
    given = entry(event, "tool_input")
    kind = tool_kind(name, dialect)
    file = call_file(given)
    return [
        ToolStarted(
            call_id,
            name,
            kind,
            call_title(name, given),
            _call_input(kind, given),
            None if file is None else Place(file, whole(given, "offset")),
        )
    ]


def _after_tool(event: Json, dialect: HookDialect) -> list[Report]:
    name, call_id = text(event, "tool_name"), text(event, "tool_use_id")
    if name is None or call_id is None:
        return []
    given = entry(event, "tool_input")
    answer = event.get("tool_response")
    if name in _PLAN_TOOLS:
        return _plan_tool(name, given, entry(event, "tool_response"))
    kind = tool_kind(name, dialect)
    files, line = _changed_files(name, given, answer, dialect)
    ended = ToolEnded(
        call_id,
        "completed",
        name,
        kind,
        call_title(name, given),
        _call_input(kind, given),
        _output(answer) if kind in _SHOWS_OUTPUT else None,
        whole(event, "duration_ms"),
        files,
    )
    moved = [CursorReported(Place(files[0].file, line))] if files and line is not None else []
    return [ended, *moved]


def _changed_files(
    name: str, given: Json, answer: object, dialect: HookDialect
) -> tuple[tuple[TouchedFile, ...], int | None]:
    """The files that a call has changed, and the first changed line of the first."""
    fields = entry(answer)
    file = text(fields, "filePath") or call_file(given)
    hunks = entries(fields, "structuredPatch")
    if file is not None and hunks:
        return (patched_file(file, hunks),), whole(hunks[0], "newStart")
    is_new = fields.get("type") == "create" or fields.get("originalFile", "") is None
    content = text(fields, "content") or text(given, "content")
    if file is not None and is_new and content is not None:
        return (created_file(file, content),), 1
    found = () if dialect.files_of is None else dialect.files_of(name, given, answer)
    return found, None


def _output(answer: object) -> str | None:
    fields = entry(answer)
    parts = [part for name in ("stdout", "stderr") if (part := text(fields, name))]
    if parts or "stdout" in fields:
        return "\n".join(parts) or None
    if content := fields.get("content"):
        return as_text(content)
    return as_text(answer)


def _tool_failed(event: Json, dialect: HookDialect) -> list[Report]:
    return _tool_over(event, dialect, "error", is_denied=False)


def _tool_denied(event: Json, dialect: HookDialect) -> list[Report]:
    return _tool_over(event, dialect, "reason", is_denied=True)


def _tool_over(event: Json, dialect: HookDialect, why: str, *, is_denied: bool) -> list[Report]:
    name, call_id = text(event, "tool_name"), text(event, "tool_use_id")
    if name is None or call_id is None:
        return []
    given = entry(event, "tool_input")
    kind = tool_kind(name, dialect)
    return [
        ToolEnded(
            call_id,
            "denied" if is_denied else "failed",
            name,
            kind,
            call_title(name, given),
            _call_input(kind, given),
            as_text(event.get(why)),
            whole(event, "duration_ms"),
        )
    ]


def _permission(event: Json, _dialect: HookDialect) -> list[Report]:
    name = text(event, "tool_name") or "a tool"
    title = call_title(name, entry(event, "tool_input"))
    return [StateReported("waiting_approval", f"Waiting for permission: {title}")]


def _batch(_event: Json, _dialect: HookDialect) -> list[Report]:
    return [FlushReported()]


def _plan_tool(name: str, given: Json, answer: Json) -> list[Report]:
    if name == "TodoWrite":
        todos = [
            PlanEntry(content, _PLAN_STATUSES.get(text(todo, "status") or "", "pending"))
            for todo in entries(given, "todos")
            if (content := text(todo, "content"))
        ]
        return [PlanReported(tuple(todos))]
    if name == "TaskCreate":
        id_ = text(entry(answer, "task"), "id")
        return [] if id_ is None else [PlanEntryReported(id_, text(given, "subject"))]
    if name == "TaskUpdate" and (id_ := text(given, "taskId", "task_id")) is not None:
        status = text(given, "status") or ""
        return [
            PlanEntryReported(
                id_,
                text(given, "subject"),
                _PLAN_STATUSES.get(status),
                is_removed=status == "deleted",
            )
        ]
    return []


def _task_created(event: Json, _dialect: HookDialect) -> list[Report]:
    id_ = text(event, "task_id")
    return [] if id_ is None else [PlanEntryReported(id_, text(event, "task_subject"))]


def _task_completed(event: Json, _dialect: HookDialect) -> list[Report]:
    id_ = text(event, "task_id")
    if id_ is None:
        return []
    return [PlanEntryReported(id_, text(event, "task_subject"), "completed")]


def _notification(event: Json, _dialect: HookDialect) -> list[Report]:
    match text(event, "notification_type"):
        case "permission_prompt" | "ToolPermission":
            return [StateReported("waiting_approval", text(event, "message"))]
        case "elicitation_dialog":
            return [StateReported("waiting_input", text(event, "message"))]
        case "idle_prompt":
            return [StateReported("idle")]
        case _:
            return []


def _subagent_start(event: Json, _dialect: HookDialect) -> list[Report]:
    return [StateReported("working", f"Subagent {text(event, 'agent_type') or ''}".strip())]


def _subagent_stop(_event: Json, _dialect: HookDialect) -> list[Report]:
    return [StateReported("thinking", "")]


def _compacting(event: Json, _dialect: HookDialect) -> list[Report]:
    cause = text(event, "trigger")
    return [NoteReported(f"Compacts the conversation ({cause})" if cause else "Compacts")]


def _stop(event: Json, _dialect: HookDialect) -> list[Report]:
    return [
        TurnEnded(
            text(event, "last_assistant_message", "prompt_response") or "",
            "end_turn",
            text(event, "prompt_id", "turn_id"),
        )
    ]


def _stop_failed(event: Json, _dialect: HookDialect) -> list[Report]:
    error = as_text(event.get("error")) or "error"
    return [
        TurnEnded(error, "error", text(event, "prompt_id", "turn_id")),
        StateReported("error", error),
    ]


def _session_end(_event: Json, _dialect: HookDialect) -> list[Report]:
    return [StateReported("done")]


_EVENTS: Final[Mapping[str, Callable[[Json, HookDialect], list[Report]]]] = {
    "SessionStart": _session_start,
    "UserPromptSubmit": _prompt,
    "PreToolUse": _before_tool,
    "PermissionRequest": _permission,
    "PostToolUse": _after_tool,
    "PostToolUseFailure": _tool_failed,
    "PermissionDenied": _tool_denied,
    "PostToolBatch": _batch,
    "TaskCreated": _task_created,
    "TaskCompleted": _task_completed,
    "Notification": _notification,
    "SubagentStart": _subagent_start,
    "SubagentStop": _subagent_stop,
    "PreCompact": _compacting,
    "Stop": _stop,
    "StopFailure": _stop_failed,
    "SessionEnd": _session_end,
}
