"""Own edits that one history of a text has and another lacks, brought over. Pure.

Two generations have the same text under other ids, so that their updates cannot be merged: the
texts are compared instead.
"""

from contextlib import suppress
from dataclasses import dataclass

from peerline.client.documents.local_text import LocalText
from peerline.client.errors import EditRefused
from peerline.documents.delta import Delta, transform
from peerline.documents.errors import UpdateError


@dataclass(frozen=True, slots=True)
class Moved:
    """The way from one text to another.

    Attributes:
        delta: From the text that the user has to the fresh one.
        is_whole: Whether everything that was left over is in the fresh text.
    """

    delta: Delta
    is_whole: bool


def bring_over(before: LocalText, fresh: LocalText, base: str | None, now: float | None) -> Moved:
    """Bring what the text before has left over into a fresh text, as an own edit.

    Args:
        before: The text that the user has. It is of no use afterwards.
        fresh: The server's text, where others may have written since `base`.
        base: The server's text that `before` was made from, without what is left over; None if
            both are of one generation, so that they can be merged to find it.
        now: The time of the edit; None to leave it out.
    """
    # rapidfuzz takes its time to import, and most programs never need it here.
    from peerline.documents.difference import difference  # noqa: PLC0415

    shown = before.text
    if base is None:
        base = fresh.text
        with suppress(UpdateError):  # a text that cannot be merged is compared as it is
            before.take(fresh.whole())
    leftover = difference(base, before.text)
    is_whole = not leftover
    if leftover and now is not None:
        with suppress(EditRefused):
            fresh.edit(transform(leftover, difference(base, fresh.text), first=True), now)
            is_whole = True
    return Moved(difference(shown, fresh.text), is_whole)
