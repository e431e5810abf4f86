"""The requests to the editor about the text of a document."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

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
from peerline.protocol.types import ClientModel

AskJson = Callable[[str, bytes, Callable[[Any], None]], None]
"""Sends a request with its parameters as JSON; the callback gets the result, None if refused."""
_Answer = TypeVar("_Answer", bound=ClientModel)


class EditorLink(Protocol):
    """One editor whose documents can be edited.

    An answer is None if the editor failed, or answered with something that makes no sense. It comes
    in its order among the editor's messages, after any time.
    """

    marks_edits: bool
    """Whether the editor says `peerline/applying` just before it makes an edit."""
    by_hunks: bool
    """Whether it is asked for one hunk at a time."""
    checks_versions: bool
    """Whether it makes an edit at its version only."""
    name: str
    """The running editor, to know it again after the bridge was killed."""

    def edit(
        self,
        edit: EditorEdit,
        on_answer: Callable[[EditAnswer | None], None],
        made_at: Callable[[], int | None],
    ) -> None:
        """Ask for an edit; `made_at` finds the version at which the text has it."""
        ...

    def text(self, uri: str, on_answer: Callable[[TextAnswer | None], None]) -> None:
        """Ask for the real text of a document."""
        ...


class PluginLink:
    """Implements `EditorLink` for an editor with a Peerline plugin."""

    by_hunks = False
    checks_versions = True

    def __init__(self, ask: AskJson, name: str, *, marks_edits: bool) -> None:
        self.name = name
        self.marks_edits = marks_edits
        self._ask = ask

    def edit(
        self,
        edit: EditorEdit,
        on_answer: Callable[[EditAnswer | None], None],
        made_at: Callable[[], int | None],
    ) -> None:
        """peerline/edit."""
        del made_at
        self._ask(EDIT_REQUEST, encode_message(edit), _reader(EditAnswer, on_answer))

    def text(self, uri: str, on_answer: Callable[[TextAnswer | None], None]) -> None:
        """peerline/text."""
        params = DocumentUri(uri=uri).model_dump_json().encode()
        self._ask(TEXT_REQUEST, params, _reader(TextAnswer, on_answer))


def _reader(
    model: type[_Answer], on_answer: Callable[[_Answer | None], None]
) -> Callable[[Any], None]:
    def read(result: Any) -> None:  # noqa: ANN401 - validated here
        try:
            answer = model.model_validate(result)
        except ValidationError:
            answer = None
        on_answer(answer)

    return read
