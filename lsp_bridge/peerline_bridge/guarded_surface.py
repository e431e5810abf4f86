"""An editor's surface in which one thing that cannot be shown stops nothing else."""

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
from peerline_bridge.guard import Guard
from peerline_bridge.surface import Surface


class GuardedSurface:
    """Implements `peerline_bridge.surface.Surface` over another one."""

    def __init__(self, surface: Surface, guard: Guard) -> None:
        self._surface = surface
        self._guard = guard

    def show_state(self, state: EditorState) -> None:
        """Connection and session."""
        self._guard.run("showing the state", self._surface.show_state, state)

    def show_participants(self, participants: EditorParticipants) -> None:
        """The participants."""
        self._guard.run("showing the participants", self._surface.show_participants, participants)

    def show_presence(self, update: EditorPresenceUpdate) -> None:
        """Cursors and viewports of others."""
        self._guard.run("showing presence", self._surface.show_presence, update)

    def show_chat(self, chat: EditorChat) -> None:
        """Messages."""
        self._guard.run("showing the chat", self._surface.show_chat, chat)

    def show_comments(self, comments: EditorComments) -> None:
        """The threads of one document."""
        self._guard.run("showing comments", self._surface.show_comments, comments)

    def show_files(self, files: EditorFiles) -> None:
        """Changes of files."""
        self._guard.run("showing changes of files", self._surface.show_files, files)

    def show_comment_changes(self, changes: EditorCommentChanges) -> None:
        """Changes of comments."""
        self._guard.run("showing changes of comments", self._surface.show_comment_changes, changes)

    def show_notice(self, notice: EditorNotice) -> None:
        """One line for the user."""
        self._guard.run("showing a notice", self._surface.show_notice, notice)

    def show_follow(self, follow: EditorFollow) -> None:
        """A place to go to."""
        self._guard.run("following", self._surface.show_follow, follow)

    def show_summons(self, summons: EditorSummons) -> None:
        """A host's request to come."""
        self._guard.run("showing a summons", self._surface.show_summons, summons)

    def show_moderation(self, moderation: EditorModeration) -> None:
        """Invites, bans and requests to join."""
        self._guard.run("showing what hosts see", self._surface.show_moderation, moderation)

    def show_documents(self, documents: EditorDocuments) -> None:
        """The shared documents."""
        self._guard.run("showing shared documents", self._surface.show_documents, documents)

    def show_document_question(self, question: EditorDocumentQuestion) -> None:
        """A question about texts that differ."""
        self._guard.run(
            "asking about a shared document", self._surface.show_document_question, question
        )

    def show_document_saved(self, saved: EditorDocumentSaved) -> None:
        """Somebody saved a shared document."""
        self._guard.run("showing who saved", self._surface.show_document_saved, saved)

    def show_offers(self, offers: EditorOffers) -> None:
        """The folders that are shared."""
        self._guard.run("showing shared folders", self._surface.show_offers, offers)

    def show_approvals(self, approvals: EditorApprovals) -> None:
        """The open questions of AI agents."""
        self._guard.run("showing questions of agents", self._surface.show_approvals, approvals)

    def show_agent_work(self, work: EditorAgentWork) -> None:
        """The work of an AI agent."""
        self._guard.run("showing the work of an agent", self._surface.show_agent_work, work)
