"""An LSP client without a plugin: what happens becomes hints, diagnostics, lenses and texts."""

from typing import Protocol

from peerline.protocol.editor.agents import EditorAgentWork
from peerline.protocol.editor.approvals import EditorApproval, EditorApprovals
from peerline.protocol.editor.chat import EditorChat, EditorChatMessage
from peerline.protocol.editor.comments import EditorCommentChanges, EditorComments
from peerline.protocol.editor.documents import (
    EditorDocumentQuestion,
    EditorDocuments,
    EditorDocumentSaved,
)
from peerline.protocol.editor.file_events import EditorFiles
from peerline.protocol.editor.moderation import EditorModeration
from peerline.protocol.editor.offers import EditorOffers
from peerline.protocol.editor.participants import (
    EditorFollow,
    EditorParticipants,
    EditorPresenceUpdate,
    EditorSummons,
)
from peerline.protocol.editor.session import EditorNotice, EditorState, NoticeLevel
from peerline.protocol.moderation import PendingJoin
from peerline_bridge.plain.model import PlainModel


class Listener(Protocol):
    """Brings what changed in the model to the client."""

    def state_changed(self, before: EditorState) -> None:
        """The connection, the session or the user's role."""
        ...

    def people_changed(self) -> None:
        """Show the participants and their status."""
        ...

    def marks_changed(self, uris: set[str]) -> None:
        """Show the others' cursors in these documents."""
        ...

    def threads_changed(self, uri: str) -> None:
        """The comments of a document."""
        ...

    def chat_changed(self, news: list[EditorChatMessage]) -> None:
        """The chat; the news are messages that were not there before."""
        ...

    def moderation_changed(self, news: list[PendingJoin]) -> None:
        """Show the users who wait for a host; `news` are those who did not before."""
        ...

    def approvals_changed(self, news: list[EditorApproval]) -> None:
        """Show the questions that the user may answer; `news` are those that are new."""
        ...

    def notice(self, notice: EditorNotice) -> None:
        """One line for the user."""
        ...

    def follow(self, follow: EditorFollow) -> None:
        """Go there, or follow nobody any more."""
        ...


class PlainSurface:
    """Implements `peerline_bridge.surface.Surface`: keeps the model and says what changed."""

    def __init__(self, model: PlainModel, listener: Listener) -> None:
        self._model = model
        self._listener = listener

    def show_state(self, state: EditorState) -> None:
        """Connection and session."""
        before, self._model.state = self._model.state, state
        self._listener.state_changed(before)

    def show_participants(self, participants: EditorParticipants) -> None:
        """Everybody who is here."""
        self._model.people = participants.participants
        self._listener.people_changed()

    def show_presence(self, update: EditorPresenceUpdate) -> None:
        """Show the others' cursors."""
        marks = self._model.marks
        uris: set[str | None] = set()
        for user_id in update.removed:
            if user_id in marks:
                uris.add(marks.pop(user_id).uri)
        for mark in update.updates:
            before = marks.get(mark.user_id)
            if before is not None:
                uris.add(before.uri)
            marks[mark.user_id] = mark
            uris.add(mark.uri)
        self._listener.marks_changed({uri for uri in uris if uri is not None})

    def show_chat(self, chat: EditorChat) -> None:
        """Messages."""
        model = self._model
        known = set(model.chat)
        if chat.reset:
            model.chat = {}
        for identifier in chat.removed:
            model.chat.pop(identifier, None)
        model.add_chat(chat.messages, first=chat.prepend)
        is_old = chat.reset or chat.prepend
        news = [] if is_old else [item for item in chat.messages if item.id not in known]
        model.unread += sum(item.kind == "chat" and not item.is_me for item in news)
        self._listener.chat_changed(news)

    def show_comments(self, comments: EditorComments) -> None:
        """The threads of one document."""
        if comments.threads or self._model.threads.get(comments.uri):
            self._model.set_threads(comments.uri, comments.threads)
            self._listener.threads_changed(comments.uri)

    def show_comment_changes(self, changes: EditorCommentChanges) -> None:
        """Show the changed threads of one document."""
        self._model.change_threads(changes)
        self._listener.threads_changed(changes.uri)

    def show_files(self, files: EditorFiles) -> None:
        """Nothing: each change is a line of the chat."""

    def show_summons(self, summons: EditorSummons) -> None:
        """Offer a code action to follow a host who asks everybody to come."""
        text = f"{summons.username} asks everybody to come"
        self.show_notice(EditorNotice(level=NoticeLevel.INFO, code="SUMMONS", message=text))

    def show_moderation(self, moderation: EditorModeration) -> None:
        """The users who wait for a host, and the links that others came by."""
        invites = {invite.id: invite for invite in moderation.invites}
        links = {one.user_id: invites.get(one.invite_id) for one in moderation.arrivals}
        if links != self._model.links:
            self._model.links = links
            self._listener.chat_changed([])
        before = {person.user_id for person in self._model.pending}
        if moderation.pending or before:
            self._model.pending = moderation.pending
            news = [person for person in moderation.pending if person.user_id not in before]
            self._listener.moderation_changed(news)

    def show_notice(self, notice: EditorNotice) -> None:
        """One line for the user."""
        self._listener.notice(notice)

    def show_follow(self, follow: EditorFollow) -> None:
        """Go there."""
        self._model.followed = follow if follow.user_id is not None else None
        self._listener.follow(follow)

    def show_documents(self, documents: EditorDocuments) -> None:
        """The shared documents, for the code actions."""
        self._model.documents = {each.uri: each for each in documents.documents}

    def show_document_question(self, question: EditorDocumentQuestion) -> None:
        """A question, which is answered by a code action."""
        if question.is_settled:
            self._model.questions.pop(question.uri, None)
            return
        self._model.questions[question.uri] = question
        text = (
            f"{question.file} is shared, and your text differs "
            f"(+{question.lines_added} -{question.lines_removed} lines): choose a code action."
        )
        self.show_notice(EditorNotice(level=NoticeLevel.INFO, code="DIFFERENT", message=text))

    def show_document_saved(self, saved: EditorDocumentSaved) -> None:
        """A line about who saved."""
        text = f"{saved.username} saved {saved.file}"
        self.show_notice(EditorNotice(level=NoticeLevel.INFO, code="SAVED", message=text))

    def show_offers(self, offers: EditorOffers) -> None:
        """The folders that are shared; a line about each of others that is new."""
        before = {each.user_id for each in self._model.offers.offers}
        self._model.offers = offers
        for offer in offers.offers:
            if not offer.is_me and offer.user_id not in before:
                files = "1 file" if offer.files == 1 else f"{offer.files} files"
                files = f"the first {files}" if offer.is_cut else files
                text = (
                    f"{offer.username} shares the folder {offer.name} ({files}). This editor opens "
                    "them from your own copy only; without one, join in VS Code, Neovim or a "
                    "browser."
                )
                self.show_notice(EditorNotice(level=NoticeLevel.INFO, code="OFFER", message=text))

    def show_approvals(self, approvals: EditorApprovals) -> None:
        """The questions of AI agents that this user may answer; each is a line of the chat too."""
        before = {approval.id for approval in self._model.approvals}
        self._model.approvals = [each for each in approvals.approvals if each.may_answer]
        if self._model.approvals or before:
            news = [each for each in self._model.approvals if each.id not in before]
            self._listener.approvals_changed(news)

    def show_agent_work(self, work: EditorAgentWork) -> None:
        """Standard LSP has no place for it."""
