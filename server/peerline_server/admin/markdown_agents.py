"""The part of a transcript about AI agents: their prompts, calls, questions and answers. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from peerline.protocol.activity import ActivityEntry
from peerline.protocol.agents import (
    AgentEvent,
    AgentEventData,
    AgentNote,
    PlanChanged,
    PromptGiven,
    ToolCallDone,
    TurnEnded,
)
from peerline.protocol.approvals import ApprovalAnswered, ApprovalAsked, Outcome
from peerline.protocol.prompts import AgentPrompted, PromptChanged, PromptState
from peerline.protocol.text import show_block
from peerline_server.admin.markdown_text import block, fenced, heading

EVENTS: Final = frozenset(
    {"agent_event", "approval_asked", "approval_answered", "agent_prompted", "prompt_changed"}
)
"""The events that this part is made of."""
_MARKS: Final = {"pending": "[ ]", "in_progress": "[ ]", "completed": "[x]"}
_ENDS: Final = {
    Outcome.ALLOW_ONCE: "allowed once",
    Outcome.DENY: "denied",
    Outcome.EXPIRED: "got no answer in time for",
    Outcome.WITHDRAWN: "took back",
}
_CHANGES: Final = {
    PromptState.STOPPING: "stopped {}",
    PromptState.CANCELLED: "took a prompt for {} back",
}
"""The others are seen by what the agent does."""


def agent_parts(
    entries: Sequence[ActivityEntry],
    names: Mapping[str, str],
    zone: tzinfo | None,
    day_of: Callable[[datetime], str],
) -> Iterator[str]:
    """The parts in Markdown, oldest first; none without entries.

    Args:
        entries: the activity, newest first; of other events nothing is told.
        names: the names of users by their id.
        zone: of the times; this computer's by default.
        day_of: the title of a day.
    """
    asked: dict[str, str] = {}
    day = ""
    for entry in reversed(entries):
        part = _part(entry, names, asked)
        if part is None:
            continue
        if not day:
            yield "## Agents"
        if day != (day := day_of(entry.timestamp)):
            yield f"### {day}"
        did, *rest = part
        local = entry.timestamp.astimezone(zone)
        yield f"**{heading(entry.username)}** {local:%H:%M}: {did}"
        yield from rest


def _part(
    entry: ActivityEntry, names: Mapping[str, str], asked: dict[str, str]
) -> Sequence[str] | None:
    """The words behind the name, and what is shown below them."""
    match entry.event:
        case AgentEvent(data=data):
            return _deed(data)
        case ApprovalAsked(approval=approval):
            asked[approval.id] = approval.title
            tool = f" ({heading(approval.tool)})" if approval.tool else ""
            code = [fenced(show_block(approval.detail, all_spaces=True))] if approval.detail else []
            return [f"asked: {heading(approval.title)}{tool}", *code]
        case ApprovalAnswered() as answered:
            title = asked.pop(answered.approval_id, None)
            what = "a question" if title is None else f"“{heading(title)}”"
            whose = ""
            if answered.by != answered.user_id:
                whose = f" of {heading(names.get(answered.user_id, answered.user_id))}"
            said = [block(answered.comment)] if answered.comment else []
            return [f"{_ENDS[answered.answer]} {what}{whose}", *said]
        case AgentPrompted(prompt=prompt):
            agent = names.get(prompt.agent_id, prompt.agent_id)
            return [f"prompted {heading(agent)}", block(prompt.text)]
        case PromptChanged(state=state, agent_id=agent_id) if state in _CHANGES:
            return [_CHANGES[state].format(heading(names.get(agent_id, agent_id)))]
        case _:
            return None


def _deed(data: AgentEventData) -> Sequence[str]:
    match data:
        case PromptGiven():
            return ["was given a prompt", block(data.text)]
        case TurnEnded():
            answer = [block(data.text)] if data.text else []
            return [f"ended its turn ({heading(data.reason)})", *answer]
        case ToolCallDone():
            return _call(data)
        case PlanChanged():
            steps = [f"- {_MARKS[step.status]} {heading(step.text)}" for step in data.entries]
            return ["planned", *(["\n".join(steps)] if steps else [])]
        case AgentNote():
            return ["noted", block(data.text)]


def _call(data: ToolCallDone) -> Sequence[str]:
    title = f" {heading(data.title)}" if data.title else ""
    ending = "" if data.status == "completed" else f" ({data.status})"
    shown = [fenced(show_block(data.input))] if data.input else []
    for file in data.files or []:
        counts = [
            f"{sign}{count}"
            for sign, count in (("+", file.lines_added), ("-", file.lines_removed))
            if count is not None
        ]
        shown.append(" ".join([f"- {heading(file.file)}", *counts]))
        if file.diff:
            shown.append(fenced(show_block(file.diff), "diff"))
    return [f"used {heading(data.name)}{title}{ending}", *shown]
