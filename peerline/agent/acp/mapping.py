"""The agent's work, from the messages between it and its editor. Pure.

The Agent Client Protocol is JSON-RPC: an editor asks for sessions and gives prompts, and its agent
sends updates and asks for permissions. Unknown methods, updates and fields are ignored.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

from peerline.agent.acp.prompts import Answer, prompt_text
from peerline.agent.acp.tool_calls import ToolCalls
from peerline.agent.acp.updates import current_model, model_of_usage, usage_of_turn, usage_update
from peerline.agent.acp.values import Object, an_object, objects, text, whole
from peerline.agent.reports import (
    PLAN_STATUSES,
    AnswerStreamed,
    CursorReported,
    FileReported,
    Place,
    PlanEntry,
    PlanReported,
    PlanStatus,
    ProductReported,
    Report,
    State,
    StateReported,
    TouchedFile,
    TurnEnded,
    TurnStarted,
    product_name,
)

MAX_PENDING: Final = 1_000
"""Requests whose answers are waited for, in each way; the oldest are forgotten."""
MAX_SESSIONS: Final = 100
_REFUSALS: Final = frozenset({"reject_once", "reject_always"})
_REPLAYING: Final = frozenset({"session/load", "session/resume"})
_OPENING: Final = _REPLAYING | {"session/new", "session/fork"}
_Key: TypeAlias = tuple[type, Any]


@dataclass(slots=True)
class _Session:
    """A conversation of the editor with the agent."""

    calls: ToolCalls = field(default_factory=ToolCalls)
    answer: Answer = field(default_factory=Answer)
    turn_id: str | None = None
    is_replayed: bool = False
    """The agent tells its past again."""


@dataclass(slots=True)
class _Pending:
    """A request that was not answered yet."""

    method: str
    session_id: str | None
    params: Object
    call_id: str | None = None


class Mapping:
    """One agent: all that is known of it by the messages of both ways.

    Args:
        new_id: Gives the id of a turn.
        terminal_text: The output of a terminal, by its id, where that is known.
    """

    def __init__(
        self, new_id: Callable[[], str], terminal_text: Callable[[str], str | None] = lambda _: None
    ) -> None:
        self._new_id = new_id
        self._terminal_text = terminal_text
        self._sessions: dict[str, _Session] = {}
        self._of_editor: dict[_Key, _Pending] = {}
        self._of_agent: dict[_Key, _Pending] = {}
        self._product = ProductReported()
        self._plan: PlanReported | None = None
        self._state: State = "idle"
        self.folder: str | None = None
        """The folder that the editor opened last with the agent."""

    def of_editor(self, message: object) -> list[Report]:
        """The reports of a message that the editor sent."""
        found = an_object(message)
        method = text(found.get("method"))
        if method is None:
            return self._answered_by_editor(found)
        params = an_object(found.get("params"))
        session_id = text(params.get("sessionId"))
        _remember(self._of_editor, found, _Pending(method, session_id, params))
        if method == "session/prompt" and session_id is not None:
            return self._begin_turn(self._session(session_id), params)
        if method in _OPENING:
            self.folder = text(params.get("cwd")) or self.folder
        if method in _REPLAYING and session_id is not None:
            self._session(session_id).is_replayed = True
        return []

    def of_agent(self, message: object) -> list[Report]:
        """The reports of a message that the agent sent."""
        found = an_object(message)
        method = text(found.get("method"))
        if method is None:
            return self._answered_by_agent(found)
        params = an_object(found.get("params"))
        session_id = text(params.get("sessionId"))
        if session_id is None:
            return []
        session = self._session(session_id)
        if method == "session/update":
            return self._updated(session, an_object(params.get("update")))
        pending = _Pending(method, session_id, params)
        _remember(self._of_agent, found, pending)
        if method == "session/request_permission":
            pending.call_id, title = session.calls.about(an_object(params.get("toolCall")))
            return [self._now("waiting_approval", title)]
        if method == "fs/read_text_file" and (path := text(params.get("path"))):
            return [CursorReported(Place(path, whole(params.get("line")) or None))]
        return []

    def current(self) -> list[Report]:
        """The reports for one who has heard nothing of this agent."""
        known: list[Report] = [self._product, self._now(self._state)]
        return [*known, self._plan] if self._plan is not None else known

    def closed(self) -> list[Report]:
        """The agent has ended."""
        reports: list[Report] = []
        for session in self._sessions.values():
            if session.turn_id is not None:
                reports += self._end_turn(session, "agent_ended")
        self._sessions.clear()
        return [*reports, self._now("done")]

    def _session(self, session_id: str) -> _Session:
        session = self._sessions.get(session_id)
        if session is None:
            while len(self._sessions) >= MAX_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            session = self._sessions[session_id] = _Session(ToolCalls(self._terminal_text))
        return session

    def _begin_turn(self, session: _Session, params: Object) -> list[Report]:
        session.is_replayed = False
        session.answer = Answer()
        session.turn_id = self._new_id()
        self._state = "thinking"
        return [TurnStarted(prompt_text(params.get("prompt")), session.turn_id)]

    def _end_turn(self, session: _Session, reason: str) -> list[Report]:
        turn_id, session.turn_id = session.turn_id, None
        self._state = "idle"
        ended = session.calls.end_all("failed")
        return [*ended, TurnEnded(session.answer.text(), reason, turn_id)]

    def _answered_by_agent(self, message: Object) -> list[Report]:
        pending = _forget(self._of_editor, message)
        if pending is None:
            return []
        result = an_object(message.get("result"))
        match pending.method:
            case "initialize":
                return self._introduced(an_object(result.get("agentInfo")))
            case "session/prompt":
                return self._answered_prompt(pending, message, result)
            case "session/set_model":
                return self._uses_model(text(pending.params.get("modelId")), message)
            case method if method in _OPENING:
                if pending.session_id is not None and pending.method in _REPLAYING:
                    self._session(pending.session_id).is_replayed = False
                return self._uses_model(current_model(result), message)
            case "session/set_config_option":
                return self._uses_model(current_model(result), message)
            case _:
                return []

    def _answered_prompt(self, pending: _Pending, message: Object, result: Object) -> list[Report]:
        session = self._session(pending.session_id or "")
        usage: list[Report] = usage_of_turn(result)
        if "error" in message:
            said = text(an_object(message["error"]).get("message"))
            ended = self._end_turn(session, "error")
            return [*ended, self._now("error", said)]
        return [*usage, *self._end_turn(session, text(result.get("stopReason")) or "end_turn")]

    def _answered_by_editor(self, message: Object) -> list[Report]:
        pending = _forget(self._of_agent, message)
        if pending is None or pending.session_id is None:
            return []
        session = self._session(pending.session_id)
        if pending.method == "session/request_permission":
            outcome = an_object(an_object(message.get("result")).get("outcome"))
            if pending.call_id is not None and _is_refused(outcome, pending.params):
                session.calls.deny(pending.call_id)
            return [self._now("working")] if session.turn_id is not None else []
        path = text(pending.params.get("path"))
        was_written = pending.method == "fs/write_text_file" and "error" not in message
        if was_written and path is not None and not session.calls.knows(path):
            return [FileReported(TouchedFile(path))]
        return []

    def _introduced(self, info: Object) -> list[Report]:
        name = text(info.get("name"))
        if name is None:
            return []
        self._product = ProductReported(
            product_name(name.rsplit("/", 1)[-1]), self._product.model, text(info.get("version"))
        )
        return [self._product]

    def _uses_model(self, model: str | None, message: Object) -> list[Report]:
        if "error" in message or model in {None, "default", self._product.model}:
            return []
        self._product = ProductReported(self._product.product, model, self._product.version)
        return [self._product]

    def _updated(self, session: _Session, update: Object) -> list[Report]:
        kind = update.get("sessionUpdate")
        match kind:
            case "plan" | "plan_update" | "plan_removed":
                return self._planned(update)
            case "usage_update":
                return [*self._uses_model(model_of_usage(update), {}), *usage_update(update)]
            case "config_option_update":
                return self._uses_model(current_model(update), {})
            case _ if session.is_replayed:
                return []
            case "tool_call" | "tool_call_update":
                session.answer.interrupted()
                reports = session.calls.update(update)
                self._state = "working" if reports else self._state
                return reports
            case "agent_message_chunk" | "agent_thought_chunk":
                piece = text(an_object(update.get("content")).get("text"))
                is_thought = kind == "agent_thought_chunk"
                if piece is None:
                    return []
                if not is_thought:
                    session.answer.add(piece)
                return [AnswerStreamed(piece, is_thought)]
            case "current_mode_update":
                mode = text(update.get("currentModeId"))
                return [self._now(self._state, f"Mode: {mode}")] if mode else []
            case _:
                return []

    def _planned(self, update: Object) -> list[Report]:
        """A whole plan; one in a text or a file is not taken apart."""
        if update.get("sessionUpdate") == "plan_update":
            update = an_object(update.get("plan"))
            if update.get("type") != "items":
                return []
        self._plan = PlanReported(
            tuple(
                PlanEntry(content, _plan_status(item.get("status")))
                for item in objects(update.get("entries"))
                if (content := text(item.get("content")))
            )
        )
        return [self._plan]

    def _now(self, state: State, doing: str | None = None) -> StateReported:
        self._state = state
        return StateReported(state, doing)


def _plan_status(status: object) -> PlanStatus:
    is_known = isinstance(status, str) and status in PLAN_STATUSES
    return cast("PlanStatus", status) if is_known else "pending"


def _remember(pending: dict[_Key, _Pending], message: Object, request: _Pending) -> None:
    key = _key(message)
    if key is None:
        return
    while len(pending) >= MAX_PENDING:
        del pending[next(iter(pending))]
    pending[key] = request


def _forget(pending: dict[_Key, _Pending], message: Object) -> _Pending | None:
    key = _key(message)
    return None if key is None else pending.pop(key, None)


def _key(message: Object) -> _Key | None:
    """The id of a request: 1 and "1" are two."""
    found: object = message.get("id")
    return (type(found), found) if isinstance(found, int | str) else None


def _is_refused(outcome: Object, asked: Object) -> bool:
    chosen = text(outcome.get("optionId"))
    kinds = {
        text(option.get("optionId")): text(option.get("kind"))
        for option in objects(asked.get("options"))
    }
    is_refusal = chosen is not None and kinds.get(chosen) in _REFUSALS
    return outcome.get("outcome") == "cancelled" or is_refusal
