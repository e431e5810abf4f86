"""The commands of the chat: send, edit, delete, react, history, search, typing."""

from peerline.protocol.activity import Search, SearchResults
from peerline.protocol.chat import (
    DeleteMessage,
    EditMessage,
    GetHistory,
    History,
    React,
    SendChatMessage,
)
from peerline.protocol.editor.chat import (
    DeleteMessageArguments,
    EditMessageArguments,
    LoadHistoryArguments,
    ReactArguments,
    SearchArguments,
    SendChatArguments,
)
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.presentation.pending_items import request_of
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.unsent.unsent_messages import refuse_pending


@command("peerline.sendChat", SendChatArguments)
async def send_chat(bridge: Bridge, arguments: SendChatArguments) -> Result:
    """Answer when everybody has it, or with `is_pending`."""
    session = bridge.require_session()
    bridge.presence.message_sent()
    return await bridge.unsent.submit(
        SendChatMessage(
            session_id=session.id,
            content=arguments.content,
            parent_id=arguments.parent_id,
        )
    )


@command("peerline.editMessage", EditMessageArguments)
async def edit_message(bridge: Bridge, arguments: EditMessageArguments) -> Result:
    """Edit a message, also one that has not been sent yet."""
    if request_of(arguments.message_id) is not None:
        return bridge.unsent.resend(arguments.message_id, arguments.content)
    return await bridge.unsent.submit(
        EditMessage(
            session_id=bridge.require_session().id,
            message_id=arguments.message_id,
            content=arguments.content,
        )
    )


@command("peerline.deleteMessage", DeleteMessageArguments)
async def delete_message(bridge: Bridge, arguments: DeleteMessageArguments) -> Result:
    """Delete a message, also one that has not been sent yet."""
    if request_of(arguments.message_id) is not None:
        return bridge.unsent.discard(arguments.message_id)
    return await bridge.unsent.submit(
        DeleteMessage(session_id=bridge.require_session().id, message_id=arguments.message_id)
    )


@command("peerline.react", ReactArguments)
async def react(bridge: Bridge, arguments: ReactArguments) -> Result:
    """Add a reaction to a message, a comment or a reply, or take it back."""
    session = bridge.require_session()
    refuse_pending(arguments.message_id)
    return await bridge.unsent.submit(
        React(
            session_id=session.id,
            message_id=arguments.message_id,
            emoji=arguments.emoji,
            remove=arguments.remove,
        )
    )


@command("peerline.loadHistory", LoadHistoryArguments)
async def load_history(bridge: Bridge, arguments: LoadHistoryArguments) -> Result:
    """Show older messages; answer whether there are still more."""
    session = bridge.require_session()
    before = arguments.before or bridge.presenter.chat.oldest
    answer = await session.ask(GetHistory(session_id=session.id, before=before), History)
    bridge.presenter.chat.show_older(answer.messages, has_more=answer.has_more)
    return {"has_more": answer.has_more}


@command("peerline.search", SearchArguments)
async def search(bridge: Bridge, arguments: SearchArguments) -> Result:
    """Answer with the matches, newest first, and whether there are more."""
    session = bridge.require_session()
    request = Search(session_id=session.id, query=arguments.query, before=arguments.before)
    answer = await session.ask(request, SearchResults)
    return answer.model_dump(mode="json", include={"results", "has_more"}, exclude_none=True)


@command("peerline.typing")
async def typing(bridge: Bridge) -> Result:
    """Show others that a message for the chat is being written."""
    bridge.require_session()
    bridge.presence.typed(in_chat=True)
    return {}
