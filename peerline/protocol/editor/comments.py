"""Comment threads between bridge and plugin."""

from peerline.protocol.editor.base import LineIndex
from peerline.protocol.editor.chat import EditorReaction
from peerline.protocol.editor.participants import ColorIndex
from peerline.protocol.types import ClientModel, Content, ItemId, ServerModel


class EditorSuggestion(ServerModel):
    """A fenced block of the language `suggestion` in a comment's text.

    `lines` are to replace the commented ones; without any, those are to be deleted. `first` and
    `last` are the lines of `content` with the fences, from 0. `peerline.applySuggestion` takes its
    index in the list.
    """

    lines: list[str]
    first: LineIndex
    last: LineIndex


class EditorReply(ServerModel):
    """One reply in a thread."""

    id: str
    user_id: str
    username: str
    color: ColorIndex
    content: str
    suggestions: list[EditorSuggestion] = []
    mentions_me: bool = False
    is_me: bool = False
    is_edited: bool = False
    reactions: list[EditorReaction] = []
    is_pending: bool = False
    refusal: str | None = None
    timestamp: str


class EditorThread(ServerModel):
    """A comment thread with its place in this editor's text of the file.

    An outdated one has no place here: `line` is its author's, and `code_snippet` shows what it was
    about. With a `confidence` below 1 the lines were changed, and are taken for the same ones.
    `resolved_by` is a name. `is_pending` and `refusal` are as those of a chat message. A comment
    that was deleted while it has replies has no content.
    """

    id: str
    line: LineIndex
    end_line: LineIndex
    user_id: str
    username: str
    color: ColorIndex
    content: str
    suggestions: list[EditorSuggestion] = []
    mentions_me: bool = False
    is_me: bool = False
    is_edited: bool = False
    is_deleted: bool = False
    reactions: list[EditorReaction] = []
    code_snippet: str
    resolved: bool
    resolved_by: str | None = None
    outdated: bool
    confidence: float = 1.0
    is_pending: bool = False
    refusal: str | None = None
    timestamp: str
    replies: list[EditorReply]


class EditorComments(ServerModel):
    """`peerline/comments`: all threads of one document, instead of those that were shown."""

    uri: str
    threads: list[EditorThread]


class EditorThreadPlace(ServerModel):
    """A thread's new lines; nothing else about it has changed."""

    id: str
    line: LineIndex
    end_line: LineIndex
    outdated: bool
    confidence: float = 1.0


class EditorCommentChanges(ServerModel):
    """`peerline/commentChanges`: what has changed in a document since `peerline/comments`.

    For editors that ask for it (`comment_changes` in the initializationOptions); to others all
    threads are sent again. `threads` are new or changed, `removed` the ids of those that have gone.
    """

    uri: str
    threads: list[EditorThread] = []
    moved: list[EditorThreadPlace] = []
    removed: list[str] = []


class EditorListedThread(EditorThread):
    """A thread of any file; without `uri` the file is not in this workspace."""

    file: str
    uri: str | None = None


class EditorThreadList(ServerModel):
    """The answer to `peerline.listComments`."""

    threads: list[EditorListedThread]
    has_more: bool = False


class AddCommentArguments(ClientModel):
    """`peerline.addComment`: on lines `line` to `end_line`, 0-based."""

    uri: str
    line: LineIndex
    end_line: LineIndex | None = None
    content: Content


class ReplyArguments(ClientModel):
    """`peerline.reply`."""

    comment_id: ItemId
    content: Content


class ResolveArguments(ClientModel):
    """`peerline.resolve`."""

    comment_id: ItemId
    resolved: bool = True


class ReattachArguments(ClientModel):
    """`peerline.reattach`: to lines `line` to `end_line` of a document, 0-based."""

    comment_id: ItemId
    uri: str
    line: LineIndex
    end_line: LineIndex | None = None


class ApplySuggestionArguments(ClientModel):
    """`peerline.applySuggestion`: one of the suggestions of a comment or a reply, from 0."""

    comment_id: ItemId
    index: LineIndex = 0


class ListCommentsArguments(ClientModel):
    """`peerline.listComments`: the open threads of all files, or the resolved ones.

    With `outdated_only` those of them whose lines are not in this editor's text.
    """

    outdated_only: bool = False
    resolved: bool = False
