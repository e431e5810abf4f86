"""The cleaner of an agent in its folder: with this environment, and the private files there."""

import os
from pathlib import Path

from peerline.agent.cleaning import AgentCleaner
from peerline.agent.ignored import ignored
from peerline.agent.private_folder import PrivateFolder
from peerline_bridge.texts.file_system import user_home
from peerline_bridge.texts.private_files import is_private


def cleaner_of(folder: Path) -> AgentCleaner:
    """The cleaner of the agent that works in a folder."""
    is_ignored = ignored(folder)
    private = PrivateFolder(folder, lambda path: is_private(path) or is_ignored(path))
    return AgentCleaner(folder, user_home(), os.environ, is_ignored, private.content)
