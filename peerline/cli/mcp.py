"""The command `peerline mcp`: an agent takes part in a session by tools."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import os

from peerline.cli.arguments import NOT_EMPTY, USERNAME, SubCommands
from peerline.cli.errors import CommandError


def add_mcp(commands: SubCommands) -> None:
    """Add `peerline mcp`."""
    mcp = commands.add_parser(
        "mcp",
        help="give an AI agent the tools to take part in a session",
        description="Runs an MCP server for one agent: it reads the chat and the comments, "
        "answers, and edits shared documents. The agent's program starts it, as in: "
        "claude mcp add peerline -- peerline mcp --stdio",
    )
    mcp.add_argument(
        "link",
        type=NOT_EMPTY,
        metavar="LINK",
        nargs="?",
        help="peerline://HOST:PORT/SESSION?invite=CODE; better in PEERLINE_LINK: the arguments of "
        "a command can be seen by other users",
    )
    mcp.add_argument("--stdio", action="store_true", help="speak over stdin and stdout (always)")
    mcp.add_argument("--name", type=USERNAME, help="the agent's name that others see (agent)")
    mcp.add_argument(
        "--speakers",
        choices=["owner", "hosts", "editors"],
        help="whose messages to the agent are requests; those of others are information (owner; of "
        "an agent that joins with an invite: hosts)",
    )
    mcp.set_defaults(run=_mcp)


def _mcp(options: argparse.Namespace) -> int:
    from peerline.agent.mcp.serving import ServingError
    from peerline.agent.mcp.serving import main as serve
    from peerline.client.tokens import clean_token
    from peerline.protocol.links import LinkError, SessionLink

    text = options.link or os.environ.get("PEERLINE_LINK")
    if not text:
        raise CommandError("a link is needed: as LINK or in PEERLINE_LINK")
    try:
        token = clean_token(os.environ.get("PEERLINE_AGENT_TOKEN"))
        return serve(
            SessionLink.parse(text),
            name=options.name or "agent",
            token=token,
            speakers=options.speakers or ("owner" if token else "hosts"),
        )
    except (LinkError, ServingError) as error:
        raise CommandError(str(error)) from error
