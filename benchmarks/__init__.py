"""How much presence costs: Peerline's whole server beside a bare websockets broadcast."""
