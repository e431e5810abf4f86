"""The hooks that each product is given: events, and which of them wait for an answer. Pure."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

PROGRAM: Final = "hook_program.py"
"""A command that runs this file is ours."""
HOOK_SECONDS: Final = 5

_CLAUDE_ANSWERED: Final = ("SessionStart", "UserPromptSubmit", "PostToolUse", "Stop", "SessionEnd")
_CLAUDE_TOLD: Final = (
    *("PreToolUse", "PostToolUseFailure", "PostToolBatch", "PermissionRequest", "TaskCreated"),
    *("TaskCompleted", "Notification", "SubagentStart", "SubagentStop", "PreCompact"),
    "StopFailure",
)
_CODEX: Final = (
    *("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse"),
    *("PreCompact", "Stop"),
)
_GEMINI: Final = (
    *("SessionStart", "BeforeAgent", "BeforeTool", "AfterTool", "AfterAgent", "Notification"),
    *("PreCompress", "SessionEnd"),
)
_OF_TOOLS: Final = frozenset({"PreToolUse", "PostToolUse", "PermissionRequest"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product's hooks, and the command of its status line if it has one."""

    hooks: dict[str, list[Json]]
    statusline: str | None = None


def command(python: str, program: str, *arguments: str) -> str:
    """The command line of a hook."""
    return shlex.join([python, "-I", "-S", program, *arguments])


def wanted(product: str, python: str, program: str) -> Wanted:
    """The configuration of a product.

    Raises:
        KeyError: if it has no hooks.
    """
    return _TABLES[product](python, program)


def is_ours(line: object) -> bool:
    """Whether a command of a configuration is Peerline's."""
    if not isinstance(line, str) or PROGRAM not in line:
        return False
    try:
        words = shlex.split(line)
    except ValueError:
        return False
    return any(
        word.endswith(("/" + PROGRAM, "\\" + PROGRAM)) and "peerline" in word for word in words
    )


def _claude(python: str, program: str) -> Wanted:
    line = command(python, program, "hook", "--product", "claude-code")
    hooks: dict[str, list[Json]] = {}
    for name in (*_CLAUDE_ANSWERED, *_CLAUDE_TOLD):
        hook: Json = {"type": "command", "command": line, "timeout": HOOK_SECONDS}
        if name in _CLAUDE_TOLD:
            hook["async"] = True  # nobody waits for it
        group: Json = {"hooks": [hook]}
        if name in _OF_TOOLS or name == "PostToolUseFailure":
            group = {"matcher": "*", **group}
        hooks[name] = [group]
    return Wanted(hooks, command(python, program, "statusline"))


def _codex(python: str, program: str) -> Wanted:
    line = command(python, program, "hook", "--product", "codex")
    return Wanted(_groups(_CODEX, {"type": "command", "command": line, "timeout": HOOK_SECONDS}))


def _gemini(python: str, program: str) -> Wanted:
    line = command(python, program, "hook", "--product", "gemini-cli")
    hook: Json = {"name": "peerline", "type": "command", "command": line}
    return Wanted(_groups(_GEMINI, {**hook, "timeout": HOOK_SECONDS * 1000}))  # milliseconds


def _groups(names: Sequence[str], hook: Json) -> dict[str, list[Json]]:
    return {name: [{"matcher": "*", "hooks": [dict(hook)]}] for name in names}


_TABLES: Final = {"claude-code": _claude, "codex": _codex, "gemini": _gemini}
