"""The rules of a session. Pure: no asyncio, no clock, no socket, no database."""
