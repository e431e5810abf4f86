"""Tokens that were revoked before they expire."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "token_revocations",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("token_id", sa.Text()),
        sa.Column("user_id", sa.String(128)),
        sa.Column("issued_before", sa.DateTime(timezone=True)),
        sqlite_autoincrement=True,
    )
