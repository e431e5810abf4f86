"""The registry of commands: each is one function, registered under its name beside its arguments.

A command is an `async` function of what it acts on (the bridge), and of its arguments if it takes
any. It returns a JSON object or a list of them, and raises `CommandRefused` if it cannot be carried
out.
"""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from peerline.protocol.types import ClientModel
from peerline_bridge.session.bridge import Bridge

Result = dict[str, Any]
Answer = Result | list[Result]
_Target = TypeVar("_Target")
_Arguments = TypeVar("_Arguments", bound=ClientModel)
_Answer = TypeVar("_Answer", bound=Answer)
_Plain = Callable[[_Target], Coroutine[Any, Any, _Answer]]
_WithArguments = Callable[[_Target, _Arguments], Coroutine[Any, Any, _Answer]]


@dataclass(frozen=True, slots=True)
class Command(Generic[_Target]):
    """One command."""

    name: str
    arguments: type[ClientModel] | None
    """None if it takes none."""
    function: Callable[..., Coroutine[Any, Any, Answer]]

    async def run(self, target: _Target, arguments: ClientModel | None) -> Answer:
        """Carry it out.

        Raises:
            CommandRefused: if that cannot be.
        """
        if self.arguments is None:
            return await self.function(target)
        return await self.function(target, arguments)


class Registry(Generic[_Target]):
    """The commands on one kind of target, by name."""

    def __init__(self) -> None:
        self._commands: dict[str, Command[_Target]] = {}

    def __iter__(self) -> Iterator[Command[_Target]]:
        return iter(self._commands.values())

    @overload
    def command(
        self, name: str
    ) -> "Callable[[_Plain[_Target, _Answer]], _Plain[_Target, _Answer]]": ...

    @overload
    def command(
        self, name: str, arguments: type[_Arguments]
    ) -> """Callable[
        [_WithArguments[_Target, _Arguments, _Answer]], _WithArguments[_Target, _Arguments, _Answer]
    ]""": ...

    def command(self, name: str, arguments: type[ClientModel] | None = None) -> Any:
        """Register the decorated function.

        Args:
            name: what an editor calls it.
            arguments: the model of its arguments; without one it takes none.

        Raises:
            ValueError: if there is a command of this name.
        """

        def register(
            function: Callable[..., Coroutine[Any, Any, Answer]],
        ) -> Callable[..., Coroutine[Any, Any, Answer]]:
            if name in self._commands:
                raise ValueError(f"{name} is registered already")
            self._commands[name] = Command(name, arguments, function)
            return function

        return register


bridge_commands: Registry[Bridge] = Registry()
"""The commands of every editor; the modules of this package fill it."""
command = bridge_commands.command
