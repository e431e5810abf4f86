"""The deeds and the state of an AI agent in words, for views that are made of text. Pure.

Text of the agent is in them as it came: a view reveals its control characters.
"""

from collections.abc import Sequence
from typing import Final

from peerline.protocol.agents import (
    AgentEventData,
    AgentNote,
    AgentState,
    AgentTool,
    AgentUsage,
    PlanChanged,
    PlanEntry,
    PromptGiven,
    ToolCallDone,
    TouchedFile,
    TurnEnded,
)
from peerline.protocol.approvals import Approval, Outcome
from peerline.protocol.prompts import PromptState

STATES: Final = {
    AgentState.IDLE: "idle",
    AgentState.THINKING: "thinking",
    AgentState.WORKING: "working",
    AgentState.WAITING_APPROVAL: "waits for approval",
    AgentState.WAITING_INPUT: "waits for an answer",
    AgentState.ERROR: "error",
    AgentState.DONE: "done",
}
ANSWERS: Final = frozenset({Outcome.ALLOW_ONCE, Outcome.DENY})
"""The ends of a question that a person gives it."""
_SECOND: Final = 1_000
_SLOW: Final = 10 * _SECOND
"""A tool call is quick below it, and its duration is not worth a word."""
_OUTPUT_LINES: Final = 3
_OUTPUT_CHARS: Final = 200
_THOUSAND: Final = 1_000
_MILLION: Final = 1_000_000


def deed(data: AgentEventData) -> str:
    """An event in a few words, as they follow the agent's name and a colon."""
    match data:
        case PromptGiven():
            return f"prompt: {_one_line(data.text)}"
        case TurnEnded():
            return _end(data)
        case ToolCallDone():
            return _call(data)
        case PlanChanged():
            return f"plan: {plan(data.entries)}"
        case AgentNote():
            return f"note: {_one_line(data.text)}"


def question(approval: Approval) -> str:
    """A question of an agent, as it follows the agent's name and a colon."""
    detail = _one_line(approval.detail) if approval.detail else ""
    what = " ".join(part for part in (approval.tool, detail) if part)
    return f"asks: {_one_line(approval.title)}" + (f" ({what})" if what else "")


def closing(answer: Outcome, title: str | None) -> str:
    """The end of a question, as it follows the name of a person, or the agent's and a colon."""
    what = "a question" if title is None else f"“{_one_line(title)}”"
    match answer:
        case Outcome.ALLOW_ONCE:
            return f"allowed {what} once"
        case Outcome.DENY:
            return f"denied {what}"
        case Outcome.EXPIRED:
            return f"got no answer to {what} in time"
        case Outcome.WITHDRAWN:
            return f"no longer asks {what}"


def prompting(agent: str, text: str) -> str:
    """A prompt that somebody gives, as it follows their name."""
    return f"prompts {agent}: {_one_line(text)}"


def prompt_end(state: PromptState, agent: str) -> str | None:
    """A prompt that somebody ends before it is done, as it follows their name; None otherwise."""
    match state:
        case PromptState.CANCELLED:
            return f"cancelled a prompt for {agent}"
        case PromptState.STOPPING:
            return f"stops {agent}"
        case _:
            return None


def tool(name: str, title: str | None) -> str:
    """A tool and what it is called with; many a title begins with the tool already."""
    if not title:
        return name
    begins = f"{title} ".casefold().startswith(f"{name} ".casefold())
    return title if begins else f"{name} {title}"


def current(call: AgentTool) -> str:
    """The call that an agent is at, or was at last."""
    return f"{tool(call.name, call.title)} ({call.status})"


def plan(entries: Sequence[PlanEntry]) -> str:
    """The number of steps that are done, and the one that is under way."""
    if not entries:
        return "empty"
    now = [entry.text for entry in entries if entry.status == "in_progress"]
    return progress(entries) + (f", now: {now[0]}" if now else "")


def progress(entries: Sequence[PlanEntry]) -> str:
    """The number of steps that are done."""
    done = sum(entry.status == "completed" for entry in entries)
    return f"{done} of {len(entries)} done"


def context_share(usage: AgentUsage) -> float | None:
    """The part of its context that an agent has used; None if that is not known."""
    if usage.context_used is None or not usage.context_limit:
        return None
    return usage.context_used / usage.context_limit


def cost(usage: AgentUsage) -> str | None:
    """The cost so far; None if it is not known, which is not the same as nothing."""
    if usage.cost is None:
        return None
    return f"{usage.cost:,.2f} {usage.currency or ''}".rstrip()


def short(count: int) -> str:
    """A number with k or M where it is large."""
    for unit, letter in ((_MILLION, "M"), (_THOUSAND, "k")):
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + letter
    return str(count)


def duration(milliseconds: int) -> str:
    """A duration to the second, below ten of them to the tenth."""
    if milliseconds < _SLOW:
        return f"{milliseconds / _SECOND:.1f} s".replace(".0 ", " ")
    minutes, seconds = divmod(round(milliseconds / _SECOND), 60)
    return f"{minutes}:{seconds:02} min" if minutes else f"{seconds} s"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _end(data: TurnEnded) -> str:
    facts = [
        data.reason,
        None if data.duration_ms is None else duration(data.duration_ms),
        None if data.usage is None else cost(data.usage),
    ]
    text = f": {_one_line(data.text)}" if data.text else ""
    return f"turn ended ({', '.join(fact for fact in facts if fact)}){text}"


def _call(data: ToolCallDone) -> str:
    files = data.files or []
    title = data.title
    if not title and files:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        title = files[0].file + more
    took = data.duration_ms or 0
    facts = [_lines(files), duration(took) if took >= _SLOW else ""]
    known = ", ".join(fact for fact in facts if fact)
    ending = "" if data.status == "completed" else f" {data.status}"
    said = f": {_last_words(data.output)}" if data.output else ""
    return tool(data.name, title) + ending + (f" ({known})" if known else "") + said


def _last_words(output: str) -> str:
    """The end of what a call has given."""
    words = _one_line("\n".join(output.splitlines()[-_OUTPUT_LINES:]))
    return words if len(words) <= _OUTPUT_CHARS else f"…{words[1 - _OUTPUT_CHARS :]}"


def _lines(files: Sequence[TouchedFile]) -> str:
    """The lines of all files together, as far as they are known."""
    counts = (
        ("+", [file.lines_added for file in files if file.lines_added is not None]),
        ("-", [file.lines_removed for file in files if file.lines_removed is not None]),
    )
    return " ".join(f"{sign}{sum(known)}" for sign, known in counts if known)
