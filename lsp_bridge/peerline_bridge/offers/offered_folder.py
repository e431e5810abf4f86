"""The open folders as they are offered: looked at now and then, and whenever they are asked about.

Nothing is asked of the editor: a file counts that is on the disk. A look is cheap as long as no
folder has changed.
"""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from peerline.protocol.limits import MAX_TITLE_CHARS
from peerline.protocol.offers import RefusalReason, TreeEntry
from peerline.tasks import Tasks
from peerline_bridge import sanitize
from peerline_bridge.offers.listing import Listing, list_files
from peerline_bridge.offers.never_given import NeverGiven, NotGiven
from peerline_bridge.offers.tree import OfferedTree
from peerline_bridge.texts import file_system
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.session_paths import Unshared

FRESH_SECONDS: Final = 1.0
"""A look of this age answers a question; else the folders are looked at first."""
MAX_WAIT_SECONDS: Final = 5.0
"""The longest that a question waits for a look; then the one before answers it."""
LEAST_SECONDS: Final = 2.0
"""The least time between two looks at a folder that nobody asks about."""
SHARE_OF_TIME: Final = 50
"""Looking takes at most this fraction of the time, as its divisor."""

OnChange: TypeAlias = Callable[[Listing, Listing], None]
_REASONS: Final = {
    NotGiven.OUTSIDE: RefusalReason.NOT_SHARED,
    NotGiven.PRIVATE: RefusalReason.NOT_SHARED,
    NotGiven.IGNORED: RefusalReason.NOT_SHARED,
    NotGiven.MISSING: RefusalReason.NOT_FOUND,
    NotGiven.TOO_LARGE: RefusalReason.TOO_LARGE,
    NotGiven.BINARY: RefusalReason.BINARY,
    NotGiven.LINE_ENDS: RefusalReason.BINARY,
}


def reason_of(refusal: NotGiven) -> RefusalReason:
    """Why a file is not given, as it is told to the server."""
    return _REASONS[refusal]


class OfferedFolder:
    """The open folders of one editor.

    Args:
        on_change: Called with the look before and the one now when other files can be had, or when
            there are more of them than are offered, or no longer.

    Attributes:
        tree: What was found at the last look.
        version: Another number whenever the files have changed.
        is_cut: Whether there are more files than are offered.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, workspace: Workspace, on_change: OnChange
    ) -> None:
        self.tree = OfferedTree({})
        self.version = secrets.randbelow(2**31)
        self.is_cut = False
        self._loop = loop
        self._workspace = workspace
        self._on_change = on_change
        self._tasks = Tasks()
        self._listing = Listing()
        self._look: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._run: object = None
        """Stands for the offer: a look for an offer before is of no use."""

    @property
    def name(self) -> str:
        """A name of the folders for people."""
        roots = self._workspace.roots
        first = sanitize.line(roots[0].name) if roots else ""
        more = f" and {len(roots) - 1} more" if len(roots) > 1 else ""
        return sanitize.line(f"{first or 'folder'}{more}", MAX_TITLE_CHARS)

    def why_not(self) -> str | None:
        """Why the open folders cannot be offered, as a sentence; None if they can."""
        if not self._workspace.roots:
            return "No folder is open. Open the folder of a project to share it."
        home = file_system.user_home()
        home = None if home is None else file_system.resolve(home)
        if home is not None and any(home.is_relative_to(root) for root in self._workspace.roots):
            return "Your home folder is open. Open the folder of a project to share it."
        return None

    def start(self) -> None:
        """Look at the folders now and then."""
        self._run = object()
        self._arm(LEAST_SECONDS)

    def stop(self) -> None:
        """Look no more."""
        self._run = None
        self._listing = Listing()
        self.tree = OfferedTree({})
        self.is_cut = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def touched(self) -> None:
        """The editor has changed something: look soon."""
        if self._timer is not None:
            self._looked_at = float("-inf")
            self._arm(0.1)

    async def look(self, seconds: float | None = None) -> None:
        """Look at the folders, and wait for it at most this long."""
        await asyncio.wait([self._begin_look()], timeout=seconds)

    async def page(
        self, folder: str, after: str | None
    ) -> tuple[list[TreeEntry], str | None] | RefusalReason:
        """The entries of a folder; see `peerline.client.OfferedFiles`."""
        if self._loop.time() - self._looked_at > FRESH_SECONDS:
            await self.look(MAX_WAIT_SECONDS)
        return self.tree.page(folder, after) or RefusalReason.NOT_FOUND

    async def find(self, file: str) -> tuple[str, Path] | NotGiven:
        """The path in the session by which a file is known here, and its local path."""
        return await asyncio.to_thread(self._find, file)

    async def read(self, path: Path) -> str | NotGiven:
        """The text of a file on the disk."""
        return await asyncio.to_thread(self.read_now, path)

    def read_now(self, path: Path) -> str | NotGiven:
        """As `read`, without waiting."""
        return NeverGiven(self._workspace).read(path)

    def why_not_text(self, text: str) -> NotGiven | None:
        """Why a text of the editor is not given, whatever its file is called."""
        return NeverGiven(self._workspace).by_text(text)

    def _find(self, file: str) -> tuple[str, Path] | NotGiven:
        found = NeverGiven(self._workspace).find(file)
        if isinstance(found, NotGiven):
            return found
        name = self._workspace.name_of(found)
        return NotGiven.OUTSIDE if isinstance(name, Unshared) else (name, found)

    def _arm(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._begin_look)

    def _begin_look(self) -> "asyncio.Task[None]":
        if self._look is None or self._look.done():
            self._look = self._tasks.spawn(self._look_now(), "looking at an offered folder")
        return self._look

    async def _look_now(self) -> None:
        run, before, began = self._run, self._listing, self._loop.time()
        rule = NeverGiven(self._workspace)

        def is_over() -> bool:
            return self._run is not run

        try:
            after = await asyncio.to_thread(list_files, self._workspace, rule, is_over, before)
        finally:
            self._looked_at = self._loop.time()
            if self._run is run and self._timer is not None:
                self._arm(max(LEAST_SECONDS, SHARE_OF_TIME * (self._looked_at - began)))
        if self._run is not run:
            return
        self._listing = after
        was_cut, self.is_cut = self.is_cut, after.is_cut
        files, self.tree = self.tree.files, OfferedTree(after.sizes)
        # The sizes change with each save, and nobody needs to look again for that.
        has_changed = files != self.tree.files
        self.version += has_changed
        if has_changed or was_cut != self.is_cut:
            self._on_change(before, after)
