"""Whether a text can be shared, with a sentence for the user if it cannot."""

from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES


def why_not_shared(text: str) -> str | None:
    """The reason for which a text of the editor cannot be shared; None if it can be."""
    if "\0" in text:
        return "it is a binary file: only texts can be shared"
    if text.startswith("\ufeff"):
        return "it begins with a byte order mark: save it without one and share it again"
    return _too_large(text) or _odd_line_ends(text)


def why_not_from_disk(data: bytes) -> str | None:
    """The same for the bytes of the file: an editor may have read them in another encoding."""
    if b"\0" in data:
        return "it is a binary file: only texts can be shared"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "it is not UTF-8: save it as UTF-8 and share it again"
    return _odd_line_ends(text)


def _too_large(text: str) -> str | None:
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        return "it holds half a character: it is not UTF-8"
    if size > MAX_DOCUMENT_BYTES:
        return f"it is too large: a shared file has at most {MAX_DOCUMENT_BYTES // 2**20} MiB"
    if text.count("\n") >= MAX_DOCUMENT_LINES:
        return f"it is too long: a shared file has at most {MAX_DOCUMENT_LINES:,} lines"
    return None


def _odd_line_ends(text: str) -> str | None:
    if "\r" not in text:
        return None
    ends, crlf = text.count("\n"), text.count("\r\n")
    if crlf == ends and text.count("\r") == crlf:
        return None
    return (
        "its lines end in different ways. Convert it to one kind of line end and save it, "
        'in VS Code by "Change End of Line Sequence", '
        "in Neovim by :set fileformat=unix after removing each ^M"
    )
