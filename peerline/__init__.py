"""The shared library: wire contract, client and command line."""
