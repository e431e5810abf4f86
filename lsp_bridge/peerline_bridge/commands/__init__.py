"""The workspace commands, by domain. Importing the package fills the registry with all of them."""

from peerline_bridge.commands import (
    agents as agents,
)
from peerline_bridge.commands import (
    approvals as approvals,
)
from peerline_bridge.commands import (
    chat as chat,
)
from peerline_bridge.commands import (
    comments as comments,
)
from peerline_bridge.commands import (
    documents as documents,
)
from peerline_bridge.commands import (
    files as files,
)
from peerline_bridge.commands import (
    folders as folders,
)
from peerline_bridge.commands import (
    moderation as moderation,
)
from peerline_bridge.commands import (
    participants as participants,
)
from peerline_bridge.commands import (
    pending as pending,
)
from peerline_bridge.commands import (
    prompts as prompts,
)
from peerline_bridge.commands import (
    session as session,
)
from peerline_bridge.commands import (
    start_session as start_session,
)
from peerline_bridge.commands import (
    suggestions as suggestions,
)
