"""The parts of the server that each connection works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from peerline_server.auth.sign_in import Plan
from peerline_server.gateway.addresses import Network, parse_networks
from peerline_server.gateway.http_answers import HttpAnswers
from peerline_server.gateway.open_connections import OpenConnections
from peerline_server.gateway.pages import Pages
from peerline_server.gateway.participant_requests import RequestServices
from peerline_server.limits.limiter import Limiter
from peerline_server.relay.relay import Relay
from peerline_server.runtime.context import Context
from peerline_server.runtime.joining import JoinService
from peerline_server.settings import Settings


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """The settings of a connection."""

    allow_query_token: bool
    auth_timeout_seconds: float
    max_message_bytes: int
    bad_messages_per_minute: int
    trusted_proxies: Sequence[Network]
    token_plan: Plan

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the server's settings."""
        return cls(
            allow_query_token=settings.allow_query_token,
            auth_timeout_seconds=settings.auth_timeout_seconds,
            max_message_bytes=settings.max_message_bytes,
            bad_messages_per_minute=settings.bad_messages_per_minute,
            trusted_proxies=parse_networks(settings.trusted_proxies),
            token_plan=Plan(
                warning=timedelta(seconds=settings.token_warning_seconds),
                guest_renewal=timedelta(seconds=settings.guest_token_seconds / 2),
                agent_renewal=timedelta(seconds=settings.agent_token_seconds / 2),
            ),
        )


@dataclass(frozen=True, slots=True)
class ConnectionContext:
    """One for all connections of a server."""

    runtime: Context
    options: ConnectionOptions
    connections: OpenConnections
    answers: HttpAnswers
    pages: Pages
    limiter: Limiter
    joins: JoinService
    requests: RequestServices
    relay: Relay | None
    """Passes sockets on to other nodes, where there are any."""
