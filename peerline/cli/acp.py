"""The command `peerline acp`: an agent beside its editor."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
from collections.abc import Sequence

from peerline.cli.arguments import NOT_EMPTY, SubCommands, UsageError


def add_acp(commands: SubCommands) -> None:
    """Add `peerline acp`."""
    acp = commands.add_parser(
        "acp",
        usage="peerline acp -- CMD...",
        help="show the session what an editor's agent does",
        description="Runs an agent that speaks the Agent Client Protocol for an editor, which "
        "starts this command in its place. What they say to each other passes unchanged; the agent "
        "that `peerline agent start` has brought into a session reports it there.",
    )
    acp.add_argument("--observe", type=NOT_EMPTY, metavar="FOLDER", help=argparse.SUPPRESS)
    acp.add_argument(
        "command",
        type=NOT_EMPTY,
        nargs="*",
        metavar="CMD",
        help="the agent's command",
    )
    acp.set_defaults(run=_acp)


def _acp(options: argparse.Namespace) -> int:
    if options.observe:
        from peerline.agent.acp.observing import main as observe

        return observe(options.observe)
    return run(options.command)


def run(command: Sequence[str]) -> int:
    """Run an agent's command; its exit code.

    Raises:
        UsageError: if there is none.
    """
    if not command or not command[0].strip():
        raise UsageError("peerline acp: name the agent's command, as in: peerline acp -- CMD")
    from peerline.agent.acp.command import main as run_agent

    return run_agent(command)
