"""Carries questions about offered folders to the editors that offer them, and answers back."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import OfferRequest, ServerMessage
from peerline.protocol.offers import (
    FileOffer,
    FileOpened,
    FilesOffered,
    FileWanted,
    GetTree,
    GiveFile,
    GiveTree,
    OfferFiles,
    OpenFile,
    RefusalReason,
    RefuseFile,
    Tree,
    TreeWanted,
    WithdrawFiles,
)
from peerline.protocol.roles import Role
from peerline_server.core.documents import canonical_file
from peerline_server.core.offers import OfferBoard, Wanted
from peerline_server.core.session import Session
from peerline_server.runtime.context import Context

_NOT_THERE = "nobody here offers a file or folder of this path"
_UNAVAILABLE = "the editor that offers it cannot share it at the moment: try again"
_NO_ANSWER = "the editor that offers it did not answer: try again"


class OfferConnection(Protocol):
    """One connection of a participant. It is told apart by its identity."""

    user_id: str

    def send(self, message: ServerMessage) -> None:
        """Send a message to this connection alone."""
        ...

    def acknowledge(self, request_id: str, seq: int) -> None:
        """Say that a request had its effect."""
        ...

    def refuse(self, code: ErrorCode, text: str, request_id: str | None) -> None:
        """Say that a request is not carried out, and why."""
        ...


class LiveOffers:
    """The offers of one session that is loaded."""

    def __init__(
        self, session: Session, context: Context, tell_all: Callable[[FilesOffered], None]
    ) -> None:
        self._session = session
        self._context = context
        self._tell_all = tell_all
        self._board: OfferBoard[OfferConnection] = OfferBoard(session.new_id)
        self._timer: asyncio.TimerHandle | None = None

    def shown(self) -> list[FileOffer]:
        """All offers, for somebody who joins."""
        return self._board.offers(self._name_of)

    def stop(self) -> None:
        """Wait for no answer any longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def rights_changed(self, user_id: str) -> None:
        """The user's role has changed: what may not be offered any longer is withdrawn."""
        if self._session.may_edit_documents(user_id):
            return
        for connection in self._board.connections_of(user_id):
            self.gone(connection)

    def gone(self, connection: OfferConnection) -> None:
        """The connection is in the session no longer."""
        had_offer = self._board.withdraw(connection)
        for wanted in self._board.gone(connection):
            _fail(wanted, ErrorCode.DOCUMENT_NOT_FOUND, _NOT_THERE)
        if had_offer:
            self._tell()

    def is_awaited(self, request: OfferRequest, connection: OfferConnection) -> bool:
        """Whether a message is the answer to a question that this connection was asked."""
        is_answer = isinstance(request, GiveTree | GiveFile | RefuseFile)
        return is_answer and self._board.waits_for(request.id, connection)

    def take(self, request: OfferRequest, connection: OfferConnection) -> None:
        """Carry out what a participant may ask."""
        match request:
            case OfferFiles():
                if self._board.offer(connection, connection.user_id, request.data):
                    self._tell()
                self._acknowledge(request, connection)
            case WithdrawFiles():
                if self._board.withdraw(connection):
                    self._tell()
                self._acknowledge(request, connection)
            case GetTree():
                self._ask(request, connection, request.user_id)
            case OpenFile():
                self._open(request, connection)
            case GiveTree():
                self._give_tree(request, connection)
                self._acknowledge(request, connection)
            case GiveFile():
                self._give_file(request, connection)
                self._acknowledge(request, connection)
            case RefuseFile():
                self._refuse(request, connection)
                self._acknowledge(request, connection)

    def _open(self, request: OpenFile, connection: OfferConnection) -> None:
        shared = self._session.documents.of_file(canonical_file(request.file))
        if shared is None:
            self._ask(request, connection, request.user_id)
            return
        connection.send(
            FileOpened(
                session_id=self._session.id,
                request_id=request.request_id,
                file=shared.file,
                document_id=shared.id,
            )
        )

    def _ask(
        self, request: GetTree | OpenFile, asker: OfferConnection, user_id: str | None
    ) -> None:
        provider = self._board.provider(user_id, self._is_host)
        if provider is None:
            if isinstance(request, GetTree) and not request.path and user_id is None:
                asker.send(
                    Tree(
                        session_id=self._session.id,
                        request_id=request.request_id,
                        path="",
                        entries=[],
                    )
                )
                return
            asker.refuse(ErrorCode.DOCUMENT_NOT_FOUND, _NOT_THERE, request.request_id)
            return
        now = self._context.loop.time()
        wanted = self._board.ask(request, asker, asker.user_id, provider, now)
        if wanted is None:
            text = "the editor that offers it is asked too much at the moment: try again"
            asker.refuse(ErrorCode.SERVER_BUSY, text, request.request_id)
            return
        session_id = self._session.id
        match request:
            case GetTree(path=path, after=after):
                provider.send(
                    TreeWanted(session_id=session_id, id=wanted.id, path=path, after=after)
                )
            case OpenFile(file=file):
                provider.send(FileWanted(session_id=session_id, id=wanted.id, file=file))
        self._watch()

    def _give_tree(self, given: GiveTree, provider: OfferConnection) -> None:
        wanted = self._board.answered(given.id, provider)
        if wanted is None or not isinstance(wanted.request, GetTree):
            return
        wanted.asker.send(
            Tree(
                session_id=self._session.id,
                request_id=wanted.request.request_id,
                path=wanted.request.path,
                user_id=provider.user_id,
                entries=given.entries,
                next=given.next,
            )
        )

    def _give_file(self, given: GiveFile, provider: OfferConnection) -> None:
        wanted = self._board.answered(given.id, provider)
        if wanted is None or not isinstance(wanted.request, OpenFile):
            return
        shared = self._session.documents.get(given.document_id)
        if shared is None:
            _fail(wanted, ErrorCode.DOCUMENT_NOT_FOUND, _NOT_THERE)
            return
        wanted.asker.send(
            FileOpened(
                session_id=self._session.id,
                request_id=wanted.request.request_id,
                file=shared.file,
                document_id=shared.id,
            )
        )

    def _refuse(self, refusal: RefuseFile, provider: OfferConnection) -> None:
        wanted = self._board.answered(refusal.id, provider)
        if wanted is None:
            return
        if refusal.reason is RefusalReason.UNAVAILABLE:
            _fail(wanted, ErrorCode.SERVER_BUSY, _UNAVAILABLE)
        else:
            _fail(wanted, ErrorCode.DOCUMENT_NOT_FOUND, _NOT_THERE)

    def _acknowledge(self, request: OfferRequest, connection: OfferConnection) -> None:
        if request.request_id is not None:
            connection.acknowledge(request.request_id, self._session.seq)

    def _tell(self) -> None:
        self._tell_all(FilesOffered(session_id=self._session.id, offers=self.shown()))

    def _watch(self) -> None:
        """Give up questions that are not answered in time."""
        due = self._board.next_due
        if self._timer is None and due is not None:
            self._timer = self._context.loop.call_at(due, self._give_up)

    def _give_up(self) -> None:
        self._timer = None
        for wanted in self._board.take_overdue(self._context.loop.time()):
            _fail(wanted, ErrorCode.SERVER_BUSY, _NO_ANSWER)
        self._watch()

    def _name_of(self, user_id: str) -> str:
        member = self._session.member(user_id)
        return user_id if member is None else member.user.username

    def _is_host(self, user_id: str) -> bool:
        member = self._session.member(user_id)
        return member is not None and member.user.role is Role.HOST


def _fail(wanted: Wanted[OfferConnection], code: ErrorCode, text: str) -> None:
    wanted.asker.refuse(code, text, wanted.request.request_id)
