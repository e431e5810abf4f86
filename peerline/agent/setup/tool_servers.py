"""A product's configuration with Peerline among its MCP servers, and without it again. Pure.

opencode has them in `mcp`, each with its name: `{"type": "local", "command": ["PROGRAM", …]}`.
"""

import copy
from collections.abc import Sequence
from typing import Any, Final, TypeAlias, cast

from peerline.agent.setup.merging import ConfigurationError

Json: TypeAlias = dict[str, Any]

NAME: Final = "peerline"
SCHEMA: Final = "https://opencode.ai/config.json"
_SERVERS: Final = "mcp"
_ENDS: Final = ["mcp", "--stdio"]
"""The end of the command by which ours is known."""


def with_server(settings: Json, command: Sequence[str]) -> Json:
    """The settings with our server, once; what the user has added to it stays.

    Raises:
        ConfigurationError: if there is something else where it belongs.
    """
    found = copy.deepcopy(settings) or {"$schema": SCHEMA}
    known = _ours(found)
    servers = cast("Json", found.setdefault(_SERVERS, {}))
    servers[NAME] = {**(known or {}), "type": "local", "command": list(command)}
    return found


def without_server(settings: Json) -> Json:
    """The settings without our server.

    Raises:
        ConfigurationError: if there is something else where it belongs.
    """
    found = copy.deepcopy(settings)
    if _ours(found) is None:
        return found
    del found[_SERVERS][NAME]
    if not found[_SERVERS]:
        del found[_SERVERS]
    return {} if found == {"$schema": SCHEMA} else found


def _ours(settings: Json) -> Json | None:
    servers = settings.get(_SERVERS, {})
    if not isinstance(servers, dict):
        raise ConfigurationError(f'"{_SERVERS}" is not an object')
    known = cast("Json", servers).get(NAME)
    if known is None:
        return None
    fields = cast("Json", known) if isinstance(known, dict) else {}
    command = fields.get("command")
    if not isinstance(command, list) or cast("list[object]", command)[-2:] != _ENDS:
        raise ConfigurationError(
            f'"{_SERVERS}.{NAME}" is a server of another kind: give it another name'
        )
    return fields
