"""The name of a user in one session: the one that they have there, else the user's own."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func

from peerline_server.store.schema import session_participants, users

shown_name = func.coalesce(session_participants.c.username, users.c.username).label("shown_name")


def join_names(
    query: Select[Any], session_id: ColumnElement[str], user_id: ColumnElement[str]
) -> Select[Any]:
    """Join the tables that `shown_name` is read from."""
    columns = session_participants.c
    is_there = (columns.session_id == session_id) & (columns.user_id == user_id)
    return query.join(users, users.c.id == user_id).outerjoin(session_participants, is_there)
