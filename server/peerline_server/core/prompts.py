"""The prompts that wait for shared agents, and the rules for giving, stopping and doing them. Pure.

A prompt is given by a message of its own, or by a chat message that begins with the agent's name.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from peerline.protocol.agents import AgentInfo, Answerers
from peerline.protocol.chat import ChatMessage
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.limits import MAX_PROMPTS, MAX_SESSION_PROMPT_BYTES, MAX_TURN_CHARS
from peerline.protocol.mentions import Names, find_mentions
from peerline.protocol.prompts import (
    OVER,
    AgentPrompted,
    CancelPrompt,
    Prompt,
    PromptAgent,
    PromptChanged,
    PromptEvent,
    PromptMessage,
    PromptState,
    StopAgent,
    TellPrompt,
    changed_prompts,
    may_cancel,
    may_stop,
)
from peerline.protocol.roles import SERVER_USER_ID
from peerline_server.core.approvals import ALLOWED_BY, may_decide
from peerline_server.core.decisions import Append, Refused, Sender
from peerline_server.core.members import Member, Members
from peerline_server.core.records import NewEvent, Rejected

AGENT_LEFT: Final = "agent_left"
MESSAGE_DELETED: Final = "message_deleted"
_NOT_FOUND: Final = Refused(
    ErrorCode.PROMPT_NOT_FOUND, "prompt_id: this prompt is over, or there never was one"
)
_OF_AN_AGENT: Final = Refused(
    ErrorCode.PERMISSION_DENIED, "an agent neither prompts nor stops another"
)
_BEFORE_TEXT: Final = " \t\r\n:,"


class PromptBoard:
    """The prompts of one session that are not over, oldest first."""

    def __init__(self, stored: Iterable[Prompt] = ()) -> None:
        self._open = {prompt.id: prompt for prompt in stored}
        self._asking: Counter[str] = Counter()
        """The prompts for each agent that are being written."""
        self._bytes = sum(map(_size, self._open.values()))
        """Of all, those being written too."""
        self._changing: dict[str, list[PromptState]] = {}
        """The states of which an event is being written, by the prompt."""

    def open(self) -> list[Prompt]:
        """All, the oldest first."""
        return list(self._open.values())

    def get(self, prompt_id: str) -> Prompt | None:
        """One that is not over, as it will be when everything is written."""
        prompt = self._open.get(prompt_id)
        if prompt is None or prompt_id not in self._changing:
            return prompt
        state = self._changing[prompt_id][-1]
        return None if state in OVER else prompt.model_copy(update={"state": state})

    def of_agent(self, agent_id: str) -> list[Prompt]:
        """Those of one agent, as they will be."""
        mine = [each.id for each in self._open.values() if each.agent_id == agent_id]
        return [prompt for key in mine if (prompt := self.get(key)) is not None]

    def has_no_room(self, agent_id: str, text: str) -> bool:
        """Whether this agent, or the session, has as many prompts as may be."""
        count = len(self.of_agent(agent_id)) + self._asking[agent_id]
        return count >= MAX_PROMPTS or self._bytes + len(text) > MAX_SESSION_PROMPT_BYTES

    def hold(self, event: PromptEvent) -> None:
        """The event is being written: what comes next is decided as if it was."""
        if isinstance(event, AgentPrompted):
            self._asking[event.prompt.agent_id] += 1
            self._bytes += _size(event.prompt)
        else:
            self._changing.setdefault(event.prompt_id, []).append(event.state)

    def release(self, event: PromptEvent) -> None:
        """The event was written, or that has failed."""
        if isinstance(event, AgentPrompted):
            self._asking[event.prompt.agent_id] -= 1
            self._asking += Counter()  # forgets what is zero
            self._bytes -= _size(event.prompt)
            return
        states = self._changing[event.prompt_id]
        states.remove(event.state)
        if not states:
            del self._changing[event.prompt_id]

    def apply(self, event: DurableMessage) -> None:
        """Take over a committed event, if it is about a prompt."""
        if isinstance(event, PromptEvent):
            before = self._open
            self._open = changed_prompts(before, event)
            if isinstance(event, AgentPrompted):
                self._bytes += _size(event.prompt)
            elif event.prompt_id in before and event.prompt_id not in self._open:
                self._bytes -= _size(before[event.prompt_id])


def _size(prompt: Prompt) -> int:
    return len(prompt.__pydantic_serializer__.to_json(prompt))


def decide_prompt(
    message: PromptMessage,
    sender: Sender,
    members: Members,
    board: PromptBoard,
    new_id: Callable[[], str],
) -> Append | Refused:
    """Decide on a prompt, on its end before its turn, on a stop, or on what its agent tells."""
    if isinstance(message, TellPrompt):
        return _tell(message, sender, board)
    if sender.user.is_agent:
        return _OF_AN_AGENT
    match message:
        case PromptAgent():
            return _prompt(message, sender, members, board, new_id())
        case CancelPrompt():
            return _cancel(message, sender, members, board)
        case StopAgent():
            running = [
                prompt
                for prompt in board.of_agent(message.agent_id)
                if prompt.state is PromptState.RUNNING
            ]
            if not running:
                text = "agent_id: this agent does nothing that could be stopped"
                return Refused(ErrorCode.PROMPT_NOT_FOUND, text)
            if message.prompt_id not in {None, running[0].id}:
                text = "prompt_id: the turn of this prompt is over, or has not begun"
                return Refused(ErrorCode.PROMPT_NOT_FOUND, text)
            if not may_stop(sender.role):
                text = "only hosts and editors can stop an agent"
                return Refused(ErrorCode.PERMISSION_DENIED, text)
            return _change(message, sender, running[0], PromptState.STOPPING)


def refusal_of_chat(
    content: str, sender: Sender, members: Members, board: PromptBoard
) -> Rejected | None:
    """Why a chat message that is a prompt cannot be sent now, if so."""
    found = None if sender.user.is_agent else _in_chat(content, sender, members)
    if found is None:
        return None
    agent, text = found
    if len(text) > MAX_TURN_CHARS:
        return Rejected(
            ErrorCode.INVALID_FIELD, f"content: a prompt has at most {MAX_TURN_CHARS} characters"
        )
    return _busy(agent) if board.has_no_room(agent.user.id, text) else None


def prompt_of_chat(
    message: ChatMessage, session_id: str, members: Members, prompt_id: str
) -> NewEvent | None:
    """The event of the prompt that a chat message is, if it is one."""
    author = members.get(message.user_id)
    if author is None or author.user.is_agent:
        return None
    sender = Sender(author.user, author.user.role, session_id, message.timestamp)
    found = _in_chat(message.content, sender, members)
    if found is None:
        return None
    agent, text = found
    return _prompted(sender, agent, text, prompt_id, message.id)


def reason_to_cancel(
    prompt: Prompt, board: PromptBoard, members: Members, deleted: Container[str | None]
) -> str | None:
    """Why the server ends a prompt, if it does: its agent, or the message it was in, is gone."""
    now = board.get(prompt.id)
    if now is None:
        return None
    if not members.is_active(prompt.agent_id):
        return AGENT_LEFT
    is_withdrawn = now.state is PromptState.WAITING and prompt.message_id in deleted
    return MESSAGE_DELETED if is_withdrawn else None


def cancelled(prompt: Prompt, reason: str, session_id: str, now: datetime) -> NewEvent:
    """The event by which the server ends a prompt."""
    event = PromptChanged(
        session_id=session_id,
        seq=0,
        prompt_id=prompt.id,
        agent_id=prompt.agent_id,
        state=PromptState.CANCELLED,
        by=SERVER_USER_ID,
        reason=reason,
        timestamp=now,
    )
    return NewEvent(event, SERVER_USER_ID)


def _in_chat(content: str, sender: Sender, members: Members) -> tuple[Member, str] | None:
    """The agent that a text prompts by beginning with its name, and the prompt."""
    start = len(content) - len(content.lstrip())
    agents = {member.user.id: member for member in members.agents() if _policy(member)}
    if not agents or not content.startswith("@", start):
        return None
    names = Names((member.user.username, member.user.id) for member in members.active())
    first = next(iter(find_mentions(content, names, most=1)), None)
    if first is None or first.start != start or first.user_id not in agents:
        return None
    agent, text = agents[first.user_id], content[first.end :].lstrip(_BEFORE_TEXT).rstrip()
    info = agent.user.agent
    is_allowed = info is not None and _may_prompt(sender, info)
    return (agent, text) if text and is_allowed else None


def _prompt(
    message: PromptAgent, sender: Sender, members: Members, board: PromptBoard, new_id: str
) -> Append | Refused:
    agent = members.get(message.agent_id)
    info = None if agent is None else agent.user.agent
    if agent is None or info is None or not agent.is_active:
        return Refused(ErrorCode.PARTICIPANT_NOT_FOUND, "agent_id: there is no such agent here")
    if info.prompt_policy is None:
        text = "agent_id: this agent takes no prompts from the session"
        return Refused(ErrorCode.PERMISSION_DENIED, text)
    if not _may_prompt(sender, info):
        who = ALLOWED_BY[info.prompt_policy]
        return Refused(ErrorCode.PERMISSION_DENIED, f"only {who} can prompt this agent")
    event = _prompted(sender, agent, message.text, new_id, None)
    event = replace(event, request_id=message.request_id)
    if board.has_no_room(message.agent_id, message.text):
        return Append(replace(event, refusal=_busy(agent)))
    assert isinstance(event.message, AgentPrompted), "as it was made"
    return Append(event, prompt=event.message)


def _prompted(
    sender: Sender, agent: Member, text: str, prompt_id: str, message_id: str | None
) -> NewEvent:
    prompt = Prompt(
        id=prompt_id,
        agent_id=agent.user.id,
        user_id=sender.user.id,
        username=sender.user.username,
        text=text,
        message_id=message_id,
        asked_at=sender.now,
    )
    event = AgentPrompted(session_id=sender.session_id, seq=0, prompt=prompt, timestamp=sender.now)
    return NewEvent(event, sender.user.id)


def _cancel(
    message: CancelPrompt, sender: Sender, members: Members, board: PromptBoard
) -> Append | Refused:
    prompt = board.get(message.prompt_id)
    if prompt is None:
        return _repeated(message, sender)
    agent = members.get(prompt.agent_id)
    owner = None if agent is None or agent.user.agent is None else agent.user.agent.owner_id
    if not may_cancel(sender.user.id, sender.role, owner, prompt):
        who = "the user who gave a prompt, the owner of the agent and hosts"
        return Refused(ErrorCode.PERMISSION_DENIED, f"only {who} can cancel it")
    is_waiting = prompt.state is PromptState.WAITING
    state = PromptState.CANCELLED if is_waiting else PromptState.STOPPING
    return _change(message, sender, prompt, state)


def _tell(message: TellPrompt, sender: Sender, board: PromptBoard) -> Append | Refused:
    mine = board.of_agent(sender.user.id)
    prompt = next((each for each in mine if each.id == message.prompt_id), None)
    if prompt is None:
        return _repeated(message, sender)
    if message.state is PromptState.RUNNING and prompt != _next(mine):
        text = "prompt_id: the first prompt that waits comes next, once no other one is under way"
        return Append(
            replace(
                _change(message, sender, prompt, message.state).event,
                refusal=Rejected(ErrorCode.INVALID_FIELD, text),
            )
        )
    return _change(message, sender, prompt, message.state)


def _next(prompts: list[Prompt]) -> Prompt | None:
    """The prompt that an agent may begin with; none while it is at one."""
    is_free = all(prompt.state is PromptState.WAITING for prompt in prompts)
    return prompts[0] if prompts and is_free else None


def _change(
    message: CancelPrompt | StopAgent | TellPrompt,
    sender: Sender,
    prompt: Prompt,
    state: PromptState,
) -> Append:
    event = PromptChanged(
        session_id=sender.session_id,
        seq=0,
        prompt_id=prompt.id,
        agent_id=prompt.agent_id,
        state=state,
        by=sender.user.id,
        reason=message.reason if isinstance(message, TellPrompt) else None,
        timestamp=sender.now,
    )
    return Append(NewEvent(event, sender.user.id, message.request_id), prompt=event)


def _repeated(message: CancelPrompt | TellPrompt, sender: Sender) -> Append:
    """A refusal, unless the same request had its effect before: then that is acknowledged."""
    event = PromptChanged(
        session_id=sender.session_id,
        seq=0,
        prompt_id=message.prompt_id,
        agent_id=sender.user.id,
        state=PromptState.DONE,
        by=sender.user.id,
        timestamp=sender.now,
    )
    refusal = Rejected(_NOT_FOUND.code, _NOT_FOUND.text)
    return Append(NewEvent(event, sender.user.id, message.request_id, refusal=refusal))


def _busy(agent: Member) -> Rejected:
    name = agent.user.username
    text = f"{name} has as many prompts as may wait: wait for one to be done, or cancel one"
    return Rejected(ErrorCode.AGENT_BUSY, text)


def _policy(member: Member) -> Answerers | None:
    info = member.user.agent
    return info.prompt_policy if info is not None and member.is_active else None


def _may_prompt(sender: Sender, info: AgentInfo) -> bool:
    policy = info.prompt_policy
    return policy is not None and may_decide(sender, info.owner_id, policy)
