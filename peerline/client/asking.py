"""The requests of a client: each has its effect once, through every reconnect."""

from peerline.client.errors import NotConnected
from peerline.client.identity import Identity, LinkState
from peerline.client.replica import Replica
from peerline.client.request_sender import RequestSender, new_request_id
from peerline.protocol.base import Ack
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import Answer, ClientMessage, DocumentRequest, Request
from peerline.protocol.participants import ChangeName


class Asking:
    """The part of a client that sends requests.

    Attributes:
        state: The state of the connection.
        replica: The session as the client knows it.
    """

    state: LinkState
    replica: Replica
    _link: SessionLink
    _identity: Identity
    _requests: RequestSender

    new_request_id = staticmethod(new_request_id)

    async def request(self, message: ClientMessage) -> Ack:
        """Send a message and wait until it had its effect.

        It survives reconnects, and a server whose disk fails is asked again, always with the same
        `request_id`: the message has one effect. A message without a `request_id` gets one.

        Raises:
            RequestRefused: the server said no; nothing was changed.
            RequestTimeout: no answer came in time (30 s, `Timing.request`). The message may still
                be carried out, such as by a server whose disk is slow: see `outcome`.
            OutcomeUnknown: the same, after the server said that it does not know either.
            TooManyRequests: too many wait already.
            NotConnected: the client was closed.
        """
        answer = await self.send(message)
        assert isinstance(answer, Ack), "queries go through `ask`"
        if isinstance(message, ChangeName):
            self._identity.rename(message.name)
        return answer

    async def change_name(self, name: str) -> str:
        """Be called something else from now on; the name as the session has it.

        Raises:
            ClientError: as `request`.
        """
        await self.request(ChangeName(session_id=self._link.session_id, name=name))
        connected = self.replica.connected
        return name if connected is None else connected.user.username

    async def outcome(self, request_id: str) -> Ack:
        """Find out what became of a request that timed out, and have it carried out if need be.

        The request is sent again with its `request_id`: it is acknowledged with the `seq` of what
        it caused, whether that happened before or happens now.

        Args:
            request_id: as the `RequestTimeout` or `OutcomeUnknown` has it. The client remembers the
                last 1,000; later, or with another client, call `request(error.request)`.

        Raises:
            ValueError: this client remembers no such request.
            ClientError: as `request`.
        """
        message = self._requests.unsettled(request_id)
        if message is None:
            raise ValueError(f"no request {request_id} of this client is unsettled")
        return await self.request(message)

    async def ask(self, request: Request | DocumentRequest) -> Answer:
        """Send what has an answer of its own, such as a query, and wait for it.

        Raises:
            ClientError: as `request`.
        """
        answer = await self.send(request)
        assert not isinstance(answer, Ack), "a query has an answer of its own"
        return answer

    async def send(self, message: ClientMessage) -> Ack | Answer:
        """Send what may have an answer of its own or not, and wait for either.

        Raises:
            ClientError: as `request`.
        """
        if self.state is LinkState.CLOSED:
            raise NotConnected("there is no connection to a session")
        return await self._requests.send(message)
