"""Suggestions in a comment: fenced blocks of the language `suggestion`. Pure.

A block that is not closed is no suggestion: its text may go on with prose.
"""

from typing import Final

from peerline.protocol.editor.comments import EditorSuggestion
from peerline.protocol.fences import fenced_blocks

_LANGUAGE: Final = "suggestion"


def suggestions_of(content: str) -> list[EditorSuggestion]:
    """The suggestions in a comment's text, in their order."""
    return [
        EditorSuggestion(lines=list(block.lines), first=block.first, last=block.last)
        for block in fenced_blocks(content.split("\n"))
        if block.is_closed and block.info.lower() == _LANGUAGE
    ]
