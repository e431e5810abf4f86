"""Nodes that share a Postgres database: each has a lease there, and the sessions it claimed."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from secrets import token_hex
from typing import Any, Final

from peerline.logs import describe
from peerline.tasks import Tasks
from peerline_server.cluster import placing
from peerline_server.cluster import statements as sql
from peerline_server.cluster.lease import Lease
from peerline_server.cluster.line import ANSWER_SECONDS, Line
from peerline_server.cluster.places import Elsewhere, Found, Mine, Place, Unreachable
from peerline_server.node_metrics import NodeMetrics
from peerline_server.store.base import StoreBusyError, StoreError
from peerline_server.store.postgres_connection import PostgresUrl
from peerline_server.store.postgres_lock import COMMAND_LOCK
from peerline_server.store.postgres_schema import TIMELINE

_log = logging.getLogger("peerline.server.cluster")
_LETTERS_SECONDS: Final = 1.0
"""Between two looks into the mailbox when no bell rings."""
_SWEEP_SECONDS: Final = 60.0
_SWEPT_LENGTHS: Final = 10
"""Of a lease, after which a node is forgotten."""
_TRIES_IN_A_LEASE: Final = 4
"""For an answer about the lease, each at least as long as a busy machine needs."""
_LEAST_ANSWER_SECONDS: Final = 1.0
_PLACES_LOCK_TIMEOUT: Final = "1s"
"""A session whose row somebody has locked is asked for again: the others are not to wait for it."""
_SWEEP_LOCK: Final = 0x7065_6572_0003
_VERSION: Final = version("peerline")
_PURPOSE: Final = b"peerline: one secret for all nodes"


class PostgresCluster:
    """Implements `peerline_server.cluster.base.Cluster`."""

    def __init__(
        self,
        where: PostgresUrl,
        *,
        lease_seconds: float,
        ring: Callable[[str], None] | None = None,
        metrics: NodeMetrics | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`ring` tells another node to look into its mailbox at once, where that is possible."""
        self.node_id = token_hex(8)
        self.is_draining = False
        self._address = ""
        self._ring = ring
        self._metrics = metrics or NodeMetrics()
        self._clock = clock or asyncio.get_running_loop().time
        self._lease = Lease(lease_seconds, self._clock())
        # So that a renewal never waits for those who ask for sessions, and one connection that
        # dies silently leaves time for another try before the lease ends.
        self._leases = Line(
            where.connect(f"peerline lease {self.node_id}"),
            answer_seconds=_answer_seconds(lease_seconds),
        )
        name = f"peerline places {self.node_id}"
        self._places = Line(where.connect(name, lock_timeout=_PLACES_LOCK_TIMEOUT))
        self._claim = sql.CLAIM
        self._wake = asyncio.Event()
        self._is_started = asyncio.Event()
        self._is_rung = False
        self._swept_at = self._clock()
        self._tasks = Tasks()
        self._is_in_doubt = False
        """Whether sessions may have been taken over without a letter."""
        self._on_lost: Callable[[str], None] = _nothing
        self._loaded: Callable[[], Sequence[str]] = tuple[str]
        self._on_letters: Callable[[], None] | None = None

    @property
    def is_cut_off(self) -> bool:
        """Whether this node could not renew its lease for the length of it."""
        return self._is_started.is_set() and self._lease.has_ended(self._clock())

    @property
    def lease_seconds_left(self) -> float:
        """The seconds until the lease ends."""
        return self._lease.left(self._clock())

    async def open(self, secret: bytes, server_id: str) -> str:
        """Check that all nodes have the same secret; the id that all of them tell clients.

        Raises:
            StoreError: if the other nodes have another secret.
        """
        fingerprint = hmac.new(secret, _PURPOSE, hashlib.sha256).hexdigest()
        if await self._common("secret", fingerprint) != fingerprint:
            raise StoreError(
                "the other servers on this database have another secret; name the file of the one "
                "that they have by PEERLINE_SECRET_FILE"
            )
        return await self._common("server_id", server_id)

    async def start(
        self,
        address: str,
        on_lost: Callable[[str], None],
        on_letters: Callable[[], None],
        loaded: Callable[[], Sequence[str]],
    ) -> None:
        """Be a node that the others reach at `address`."""
        self._address, self._on_lost, self._on_letters = address, on_lost, on_letters
        self._loaded = loaded
        self._claim = await self._find_claim()
        sent_at = self._clock()
        await self._leases.within(self._start)
        self._lease.renewed(sent_at, was_unbroken=False)
        self._is_started.set()
        self._tasks.keep(self._live, "keep the lease")
        _log.info("node %s at %s", self.node_id, address or "no address")

    def rung(self) -> None:
        """Somebody says that there are letters."""
        self._is_rung = True
        self._wake.set()

    async def place(self, session_id: str) -> Place | None:
        """The place of a session, claimed if it is free."""
        await self._is_started.wait()
        for _ in range(placing.MOST_TRIES):
            found = await self._read(session_id)
            if found is None:
                return None
            placed = await self._claimed(session_id, found, placing.place(found, self._me))
            if placed is not None:
                return placed
        return Unreachable(placing.UNREACHABLE_SECONDS)

    async def take_over(self, session_id: str, seen: Elsewhere, found: Found) -> Place | None:
        """The place of a session after its owner was called."""
        ownership = await self._read(session_id)
        if ownership is None:
            return None
        if ownership.owner != seen.node_id:
            return await self.place(session_id)
        step = placing.place_after_call(ownership, self._me, found)
        if isinstance(step, placing.Again):
            if step.after:
                await asyncio.sleep(step.after)
            return await self.place(session_id)
        placed = await self._claimed(session_id, ownership, step)
        return placed if placed is not None else await self.place(session_id)

    async def release(self, session_id: str, fence: int) -> None:
        """Let go of a session."""
        await self._places.value(sql.RELEASE, session_id, self.node_id, fence)

    async def begin_drain(self, loaded: Sequence[str]) -> None:
        """Claim nothing more, and say that the sessions here are about to be free.

        Those that are not loaded are free at once.
        """
        self.is_draining = True
        await self._leases.value(sql.DRAIN, self.node_id, list(loaded))

    async def stop(self) -> None:
        """End this node: what it owned is free."""
        await self._tasks.close()
        if self._is_started.is_set():
            with suppress(StoreError):  # then its lease ends
                await self._leases.value(sql.STOP, self.node_id)
        await self._leases.close()
        await self._places.close()

    # --- inside ----------------------------------------------------------------------------

    @property
    def _me(self) -> placing.Claimer:
        is_steady = self._lease.is_steady(self._clock())
        return placing.Claimer(self.node_id, self._address, self._lease.seconds, is_steady)

    async def _common(self, name: str, value: str) -> str:
        """The value of this name that the first node has left."""
        await self._places.value(sql.NOTE, name, value)
        return str(await self._places.value(sql.NOTED, name))

    async def _start(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg gives no types
        if not await connection.fetchval(sql.SHARE_LOCK, COMMAND_LOCK):
            raise StoreError("a command changes this database; start again when it has ended")
        await connection.execute(sql.FORGET_EARLIER_STARTS, self._address)
        await connection.execute(
            sql.START, self.node_id, self._address, _VERSION, self._lease.seconds
        )

    async def _read(self, session_id: str) -> placing.Ownership | None:
        row = await self._places.row(sql.READ, session_id)
        return None if row is None else placing.Ownership(*row)

    async def _claimed(
        self,
        session_id: str,
        seen: placing.Ownership,
        step: Mine | Elsewhere | Unreachable | placing.Claim,
    ) -> Place | None:
        """The place, claimed if that is the step; None if somebody else was quicker."""
        if not isinstance(step, placing.Claim):
            self._metrics.placements[type(step).__name__.lower()] += 1
            return step
        if self.is_draining or self.is_cut_off:
            self._metrics.placements["unreachable"] += 1
            return Unreachable(placing.DRAINING_SECONDS)
        try:
            fence = await self._places.value(self._claim, session_id, self.node_id, seen.owner)
        except StoreBusyError:
            # Somebody writes to it, as its owner of before while a standby does not confirm.
            self._metrics.placements["unreachable"] += 1
            return Unreachable(placing.UNREACHABLE_SECONDS)
        if fence is None:
            return None
        self._metrics.placements["claimed" if seen.owner is None else "taken_over"] += 1
        if seen.owner is not None:
            _log.info("taken over from node %s", seen.owner, extra={"session": session_id})
            if self._ring is not None:
                self._ring(seen.owner)
        return Mine(fence)

    async def _find_claim(self) -> str:
        """The statement that claims; the server's timeline can be asked for almost everywhere."""
        try:
            await self._places.value(TIMELINE)
        except StoreError as error:
            if "(42" not in str(error):  # of class 42: it is not there, or not for this user
                raise
            return sql.CLAIM_WITHOUT_TIMELINE
        return sql.CLAIM

    async def _live(self) -> None:
        """Renew the lease, and empty the mailbox."""
        is_failing = False
        while True:
            pause = self._lease.retry_seconds
            try:
                await self._turn()
                pause = min(_LETTERS_SECONDS, self._lease.renewal_seconds)
                if is_failing:
                    _log.info("the lease of this node is renewed again")
                is_failing = False
            except StoreError as error:
                if not is_failing:
                    _log.warning("the lease of this node cannot be renewed now: %s", error)
                is_failing = True
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()

    async def _turn(self) -> None:
        now = self._clock()
        if self._lease.is_due(now):
            values = (self.node_id, self._address, _VERSION, self._lease.seconds, self.is_draining)
            was_unbroken = await self._leases.value(sql.RENEW, *values)
            # A node whose row was swept meanwhile has had no letters.
            self._is_in_doubt |= not was_unbroken
            self._lease.renewed(now, was_unbroken=was_unbroken)
        if self._is_in_doubt:
            await self._lose_unless_mine(set(self._loaded()))
            self._is_in_doubt = False
        if self._is_rung and self._on_letters is not None:
            self._is_rung = False
            self._on_letters()
        await self._take_letters()
        if now - self._swept_at >= _SWEEP_SECONDS:
            self._swept_at = now
            await self._sweep()

    async def _take_letters(self) -> None:
        """Read the letters, then take them out: one whose answer is lost is read again."""
        letters = await self._leases.rows(sql.READ_LETTERS, self.node_id)
        await self._lose_unless_mine(
            {row["session_id"] for row in letters if row["kind"] == "lost"}
        )
        if letters:
            self._metrics.letters.update(row["kind"] for row in letters)
            for row in letters:
                if row["seconds"] is not None:
                    self._metrics.doorbell.observe(row["seconds"])
            await self._leases.value(sql.FORGET_LETTERS, [row["id"] for row in letters])

    async def _lose_unless_mine(self, session_ids: set[str]) -> None:
        if not session_ids:
            return
        rows = await self._leases.rows(sql.STILL_MINE, sorted(session_ids), self.node_id)
        for session_id in session_ids - {row["id"] for row in rows}:
            try:
                self._on_lost(session_id)
            except Exception as error:  # noqa: BLE001 - the others are told all the same
                _log.error("a session could not be given up: %s", describe(error))

    async def _sweep(self) -> None:
        """Forget nodes that ended long ago, unless all leases have ended in an outage."""
        twins = await self._leases.value(sql.TWINS, self._address, self.node_id)
        if twins and self._address:
            _log.error("another node says that it is at %s; %s", self._address, _TWINS_ADVICE)
        if not self._lease.is_steady(self._clock()):
            return

        async def sweep(connection: Any) -> None:  # noqa: ANN401 - asyncpg gives no types
            if await connection.fetchval(sql.SWEEP_LOCK, _SWEEP_LOCK):
                await connection.execute(sql.SWEEP, float(_SWEPT_LENGTHS * self._lease.seconds))

        await self._leases.within(sweep)


_TWINS_ADVICE: Final = "give each PEERLINE_NODE_ADDRESS, at which the others reach it"


def _answer_seconds(lease_seconds: float) -> float:
    return min(ANSWER_SECONDS, max(_LEAST_ANSWER_SECONDS, lease_seconds / _TRIES_IN_A_LEASE))


def _nothing(session_id: str) -> None:
    """Nobody wants to know."""
