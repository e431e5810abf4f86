"""The hooks that each product is given: events, and which of them wait for an answer. Pure."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Approvals: TypeAlias = Literal["prompts", "headless"]
"""Whether people answer beside the program's own dialog, or also where there is none."""

PROGRAM: Final = "hook_program.py"
"""A command that runs this file is ours."""
HOOK_SECONDS: Final = 5
ASKING_HOOK_SECONDS: Final = 600
"""The time that a hook has which asks people; its program gives up before."""
HEADLESS_TOOLS: Final = (
    *("Bash", "Edit", "MultiEdit", "Write", "NotebookEdit", "WebFetch", "WebSearch"),
)
"""The tools that people are asked about where there is no terminal."""

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


def can_ask(product: str, approvals: Approvals) -> bool:
    """Whether the hooks of a product can answer for its user in this way."""
    return product == "claude-code" or (product, approvals) == ("codex", "prompts")


def wanted(product: str, python: str, program: str, approvals: Approvals | None = None) -> Wanted:
    """The configuration of a product.

    Raises:
        KeyError: if it has no hooks.
    """
    found = _TABLES[product](python, program)
    if approvals is None or not can_ask(product, approvals):
        return found
    line = command(python, program, "hook", "--product", product, "--approvals")
    hook = {"type": "command", "command": line, "timeout": ASKING_HOOK_SECONDS}
    hooks = {**found.hooks, "PermissionRequest": [{"matcher": "*", "hooks": [hook]}]}
    if approvals == "headless":
        asking = {"matcher": "|".join(HEADLESS_TOOLS), "hooks": [dict(hook)]}
        hooks["PreToolUse"] = [*hooks["PreToolUse"], asking]
    return replace(found, hooks=hooks)


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
