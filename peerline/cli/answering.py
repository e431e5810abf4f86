"""Answers the questions of AI agents from the command line: shown whole first, then allowed."""

import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from peerline.cli.errors import REFUSED, CommandError
from peerline.cli.typed_lines import TypedLines
from peerline.client import ApprovalClosed, Change, Client, ClientError, RequestRefused
from peerline.protocol.activity import Activity, GetActivity
from peerline.protocol.approvals import (
    Approval,
    ApprovalAnswered,
    ApprovalAsked,
    Choice,
    GetApproval,
    WholeApproval,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_PAGE
from peerline.watch import questions
from peerline.watch.connecting import MakeClient
from peerline.watch.spans import Line, plain, safe
from peerline.watch.visit import VisitError, visit

_PROMPT: Final = ("Allow this once? ", "[y/n, Enter: later] ")
_ONLY_DENY: Final = ("It can only be denied. ", "[n, Enter: later] ")
_PROMPT_CHARS: Final = 48
"""Of the longest one, which takes several lines in a narrow terminal."""
_LATER: Final = "Not answered: it is still open."
T = TypeVar("T")


@dataclass(slots=True)
class _Closed:
    """The questions that were closed since the session was joined."""

    events: dict[str, ApprovalClosed] = field(default_factory=dict[str, ApprovalClosed])
    asked: tuple[str, TypedLines] | None = None
    """The question that the user looks at, and where the answer is typed."""

    def take(self, changes: Sequence[Change]) -> None:
        """Note what is new; who would answer it need not any more."""
        for change in changes:
            if isinstance(change, ApprovalClosed):
                approval_id = change.event.approval_id
                self.events[approval_id] = change
                if self.asked is not None and self.asked[0] == approval_id:
                    self.asked[1].wake()


async def with_desk(make_client: MakeClient, act: "Callable[[Desk], Awaitable[T]]") -> T:
    """Join, answer, and leave.

    Raises:
        CommandError: if the session cannot be joined, or does not answer.
    """
    closed = _Closed()
    try:
        async with visit(make_client, on_changes=closed.take) as client:
            return await act(Desk(client, closed))
    except (VisitError, ClientError) as error:
        raise CommandError(str(error), code=REFUSED) from error


class Desk:
    """The open questions of a session, for one user who has joined."""

    def __init__(self, client: Client, closed: _Closed) -> None:
        session = client.replica.session
        assert session is not None, "the session was joined"
        self._client = client
        self._closed = closed
        self._session = session

    @property
    def session_id(self) -> str:
        """The id of the session."""
        return self._session.id

    def open(self) -> list[Approval]:
        """All, the oldest first; a long one is cut.

        Raises:
            CommandError: if there is none.
        """
        found = list(self._client.replica.agents.approvals.values())
        if not found:
            text = f"no agent asks anything in {safe(self._session.title)}"
            raise CommandError(text, code=REFUSED)
        return found

    def may_answer(self, approval: Approval) -> bool:
        """Whether the user may answer."""
        return questions.may_answer(self._client.replica, approval)

    async def whole(self, approval_id: str) -> Approval:
        """An open question with all of it.

        Raises:
            CommandError: if it is not open.
        """
        request = GetApproval(
            session_id=self._session.id,
            request_id=self._client.new_request_id(),
            approval_id=approval_id,
        )
        try:
            answer = await self._client.ask(request)
        except RequestRefused as refused:
            raise await self._refusal(refused, approval_id) from refused
        assert isinstance(answer, WholeApproval), "it was asked for"
        return answer.approval

    def show(self, approval: Approval) -> None:
        """Print it whole, and the commands that answer it."""
        for line in self._lines(approval):
            print(plain(line))
        if not self.may_answer(approval):
            print(f"{_sentence(self._who(approval))}\n")
            return
        session_id = self._session.id
        if questions.can_be_allowed(approval):
            command = questions.answer_command("approve", session_id, approval, approval.digest)
            print(f"Allow it once: {command}")
        print(f"Deny it: {questions.answer_command('deny', session_id, approval)}\n")

    async def ask(self, approval: Approval, typed: TypedLines) -> bool:
        """Show a question page by page, and carry out what the user says; whether it is answered.

        Raises:
            CommandError: if it was closed meanwhile.
        """
        if not await self._was_read(approval, typed):
            print(_LATER)
            return False
        if not self.may_answer(approval):
            print(f"{_sentence(self._who(approval))}")
            return False
        can_allow = questions.can_be_allowed(approval)
        said = await self._typed(approval, typed, _PROMPT if can_allow else _ONLY_DENY)
        match (said or "").casefold():
            case "y" | "yes" if can_allow:
                await self.answer(approval, Choice.ALLOW_ONCE)
            case "n" | "no":
                await self.answer(approval, Choice.DENY)
            case _:
                print(_LATER)
                return False
        return True

    async def answer(self, approval: Approval, choice: Choice, comment: str | None = None) -> None:
        """Send an answer.

        Raises:
            CommandError: if it is refused.
        """
        message = questions.answer_to(approval, self._session.id, choice, comment)
        try:
            await self._client.request(message)
        except RequestRefused as refused:
            raise await self._refusal(refused, approval.id) from refused
        did = "Allowed once" if choice is Choice.ALLOW_ONCE else "Denied"
        print(f"{did}: {safe(approval.username)}: {questions.title(approval)}")

    def refuse_unless_permitted(self, approval: Approval) -> None:
        """Raise a CommandError unless the user may answer."""
        if not self.may_answer(approval):
            raise CommandError(self._who(approval), code=REFUSED)

    async def _was_read(self, approval: Approval, typed: TypedLines) -> bool:
        """Show a question, no more than fits the screen at a time; whether its end was shown."""
        columns, rows = shutil.get_terminal_size()
        lines = questions.fitted(self._lines(approval), columns)
        prompt_rows = -(-_PROMPT_CHARS // max(columns, 1))
        size = max(rows - prompt_rows - 1, 1)  # the line of the command, too
        for start in range(0, len(lines), size):
            page = lines[start : start + size]
            print("\n".join(plain(line) for line in page))
            shown = start + len(page)
            if shown < len(lines):
                more = f"-- {shown} of {len(lines)} lines "
                said = await self._typed(approval, typed, (more, "[Enter: more, q: later] "))
                if said is None or said:
                    return False
        return True

    async def _typed(
        self, approval: Approval, typed: TypedLines, prompt: tuple[str, str]
    ) -> str | None:
        """A line that the user types.

        Raises:
            CommandError: if the question is closed before.
        """
        self._refuse_if_closed(approval)
        self._closed.asked = (approval.id, typed)
        try:
            line = await typed.ask(*prompt)
        finally:
            self._closed.asked = None
        self._refuse_if_closed(approval)
        return line

    def _refuse_if_closed(self, approval: Approval) -> None:
        if approval.id in self._closed.events:
            print()
            raise CommandError(self._ended(approval.id), code=REFUSED)

    def _lines(self, approval: Approval) -> list[Line]:
        lines = questions.whole(approval, self._client.replica.names)
        return questions.encodable(lines, sys.stdout.encoding or "ascii")

    def _who(self, approval: Approval) -> str:
        return questions.answerers(self._client.replica, approval)

    def _ended(self, approval_id: str) -> str:
        closed = self._closed.events[approval_id]
        title = None if closed.approval is None else closed.approval.title
        return _too_late(closed.event, title, self._client.replica.names)

    async def _refusal(self, refused: RequestRefused, approval_id: str) -> CommandError:
        """Why a request about a question was refused, as precisely as can be found out."""
        match refused.code:
            case ErrorCode.APPROVAL_NOT_FOUND:
                text = (
                    f"there is no question {approval_id} in {safe(self._session.title)}; peerline "
                    "approve without an id shows the open ones"
                )
            case ErrorCode.APPROVAL_CLOSED:
                text = await self._how_it_ended(approval_id) or refused.message
            case _:
                text = refused.message
        return CommandError(text, code=REFUSED)

    async def _how_it_ended(self, approval_id: str) -> str | None:
        if approval_id in self._closed.events:
            return self._ended(approval_id)
        request = GetActivity(
            session_id=self._session.id,
            request_id=self._client.new_request_id(),
            types=["approval_asked", "approval_answered"],
            limit=MAX_PAGE,
        )
        with suppress(ClientError):
            answer = await self._client.ask(request)
            assert isinstance(answer, Activity), "it was asked for"
            names = {entry.user_id: entry.username for entry in answer.entries}
            events = [entry.event for entry in answer.entries]
            asked = [one.approval for one in events if isinstance(one, ApprovalAsked)]
            titles = {approval.id: approval.title for approval in asked}
            for event in events:
                if isinstance(event, ApprovalAnswered) and event.approval_id == approval_id:
                    known = {**names, **self._client.replica.names}
                    return _too_late(event, titles.get(approval_id), known)
        return None


def _too_late(event: ApprovalAnswered, title: str | None, names: Mapping[str, str]) -> str:
    return f"too late: {questions.ending(event, title, names)}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
