"""The contents of logs: never what people wrote, nor tokens, invites or names, at any level.

The library logs nothing of it; this module keeps out what others would log of it. Libraries write
whole frames, SQL parameters and the representations of objects into their records, and the text of
an exception often repeats the input that was refused. So the records of libraries pass as
warnings only and without their arguments, and of an exception the log shows where it was raised.
"""

import errno
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from peerline.protocol.text import reveal_controls

OURS: Final = "peerline"
_TALKATIVE: Final = ("aiosqlite", "sqlalchemy", "websockets", "pygls", "asyncio")
"""Libraries whose records below warnings hold frames, parameters or representations."""
_PLAIN_START: Final = re.compile(r"[A-Za-z]?[a-z() ]*")
"""The words before the first quote, number or name, which could be content."""
_CONTINUED: Final = "\n    "


def keep_content_out() -> None:
    """Have libraries log warnings and errors only, wherever their records go."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.WARNING, logger.level))
    log = logging.getLogger("asyncio")
    if not any(isinstance(known, ContentFilter) for known in log.filters):
        # With PYTHONASYNCIODEBUG it warns of slow callbacks, with their arguments.
        log.addFilter(ContentFilter())


def set_up_logging(
    level: str, formatter: logging.Formatter | None = None, file: Path | None = None
) -> None:
    """Log to a file or standard error, from this level on, and nothing of content."""
    keep_content_out()
    # Where a record cannot be written, the library would print it with its traceback instead.
    logging.raiseExceptions = False
    handler: logging.Handler = (
        logging.FileHandler(file, encoding="utf-8") if file else _StandardError()
    )
    handler.setFormatter(formatter or TextFormatter())
    handler.addFilter(ContentFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def prepare_program() -> None:
    """Have nothing of content on standard error, whatever a command logs or does not catch.

    A program that logs elsewhere, or more, sets up its log after this.
    """
    set_up_logging("WARNING")
    sys.excepthook = lambda _kind, error, _trace: _show(error)
    sys.unraisablehook = lambda failure: _show(failure.exc_value)
    threading.excepthook = lambda failure: _show(failure.exc_value)


def _show(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        sys.stderr.write(f"Traceback (most recent call last):\n{describe(error)}\n")


def check_reader(file: Path) -> None:
    """Refuse to log to a named pipe that nobody reads: opening it would wait for a reader.

    Raises:
        OSError: if it is such a pipe.
    """
    if not file.is_fifo():
        return
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        reason = "nobody reads this pipe; start its reader first, or log to a file"
        raise OSError(error.errno, reason, str(file)) from None


class _StandardError(logging.StreamHandler[TextIO]):
    """Standard error as it is at the moment of each record."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # pyright: ignore[reportIncompatibleVariableOverride]
        return sys.stderr


class ContentFilter(logging.Filter):
    """Takes out of the records of libraries what could be content."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        if record.name == OURS or record.name.startswith(f"{OURS}."):
            return True
        if record.levelno < logging.WARNING:
            return False
        record.msg = _plain_start(str(record.msg)) or "a warning"
        record.args = None
        return True


class TextFormatter(logging.Formatter):
    """A line for people; whatever is in it, it is no line of its own and no terminal code."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it, indented, what belongs to it."""
        lines = super().format(record).split("\n")
        return _CONTINUED.join(reveal_controls(line, keep="") for line in lines)

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401 - the base's signature
        """The exception without its content."""
        return describe(ei[1])


def describe(error: BaseException | None) -> str:
    """An exception and its causes: their types, where they were raised, and no content."""
    return "\n".join(_description(error))


def _description(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for frame in traceback.format_tb(error.__traceback__):
            yield frame.rstrip()
        yield _summary(error)
        before = error.__cause__
        if before is None and not error.__suppress_context__:
            before = error.__context__
        if before is not None:
            yield "because of"
        error = before


def _summary(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, OSError):
        return f"{name}: {error.strerror}" if error.strerror else name
    # What Python says of a wrong value or type begins with words of its own.
    text = _plain_start(str(error)) if type(error) in {ValueError, TypeError} else ""
    return f"{name}: {text}" if text else name


def _plain_start(text: str) -> str:
    found = _PLAIN_START.match(text)
    return found.group().strip(" (") if found else ""
