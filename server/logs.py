"""The log on standard error, as text or as one JSON object a line."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

FIELDS: Final = ("connection", "session", "participant")
"""What a log call may add with `extra`; never a token, an invite or what somebody wrote."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and those of FIELDS that are known."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({name: value for name in FIELDS if (value := getattr(record, name, None))})
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """A line for people, with the same fields at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        known = [f" {name}={value}" for name in FIELDS if (value := getattr(record, name, None))]
        return super().format(record) + "".join(known)


def set_up_logging(level: str, log_format: str) -> None:
    """Log to standard error; `log_format` is "text" or "json"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
