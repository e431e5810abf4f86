"""What keeps sessions durable: one protocol, one module per implementation."""
