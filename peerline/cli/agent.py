"""The commands of AI agents: `peerline agent …`, `hook`, `statusline` and `report`."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from peerline.agent import hook_program
from peerline.agent.reports import STATES
from peerline.agent.sharing import DEFAULT_SHARE, HOST_SHARE
from peerline.cli.agent_setup import add_setup
from peerline.cli.arguments import (
    APPROVAL_SECONDS,
    COST,
    FILE,
    FOLDER,
    NOT_EMPTY,
    SESSION_HELP,
    SHARE,
    TOKENS,
    USERNAME,
    SubCommands,
    UsageError,
)
from peerline.cli.errors import CommandError

_PRODUCTS: Final = ("claude-code", "codex", "gemini-cli", "opencode", "other")
_FORMATS: Final = ("peerline", "claude-code", "codex", "gemini-cli")


def add_agent(commands: SubCommands) -> None:
    """Add `peerline agent`."""
    agent = commands.add_parser("agent", help="let an AI agent take part in a session")
    parts = agent.add_subparsers(required=True, metavar="COMMAND")
    _add_start(parts)
    _add_host(parts)
    status = parts.add_parser("status", help="show the agent of this folder")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=_status)
    _add_stop(parts)
    _add_prompt(parts)
    allow = parts.add_parser("allow", help="let a participant ask the agent for work")
    allow.add_argument("name", type=USERNAME, metavar="NAME", help="as the session shows it")
    allow.set_defaults(run=_allow)
    mute = parts.add_parser("mute", help="send nothing of the agent from now on")
    mute.add_argument("--off", action="store_true", help="send again")
    mute.set_defaults(run=_mute)
    add_setup(parts)


def _add_start(parts: SubCommands) -> None:
    start = parts.add_parser(
        "start",
        help="have the agent of this folder join a session",
        description="Runs beside the agent of a folder: the hooks that `peerline agent setup` "
        "puts in place report to it. Run it in the agent's folder.",
    )
    start.add_argument(
        "link",
        type=NOT_EMPTY,
        metavar="LINK",
        nargs="?",
        help="the session (PEERLINE_LINK); - reads it from standard input",
    )
    start.add_argument("--name", type=USERNAME, help="the name that others see (the product)")
    start.add_argument("--owner-name", type=USERNAME, help="your own name (your user name)")
    start.add_argument("--product", choices=_PRODUCTS, default="claude-code", help="(claude-code)")
    start.add_argument(
        "--speakers",
        choices=["owner", "hosts", "editors"],
        default="owner",
        help="the people who may ask the agent for work by mentioning it (owner)",
    )
    start.add_argument(
        "--approvers",
        choices=["owner", "hosts", "editors"],
        default="owner",
        help="the people who may allow what it asks for beside you (owner)",
    )
    start.add_argument(
        "--share",
        type=SHARE,
        default=DEFAULT_SHARE,
        metavar="FIELDS",
        help="what the session sees (state,usage,plan,prompts,tools,files); diffs, output and "
        "thinking only if they are named",
    )
    start.add_argument("--foreground", action="store_true", help="run in this terminal")
    start.add_argument("--folder", type=FOLDER, help="the agent's folder (this one)")
    start.set_defaults(run=_start)


def _add_host(parts: SubCommands) -> None:
    host = parts.add_parser(
        "host",
        usage="peerline agent host [OPTION...] LINK -- CMD...",
        help="share an agent: the people of a session prompt it together",
        description="Runs an agent that speaks the Agent Client Protocol, such as "
        "claude-agent-acp, in this folder. People prompt it by a chat message that begins with "
        "@NAME; what it does is seen by everybody, and it asks people before it acts.",
    )
    host.add_argument(
        "link",
        type=NOT_EMPTY,
        metavar="LINK",
        help="the session; - reads it from standard input",
    )
    host.add_argument("command", type=NOT_EMPTY, nargs="*", metavar="CMD", help="the agent")
    host.add_argument(
        "--name", type=USERNAME, default="agent", help="the name that others see (agent)"
    )
    host.add_argument("--owner-name", type=USERNAME, help="your own name (your user name)")
    host.add_argument("--product", choices=_PRODUCTS, default="other", help="(other)")
    who = ["owner", "hosts", "editors"]
    host.add_argument(
        "--speakers",
        choices=who,
        default="editors",
        help="the people who may prompt it beside you (editors)",
    )
    host.add_argument(
        "--approvers",
        choices=who,
        default="owner",
        help="the people who may allow what it asks for beside you (owner)",
    )
    host.add_argument(
        "--approval-seconds",
        type=APPROVAL_SECONDS,
        default=300,
        metavar="N",
        help="how long it waits for an answer, which then is no (300)",
    )
    host.add_argument(
        "--share",
        type=SHARE,
        default=HOST_SHARE,
        metavar="FIELDS",
        help="what the session sees (state,usage,plan,prompts,tools,files,answer,terminals); "
        "diffs, output of other tools and thinking only if they are named",
    )
    host.add_argument("--folder", type=FOLDER, help="the agent's folder (this one)")
    host.set_defaults(run=_host)


def _add_prompt(parts: SubCommands) -> None:
    prompt = parts.add_parser(
        "prompt",
        help="give a shared agent a prompt",
        description="Gives an agent that is shared in a session a prompt, behind those that wait, "
        "and prints its place in the queue. The answer comes in the chat.",
    )
    prompt.add_argument("agent", type=NOT_EMPTY, metavar="NAME", help="as the session shows it")
    prompt.add_argument(
        "text", type=NOT_EMPTY, metavar="TEXT", help="the prompt; - reads it from standard input"
    )
    _add_place(prompt)
    prompt.set_defaults(run=_prompt)


def _add_stop(parts: SubCommands) -> None:
    stop = parts.add_parser(
        "stop",
        help="stop the turn of a shared agent; without NAME, have the agent of this folder leave",
        description="With NAME, stops what a shared agent in a session is at; it goes on with the "
        "next prompt. Without, has the agent of this folder leave its session.",
    )
    stop.add_argument(
        "agent", type=NOT_EMPTY, metavar="NAME", nargs="?", help="as the session shows it"
    )
    _add_place(stop)
    stop.set_defaults(run=_stop)


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--session", type=NOT_EMPTY, help=SESSION_HELP)
    parser.add_argument("--name", type=USERNAME, help="the name that you have in the session")


def split_command(given: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The arguments without the command behind `LINK --` of `peerline agent host`, and that.

    argparse takes a command as its own words only if all options come before the link.
    """
    if list(given[:2]) != ["agent", "host"] or "--" not in given:
        return given, ()
    at = list(given).index("--")
    has_link = any("://" in word or word == "-" for word in given[2:at])
    return (given[:at], given[at + 1 :]) if has_link else (given, ())


def _host(options: argparse.Namespace) -> int:
    if not options.command:
        text = "peerline agent host: name the agent's command, as in: host LINK -- claude-agent-acp"
        raise UsageError(text)
    from peerline.cli.agent_host import host

    return host(options)


def _start(options: argparse.Namespace) -> int:
    from peerline.cli.agent_start import start

    return start(options)


def add_hook(commands: SubCommands) -> None:
    """Add `peerline hook`, `peerline statusline` and `peerline report`."""
    hook = commands.add_parser(
        "hook",
        help="hand the JSON of an agent's hook on (peerline-hook is faster)",
    )
    hook.add_argument("--product", choices=_FORMATS[1:], default="claude-code")
    hook.add_argument(
        "--approvals", action="store_true", help="wait for people to allow or deny what it asks"
    )
    hook.set_defaults(run=_hook)
    statusline = commands.add_parser(
        "statusline", help="hand the JSON of a status line on, and print a line"
    )
    statusline.add_argument(
        "--then", type=NOT_EMPTY, metavar="CMD", help="the command that prints the line"
    )
    statusline.set_defaults(run=_statusline)
    _add_report(commands)


def _add_report(commands: SubCommands) -> None:
    report = commands.add_parser(
        "report",
        help="report what a script or an agent without hooks does",
        description="Reports to the agent that `peerline agent start` runs in this folder.",
    )
    report.add_argument("lines", nargs="?", choices=["-"], help="- reads JSON lines")
    report.add_argument("--format", choices=_FORMATS, default="peerline", help="of JSON lines")
    report.add_argument("--doing", type=NOT_EMPTY, help="what it does, in a few words")
    report.add_argument(
        "--state",
        choices=STATES,
    )
    report.add_argument("--tokens", type=TOKENS, metavar="N", help="tokens in the context")
    report.add_argument(
        "--limit", type=TOKENS, metavar="N", help="tokens that the context may have"
    )
    report.add_argument("--cost", type=COST, metavar="X", help="US dollars so far")
    report.add_argument("--file", type=FILE, metavar="F", help="a file that was changed")
    report.add_argument("--change", choices=["created", "modified", "deleted"], default="modified")
    report.add_argument("--note", type=NOT_EMPTY, metavar="T", help="a remark for the activity")
    report.add_argument("--chat", type=NOT_EMPTY, metavar="T", help="a message for the chat")
    report.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> int:
    if options.lines == "-":
        for line in sys.stdin:
            if line.strip():
                _send_line(line, options.format)
        return 0
    usage = {
        "context_used": options.tokens,
        "context_limit": options.limit,
        "cost": options.cost,
    }
    fields: dict[str, Any] = {
        "doing": options.doing,
        "state": options.state,
        "usage": {name: value for name, value in usage.items() if value is not None},
        "note": options.note,
        "chat": options.chat,
    }
    if options.file:
        fields |= {"file": str(Path(options.file).absolute()), "change": options.change}
    given = {name: value for name, value in fields.items() if value}
    if not given:
        raise CommandError("there is nothing to report; see peerline report --help")
    return _tell({"do": "report", **given})


def _send_line(line: str, form: str) -> None:
    try:
        event: object = json.loads(line)
    except ValueError:
        raise CommandError("a line of standard input is no JSON") from None
    if not isinstance(event, dict):
        raise CommandError("a line of standard input is no JSON object")
    if form == "peerline":
        _tell({**event, "do": "report"})
    else:
        _tell({"do": "hook", "product": form, "event": event})


def _status(options: argparse.Namespace) -> int:
    found = ask_resident({"do": "status"})
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    from peerline.protocol.text import show_line

    room = found.get("room", {})
    rows = {
        "name": room.get("name") or "(not in the session yet)",
        "session": f"{room.get('session')}, {room.get('connection')}",
        "state": found.get("state"),
        "model": found.get("model"),
        "health": found.get("health"),
        "shares": ", ".join(found.get("shares", [])),
        "speakers": found.get("speakers"),
        "muted": "yes" if found.get("muted") else None,
        "secrets hidden": found.get("hidden_secrets"),
        "mentions that wait": found.get("waiting_mentions"),
        "events that wait": found.get("waiting_events"),
        "events dropped": found.get("dropped_events") or None,
    }
    for name, value in rows.items():
        if value is not None:
            print(f"{name + ':':20}{show_line(str(value))}")
    return 0


def _hook(options: argparse.Namespace) -> int:
    asks = ["--approvals"] if options.approvals else []
    return hook_program.main(["hook", "--product", options.product, *asks])


def _statusline(options: argparse.Namespace) -> int:
    return hook_program.main(["statusline", *(["--then", options.then] if options.then else [])])


def _stop(options: argparse.Namespace) -> int:
    if options.agent is not None:
        from peerline.cli import prompting
        from peerline.cli.joining import in_session

        return in_session(options, lambda make: prompting.stop(make, options.agent))
    if options.session is not None or options.name is not None:
        raise UsageError("peerline agent stop: name the agent of the session that is to be stopped")
    return _tell({"do": "stop"})


def _prompt(options: argparse.Namespace) -> int:
    from peerline.cli import prompting
    from peerline.cli.joining import in_session

    text = sys.stdin.read() if options.text == "-" else options.text
    return in_session(options, lambda make: prompting.prompt(make, options.agent, text))


def _allow(options: argparse.Namespace) -> int:
    return _tell({"do": "allow", "name": options.name})


def _mute(options: argparse.Namespace) -> int:
    return _tell({"do": "mute", "off": options.off})


def _tell(message: dict[str, Any]) -> int:
    ask_resident(message)
    return 0


def ask_resident(
    message: dict[str, Any], seconds: float = hook_program.COMMAND_SECONDS
) -> dict[str, Any]:
    """The answer of the agent of this folder.

    Raises:
        CommandError: if none runs, or it refuses.
    """
    path = hook_program.find_socket(str(Path.cwd().resolve()))
    if path is None:
        raise CommandError("no agent runs in this folder; start one with peerline agent start LINK")
    line = json.dumps(message).encode()
    if len(line) >= hook_program.MAX_LINE:
        raise CommandError(f"a report has at most {hook_program.MAX_LINE} bytes")
    try:
        answer = hook_program.exchange(path, line, seconds, hook_program.COMMAND_SECONDS)
    except OSError:
        raise CommandError(
            "the agent of this folder does not answer; start it again with peerline agent start"
        ) from None
    found: dict[str, Any] = json.loads(answer) if answer else {}
    if "error" in found:
        raise CommandError(str(found["error"]))
    return found
