"""Open documents, positions and paths."""
