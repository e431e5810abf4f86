"""The commands that read and write whole sessions: `session show`, `export`, `import`."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
from pathlib import Path

from peerline.cli.arguments import FILE, SESSION, SubCommands
from peerline.cli.data_folder import add_data_dir, existing_data, place_for_data, run_on_store
from peerline.cli.errors import CommandError
from peerline.cli.streams import write_document
from peerline.owner_only import replace_private


def add_show(commands: SubCommands) -> None:
    """Add `peerline session show`."""
    show = commands.add_parser("show", help="show a session as Markdown")
    show.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    add_data_dir(show)
    show.set_defaults(run=_export, format="markdown", html=None, output=None)


def add_export_and_import(commands: SubCommands) -> None:
    """Add `peerline export` and `peerline import`."""
    export = commands.add_parser("export", help="write a whole session to a file")
    export.add_argument("session", type=SESSION, metavar="SESSION", help="the session's id")
    kinds = export.add_mutually_exclusive_group()
    kinds.add_argument(
        "--format",
        choices=["json", "markdown"],
        default="json",
        help="json, which can be imported, or markdown, to be read (json)",
    )
    kinds.add_argument(
        "--html",
        type=FILE,
        metavar="FILE",
        help="write a page that replays the session in a browser, whole in one file",
    )
    export.add_argument(
        "--output", type=FILE, metavar="FILE", help="file to write to (standard output)"
    )
    add_data_dir(export)
    export.set_defaults(run=_export)

    bring_in = commands.add_parser("import", help="import an exported session (JSON)")
    bring_in.add_argument("file", type=FILE, metavar="FILE", help="what `export` wrote")
    bring_in.add_argument(
        "--id", type=SESSION, metavar="SESSION", help="another id for the session"
    )
    add_data_dir(bring_in)
    bring_in.set_defaults(run=_import)


def _export(options: argparse.Namespace) -> int:
    from peerline_server.admin.archive import export_session, load_transcript
    from peerline_server.admin.markdown import to_markdown

    if options.html is not None:
        return _export_html(options)
    data_dir = existing_data(options)
    if options.format == "json":
        text = run_on_store(export_session(data_dir, options.session)) + "\n"
    else:
        text = to_markdown(*run_on_store(load_transcript(data_dir, options.session)))
    if options.output is None:
        write_document(text)
    else:
        _write(options.output, text)
    return 0


def _export_html(options: argparse.Namespace) -> int:
    from peerline_server.admin.replay import TEMPLATE, load_replay, to_replay

    if options.output is not None:
        raise CommandError("--html names the file itself: leave --output out")
    data_dir = existing_data(options)
    try:
        template = TEMPLATE.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(
            "the replay was not built: in a clone, run `make web`, which needs Node.js 20 or newer"
        ) from error
    title, entries = run_on_store(load_replay(data_dir, options.session))
    _write(options.html, to_replay(template, title, entries))
    return 0


def _write(path: Path, text: str) -> None:
    """Write an export: to a file for its owner only, or to a device or a pipe that is there.

    Raises:
        CommandError: if it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            replace_private(path, text)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error


def _import(options: argparse.Namespace) -> int:
    from peerline_server.admin.archive import import_session

    data_dir = place_for_data(options)
    try:
        text = options.file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{options.file} is not an export of a session: not UTF-8") from error
    except OSError as error:
        raise CommandError(f"cannot read {options.file}: {error.strerror}") from error
    print(run_on_store(import_session(data_dir, text, new_id=options.id)))
    return 0
