"""Answers what a participant asks: older chat, threads, a search, what happened."""

from peerline.protocol.activity import Activity, GetActivity, Search, SearchResults
from peerline.protocol.chat import GetHistory, History
from peerline.protocol.comments import Comments, GetComments
from peerline.protocol.messages import Answer, Query
from peerline_server.core.session import Session
from peerline_server.core.visibility import public_entry
from peerline_server.store.base import ActivityFilter, Store


async def answer(query: Query, session: Session, store: Store) -> Answer:
    """The answer to one query.

    Raises:
        StoreError: if the store cannot be read.
    """
    limit = query.limit
    match query:
        case GetComments():
            threads, has_more = session.comments.page(
                file=query.file, resolved=query.resolved, after=query.after, limit=limit
            )
            return Comments(
                session_id=session.id,
                request_id=query.request_id,
                comments=threads,
                has_more=has_more,
            )
        case GetHistory():
            found = await store.chat_before(session.id, query.before, limit=limit + 1)
            return History(
                session_id=session.id,
                request_id=query.request_id,
                messages=list(found)[-limit:],
                has_more=len(found) > limit,
            )
        case Search():
            hits = await store.search(
                session.id, query.query, query.before, limit=limit + 1, agents=query.agents
            )
            return SearchResults(
                session_id=session.id,
                request_id=query.request_id,
                results=list(hits)[:limit],
                has_more=len(hits) > limit,
            )
        case GetActivity():
            wanted = ActivityFilter(
                types=frozenset(query.types),
                user_id=query.user_id,
                since=query.since,
                until=query.until,
                before=query.before,
            )
            entries, following = await store.activity(session.id, wanted, limit=limit)
            return Activity(
                session_id=session.id,
                request_id=query.request_id,
                entries=[public_entry(entry) for entry in entries],
                next=following,
            )
