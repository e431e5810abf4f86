"""Joins a shared file again that the editor has read from the disk another time."""

from collections.abc import Callable
from time import time
from typing import Final

from peerline.documents.difference import difference
from peerline.protocol.editor.documents import QuestionKind
from peerline_bridge.coediting.meeting import (
    Merge,
    go_on,
    has_deletions,
    is_rewritten,
    nearest,
)
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.sharing.disk_text import disk_text
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.sharing.git_changes import has_git_changed
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.texts.open_texts import Document
from peerline_bridge.texts.paths import path_of_uri
from peerline_bridge.texts.session_uris import SCHEME

RELOAD_SECONDS: Final = 2.0
"""A document that is opened again within this time was reloaded."""


def reload(
    file: OpenFile,
    document: Document,
    ask: Callable[[OpenFile, QuestionKind], None],
    is_untouched: Callable[[OpenFile], bool],
    asked: QuestionKind | None = None,
) -> None:
    """Join a file again that was closed and opened, with the text of before or with the disk's.

    Args:
        file: The file.
        document: The document with its text now.
        ask: Asks the user.
        is_untouched: Tells whether the text of a file has nothing of the user's own.
        asked: The question that the user has not answered yet.
    """
    joined, opened = file.joined, file.opened
    if joined is None or opened is None or file.is_detached:
        file.reopened(document)
        file.untouched = file.text if is_untouched(file) else None
        is_other = opened is not None and file.text != opened.text
        if asked is QuestionKind.DISK and is_other and file.text in file.before_question:
            file.saved(file.text)
            file.meet(file.text)  # the disk has the version of before again
        elif asked is QuestionKind.DISK and is_other:
            ask(file, asked)  # the text was another one before: only the user knows which counts
        else:
            file.on_state()
        return
    before, saved, saved_hash = joined.known_text, file.saved_text, file.saved_hash
    file.reopened(document)
    if file.is_detached:
        return
    text = file.text
    if text != before:
        file.saved(text)
    if text == opened.text or document.uri.startswith(f"{SCHEME}:"):
        file.take_shared()
    elif text == before or file.saved_hash == saved_hash:
        file.meet(text)
    elif _is_other_version(document.uri, before, text, time()) or (
        saved is None and has_deletions(difference(before, text))
    ):
        file.before_question = (before,) if saved is None else (before, saved)
        ask(file, QuestionKind.DISK)
    else:
        # What others wrote since the file was saved is not on the disk, and stays. A text that has
        # it comes from the one before, and would get it once more.
        file.meet(nearest(text, before, before if saved is None else saved))


def after_break(
    file: OpenFile, link: EditorLink | None, ask: Callable[[OpenFile, QuestionKind], None]
) -> bool:
    """Go on in an editor whose bridge was killed, or ask its user; False if this is none."""
    way = None if link is None else _way_on(file, link)
    if isinstance(way, QuestionKind):
        ask(file, way)
    elif way is not None:
        file.join(way)
    return way is not None


def _way_on(file: OpenFile, link: EditorLink) -> Merge | QuestionKind | None:
    keeping, opened = file.keeping, file.opened
    if keeping is None or keeping.found.text is None or opened is None:
        return None
    found, base = keeping.found, keeping.found.text
    if found.editor != link.name and file.text != base:
        return None
    if found.question is not None and file.text != base:
        return found.question
    if hash_of(file.text) == file.saved_hash:
        # Read from the disk again: what it lacks was deleted by nobody.
        return Merge(owed=difference(file.text, opened.text))
    disk = disk_text(file.uri)
    if disk is not None and hash_of(disk) == file.saved_hash:
        # It may have been read again, and typed in since.
        base = nearest(file.text, base, disk)
    elif has_deletions(difference(base, file.text)) and (
        file.text == disk or _is_other_version(file.uri, base, file.text, keeping.found_at)
    ):
        # Of text that the disk lacks nobody has told whether the user has deleted it.
        return QuestionKind.DISK
    return go_on(base, file.text, opened.text)


def _is_other_version(uri: str, before: str, text: str, since: float) -> bool:
    path = path_of_uri(uri)
    return is_rewritten(before, text) or (path is not None and has_git_changed(path, since))
