"""Edits of shared documents in a client without a plugin, by `workspace/applyEdit`.

Such a client says that it made an edit when it did not, or tells it long after its answer. So the
text decides: an edit is made when the text has become what the edit makes of it. An edit that is
not told yet is requested again after a while, for the same version: it is made once at most. A
client that takes no versions makes every edit that it says it made, so that is waited for.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline.protocol.editor.documents import EditAnswer, EditorEdit, TextAnswer
from peerline.tasks import Tasks
from peerline_bridge.plain.requests import EDIT_SECONDS, ClientRequests
from peerline_bridge.texts.line_edit import LineEdit
from peerline_bridge.texts.locations import Locations

ECHO_SECONDS: Final = 1.0
"""The time after which an edit is requested again that the client says it made, but never told.

Emacs tells changes half a second after the last key.
"""
SPLIT_SECONDS: Final = 0.05
"""The time in which a client tells an edit in several notifications."""
LOOK_SECONDS: Final = 0.02
"""Between two looks at the text."""


class PlainLink:
    """Implements `peerline_bridge.sharing.editor_link.EditorLink`."""

    marks_edits = False
    by_hunks = True

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        requests: ClientRequests,
        locations: Locations,
        name: str,
    ) -> None:
        self.name = name
        self.checks_versions = requests.features.document_changes
        self._loop = loop
        self._requests = requests
        self._locations = locations
        self._tasks = Tasks()

    def edit(
        self,
        edit: EditorEdit,
        on_answer: Callable[[EditAnswer | None], None],
        made_at: Callable[[], int | None],
    ) -> None:
        """workspace/applyEdit, with one edit."""
        self._tasks.spawn(self._edit(edit, on_answer, made_at), "an edit of a shared document")

    def text(self, uri: str, on_answer: Callable[[TextAnswer | None], None]) -> None:
        """Answer with nothing: such a client cannot be asked."""
        del uri
        on_answer(None)

    async def _edit(
        self,
        edit: EditorEdit,
        on_answer: Callable[[EditAnswer | None], None],
        made_at: Callable[[], int | None],
    ) -> None:
        (wanted,) = edit.edits
        line_edit = LineEdit(edit.uri, edit.version, wanted.range, wanted.newText)
        is_taken = await self._requests.apply_quietly(line_edit)
        # Where an edit is made at any version, it is not asked for twice.
        is_certain = not self.checks_versions or edit.version <= 0
        longest = EDIT_SECONDS if is_certain else ECHO_SECONDS
        until = self._loop.time() + (longest if is_taken else 0)
        has_told = is_certain
        while (version := made_at()) is None and self._loop.time() < until:
            if not has_told and self._version_of(edit.uri) != edit.version:
                # What is told first is the edit, or it was not made.
                has_told = True
                until = min(until, self._loop.time() + SPLIT_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)
        applied = version is not None
        now = self._version_of(edit.uri)
        on_answer(EditAnswer(applied=applied, version=now if version is None else version))

    def _version_of(self, uri: str) -> int:
        document = self._locations.documents.get(uri)
        return 0 if document is None else document.version
