"""A permission that an agent asks for, as a question to people, and their answer. Pure.

An option that lasts is never chosen: a lasting rule is made where the agent runs.
"""

import json
from typing import Final, cast

from peerline.agent.acp.values import Object, an_object, objects, text
from peerline.agent.asking.question import (
    PRIVATE,
    Cleaner,
    added,
    call_detail,
    digest,
    make_question,
    names_of,
    private_files,
    removed,
)
from peerline.protocol.approvals import ApprovalQuestion, Outcome

_SHOWN: Final = ("title", "rawInput", "content")
"""The fields of a tool call that people are shown, whole."""
_OF_FILES: Final = frozenset({"read", "edit", "delete", "move"})
"""The kinds whose title names a file."""
_DIFF: Final = frozenset({"type", "path", "oldText", "newText"})
_EMPTY: Final = frozenset({"", "{}", "[]"})
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
    call = merged(known, an_object(params.get("toolCall")))
    shown = {name: call[name] for name in _SHOWN if name in call}
    title, kind = text(call.get("title")), text(call.get("kind"))
    places = [path for one in objects(call.get("locations")) if (path := text(one.get("path")))]
    private = private_files([shown, {"paths": places}], cleaner)
    if private:
        title = names_of(private, cleaner)
    is_private = bool(private) or (
        kind in _OF_FILES and title is not None and cleaner.is_private(title)
    )
    named = [*places, *private]
    return make_question(
        title=title or kind or "Use a tool",
        tool=kind or "other",
        detail=PRIVATE if is_private else _detail(shown),
        files=[file for name in named if (file := cleaner.path(name)) is not None],
        digest=digest(shown),
        cleaner=cleaner,
        seconds=seconds,
        can_allow=not is_private and _option(params, "allow_once") is not None,
    )


def merged(known: Object, update: Object) -> Object:
    """A tool call after an update, in which null means that a field is as it was."""
    return {**known, **{name: value for name, value in update.items() if value is not None}}


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


def _detail(shown: Object) -> str:
    """The title, which may be cut as such, the whole input and all of the content."""
    title, given, content = (shown.get(name) for name in _SHOWN)
    parts = [title] if isinstance(title, str) else []
    if isinstance(given, str):
        parts.append(given)
    elif given is not None:
        parts.append(call_detail(an_object(given)) if an_object(given) else _json(given))
    items = cast("list[object]", content) if isinstance(content, list) else [content]
    parts += [_content(item) for item in items if item is not None]
    return "\n\n".join(dict.fromkeys(part for part in parts if part not in _EMPTY))


def _content(item: object) -> str:
    """A text as it is, a change as its lines, anything else as JSON."""
    part = an_object(item)
    words, path = an_object(part.get("content")).get("text"), part.get("path")
    is_text = part == {"type": "content", "content": {"type": "text", "text": words}}
    if is_text and isinstance(words, str):
        return words
    old, new = part.get("oldText"), part.get("newText")
    is_diff = part.get("type") == "diff" and set(part) <= _DIFF and isinstance(new, str)
    if not is_diff or not isinstance(path, str) or len(path.splitlines()) != 1:
        return _json(item)
    if not (old is None or isinstance(old, str)):
        return _json(item)
    return "\n".join([f"{path}:", *removed(old), *added(new)])


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
