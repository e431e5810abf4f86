"""Messages that wait for the server, and where they are kept."""
