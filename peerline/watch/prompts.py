"""The prompts of shared agents: the agent of a name, its queue, and who may do what. Pure."""

from collections.abc import Sequence

from peerline.client import Replica
from peerline.protocol import prompts as rules
from peerline.protocol.approvals import may_answer
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import Prompt, PromptState
from peerline.watch.spans import safe


class NoAgentError(ValueError):
    """No agent, or none that is meant; the text is for the user."""


def agent_named(replica: Replica, name: str) -> Participant:
    """The agent of a name, or of an id.

    Raises:
        NoAgentError: if there is none, or several.
    """
    agents = [person for person in replica.participants.values() if person.is_agent]
    wanted = name.removeprefix("@").casefold()
    found = [one for one in agents if one.id == name or one.username.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.id for one in found)
        raise NoAgentError(f"several agents are called {safe(name)}; say which id: {ids}")
    here = ", ".join(safe(one.username) for one in agents)
    raise NoAgentError(
        f"no agent here is called {safe(name)}; here: {here}" if here else "no agent is here"
    )


def may_prompt(replica: Replica, agent: Participant) -> bool:
    """Whether the user may prompt an agent, as far as is known here; the server decides."""
    me, info = replica.connected, agent.agent
    if me is None or me.user.is_agent or info is None or info.prompt_policy is None:
        return False
    return may_answer(me.user.id, me.role, info.owner_id, info.prompt_policy)


def may_stop(replica: Replica, agent: Participant) -> bool:
    """Whether the user may stop the turn of an agent, and there is one."""
    me = replica.connected
    is_permitted = me is not None and not me.user.is_agent and rules.may_stop(me.role)
    return is_permitted and any(
        one.state is PromptState.RUNNING for one in queue(replica, agent.id)
    )


def may_cancel(replica: Replica, prompt: Prompt) -> bool:
    """Whether the user may take a prompt out of the queue, or have its turn stopped."""
    me, agent = replica.connected, replica.participants.get(prompt.agent_id)
    if me is None or me.user.is_agent or prompt.state is PromptState.STOPPING:
        return False
    owner = None if agent is None or agent.agent is None else agent.agent.owner_id
    return rules.may_cancel(me.user.id, me.role, owner, prompt)


def queue(replica: Replica, agent_id: str) -> Sequence[Prompt]:
    """The prompts of an agent that are not over, the first one first."""
    return [one for one in replica.agents.prompts.values() if one.agent_id == agent_id]


def place(replica: Replica, agent_id: str, prompt: Prompt | None) -> str:
    """The place of a prompt in the queue of its agent, in a sentence without a full stop.

    None is a prompt that was given, and nothing else is known of it.
    """
    agent = safe(replica.names.get(agent_id, agent_id))
    if prompt is None:
        return f"{agent} has been given this prompt"
    ids = [one.id for one in queue(replica, agent_id)]
    before = ids.index(prompt.id) if prompt.id in ids else 0
    match before:
        case 0:
            return f"{agent} begins with this prompt"
        case 1:
            return f"{agent} has 1 prompt before this one"
        case _:
            return f"{agent} has {before} prompts before this one"
