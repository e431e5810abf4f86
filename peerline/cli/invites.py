"""The command `peerline invite`."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from datetime import timedelta
from typing import Final

from peerline.cli.arguments import ADDRESS, SECONDS, SESSION, USES, SubCommands
from peerline.cli.data_folder import add_data_dir, existing_data, run_on_store
from peerline.protocol.roles import Role

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
    from peerline_server.admin.offline import create_invite
    from peerline_server.core.invites import DEFAULT_LIFETIME

    data_dir = existing_data(options)
    address = options.address or address_for_others(data_dir, options.session)
    lifetime = DEFAULT_LIFETIME if options.expires is None else timedelta(seconds=options.expires)
    link = run_on_store(
        create_invite(
            data_dir,
            options.session,
            Role(options.role),
            address=address,
            lifetime=lifetime,
            max_uses=options.uses,
        )
    )
    print(link.page_url if options.web else link)
    if is_loopback(link.address):
        print(f"peerline: {_LOCAL}", file=sys.stderr)
    return 0
