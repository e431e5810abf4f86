"""Numbers of rows and counts that outgrow four bytes on Postgres; SQLite has them in eight."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Widen them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in (
        ("cursor_trails", ["id"]),
        ("document_edits", ["id", "inserted", "deleted"]),
    ):
        for column in columns:
            op.alter_column(table, column, type_=sa.BigInteger)
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")
