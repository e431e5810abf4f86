"""An editor with a Peerline plugin: everything goes to it as `peerline/…` notifications."""

from collections.abc import Callable

from peerline.protocol.editor.agents import EditorAgentWork
from peerline.protocol.editor.approvals import EditorApprovals
from peerline.protocol.editor.chat import EditorChat
from peerline.protocol.editor.commands import NOTIFICATIONS_TO_EDITOR
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
from peerline.protocol.messages import encode_message
from peerline.protocol.types import ServerModel

_METHODS = {model: method for method, model in NOTIFICATIONS_TO_EDITOR.items()}


class RichSurface:
    """Implements `peerline_bridge.surface.Surface`."""

    def __init__(self, notify: Callable[[str, bytes], None]) -> None:
        """`notify` sends a method with its parameters as JSON."""
        self._notify = notify

    def show_state(self, state: EditorState) -> None:
        """peerline/state."""
        self._send(state)

    def show_participants(self, participants: EditorParticipants) -> None:
        """peerline/participants."""
        self._send(participants)

    def show_presence(self, update: EditorPresenceUpdate) -> None:
        """peerline/presence."""
        self._send(update)

    def show_chat(self, chat: EditorChat) -> None:
        """peerline/chat."""
        self._send(chat)

    def show_comments(self, comments: EditorComments) -> None:
        """peerline/comments."""
        self._send(comments)

    def show_files(self, files: EditorFiles) -> None:
        """peerline/files."""
        self._send(files)

    def show_comment_changes(self, changes: EditorCommentChanges) -> None:
        """peerline/commentChanges."""
        self._send(changes)

    def show_notice(self, notice: EditorNotice) -> None:
        """peerline/notice."""
        self._send(notice)

    def show_follow(self, follow: EditorFollow) -> None:
        """peerline/follow."""
        self._send(follow)

    def show_summons(self, summons: EditorSummons) -> None:
        """peerline/summons."""
        self._send(summons)

    def show_moderation(self, moderation: EditorModeration) -> None:
        """peerline/moderation."""
        self._send(moderation)

    def show_documents(self, documents: EditorDocuments) -> None:
        """peerline/documents."""
        self._send(documents)

    def show_document_question(self, question: EditorDocumentQuestion) -> None:
        """peerline/documentQuestion."""
        self._send(question)

    def show_document_saved(self, saved: EditorDocumentSaved) -> None:
        """peerline/documentSaved."""
        self._send(saved)

    def show_offers(self, offers: EditorOffers) -> None:
        """peerline/offers."""
        self._send(offers)

    def show_approvals(self, approvals: EditorApprovals) -> None:
        """peerline/approvals."""
        self._send(approvals)

    def show_agent_work(self, work: EditorAgentWork) -> None:
        """peerline/agentWork."""
        self._send(work)

    def _send(self, payload: ServerModel) -> None:
        self._notify(_METHODS[type(payload)], encode_message(payload))
