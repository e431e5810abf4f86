"""Sockets that are passed on to the node that owns their session."""
