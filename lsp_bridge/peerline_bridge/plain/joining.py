"""Joins the configured session, automatically where that is allowed; starts one on a click."""

from collections.abc import Callable
from typing import Any, Final

from peerline.protocol.editor.moderation import CreateInviteArguments
from peerline.protocol.editor.session import JoinArguments, StartSessionArguments
from peerline_bridge.commands.moderation import create_invite
from peerline_bridge.commands.session import join
from peerline_bridge.commands.start_session import start_session
from peerline_bridge.errors import CommandRefused
from peerline_bridge.plain.model import PlainModel
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.configured_session import Choice, ChoiceError

_JOIN: Final = "Join"


class ConfiguredSession:
    """The session of the options, the environment or the workspace's file, read when needed."""

    def __init__(
        self,
        bridge: Bridge,
        requests: ClientRequests,
        model: PlainModel,
        choice_of: Callable[[], Choice | None],
    ) -> None:
        self._bridge = bridge
        self._requests = requests
        self._model = model
        self._choice_of = choice_of

    async def start(self) -> None:
        """The client is ready.

        Raises:
            CommandRefused: if the session is not to be joined, or what is configured is not valid.
        """
        choice = self._choice()
        if choice is None:
            return
        self._model.configured = f"{choice.link.session_id} at {choice.link.address}"
        if not choice.is_allowed:
            text = f"This workspace names a Peerline session: {self._model.configured}. Join it?"
            if await self._requests.ask_user(text, [_JOIN, "Not now"]) != _JOIN:
                return
        await self._bridge.join(JoinArguments(link=str(choice.link)))

    async def join(self) -> dict[str, Any]:
        """Join it: the user wants to."""
        choice = self._choice()
        if choice is None:
            where = ".peerline.toml, PEERLINE_LINK or the option link"
            raise CommandRefused("NO_SESSION", f"no session is configured: {where}")
        return await join(self._bridge, JoinArguments(link=str(choice.link)))

    async def start_new(self) -> dict[str, Any]:
        """Start a session of one's own, and show its link."""
        started = await start_session(self._bridge, StartSessionArguments())
        self._tell_link(started["invite"], is_local=started["is_local"])
        return started

    async def invite(self) -> dict[str, Any]:
        """Show one more link for an editor."""
        made = await create_invite(self._bridge, CreateInviteArguments())
        self._tell_link(made.get("page_link", made["link"]), is_local=made["is_local"])
        return made

    def _tell_link(self, link: str, *, is_local: bool) -> None:
        reach = " (on this computer)" if is_local else ""
        self._requests.tell(f"others join as editors{reach} with {link}")

    def _choice(self) -> Choice | None:
        try:
            return self._choice_of()
        except ChoiceError as error:
            raise CommandRefused("INVALID_LINK", str(error)) from None
