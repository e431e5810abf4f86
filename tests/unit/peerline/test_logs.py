"""Tests of peerline.logs: what libraries and exceptions would bring into a log stays out."""

import logging
import subprocess
import sys

import pytest
from pydantic import ValidationError

from peerline.logs import ContentFilter, TextFormatter, describe
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.messages import decode_durable_message
from peerline.protocol.session import JoinSession

SECRET = "Zq7secret"
FAILING_COMMAND = """
import logging, sys, threading
from peerline import __main__
from peerline.cli import main as command_line

def look_up():
    return {}[sys.argv[1]]

class Lost:
    def __del__(self):
        look_up()

def run():
    logging.getLogger("peerline.agent").warning("a state was refused")
    error = ValueError(sys.argv[1])
    logging.getLogger("asyncio").error("Exception in callback %s", error, exc_info=error)
    thread = threading.Thread(target=look_up)
    thread.start()
    thread.join()
    Lost()
    raise RuntimeError(sys.argv[1])

command_line.main = run
__main__.main()
"""


def record(name: str, level: int, text: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, level, "file", 1, text, args, None)


@pytest.mark.parametrize(
    ("name", "level", "text", "args", "shown"),
    [
        ("websockets.client", logging.DEBUG, "> TEXT '%s'", (SECRET,), None),
        ("aiosqlite", logging.INFO, "executing %s", (SECRET,), None),
        ("asyncio", logging.WARNING, "Executing %s took %.3f seconds", (SECRET, 1.0), "Executing"),
        (
            "asyncio",
            logging.ERROR,
            f"Task exception was never retrieved\nfuture: <Task {SECRET}>",
            (),
            "Task exception was never retrieved",
        ),
        ("asyncio", logging.ERROR, f"Exception in callback f('{SECRET}')", (), "Exception in"),
        ("stranger", logging.WARNING, f"{SECRET}", (), ""),
        ("peerline.server.hub", logging.DEBUG, "%d rows", (7,), "7 rows"),
    ],
)
def test_records_of_libraries_lose_what_could_be_content(
    name: str, level: int, text: str, args: tuple[object, ...], shown: str | None
) -> None:
    made = record(name, level, text, *args)
    passes = ContentFilter().filter(made)
    assert passes == (shown is not None)
    if shown is not None:
        line = TextFormatter().format(made)
        assert shown in line
        assert SECRET not in line


def fail(error: Exception) -> Exception:
    try:
        try:
            raise KeyError(SECRET)  # noqa: TRY301 - the cause
        except KeyError as cause:
            raise error from cause
    except Exception as caught:  # noqa: BLE001 - it is what is looked at
        return caught


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(SECRET),
        ValueError(f"invalid literal: '{SECRET}'"),
        OSError(2, "No such file or directory", SECRET),
        UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
    ],
)
def test_an_exception_is_described_without_its_content(error: Exception) -> None:
    text = describe(fail(error))
    assert SECRET not in text
    assert type(error).__name__ in text
    assert "because of" in text
    assert "KeyError" in text


def test_messages_are_represented_without_their_content() -> None:
    chat = SendChatMessage(session_id="s1", content=SECRET, mentions=[SECRET])
    join = JoinSession(session_id="s1", auth_token=SECRET, invite=SECRET, username=SECRET)
    for message in (chat, join):
        assert SECRET not in f"{message!r} {message!s} {[message]}"
        assert "s1" in repr(message)
    for data in ({"type": "chat_message", "seq": SECRET}, {"type": "chat_message", "x": [SECRET]}):
        with pytest.raises(ValidationError) as caught:
            decode_durable_message(data)
        assert SECRET not in str(caught.value)


def test_a_command_writes_no_content_whatever_it_logs_or_does_not_catch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING_COMMAND, SECRET],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert SECRET not in done.stderr
    assert "WARNING peerline.agent a state was refused" in done.stderr
    assert "ERROR asyncio Exception in callback" in done.stderr
    assert done.stderr.count("KeyError\n") == 2  # in the thread, and of what is lost
    assert done.stderr.endswith("RuntimeError\n")
