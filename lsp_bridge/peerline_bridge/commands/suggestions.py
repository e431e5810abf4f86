"""The command that applies a suggestion to the commented lines."""

from typing import Final

from peerline.protocol.comments import Comment
from peerline.protocol.editor.comments import ApplySuggestionArguments, EditorSuggestion
from peerline.protocol.limits import MAX_SNIPPET_CHARS
from peerline_bridge import sanitize
from peerline_bridge.anchors.anchor import anchor_of, storable
from peerline_bridge.anchors.locate import Place, locate
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.presentation.suggestions import suggestions_of
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.texts.line_edit import LineEdit, replace_rows
from peerline_bridge.texts.positions import content_of

_OUTDATED: Final = "the lines have changed since they were commented: edit them yourself"


@command("peerline.applySuggestion", ApplySuggestionArguments)
async def apply_suggestion(bridge: Bridge, arguments: ApplySuggestionArguments) -> Result:
    """Replace the commented lines by those of a suggestion, through workspace/applyEdit.

    Answers with the document's URI and the first line, from 0. Refused if the lines are not
    exactly those that the comment is about.
    """
    bridge.require_session()
    thread, suggestion = _find(bridge, arguments)
    apply_edit = bridge.apply_edit
    if apply_edit is None:
        raise CommandRefused("NO_EDIT", "this editor takes no edits from a language server")
    uri, lines, place = _place_of(bridge, thread)
    present = [storable(content_of(line)) for line in lines[place.first : place.last + 1]]
    if present == list(suggestion.lines):
        raise CommandRefused("ALREADY_APPLIED", "the lines are as suggested already")
    _check_lines(thread, present)
    where, text = replace_rows(
        lines, place.first, place.last, suggestion.lines, bridge.locations.encoding
    )
    document = bridge.locations.documents.get(uri)
    version = None if document is None else document.version
    if not await apply_edit(LineEdit(uri, version, where, text)):
        raise CommandRefused("NO_EDIT", "the editor did not make the edit")
    return {"uri": uri, "line": place.first}


def _find(bridge: Bridge, arguments: ApplySuggestionArguments) -> tuple[Comment, EditorSuggestion]:
    found = bridge.presenter.threads.find(arguments.comment_id)
    if found is None:
        raise CommandRefused("NOT_FOUND", "there is no such comment any more")
    thread, item = found
    # What the user was shown: nothing else may get into their text.
    shown = suggestions_of(sanitize.block(item.content))
    meant = suggestions_of(item.content.replace("\r\n", "\n"))
    if arguments.index >= len(shown):
        raise CommandRefused("NO_SUGGESTION", "the comment has no such suggestion")
    if len(meant) != len(shown) or meant[arguments.index].lines != shown[arguments.index].lines:
        told = "the suggestion has invisible characters, shown as <U+…>: edit the lines yourself"
        raise CommandRefused("INVISIBLE_CHARACTERS", told)
    return thread, shown[arguments.index]


def _place_of(bridge: Bridge, thread: Comment) -> tuple[str, list[str], Place]:
    """The document that a thread is in, its lines, and those of the thread."""
    threads = bridge.presenter.threads
    here = threads.path_here(thread.file)
    uri = None if here is None else bridge.locations.uri_of(here)
    lines = None if here is None else bridge.locations.lines_of(here)
    if uri is None or lines is None:
        raise CommandRefused("NOT_HERE", "the comment's file cannot be read in this workspace")
    rows = threads.known_rows(uri)
    if rows is not None and rows.is_known(thread.id):
        place = rows.place_of(thread.id)
    else:
        place = locate(anchor_of(thread), TextIndex(lines))
    if place is None:
        raise CommandRefused("OUTDATED", _OUTDATED)
    return uri, lines, place


def _check_lines(thread: Comment, present: list[str]) -> None:
    """Refuse if these are not the lines that the author of the comment saw."""
    height = (thread.end_line or thread.line) - thread.line + 1
    seen = thread.code_snippet.split("\n")
    if present == seen:
        return
    if len(thread.code_snippet) >= MAX_SNIPPET_CHARS or len(seen) < height:
        told = "the comment quotes only a part of its lines: edit them yourself"
        raise CommandRefused("OUTDATED", told)
    raise CommandRefused("OUTDATED", _OUTDATED)
