"""From an agent's reports to what its session is sent: the current state, and events. Pure.

The state (`agent_update`) is replaced as a whole; events (`agent_event`, `file_event`) are kept by
the server. Every text passes the cleaner before it is cut, so no half of a secret is left.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from peerline.agent.calls import Call, CallMerger, call_event, wire_id
from peerline.agent.health import CALLS_WATCHED, Signs, health, penalties
from peerline.agent.limits import MAX_RUNNING_CALLS, MAX_TEXT_CHARS
from peerline.agent.plan import Plan
from peerline.agent.reports import (
    AnswerStreamed,
    CursorReported,
    FileReported,
    FlushReported,
    NoteReported,
    Place,
    PlanEntryReported,
    PlanReported,
    ProductReported,
    Report,
    State,
    StateReported,
    ToolEnded,
    ToolStarted,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    UsageReported,
    product_name,
)
from peerline.agent.texts import Cleaner, Texts
from peerline.protocol.limits import (
    MAX_AGENT_UPDATE_BYTES,
    MAX_CALL_TITLE_CHARS,
    MAX_DOING_CHARS,
    MAX_MODEL_CHARS,
    MAX_REASON_CHARS,
    MAX_TOOL_NAME_CHARS,
    MAX_TURN_CHARS,
)

Json: TypeAlias = dict[str, Any]

_VERBS: Final = {
    "read": "Reading",
    "edit": "Editing",
    "delete": "Deleting",
    "move": "Moving",
    "search": "Searching",
    "execute": "Running",
    "think": "Thinking about",
    "fetch": "Fetching",
}
_WAITING: Final = frozenset({"waiting_approval", "waiting_input"})


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """The `data` of an `agent_event`."""

    data: Json
    is_of_terminal: bool = False
    """Whether its output is that of commands that Peerline runs."""


@dataclass(frozen=True, slots=True)
class FileEvent:
    """The `data` of a `file_event`."""

    data: Json


@dataclass(frozen=True, slots=True)
class Cursor:
    """The agent's cursor: a path of the workspace and a line."""

    file: str
    line: int


Emission: TypeAlias = AgentEvent | FileEvent | Cursor


class Activity:
    """The work of one agent, from its reports; `now` is a monotonic time in seconds."""

    def __init__(self, cleaner: Cleaner, *, shows_answer: bool = False) -> None:
        self._shows_answer = shows_answer
        self._texts = Texts(cleaner)
        self._text = self._texts.cut
        self.product: str | None = None
        self.model: str | None = None
        self._state: State = "idle"
        self._doing: str | None = None
        self._running: dict[str, Call] = {}
        self._tool: Json | None = None
        self._plan = Plan(self._texts)
        self._usage: Json = {}
        self._merger = CallMerger()
        self._turns = 0
        self._turn_id: str | None = None
        self._turn_began = 0.0
        self._answer: list[str] = []
        self._answer_chars = 0
        self._failures: deque[bool] = deque(maxlen=CALLS_WATCHED)
        self._last_call: tuple[str | None, str | None, str | None] | None = None
        self._repeats = 0
        self._waiting_since: float | None = None
        self._has_error = False
        self._handlers: dict[type, Callable[[Any, float], list[Emission]]] = {
            ProductReported: self._product,
            StateReported: self._state_reported,
            TurnStarted: self._turn_started,
            TurnEnded: self._turn_ended,
            AnswerStreamed: self._streamed,
            ToolStarted: self._tool_started,
            ToolEnded: self._tool_ended,
            PlanReported: self._plan_reported,
            PlanEntryReported: self._entry_reported,
            UsageReported: self._usage_reported,
            NoteReported: self._note,
            FileReported: self._file_reported,
            CursorReported: self._cursor_reported,
            FlushReported: self._flush_reported,
        }

    @property
    def state(self) -> State:
        """The current state."""
        return self._state

    @property
    def turn_id(self) -> str | None:
        """The turn that runs."""
        return self._turn_id

    def due(self) -> float | None:
        """When `flush` has something to give, if nothing is reported before."""
        return self._merger.due()

    def flush(self, now: float) -> list[Emission]:
        """The calls that were merged, if their time has come."""
        due = self._merger.due()
        return self._merged() if due is not None and now >= due else []

    def update(self, now: float) -> Json:
        """The `data` of an `agent_update`."""
        found: Json = {"state": self._state}
        if self._doing:
            found["doing"] = self._doing
        if self._tool is not None:
            found["tool"] = dict(self._tool)
        if plan := self._plan.shown():
            found["plan"] = plan
        if self._usage:
            found["usage"] = dict(self._usage)
        if self._shows_answer and (answer := self._texts.written(self._answer)):
            found["answer"] = answer
        found["health"] = self.health(now)
        if reasons := [penalty.reason for penalty in penalties(self.signs(now))]:
            found["health_reasons"] = reasons
        if self.model is not None:
            found["model"] = self.model
        while found.get("plan") and _size(found) > MAX_AGENT_UPDATE_BYTES:
            found["plan"].pop()
        return found

    def signs(self, now: float) -> Signs:
        """The signs of its health."""
        return Signs(
            context_used=self._usage.get("context_used"),
            context_limit=self._usage.get("context_limit"),
            failed_calls=sum(self._failures),
            repeats=self._repeats,
            waiting_seconds=0.0 if self._waiting_since is None else now - self._waiting_since,
            has_error=self._has_error,
        )

    def health(self, now: float) -> float:
        """The health, 0 to 100."""
        return health(self.signs(now))

    def apply(self, report: Report, now: float) -> list[Emission]:
        """Take a report; the events that it causes, in order."""
        return self._handlers[type(report)](report, now)

    def _product(self, report: ProductReported, _now: float) -> list[Emission]:
        if report.product is not None:
            self.product = product_name(report.product)
        if report.model is not None:
            self.model = self._text(report.model, MAX_MODEL_CHARS) or None
        return []

    def _state_reported(self, report: StateReported, now: float) -> list[Emission]:
        if report.state == "error":
            self._has_error = True
        if report.state in {"idle", "done", "error"}:
            self._running.clear()
            self._tool = None
            self._doing = None
        self._enter(report.state, now)
        if report.doing is not None:
            self._doing = self._text(report.doing, MAX_DOING_CHARS) or None
        return []

    def _turn_started(self, report: TurnStarted, now: float) -> list[Emission]:
        found = self._merged()
        self._turns += 1
        self._turn_id = wire_id(report.turn_id) if report.turn_id else f"turn-{self._turns}"
        self._turn_began = now
        self._has_error = False
        self._forget_answer()
        self._doing = None
        self._enter("thinking", now)
        text = self._text(report.prompt, MAX_TURN_CHARS)
        if text.strip():
            found.append(AgentEvent({"kind": "prompt", "text": text, "turn_id": self._turn_id}))
        return found

    def _turn_ended(self, report: TurnEnded, now: float) -> list[Emission]:
        found = self._merged()
        was_open = self._turn_id is not None
        turn_id = self._turn_id or (wire_id(report.turn_id) if report.turn_id else None)
        if turn_id is None:
            self._turns += 1
            turn_id = f"turn-{self._turns}"
        data: Json = {
            "kind": "turn_end",
            "turn_id": turn_id,
            "text": self._text(report.text or "".join(self._answer), MAX_TURN_CHARS),
            "reason": self._text(report.reason, MAX_REASON_CHARS) or "end_turn",
        }
        if was_open:
            data["duration_ms"] = max(0, round((now - self._turn_began) * 1000))
        if self._usage:
            data["usage"] = dict(self._usage)
        found.append(AgentEvent(data))
        self._turn_id = None
        self._forget_answer()
        self._running.clear()
        self._tool = None
        self._doing = None
        self._enter("idle", now)
        return found

    def _streamed(self, report: AnswerStreamed, now: float) -> list[Emission]:
        if not report.is_thought and self._answer_chars < MAX_TEXT_CHARS:
            self._answer.append(report.text)
            self._answer_chars += len(report.text)
        if self._state == "idle":
            self._enter("thinking", now)
        return []

    def _forget_answer(self) -> None:
        self._answer.clear()
        self._answer_chars = 0

    def _tool_started(self, report: ToolStarted, now: float) -> list[Emission]:
        known = self._running.pop(report.id, None)
        call = (known or Call(report.id, began=now)).with_start(report)
        while len(self._running) >= MAX_RUNNING_CALLS:
            del self._running[next(iter(self._running))]
        self._running[report.id] = call
        self._show(call, "running")
        verb = _VERBS.get(call.kind)
        title = call.title or call.name or "a tool"
        self._doing = self._text(f"{verb} {title}" if verb else title, MAX_DOING_CHARS)
        self._enter("working", now)
        is_known = report.place is not None and (call.kind != "edit" or report.place.line)
        return self._moved(report.place) if is_known else []  # an edit says its line at its end

    def _tool_ended(self, report: ToolEnded, now: float) -> list[Emission]:
        call = self._running.pop(report.id, None) or Call(report.id, began=None)
        call = call.with_end(report)
        self._failures.append(report.status == "failed")
        same = (call.name, call.title, call.input)
        self._repeats = self._repeats + 1 if same == self._last_call else 1
        self._last_call = same
        self._show(call, report.status)
        if self._running:
            self._show(next(reversed(self._running.values())), "running")
        else:
            self._enter("thinking" if self._turn_id is not None else "idle", now)
        event = call_event(call, report, now, turn_id=self._turn_id, texts=self._texts)
        found: list[Emission] = []
        if self._merger.takes(event):
            found += [AgentEvent(data) for data in self._merger.add(event, now)]
        else:
            found += self._merged()
            found.append(AgentEvent(event, report.is_of_terminal))
        for touched in report.files:
            found += self._changed(touched, wire_id(call.id))
        return found

    def _plan_reported(self, report: PlanReported, _now: float) -> list[Emission]:
        self._plan.replace(report)
        return self._plan_news()

    def _entry_reported(self, report: PlanEntryReported, _now: float) -> list[Emission]:
        self._plan.change(report)
        return self._plan_news()

    def _plan_news(self) -> list[Emission]:
        entries = self._plan.news()
        return [AgentEvent({"kind": "plan", "entries": entries})] if entries else []

    def _usage_reported(self, report: UsageReported, _now: float) -> list[Emission]:
        for name in (
            *("context_used", "context_limit", "input_tokens", "output_tokens"),
            *("cached_tokens", "cost"),
        ):
            value = getattr(report, name)
            if value is not None and value >= 0:
                self._usage[name] = value
        if report.cost is not None:
            self._usage["currency"] = (report.currency or "USD")[:3].upper()
        return []

    def _note(self, report: NoteReported, _now: float) -> list[Emission]:
        text = self._text(report.text, MAX_TURN_CHARS)
        if not text.strip():
            return []
        return [*self._merged(), AgentEvent({"kind": "note", "text": text})]

    def _file_reported(self, report: FileReported, _now: float) -> list[Emission]:
        return self._changed(report.file, None)

    def _cursor_reported(self, report: CursorReported, _now: float) -> list[Emission]:
        return self._moved(report.place)

    def _flush_reported(self, _report: FlushReported, _now: float) -> list[Emission]:
        return self._merged()

    def _merged(self) -> list[Emission]:
        return [AgentEvent(data) for data in self._merger.take()]

    def _moved(self, place: Place | None) -> list[Emission]:
        file = None if place is None else self._texts.path(place.file)
        if place is None or file is None:
            return []
        return [Cursor(file, max(1, place.line or 1))]

    def _changed(self, touched: TouchedFile, call_id: str | None) -> list[Emission]:
        file = self._texts.path(touched.file)
        if file is None:
            return []
        data: Json = {"file": file, "change": touched.change}
        if touched.change == "renamed":
            old = None if touched.old_file is None else self._texts.path(touched.old_file)
            if old is None:
                data["change"] = "created"
            else:
                data["old_file"] = old
        for name in ("lines_added", "lines_removed"):
            if (count := getattr(touched, name)) is not None:
                data[name] = max(0, count)
        if call_id is not None:
            data["tool_call_id"] = call_id
        return [FileEvent(data)]

    def _show(self, call: Call, status: str) -> None:
        self._tool = {
            "id": wire_id(call.id),
            "name": self._text(call.name or "tool", MAX_TOOL_NAME_CHARS) or "tool",
            "kind": call.kind,
            "status": status,
            "title": self._text(call.title or "", MAX_CALL_TITLE_CHARS),
        }

    def _enter(self, state: State, now: float) -> None:
        if state in _WAITING:
            if self._state not in _WAITING:
                self._waiting_since = now
        else:
            self._waiting_since = None
        self._state = state


def _size(data: Json) -> int:
    return len(json.dumps(data, ensure_ascii=False).encode())
