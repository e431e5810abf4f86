"""The effects of an event of the handshake: an edit for the editor, or one of its user."""

from dataclasses import dataclass
from typing import TypeAlias

from peerline.documents.delta import Delta


@dataclass(frozen=True, slots=True)
class EditRequest:
    """An edit for the editor, to be made at exactly this version or not at all.

    Attributes:
        request_id: The number that the answer names.
        version: The version of the editor's document.
        change: The edit, in code points.
    """

    request_id: int
    version: int
    change: Delta


@dataclass(frozen=True, slots=True)
class LocalEdit:
    """A change of the user, as a change of the shared text.

    Attributes:
        change: The change.
        is_mended: Whether it is what the editor made of an edit of others beside that edit.
    """

    change: Delta
    is_mended: bool = False


Effect: TypeAlias = EditRequest | LocalEdit
