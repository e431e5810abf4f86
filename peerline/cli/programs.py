"""The commands that run a program: serve, start, lsp, demo."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import gc

from peerline.cli.arguments import (
    ADDRESS,
    FILE,
    FOLDER,
    LISTEN_HOST,
    LISTEN_PORT,
    LOG_LEVEL,
    SESSION,
    TITLE,
    USER,
    USERNAME,
    SubCommands,
)
from peerline.cli.data_folder import add_data_dir
from peerline.cli.reach_options import add_reach


def add_serve(commands: SubCommands) -> None:
    """Add `peerline serve`."""
    serve = commands.add_parser(
        "serve",
        help="run the collaboration server in the foreground",
        description="Runs a server until Ctrl-C. The data directory is created if there is none.",
    )
    serve.add_argument("--host", type=LISTEN_HOST, help="address to listen on (127.0.0.1)")
    serve.add_argument(
        "--port", type=LISTEN_PORT, help="port to listen on (8377); 0 picks a free one"
    )
    add_data_dir(serve)
    serve.set_defaults(run=_serve)


def add_start(commands: SubCommands) -> None:
    """Add `peerline start`."""
    start = commands.add_parser(
        "start",
        help="start a session, and a server if none runs",
        description="Starts a session and prints the link to join it. If no server runs on this "
        "computer, one runs here until Ctrl-C, or in the background with --background.",
    )
    start.add_argument("--title", type=TITLE, help="title of the session (the folder's name)")
    start.add_argument("--name", type=USERNAME, help="name that others see (your user name)")
    start.add_argument("--user", type=USER, metavar="ID", help="user id of the host (the name)")
    start.add_argument(
        "--session",
        type=SESSION,
        metavar="SESSION",
        help="go on with this session of yours instead of starting another one",
    )
    how = start.add_mutually_exclusive_group()
    how.add_argument(
        "--background", action="store_true", help="return at once; the server goes on running"
    )
    how.add_argument(
        "--json",
        action="store_true",
        help="the same, and print the link, the invite and the host's token as JSON, for editors",
    )
    add_reach(start)
    start.add_argument(
        "--host", type=LISTEN_HOST, help="address to listen on, if a server is started (127.0.0.1)"
    )
    start.add_argument(
        "--address",
        type=ADDRESS,
        metavar="HOST:PORT",
        help="how others reach the server (where it listens)",
    )
    add_data_dir(start)
    start.set_defaults(run=_start)


def add_lsp(commands: SubCommands) -> None:
    """Add `peerline lsp`."""
    lsp = commands.add_parser(
        "lsp",
        help="run the language server beside an editor",
        description="Runs the language server. Editors start it; by hand there is no use for it.",
    )
    lsp.add_argument("--stdio", action="store_true", help="speak over stdin and stdout (always)")
    lsp.add_argument("--log-file", type=FILE, metavar="FILE", help="file to log to (stderr)")
    lsp.add_argument(
        "--log-level",
        metavar="LEVEL",
        type=LOG_LEVEL,
        default="WARNING",
        help="how much to log (WARNING)",
    )
    lsp.set_defaults(run=_lsp)


def add_demo(commands: SubCommands) -> None:
    """Add `peerline demo`."""
    demo = commands.add_parser(
        "demo",
        help="serve a sample session with a guide in it",
        description="Serves a sample session with a guide in it until Ctrl-C, and prints the lines "
        "to join it with Neovim and in a terminal. If the port is in use, a free one is taken.",
    )
    demo.add_argument(
        "--host", type=LISTEN_HOST, default="127.0.0.1", help="address to listen on (127.0.0.1)"
    )
    demo.add_argument(
        "--port", type=LISTEN_PORT, help="port to listen on (8377); 0 picks a free one"
    )
    demo.add_argument("--workspace", type=FOLDER, metavar="DIR", help="another sample workspace")
    add_data_dir(demo)
    demo.set_defaults(run=_demo)


def _serve(options: argparse.Namespace) -> int:
    # What is imported stays: to look for garbage in it takes a 20th of the start.
    gc.disable()
    from peerline_server.app import main as serve

    gc.enable()
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
