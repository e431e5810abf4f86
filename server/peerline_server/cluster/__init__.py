"""The owner of each session among several nodes: one protocol, one module per implementation."""
