"""Clients with a Peerline plugin."""
