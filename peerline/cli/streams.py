"""The standard streams of a command: there may be none, or one that cannot show every character."""

import io
import os
import sys
from typing import BinaryIO, Final

_MODES: Final = {"stdin": "r", "stdout": "w", "stderr": "w"}
"""In the order of their descriptors."""


def prepare_streams() -> None:
    """Have all three streams, and none that fails at a character.

    A stream that the caller has closed is replaced by the null device: else the next file that is
    opened would get its descriptor. What a terminal or pipe of another encoding cannot show is
    replaced, as is what comes from one and is not valid.
    """
    for number, (name, mode) in enumerate(_MODES.items()):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number and not _is_open(number):
                os.dup2(descriptor, number)
                os.close(descriptor)
                descriptor = number
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8"))
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_document(text: str) -> None:
    """Write what is kept or read by programs: in UTF-8 wherever it goes but to a terminal."""
    binary: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    if binary is None or sys.stdout.isatty():
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    binary.write(text.encode("utf-8", "replace"))
    binary.flush()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
