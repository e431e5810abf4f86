"""A shared agent: Peerline is the client of a program that speaks the Agent Client Protocol."""
