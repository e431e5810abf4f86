"""Durable sessions: one protocol, and its implementation on SQLite."""
