"""Joins the session that is configured: by itself where that is allowed, else on a click."""

from collections.abc import Callable
from typing import Any, Final

from lsp_bridge.bridge import Bridge, CommandRefused
from lsp_bridge.plain.model import PlainModel
from lsp_bridge.plain.requests import ClientRequests
from lsp_bridge.session_choice import Choice, ChoiceError
from peerline.protocol.editor import JoinArguments

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
        """peerline.joinConfigured: the user wants it."""
        choice = self._choice()
        if choice is None:
            where = ".peerline.toml, PEERLINE_LINK or the option link"
            raise CommandRefused("NO_SESSION", f"no session is configured: {where}")
        return await self._bridge.join(JoinArguments(link=str(choice.link)))

    def _choice(self) -> Choice | None:
        try:
            return self._choice_of()
        except ChoiceError as error:
            raise CommandRefused("INVALID_LINK", str(error)) from None
