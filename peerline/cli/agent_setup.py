"""The command `peerline agent setup`: shows what it would change, asks, and keeps a backup."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import sys
from pathlib import Path
from typing import Final

from peerline.cli.arguments import SubCommands
from peerline.cli.errors import CommandError

_OPENCODE: Final = """\
opencode has the tools of a session now, for which peerline[agents] must be installed. It has no
hooks that Peerline uses: to have its work seen, share it with
    peerline agent host LINK -- opencode acp"""
_CANNOT_ASK: Final = {
    "prompts": "only the hooks of claude-code and codex can answer for you: leave --approvals out",
    "headless": "only the hooks of claude-code can answer without a terminal; for codex use "
    "--approvals",
}
_CODEX: Final = """\
Codex runs hooks only if they are switched on and trusted: put
    [features]
    hooks = true
into its config.toml, and accept the hooks when Codex asks."""


def add_setup(parts: SubCommands) -> None:
    """Add `peerline agent setup`."""
    setup = parts.add_parser(
        "setup",
        help="put Peerline into the configuration of an agent",
        description="Shows what changes and asks: hooks, and for opencode an MCP server. What "
        "others have put there stays as it is.",
    )
    setup.add_argument("product", choices=["claude-code", "codex", "gemini", "opencode"])
    setup.add_argument(
        "--scope", choices=["project", "user"], default="project", help="this folder, or all"
    )
    setup.add_argument(
        "--approvals",
        nargs="?",
        const="prompts",
        choices=["prompts", "headless"],
        help="have the session asked, too, when the agent asks you for a permission; headless: "
        "also where it runs without a terminal (Claude Code, Codex)",
    )
    setup.add_argument("--remove", action="store_true", help="take Peerline out again")
    setup.add_argument("--dry-run", action="store_true", help="show what would change")
    setup.add_argument("--yes", action="store_true", help="change it without asking")
    setup.set_defaults(run=_setup)


def _setup(options: argparse.Namespace) -> int:
    from peerline.agent import hook_program
    from peerline.agent.setup.files import (
        as_text,
        difference,
        read_settings,
        settings_file,
        write_settings,
    )
    from peerline.agent.setup.hook_tables import can_ask, wanted
    from peerline.agent.setup.merging import ConfigurationError, with_hooks, without_hooks
    from peerline.agent.setup.tool_servers import with_server, without_server

    if options.approvals is not None and not can_ask(options.product, options.approvals):
        raise CommandError(_CANNOT_ASK[options.approvals])
    try:
        path = settings_file(options.product, options.scope, Path.cwd())
        before, settings = read_settings(path)
        if options.product == "opencode":
            changed = (
                without_server(settings) if options.remove else with_server(settings, _tools())
            )
        elif options.remove:
            changed = without_hooks(settings)
        else:
            program = str(Path(hook_program.__file__).resolve())
            hooks = wanted(options.product, sys.executable, program, options.approvals)
            changed = with_hooks(settings, hooks)
    except ConfigurationError as error:
        raise CommandError(str(error)) from error
    if changed == settings:
        print(f"{path} is as it should be: nothing to change.")
        return 0
    after = as_text(changed)
    print(difference(path, before, after), end="")
    if options.dry_run:
        return 0
    if not options.yes and not _agrees(path):
        print("Nothing was changed.")
        return 1
    try:
        backup = write_settings(path, before, after)
    except ConfigurationError as error:
        raise CommandError(str(error)) from error
    print(f"Changed {path}." + (f" As it was: {backup}" if backup else ""))
    if not options.remove and (
        more := {"codex": _CODEX, "opencode": _OPENCODE}.get(options.product)
    ):
        print(more)
    return 0


def _tools() -> tuple[str, ...]:
    """The command of the MCP server: by its name, as others who see the file have it, if we can."""
    from peerline import processes

    named = ("peerline", "mcp", "--stdio")
    is_found = processes.find_program(named[0]) is not None
    return named if is_found else processes.own(*named[1:]).arguments


def _agrees(path: Path) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("there is nobody to ask: run it in a terminal, or with --yes")
    return input(f"Change {path}? [y/N] ").strip().lower() in {"y", "yes"}
