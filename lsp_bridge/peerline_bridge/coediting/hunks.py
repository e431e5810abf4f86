"""One change of a text at a time, at places where editors without a plugin make it exactly."""

from peerline.documents.delta import Delta, normal


def split_last(delta: Delta) -> tuple[Delta, Delta]:
    """The last hunk of a change alone, and what is left to be done after it."""
    last = len(delta)
    while last and not _is_kept(delta[last - 1]):
        last -= 1
    at = sum(abs(each) for each in delta[:last] if isinstance(each, int))
    return normal((at, *delta[last:])), normal(delta[:last])


def before_last_newline(text: str, hunk: Delta) -> Delta:
    """The same hunk without reaching behind the final newline of a text.

    An editor that keeps a newline at the end adds one where an edit ends behind it. Where the hunk
    would leave the text without one, the newline stays.
    """
    at = hunk[0] if hunk and isinstance(hunk[0], int) and hunk[0] > 0 else 0
    deleted = -sum(each for each in hunk if isinstance(each, int) and each < 0)
    inserted = "".join(each for each in hunk if isinstance(each, str))
    if not text.endswith("\n") or at + deleted < len(text):
        return hunk
    if not deleted:
        # Behind the newline: it goes before, and the text's own newline after it.
        return normal((at - 1, "\n" + inserted.removesuffix("\n")))
    if inserted:
        return normal((at, inserted.removesuffix("\n"), 1 - deleted))
    if at and text[at - 1] == "\n":
        at -= 1
    else:
        deleted -= 1
    return normal((at, -deleted))


def differ_in_last_newlines(one: str, other: str) -> bool:
    """Whether two texts are equal but for newlines at the end."""
    return one.rstrip("\n") == other.rstrip("\n")


def _is_kept(operation: int | str) -> bool:
    return isinstance(operation, int) and operation > 0
