"""Gemini CLI: its hooks. Pure.

Its events have names of their own and its calls no id, so one is made of what the call is.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from peerline.agent.products.answers import Answer, Context, Decision, GoOn
from peerline.agent.products.hooks import HookDialect, parse_hook
from peerline.agent.products.json_reading import Json, entry, text
from peerline.agent.products.patches import created_file
from peerline.agent.reports import Report, ToolKind, TouchedFile

PRODUCT: Final = "gemini-cli"
_EVENTS: Final[Mapping[str, str]] = {
    "BeforeAgent": "UserPromptSubmit",
    "AfterAgent": "Stop",
    "BeforeTool": "PreToolUse",
    "AfterTool": "PostToolUse",
    "PreCompress": "PreCompact",
}
"""Its events by those of Claude Code; SessionStart, SessionEnd and Notification are the same."""
_KINDS: Final[Mapping[str, ToolKind]] = {
    "read_file": "read",
    "read_many_files": "read",
    "list_directory": "search",
    "glob": "search",
    "grep_search": "search",
    "search_file_content": "search",
    "google_web_search": "search",
    "web_fetch": "fetch",
    "write_file": "edit",
    "replace": "edit",
    "run_shell_command": "execute",
}


def _files_of(name: str, given: Json, _answer: object) -> tuple[TouchedFile, ...]:
    file = text(given, "file_path")
    if file is None or name not in {"write_file", "replace"}:
        return ()
    content = text(given, "content")
    if name == "write_file" and content is not None:
        written = created_file(file, content)
        # It does not say whether the file was there, so what is removed is not known.
        return (TouchedFile(file, "modified", written.lines_added, None),)
    old, new = text(given, "old_string") or "", text(given, "new_string") or ""
    return (TouchedFile(file, "modified", len(new.splitlines()), len(old.splitlines())),)


_DIALECT: Final = HookDialect(PRODUCT, _KINDS, _files_of, _EVENTS)


def parse(event: Json) -> list[Report]:
    """The reports of a hook's JSON."""
    name = text(event, "tool_name")
    if name is None or text(event, "tool_use_id") is not None:
        return parse_hook(event, _DIALECT)
    found = {**event, "tool_use_id": _call_id(name, entry(event, "tool_input"))}
    answer = entry(event, "tool_response")
    if text(event, "hook_event_name") == "AfterTool" and answer.get("error"):
        failed = {**found, "hook_event_name": "PostToolUseFailure", "error": answer["error"]}
        return parse_hook(failed, _DIALECT)
    if "llmContent" in answer:
        found["tool_response"] = {"content": answer.get("returnDisplay") or answer["llmContent"]}
    return parse_hook(found, _DIALECT)


def render(name: str, answer: Answer) -> Json | None:
    """The answer to the hook of this event; None if it takes no such answer."""
    match answer:
        case Context() if name in {"SessionStart", "BeforeAgent", "AfterTool"}:
            return {"hookSpecificOutput": {"hookEventName": name, "additionalContext": answer.text}}
        case GoOn() if name == "AfterAgent":
            return {"decision": "deny", "reason": answer.reason}
        case Decision() if name == "BeforeTool" and not answer.is_allowed:
            return {"decision": "deny", "reason": answer.message or "Denied by a person."}
        case _:
            return None


def _call_id(name: str, given: Json) -> str:
    text_of = json.dumps([name, given], sort_keys=True, default=str)
    return hashlib.sha256(text_of.encode("utf-8", "replace")).hexdigest()[:24]
