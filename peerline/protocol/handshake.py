"""The parts of the handshake that client and server share."""

from typing import Final

SERVER_HEADER: Final = "Peerline-Server"
"""Names the server in the answer to every handshake: the same after a restart, of its data only."""
