"""One session as the local user takes part in it, or tries to: its client and its link."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from peerline.client import Client, ClientError, RequestRefused
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import Answer, ClientMessage, Request
from peerline.protocol.moderation import GetModeration, Moderation
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.tokens import TokenError, keep_started_as

_A = TypeVar("_A", bound=Answer)


@dataclass(eq=False, slots=True)
class SessionClient:
    """A client and what the user joined with."""

    client: Client
    link: SessionLink
    username: str
    token: str | None
    """The one that was last signed in with."""
    is_asking_for_token: bool = False
    """Whether the user was asked for another one."""
    was_revived: bool = False
    """Whether its server was looked after since the connection broke."""

    @property
    def id(self) -> str:
        """The id of the session."""
        return self.link.session_id

    def renew(self, token: str) -> None:
        """Sign in with another token."""
        self.is_asking_for_token = False
        self.token = token
        self.client.renew(token)

    async def change_name(self, name: str) -> str:
        """Change the user's name; the one that others see.

        Raises:
            CommandRefused: if it is not changed.
        """
        with _refusals():
            shown = await self.client.change_name(name)
        with suppress(TokenError):  # then the host comes back as a guest
            keep_started_as(self.link, self.username, name)
        self.username = name
        return shown

    async def request(self, message: ClientMessage) -> dict[str, Any]:
        """Have the server do something; the `seq` at which it was done.

        Raises:
            CommandRefused: if it is not done.
        """
        with _refusals():
            ack = await self.client.request(message)
        return {"seq": ack.seq}

    async def ask(self, request: Request, kind: type[_A]) -> _A:
        """The server's answer.

        Raises:
            CommandRefused: if there is none.
        """
        with _refusals():
            answer = await self.client.ask(request)
        if not isinstance(answer, kind):
            raise CommandRefused("INTERNAL_ERROR", "the server answered something else")
        return answer


async def ask_for_moderation(session: SessionClient) -> None:
    """Ask for what hosts see; the answer is shown when it comes."""
    with suppress(CommandRefused):
        await session.ask(GetModeration(session_id=session.id), Moderation)


@contextmanager
def _refusals() -> Generator[None]:
    """Turn the client's errors into refusals of the command."""
    try:
        yield
    except RequestRefused as refused:
        raise CommandRefused(refused.code, refused.message) from None
    except ClientError as error:
        raise CommandRefused(type(error).__name__, str(error)) from None
