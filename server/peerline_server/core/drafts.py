"""The drafts that people write together: who may share and end which. Pure.

Their texts are in `peerline_server.runtime.live_drafts`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from peerline.protocol.comments import Anchor, AnchorData
from peerline.protocol.drafts import DraftData, SharedDraft
from peerline.protocol.errors import ErrorCode
from peerline_server.core.decisions import Refused
from peerline_server.core.refusals import REFUSALS

MAX_DRAFTS: Final = 50
"""Drafts that are written together in a session at a time."""
MAX_DRAFTS_OF_USER: Final = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that its author lets others write in."""

    id: str
    generation: str
    user_id: str
    comment_id: str | None
    anchor: AnchorData | None

    def shown(self, name_of: Callable[[str], str]) -> SharedDraft:
        """The draft as everybody gets it; `name_of` gives the name of a user."""
        return SharedDraft(
            id=self.id,
            generation=self.generation,
            user_id=self.user_id,
            username=name_of(self.user_id),
            comment_id=self.comment_id,
            anchor=None if self.anchor is None else Anchor(**dict(self.anchor)),
        )


class DraftBoard:
    """The drafts of one session, the oldest first."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._drafts: dict[str, Draft] = {}

    def all(self) -> list[Draft]:
        """All of them."""
        return list(self._drafts.values())

    def share(
        self, data: DraftData, user_id: str, *, is_taken: Callable[[str], bool]
    ) -> Draft | Refused | None:
        """Take a draft of a user; None if it is there already.

        `is_taken` says whether an id is that of a shared document.
        """
        known = self._drafts.get(data.id)
        if known is not None and known.user_id == user_id:
            return None
        if known is not None or is_taken(data.id):
            text = "data.id: this id is in use: choose another one"
            return Refused(ErrorCode.INVALID_FIELD, text)
        mine = sum(draft.user_id == user_id for draft in self._drafts.values())
        if mine >= MAX_DRAFTS_OF_USER:
            text = f"a user writes at most {MAX_DRAFTS_OF_USER} drafts with others: send one"
            return Refused(ErrorCode.LIMIT_EXCEEDED, text)
        if len(self._drafts) >= MAX_DRAFTS:
            text = f"at most {MAX_DRAFTS} drafts are written together in a session: send one"
            return Refused(ErrorCode.LIMIT_EXCEEDED, text)
        draft = Draft(data.id, self._new_id(), user_id, data.comment_id, data.anchor)
        self._drafts[draft.id] = draft
        return draft

    def end(self, draft_id: str, user_id: str, *, is_host: bool) -> Draft | Refused:
        """End a draft, as its author or as a host."""
        draft = self._drafts.get(draft_id)
        if draft is None:
            code = ErrorCode.DOCUMENT_NOT_FOUND
            return Refused(code, REFUSALS[code])
        if draft.user_id != user_id and not is_host:
            return Refused(
                ErrorCode.PERMISSION_DENIED, "only its author, or a host, can end a draft"
            )
        return self._drafts.pop(draft_id)

    def drop(self, draft_id: str) -> None:
        """End a draft whose text is no longer there."""
        self._drafts.pop(draft_id, None)

    def take_of(self, user_id: str) -> list[Draft]:
        """End all drafts of a user."""
        taken = [draft for draft in self._drafts.values() if draft.user_id == user_id]
        for draft in taken:
            del self._drafts[draft.id]
        return taken
