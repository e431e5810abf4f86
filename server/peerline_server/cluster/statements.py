"""The statements of a node on Postgres: its lease, its mailbox, and the sessions that it owns."""

from typing import Final

from peerline_server.store.postgres_schema import TIMELINE

START: Final = """
    INSERT INTO nodes (id, address, version, started_at, lease_until, is_draining)
    VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 second', false)
"""
FORGET_EARLIER_STARTS: Final = "DELETE FROM nodes WHERE address = $1 AND address <> ''"
SHARE_LOCK: Final = "SELECT pg_try_advisory_xact_lock_shared($1)"
NOTE: Final = "INSERT INTO cluster (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING"
NOTED: Final = "SELECT value FROM cluster WHERE name = $1"
RENEW: Final = """
    WITH before AS (SELECT lease_until FROM nodes WHERE id = $1)
    INSERT INTO nodes (id, address, version, started_at, lease_until, is_draining)
    VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 second', $5)
    ON CONFLICT (id) DO UPDATE SET
        lease_until = excluded.lease_until, is_draining = excluded.is_draining
    RETURNING coalesce((SELECT lease_until >= clock_timestamp() FROM before), false)
"""
"""Also a node whose row was swept while it was cut off is one again."""
READ_LETTERS: Final = """
    SELECT l.id, l.kind, l.session_id,
        extract(epoch FROM clock_timestamp() - s.claimed_at)::float8 AS seconds
    FROM letters l LEFT JOIN sessions s ON s.id = l.session_id WHERE l.to_node = $1
"""
"""With the time since the session was claimed, as the letter was written then."""
FORGET_LETTERS: Final = "DELETE FROM letters WHERE id = ANY($1)"
STILL_MINE: Final = "SELECT id FROM sessions WHERE id = ANY($1) AND owner = $2"
"""Of these sessions: one may have been claimed back since the letter."""
READ: Final = """
    SELECT s.owner, s.fence, n.address, coalesce(n.lease_until >= clock_timestamp(), false),
        extract(epoch FROM clock_timestamp() - s.claimed_at)::float8
    FROM sessions s LEFT JOIN nodes n ON n.id = s.owner WHERE s.id = $1
"""
_CLAIM: Final = """
    WITH claimed AS (
        UPDATE sessions SET owner = $2, fence = {fence}, claimed_at = clock_timestamp()
        WHERE id = $1 AND owner IS NOT DISTINCT FROM $3 RETURNING fence
    ), letter AS (
        INSERT INTO letters (to_node, kind, session_id)
        SELECT n.id, 'lost', $1 FROM claimed, nodes n WHERE n.id = $3
    ) SELECT fence FROM claimed
"""
_LEAST_FENCE: Final = f"((('x' || ({TIMELINE}))::bit(32)::bigint - 1) << 32)"
"""Of a timeline: a standby that was promoted may lack the last claims, and none of its fences is to
be one of theirs. It is 0 on the first."""
CLAIM: Final = _CLAIM.format(fence=f"greatest(fence + 1, {_LEAST_FENCE})")
CLAIM_WITHOUT_TIMELINE: Final = _CLAIM.format(fence="fence + 1")
"""For a server that does not tell its timeline."""
RELEASE: Final = "UPDATE sessions SET owner = NULL WHERE id = $1 AND owner = $2 AND fence = $3"
DRAIN: Final = """
    WITH node AS (UPDATE nodes SET is_draining = true WHERE id = $1)
    UPDATE sessions SET owner = NULL WHERE owner = $1 AND NOT id = ANY($2)
"""
"""A session that was just being loaded commits nothing once another node claims it."""
STOP: Final = """
    WITH node AS (DELETE FROM nodes WHERE id = $1) DELETE FROM letters WHERE to_node = $1
"""
SWEEP_LOCK: Final = "SELECT pg_try_advisory_xact_lock($1)"
SWEEP: Final = """
    WITH ended AS (
        DELETE FROM nodes WHERE lease_until < clock_timestamp() - $1 * interval '1 second'
    ) DELETE FROM letters l WHERE NOT EXISTS (SELECT FROM nodes n WHERE n.id = l.to_node)
"""
TWINS: Final = """
    SELECT count(*) FROM nodes
    WHERE address = $1 AND id <> $2 AND lease_until >= clock_timestamp()
"""
