"""Codex CLI: its hooks, `codex exec --json`, and its `notify`. Pure."""

from collections.abc import Mapping
from typing import Final

from peerline.agent.products.answers import Answer
from peerline.agent.products.hooks import HookDialect, parse_hook, render_hook
from peerline.agent.products.json_reading import Json, as_text, entries, entry, text, whole
from peerline.agent.products.patches import apply_patch_files
from peerline.agent.reports import (
    AnswerStreamed,
    CallStatus,
    ChangeKind,
    NoteReported,
    PlanEntry,
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
)

PRODUCT: Final = "codex"
_KINDS: Final[Mapping[str, ToolKind]] = {
    "Bash": "execute",
    "shell": "execute",
    "apply_patch": "edit",
    "web_search": "search",
    "view_image": "read",
}
_CHANGES: Final[Mapping[str, ChangeKind]] = {
    "add": "created",
    "delete": "deleted",
    "update": "modified",
}


def _files_of(name: str, given: Json, _answer: object) -> tuple[TouchedFile, ...]:
    patch = text(given, "command", "patch", "input")
    return apply_patch_files(patch) if name == "apply_patch" and patch is not None else ()


_DIALECT: Final = HookDialect(PRODUCT, _KINDS, _files_of)


def parse(event: Json) -> list[Report]:
    """The reports of a hook's JSON, a line of `codex exec --json`, or a notification."""
    if "hook_event_name" in event:
        return parse_hook(event, _DIALECT)
    match text(event, "type"):
        case "thread.started":
            return [ProductReported(PRODUCT), StateReported("idle")]
        case "turn.started":
            return [TurnStarted("")]
        case "turn.completed":
            return [_usage(entry(event, "usage")), TurnEnded()]
        case "turn.failed":
            error = text(entry(event, "error"), "message") or "error"
            return [TurnEnded(error, "error"), StateReported("error", error)]
        case "error":
            return [NoteReported(text(event, "message") or "error"), StateReported("error")]
        case "item.started" | "item.updated" | "item.completed":
            return _item(entry(event, "item"), is_over=event["type"] == "item.completed")
        case "agent-turn-complete":
            return [TurnEnded(text(event, "last-assistant-message") or "")]
        case _:
            return []


def render(name: str, answer: Answer) -> Json | None:
    """The answer to the hook of this event; None if it takes no such answer."""
    return render_hook(name, answer)


def _usage(usage: Json) -> UsageReported:
    # No cost: Codex does not say it, and 0 would be wrong.
    return UsageReported(
        input_tokens=whole(usage, "input_tokens"),
        output_tokens=whole(usage, "output_tokens"),
        cached_tokens=whole(usage, "cached_input_tokens"),
    )


def _item(item: Json, *, is_over: bool) -> list[Report]:
    id_, kind = text(item, "id"), text(item, "type")
    if kind == "todo_list":
        return [_plan(item)]
    if kind == "agent_message" and is_over:
        found = text(item, "text")
        return [] if found is None else [AnswerStreamed(found)]
    if id_ is None:
        return []
    call = _call(item, id_)
    if call is None:
        return []
    if not is_over:
        return [call]
    files = tuple(
        TouchedFile(file, _CHANGES.get(text(one, "kind") or "", "modified"))
        for one in entries(item, "changes")
        if (file := text(one, "path"))
    )
    return [
        ToolEnded(
            id_,
            _status(item),
            call.name,
            call.kind,
            call.title,
            call.input,
            text(item, "aggregated_output") or as_text(item.get("result")),
            files=files,
        )
    ]


def _call(item: Json, id_: str) -> ToolStarted | None:
    """A call from its item; None for what is none, such as a thought."""
    match text(item, "type"):
        case "command_execution":
            command = text(item, "command") or "command"
            return ToolStarted(id_, "Bash", "execute", " ".join(command.split()), command)
        case "file_change":
            paths = [path for one in entries(item, "changes") if (path := text(one, "path"))]
            return ToolStarted(id_, "apply_patch", "edit", ", ".join(paths) or "files")
        case "mcp_tool_call":
            name = f"{text(item, 'server') or 'mcp'}.{text(item, 'tool') or 'tool'}"
            return ToolStarted(id_, name, "other", name, as_text(item.get("arguments")))
        case "web_search":
            return ToolStarted(id_, "web_search", "search", text(item, "query") or "the web")
        case _:
            return None


def _status(item: Json) -> CallStatus:
    status = text(item, "status")
    if status == "declined":
        return "denied"
    return "failed" if status == "failed" or whole(item, "exit_code") else "completed"


def _plan(item: Json) -> PlanReported:
    return PlanReported(
        tuple(
            PlanEntry(step, "completed" if one.get("completed") is True else "pending")
            for one in entries(item, "items")
            if (step := text(one, "text"))
        )
    )
