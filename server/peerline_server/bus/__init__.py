"""Carries events between nodes: one protocol, one module per implementation."""
