"""The tool calls of an agent: one from its start to its event, and many reads as one. Pure."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from peerline.agent.limits import MERGE_SECONDS
from peerline.agent.reports import ToolEnded, ToolKind, ToolStarted, TouchedFile
from peerline.agent.texts import Texts, shorten
from peerline.protocol.limits import (
    MAX_CALL_FILES,
    MAX_CALL_TEXT_CHARS,
    MAX_CALL_TITLE_CHARS,
    MAX_DIFF_BYTES,
    MAX_TOOL_NAME_CHARS,
)

Json: TypeAlias = dict[str, Any]

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MERGED: Final = {"read": ("read", "file", "files"), "search": ("searched", "time", "times")}


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as far as it is known."""

    id: str
    began: float | None
    name: str | None = None
    kind: ToolKind = "other"
    title: str | None = None
    input: str | None = None
    file: str | None = None
    """The file that it is about."""

    def with_start(self, report: ToolStarted) -> "Call":
        """With what its beginning says."""
        file = self.file if report.place is None else report.place.file
        return replace(self._with(report), file=file)

    def with_end(self, report: ToolEnded) -> "Call":
        """With what its end says."""
        return self._with(report)

    def _with(self, report: ToolStarted | ToolEnded) -> "Call":
        return replace(
            self,
            name=report.name or self.name,
            kind=report.kind or self.kind,
            title=report.title or self.title,
            input=self.input if report.input is None else report.input,
        )


def wire_id(text: str) -> str:
    """An id as the wire has it: the product's own if it fits, else a digest of it."""
    if _ID.fullmatch(text):
        return text
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def call_event(
    call: Call, report: ToolEnded, now: float, *, turn_id: str | None, texts: Texts
) -> Json:
    """The `data` of the event of a finished call."""
    named = [call.file, call.title, call.input if call.kind == "execute" else None]
    is_private = any(texts.is_private(name) for name in named if name)
    title = call.title or call.name or "tool"
    data: Json = {
        "kind": "tool_call",
        "id": wire_id(call.id),
        "name": texts.cut(call.name or "tool", MAX_TOOL_NAME_CHARS) or "tool",
        "tool_kind": call.kind,
        "title": texts.cut(title, MAX_CALL_TITLE_CHARS),
        "status": report.status,
    }
    if turn_id is not None:
        data["turn_id"] = turn_id
    duration = report.duration_ms
    if duration is None and call.began is not None:
        duration = round((now - call.began) * 1000)
    if duration is not None:
        data["duration_ms"] = max(0, duration)
    if not is_private:
        for name, text in (("input", call.input), ("output", report.output)):
            if text:
                data[name] = texts.cut(text, MAX_CALL_TEXT_CHARS)
    if files := _files(report.files, texts):
        data["files"] = files
    return data


def _files(touched: tuple[TouchedFile, ...], texts: Texts) -> list[Json]:
    found: list[Json] = []
    left = MAX_DIFF_BYTES
    for one in touched:
        file = texts.path(one.file)
        if file is None or len(found) == MAX_CALL_FILES:
            continue
        entry: Json = {"file": file}
        for name in ("lines_added", "lines_removed"):
            if (count := getattr(one, name)) is not None:
                entry[name] = max(0, count)
        if one.diff and not texts.is_private(one.file):
            diff = texts.cut(one.diff, MAX_DIFF_BYTES)
            size = len(diff.encode())
            if size <= left:  # half a diff would mislead
                entry["diff"] = diff
                left -= size
        found.append(entry)
    return found


class CallMerger:
    """Calls that only read or search, put together for a while."""

    def __init__(self) -> None:
        self._calls: list[Json] = []
        self._began = 0.0

    def takes(self, event: Json) -> bool:
        """Whether an event is merged with others."""
        return event["tool_kind"] in _MERGED and event["status"] == "completed"

    def add(self, event: Json, now: float) -> list[Json]:
        """Keep an event; those that are over are given."""
        found: list[Json] = []
        if self._calls and (
            now >= self._began + MERGE_SECONDS or self._calls[0]["tool_kind"] != event["tool_kind"]
        ):
            found = self.take()
        if not self._calls:
            self._began = now
        self._calls.append(event)
        return found

    def due(self) -> float | None:
        """When what is kept is to be given."""
        return self._began + MERGE_SECONDS if self._calls else None

    def take(self) -> list[Json]:
        """The calls that were kept, as one event."""
        calls, self._calls = self._calls, []
        return [calls[0] if len(calls) == 1 else _as_one(calls)] if calls else []


def _as_one(calls: list[Json]) -> Json:
    verb, one, many = _MERGED[calls[0]["tool_kind"]]
    titles = list(dict.fromkeys(call["title"] for call in calls))
    count = len(titles) if verb == "read" else len(calls)
    merged = {key: value for key, value in calls[-1].items() if key not in {"input", "output"}}
    merged["title"] = f"{verb} {count} {one if count == 1 else many}"
    durations = [call["duration_ms"] for call in calls if "duration_ms" in call]
    if durations:
        merged["duration_ms"] = sum(durations)
    merged["input"] = shorten("\n".join(titles), MAX_CALL_TEXT_CHARS)
    return merged
