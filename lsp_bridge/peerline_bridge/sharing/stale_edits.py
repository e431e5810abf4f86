"""The last edit that an editor was asked for: without an answer it may be made in a later text."""

from collections.abc import Sequence

from peerline.protocol.editor.documents import EditorEdit, TextEdit
from peerline_bridge.coediting.joined_text import JoinedText
from peerline_bridge.sharing.editor_link import EditorLink


class StaleEdits:
    """The edits of one document of the editor, which is closed and opened again.

    An editor may give the text that it opens the version that the one before had, and make the
    edit in it.
    """

    def __init__(self, link: EditorLink) -> None:
        self._link = link
        self._asked: EditorEdit | None = None
        self._stale: EditorEdit | None = None

    def requested(self, edit: EditorEdit) -> None:
        """The editor is asked for this edit."""
        self._asked = edit

    def is_last(self, number: int) -> bool:
        """Whether the last edit that was asked for has this number."""
        return self._asked is not None and self._asked.id == number

    def is_stale(self, number: int) -> bool:
        """Whether this is an edit of a text that was let go of."""
        return self._stale is not None and self._stale.id == number

    def let_go(self, joined: JoinedText | None) -> None:
        """This text is let go of: what is not answered, and not made in it, is stale."""
        if joined is not None and joined.is_waiting:
            # An editor with marks says which text the edit is made in.
            is_made = joined.made_at is not None and not self._link.marks_edits
            self._stale = None if is_made else self._asked

    def in_text(self, version: int) -> Sequence[TextEdit] | None:
        """The stale edits that may be made in a text that begins at this version."""
        stale = self._stale
        if stale is None:
            return None
        may_be_made = (
            self._link.marks_edits or not self._link.checks_versions or stale.version == version
        )
        return stale.edits if may_be_made else None

    def answered(self, number: int) -> bool:
        """Whether this is the answer to a stale edit, which is none then any more."""
        if not self.is_stale(number):
            return False
        self._stale = None
        return True
