"""Bytes in, bytes out: one WebSocket on asyncio."""
