"""pygls' protocol with what it lacks: quick ways for what comes often, and its end decided here."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, cast
from uuid import uuid4

import cattrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    default_converter,
    lsp_method,
)

from peerline.protocol.editor.base import Range
from peerline.protocol.editor.commands import CURSOR_NOTIFICATION
from peerline_bridge.lsp.did_change import DocumentChange, position_at, read_change
from peerline_bridge.texts.open_texts import TextChange


class MessageHandlers(Protocol):
    """The handlers that get messages without pygls' table of features."""

    @property
    def is_initialized(self) -> bool:
        """Whether the editor has said what it can do."""
        ...

    def on_open(self, uri: str, version: int, text: str) -> None:
        """A document was opened."""
        ...

    def on_change(self, change: DocumentChange) -> None:
        """A document was edited."""
        ...

    def on_close(self, uri: str) -> None:
        """A document was closed."""
        ...

    def on_cursor(self, params: object) -> None:
        """A plugin says where its user is."""
        ...

    def on_diagnostic_request(self, params: object) -> None:
        """The editor asks for diagnostics; the request itself is answered elsewhere."""
        ...

    def on_exit(self, *, clean: bool) -> None:
        """The editor sent `exit`."""
        ...


class BridgeProtocol(LanguageServerProtocol):
    """pygls' protocol without its text model, and with an end that the program decides on."""

    _server: MessageHandlers  # pyright: ignore[reportIncompatibleVariableOverride] - made by one alone

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - the base's
        super().__init__(*arguments)
        self._asked: dict[int, Callable[[Any], None]] = {}
        """The requests of `ask_json` without an answer."""
        self._asked_number = 0

    def take(self, message: dict[str, Any]) -> None:
        """Handle one message of the editor; a request that makes no sense is answered so.

        Raises:
            Exception: any, for what is no request and makes no sense.
        """
        if self._take_quickly(message) or self._take_answer(message):
            return
        is_request = "method" in message and isinstance(message.get("id"), int | str)
        if message.get("method") == types.INITIALIZE and self._server.is_initialized:
            # LSP 3.17, "Initialize Request": it may only be sent once.
            error = JsonRpcInvalidRequest("the bridge was initialized before")
            self._send_response(message["id"], error=error.to_response_error())
            return
        try:
            structured = self.structure_message(message)
            if isinstance(structured, dict):
                raise JsonRpcInvalidRequest("jsonrpc: must be 2.0")
        except JsonRpcException as error:
            if not is_request:
                raise
            self._send_response(message["id"], error=error.to_response_error())
            return
        self.handle_message(structured)

    def ask_json(self, method: str, params: bytes, on_answer: Callable[[Any], None]) -> None:
        """Send a request whose parameters are JSON already.

        Args:
            method: The method.
            params: Its parameters.
            on_answer: Called with the result when that is read, before any later message is; with
                None if the editor refuses. It waits for as long as the editor takes.
        """
        self._asked_number += 1
        self._asked[self._asked_number] = on_answer
        body = b'{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}'
        self._write(body % (self._asked_number, method.encode(), params))

    def _take_answer(self, message: dict[str, Any]) -> bool:
        """Hand on the answer to a request of `ask_json`; whether it is one."""
        number = message.get("id")
        if "method" in message or not isinstance(number, int) or number not in self._asked:
            return False
        self._asked.pop(number)(message.get("result"))
        return True

    def _take_quickly(self, message: dict[str, Any]) -> bool:
        """Handle what comes with every key; whether it was that, and made sense.

        pygls' way takes ten times as long, for the same result.
        """
        if not self._server.is_initialized or self._shutdown or "id" in message:
            return False
        if message.get("jsonrpc") != "2.0":
            return False
        match message.get("method"):
            case types.TEXT_DOCUMENT_DID_CHANGE:
                change = read_change(message.get("params"))
                if change is None:
                    return False
                self._server.on_change(change)
                return True
            case method if method == CURSOR_NOTIFICATION:
                self._server.on_cursor(message.get("params"))
                return True
            case _:
                return False

    def notify_json(self, method: str, params: bytes) -> None:
        """Send a notification whose parameters are JSON already.

        pygls walks through every value of a message in Python, which for 500 marks takes 20 ms.
        """
        self._write(b'{"jsonrpc":"2.0","method":"%s","params":%s}' % (method.encode(), params))

    def _write(self, body: bytes) -> None:
        if self.writer is not None:
            # Not awaited: the bridge writes to a pipe.
            self.writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        """The editor is done."""
        self._server.on_exit(clean=self._shutdown)

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        self, params: types.DidOpenTextDocumentParams
    ) -> None:
        """A document was opened."""
        document = params.text_document
        self._server.on_open(document.uri, document.version, document.text)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        self, params: types.DidChangeTextDocumentParams
    ) -> None:
        """A document was edited."""
        changes = tuple(_text_change(change) for change in params.content_changes)
        document = params.text_document
        self._server.on_change(DocumentChange(document.uri, document.version, changes))

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        self, params: types.DidCloseTextDocumentParams
    ) -> None:
        """A document was closed."""
        self._server.on_close(params.text_document.uri)

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 - any message
        """Read what Neovim adds to a request before it is lost: the visible lines."""
        if data.get("method") == types.TEXT_DOCUMENT_DIAGNOSTIC:
            self._server.on_diagnostic_request(data.get("params"))
        return super().structure_message(data)  # pyright: ignore[reportUnknownMemberType]

    async def ask(self, method: str, params: object, seconds: float) -> Any:  # noqa: ANN401 - any result
        """Send a request and wait for the answer, not for ever.

        Raises:
            TimeoutError: if there is none.
            JsonRpcException: if the client refuses.
        """
        msg_id = str(uuid4())
        answer = self.send_request_async(method, params, msg_id)
        try:
            return await asyncio.wait_for(answer, seconds)
        finally:
            # A late answer to a request that was given up must find nothing to fail at.
            self._request_futures.pop(msg_id, None)
            self._result_types.pop(msg_id, None)


def make_converter() -> cattrs.Converter:
    """Pygls' converter, but messages that it does not know stay the plain dicts that they are."""
    converter = default_converter()
    for kind in (JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage):
        converter.register_structure_hook(kind, _plain)
    return converter


def _plain(data: Any, cls: type[Any]) -> Any:  # noqa: ANN401 - any message
    return cls(**cast("dict[str, Any]", data))


def _text_change(change: types.TextDocumentContentChangeEvent) -> TextChange:
    if isinstance(change, types.TextDocumentContentChangePartial):
        start, end = change.range.start, change.range.end
        where = Range(
            start=position_at(start.line, start.character),
            end=position_at(end.line, end.character),
        )
        return TextChange(change.text, where)
    return TextChange(change.text)
