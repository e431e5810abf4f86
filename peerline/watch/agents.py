"""AI agents as lines of styled text: their rows among the participants, and the pane. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from peerline.client import Replica
from peerline.client.agent_words import STATES, context_share, cost, current, progress, short
from peerline.protocol.agents import AgentActivity, AgentState, AgentUsage, PlanEntry
from peerline.protocol.approvals import Approval
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import Prompt, PromptState
from peerline.watch import prompts, questions
from peerline.watch.levels import health, share_style
from peerline.watch.spans import Line, Span, first_line, joined, plain, safe

_LINE_CHARS: Final = 200
"""Of a text in the pane, which wraps it."""
_GUTTER: Final = 2
_AGENT: Final = "agent"
_QUESTION: Final = "question"
_PROMPT: Final = "prompt"
"""The kinds of parts, as their keys begin."""
_STATE_STYLES: Final = {
    AgentState.THINKING: "good",
    AgentState.WORKING: "good",
    AgentState.WAITING_APPROVAL: "warning",
    AgentState.WAITING_INPUT: "warning",
    AgentState.ERROR: "error",
}
_BOXES: Final = {
    "pending": Span("[ ] ", "dim"),
    "in_progress": Span("[>] ", "good"),
    "completed": Span("[x] ", "dim"),
}
_PROMPT_STYLES: Final = {PromptState.RUNNING: "good", PromptState.STOPPING: "warning"}
_STEP_STYLES: Final = {"in_progress": "strong", "completed": "dim"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the pane, which can be gone to; what does not fit begins below the gutter."""

    key: str
    line: Line
    gutter: int = 0


def badge(person: Participant, names: Mapping[str, str]) -> str:
    """The words that tell an agent from a person, with the name of its owner."""
    if person.agent is None:
        return "agent"
    owner = person.agent.owner_id
    return f"agent of {safe(names.get(owner, owner))}"


def row(person: Participant, names: Mapping[str, str], width: int) -> list[Line]:
    """The lines below an agent's name: owner and state, what it does, what it has used."""
    activity = person.activity
    of = Span(badge(person, names), "dim")
    state = None if activity is None else _state(activity)
    lines: list[Line] = [joined((of, state), " · ")]
    if state is not None and _GUTTER + len(plain(lines[0])) > width:
        lines = [(of,), (state,)]
    if activity is not None:
        lines.append((Span(_cut(activity.doing or "", width)),))
        lines.append(_used_short(activity))
    return [(Span(" " * _GUTTER), *line) for line in lines if plain(line)]


@dataclass(frozen=True, slots=True)
class Selected:
    """The agent of a part of the pane, and the question or the prompt that the part is."""

    agent: Participant | None = None
    question: Approval | None = None
    prompt: Prompt | None = None


def pane(replica: Replica) -> list[Part]:
    """All agents that are here: questions, plan, current call, queue, usage, health of each."""
    parts: list[Part] = []
    for person in replica.participants.values():
        if person.is_agent:
            head, *work = _agent(person, replica.names)
            parts.append(Part(f"{_AGENT} {person.id} 0", *head))
            parts += _questions(person.id, replica)
            parts += [
                Part(f"{_AGENT} {person.id} {number}", *line)
                for number, line in enumerate(work, start=1)
            ]
            parts += _queue(person.id, replica)
    return parts


def selected(replica: Replica, key: str | None) -> Selected:
    """The meaning of the key of a part, as far as it is there yet."""
    kind, _, rest = (key or "").partition(" ")
    if kind == _AGENT:
        return Selected(replica.participants.get(rest.partition(" ")[0]))
    question, prompt = (
        replica.agents.approvals.get(rest) if kind == _QUESTION else None,
        replica.agents.prompts.get(rest) if kind == _PROMPT else None,
    )
    agent_id = (
        question.user_id if question is not None else prompt.agent_id if prompt is not None else ""
    )
    return Selected(replica.participants.get(agent_id), question, prompt)


def _questions(agent_id: str, replica: Replica) -> Iterator[Part]:
    for asked in replica.agents.approvals.values():
        if asked.user_id == agent_id:
            style = "warning" if questions.may_answer(replica, asked) else ""
            line = (Span("asks: ", style), Span(questions.title(asked)[:_LINE_CHARS], style))
            yield Part(f"{_QUESTION} {asked.id}", _indented(line), 2 * _GUTTER)


def _queue(agent_id: str, replica: Replica) -> Iterator[Part]:
    for prompt in prompts.queue(replica, agent_id):
        state = Span(f"{prompt.state}: ", _PROMPT_STYLES.get(prompt.state, "dim"))
        line = (state, Span(f"{safe(prompt.username)}: "), Span(_text(prompt.text)))
        yield Part(f"{_PROMPT} {prompt.id}", _indented(line), 2 * _GUTTER)


def _agent(person: Participant, names: Mapping[str, str]) -> Iterator[tuple[Line, int]]:
    info, activity = person.agent, person.activity
    yield (Span(safe(person.username), "strong"), Span(f" {badge(person, names)}", "dim")), _GUTTER
    model = None if activity is None else activity.model
    model = model or (None if info is None else info.model)
    product = None if info is None else Span(safe(info.product), "dim")
    made = joined((product, None if model is None else Span(safe(model), "dim")), " · ")
    if made:
        yield _indented(made), _GUTTER
    if activity is None:
        yield _indented((Span("has reported nothing yet", "dim"),)), _GUTTER
        return
    doing = Span(_text(activity.doing)) if activity.doing else None
    yield _indented(joined((_state(activity), doing), " · ")), _GUTTER
    if activity.tool is not None:
        style = "error" if activity.tool.status in {"failed", "denied"} else ""
        call = Span(_text(current(activity.tool)), style)
        yield _indented((Span("call: ", "dim"), call)), 2 * _GUTTER
    if activity.plan:
        yield _indented((Span("plan: ", "dim"), Span(progress(activity.plan)))), _GUTTER
        for step in activity.plan:
            yield _indented(_step(step)), 3 * _GUTTER
    if activity.usage is not None:
        for line in _used(activity.usage):
            yield _indented(line), 2 * _GUTTER
    if activity.health is not None:
        yield _indented((health(activity.health),)), _GUTTER
        for reason in activity.health_reasons or []:
            yield _indented((Span(f"- {_text(reason)}", "dim"),)), 2 * _GUTTER


def _indented(line: Line) -> Line:
    return (Span(" " * _GUTTER), *line)


def _state(activity: AgentActivity) -> Span:
    return Span(STATES[activity.state], _STATE_STYLES.get(activity.state, "dim"))


def _step(step: PlanEntry) -> Line:
    return (_BOXES[step.status], Span(_text(step.text), _STEP_STYLES.get(step.status, "")))


def _used_short(activity: AgentActivity) -> Line:
    usage = activity.usage
    if usage is None:
        return ()
    spent = cost(usage)
    return joined((_share(usage), None if spent is None else Span(spent)), " · ")


def _share(usage: AgentUsage) -> Span | None:
    share = context_share(usage)
    return None if share is None else Span(f"context {share:.0%}", share_style(share))


def _used(usage: AgentUsage) -> Iterator[Line]:
    used, share = usage.context_used, context_share(usage)
    if used is not None and share is not None and usage.context_limit is not None:
        text = f"context {short(used)} of {short(usage.context_limit)} tokens ({share:.0%})"
        yield (Span(text, share_style(share)),)
    elif used is not None:
        yield (Span(f"context {short(used)} tokens"),)
    counts = (
        ("in", usage.input_tokens),
        ("out", usage.output_tokens),
        ("cached", usage.cached_tokens),
    )
    known = [f"{short(count)} {name}" for name, count in counts if count is not None]
    if known:
        yield (Span(f"tokens {', '.join(known)}"),)
    spent = cost(usage)
    if spent is not None:
        yield (Span(f"cost {spent}"),)


def _text(text: str) -> str:
    return first_line(text, _LINE_CHARS)


def _cut(text: str, width: int) -> str:
    return first_line(text, max(width - _GUTTER, 1)) if text else ""
