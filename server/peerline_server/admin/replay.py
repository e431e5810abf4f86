"""A session as a file that replays it: the page's own code, and the activity as data."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from peerline.protocol.activity import ActivityEntry
from peerline.protocol.limits import MAX_PAGE
from peerline.protocol.text import escape_json
from peerline_server.admin.place import place_of
from peerline_server.core.visibility import public_entry
from peerline_server.store.base import ActivityFilter, Store, StoreError
from peerline_server.store.opening import opened

TEMPLATE: Final = Path(__file__).parents[1] / "web" / "replay.html"
"""Built with the page for browsers."""
_PLACE: Final = "{{session}}"
_ESCAPES: Final = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})


async def load_replay(data_dir: Path, session_id: str) -> tuple[str, list[ActivityEntry]]:
    """The title of a session and all of its activity, newest first, as participants see it.

    Raises:
        StoreError: if there is no such session, or the data directory cannot be used.
    """
    async with opened(place_of(data_dir)) as store:
        found = await store.load_session(session_id, last_messages=0)
        if found is None:
            raise StoreError(f"there is no session {session_id}")
        return found.info.title, await all_activity(store, session_id, ActivityFilter())


async def all_activity(
    store: Store, session_id: str, wanted: ActivityFilter
) -> list[ActivityEntry]:
    """All of the activity that is wanted, newest first, as participants see it."""
    entries: list[ActivityEntry] = []
    while True:
        page, following = await store.activity(session_id, wanted, limit=MAX_PAGE)
        entries += map(public_entry, page)
        if following is None:
            return entries
        wanted = replace(wanted, before=following)


def to_replay(template: str, title: str, entries: list[ActivityEntry]) -> str:
    """The file: no text of the session can end the element that it is in, or be run."""
    shown = [entry.model_dump(mode="json", exclude_none=True) for entry in entries]
    data = json.dumps({"title": title, "entries": shown}, ensure_ascii=False, separators=(",", ":"))
    before, after = template.split(_PLACE)
    return before + escape_json(data).translate(_ESCAPES) + after
