"""The command line `peerline`: thin, and it imports only what the command needs."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from peerline.protocol.roles import Role

DEFAULT_TOKEN_SECONDS = 30 * 24 * 3600


class CommandError(Exception):
    """A command cannot be carried out; the text is for the user."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the process' exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except CommandError as error:
        print(f"peerline: {error}", file=sys.stderr)
        return 2


def default_data_dir() -> Path:
    """Where the server keeps its data if nothing else is said."""
    given = os.environ.get("PEERLINE_DATA_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "Peerline"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/Peerline"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "peerline"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="peerline",
        description="Real-time collaboration for coding sessions, in everybody's own editor.",
    )
    parser.add_argument("--version", action="version", version=f"peerline {version('peerline')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the collaboration server in the foreground")
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (8377); 0 picks a free one")
    _add_data_dir(serve)
    serve.set_defaults(run=_serve)

    lsp = commands.add_parser("lsp", help="run the language server beside an editor")
    lsp.add_argument("--stdio", action="store_true", help="speak over stdin and stdout (always)")
    lsp.add_argument("--log-file", type=Path, help="where to log (stderr)")
    lsp.add_argument("--log-level", default="WARNING", help="how much to log (WARNING)")
    lsp.set_defaults(run=_lsp)

    token = commands.add_parser("token", help="print a token that signs a user in")
    token.add_argument("--user", required=True, metavar="ID", help="the user's id")
    token.add_argument("--name", required=True, help="the name that others see")
    token.add_argument(
        "--expires",
        type=float,
        default=DEFAULT_TOKEN_SECONDS,
        metavar="SECONDS",
        help="from now until it expires (30 days)",
    )
    _add_data_dir(token)
    token.set_defaults(run=_token)

    session = commands.add_parser("session", help="create sessions")
    session_commands = session.add_subparsers(required=True, metavar="COMMAND")
    create = session_commands.add_parser("create", help="create a session and print its id")
    create.add_argument("--title", required=True, help="what the session is called")
    create.add_argument("--host-user", required=True, metavar="ID", help="the host's user id")
    _add_data_dir(create)
    create.set_defaults(run=_create_session)

    invite = commands.add_parser("invite", help="print a link that lets others in")
    invite.add_argument("session", metavar="SESSION", help="the session's id")
    invite.add_argument(
        "--role",
        required=True,
        choices=[Role.EDITOR.value, Role.VIEWER.value],
        help="as what",
    )
    invite.add_argument(
        "--expires",
        type=float,
        metavar="SECONDS",
        help="from now until it expires (7 days)",
    )
    invite.add_argument("--uses", type=int, metavar="N", help="how many may use it (no limit)")
    invite.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="how others reach the server (the running one)",
    )
    _add_data_dir(invite)
    invite.set_defaults(run=_invite)

    demo = commands.add_parser("demo", help="serve a sample session with a guide in it")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=int, help="port to listen on (8377); 0 picks a free one")
    demo.add_argument("--workspace", type=Path, help="the sample workspace")
    _add_data_dir(demo)
    demo.set_defaults(run=_demo)
    return parser


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=default_data_dir(),
        metavar="DIR",
        help=f"where the server keeps its data ({default_data_dir()})",
    )


def _serve(options: argparse.Namespace) -> int:
    from server.app import main as serve

    return serve(host=options.host, port=options.port, data_dir=options.data_dir)


def _lsp(options: argparse.Namespace) -> int:
    from lsp_bridge.main import main as run_bridge

    return run_bridge(log_file=options.log_file, log_level=options.log_level)


def _demo(options: argparse.Namespace) -> int:
    from peerline.demo import main as run_demo

    return run_demo(options)


def _token(options: argparse.Namespace) -> int:
    from server.auth import TokenIssuer, TokenVerifier, load_secret

    now = datetime.now(UTC)
    try:
        secret = load_secret(options.data_dir)
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read the server's secret: {error}") from error
    _check_user_id("--user", options.user)
    if options.expires <= 0:
        raise CommandError("--expires must be more than 0 seconds")
    token = TokenIssuer(secret).issue(options.user, options.name, options.expires, now)
    TokenVerifier(secret).verify(token, now)
    print(token)
    return 0


def _create_session(options: argparse.Namespace) -> int:
    from server.administration import create_session
    from server.store.base import StoreError

    _check_user_id("--host-user", options.host_user)
    title = options.title.strip()
    if not title or len(title) > _MAX_TITLE_CHARS or not title.isprintable():
        raise CommandError(f"--title must be 1 to {_MAX_TITLE_CHARS} printable characters")
    try:
        print(asyncio.run(create_session(options.data_dir, title, options.host_user)))
    except StoreError as error:
        raise CommandError(str(error)) from error
    return 0


def _invite(options: argparse.Namespace) -> int:
    from server.administration import create_invite
    from server.invites import DEFAULT_LIFETIME
    from server.runfile import read_address
    from server.store.base import StoreError

    if options.expires is not None and options.expires <= 0:
        raise CommandError("--expires must be more than 0 seconds")
    if options.uses is not None and options.uses <= 0:
        raise CommandError("--uses must be more than 0")
    address = options.address or read_address(options.data_dir)
    lifetime = DEFAULT_LIFETIME if options.expires is None else timedelta(seconds=options.expires)
    try:
        link = asyncio.run(
            create_invite(
                options.data_dir,
                options.session,
                Role(options.role),
                address=address,
                lifetime=lifetime,
                max_uses=options.uses,
            )
        )
    except StoreError as error:
        raise CommandError(str(error)) from error
    print(link)
    return 0


_MAX_TITLE_CHARS = 200


def _check_user_id(option: str, value: str) -> None:
    if not 1 <= len(value) <= 128 or not all("!" <= char <= "~" for char in value):  # noqa: PLR2004 - as in UserId
        raise CommandError(f"{option} must be 1 to 128 visible ASCII characters")
