"""Several servers on Postgres: what an event, a relayed socket and a letter cost."""
