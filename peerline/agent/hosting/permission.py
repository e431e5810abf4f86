"""A permission that an agent asks for, as a question to people, and their answer. Pure.

An option that lasts is never chosen: a lasting rule is made where the agent runs.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Final

from peerline.agent.acp.values import Object, an_object, objects, text
from peerline.protocol.approvals import ApprovalQuestion, Choice, Outcome
from peerline.protocol.limits import (
    MAX_APPROVAL_DETAIL_BYTES,
    MAX_CALL_FILES,
    MAX_CALL_TITLE_CHARS,
    MAX_TOOL_NAME_CHARS,
)

CANCELLED: Final[Object] = {"outcome": {"outcome": "cancelled"}}
TOO_LONG: Final = "The input is too long to be shown whole, so that nobody can allow it."


def question_of(
    params: Object,
    known: Object,
    clean: Callable[[str], str],
    path: Callable[[str], str | None],
    seconds: int,
) -> ApprovalQuestion:
    """The question of a request for a permission.

    Args:
        params: Of `session/request_permission`.
        known: The tool call, as the agent has told it before.
        clean: Takes secrets out of a text.
        path: The path of a file as the session has it, if it is in the folder.
        seconds: How long people may take.
    """
    call = {**known, **an_object(params.get("toolCall"))}
    content = [part for part in objects(call.get("content")) if part.get("type") == "diff"]
    given = {name: call[name] for name in ("rawInput",) if call.get(name) is not None}
    if content:
        given["content"] = content
    whole = json.dumps(given, sort_keys=True, ensure_ascii=False)
    detail = clean(_detail(call, content))
    is_whole = len(detail.encode()) <= MAX_APPROVAL_DETAIL_BYTES
    has_allow = _option(params, "allow_once") is not None
    title = clean(text(call.get("title")) or text(call.get("kind")) or "Use a tool")
    files = [
        file
        for place in objects(call.get("locations"))
        if (named := text(place.get("path"))) and (file := path(named))
    ]
    return ApprovalQuestion(
        title=" ".join(title.split())[:MAX_CALL_TITLE_CHARS] or "Use a tool",
        tool=(text(call.get("kind")) or "other")[:MAX_TOOL_NAME_CHARS],
        detail=detail if is_whole else TOO_LONG,
        files=list(dict.fromkeys(files))[:MAX_CALL_FILES],
        options=[Choice.ALLOW_ONCE, Choice.DENY] if is_whole and has_allow else [Choice.DENY],
        expires_in=seconds,
        digest=f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}",
    )


def answer_of(params: Object, outcome: Outcome) -> Object:
    """The answer to the agent: without one of people it is no."""
    wanted = "allow_once" if outcome is Outcome.ALLOW_ONCE else "reject_once"
    option = _option(params, wanted)
    if option is None:
        return CANCELLED
    return {"outcome": {"outcome": "selected", "optionId": option}}


def _option(params: Object, kind: str) -> str | None:
    return next(
        (
            found
            for option in objects(params.get("options"))
            if option.get("kind") == kind and (found := text(option.get("optionId")))
        ),
        None,
    )


def _detail(call: Object, diffs: list[Object]) -> str:
    """A command alone, or the input as JSON; and the texts that would be changed."""
    given = an_object(call.get("rawInput"))
    parts: list[str] = []
    command = given.get("command")
    if isinstance(command, str) and set(given) <= {"command", "description"}:
        parts.append(command)
    elif given and not diffs:
        parts.append(json.dumps(given, indent=1, ensure_ascii=False))
    for diff in diffs:
        old, new = diff.get("oldText"), diff.get("newText")
        parts.append(f"{diff.get('path')}:")
        parts += [f"- {line}" for line in _lines(old)] + [f"+ {line}" for line in _lines(new)]
    return "\n".join(parts)


def _lines(value: object) -> list[str]:
    return value.split("\n") if isinstance(value, str) else []
