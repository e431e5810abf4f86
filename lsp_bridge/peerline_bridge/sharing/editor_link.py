"""The requests to the editor about the text of a document."""

from collections.abc import Callable
from typing import Any, Protocol

from pydantic import ValidationError

from peerline.protocol.editor.documents import (
    EDIT_REQUEST,
    TEXT_REQUEST,
    DocumentUri,
    EditAnswer,
    EditorEdit,
    TextAnswer,
)
from peerline.protocol.messages import encode_message

AskJson = Callable[[str, bytes], Any]
"""Sends a request with its parameters as JSON; a future of the answer's `result`."""


class EditorFailed(Exception):  # noqa: N818 - it is an answer, not a fault
    """The editor answered with an error, or with something that makes no sense."""


class EditorLink(Protocol):
    """One editor whose documents can be edited."""

    async def edit(self, edit: EditorEdit) -> EditAnswer:
        """Ask for an edit; there is no limit on the time that the editor takes.

        Raises:
            EditorFailed: if the answer is an error.
        """
        ...

    async def text(self, uri: str) -> TextAnswer:
        """Ask for the real text of a document.

        Raises:
            EditorFailed: if the answer is an error.
        """
        ...


class PluginLink:
    """Implements `EditorLink` for an editor with a Peerline plugin."""

    def __init__(self, ask: AskJson) -> None:
        self._ask = ask

    async def edit(self, edit: EditorEdit) -> EditAnswer:
        """peerline/edit."""
        result = await self._result(EDIT_REQUEST, encode_message(edit))
        try:
            return EditAnswer.model_validate(result)
        except ValidationError:
            raise EditorFailed(f"{EDIT_REQUEST}: the answer makes no sense") from None

    async def text(self, uri: str) -> TextAnswer:
        """peerline/text."""
        result = await self._result(TEXT_REQUEST, DocumentUri(uri=uri).model_dump_json().encode())
        try:
            return TextAnswer.model_validate(result)
        except ValidationError:
            raise EditorFailed(f"{TEXT_REQUEST}: the answer makes no sense") from None

    async def _result(self, method: str, params: bytes) -> Any:  # noqa: ANN401 - validated by the caller
        try:
            return await self._ask(method, params)
        except RuntimeError as error:
            raise EditorFailed(f"{method}: {error}") from None
