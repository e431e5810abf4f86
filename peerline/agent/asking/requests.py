"""The requests for a permission that hooks make, and the events that settle them. Pure."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from peerline.agent.asking.question import call_digest
from peerline.agent.products.hooks import call_title
from peerline.agent.products.json_reading import entry, text

Json: TypeAlias = dict[str, Any]

ASKING_PRODUCTS: Final = frozenset({"claude-code", "codex"})
"""The products that read an answer to a request for a permission."""
_NO_PERMISSIONS: Final = frozenset({"AskUserQuestion", "EnterPlanMode", "ExitPlanMode"})
"""Tools whose dialog asks for more than yes or no."""
_EDITS: Final = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
_AFTER: Final = frozenset({"PostToolUse", "PostToolUseFailure", "PermissionDenied"})


@dataclass(frozen=True, slots=True)
class PermissionAsked:
    """A tool that an agent may not use without asking."""

    event: str
    tool: str
    title: str
    given: Json
    session: str | None = None
    agent: str | None = None
    """A subagent, if it is not the agent itself."""

    @property
    def digest(self) -> str:
        """The digest of the tool and its whole input."""
        return call_digest(self.tool, self.given)


def permission_asked(event: Json) -> PermissionAsked | None:
    """The request of a hook's event, if it is one that people can answer with yes or no."""
    name, tool = text(event, "hook_event_name"), text(event, "tool_name")
    given = event.get("tool_input")
    if name is None or tool is None or tool in _NO_PERMISSIONS or not isinstance(given, dict):
        return None
    if name != "PermissionRequest" and not (name == "PreToolUse" and _would_ask(event, tool)):
        return None
    given = entry(event, "tool_input")
    return PermissionAsked(
        name, tool, call_title(tool, given), given, text(event, "session_id"), _agent(event)
    )


def settles(event: Json, asked: PermissionAsked) -> bool:
    """Whether an event says that the agent's own program has the answer already."""
    name = text(event, "hook_event_name")
    if text(event, "session_id") != asked.session:
        return False
    if name in _AFTER:
        tool, given = text(event, "tool_name"), entry(event, "tool_input")
        return tool is not None and call_digest(tool, given) == asked.digest
    return name == "SessionEnd" or (name == "Stop" and _agent(event) == asked.agent)


def _agent(event: Json) -> str | None:
    return text(event, "agent_id")


def _would_ask(event: Json, tool: str) -> bool:
    """Whether the mode that the agent runs in asks before such a call at all."""
    mode = text(event, "permission_mode") or "default"
    return mode == "default" or (mode == "acceptEdits" and tool not in _EDITS)
