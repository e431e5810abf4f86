"""The workspace commands, by domain."""
