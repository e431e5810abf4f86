"""Shared documents of a client: opened, edited, and brought back to the same after any break."""
