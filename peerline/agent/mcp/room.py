"""A session for the tools: each method is one, and says in a sentence what does not work."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from peerline.agent.asking.replies import MAX_OPTIONS, question_text
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.fence import new_fence_id
from peerline.agent.hook_program import find_socket
from peerline.agent.mcp.attached import Attached, RoomError
from peerline.agent.mcp.documents import SharedFiles
from peerline.agent.mcp.inbox import Inbox, Letter
from peerline.agent.mcp.limits import (
    MAX_MESSAGES,
    MAX_PEOPLE,
    MAX_REMEMBERED,
    MAX_THREADS,
    MAX_WAIT_SECONDS,
)
from peerline.agent.mcp.permissions import Permissions
from peerline.agent.mcp.results import (
    Answered,
    Chat,
    Done,
    FileActivity,
    FileLines,
    Messages,
    Person,
    Sent,
    SessionStatus,
    Threads,
)
from peerline.agent.mcp.shown import Shown, name, role_name
from peerline.client import (
    Change,
    ChatAdded,
    Client,
    ThreadChanged,
)
from peerline.protocol.base import Ack
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import (
    AddComment,
    CodeComment,
    CommentReplied,
    Comments,
    GetComments,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.limits import MAX_MENTIONS
from peerline.protocol.mentions import Names, find_mentions
from peerline.protocol.messages import ClientMessage
from peerline.protocol.presence import CursorData
from peerline.protocol.roles import Role
from peerline.protocol.types import Status

_SHOWN_CHANGES: Final = 5


class Room(Attached):
    """A session as an agent takes part in it, by one method for each tool."""

    def __init__(
        self,
        session_id: str,
        folder: Path,
        speakers: frozenset[Role],
        cleaner: AgentCleaner,
    ) -> None:
        """Make a room.

        Args:
            session_id: The session.
            folder: The folder that the agent works in.
            speakers: The roles of those who may ask the agent for work, beside its owner.
            cleaner: Takes secrets out of what the agent writes, and knows private files.
        """
        super().__init__()
        self._session_id = session_id
        self._speakers = speakers
        self._clean, self._cleaner = cleaner.text, cleaner
        self._files: SharedFiles | None = None
        self._folder = folder
        self.permissions = Permissions(self._joined, cleaner, lambda: find_socket(str(folder)))
        self._made: dict[int, str] = {}
        """The ids of new messages, by the number of their event."""

    def attach(self, client: Client) -> None:
        """Work with a client whose callbacks are `on_changes` and `on_state`."""
        self._client = client
        self._files = SharedFiles(client, self._folder, self._cleaner)
        self._inbox = Inbox(client.replica, self._files.has_changed)
        self._shown = Shown(client.replica, self._may_ask, new_fence_id)

    def on_changes(self, changes: Sequence[Change]) -> None:
        """For the client."""
        self._inbox.apply(changes)
        for change in changes:
            match change:
                case ChatAdded(message) if message.seq is not None:
                    self._made[message.seq] = message.id
                case ThreadChanged(_, CodeComment(seq=seq, comment=comment)):
                    self._made[seq] = comment.id
                case ThreadChanged(_, CommentReplied(seq=seq, reply=reply)):
                    self._made[seq] = reply.id
                case _:
                    pass
        while len(self._made) > MAX_REMEMBERED:
            del self._made[next(iter(self._made))]
        self._wake()

    # Reading

    async def status(self) -> SessionStatus:
        """The session and the agent's part in it."""
        client = await self._joined(may_be_away=True)
        replica = client.replica
        me, session = replica.connected, replica.session
        assert me is not None
        assert session is not None
        return SessionStatus(
            title=name(session.title),
            you=name(me.user.username),
            role=role_name(me.role),
            connection=client.state.value,
            people=len(replica.participants),
            open_comments=len(replica.threads),
            shared_documents=[name(document.file) for document in replica.documents.values()],
            unread=self._inbox.unread,
        )

    async def people(self) -> list[Person]:
        """The participants who are here."""
        client = await self._joined(may_be_away=True)
        people = list(client.replica.participants.values())[:MAX_PEOPLE]
        return [self._shown.person(person) for person in people]

    async def chat(self, since: int | None, limit: int) -> Chat:
        """The last messages, or those after an event."""
        client = await self._joined(may_be_away=True)
        found = [m for m in client.replica.messages if (m.seq or 0) > (since or 0)]
        kept = found[-min(limit, MAX_MESSAGES) :]
        return Chat(
            messages=[self._shown.chat_line(message) for message in kept],
            last_seq=client.replica.seq,
            has_more=len(kept) < len(found),
        )

    async def comments(self, file: str | None, *, resolved: bool) -> Threads:
        """Comment threads, open or resolved, of one file or of all."""
        client = await self._joined()
        question = self._message(
            lambda: GetComments(
                session_id=self._session_id, file=file, resolved=resolved, limit=MAX_THREADS
            )
        )
        answer = await self._done(client.ask(question))
        assert isinstance(answer, Comments), "as the protocol has it"
        return Threads(
            threads=[self._shown.thread(thread) for thread in answer.comments],
            has_more=answer.has_more,
        )

    async def file_activity(self, file: str) -> FileActivity:
        """The people, changes and comments of a file."""
        client = await self._joined(may_be_away=True)
        replica = client.replica
        here = [
            person
            for person in replica.participants.values()
            if person.presence.cursor is not None and person.presence.cursor.file == file
        ]
        changes = [event for event in replica.file_events if event.data.file == file]
        return FileActivity(
            file=name(file),
            is_shared=any(document.file == file for document in replica.documents.values()),
            here_now=[self._shown.person(person) for person in here],
            open_comments=sum(thread.file == file for thread in replica.threads.values()),
            last_changes=[
                f"{event.data.change} by {name(event.username)} at "
                f"{event.timestamp.isoformat(timespec='seconds')}"
                for event in changes[-_SHOWN_CHANGES:]
            ],
        )

    async def wait_for_messages(self, seconds: float) -> Messages:
        """The unread messages for the agent; waits for one if there is none."""
        await self._joined(may_be_away=True)
        await self._until(lambda: self._inbox.unread, seconds)
        letters = self._inbox.take()
        return Messages(
            messages=[self._shown.incoming(letter) for letter in letters],
            still_unread=self._inbox.unread,
        )

    # Writing

    async def send_chat(self, text: str, reply_to: str | None) -> Sent:
        """Write a chat message."""
        return Sent(id=await self._say(text, reply_to))

    async def add_comment(self, file: str, line: int, end_line: int | None, text: str) -> Sent:
        """Comment lines of a file."""
        await self._joined()
        assert self._files is not None
        text = self._clean(text)
        data = await self._done(
            self._files.comment(file, line, end_line, text, self._mentions(text))
        )
        message = self._message(lambda: AddComment(session_id=self._session_id, data=data))
        return Sent(id=await self._make(message))

    async def reply_comment(self, comment_id: str, text: str) -> Sent:
        """Answer in a thread."""
        await self._joined()
        text = self._clean(text)
        message = self._message(
            lambda: ReplyComment(
                session_id=self._session_id,
                comment_id=comment_id,
                content=text,
                mentions=self._mentions(text),
            )
        )
        return Sent(id=await self._make(message))

    async def resolve_comment(self, comment_id: str) -> Done:
        """Resolve a thread that the agent wrote, or in which it was mentioned."""
        client = await self._joined()
        thread = client.replica.threads.get(comment_id)
        if thread is None:
            raise RoomError("there is no open thread with this id")
        me = self._shown.me
        items = (thread, *thread.replies)
        if thread.user_id != me and not any(me in item.mentions for item in items):
            raise RoomError(
                "you may resolve only threads that you wrote or were mentioned in: leave it to "
                "the people"
            )
        await self._done(
            client.request(ResolveComment(session_id=self._session_id, comment_id=comment_id))
        )
        return Done()

    async def ask_people(self, question: str, options: list[str], seconds: float) -> Answered:
        """Ask in the chat and wait for the first answer of one who may ask the agent for work."""
        if len(options) > MAX_OPTIONS:
            raise RoomError(f"give at most {MAX_OPTIONS} options")
        asked = await self._say(question_text(question, options), None)
        letter: Letter | None = None

        def answered() -> bool:
            nonlocal letter
            letter = self._inbox.take_answer(asked or "", self._may_ask)
            return letter is not None

        await self._until(answered, seconds)
        if letter is None:
            return Answered(
                question_id=asked,
                answered=False,
                what_next="Nobody has answered yet. An answer comes by wait_for_messages, as a "
                "reply to this question.",
            )
        item = letter.item
        return Answered(
            question_id=asked,
            answered=True,
            sender=name(item.username),
            text=self._shown.text(item, "answer"),
            what_next="It answers your question and gives no permission.",
        )

    async def move_cursor(self, file: str, line: int) -> Done:
        """Show where the agent works."""
        client = await self._joined()
        cursor = self._message(lambda: CursorData(file=file, line=line, column=1))
        client.send_cursor(cursor)
        client.send_presence(status=Status.ACTIVE)
        return Done()

    async def read_document(self, file: str, start: int, end: int | None) -> FileLines:
        """Lines of a shared document."""
        await self._joined(may_be_away=True)
        assert self._files is not None
        lines = await self._done(self._files.read(file, start, end))
        return FileLines(
            file=name(file),
            start_line=start,
            end_line=lines.end,
            total_lines=lines.total,
            next_line=lines.end + 1 if lines.is_cut else None,
            can_edit=lines.can_edit,
            text=self._shown.document(lines.text, file),
        )

    async def edit_document(self, file: str, old: str, new: str) -> Done:
        """Replace a piece of a shared document, and show the cursor there."""
        client = await self._joined()
        assert self._files is not None
        line = await self._done(self._files.edit(file, old, new))
        client.send_cursor(CursorData(file=file, line=line, column=1))
        return Done()

    # Inside

    async def _say(self, text: str, reply_to: str | None) -> str | None:
        await self._joined()
        text = self._clean(text)
        message = self._message(
            lambda: SendChatMessage(
                session_id=self._session_id,
                content=text,
                mentions=self._mentions(text),
                parent_id=reply_to,
            )
        )
        return await self._make(message)

    async def _make(self, message: ClientMessage) -> str | None:
        """Send what makes a message; its id, as soon as it is here."""
        client = await self._joined()
        ack = await self._done(client.request(message))
        assert isinstance(ack, Ack)
        await self._until(lambda: client.replica.seq >= ack.seq, MAX_WAIT_SECONDS)
        return self._made.get(ack.seq)

    def _mentions(self, text: str) -> list[str]:
        assert self._client is not None
        people = self._client.replica.participants.values()
        names = Names((person.username, person.id) for person in people)
        found = find_mentions(text, names, most=MAX_MENTIONS)
        return list(dict.fromkeys(mention.user_id for mention in found))

    def _may_ask(self, user_id: str) -> bool:
        assert self._client is not None
        replica = self._client.replica
        person = replica.participants.get(user_id)
        if person is None or person.is_agent:
            return False
        me = None if replica.connected is None else replica.connected.user.agent
        is_owner = me is not None and me.owner_id == user_id
        return is_owner or person.role in self._speakers
