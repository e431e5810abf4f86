"""Tells changes whose insertions need to be there once only, if several people make them at once.

An editor does not say which changes a save or a formatter has made, and VS Code tells a save when
its changes are made already. So it is told by what is inserted.
"""

from peerline.documents.delta import Delta


def is_once(change: Delta) -> bool:
    """Whether a change puts in white space alone, or puts in text at several places at once."""
    inserted = [operation for operation in change if isinstance(operation, str)]
    return len(inserted) > 1 or any(text.isspace() for text in inserted)
