"""The command line `peerline`: thin, and it imports only what the command needs."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from peerline import user_folders
from peerline.cli.arguments import (
    ADDRESS,
    FILE,
    FOLDER,
    LISTEN_HOST,
    LISTEN_PORT,
    LOG_LEVEL,
    MOMENT,
    NOT_EMPTY,
    SECONDS,
    SESSION,
    TITLE,
    USER,
    USERNAME,
    USES,
    Parser,
    UsageError,
)
from peerline.owner_only import replace_private
from peerline.protocol.roles import Role
from peerline.protocol.text import show_block, show_line

if TYPE_CHECKING:
    from peerline.protocol.links import SessionLink
    from peerline_server.admin.offline import Moderation

DEFAULT_TOKEN_SECONDS: Final = 30 * 24 * 3600
_BROKEN_PIPE: Final = 141
_INTERRUPTED: Final = 130
"""As shells have it: 128 and the number of the signal."""


class CommandError(Exception):
    """A command cannot be carried out; the text is for the user, `code` for the process' exit."""

    def __init__(self, text: str, *, code: int = 2) -> None:
        super().__init__(text)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the process' exit code."""
    try:
        options = _parser().parse_args(arguments)
        if getattr(options, "data_dir", Path()) is None:
            options.data_dir = default_data_dir()
        code: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except CommandError as error:
        # It may name what peers wrote, such as the names of participants.
        print(f"peerline: {show_block(str(error))}", file=sys.stderr)
        return error.code
    except BrokenPipeError:
        _write_no_more()
        return _BROKEN_PIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"peerline: {where}{error.strerror or error}", file=sys.stderr)
        _write_no_more()
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _write_no_more() -> None:
    """Nobody reads what is printed: the interpreter's end shall not try again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def default_data_dir() -> Path:
    """Where the server keeps its data if nothing else is said.

    Raises:
        NoHomeError: if there is no home to keep them in.
    """
    return user_folders.data_dir(os.environ)


def _existing_data(options: argparse.Namespace) -> Path:
    """The data directory, for a command that looks for something in it.

    Raises:
        CommandError: if no server has ever kept data there.
    """
    folder: Path = options.data_dir
    if not _has_data(folder):
        raise _no_data(folder)
    return folder


def _place_for_data(options: argparse.Namespace) -> Path:
    """The data directory, for a command that may be the first: an empty folder will do.

    Raises:
        CommandError: if there is no such folder, or other things are in it.
    """
    folder: Path = options.data_dir
    if not _has_data(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise _no_data(folder)
    return folder


def _has_data(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("peerline.db", "secret"))


def _no_data(folder: Path) -> CommandError:
    return CommandError(
        f"No Peerline data in {folder.absolute()} (looked for peerline.db). Name the server's "
        f"data directory with --data-dir or PEERLINE_DATA_DIR ({_default_shown()} by default), or "
        "start a server there with peerline serve.",
        code=1,
    )


def _default_shown() -> str:
    try:
        return str(default_data_dir())
    except OSError:
        return "none"


def _parser() -> Parser:
    parser = Parser(
        prog="peerline",
        description="Real-time collaboration for coding sessions, in everybody's own editor.",
    )
    parser.add_argument("--version", action="version", version=f"peerline {version('peerline')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the collaboration server in the foreground")
    serve.add_argument("--host", type=LISTEN_HOST, help="address to listen on (127.0.0.1)")
    serve.add_argument(
        "--port", type=LISTEN_PORT, help="port to listen on (8377); 0 picks a free one"
    )
    _add_data_dir(serve)
    serve.set_defaults(run=_serve)

    _add_start_command(commands)

    lsp = commands.add_parser("lsp", help="run the language server beside an editor")
    lsp.add_argument("--stdio", action="store_true", help="speak over stdin and stdout (always)")
    lsp.add_argument("--log-file", type=FILE, help="where to log (stderr)")
    lsp.add_argument(
        "--log-level", type=LOG_LEVEL, default="WARNING", help="how much to log (WARNING)"
    )
    lsp.set_defaults(run=_lsp)

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
        help="from now until it expires (30 days)",
    )
    _add_data_dir(token)
    token.set_defaults(run=_token)
    _add_revoke_command(token.add_subparsers(metavar="revoke", prog="peerline token"))

    session = commands.add_parser("session", help="create, list, show, moderate and end sessions")
    session_commands = session.add_subparsers(required=True, metavar="COMMAND")
    create = session_commands.add_parser("create", help="create a session and print its id")
    create.add_argument("--title", type=TITLE, required=True, help="what the session is called")
    create.add_argument(
        "--host-user", type=USER, required=True, metavar="ID", help="the host's user id"
    )
    _add_data_dir(create)
    create.set_defaults(run=_create_session)

    _add_archive_commands(commands, session_commands)

    invite = commands.add_parser("invite", help="print a link that lets others in")
    invite.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    invite.add_argument(
        "--role",
        required=True,
        choices=[Role.EDITOR.value, Role.VIEWER.value],
        help="as what",
    )
    invite.add_argument(
        "--expires",
        type=SECONDS,
        metavar="SECONDS",
        help="from now until it expires (7 days)",
    )
    invite.add_argument("--uses", type=USES, metavar="N", help="how many may use it (no limit)")
    invite.add_argument(
        "--address",
        type=ADDRESS,
        metavar="HOST:PORT",
        help="how others reach the server (the running one)",
    )
    _add_data_dir(invite)
    invite.set_defaults(run=_invite)

    _add_watch_command(commands)

    demo = commands.add_parser("demo", help="serve a sample session with a guide in it")
    demo.add_argument(
        "--host", type=LISTEN_HOST, default="127.0.0.1", help="address to listen on (127.0.0.1)"
    )
    demo.add_argument(
        "--port", type=LISTEN_PORT, help="port to listen on (8377); 0 picks a free one"
    )
    demo.add_argument("--workspace", type=FOLDER, help="the sample workspace")
    _add_data_dir(demo)
    demo.set_defaults(run=_demo)
    return parser


def _add_revoke_command(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
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
    _add_data_dir(revoke)
    revoke.set_defaults(run=_revoke_tokens)


def _add_start_command(
    commands: Any,  # noqa: ANN401 - argparse keeps the type of sub-parsers to itself
) -> None:
    start = commands.add_parser(
        "start", help="start a session, and a server if none runs; prints JSON for editors"
    )
    start.add_argument("--title", type=TITLE, required=True, help="what the session is called")
    start.add_argument("--user", type=USER, required=True, metavar="ID", help="the host's user id")
    start.add_argument("--name", type=USERNAME, required=True, help="the name that others see")
    start.add_argument(
        "--host", type=LISTEN_HOST, help="address to listen on, if a server is started (127.0.0.1)"
    )
    start.add_argument(
        "--address",
        type=ADDRESS,
        metavar="HOST:PORT",
        help="how others reach the server (where it listens)",
    )
    _add_data_dir(start)
    start.set_defaults(run=_start)


def _add_archive_commands(
    commands: Any,  # noqa: ANN401 - argparse keeps the type of sub-parsers to itself
    session_commands: Any,  # noqa: ANN401 - the same
) -> None:
    listing = session_commands.add_parser("list", help="list the sessions")
    _add_data_dir(listing)
    listing.set_defaults(run=_list_sessions)
    show = session_commands.add_parser("show", help="show a session as Markdown")
    show.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    _add_data_dir(show)
    show.set_defaults(run=_export, format="markdown", output=None)

    _add_moderation_commands(session_commands)

    export = commands.add_parser("export", help="write a whole session to a file")
    export.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    export.add_argument(
        "--format",
        choices=["json", "markdown"],
        default="json",
        help="json, which can be imported, or markdown, to be read (json)",
    )
    export.add_argument("--output", type=FILE, metavar="FILE", help="where to (standard output)")
    _add_data_dir(export)
    export.set_defaults(run=_export)

    bring_in = commands.add_parser("import", help="bring an exported session in (JSON)")
    bring_in.add_argument("file", type=FILE, metavar="FILE", help="what `export` wrote")
    bring_in.add_argument(
        "--id", type=SESSION, metavar="SESSION", help="another id for the session"
    )
    _add_data_dir(bring_in)
    bring_in.set_defaults(run=_import)


def _add_moderation_commands(
    session_commands: Any,  # noqa: ANN401 - argparse keeps the type of sub-parsers to itself
) -> None:
    end = session_commands.add_parser(
        "end",
        help="end a session for everyone",
        description="Ends a session for everyone, at once. Its chat and comments stay and can be "
        "shown and exported, but nobody comes back into it.",
    )
    end.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    _add_data_dir(end)
    end.set_defaults(run=_end_session)

    role = session_commands.add_parser("role", help="give a participant another role, at once")
    role.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    role.add_argument(
        "user", type=NOT_EMPTY, metavar="USER", help="the participant's name, or user id"
    )
    role.add_argument("role", choices=[role.value for role in Role], help="as what from now on")
    _add_data_dir(role)
    role.set_defaults(run=_change_role)

    remove = session_commands.add_parser("remove", help="remove a participant, at once")
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
    _add_data_dir(remove)
    remove.set_defaults(run=_remove_participant)


def _add_watch_command(
    commands: Any,  # noqa: ANN401 - argparse keeps the type of sub-parsers to itself
) -> None:
    watch = commands.add_parser(
        "watch",
        help="show a session live in the terminal, and chat in it",
        description="Shows who is in a session and where, the chat and the open comments, live. "
        "Where the output is no terminal, it prints plain lines like `tail -f` instead.",
    )
    watch.add_argument(
        "link",
        type=NOT_EMPTY,
        metavar="LINK",
        nargs="?",
        help="peerline://HOST:PORT/SESSION?invite=CODE (PEERLINE_LINK); - reads it from standard "
        "input, for everybody on this machine sees the arguments of a command",
    )
    watch.add_argument("--name", type=USERNAME, help="the name that others see (your user name)")
    watch.add_argument(
        "--token",
        type=NOT_EMPTY,
        help="a token of your account; better in PEERLINE_TOKEN, for everybody on this machine "
        "sees the arguments of a command",
    )
    watch.add_argument("--plain", action="store_true", help="print plain lines in a terminal too")
    watch.set_defaults(run=_watch)


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        type=FOLDER,
        metavar="DIR",
        help=f"where the server keeps its data ({_default_shown()})".replace("%", "%%"),
    )


def _serve(options: argparse.Namespace) -> int:
    from peerline_server.app import main as serve

    return serve(host=options.host, port=options.port, data_dir=options.data_dir)


def _start(options: argparse.Namespace) -> int:
    from peerline.cli.start import main as start

    return start(options)


def _lsp(options: argparse.Namespace) -> int:
    from peerline_bridge.main import main as run_bridge

    return run_bridge(log_file=options.log_file, log_level=options.log_level)


def _demo(options: argparse.Namespace) -> int:
    from peerline.cli.demo import main as run_demo

    return run_demo(options)


def _watch(options: argparse.Namespace) -> int:
    from peerline.protocol.links import LinkError, SessionLink
    from peerline.watch.main import WatchError
    from peerline.watch.main import main as watch

    try:
        link = SessionLink.parse(_given_link(options.link))
        token = options.token or _token_for(link)
        return watch(link, name=options.name, token=token, is_plain=options.plain)
    except (LinkError, WatchError) as error:
        raise CommandError(str(error)) from error


def _token_for(link: "SessionLink") -> str | None:
    """The token in PEERLINE_TOKEN, unless the environment says that it is for another server."""
    from peerline_bridge.session.tokens import is_named, named_servers

    named = named_servers(os.environ)
    return None if named and not is_named(link, named) else os.environ.get("PEERLINE_TOKEN")


def _given_link(text: str | None) -> str:
    """The link in the arguments, the environment or the first line of the standard input."""
    if text == "-":
        return sys.stdin.readline()
    found = text or os.environ.get("PEERLINE_LINK")
    if not found:
        raise CommandError("a link is needed: as LINK, in PEERLINE_LINK, or - for standard input")
    return found


def _token(options: argparse.Namespace) -> int:
    from peerline_server.auth.tokens import TokenIssuer, TokenVerifier, load_secret, secret_problem

    if options.user is None or options.name is None:
        raise CommandError("a token needs --user and --name")
    now = datetime.now(UTC)
    data_dir = _place_for_data(options)
    try:
        secret = load_secret(data_dir)
    except (OSError, ValueError) as error:
        raise CommandError(secret_problem(data_dir, error)) from error
    token = TokenIssuer(secret).issue(options.user, options.name, options.expires, now)
    TokenVerifier(secret).verify(token, now)
    print(token)
    return 0


def _revoke_tokens(options: argparse.Namespace) -> int:
    from peerline_server.admin.offline import revoke_tokens
    from peerline_server.auth.tokens import token_id_of
    from peerline_server.core.records import Revocation
    from peerline_server.store.base import StoreError

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
            token_id = token_id_of(text.strip())
            if token_id is None:
                raise CommandError("--token is no token with a claim jti; use --user instead")
        revocation = Revocation(token_id=token_id)
        what = f"the token {token_id}"
    try:
        asyncio.run(revoke_tokens(_existing_data(options), revocation))
    except StoreError as error:
        raise CommandError(str(error)) from error
    print(f"Revoked {what}.")
    return 0


def _create_session(options: argparse.Namespace) -> int:
    from peerline_server.admin.offline import create_session
    from peerline_server.store.base import StoreError

    data_dir = _place_for_data(options)
    try:
        print(asyncio.run(create_session(data_dir, options.title, options.host_user)))
    except StoreError as error:
        raise CommandError(str(error)) from error
    return 0


def _list_sessions(options: argparse.Namespace) -> int:
    from peerline_server.admin.archive import list_sessions
    from peerline_server.store.base import StoreError

    try:
        found = asyncio.run(list_sessions(_existing_data(options)))
    except StoreError as error:
        raise CommandError(str(error)) from error
    for session in found:
        state = "ended " if "ended_at" in session.state else "open  "
        changed = f"{session.updated_at:%Y-%m-%d %H:%M}"
        print(f"{session.id}  {state}  {changed}  {show_line(session.title)}")
    if not found:
        print("There are no sessions yet: peerline session create", file=sys.stderr)
    return 0


def _export(options: argparse.Namespace) -> int:
    from peerline_server.admin.archive import export_session, load
    from peerline_server.admin.markdown import to_markdown
    from peerline_server.store.base import StoreError

    data_dir = _existing_data(options)
    try:
        if options.format == "json":
            text = asyncio.run(export_session(data_dir, options.session)) + "\n"
        else:
            text = to_markdown(asyncio.run(load(data_dir, options.session)))
    except StoreError as error:
        raise CommandError(str(error)) from error
    if options.output is None:
        print(text, end="")
        return 0
    try:
        _write(options.output, text)
    except OSError as error:
        raise CommandError(f"cannot write {options.output}: {error.strerror}") from error
    return 0


def _write(path: Path, text: str) -> None:
    """Write an export: to a file for its owner only, or to a device or a pipe that is there."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
    else:
        replace_private(path, text)


def _import(options: argparse.Namespace) -> int:
    from peerline_server.admin.archive import import_session
    from peerline_server.store.base import StoreError

    data_dir = _place_for_data(options)
    try:
        text = options.file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{options.file} is not an export of a session: not UTF-8") from error
    except OSError as error:
        raise CommandError(f"cannot read {options.file}: {error.strerror}") from error
    try:
        print(asyncio.run(import_session(data_dir, text, new_id=options.id)))
    except StoreError as error:
        raise CommandError(str(error)) from error
    return 0


def _end_session(options: argparse.Namespace) -> int:
    from peerline.protocol.session import EndSession

    return _moderate(options, lambda _: EndSession(session_id=options.session))


def _change_role(options: argparse.Namespace) -> int:
    from peerline.protocol.participants import ChangeRole

    return _moderate(
        options,
        lambda user_id: ChangeRole(
            session_id=options.session, user_id=user_id, role=Role(options.role)
        ),
    )


def _remove_participant(options: argparse.Namespace) -> int:
    from peerline.protocol.participants import RemoveParticipant

    return _moderate(
        options,
        lambda user_id: RemoveParticipant(
            session_id=options.session,
            user_id=user_id,
            ban=options.ban,
            revoke_invite=options.revoke_invite,
        ),
    )


def _moderate(options: argparse.Namespace, make_message: "Callable[[str], Moderation]") -> int:
    from peerline.cli.hosting import HostingError, act_as_host
    from peerline_server.store.base import StoreError

    data_dir = _existing_data(options)
    user = getattr(options, "user", None)
    try:
        asyncio.run(act_as_host(data_dir, options.session, user, make_message))
    except (HostingError, StoreError) as error:
        raise CommandError(str(error)) from error
    return 0


def _invite(options: argparse.Namespace) -> int:
    from peerline_server.admin.offline import create_invite
    from peerline_server.admin.runfile import read_address
    from peerline_server.core.invites import DEFAULT_LIFETIME
    from peerline_server.store.base import StoreError

    data_dir = _existing_data(options)
    address = options.address or read_address(data_dir)
    lifetime = DEFAULT_LIFETIME if options.expires is None else timedelta(seconds=options.expires)
    try:
        link = asyncio.run(
            create_invite(
                data_dir,
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
