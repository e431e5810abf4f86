"""`peerline copy`, `peerline migrate` and `peerline cluster`: databases as a whole."""
# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from peerline.cli.arguments import DATABASE, SubCommands
from peerline.cli.data_folder import (
    add_data_dir,
    existing_data,
    has_data,
    may_have_data,
    run_on_store,
)
from peerline.cli.errors import CommandError


def add_copy_and_migrate(commands: SubCommands) -> None:
    """Add `peerline copy` and `peerline migrate`."""
    copy = commands.add_parser("copy", help="copy all sessions into another database")
    copy.add_argument(
        "--from",
        dest="source",
        required=True,
        type=DATABASE,
        metavar="DIR|URL",
        help="data directory, or the postgresql:// URL of a database",
    )
    copy.add_argument(
        "--to",
        required=True,
        type=DATABASE,
        metavar="DIR|URL",
        help="an empty folder, or the URL of an empty database",
    )
    copy.set_defaults(run=_copy)
    migrate = commands.add_parser("migrate", help="bring the tables of the database up to date")
    add_data_dir(migrate)
    migrate.set_defaults(run=_migrate)


def add_cluster(commands: SubCommands) -> None:
    """Add `peerline cluster`."""
    cluster = commands.add_parser(
        "cluster",
        help="show the servers on a Postgres database, and who is in which session",
        description="Shows the servers on the database of PEERLINE_DATABASE_URL, the sessions that "
        "have not ended, and who is in them. Servers and who is here now are known from the Redis "
        "of PEERLINE_REDIS_URL.",
    )
    cluster.set_defaults(run=_cluster)


def _cluster(options: argparse.Namespace) -> int:  # noqa: ARG001 - it has none
    from peerline.protocol.text import show_line
    from peerline_server.admin.overview import cluster_overview

    found = run_on_store(cluster_overview(Path()))
    for node in found.nodes:
        connections = "" if node.live is None else f"{node.live.connections} connections, "
        state = ", stopping" if node.is_draining else ""
        print(
            f"Server {node.address}: {connections}{node.sessions} sessions, "
            f"version {node.version}{state}"
        )
    if not found.nodes:
        print("No server runs.")
    for session in found.sessions:
        people = ", ".join(show_line(name) for name in session.people) or "nobody"
        at = f" at {session.node}" if session.node else ""
        print(f"  {session.id}  {show_line(session.title)}{at}: {people}")
    if not found.sessions:
        print("  no open sessions")
    if found.missing is not None:
        print(
            f"This is what Postgres knows; who has just come or gone is not shown: {found.missing}",
            file=sys.stderr,
        )
    return 0


def _copy(options: argparse.Namespace) -> int:
    from peerline_server.admin.copying import copy_all

    source: str = options.source
    folder, target = _folder_of(source), _folder_of(options.to)
    if folder is not None and not has_data(folder):
        raise CommandError(f"no Peerline data in {source} (looked for peerline.db)", code=1)
    if target is not None and not may_have_data(target):
        raise CommandError(
            f"{target.absolute()} is not an empty folder; make one and name it with --to", code=1
        )
    count = run_on_store(copy_all(source, options.to))
    print(f"Copied {count} session{'' if count == 1 else 's'}.")
    return 0


def _folder_of(where: str) -> Path | None:
    """The folder that is meant; None for a database elsewhere."""
    if "://" not in where:
        return Path(where)
    url = urlsplit(where)
    return Path(url2pathname(url.path)) if url.scheme == "file" else None


def _migrate(options: argparse.Namespace) -> int:
    from peerline_server.admin.copying import migrate
    from peerline_server.admin.place import place_of

    run_on_store(migrate(place_of(existing_data(options))))
    print("The database is up to date.")
    return 0
