"""Joins a shared file again that the editor has read from the disk another time."""

from collections.abc import Callable
from time import time

from peerline.documents.difference import difference
from peerline.protocol.editor.documents import QuestionKind
from peerline_bridge.coediting.meeting import Merge, go_on, is_rewritten, nearest
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.sharing.git_changes import has_git_changed
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.texts.open_texts import Document
from peerline_bridge.texts.paths import path_of_uri
from peerline_bridge.texts.session_uris import SCHEME


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
        if asked is QuestionKind.DISK and opened is not None and file.text != opened.text:
            ask(file, asked)  # the text was another one before: only the user knows which counts
        else:
            file.on_state()
        return
    before, saved, saved_hash = joined.known_text, file.saved_text, file.saved_hash
    file.reopened(document)
    text = file.text
    if text != before:
        file.saved(text)
    if text == opened.text or document.uri.startswith(f"{SCHEME}:"):
        file.take_shared()
    elif text == before or file.saved_hash == saved_hash:
        file.meet(text)
    elif _is_other_version(document.uri, before, text):
        ask(file, QuestionKind.DISK)
    else:
        # What others wrote since the file was saved is not on the disk, and stays. A text that has
        # it comes from the one before, and would get it once more.
        file.meet(nearest(text, (before, before if saved is None else saved)))


def after_break(file: OpenFile, link: EditorLink | None) -> Merge | None:
    """The way on for an editor whose bridge was killed; None if this is none."""
    found = None if file.keeping is None else file.keeping.found
    if found is None or found.text is None or link is None or file.opened is None:
        return None
    if found.editor != link.name and file.text != found.text:
        return None
    if hash_of(file.text) == file.saved_hash:
        # Read from the disk again: what it lacks was deleted by nobody.
        return Merge(owed=difference(file.text, file.opened.text))
    return go_on(found.text, file.text, file.opened.text)


def _is_other_version(uri: str, before: str, text: str) -> bool:
    path = path_of_uri(uri)
    return is_rewritten(before, text) or (path is not None and has_git_changed(path, time()))
