"""Writes and sends drafts for clients without a plugin: the commands around `peerline> …`."""

import asyncio
from typing import Any

from pydantic import ValidationError

from peerline.protocol.editor.chat import SendChatArguments
from peerline.protocol.editor.comments import AddCommentArguments, ReplyArguments
from peerline.protocol.editor.drafts import (
    SendDraftArguments,
    SendSelectionArguments,
    WriteDraftArguments,
)
from peerline.protocol.editor.prompts import PromptAgentArguments, PromptSelectionArguments
from peerline.tasks import Tasks
from peerline_bridge.commands.chat import send_chat
from peerline_bridge.commands.comments import add_comment, reply
from peerline_bridge.commands.prompts import prompt_agent
from peerline_bridge.errors import CommandRefused
from peerline_bridge.options import problem_in_words
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.texts.drafts import MARKER, Draft, draft_at, drafts_in, new_draft
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document
from peerline_bridge.texts.positions import content_of, text_between


class Drafting:
    """The drafts that the user writes in files for the session."""

    def __init__(self, bridge: Bridge, requests: ClientRequests, locations: Locations) -> None:
        self._bridge = bridge
        self._requests = requests
        self._locations = locations
        self._tasks = Tasks(
            lambda _: requests.show_message("Sent. Take the draft out of the text now")
        )

    async def write(self, arguments: WriteDraftArguments) -> dict[str, Any]:
        """Write an empty draft above a line."""
        document = self._document(arguments.uri)
        row = min(arguments.line, len(document.lines) - 1)
        line = document.lines[row]
        height = min(arguments.end_line or row, len(document.lines) - 1) - row + 1
        text = new_draft(line, document.uri, max(1, height)) + (
            line[len(content_of(line)) :] or "\n"
        )
        if not await self._requests.insert(document.uri, document.version, row, text):
            told = (
                f"write a line `{MARKER} your text` above line {row + 1}, then send it from there"
            )
            raise CommandRefused("NO_EDIT", told)
        return {}

    async def send(self, arguments: SendDraftArguments) -> dict[str, Any]:
        """Send a draft, and take it out of the text once everybody has it."""
        document = self._document(arguments.uri)
        draft = draft_at(document.lines, arguments.line)
        if draft is None:
            told = f"line {arguments.line + 1} is no draft: it has no `{MARKER} your text`"
            raise CommandRefused("NO_DRAFT", told)
        if not draft.content:
            raise CommandRefused("NO_DRAFT", f"the draft is empty: write behind {MARKER}")
        try:
            result = await self._send(document, draft, arguments)
        except ValidationError as error:
            raise CommandRefused("INVALID_FIELD", problem_in_words(error)) from None
        # The client may ask its user about the edit, so the answer does not wait for it; but the
        # request must come first: Kate takes edits only while a command of its own runs.
        self._tasks.spawn(self._take_out(document, draft), "taking a draft out")
        await asyncio.sleep(0)
        return result

    async def send_selection(self, arguments: SendSelectionArguments) -> dict[str, Any]:
        """Send the selected text to the chat."""
        text = self._selected(arguments)
        try:
            return await send_chat(self._bridge, SendChatArguments(content=text.strip("\r\n")))
        except ValidationError as error:
            raise CommandRefused("INVALID_FIELD", problem_in_words(error)) from None

    async def prompt_selection(self, arguments: PromptSelectionArguments) -> dict[str, Any]:
        """Give the selected text to a shared agent as a prompt."""
        text = self._selected(arguments)
        try:
            prompt = PromptAgentArguments(agent_id=arguments.agent_id, text=text)
        except ValidationError as error:
            raise CommandRefused("INVALID_FIELD", problem_in_words(error)) from None
        return await prompt_agent(self._bridge, prompt)

    def _selected(self, arguments: SendSelectionArguments | PromptSelectionArguments) -> str:
        lines = self._document(arguments.uri).lines
        start, end = arguments.range.start, arguments.range.end
        return text_between(lines, start, end, self._locations.encoding)

    async def _send(
        self, document: Document, draft: Draft, arguments: SendDraftArguments
    ) -> dict[str, Any]:
        if arguments.comment_id is not None:
            answer = ReplyArguments(comment_id=arguments.comment_id, content=draft.content)
            return await reply(self._bridge, answer)
        if arguments.to_chat:
            return await send_chat(self._bridge, SendChatArguments(content=draft.content))
        if draft.target is None:
            raise CommandRefused("NO_DRAFT", "there is no line that the draft could be about")
        comment = AddCommentArguments(
            uri=document.uri,
            line=draft.target,
            end_line=draft.target_last,
            content=draft.content,
        )
        return await add_comment(self._bridge, comment)

    async def _take_out(self, document: Document, draft: Draft) -> None:
        """Delete the draft where it is now: the user may have gone on typing meanwhile."""
        same = [item for item in drafts_in(document.lines) if item.content == draft.content]
        if not same:
            return
        now = min(same, key=lambda item: abs(item.first - draft.first))
        if not await self._requests.delete_rows(
            document.uri, document.version, now.first, now.last
        ):
            self._requests.show_message("Sent. Take the draft out of the text now")

    def _document(self, uri: str) -> Document:
        document = self._locations.documents.get(uri)
        if document is None:
            raise CommandRefused("INVALID_FIELD", "uri: is not an open document")
        return document
