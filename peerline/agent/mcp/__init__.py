"""The Model Context Protocol: an agent takes part in a session by tools."""
