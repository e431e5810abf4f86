"""Reads didChange, which comes with every key, without building LSP classes of it. Pure."""

from dataclasses import dataclass
from typing import Any, cast

from peerline.protocol.editor.base import Position, Range
from peerline.protocol.limits import MAX_LINE
from peerline_bridge.texts.open_texts import TextChange


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One didChange: the changes in their order, each on the text after the ones before."""

    uri: str
    version: int
    changes: tuple[TextChange, ...]


def read_change(params: object) -> DocumentChange | None:
    """The change (LSP 3.17, DidChangeTextDocumentParams); None if anything in it is wrong."""
    if not isinstance(params, dict):
        return None
    known = cast("dict[str, Any]", params)
    document, events = known.get("textDocument"), known.get("contentChanges")
    if not isinstance(document, dict) or not isinstance(events, list):
        return None
    about = cast("dict[str, Any]", document)
    uri, version = about.get("uri"), about.get("version")
    if not isinstance(uri, str) or type(version) is not int:
        return None
    changes: list[TextChange] = []
    for event in cast("list[Any]", events):
        change = _read_event(event)
        if change is None:
            return None
        changes.append(change)
    return DocumentChange(uri, version, tuple(changes))


def position_at(line: int, character: int) -> Position:
    """A change must not be lost for a position that cannot be: that is moved to the nearest."""
    return Position(line=_nearest(line), character=_nearest(character))


def _read_event(event: object) -> TextChange | None:
    if not isinstance(event, dict):
        return None
    known = cast("dict[str, Any]", event)
    text = known.get("text")
    if not isinstance(text, str):
        return None
    if "range" not in known:
        return TextChange(text)
    try:
        start, end = known["range"]["start"], known["range"]["end"]
        numbers = (start["line"], start["character"], end["line"], end["character"])
    except (TypeError, KeyError, IndexError):
        return None
    if any(type(number) is not int for number in numbers):
        return None
    where = Range(start=position_at(*numbers[:2]), end=position_at(*numbers[2:]))
    return TextChange(text, where)


def _nearest(number: int) -> int:
    return max(0, min(number, MAX_LINE - 1))
