"""The command `peerline ask`: a script asks the people of a session, and gets the first answer."""

import argparse
from typing import Final

from peerline.agent.asking.replies import MAX_OPTIONS
from peerline.cli.agent import ask_resident
from peerline.cli.arguments import ASK_SECONDS, NOT_EMPTY, SubCommands
from peerline.cli.errors import CommandError
from peerline.protocol.text import show_block

NO_ANSWER: Final = 3
"""The exit code if nobody has answered in time."""
_SPARE_SECONDS: Final = 10.0
"""The time that the question itself may take."""


def add_ask(commands: SubCommands) -> None:
    """Add `peerline ask`."""
    ask = commands.add_parser(
        "ask",
        help="ask the people of a session, and print the first answer",
        description="Asks in the chat as the agent that `peerline agent start` runs in this "
        "folder, and prints the first reply of a person who may ask the agent for work "
        f"(--speakers). The exit code is {NO_ANSWER} if nobody has answered in time. An answer is "
        "a text and gives no permission.",
    )
    ask.add_argument("question", type=NOT_EMPTY, metavar="QUESTION")
    ask.add_argument(
        "--option",
        type=NOT_EMPTY,
        action="append",
        default=[],
        metavar="A",
        help=f"an answer to choose from, up to {MAX_OPTIONS} times; other replies do not count",
    )
    ask.add_argument(
        "--timeout",
        type=ASK_SECONDS,
        default=300,
        metavar="N",
        help="how many seconds to wait (300)",
    )
    ask.set_defaults(run=_ask)


def _ask(options: argparse.Namespace) -> int:
    if len(options.option) > MAX_OPTIONS:
        raise CommandError(f"--option can be given at most {MAX_OPTIONS} times")
    found = ask_resident(
        {
            "do": "ask",
            "question": options.question,
            "options": options.option,
            "seconds": options.timeout,
        },
        options.timeout + _SPARE_SECONDS,
    )
    if found.get("answered") is not True:
        return NO_ANSWER
    print(show_block(str(found.get("text"))))
    return 0
