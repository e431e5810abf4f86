"""A participant of a session: connects, stays connected, and keeps a replica."""

from peerline.client.connection import Client, Credentials, LinkState, Timing
from peerline.client.errors import (
    ClientError,
    NotConnected,
    RequestRefused,
    RequestTimeout,
    TooManyRequests,
)
from peerline.client.replica import (
    Change,
    ChatAdded,
    Gap,
    Joined,
    Left,
    PresenceMoved,
    Removed,
    Replica,
    ReplicaState,
    Reset,
    Resumed,
    RoleGiven,
    SessionChanged,
    ThreadChanged,
    ThreadClosed,
)

__all__ = [
    "Change",
    "ChatAdded",
    "Client",
    "ClientError",
    "Credentials",
    "Gap",
    "Joined",
    "Left",
    "LinkState",
    "NotConnected",
    "PresenceMoved",
    "Removed",
    "Replica",
    "ReplicaState",
    "RequestRefused",
    "RequestTimeout",
    "Reset",
    "Resumed",
    "RoleGiven",
    "SessionChanged",
    "ThreadChanged",
    "ThreadClosed",
    "Timing",
    "TooManyRequests",
]
