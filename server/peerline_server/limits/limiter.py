"""Limits of users and addresses: connections, joins, messages, bytes, sessions.

The numbers are in `settings`. Pure state of one server; the caller brings the monotonic time
(seconds). An address is None where limits per address do not apply: a trusted proxy that does not
name the client it connects for.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from peerline_server.limits.token_bucket import BucketTable
from peerline_server.settings import Settings

_MINUTE: Final = 60.0
_SHARE_OF_ACCOUNTS: Final = 10
"""One in this number of connections is kept free of guests: anybody with a link can add some."""
FULL_RETRY_SECONDS: Final = 10.0
"""When somebody's other connections will have ended, nobody knows; that is when to ask again."""


@dataclass(slots=True, unsafe_hash=True)
class LimitHit(Exception):  # noqa: N818 - it is an answer, not a fault
    """A limit is reached: `text` says which, `retry_after` when to try again, in seconds."""

    text: str
    retry_after: float


class Limiter:
    """Counts what users and addresses do on this server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        entries = settings.max_limiter_entries

        def per_minute(amount: int) -> BucketTable:
            return BucketTable(amount, _MINUTE, entries)

        self._handshakes = per_minute(settings.handshakes_per_minute_per_address)
        self._pages = per_minute(settings.pages_per_minute_per_address)
        self._failed_joins = per_minute(settings.failed_joins_per_minute_per_address)
        self._messages = per_minute(settings.messages_per_minute)
        self._address_messages = per_minute(settings.messages_per_minute_per_address)
        self._agent_chat = per_minute(settings.agent_chat_per_minute)
        self._agent_updates = per_minute(settings.agent_updates_per_minute)
        self._agent_events = per_minute(settings.agent_events_per_minute)
        self._address_agent_events = per_minute(settings.agent_events_per_minute_per_address)
        self._queries = per_minute(settings.queries_per_minute)
        self._bytes = per_minute(settings.bytes_per_minute_per_user)
        self._address_bytes = per_minute(settings.bytes_per_minute_per_address)
        self._connections: Counter[str] = Counter()
        self._slots = Slots()

    # --- addresses -------------------------------------------------------------------------

    def connect(self, address: str | None, now: float) -> LimitHit | None:
        """Count a handshake and, if there is no hit, an open connection of the address."""
        if address is None:
            return None
        most = self._settings.max_connections_per_address
        if self._connections[address] >= most:
            text = f"at most {most} connections of one address"
            return LimitHit(text, FULL_RETRY_SECONDS)
        wait = self._handshakes.bucket(address).take(now)
        if wait > 0:
            limit = self._settings.handshakes_per_minute_per_address
            return _hit(f"at most {limit} handshakes of one address a minute", wait)
        wait = self.too_many_failed(address, now)
        if wait is None:
            self._connections[address] += 1
        return wait

    def page(self, address: str | None, now: float) -> LimitHit | None:
        """Count a request for the browser page or one of its files, if there is no hit."""
        wait = 0.0 if address is None else self._pages.bucket(address).take(now)
        limit = self._settings.pages_per_minute_per_address
        return _hit(f"at most {limit} pages of one address a minute", wait) if wait > 0 else None

    def disconnect(self, address: str | None) -> None:
        """A connection that `connect` counted is gone."""
        if address is None:
            return
        self._connections[address] -= 1
        if self._connections[address] <= 0:
            del self._connections[address]

    def too_many_failed(self, address: str | None, now: float) -> LimitHit | None:
        """Whether too many joins of the address have failed."""
        wait = 0.0 if address is None else self._failed_joins.wait(address, now)
        if wait == 0:
            return None
        limit = self._settings.failed_joins_per_minute_per_address
        return _hit(f"at most {limit} failed joins of one address a minute", wait)

    def join_failed(self, address: str | None, now: float) -> None:
        """Count a join with a bad token or invite."""
        if address is not None:
            self._failed_joins.bucket(address).take(now)

    # --- users -----------------------------------------------------------------------------

    def message(self, user_id: str, address: str | None, now: float) -> LimitHit | None:
        """Count a durable message, if there is no hit."""
        return _both(
            (self._messages, user_id, self._settings.messages_per_minute),
            (self._address_messages, address, self._settings.messages_per_minute_per_address),
            "messages",
            now,
        )

    def agent_event(self, user_id: str, address: str | None, now: float) -> LimitHit | None:
        """Count an event of an agent, if there is no hit."""
        of_address = self._settings.agent_events_per_minute_per_address
        return _both(
            (self._agent_events, user_id, self._settings.agent_events_per_minute),
            (self._address_agent_events, address, of_address),
            "events of agents",
            now,
        )

    def agent_chat(self, user_id: str, now: float) -> LimitHit | None:
        """Count a chat message of an agent beside `message`, if there is no hit."""
        wait = self._agent_chat.bucket(user_id).take(now)
        limit = self._settings.agent_chat_per_minute
        return _hit(f"at most {limit} chat messages of an agent a minute", wait) if wait else None

    def agent_update(self, user_id: str, now: float) -> LimitHit | None:
        """Count a state of an agent, if there is no hit."""
        wait = self._agent_updates.bucket(user_id).take(now)
        limit = self._settings.agent_updates_per_minute
        return _hit(f"at most {limit} states of an agent a minute", wait) if wait else None

    def query(self, user_id: str, now: float) -> LimitHit | None:
        """Count a query, if there is no hit."""
        wait = self._queries.bucket(user_id).take(now)
        limit = self._settings.queries_per_minute
        return _hit(f"at most {limit} queries a minute", wait) if wait > 0 else None

    def received(
        self, amount: int, user_id: str | None, address: str | None, now: float
    ) -> LimitHit | None:
        """Count received bytes; with a hit, read on after its `retry_after` and not before."""
        hits: list[LimitHit] = []
        for table, key, limit, whose in (
            (self._bytes, user_id, self._settings.bytes_per_minute_per_user, "user"),
            (self._address_bytes, address, self._settings.bytes_per_minute_per_address, "address"),
        ):
            wait = 0.0 if key is None else table.bucket(key).charge(amount, now)
            if wait > 0:
                hits.append(_hit(f"at most {limit} bytes of one {whose} a minute", wait))
        return max(hits, key=lambda hit: hit.retry_after, default=None)

    def joining(self, user_id: str, session_id: str, *, guest: bool = False) -> "Slot":
        """A slot in the session during a join.

        Raises:
            LimitHit: if the user, or all guests, have as many connections or sessions as may be.
        """
        most = self._settings.max_connections
        most -= most // _SHARE_OF_ACCOUNTS
        if guest and self._slots.total >= most:
            text = f"guests may have {most} connections to this server"
            raise LimitHit(text, FULL_RETRY_SECONDS)
        slots = self._slots.of_user.get(user_id, Counter())
        most = self._settings.max_connections_per_user
        if slots[session_id] >= most:
            text = f"a user may have {most} connections to a session"
            raise LimitHit(text, FULL_RETRY_SECONDS)
        most = self._settings.max_sessions_per_user
        if session_id not in slots and len(slots) >= most:
            raise LimitHit(f"a user may be in {most} sessions at once", FULL_RETRY_SECONDS)
        return self.slot(user_id, session_id)

    def slot(self, user_id: str, session_id: str) -> "Slot":
        """A slot for one connection of the user to the session, whatever the limits are."""
        return Slot(self._slots, user_id, session_id)


@dataclass(slots=True)
class Slots:
    """The connections that are in sessions."""

    of_user: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict[str, Counter[str]](Counter)
    )
    """For each user the connections to each session."""
    total: int = 0


class Slot:
    """A place for one connection of a user to a session; a context manager holds it within."""

    __slots__ = ("_session_id", "_slots", "_user_id")

    def __init__(self, slots: Slots, user_id: str, session_id: str) -> None:
        self._slots = slots
        self._user_id = user_id
        self._session_id = session_id

    def acquire(self) -> None:
        """Count the connection, until `release`."""
        self._slots.of_user[self._user_id][self._session_id] += 1
        self._slots.total += 1

    def release(self) -> None:
        """The connection is not, or no longer, in the session."""
        self._slots.total -= 1
        of_user = self._slots.of_user[self._user_id]
        of_user[self._session_id] -= 1
        if of_user[self._session_id] <= 0:
            del of_user[self._session_id]
        if not of_user:
            del self._slots.of_user[self._user_id]

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()


def _both(
    user: tuple[BucketTable, str, int],
    address: tuple[BucketTable, str | None, int],
    what: str,
    now: float,
) -> LimitHit | None:
    """Count it for a user and an address, if neither is at its limit."""
    of_user = user[0].bucket(user[1])
    if (wait := of_user.wait(now)) > 0:
        return _hit(f"at most {user[2]} {what} a minute", wait)
    wait = 0.0 if address[1] is None else address[0].bucket(address[1]).take(now)
    if wait > 0:
        return _hit(f"at most {address[2]} {what} of one address a minute", wait)
    of_user.take(now)
    return None


def _hit(text: str, wait: float) -> LimitHit:
    # Rounded up, so that a client that comes back then is not too early.
    seconds = -(-wait * 1000 // 1) / 1000
    return LimitHit(f"{text}; try again in {seconds:.1f} s", seconds)
