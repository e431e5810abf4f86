"""Several nodes on one database: the owner of each session, their leases and letters."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add them, and the server's own user where one is missing."""
    users = sa.table(
        "users",
        sa.column("id", sa.String),
        sa.column("username", sa.Text),
        sa.column("is_guest", sa.Boolean),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    if op.get_bind().scalar(sa.select(users.c.id).where(users.c.id == "peerline")) is None:
        now = datetime.now(UTC)
        op.execute(
            users.insert().values(
                id="peerline", username="Peerline", is_guest=False, created_at=now
            )
        )
    op.add_column("sessions", sa.Column("owner", sa.String(64)))
    op.add_column("sessions", sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("claimed_at", sa.DateTime(timezone=True)))
    op.create_table(
        "nodes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_draining", sa.Boolean, nullable=False),
    )
    op.create_table(
        "letters",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("to_node", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("session_id", sa.String(64)),
    )
    op.create_index("ix_letters_to", "letters", ["to_node"])
    op.create_table(
        "cluster",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
