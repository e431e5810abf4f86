"""The fixtures of tests with real agents: a server, a folder of an agent, a person."""

from tests.e2e.conftest import server, state_home
from tests.e2e.test_agent import bob, place

__all__ = ["bob", "place", "server", "state_home"]
