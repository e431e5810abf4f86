"""The commands `peerline approve` and `peerline deny`: answers to what AI agents ask."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from peerline.cli.arguments import (
    DIGEST,
    NOT_EMPTY,
    QUESTION,
    REASON,
    SESSION_HELP,
    USERNAME,
    SubCommands,
)
from peerline.cli.errors import REFUSED, CommandError

if TYPE_CHECKING:
    from peerline.cli.answering import Desk
    from peerline.cli.typed_lines import TypedLines


def add_approve(commands: SubCommands) -> None:
    """Add `peerline approve`."""
    approve = commands.add_parser(
        "approve",
        help="show what AI agents ask, and answer it",
        description="Shows the open questions of the AI agents in a session whole, and in a "
        "terminal asks for each whether it is allowed. Elsewhere it prints them with the commands "
        "that answer them. The exit code is 1 if there is nothing to answer, or if nothing was "
        "answered in a terminal or for an ID.",
    )
    _add_place(approve, "one question, by its id (all that are open)")
    approve.add_argument(
        "--digest",
        type=DIGEST,
        help="allow the question ID without being asked: as it was printed behind the whole text",
    )
    approve.set_defaults(run=_approve)


def add_deny(commands: SubCommands) -> None:
    """Add `peerline deny`."""
    deny = commands.add_parser(
        "deny",
        help="deny what an AI agent asks",
        description="Denies what an AI agent in a session asks.",
    )
    _add_place(deny, "the question, by its id (the one that is open)")
    deny.add_argument("--reason", type=REASON, metavar="TEXT", help="told to the agent and to all")
    deny.set_defaults(run=_deny)


def _add_place(parser: argparse.ArgumentParser, help_of_id: str) -> None:
    parser.add_argument(
        "session",
        type=NOT_EMPTY,
        metavar="SESSION",
        nargs="?",
        help=f"the session: {SESSION_HELP}",
    )
    parser.add_argument("id", type=QUESTION, metavar="ID", nargs="?", help=help_of_id)
    parser.add_argument("--name", type=USERNAME, help="the name that you have in the session")


def _approve(options: argparse.Namespace) -> int:
    from peerline.cli.typed_lines import TypedLines, is_terminal
    from peerline.protocol.approvals import Choice

    if options.digest is not None and options.id is None:
        raise CommandError("--digest needs the ID of the question that it is of")

    async def named(desk: "Desk") -> int:
        approval = await desk.whole(options.id)
        desk.refuse_unless_permitted(approval)
        if options.digest is not None:
            await desk.answer(
                approval.model_copy(update={"digest": options.digest}), Choice.ALLOW_ONCE
            )
            return 0
        if is_terminal():
            return 0 if await desk.ask(approval, TypedLines()) else REFUSED
        desk.show(approval)
        text = "nothing was answered: without a terminal, give the --digest that is shown above"
        raise CommandError(text, code=REFUSED)

    async def each(desk: "Desk") -> int:
        found = desk.open()
        if is_terminal():
            return await _ask_each(desk, [one.id for one in found], TypedLines())
        for approval in found:
            desk.show(await desk.whole(approval.id))
        return 0

    return _at_desk(options, each if options.id is None else named)


async def _ask_each(desk: "Desk", ids: "list[str]", typed: "TypedLines") -> int:
    """Ask one question after the other; one that is closed meanwhile holds up no other."""
    answered = 0
    for number, approval_id in enumerate(ids, start=1):
        if len(ids) > 1:
            print(f"Question {number} of {len(ids)}:")
        try:
            answered += await desk.ask(await desk.whole(approval_id), typed)
        except CommandError as error:
            if len(ids) == 1:
                raise
            print(f"peerline: {error}", file=sys.stderr)
        print()
    return 0 if answered else REFUSED


def _deny(options: argparse.Namespace) -> int:
    from peerline.protocol.approvals import Choice
    from peerline.watch.questions import answer_command

    async def deny(desk: "Desk") -> int:
        if options.id is not None:
            approval = await desk.whole(options.id)
        else:
            mine = [one for one in desk.open() if desk.may_answer(one)]
            if len(mine) > 1:
                ways = "; ".join(answer_command("deny", desk.session_id, one) for one in mine)
                raise CommandError(f"{len(mine)} questions are open. Deny one of them: {ways}")
            approval = mine[0] if mine else desk.open()[0]
        desk.refuse_unless_permitted(approval)
        await desk.answer(approval, Choice.DENY, options.reason)
        return 0

    return _at_desk(options, deny)


def _at_desk(options: argparse.Namespace, act: "Callable[[Desk], Awaitable[int]]") -> int:
    """Join the session that is meant, and act there."""
    from peerline.cli.answering import with_desk
    from peerline.cli.joining import in_session

    return in_session(options, lambda make_client: with_desk(make_client, act))
