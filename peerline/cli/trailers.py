"""The command `peerline trailers`: who wrote with you what you commit."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from peerline.cli.arguments import (
    FILE,
    NOT_EMPTY,
    PERSON_ADDRESS,
    SESSION_HELP,
    USERNAME,
    SubCommands,
)
from peerline.cli.errors import CommandError
from peerline.cli.watch import sign_in


def add_trailers(commands: SubCommands) -> None:
    """Add `peerline trailers`."""
    trailers = commands.add_parser(
        "trailers",
        help="print who wrote with you what you are about to commit",
        description="Prints a line `Co-authored-by: NAME <ADDRESS>` for each person and agent who "
        "wrote, in shared documents, a part of what is staged for the next commit. For a hook "
        'commit-msg of git: peerline trailers --into "$1"',
    )
    trailers.add_argument(
        "link",
        type=NOT_EMPTY,
        metavar="SESSION",
        nargs="?",
        help=f"the session: {SESSION_HELP}",
    )
    trailers.add_argument("--name", type=USERNAME, help="the name that you have in the session")
    trailers.add_argument(
        "--address",
        type=PERSON_ADDRESS,
        action="append",
        default=[],
        metavar="NAME=ADDRESS",
        help="the mail address of somebody in the session; may be given several times. Without "
        "it, the address is the one by which somebody of that name has committed before",
    )
    trailers.add_argument(
        "--into",
        type=FILE,
        metavar="FILE",
        help="add the lines to the message in this file instead of printing them; what goes wrong "
        "is told, and the commit goes on without them",
    )
    trailers.set_defaults(run=_trailers)


def _trailers(options: argparse.Namespace) -> int:
    from peerline.trailers.checkout import CheckoutError
    from peerline.trailers.collecting import CollectingError
    from peerline.trailers.message import add_to_message

    try:
        lines = _lines(options)
        if options.into is None:
            sys.stdout.write("".join(f"{line}\n" for line in lines))
        elif lines:
            add_to_message(options.into, lines)
    except (CheckoutError, CollectingError, CommandError) as error:
        if options.into is None:
            raise CommandError(str(error)) from error
        print(f"peerline: no co-authors: {error}", file=sys.stderr)
    return 0


def _lines(options: argparse.Namespace) -> Sequence[str]:
    """The trailers of what is staged."""
    import asyncio

    from peerline.cli.session_choice import chosen_session
    from peerline.protocol.links import LinkError
    from peerline.trailers.checkout import Checkout
    from peerline.trailers.collecting import collect
    from peerline.trailers.people import Author, trailers
    from peerline.trailers.written import Written, authors
    from peerline.watch.connecting import client_maker
    from peerline_bridge.errors import CommandRefused
    from peerline_bridge.texts.paths import Workspace

    checkout = Checkout(Path.cwd(), os.environ)
    workspace = Workspace([checkout.top])
    texts: dict[str, tuple[str, str]] = {}

    def wanted(shared: Sequence[str]) -> Sequence[str]:
        places = {file: workspace.locate(file) for file in shared}
        within = {
            file: place.relative_to(checkout.top).as_posix()
            for file, place in places.items()
            if place is not None and place.is_relative_to(checkout.top)
        }
        staged = checkout.texts(list(within.values()))
        texts.update({file: staged[at] for file, at in within.items() if at in staged})
        return list(texts)

    try:
        who = sign_in(chosen_session(options.link), options.name, None)
    except (LinkError, CommandRefused) as error:
        raise CommandError(str(error)) from error
    collected = asyncio.run(
        collect(client_maker(who.link, name=who.name, token=who.token, back=who.back), wanted)
    )
    files = [
        Written(*texts[file], shared.text, shared.runs) for file, shared in collected.files.items()
    ]
    wrote = [
        Author(user_id, collected.names.get(user_id, user_id))
        for user_id, _ in authors(files).most_common()
        if user_id != collected.user_id
    ]
    addresses = {**checkout.people(), **dict(options.address)}
    return trailers(wrote, addresses, committer=checkout.committer())
