"""The owner, product and model of users that are AI agents."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add it; nobody who is there is one."""
    op.add_column("users", sa.Column("agent", sa.JSON))
