"""Tests of peerline.agent.setup.tool_servers."""

from typing import Any

import pytest

from peerline.agent.setup.merging import ConfigurationError
from peerline.agent.setup.tool_servers import SCHEMA, with_server, without_server

COMMAND = ("peerline", "mcp", "--stdio")
OURS = {"type": "local", "command": list(COMMAND)}
OTHER = {"type": "remote", "url": "https://example.com/mcp"}


def test_our_server_is_put_in_once_and_taken_out_again() -> None:
    added = with_server({}, COMMAND)
    assert added == {"$schema": SCHEMA, "mcp": {"peerline": OURS}}
    assert with_server(added, COMMAND) == added
    assert without_server(added) == {}
    assert without_server({}) == {}


def test_what_is_there_stays() -> None:
    settings: dict[str, Any] = {"model": "a/b", "mcp": {"other": OTHER}}
    added = with_server(settings, COMMAND)
    assert added == {"model": "a/b", "mcp": {"other": OTHER, "peerline": OURS}}
    assert settings == {"model": "a/b", "mcp": {"other": OTHER}}
    assert without_server(added) == settings


def test_a_program_that_has_moved_is_found_again_and_what_the_user_added_stays() -> None:
    before = {"mcp": {"peerline": {**OURS, "command": ["/old", "mcp", "--stdio"], "timeout": 9}}}
    assert with_server(before, COMMAND) == {"mcp": {"peerline": {**OURS, "timeout": 9}}}


@pytest.mark.parametrize(
    "settings",
    [
        {"mcp": []},
        {"mcp": {"peerline": True}},
        {"mcp": {"peerline": OTHER}},
        {"mcp": {"peerline": {"type": "local", "command": ["x"]}}},
    ],
)
def test_what_is_not_ours_is_not_changed(settings: dict[str, Any]) -> None:
    for change in (lambda: with_server(settings, COMMAND), lambda: without_server(settings)):
        with pytest.raises(ConfigurationError):
            change()
