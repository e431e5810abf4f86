"""The time-outs and waits of a client."""

from dataclasses import dataclass

from peerline.protocol import client_defaults as defaults


@dataclass(frozen=True, slots=True)
class Timing:
    """Time-outs in seconds."""

    connect: float = defaults.CONNECT_SECONDS
    join: float = defaults.JOIN_SECONDS
    request: float = defaults.REQUEST_SECONDS
    leave: float = defaults.LEAVE_SECONDS
    ping_interval: float = 20.0
    ping_timeout: float = 20.0
    backoff_base: float = defaults.BACKOFF_BASE_SECONDS
    backoff_cap: float = defaults.BACKOFF_CAP_SECONDS
