"""The contract between clients and server, and between bridge and editor plugins."""
