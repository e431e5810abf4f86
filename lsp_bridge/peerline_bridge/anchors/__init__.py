"""Comment anchors: followed through edits and found again in other texts."""
