"""Answers what participants ask: older chat from the store, threads from the session."""

from peerline.protocol.client_messages import GetComments, GetHistory, Query
from peerline.protocol.server_messages import Answer, Comments, History
from server.session import Session
from server.store.base import Store


async def answer(query: Query, session: Session, store: Store) -> Answer:
    """The answer to one query.

    Raises:
        StoreError: if the store cannot be read.
    """
    base = {"session_id": session.id, "request_id": query.request_id}
    match query:
        case GetComments():
            threads, has_more = session.comments.page(
                file=query.file, resolved=query.resolved, after=query.after, limit=query.limit
            )
            return Comments.model_validate({**base, "comments": threads, "has_more": has_more})
        case GetHistory():
            found = await store.chat_before(session.id, query.before, limit=query.limit + 1)
            messages = list(found)[-query.limit :]
            has_more = len(found) > query.limit
            return History.model_validate({**base, "messages": messages, "has_more": has_more})
