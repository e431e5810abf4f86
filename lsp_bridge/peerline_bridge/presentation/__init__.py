"""The session as an editor shows it."""
