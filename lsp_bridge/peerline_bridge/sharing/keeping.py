"""Keeps on the disk what a file of a shared document needs after the bridge is killed."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline.protocol.editor.documents import QuestionKind
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import Opened
from peerline_bridge.sharing.kept_files import KeptFile, KeptState

_log = logging.getLogger("peerline.bridge")
FOLDER: Final = "documents"
LEAST_SECONDS: Final = 0.05
"""The time that edits wait to be written down together."""
QUIET_SECONDS: Final = 1.0
"""The time after which a text that both sides have is written down."""
SHARE_OF_TIME: Final = 100
"""Writing takes at most this fraction of the time, as its divisor."""


@dataclass(frozen=True, slots=True)
class KeepingParts:
    """The parts that all documents of a session are kept with.

    Attributes:
        state_dir: Finds the folder of the user's state.
        names: The server, the session and the person.
        editor: The editor that has the texts.
    """

    loop: asyncio.AbstractEventLoop
    guard: Guard
    state_dir: Callable[[], Path]
    names: tuple[str, str, str]
    editor: str


def keeping_of(  # noqa: PLR0913, PLR0917 - what is kept
    parts: KeepingParts,
    document_id: str,
    opened: Callable[[], Opened | None],
    common_text: Callable[[], str | None],
    saved_hash: Callable[[], str] = str,
    name: Callable[[], str] = str,
    question: Callable[[], QuestionKind | None] = lambda: None,
) -> "Keeping | None":
    """Keep a document; None, with a line in the log, where nothing can be kept."""
    try:
        file = KeptFile(parts.state_dir() / FOLDER, *parts.names, document_id)
    except OSError as error:
        _log.warning("edits of shared documents are not kept: %s", error.strerror or error)
        return None
    return Keeping(parts, file, opened, common_text, saved_hash, name, question)


class Keeping:
    """One document.

    Args:
        opened: The document; None before it is open.
        common_text: The text that both sides come from; None before they were joined.
        saved_hash: The hash of the text that was last saved.
        name: The path of the file in the session.
        question: The question that the user has not answered.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what is kept
        self,
        parts: KeepingParts,
        file: KeptFile,
        opened: Callable[[], Opened | None],
        common_text: Callable[[], str | None],
        saved_hash: Callable[[], str],
        name: Callable[[], str],
        question: Callable[[], QuestionKind | None],
    ) -> None:
        self.found = file.state
        """The state that a bridge left which was killed."""
        self.found_at = file.written_at
        """When it was written, in seconds since the epoch."""
        self._loop = parts.loop
        self._guard = parts.guard
        self._file = file
        self._opened = opened
        self._common_text = common_text
        self._saved_hash = saved_hash
        self._name = name
        self._question = question
        self._editor = parts.editor
        self._session = "\n".join(parts.names)
        self._written = file.state
        self._timer: asyncio.TimerHandle | None = None
        self._is_urgent = False
        self._not_before = 0.0

    def changed(self) -> None:
        """Something has changed that may have to be written down."""
        opened = self._opened()
        # Without any common text, the next bridge would have to ask about each difference.
        is_first = self._written.text is None
        # A version on the disk that the next bridge does not know may be anybody's.
        is_other = self._written.question is not self._question()
        is_other |= self._written.saved != self._saved_hash()
        is_urgent = is_first or is_other or (opened is not None and bool(opened.pending))
        if self._timer is not None:
            if self._is_urgent or not is_urgent:
                return
            self._timer.cancel()
        self._is_urgent = is_urgent
        wait = LEAST_SECONDS if is_urgent else QUIET_SECONDS
        at = max(self._loop.time() + wait, self._not_before)
        self._timer = self._loop.call_at(at, self._guard.wrap("keeping a document", self._write))

    def close(self, *, keeps: bool) -> None:
        """Write no more; what the server lacks stays only with `keeps`."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if keeps:
            self._write()
        else:
            self._save(KeptState())
        self._file.close()

    def _write(self) -> None:
        self._timer = None
        opened = self._opened()
        if opened is None or opened.state == "opening":
            return
        begun = self._loop.time()
        common = self._common_text()
        if common is None and self.found.editor == self._editor:
            common = self.found.text  # until both are joined again
        state = KeptState(
            opened.kept(),
            self._editor,
            common,
            self._saved_hash(),
            self._session,
            self._name(),
            self._question(),
        )
        if state != self._written:
            self._save(state)
        self._not_before = self._loop.time() + SHARE_OF_TIME * (self._loop.time() - begun)

    def _save(self, state: KeptState) -> None:
        try:
            self._file.write(state)
        except OSError as error:
            _log.error("a shared document could not be kept: %s", error.strerror)
        else:
            self._written = state
