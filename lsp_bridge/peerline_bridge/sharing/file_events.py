"""The calls from a file that is a shared document to the one who has it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_File = TypeVar("_File")


@dataclass(frozen=True, slots=True)
class FileEvents(Generic[_File]):
    """The calls from a file to the one who has it.

    Attributes:
        changed: Called when something that is shown may have changed.
        meets: Called when both texts are there for the first time, or again.
        ended: Called with a sentence when sharing has stopped here without the user's doing.
        moved: Called when places of others may be elsewhere in the editor's text.
        settled: Called when changes that the editor told are told apart from edits of others.
        mended: Called when the editor's text was another than it had told.
        refused: Called when the editor does not take the edits of others.
    """

    changed: Callable[[], None]
    meets: Callable[[_File], None]
    ended: Callable[[_File, str], None]
    mended: Callable[[_File], None]
    refused: Callable[[_File], None]
    moved: Callable[[_File], None]
    settled: Callable[[_File], None]
