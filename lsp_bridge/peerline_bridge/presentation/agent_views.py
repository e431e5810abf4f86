"""Views of the AI agents among the participants, built from the replica. Pure."""

from peerline.protocol.agents import AgentInfo, AgentUsage
from peerline.protocol.editor.participants import EditorAgent, EditorPlanEntry
from peerline.protocol.editor.prompts import EditorQueue
from peerline.protocol.participants import Participant
from peerline_bridge import sanitize


def agent_view(
    person: Participant, owner: str, queue: EditorQueue | None = None
) -> EditorAgent | None:
    """The view of an agent whose owner has this name; None of a person."""
    if not person.is_agent:
        return None
    # A server of another version may say that it is an agent, and no more.
    info = person.agent or AgentInfo(owner_id=person.id, product="agent")
    activity = person.activity
    if activity is None:
        return EditorAgent(owner=owner, product=info.product, model=_line(info.model), queue=queue)
    usage = activity.usage or AgentUsage()
    return EditorAgent(
        owner=owner,
        product=info.product,
        model=_line(activity.model or info.model),
        state=activity.state,
        doing=_line(activity.doing),
        plan=[
            EditorPlanEntry(text=sanitize.line(entry.text), status=entry.status)
            for entry in activity.plan or []
        ],
        context_percent=context_percent(usage),
        cost=usage.cost,
        currency=usage.currency,
        health=activity.health,
        health_reasons=[sanitize.line(reason) for reason in activity.health_reasons or []],
        queue=queue,
    )


def context_percent(usage: AgentUsage) -> int | None:
    """How full the context is; None if that is not known."""
    if usage.context_used is None or not usage.context_limit:
        return None
    return round(100 * usage.context_used / usage.context_limit)


def _line(text: str | None) -> str | None:
    return None if text is None else sanitize.line(text)
