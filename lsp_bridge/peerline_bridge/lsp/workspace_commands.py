"""Hands `workspace/executeCommand` to the registered commands, and their refusals to the editor."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from peerline.protocol.editor.commands import CommandFailure
from peerline_bridge.commands.registry import Answer, Command, Registry
from peerline_bridge.errors import CommandRefused
from peerline_bridge.options import first_problem, problem_in_words

_INVALID_PARAMS: Final = -32602
_REQUEST_FAILED: Final = -32803
"""LSP 3.17, ErrorCodes.RequestFailed."""

_Target = TypeVar("_Target")


class Failure(JsonRpcException):
    """The answer to a command that cannot be carried out."""

    CODE = _REQUEST_FAILED


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """Whether a record is not of a command that was refused, which is nothing wrong."""
    return record.exc_info is None or not isinstance(record.exc_info[1], Failure)


# pygls logs each as an exception with a traceback; the editor has the answer.
logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_no_refusal)


def register_commands(
    server: LanguageServer, registry: Registry[_Target], target: Callable[[], _Target]
) -> None:
    """Register every command of the registry.

    Args:
        server: gets the commands.
        registry: has them.
        target: returns what they act on; raises CommandRefused as long as there is none.
    """
    for command in registry:
        server.command(command.name)(_handler(command, target))


def _handler(
    command: Command[_Target], target: Callable[[], _Target]
) -> Callable[..., Coroutine[Any, Any, Answer]]:
    name, model = command.name, command.arguments

    async def run(*arguments: Any) -> Answer:  # noqa: ANN401 - validated here
        try:
            if model is None:
                return await command.run(target(), None)
            if not arguments:
                # Right where all that it takes may be left out.
                read = model()
            elif len(arguments) != 1 or not isinstance(arguments[0], dict):
                raise Failure(f"{name} takes one object as its argument", _INVALID_PARAMS)
            else:
                read = model.model_validate(arguments[0])
            return await command.run(target(), read)
        except ValidationError as error:
            problem = problem_in_words(error)
            if problem == first_problem(error):  # for a programmer, who wants to know which command
                problem = f"{name}: {problem}"
            raise _failure("INVALID_FIELD", problem, _INVALID_PARAMS) from None
        except CommandRefused as refused:
            raise _failure(refused.code, refused.text) from None

    return run


def _failure(code: str, text: str, rpc_code: int = _REQUEST_FAILED) -> Failure:
    return Failure(text, rpc_code, CommandFailure(error_code=code).model_dump(mode="json"))
