"""The cluster of a single node: every session is its own."""

from collections.abc import Callable, Sequence

from peerline_server.cluster.places import Elsewhere, Found, Mine, Place

_MINE = Mine(0)


class Alone:
    """Implements `peerline_server.cluster.base.Cluster` for a database that one server has."""

    node_id = ""
    is_cut_off = False
    is_draining = False
    lease_seconds_left = 0.0

    async def open(self, secret: bytes, server_id: str) -> str:  # noqa: ARG002 - there is one secret
        """Nobody else tells clients an id."""
        return server_id

    async def start(
        self,
        address: str,
        on_lost: Callable[[str], None],
        on_letters: Callable[[], None],
        loaded: Callable[[], Sequence[str]],
    ) -> None:
        """There is nobody to be known to."""

    def rung(self) -> None:
        """There is nobody who writes letters."""

    async def place(self, session_id: str) -> Place | None:  # noqa: ARG002 - all are alike
        """Here; whether there is such a session is seen when it is loaded."""
        return _MINE

    async def take_over(self, session_id: str, seen: Elsewhere, found: Found) -> Place | None:  # noqa: ARG002 - nobody else is there
        """Here."""
        return _MINE

    async def release(self, session_id: str, fence: int) -> None:
        """There is nobody to let it go to."""

    async def begin_drain(self, loaded: Sequence[str]) -> None:
        """There is nobody to tell."""

    async def stop(self) -> None:
        """There is nothing to end."""
