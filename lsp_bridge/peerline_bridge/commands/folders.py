"""The commands of shared folders: share one's own, look into those of others, open a file."""

from peerline.protocol.editor.offers import ListFolderArguments, OpenSharedArguments
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.session.bridge import Bridge


@command("peerline.shareFolder")
async def share_folder(bridge: Bridge) -> Result:
    """Offer the files of the open folders; answer with an EditorSharedFolder."""
    bridge.require_session()
    shared = await bridge.sharing.folder.share()
    return shared.model_dump(mode="json", exclude_none=True)


@command("peerline.stopSharingFolder")
async def stop_sharing_folder(bridge: Bridge) -> Result:
    """Offer them no longer; files that are shared documents stay so."""
    bridge.require_session()
    await bridge.sharing.folder.stop()
    return {}


@command("peerline.listFolder", ListFolderArguments)
async def list_folder(bridge: Bridge, arguments: ListFolderArguments) -> Result:
    """Answer with an EditorFolder."""
    bridge.require_session()
    found = await bridge.sharing.folder.tree(arguments.path, arguments.user_id)
    return found.model_dump(mode="json", exclude_none=True)


@command("peerline.openShared", OpenSharedArguments)
async def open_shared(bridge: Bridge, arguments: OpenSharedArguments) -> Result:
    """Have a file of a shared folder shared; answer with an EditorOpenedFile."""
    bridge.require_session()
    opened = await bridge.sharing.folder.open(arguments.file, arguments.user_id)
    return opened.model_dump(mode="json", exclude_none=True)
