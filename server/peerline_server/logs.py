"""The log on standard error, as text or as one JSON object a line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from peerline import logs
from peerline.protocol.text import reveal_controls

FIELDS: Final = ("connection", "session", "participant")
"""The fields that a log call may add with `extra`; never a token, an invite or a user's text."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and those of FIELDS that are known."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": reveal_controls(record.getMessage()),
        }
        entry.update({name: value for name in FIELDS if (value := getattr(record, name, None))})
        if record.exc_info:
            entry["exception"] = logs.describe(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


class TextFormatter(logs.TextFormatter):
    """A line for people, with the same fields at its end."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        first, *more = super().format(record).split("\n")
        known = [f" {name}={value}" for name in FIELDS if (value := getattr(record, name, None))]
        return "\n".join([first + "".join(known), *more])


def set_up_logging(level: str, log_format: str) -> None:
    """Log to standard error; `log_format` is "text" or "json"."""
    logs.set_up_logging(level, JsonFormatter() if log_format == "json" else TextFormatter())
