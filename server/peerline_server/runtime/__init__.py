"""Live sessions on asyncio: they carry out what the core decides."""
