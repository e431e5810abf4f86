"""Every command and notification between bridge and plugin, by name."""

from typing import Final

from pydantic import BaseModel

from peerline.protocol.editor.agents import EditorAgentWork, WatchAgentArguments
from peerline.protocol.editor.approvals import (
    AnswerApprovalArguments,
    ApprovalArguments,
    EditorApprovals,
)
from peerline.protocol.editor.chat import (
    DeleteMessageArguments,
    EditMessageArguments,
    EditorChat,
    LoadHistoryArguments,
    ReactArguments,
    SearchArguments,
    SendChatArguments,
)
from peerline.protocol.editor.comments import (
    AddCommentArguments,
    ApplySuggestionArguments,
    EditorCommentChanges,
    EditorComments,
    ListCommentsArguments,
    ReattachArguments,
    ReplyArguments,
    ResolveArguments,
)
from peerline.protocol.editor.documents import (
    APPLYING_NOTIFICATION,
    CHECK_NOTIFICATION,
    EDIT_REQUEST,
    READY_NOTIFICATION,
    TEXT_REQUEST,
    UNDO_STEP_NOTIFICATION,
    AnswerDocumentArguments,
    ApplyingEdit,
    BlameArguments,
    DocumentUri,
    EditAnswer,
    EditorBlame,
    EditorDocumentQuestion,
    EditorDocuments,
    EditorDocumentSaved,
    EditorDocumentText,
    EditorEdit,
    PullDocumentArguments,
    ReadDocumentArguments,
    ShareDocumentArguments,
    TextAnswer,
    TextCheck,
    UndoArguments,
    UnshareDocumentArguments,
)
from peerline.protocol.editor.drafts import (
    SendDraftArguments,
    SendSelectionArguments,
    WriteDraftArguments,
)
from peerline.protocol.editor.file_events import EditorFiles, FileEventArguments
from peerline.protocol.editor.moderation import (
    AnswerJoinArguments,
    CreateInviteArguments,
    EditorModeration,
    LiftBanArguments,
    RevokeInviteArguments,
)
from peerline.protocol.editor.offers import (
    EditorFolder,
    EditorOffers,
    EditorOpenedFile,
    EditorSharedFolder,
    ListFolderArguments,
    OpenSharedArguments,
)
from peerline.protocol.editor.participants import (
    ChangeNameArguments,
    ChangeRoleArguments,
    EditorFollow,
    EditorParticipants,
    EditorPresenceUpdate,
    EditorSummons,
    LocateArguments,
    ParticipantArguments,
    RemoveArguments,
    SetStatusArguments,
)
from peerline.protocol.editor.pending import PendingArguments
from peerline.protocol.editor.prompts import (
    CancelPromptArguments,
    PromptAgentArguments,
    PromptSelectionArguments,
    StopAgentArguments,
)
from peerline.protocol.editor.session import (
    EditorNotice,
    EditorRecentSession,
    EditorState,
    ForgetSessionArguments,
    JoinArguments,
    RenewTokenArguments,
    StartSessionArguments,
    UpdateSessionArguments,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.types import ClientModel, ServerModel


class CommandFailure(ClientModel):
    """The `data` of a refused command's JSON-RPC error."""

    error_code: ErrorCode | str


NOTIFICATIONS_TO_EDITOR: Final[dict[str, type[ServerModel]]] = {
    "peerline/state": EditorState,
    "peerline/participants": EditorParticipants,
    "peerline/presence": EditorPresenceUpdate,
    "peerline/chat": EditorChat,
    "peerline/comments": EditorComments,
    "peerline/files": EditorFiles,
    "peerline/commentChanges": EditorCommentChanges,
    "peerline/notice": EditorNotice,
    "peerline/follow": EditorFollow,
    "peerline/moderation": EditorModeration,
    "peerline/summons": EditorSummons,
    "peerline/documents": EditorDocuments,
    "peerline/documentQuestion": EditorDocumentQuestion,
    "peerline/documentSaved": EditorDocumentSaved,
    "peerline/offers": EditorOffers,
    "peerline/approvals": EditorApprovals,
    "peerline/agentWork": EditorAgentWork,
}


REQUESTS_TO_EDITOR: Final[dict[str, tuple[type[BaseModel], type[ClientModel]]]] = {
    EDIT_REQUEST: (EditorEdit, EditAnswer),
    TEXT_REQUEST: (DocumentUri, TextAnswer),
}
"""The requests of the bridge, and what the plugin answers."""


NOTIFICATIONS_OF_EDITOR: Final[dict[str, type[ClientModel]]] = {
    APPLYING_NOTIFICATION: ApplyingEdit,
    READY_NOTIFICATION: DocumentUri,
    CHECK_NOTIFICATION: TextCheck,
    UNDO_STEP_NOTIFICATION: DocumentUri,
}
"""About shared documents, from the plugin to the bridge."""


ANSWERS_TO_EDITOR: Final[tuple[type[ServerModel], ...]] = (
    EditorRecentSession,
    EditorDocumentText,
    EditorBlame,
    EditorSharedFolder,
    EditorFolder,
    EditorOpenedFile,
)
"""The models in answers of commands that no notification has."""


CURSOR_NOTIFICATION: Final = "peerline/cursor"


COMMANDS: Final[dict[str, type[ClientModel] | None]] = {
    "peerline.join": JoinArguments,
    "peerline.startSession": StartSessionArguments,
    "peerline.leave": None,
    "peerline.recentSessions": None,
    "peerline.forgetSession": ForgetSessionArguments,
    "peerline.sendChat": SendChatArguments,
    "peerline.addComment": AddCommentArguments,
    "peerline.reply": ReplyArguments,
    "peerline.resolve": ResolveArguments,
    "peerline.reattach": ReattachArguments,
    "peerline.applySuggestion": ApplySuggestionArguments,
    "peerline.listComments": ListCommentsArguments,
    "peerline.editMessage": EditMessageArguments,
    "peerline.deleteMessage": DeleteMessageArguments,
    "peerline.react": ReactArguments,
    "peerline.loadHistory": LoadHistoryArguments,
    "peerline.loadResolved": None,
    "peerline.measureLatency": None,
    "peerline.endSession": None,
    "peerline.summon": None,
    "peerline.typing": None,
    "peerline.setStatus": SetStatusArguments,
    "peerline.follow": ParticipantArguments,
    "peerline.unfollow": None,
    "peerline.listParticipants": None,
    "peerline.gotoParticipant": ParticipantArguments,
    "peerline.locate": LocateArguments,
    "peerline.changeName": ChangeNameArguments,
    "peerline.changeRole": ChangeRoleArguments,
    "peerline.removeParticipant": RemoveArguments,
    "peerline.createInvite": CreateInviteArguments,
    "peerline.revokeInvite": RevokeInviteArguments,
    "peerline.liftBan": LiftBanArguments,
    "peerline.answerJoin": AnswerJoinArguments,
    "peerline.listModeration": None,
    "peerline.listApprovals": None,
    "peerline.getApproval": ApprovalArguments,
    "peerline.answerApproval": AnswerApprovalArguments,
    "peerline.promptAgent": PromptAgentArguments,
    "peerline.stopAgent": StopAgentArguments,
    "peerline.cancelPrompt": CancelPromptArguments,
    "peerline.watchAgent": WatchAgentArguments,
    "peerline.unwatchAgent": WatchAgentArguments,
    "peerline.search": SearchArguments,
    "peerline.updateSession": UpdateSessionArguments,
    "peerline.fileEvent": FileEventArguments,
    "peerline.listPending": None,
    "peerline.resendPending": PendingArguments,
    "peerline.discardPending": PendingArguments,
    "peerline.renewToken": RenewTokenArguments,
    "peerline.signIn": None,
    "peerline.shareDocument": ShareDocumentArguments,
    "peerline.unshareDocument": UnshareDocumentArguments,
    "peerline.answerDocument": AnswerDocumentArguments,
    "peerline.undo": UndoArguments,
    "peerline.redo": UndoArguments,
    "peerline.readDocument": ReadDocumentArguments,
    "peerline.blame": BlameArguments,
    "peerline.shareFolder": None,
    "peerline.stopSharingFolder": None,
    "peerline.listFolder": ListFolderArguments,
    "peerline.openShared": OpenSharedArguments,
}


PLAIN_COMMANDS: Final[dict[str, type[ClientModel] | None]] = {
    "peerline.joinConfigured": None,
    "peerline.start": None,
    "peerline.invite": None,
    "peerline.reviewApproval": ApprovalArguments,
    "peerline.openChat": None,
    "peerline.writeChat": None,
    "peerline.writeDraft": WriteDraftArguments,
    "peerline.sendDraft": SendDraftArguments,
    "peerline.sendSelection": SendSelectionArguments,
    "peerline.promptSelection": PromptSelectionArguments,
    "peerline.pullDocument": PullDocumentArguments,
}
"""For clients without a plugin, beside `COMMANDS`."""
