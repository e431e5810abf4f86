"""The commands of tokens: `peerline token` and `peerline token revoke`."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from datetime import UTC, datetime
from typing import Final

from peerline.cli.arguments import MOMENT, NOT_EMPTY, SECONDS, USER, USERNAME, SubCommands
from peerline.cli.data_folder import add_data_dir, existing_data, place_for_data, run_on_store
from peerline.cli.errors import CommandError

DEFAULT_TOKEN_SECONDS: Final = 30 * 24 * 3600


def add_token(commands: SubCommands) -> None:
    """Add `peerline token`."""
    token = commands.add_parser(
        "token",
        help="print a token that signs a user in, or revoke some (token revoke)",
        usage="peerline token --user ID --name NAME [--expires SECONDS] [--data-dir DIR]\n"
        "       peerline token revoke (--user ID | --id JTI | --token TOKEN) ...",
    )
    token.add_argument("--user", type=USER, metavar="ID", help="the user's id")
    token.add_argument("--name", type=USERNAME, help="the name that others see")
    token.add_argument(
        "--expires",
        type=SECONDS,
        default=DEFAULT_TOKEN_SECONDS,
        metavar="SECONDS",
        help="seconds until it expires (30 days)",
    )
    add_data_dir(token)
    token.set_defaults(run=_token)
    _add_revoke(token.add_subparsers(metavar="revoke", prog="peerline token"))


def _add_revoke(commands: SubCommands) -> None:
    revoke = commands.add_parser(
        "revoke",
        help="end tokens before they expire, and the connections that they signed in",
    )
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("--user", type=USER, metavar="ID", help="all that this user has")
    which.add_argument("--id", type=NOT_EMPTY, metavar="JTI", help="the one with this claim jti")
    which.add_argument(
        "--token",
        type=NOT_EMPTY,
        metavar="TOKEN",
        help="this one; - reads it from the standard input",
    )
    revoke.add_argument(
        "--issued-before",
        type=MOMENT,
        metavar="TIME",
        help="with --user: those issued before this time, such as 2026-01-31T12:00Z (now)",
    )
    add_data_dir(revoke)
    revoke.set_defaults(run=_revoke_tokens)


def _token(options: argparse.Namespace) -> int:
    from peerline_server.auth.secret import load_secret, secret_problem
    from peerline_server.auth.tokens import TokenIssuer, TokenVerifier

    if options.user is None or options.name is None:
        raise CommandError("a token needs --user and --name")
    now = datetime.now(UTC)
    data_dir = place_for_data(options)
    try:
        secret = load_secret(data_dir)
    except (OSError, ValueError) as error:
        raise CommandError(secret_problem(data_dir, error)) from error
    token = TokenIssuer(secret).issue(options.user, options.name, options.expires, now)
    TokenVerifier(secret).verify(token, now)
    print(token)
    return 0


def _revoke_tokens(options: argparse.Namespace) -> int:
    from peerline.client.tokens import clean_token
    from peerline_server.admin.offline import revoke_tokens
    from peerline_server.auth.tokens import token_id_of
    from peerline_server.core.records import Revocation

    if options.user is None and options.issued_before is not None:
        raise CommandError("--issued-before goes with --user")
    if options.user is not None:
        moment = options.issued_before or datetime.now(UTC)
        revocation = Revocation(user_id=options.user, issued_before=moment)
        what = f"the tokens of {options.user} that were issued before {moment.isoformat()}"
    else:
        token_id = options.id
        if options.token is not None:
            text = sys.stdin.read() if options.token == "-" else options.token  # noqa: S105 - no secret
            token_id = token_id_of(clean_token(text) or "")
            if token_id is None:
                raise CommandError("--token is no token with a claim jti; use --user instead")
        revocation = Revocation(token_id=token_id)
        what = f"the token {token_id}"
    run_on_store(revoke_tokens(existing_data(options), revocation))
    print(f"Revoked {what}.")
    return 0
