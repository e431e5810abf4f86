"""Edits of shared documents in a client without a plugin, by `workspace/applyEdit`.

Such a client says that it made an edit when it did not, or does not say when. So the text decides:
an edit is made when the text has become what the edit makes of it.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline.protocol.editor.documents import EditAnswer, EditorEdit, TextAnswer
from peerline.tasks import Tasks
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.texts.line_edit import LineEdit
from peerline_bridge.texts.locations import Locations

ECHO_SECONDS: Final = 0.3
"""The time after which an edit counts as refused that the client says it made."""
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
        until = self._loop.time() + (ECHO_SECONDS if is_taken else 0)
        while (version := made_at()) is None and self._loop.time() < until:  # noqa: ASYNC110 - the text
            await asyncio.sleep(LOOK_SECONDS)
        applied = version is not None
        document = self._locations.documents.get(edit.uri)
        now = 0 if document is None else document.version
        on_answer(EditAnswer(applied=applied, version=now if version is None else version))
