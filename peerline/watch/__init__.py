"""`peerline watch`: a live view of a session in a terminal, in which one can also chat."""
