"""Tests of server.logs."""

import json
import logging
import sys

import pytest

from peerline_server.logs import JsonFormatter, TextFormatter
from peerline_server.settings import Settings, SettingsError


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.getLogger("peerline.test").makeRecord(
        "peerline.test", logging.INFO, "file", 1, message, (), None, extra=extra
    )
    made.created = 0.0
    return made


def test_a_line_is_one_json_object_with_the_known_ids_only() -> None:
    line = JsonFormatter().format(record("joined\nnow", session="s1", token="t", connection="c"))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "INFO",
        "logger": "peerline.test",
        "message": "joined\nnow",
        "connection": "c",
        "session": "s1",
    }


def test_an_exception_is_in_the_object() -> None:
    made = record("failed")
    try:
        int("why")
    except ValueError:
        made.exc_info = sys.exc_info()
    assert "ValueError: invalid" in json.loads(JsonFormatter().format(made))["exception"]


def test_a_text_line_ends_with_the_ids() -> None:
    assert (
        TextFormatter()
        .format(record("joined", participant="ann"))
        .endswith("INFO peerline.test joined participant=ann")
    )


def test_another_format_is_refused_by_name() -> None:
    assert Settings.from_environment({"PEERLINE_LOG_FORMAT": "json"}).log_format == "json"
    with pytest.raises(SettingsError, match="PEERLINE_LOG_FORMAT"):
        Settings.from_environment({"PEERLINE_LOG_FORMAT": "xml"})


def test_what_comes_from_elsewhere_starts_no_line_and_no_terminal_code() -> None:
    line = TextFormatter().format(record("joined\n2026-01-01 ERROR forged \x1b[31m\u202e"))
    first, second = line.split("\n")
    assert first.endswith("joined")
    assert second == "    2026-01-01 ERROR forged <U+001B>[31m<U+202E>"
    assert json.loads(JsonFormatter().format(record("a\x85b\u2028c")))["message"] == (
        "a<U+0085>b<U+2028>c"
    )
