"""Views of the prompts that wait for shared AI agents, built from the replica. Pure."""

from collections.abc import Iterable

from peerline.protocol.approvals import may_answer
from peerline.protocol.editor.prompts import EditorPrompt, EditorQueue
from peerline.protocol.limits import SHOWN_PROMPT_CHARS
from peerline.protocol.participants import Participant, User
from peerline.protocol.prompts import Prompt, PromptState, may_cancel, may_stop
from peerline_bridge import sanitize


def queue_view(
    agent: Participant, me: User | None, prompts: Iterable[Prompt]
) -> EditorQueue | None:
    """The queue of a shared agent among these prompts; None of a person, or one not shared."""
    info = agent.agent
    if not agent.is_agent or info is None or info.prompt_policy is None:
        return None
    mine = [prompt for prompt in prompts if prompt.agent_id == agent.id]
    if me is None or me.is_agent:
        me = None
    is_running = any(prompt.state is PromptState.RUNNING for prompt in mine)
    return EditorQueue(
        prompts=[_view(prompt, me, info.owner_id) for prompt in mine],
        may_prompt=me is not None and may_answer(me.id, me.role, info.owner_id, info.prompt_policy),
        may_stop=me is not None and is_running and may_stop(me.role),
    )


def _view(prompt: Prompt, me: User | None, owner_id: str) -> EditorPrompt:
    may = me is not None and may_cancel(me.id, me.role, owner_id, prompt)
    return EditorPrompt(
        id=prompt.id,
        user_id=prompt.user_id,
        username=sanitize.line(prompt.username),
        text=sanitize.line(" ".join(prompt.text.split()), SHOWN_PROMPT_CHARS),
        state=prompt.state,
        may_cancel=may and prompt.state is not PromptState.STOPPING,
    )
