"""Shows the work of the AI agents that the user looks at, and of no other one."""

from collections.abc import Iterable, Sequence

from peerline.client import AgentDid, AgentMoved, Change, Joined, Replica
from peerline.protocol.agents import AgentEvent
from peerline.protocol.editor.agents import EditorAgentWork
from peerline_bridge import sanitize
from peerline_bridge.presentation.agent_work import shown_events, shown_tool, turn_of
from peerline_bridge.surface import Surface


class AgentWorkPresenter:
    """The agents that are watched."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._replica = Replica()
        self._watched: dict[str, object] = {}
        """Of each agent that is watched, what stands for the last request to watch it."""
        self._shown: set[str] = set()
        """Those of the watched that the editor has the turn of."""

    def begin(self, replica: Replica) -> None:
        """Watch nobody, and take what is watched next from this replica."""
        self._replica = replica
        self._watched.clear()
        self._shown.clear()

    def watch(self, agent_id: str) -> object:
        """Somebody looks at an agent: what it does is shown once its turn is.

        Returns:
            What stands for this request, if it is to be given up.
        """
        request = self._watched[agent_id] = object()
        self._shown.discard(agent_id)
        return request

    def give_up(self, agent_id: str, request: object) -> None:
        """Its turn cannot be had: nobody looks, unless it was asked for again meanwhile."""
        if self._watched.get(agent_id) is request:
            self.unwatch(agent_id)

    def unwatch(self, agent_id: str) -> None:
        """Nobody looks any more."""
        self._watched.pop(agent_id, None)
        self._shown.discard(agent_id)

    def show_turn(self, agent_id: str, earlier: Iterable[AgentEvent]) -> None:
        """Show the whole turn, if somebody still looks; `earlier` may not be in the replica."""
        if agent_id not in self._watched:
            return
        self._shown.add(agent_id)
        known = {event.seq: event for event in (*earlier, *self._replica.agents.events)}
        mine = [event for event in known.values() if event.user_id == agent_id]
        self._show(agent_id, turn_of(mine), is_whole=True)

    def changed(self, changes: Sequence[Change]) -> None:
        """Show what watched agents did, each of them once."""
        if not self._shown:
            return
        news: dict[str, list[AgentEvent]] = {}
        for change in changes:
            match change:
                case AgentDid(event):
                    news.setdefault(event.user_id, []).append(event)
                case AgentMoved(person) | Joined(person):
                    news.setdefault(person.id, [])
                case _:
                    pass
        for agent_id in news.keys() & self._shown:
            self._show(agent_id, turn_of(news[agent_id]), is_whole=False)

    def _show(self, agent_id: str, events: list[AgentEvent], *, is_whole: bool) -> None:
        person = self._replica.participants.get(agent_id)
        activity = None if person is None else person.activity
        answer = None if activity is None else activity.answer
        self._surface.show_agent_work(
            EditorAgentWork(
                agent_id=agent_id,
                is_whole=is_whole,
                events=shown_events(events),
                tool=None if activity is None else shown_tool(activity.tool),
                usage=None if activity is None else activity.usage,
                answer=None if answer is None else sanitize.block(answer),
            )
        )
