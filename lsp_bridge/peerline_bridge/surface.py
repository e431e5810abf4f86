"""The surface of an editor, whatever it can show."""

from typing import Protocol

from peerline.protocol.editor.agents import EditorAgentWork
from peerline.protocol.editor.approvals import EditorApprovals
from peerline.protocol.editor.chat import EditorChat
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
from peerline.protocol.editor.session import EditorNotice, EditorState


class Surface(Protocol):
    """One editor. Each call replaces or adds to what it shows, as its payload says."""

    def show_state(self, state: EditorState) -> None:
        """Connection and session."""
        ...

    def show_participants(self, participants: EditorParticipants) -> None:
        """Everybody who is here."""
        ...

    def show_presence(self, update: EditorPresenceUpdate) -> None:
        """Show the others' cursors."""
        ...

    def show_chat(self, chat: EditorChat) -> None:
        """Messages."""
        ...

    def show_comments(self, comments: EditorComments) -> None:
        """The threads of one document."""
        ...

    def show_files(self, files: EditorFiles) -> None:
        """Changes of files."""
        ...

    def show_comment_changes(self, changes: EditorCommentChanges) -> None:
        """Show what has changed since; only called where the editor asked for it."""
        ...

    def show_notice(self, notice: EditorNotice) -> None:
        """One line for the user."""
        ...

    def show_follow(self, follow: EditorFollow) -> None:
        """Go there."""
        ...

    def show_summons(self, summons: EditorSummons) -> None:
        """A host asks everybody to come."""
        ...

    def show_moderation(self, moderation: EditorModeration) -> None:
        """Show the hosts' view."""
        ...

    def show_documents(self, documents: EditorDocuments) -> None:
        """The shared documents."""
        ...

    def show_document_question(self, question: EditorDocumentQuestion) -> None:
        """Ask what is to be done about texts that differ."""
        ...

    def show_document_saved(self, saved: EditorDocumentSaved) -> None:
        """Somebody saved a shared document."""
        ...

    def show_offers(self, offers: EditorOffers) -> None:
        """The folders that are shared."""
        ...

    def show_approvals(self, approvals: EditorApprovals) -> None:
        """The open questions of AI agents."""
        ...

    def show_agent_work(self, work: EditorAgentWork) -> None:
        """Show what an AI agent does; only called where the editor asked for it."""
        ...
