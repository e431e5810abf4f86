"""The bridge's session: its connection, local presence and tokens."""
