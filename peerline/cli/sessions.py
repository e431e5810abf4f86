"""The commands `peerline session …`: create, list, role, remove, end."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from peerline.cli.arguments import NOT_EMPTY, SESSION, TITLE, USER, SubCommands
from peerline.cli.data_folder import (
    add_data_dir,
    existing_data,
    has_data,
    place_for_data,
    run_on_store,
)
from peerline.cli.errors import CommandError
from peerline.cli.local_times import local_time
from peerline.protocol.roles import Role
from peerline.protocol.text import show_line

if TYPE_CHECKING:
    from peerline_server.admin.offline import Hosted, Moderation


def add_create(commands: SubCommands) -> None:
    """Add `peerline session create`."""
    create = commands.add_parser("create", help="create a session and print its id")
    create.add_argument("--title", type=TITLE, required=True, help="what the session is called")
    create.add_argument(
        "--host-user", type=USER, required=True, metavar="ID", help="the host's user id"
    )
    add_data_dir(create)
    create.set_defaults(run=_create_session)


def add_list(commands: SubCommands) -> None:
    """Add `peerline session list`."""
    listing = commands.add_parser(
        "list",
        help="list your sessions",
        description="Lists the sessions of your own server, and those elsewhere that you joined "
        "recently. With --data-dir: those of that data directory only. Times are local.",
    )
    add_data_dir(listing)
    listing.set_defaults(run=_list_sessions)


def add_moderation(commands: SubCommands) -> None:
    """Add `peerline session end`, `role` and `remove`."""
    end = commands.add_parser(
        "end",
        help="end a session for everyone",
        description="Ends a session for everyone, at once. Its chat and comments stay and can be "
        "shown and exported, but nobody comes back into it.",
    )
    end.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    add_data_dir(end)
    end.set_defaults(run=_end_session)

    role = commands.add_parser("role", help="give a participant another role, at once")
    role.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    role.add_argument(
        "user", type=NOT_EMPTY, metavar="USER", help="the participant's name, or user id"
    )
    role.add_argument("role", choices=[role.value for role in Role], help="the role from now on")
    add_data_dir(role)
    role.set_defaults(run=_change_role)

    remove = commands.add_parser("remove", help="remove a participant, at once")
    remove.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    remove.add_argument(
        "user", type=NOT_EMPTY, metavar="USER", help="the participant's name, or user id"
    )
    remove.add_argument(
        "--ban", action="store_true", help="no link readmits them until the ban is lifted"
    )
    remove.add_argument(
        "--revoke-invite",
        action="store_true",
        help="also revoke the link that they came by; without it a guest can return as a new guest",
    )
    add_data_dir(remove)
    remove.set_defaults(run=_remove_participant)


def _create_session(options: argparse.Namespace) -> int:
    from peerline_server.admin.offline import create_session

    data_dir = place_for_data(options)
    print(run_on_store(create_session(data_dir, options.title, options.host_user)))
    return 0


def _list_sessions(options: argparse.Namespace) -> int:
    from peerline.recent_sessions import RecentSessions
    from peerline_server.admin.archive import list_sessions

    recent = RecentSessions().listed() if options.is_default_data_dir else ()
    is_elsewhere = bool(recent) and not has_data(options.data_dir)
    found = () if is_elsewhere else run_on_store(list_sessions(existing_data(options)))
    for session in found:
        state = "ended " if "ended_at" in session.state else "open  "
        changed = local_time(session.updated_at)
        print(f"{session.id}  {state}  {changed}  {show_line(session.title)}")
    here = {session.id for session in found}
    elsewhere = [one for one in recent if one.session_id not in here]
    if elsewhere:
        print("\nJoined recently; to come back: peerline watch LINK, or in an editor\n")
        for one in elsewhere:
            print(f"{one.link}  {local_time(one.last_joined)}  {show_line(one.title)}")
    if not found and not elsewhere:
        print("There are no sessions yet: peerline start", file=sys.stderr)
    return 0


def _end_session(options: argparse.Namespace) -> int:
    from peerline.protocol.session import EndSession

    _moderate(options, lambda _: EndSession(session_id=options.session))
    return 0


def _change_role(options: argparse.Namespace) -> int:
    from peerline.protocol.participants import ChangeRole

    _moderate(
        options,
        lambda user_id: ChangeRole(
            session_id=options.session, user_id=user_id, role=Role(options.role)
        ),
    )
    return 0


def _remove_participant(options: argparse.Namespace) -> int:
    from peerline.protocol.participants import RemoveParticipant

    found = _moderate(
        options,
        lambda user_id: RemoveParticipant(
            session_id=options.session,
            user_id=user_id,
            ban=options.ban,
            revoke_invite=options.revoke_invite,
        ),
    )
    if found.link is not None:
        ending = (
            "no longer works"
            if options.revoke_invite
            else "still works; `--revoke-invite` would have revoked it, and hosts can in editors"
        )
        made = local_time(found.link.created_at)
        print(
            f"peerline: the {found.link.role} link of {made} that they joined by {ending}",
            file=sys.stderr,
        )
    return 0


def _moderate(options: argparse.Namespace, make_message: "Callable[[str], Moderation]") -> "Hosted":
    from peerline.cli.hosting import HostingError, act_as_host

    data_dir = existing_data(options)
    user = getattr(options, "user", None)
    try:
        return run_on_store(act_as_host(data_dir, options.session, user, make_message))
    except HostingError as error:
        raise CommandError(str(error)) from error
