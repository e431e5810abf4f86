"""The time-outs and waits of a client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Time-outs in seconds."""

    connect: float = 10.0
    join: float = 10.0
    request: float = 30.0
    leave: float = 2.0
    ping_interval: float = 20.0
    ping_timeout: float = 20.0
    backoff_base: float = 0.5
    backoff_cap: float = 30.0
