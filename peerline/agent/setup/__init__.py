"""The configuration of a product, so that its hooks run Peerline's program."""
