"""The products that Peerline knows: their JSON becomes reports, and answers theirs. Pure."""
