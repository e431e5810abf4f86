"""Offers of folders, and the questions about them that wait for an answer. Pure.

The server keeps no file: a question is answered by the editor that offers the folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from peerline.protocol.offers import FileOffer, GetTree, OfferData, OpenFile

ANSWER_SECONDS: Final = 10.0
"""How long an editor may take to give what it offers."""
MAX_WANTED: Final = 200
"""Questions that wait for one editor at a time."""
MAX_WANTED_BY_ONE: Final = 40
"""Those of one user: who asks without end leaves room for the others."""

C = TypeVar("C")
"""A connection; two are told apart by their identity."""


@dataclass(frozen=True, slots=True)
class Wanted(Generic[C]):
    """A question that waits for the editor that offers.

    Attributes:
        id: The number under which it is answered.
        asker: The connection that asked.
        asked_by: The id of its user.
        provider: The connection that is to answer.
        request: The question.
        until: The time at which it is given up.
    """

    id: str
    asker: C
    asked_by: str
    provider: C
    request: GetTree | OpenFile
    until: float


@dataclass(frozen=True, slots=True)
class _Offer:
    user_id: str
    data: OfferData


class OfferBoard(Generic[C]):
    """The offers of one session, the oldest first, and what is asked of them."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._offers: dict[C, _Offer] = {}
        self._wanted: dict[str, Wanted[C]] = {}

    def offer(self, connection: C, user_id: str, data: OfferData) -> bool:
        """Take an offer of a connection, or its change; whether it says anything new."""
        offer = _Offer(user_id, data)
        if self._offers.get(connection) == offer:
            return False
        self._offers[connection] = offer
        return True

    def withdraw(self, connection: C) -> bool:
        """Forget the offer of a connection; whether there was one."""
        return self._offers.pop(connection, None) is not None

    def offers(self, name_of: Callable[[str], str]) -> list[FileOffer]:
        """All offers, for everybody; `name_of` gives the name of a user."""
        return [
            FileOffer(
                user_id=offer.user_id,
                username=name_of(offer.user_id),
                name=offer.data.name,
                files=offer.data.files,
                version=offer.data.version,
                is_cut=offer.data.is_cut,
            )
            for offer in self._offers.values()
        ]

    def provider(self, wanted_user: str | None, is_host: Callable[[str], bool]) -> C | None:
        """The connection to ask: of this user, or else of a host, or the oldest offer."""
        if wanted_user is not None:
            return next(
                (
                    connection
                    for connection, offer in self._offers.items()
                    if offer.user_id == wanted_user
                ),
                None,
            )
        hosts = (connection for connection, offer in self._offers.items() if is_host(offer.user_id))
        return next(hosts, None) or next(iter(self._offers), None)

    def connections_of(self, user_id: str) -> list[C]:
        """The connections by which a user offers."""
        return [
            connection for connection, offer in self._offers.items() if offer.user_id == user_id
        ]

    def ask(
        self, request: GetTree | OpenFile, asker: C, asked_by: str, provider: C, now: float
    ) -> Wanted[C] | None:
        """Note a user's question for a provider; None if too many wait for it already."""
        waiting = [wanted for wanted in self._wanted.values() if wanted.provider == provider]
        of_user = sum(wanted.asked_by == asked_by for wanted in waiting)
        if len(waiting) >= MAX_WANTED or of_user >= MAX_WANTED_BY_ONE:
            return None
        until = now + ANSWER_SECONDS
        wanted = Wanted(self._new_id(), asker, asked_by, provider, request, until)
        self._wanted[wanted.id] = wanted
        return wanted

    def waits_for(self, wanted_id: str, provider: C) -> bool:
        """Whether a provider was asked this, and has not answered."""
        wanted = self._wanted.get(wanted_id)
        return wanted is not None and wanted.provider == provider

    def answered(self, wanted_id: str, provider: C) -> Wanted[C] | None:
        """The question that a provider answers; None if it asked nothing of it, or gave it up."""
        wanted = self._wanted.get(wanted_id)
        if wanted is None or wanted.provider != provider:
            return None
        return self._wanted.pop(wanted_id)

    def take_overdue(self, now: float) -> list[Wanted[C]]:
        """The questions that are given up now."""
        return self._take(lambda wanted: wanted.until <= now)

    def gone(self, connection: C) -> list[Wanted[C]]:
        """Forget a connection; the questions that it would have answered."""
        self.withdraw(connection)
        self._take(lambda wanted: wanted.asker == connection)
        return self._take(lambda wanted: wanted.provider == connection)

    @property
    def next_due(self) -> float | None:
        """The time at which the next question is given up."""
        return min((wanted.until for wanted in self._wanted.values()), default=None)

    def _take(self, is_meant: Callable[[Wanted[C]], bool]) -> list[Wanted[C]]:
        taken = [wanted for wanted in self._wanted.values() if is_meant(wanted)]
        for wanted in taken:
            del self._wanted[wanted.id]
        return taken
