"""The commands about the work of AI agents: somebody begins to look at one, or stops."""

from peerline.protocol.activity import Activity, GetActivity
from peerline.protocol.agents import AgentEvent
from peerline.protocol.editor.agents import WatchAgentArguments
from peerline.protocol.limits import MAX_WORK_EVENTS
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge


@command("peerline.watchAgent", WatchAgentArguments)
async def watch_agent(bridge: Bridge, arguments: WatchAgentArguments) -> Result:
    """Show the turn of an agent, whole, and then what it does."""
    session = bridge.require_session()
    # A session that is joined meanwhile has a presenter's state of its own, which watches nobody.
    work, agent_id = bridge.presenter.work, arguments.agent_id
    watching = work.watch(agent_id)
    request = GetActivity(
        session_id=session.id,
        request_id=session.client.new_request_id(),
        types=["agent_event"],
        user_id=agent_id,
        limit=MAX_WORK_EVENTS,
    )
    try:
        answer = await session.ask(request, Activity)
    except CommandRefused:
        work.give_up(agent_id, watching)
        raise
    events = (entry.event for entry in answer.entries)
    work.show_turn(agent_id, [event for event in events if isinstance(event, AgentEvent)])
    return {}


@command("peerline.unwatchAgent", WatchAgentArguments)
async def unwatch_agent(bridge: Bridge, arguments: WatchAgentArguments) -> Result:
    """Show no more of an agent's work."""
    bridge.presenter.work.unwatch(arguments.agent_id)
    return {}
