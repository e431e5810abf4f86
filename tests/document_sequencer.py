"""A server of one shared document in memory, and clients whose messages are delivered by hand."""

from base64 import b64decode
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from peerline.client.documents.collection import OpenedDocuments
from peerline.client.documents.kept import decode_kept
from peerline.client.documents.ports import DocumentCallbacks, DocumentStatus
from peerline.client.documents.replica import DocumentReplica
from peerline.documents.delta import Delta, apply
from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    Persisted,
    SyncStep1,
    SyncStep2,
    Update,
    decode_frame,
    encode_frame,
)
from peerline.documents.guard import check_update
from peerline.documents.shared_text import SharedText
from peerline.protocol.base import Error
from peerline.protocol.documents import (
    CloseDocument,
    DocumentClosed,
    DocumentOpened,
    DocumentRenewed,
    DocumentUnshared,
    OpenDocument,
    SharedDocument,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import (
    ServerMessage,
    decode_client_message,
    decode_server_message,
    encode_message,
)

SESSION, DOCUMENT = "s1", "d1"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Connection:
    """One socket: frames on their way, and the channel that is open."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.to_server: deque[str | bytes] = deque()
        self.to_client: deque[str | bytes] = deque()
        self.channel: int | None = None
        self.generation = ""
        self.channels = 0
        self.count = 0

    def say(self, message: ServerMessage) -> None:
        self.to_client.append(encode_message(message).decode())


class Sequencer:
    """A server: it commits before it sends on, and forgets nothing that it has committed."""

    def __init__(self, text: str) -> None:
        self.generations: dict[str, SharedText] = {}
        self.owners: dict[int, str] = {}
        self.connections: list[Connection] = []
        self.viewers: set[str] = set()
        self.refuses_next: ErrorCode | None = None
        self.next_id = 100
        self._start(text)

    def _start(self, text: str) -> None:
        self.present = f"g{len(self.generations) + 1}"
        self.generations[self.present] = SharedText()
        self.generations[self.present].apply(SharedText.seeded(text))

    @property
    def text(self) -> str:
        return self.generations[self.present].text

    def shared(self) -> dict[str, SharedDocument]:
        return {
            DOCUMENT: SharedDocument(
                id=DOCUMENT,
                file="a.py",
                generation=self.present,
                shared_by="u0",
                hash=f"sha256:{sha256(b'').hexdigest()}",
                lines=1,
            )
        }

    def receive(self, connection: Connection, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            channel, message = decode_frame(frame)
            if channel != connection.channel:
                return
            match message:
                case Update(update):
                    self._update(connection, update)
                case SyncStep1(state):
                    self._send_missing(connection, state)
                case _:
                    raise AssertionError(message)
            return
        match decode_client_message(frame):
            case OpenDocument() as message:
                self._open(connection, message)
            case CloseDocument():
                connection.channel = None
            case message:
                raise AssertionError(message)

    def _open(self, connection: Connection, message: OpenDocument) -> None:
        generation = message.generation or self.present
        if generation not in self.generations:
            connection.say(
                Error(
                    error_code=ErrorCode.GENERATION_MISMATCH,
                    message="gone",
                    timestamp=NOW,
                    request_id=message.request_id,
                )
            )
            return
        connection.channels += 1
        connection.channel, connection.generation = connection.channels, generation
        connection.count = 0
        self.next_id += 1
        connection.say(
            DocumentOpened(
                session_id=SESSION,
                request_id=message.request_id,
                document_id=DOCUMENT,
                generation=generation,
                channel=connection.channel,
                client_id=self.next_id,
                clock=0,
                can_edit=generation == self.present and connection.user not in self.viewers,
            )
        )
        self._send_missing(connection, b64decode(message.state) if message.state else None)

    def _send_missing(self, connection: Connection, state: bytes | None) -> None:
        missing = self.generations[connection.generation].encode(state)
        assert connection.channel is not None
        connection.to_client.append(encode_frame(connection.channel, SyncStep2(missing)))

    def _update(self, connection: Connection, update: bytes) -> None:
        code = self.refuses_next
        if connection.user in self.viewers or connection.generation != self.present:
            code = ErrorCode.PERMISSION_DENIED
        text = self.generations[self.present]
        try:
            checked = check_update(
                update,
                text.clocks,
                may_write=lambda client: (
                    self.owners.get(client, connection.user) == connection.user
                ),
            )
        except UpdateError as error:
            if connection.user not in self.viewers:
                raise AssertionError(
                    f"a client sent an update that is not sound: {error}"
                ) from None
            code = ErrorCode.UPDATE_REFUSED
        else:
            if code is None:
                for client in checked.clocks:
                    self.owners[client] = connection.user
                text.apply(update, checked.clocks)
                self._relay(connection, update)
                return
        self.refuses_next = None
        connection.say(Error(error_code=code, message="no", timestamp=NOW, document_id=DOCUMENT))

    def _relay(self, sender: Connection, update: bytes) -> None:
        sender.count += 1
        for connection in self.connections:
            channel = connection.channel
            if channel is None or connection.generation != self.present:
                continue
            answer = Persisted(sender.count) if connection is sender else Update(update)
            connection.to_client.append(encode_frame(channel, answer))

    def renew(self) -> None:
        old, text = self.present, self.text
        self._start(text)
        for connection in self.connections:
            connection.channel = None
            connection.say(
                DocumentRenewed(
                    session_id=SESSION,
                    seq=1,
                    document_id=DOCUMENT,
                    generation=self.present,
                    old_generation=old,
                    hash=f"sha256:{sha256(text.encode()).hexdigest()}",
                    lines=1,
                    timestamp=NOW,
                )
            )

    def demote(self, user: str) -> None:
        self.viewers.add(user)
        for connection in self.connections:
            if connection.user == user and connection.channel is not None:
                connection.say(
                    DocumentClosed(
                        session_id=SESSION,
                        document_id=DOCUMENT,
                        channel=connection.channel,
                        error_code=ErrorCode.PERMISSION_DENIED,
                        message="Your role has changed.",
                    )
                )
                connection.channel = None


class Person:
    """A client with an editor, which has made all changes that it was told of."""

    def __init__(
        self, server: Sequencer, user: str, clock: Callable[[], float], kept: bytes | None = None
    ) -> None:
        self.server, self.user, self.clock = server, user, clock
        self.connection: Connection | None = None
        self.editor = ""
        self.is_open = False
        self.discarded: list[str] = []
        self.on_change: Callable[[Delta], None] = lambda _: None
        self.kept: bytes | None = kept
        self.requests = 0
        self.documents = OpenedDocuments(SESSION, clock, self._request_id, lambda: None)
        self.document: DocumentReplica = self.documents.open(
            DOCUMENT,
            DocumentCallbacks(self._changed, self._state, self._keep, self.discarded.append),
            None if kept is None else decode_kept(kept),
        )
        if kept is not None:
            self.is_open = True
            self.editor = self.document.text

    def _request_id(self) -> str:
        self.requests += 1
        return f"{self.user}-{self.requests}"

    def _changed(self, delta: Delta) -> None:
        self.editor = apply(self.editor, delta)
        self.on_change(delta)

    def _state(self) -> None:
        if not self.is_open and self.document.status is DocumentStatus.EQUAL:
            self.is_open = True
            self.editor = self.document.text

    def _keep(self) -> None:
        self.kept = self.document.kept()

    @property
    def can_edit(self) -> bool:
        return self.is_open and self.document.can_edit and self.document.reason is None

    def edit(self, delta: Delta, *, is_once: bool = False) -> None:
        self.document.edit(delta, is_once=is_once)
        self.editor = apply(self.editor, delta)

    def undo(self, *, redo: bool = False) -> None:
        delta = self.document.redo() if redo else self.document.undo()
        self.editor = apply(self.editor, delta or ())

    def connect(self) -> None:
        self.drop()
        self.connection = Connection(self.user)
        self.server.connections.append(self.connection)
        self.documents.joined(self.server.shared())

    def drop(self) -> None:
        if self.connection is not None:
            self.server.connections.remove(self.connection)
            self.connection = None
            self.documents.lost()

    def killed(self) -> "Person":
        """The same user after kill -9, with what was kept."""
        if self.connection is not None:
            self.server.connections.remove(self.connection)
        return Person(self.server, self.user, self.clock, self.kept)

    def send(self, count: int) -> None:
        """Have up to `count` frames arrive at the server."""
        connection = self.connection
        if connection is None:
            return
        connection.to_server.extend(self.documents.take_outgoing())
        for _ in range(min(count, len(connection.to_server))):
            self.server.receive(connection, connection.to_server.popleft())

    def receive(self, count: int) -> None:
        """Have up to `count` frames arrive here."""
        connection = self.connection
        if connection is None:
            return
        for _ in range(min(count, len(connection.to_client))):
            frame = connection.to_client.popleft()
            if isinstance(frame, bytes):
                self.documents.receive_frame(frame)
                continue
            message = decode_server_message(frame)
            assert message is not None
            if isinstance(message, DocumentRenewed | DocumentUnshared):
                self.documents.changed(message, self.server.shared())
            else:
                assert self.documents.receive(message)

    @property
    def is_quiet(self) -> bool:
        connection = self.connection
        return connection is not None and not connection.to_server and not connection.to_client


def settle(people: list[Person], pass_time: Callable[[float], None]) -> None:
    """Connect everybody and deliver everything until nothing moves any more."""
    for person in people:
        if person.connection is None:
            person.connect()
    quiet = 0
    for _ in range(200):
        pass_time(1.0)
        for person in people:
            person.send(1000)
        for person in people:
            person.receive(1000)
        quiet = quiet + 1 if all(person.is_quiet for person in people) else 0
        if quiet > 3:
            return
    raise AssertionError("it does not come to rest")
