"""Whether comments stay with their lines: replays edits whose truth is known, and counts."""
