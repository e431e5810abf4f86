"""The name of each participant in a session, and whether they took it there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add them; where there is no name, the user's is the one."""
    op.add_column("session_participants", sa.Column("username", sa.Text))
    op.add_column(
        "session_participants",
        sa.Column("has_chosen_name", sa.Boolean, nullable=False, server_default=sa.false()),
    )
