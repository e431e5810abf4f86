"""The doorbell between nodes: one protocol, one module per implementation."""
