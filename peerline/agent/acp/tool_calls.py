"""The tool calls of an agent as the Agent Client Protocol reports them, bit by bit. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

from peerline.agent.acp.changes import touched
from peerline.agent.acp.values import Object, an_object, objects, text, whole
from peerline.agent.reports import (
    CallStatus,
    Place,
    Report,
    ToolEnded,
    ToolKind,
    ToolStarted,
    TouchedFile,
)

MAX_CALLS: Final = 500
"""Calls of which more could be heard; the oldest are forgotten."""
MAX_INPUT_CHARS: Final = 16_384
_KINDS: Final[frozenset[str]] = frozenset(get_args(ToolKind))
_FILE_KINDS: Final = frozenset({"read", "edit", "delete", "move"})
_ENDED: Final[dict[str, Literal["completed", "failed"]]] = {
    "completed": "completed",
    "failed": "failed",
}
_COMMAND_KEYS: Final = ("command", "cmd")


@dataclass(slots=True)
class _Call:
    kind: ToolKind | None = None
    name: str | None = None
    title: str | None = None
    raw_input: object = None
    raw_output: object = None
    content: list[Object] = field(default_factory=list[Object])
    places: list[Place] = field(default_factory=list[Place])
    is_denied: bool = False
    is_over: bool = False
    told: ToolStarted | None = None


class ToolCalls:
    """The calls of a conversation; each message adds to what is known of one."""

    def __init__(self, terminal_text: Callable[[str], str | None] = lambda _: None) -> None:
        self._calls: dict[str, _Call] = {}
        self._terminal_text = terminal_text
        """The output of a terminal, by its id, where that is known."""

    def update(self, update: Object) -> list[Report]:
        """Take over a `tool_call` or a `tool_call_update`."""
        call_id = text(update.get("toolCallId"))
        if call_id is None:
            return []
        call = self._take_over(call_id, update)
        status = update.get("status")
        if call.is_over:
            return []
        if not isinstance(status, str) or status not in _ENDED:
            started = self._started(call_id, call)
            if started == call.told:
                return []
            call.told = started
            return [started]
        call.is_over = True
        ended: CallStatus = "denied" if call.is_denied else _ENDED[status]
        report = ToolEnded(
            call_id,
            ended,
            name=_name(call),
            kind=call.kind,
            title=_title(call),
            input=_input(call),
            output=self._output(call),
            files=_files(call) if ended == "completed" else (),
            is_of_terminal=_is_of_terminal(call),
        )
        call.raw_input = call.raw_output = call.told = None
        call.content = []
        return [report]

    def about(self, update: Object) -> tuple[str | None, str | None]:
        """The id and the title of the call that a question is about."""
        call_id = text(update.get("toolCallId"))
        if call_id is None:
            return None, None
        call = self._take_over(call_id, update)
        return call_id, call.title or _title(call)

    def deny(self, call_id: str) -> None:
        """Somebody has refused it: it ends as denied."""
        if call_id in self._calls:
            self._calls[call_id].is_denied = True

    def knows(self, file: str) -> bool:
        """Whether a call is known for a file that is written."""
        return any(
            place.file == file for call in self._calls.values() for place in call.places
        ) or any(item.get("path") == file for call in self._calls.values() for item in call.content)

    def end_all(self, status: CallStatus) -> list[Report]:
        """The turn is over: so are the calls that still run."""
        open_calls = [(key, call) for key, call in self._calls.items() if not call.is_over]
        self._calls.clear()
        return [
            ToolEnded(
                key,
                "denied" if call.is_denied else status,
                name=_name(call),
                output=self._output(call) if _is_of_terminal(call) else None,
                is_of_terminal=_is_of_terminal(call),
            )
            for key, call in open_calls
        ]

    def _take_over(self, call_id: str, update: Object) -> _Call:
        call = self._calls.get(call_id)
        if call is None:
            while len(self._calls) >= MAX_CALLS:
                del self._calls[next(iter(self._calls))]
            call = self._calls[call_id] = _Call()
        kind = update.get("kind")
        if isinstance(kind, str) and kind in _KINDS:
            call.kind = cast("ToolKind", kind)
        call.title = text(update.get("title")) or call.title
        call.name = _tool_name(update) or call.name
        if call.is_over:
            return call
        if update.get("rawInput") is not None:
            call.raw_input = update["rawInput"]
        if update.get("rawOutput") is not None:
            call.raw_output = update["rawOutput"]
        if isinstance(update.get("content"), list):
            call.content = objects(update["content"])
        if isinstance(update.get("locations"), list):
            call.places = [
                Place(path, whole(item.get("line")) or None)
                for item in objects(update["locations"])
                if (path := text(item.get("path")))
            ]
        return call

    def _output(self, call: _Call) -> str | None:
        """All that its content says, and the output of the terminals that it shows."""
        # A terminal that is shown twice is not said twice.
        items = {terminal_of(item) or at: item for at, item in enumerate(call.content)}
        said = [found for item in items.values() if (found := self._said(item))]
        if said or _is_of_terminal(call):
            return "\n".join(said) or None
        return _shown(call.raw_output)

    def _said(self, item: Object) -> str | None:
        if item.get("type") == "content":
            return text(an_object(item.get("content")).get("text"))
        terminal_id = terminal_of(item)
        return None if terminal_id is None else self._terminal_text(terminal_id)

    def _started(self, call_id: str, call: _Call) -> ToolStarted:
        return ToolStarted(
            call_id,
            name=_name(call),
            kind=call.kind,
            title=_title(call),
            input=_input(call),
            place=call.places[-1] if call.places else None,
        )


def _tool_name(update: Object) -> str | None:
    """The name that some agents add, each in a place of its own."""
    if name := text(update.get("name")):
        return name
    meta = an_object(update.get("_meta"))
    found = (text(an_object(value).get("toolName")) for value in meta.values())
    return next((name for name in found if name), None)


def _name(call: _Call) -> str | None:
    if call.name is not None or call.kind is None:
        return call.name
    return "Tool" if call.kind == "other" else call.kind.replace("_", " ").capitalize()


def _title(call: _Call) -> str | None:
    """Its object: the file, the command, or else what the agent calls it."""
    if call.kind in _FILE_KINDS:
        changed = [path for item in call.content if (path := text(item.get("path")))]
        if found := changed[-1] if changed else call.places[-1].file if call.places else None:
            return found
    return _command(call.raw_input) or (call.title.strip("`") if call.title else None)


def _command(raw: object) -> str | None:
    given = an_object(raw)
    for key in _COMMAND_KEYS:
        value = given.get(key)
        if isinstance(value, list):
            parts = cast("list[object]", value)
            value = " ".join(part for part in parts[:100] if isinstance(part, str))
        if found := text(value):
            return found
    return None


def _input(call: _Call) -> str | None:
    return _command(call.raw_input) or _shown(call.raw_input)


def _is_of_terminal(call: _Call) -> bool:
    """Whether terminals are all that its content shows."""
    return bool(call.content) and all(map(terminal_of, call.content))


def terminal_of(item: Object) -> str | None:
    """The terminal that a part of the content shows."""
    return text(item.get("terminalId")) if item.get("type") == "terminal" else None


def _shown(raw: object) -> str | None:
    if raw is None or raw in ({}, [], ""):
        return None
    if isinstance(raw, str):
        return raw[:MAX_INPUT_CHARS]
    return json.dumps(raw, ensure_ascii=False)[:MAX_INPUT_CHARS]


def _files(call: _Call) -> tuple[TouchedFile, ...]:
    """The files that it has changed, as its diffs say, or else its kind."""
    found = [
        touched(path, old if isinstance(old := item.get("oldText"), str) else None, new)
        for item in call.content
        if item.get("type") == "diff" and (path := text(item.get("path")))
        if isinstance(new := item.get("newText"), str)
    ]
    if found or call.kind not in {"edit", "delete", "move"}:
        return tuple(found)
    if call.kind == "delete":
        return tuple(TouchedFile(place.file, "deleted") for place in call.places)
    if call.kind == "move" and len(call.places) > 1:
        return (TouchedFile(call.places[-1].file, "renamed", old_file=call.places[0].file),)
    return tuple(TouchedFile(file) for file in dict.fromkeys(place.file for place in call.places))
