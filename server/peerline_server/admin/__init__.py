"""Commands that work on a database without a running server."""
