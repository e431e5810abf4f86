"""Ways by which others reach a server of one's own: a network, an SSH host, a tunnel program."""
