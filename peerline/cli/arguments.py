"""The parser of the command line: options are checked, and what is wrong is said in one line."""

import argparse
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Never

from peerline.checks import (
    HOST,
    LOG_LEVELS,
    PORT,
    YEARS_10,
    NotEmpty,
    Number,
    Pattern,
    Text,
    WholeNumber,
)
from peerline.protocol.limits import (
    MAX_APPROVAL_SECONDS,
    MAX_COMMENT_CHARS,
    MAX_TITLE_CHARS,
    MIN_APPROVAL_SECONDS,
)

MIN_SECONDS: Final = 0.001
MAX_URL_CHARS: Final = 2_000
MAX_COST: Final = 1_000_000_000
MAX_TOKENS: Final = 1_000_000_000
USER_ID: Final = Pattern(r"[!-~]{1,128}", "1 to 128 visible ASCII characters")
SESSION_HELP: Final = (
    "its link, or the id of one that you joined recently (PEERLINE_LINK; otherwise the session "
    "that you joined last); - reads a link from standard input"
)
"""Of an argument that `chosen_session` reads."""
SESSION_ID: Final = Pattern(r"[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, _ and -")


class UsageError(Exception):
    """The arguments cannot be used; the text is one line for the user."""


SubCommands = Any
"""The result of `add_subparsers`, whose type argparse keeps private."""


class Parser(argparse.ArgumentParser):
    """Reports in one line what is wrong with the arguments."""

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] - it has overloads
        self,
        args: Any = None,  # noqa: ANN401 - the same
        namespace: Any = None,  # noqa: ANN401 - the same
    ) -> Any:  # noqa: ANN401 - the same
        """Parse, and have the command that was given refuse what it does not know.

        Raises:
            UsageError: if there is something wrong.
        """
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> Never:
        """Refuse the arguments.

        Raises:
            UsageError: always.
        """
        found = re.fullmatch(r"argument (\S+): (must .*)", message, re.DOTALL)
        text = f"{found[1]} {found[2]}" if found else f"{message}; see {self.prog} --help"
        if message.startswith("argument COMMAND: invalid choice: 'join'"):
            # The first guess of somebody with a link; the list of all commands would not help.
            text = (
                f"to join a session in the terminal: {self.prog} watch LINK; see {self.prog} --help"
            )
        raise UsageError(f"{self.prog}: {' '.join(text.split())}")


class Checked:
    """A type for `add_argument` whose error says what the value must be."""

    def __init__(self, check: Callable[[str], object]) -> None:
        self.check = check

    def __call__(self, text: str) -> object:
        """The value.

        Raises:
            ArgumentTypeError: if the check refuses it.
        """
        try:
            return self.check(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None


def _path(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise ValueError("must be a path")
    return Path(text)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)  # local without a zone
    except (ValueError, OverflowError, OSError):
        raise ValueError("must be a time such as 2026-01-31T12:00Z") from None


def _share(text: str) -> frozenset[str]:
    from peerline.agent.sharing import ShareError, parse_share  # noqa: PLC0415 - the same

    try:
        found = parse_share(text)
    except ShareError as error:
        raise ValueError(str(error)) from None
    if not found:
        raise ValueError("must name what is shared")
    return found


def _username(text: str) -> str:
    from peerline.protocol.limits import MAX_USERNAME_CHARS  # noqa: PLC0415 - only if it is asked

    return Text(1, MAX_USERNAME_CHARS)(text)


def _address(text: str) -> str:
    from peerline.protocol.links import LinkError, ServerPlace  # noqa: PLC0415 - the same

    try:
        place = ServerPlace.parse(text)
    except LinkError as error:
        raise ValueError(f"must be HOST:PORT, or https://HOST with TLS. {error}") from None
    return str(place) if place.tls or place.prefix else place.address


def _person_address(text: str) -> tuple[str, str]:
    from peerline.trailers.people import is_address  # noqa: PLC0415 - only if it is asked

    name, sign, address = text.rpartition("=")
    if not sign or not name.strip() or not is_address(address):
        raise ValueError("must be NAME=ADDRESS, such as ada=ada@example.org")
    return name, address


FOLDER: Final = Checked(_path)
DATABASE: Final = Checked(Text(1, MAX_URL_CHARS))
"""A folder or a URL."""
FILE: Final = Checked(_path)
LISTEN_HOST: Final = Checked(HOST)
LISTEN_PORT: Final = Checked(PORT)
LOG_LEVEL: Final = Checked(LOG_LEVELS)
USER: Final = Checked(USER_ID)
USERNAME: Final = Checked(_username)
SESSION: Final = Checked(SESSION_ID)
TITLE: Final = Checked(Text(1, MAX_TITLE_CHARS))
SECONDS: Final = Checked(Number(MIN_SECONDS, YEARS_10, unit="seconds"))
QUESTION: Final = Checked(SESSION_ID)
DIGEST: Final = Checked(Pattern(r"sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits"))
REASON: Final = Checked(Text(1, MAX_COMMENT_CHARS))
USES: Final = Checked(WholeNumber(1, 1_000_000_000))
ADDRESS: Final = Checked(_address)
PERSON_ADDRESS: Final = Checked(_person_address)
MOMENT: Final = Checked(_moment)
NOT_EMPTY: Final = Checked(NotEmpty())
SHARE: Final = Checked(_share)
APPROVAL_SECONDS: Final = Checked(WholeNumber(MIN_APPROVAL_SECONDS, MAX_APPROVAL_SECONDS))
ASK_SECONDS: Final = Checked(WholeNumber(1, MAX_APPROVAL_SECONDS))
TOKENS: Final = Checked(WholeNumber(0, MAX_TOKENS))
COST: Final = Checked(Number(0, MAX_COST))
