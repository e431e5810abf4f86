"""The commands and events of files: one was changed, renamed; a place that a text names."""

from contextlib import suppress

from peerline.protocol.editor.file_events import FileEventArguments
from peerline.protocol.editor.participants import LocateArguments
from peerline.protocol.file_events import FileChange, FileEventData, TellFileEvent
from peerline_bridge import sanitize
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge


@command("peerline.fileEvent", FileEventArguments)
async def send_file_event(bridge: Bridge, arguments: FileEventArguments) -> Result:
    """Report that a file was created, modified, deleted or renamed; for editors."""
    session = bridge.require_session()
    data = arguments.data
    if arguments.uri is not None:
        data = data.model_copy(update={"file": _file_of(bridge, arguments.uri)})
    if arguments.old_uri is not None and data.old_file is not None:
        data = data.model_copy(update={"old_file": _file_of(bridge, arguments.old_uri)})
    bridge.sharing.folder.touched()
    if data.change is FileChange.RENAMED and data.old_file is not None:
        bridge.sharing.files.on_renamed(data.old_file, data.file)
    return await session.request(TellFileEvent(session_id=session.id, data=data))


@command("peerline.locate", LocateArguments)
async def locate(bridge: Bridge, arguments: LocateArguments) -> Result:
    """Answer with the URI and the position of a place that a text names."""
    uri = bridge.locations.way_to(arguments.file)
    position = bridge.locations.position(arguments.file, arguments.line, arguments.column)
    if uri is None or position is None:
        name = sanitize.line(arguments.file)
        why = bridge.locations.why_not_here(arguments.file).value
        raise CommandRefused("NO_PLACE", f"there is no file {name} to go to: it {why}")
    return {"uri": uri, "position": position.model_dump()}


def _file_of(bridge: Bridge, uri: str) -> str:
    file = bridge.locations.file_of(uri)
    if file is None:
        raise CommandRefused("INVALID_FIELD", "this is not a file that the others can know")
    return file


def on_renamed(bridge: Bridge, old_uri: str, new_uri: str, *, is_told: bool) -> None:
    """The editor renamed a file or a folder: comments and shared texts go with it.

    The others are told here if `is_told`; a plugin does that if its user wants it.
    """
    old, new = bridge.locations.file_of(old_uri), bridge.locations.file_of(new_uri)
    if old is None or new is None or old == new:
        return
    bridge.presenter.threads.renamed(old, new)
    bridge.sharing.files.on_renamed(old, new)
    if is_told:
        bridge.start(_send_rename(bridge, old, new))


async def _send_rename(bridge: Bridge, old: str, new: str) -> None:
    data = FileEventData(file=new, change=FileChange.RENAMED, old_file=old)
    # A user who is in no session, or is a viewer, has nobody to tell.
    with suppress(CommandRefused):
        await send_file_event(bridge, FileEventArguments(data=data))
