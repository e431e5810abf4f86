"""A permission that an agent asks for, as a question to people, and their answer. Pure.

An option that lasts is never chosen: a lasting rule is made where the agent runs.
"""

import json
from typing import Final

from peerline.agent.acp.values import Object, an_object, objects, text
from peerline.agent.asking.question import Cleaner, added, digest, make_question, removed
from peerline.protocol.approvals import ApprovalQuestion, Outcome

CANCELLED: Final[Object] = {"outcome": {"outcome": "cancelled"}}


def question_of(
    params: Object,
    known: Object,
    cleaner: Cleaner,
    seconds: int,
) -> ApprovalQuestion:
    """The question of a request for a permission.

    Args:
        params: Of `session/request_permission`.
        known: The tool call, as the agent has told it before.
        cleaner: Takes secrets out of it.
        seconds: How long people may take.
    """
    call = {**known, **an_object(params.get("toolCall"))}
    content = [part for part in objects(call.get("content")) if part.get("type") == "diff"]
    given = {name: call[name] for name in ("rawInput",) if call.get(name) is not None}
    if content:
        given["content"] = content
    named = (text(place.get("path")) for place in objects(call.get("locations")))
    return make_question(
        title=text(call.get("title")) or text(call.get("kind")) or "Use a tool",
        tool=text(call.get("kind")) or "other",
        detail=_detail(call, content),
        files=[file for name in named if name and (file := cleaner.path(name))],
        digest=digest(given),
        cleaner=cleaner,
        seconds=seconds,
        can_allow=_option(params, "allow_once") is not None,
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
        parts += [*removed(old), *added(new)]
    return "\n".join(parts)
