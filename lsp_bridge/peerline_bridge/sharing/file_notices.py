"""The notices about files that are shared: each a sentence on what happened and what is left."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from peerline.protocol.documents import DocumentUnshared
from peerline.protocol.editor.session import NoticeLevel
from peerline_bridge import sanitize
from peerline_bridge.errors import CommandRefused
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.shared_paths import SharedPaths

Notify: TypeAlias = Callable[[NoticeLevel, str, str], None]
"""Shows a notice, given its level, code and text."""
PULL_TITLE: Final = "Peerline: pull remote edits"
"""The code action that asks the editor to make the edits of others."""


class FileNotices:
    """The notices of one editor."""

    def __init__(self, paths: SharedPaths, notify: Notify) -> None:
        self._paths = paths
        self._notify = notify

    def name_of(self, file: OpenFile) -> str:
        """The name that the user knows a file by."""
        return sanitize.line(self._paths.file_of(file.uri) or file.uri)

    def ended(self, file: OpenFile, reason: str) -> None:
        """Sharing has stopped here."""
        why = reason.removesuffix(".")
        text = f"{self.name_of(file)} is no longer shared in this editor: {why}."
        self._notify(NoticeLevel.WARNING, "DOCUMENT_DETACHED", text)

    def unshared(self, file: OpenFile, event: DocumentUnshared | None) -> None:
        """Sharing has ended for everybody."""
        name = self.name_of(file)
        if event is None or event.document_id != file.document_id:
            text = f"{name} is no longer shared."
        else:
            text = f"{sanitize.line(event.username)} stopped sharing {name}."
        self._notify(NoticeLevel.INFO, "UNSHARED", f"{text} Your text stays as it is.")

    def mended(self, file: OpenFile) -> None:
        """The editor's text was another than it had told."""
        text = (
            f"The text of {self.name_of(file)} here differed from the shared one, and was mended."
        )
        self._notify(NoticeLevel.INFO, "DOCUMENT_MENDED", text)

    def not_taken(self, file: OpenFile) -> None:
        """The editor does not take the edits of others."""
        text = (
            f"Your editor does not take what others write in {self.name_of(file)}. "
            f"Choose “{PULL_TITLE}” among its code actions."
        )
        self._notify(NoticeLevel.WARNING, "EDITS_NOT_TAKEN", text)

    def kept(self, file: OpenFile, path: Path) -> None:
        """An own version is kept in a file."""
        text = f"Your version of {self.name_of(file)} is kept in {path}"
        self._notify(NoticeLevel.INFO, "VERSION_KEPT", text)

    def refused(self, refused: CommandRefused) -> None:
        """An own version could not be kept."""
        self._notify(NoticeLevel.ERROR, refused.code, refused.text)
