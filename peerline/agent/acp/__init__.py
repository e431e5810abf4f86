"""The Agent Client Protocol: an editor's agent is seen by the session, its bytes unchanged."""
