"""Shared documents in an editor: its text and the shared one, brought to the same. Pure."""
