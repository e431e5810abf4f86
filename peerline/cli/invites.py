"""The command `peerline invite`."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

from peerline.cli.arguments import ADDRESS, SECONDS, SESSION, USES, SubCommands
from peerline.cli.data_folder import add_data_dir, existing_data, run_on_store
from peerline.cli.errors import CommandError
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role

_NOT_HERE: Final = "For a session on somebody else's server, ask its host for a link."
_LOCAL: Final = (
    "the link works on this computer only. For one that others can use, open a way with "
    "`peerline start --reach`, or name the server's address with --address"
)


def add_invite(commands: SubCommands) -> None:
    """Add `peerline invite`."""
    invite = commands.add_parser("invite", help="print a link to join a session with")
    invite.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    invite.add_argument(
        "--role",
        required=True,
        choices=[Role.EDITOR.value, Role.VIEWER.value],
        help="role of the people who join: editors chat, comment and write in shared files; "
        "viewers read",
    )
    invite.add_argument(
        "--expires",
        type=SECONDS,
        metavar="SECONDS",
        help="seconds until it expires (7 days)",
    )
    invite.add_argument("--uses", type=USES, metavar="N", help="how many may use it (no limit)")
    invite.add_argument(
        "--address",
        type=ADDRESS,
        metavar="HOST:PORT",
        help="how others reach the server, or https://HOST (by default as it was opened)",
    )
    invite.add_argument(
        "--web",
        action="store_true",
        help="print the link that opens in a browser; editors take it too",
    )
    add_data_dir(invite)
    invite.set_defaults(run=_invite)


def _invite(options: argparse.Namespace) -> int:
    from peerline.cli.addresses import is_loopback
    from peerline.cli.for_others import address_for_others
    from peerline_server.core.invites import DEFAULT_LIFETIME

    try:
        data_dir = existing_data(options)
    except CommandError as error:
        raise CommandError(f"{error} {_NOT_HERE}", code=error.code) from error
    address = options.address or address_for_others(data_dir, options.session)
    lifetime = DEFAULT_LIFETIME if options.expires is None else timedelta(seconds=options.expires)
    link = run_on_store(_create(options, data_dir, address=address, lifetime=lifetime))
    print(link.page_url if options.web else link)
    if is_loopback(link.address):
        print(f"peerline: {_LOCAL}", file=sys.stderr)
    return 0


async def _create(
    options: argparse.Namespace, data_dir: Path, *, address: str, lifetime: timedelta
) -> SessionLink:
    from peerline_server.admin.offline import NoSuchSessionError, create_invite
    from peerline_server.store.base import StoreError

    role = Role(options.role)
    try:
        return await create_invite(
            data_dir,
            options.session,
            role,
            address=address,
            lifetime=lifetime,
            max_uses=options.uses,
        )
    except NoSuchSessionError as error:
        raise StoreError(f"{error} here. {_NOT_HERE}") from error
