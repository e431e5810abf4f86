"""The language server beside each editor."""
