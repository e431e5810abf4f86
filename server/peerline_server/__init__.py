"""The collaboration server."""
