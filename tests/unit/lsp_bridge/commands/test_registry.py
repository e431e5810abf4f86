"""The commands that the bridge registers are those that the protocol names for plugins."""

import pytest

from peerline.protocol.editor.chat import SendChatArguments
from peerline.protocol.editor.commands import COMMANDS, PLAIN_COMMANDS
from peerline_bridge.commands.registry import Registry, Result, bridge_commands
from peerline_bridge.errors import CommandRefused
from peerline_bridge.plain.commands import plain_commands


def test_the_bridge_has_the_commands_of_the_protocol_with_their_arguments() -> None:
    assert {each.name: each.arguments for each in bridge_commands} == COMMANDS


def test_clients_without_a_plugin_have_theirs_beside_them() -> None:
    assert {each.name: each.arguments for each in plain_commands} == PLAIN_COMMANDS
    assert not set(PLAIN_COMMANDS) & set(COMMANDS)


def test_a_command_is_documented_and_does_not_repeat_its_name() -> None:
    for each in [*bridge_commands, *plain_commands]:
        assert each.function.__doc__, each.name
        assert not each.function.__doc__.startswith("peerline."), each.name


def test_a_name_is_registered_once() -> None:
    registry: Registry[list[str]] = Registry()

    @registry.command("peerline.one")
    async def one(target: list[str]) -> Result:
        target.append("one")
        return {}

    with pytest.raises(ValueError, match=r"peerline\.one is registered already"):
        registry.command("peerline.one")(one)
    assert [each.function for each in registry] == [one]


async def test_a_command_gets_its_target_and_its_arguments_if_it_takes_any() -> None:
    registry: Registry[list[str]] = Registry()

    @registry.command("peerline.add", SendChatArguments)
    async def add(target: list[str], arguments: SendChatArguments) -> Result:
        target.append(arguments.content)
        return {"count": len(target)}

    @registry.command("peerline.refuse")
    async def refuse(target: list[str]) -> Result:
        raise CommandRefused("FULL", f"{len(target)} are enough")

    assert [add, refuse] == [each.function for each in registry]
    target: list[str] = []
    adding, refusing = registry
    assert await adding.run(target, SendChatArguments(content="a")) == {"count": 1}
    with pytest.raises(CommandRefused, match="1 are enough"):
        await refusing.run(target, None)
