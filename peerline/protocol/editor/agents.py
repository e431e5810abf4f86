"""The work of AI agents between bridge and plugin: it goes to editors that have asked for it."""

from typing import Final

from peerline.protocol.agents import AgentEvent, AgentTool, AgentUsage
from peerline.protocol.types import ClientModel, ServerModel, UserId

MAX_WORK_TEXT_BYTES: Final = 512 * 1024
"""Outputs and diffs that are sent at once, the newest; older calls come without."""


class EditorAgentWork(ServerModel):
    """`peerline/agentWork`: the turn that an agent is at, or was at last.

    Its texts are the agent's: show them as text. They are one message at a time: with `is_whole`
    the `events` replace what was known, else they are new ones and go behind it. They are those of
    the kinds `prompt`, `tool_call` and `turn_end`, oldest first; each `prompt` begins a turn. All
    else is the latest state, and absent if it is not known.

    Attributes:
        agent_id: The agent.
        is_whole: Whether these are all events of the turn.
        events: Its events.
        tool: The call that it is at, or was at last.
        usage: Tokens and cost so far.
        answer: The end of the answer that is being written.
    """

    agent_id: UserId
    is_whole: bool = False
    events: list[AgentEvent] = []
    tool: AgentTool | None = None
    usage: AgentUsage | None = None
    answer: str | None = None


class WatchAgentArguments(ClientModel):
    """`peerline.watchAgent`, and `peerline.unwatchAgent` when nobody looks any more."""

    agent_id: UserId
