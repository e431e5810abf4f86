"""The text of a shared file as the disk has it now."""

from peerline.protocol.limits import MAX_DOCUMENT_BYTES
from peerline_bridge.coediting.shareable import why_not_from_disk
from peerline_bridge.texts import file_system
from peerline_bridge.texts.paths import path_of_uri


def disk_text(uri: str) -> str | None:
    """The text with LF line ends; None if there is none that can be shared as it is."""
    path = path_of_uri(uri)
    path = None if path is None else file_system.resolve(path)
    data = None if path is None else file_system.read(path, MAX_DOCUMENT_BYTES)
    if not isinstance(data, bytes) or why_not_from_disk(data) is not None:
        return None
    return data.decode().replace("\r\n", "\n")
