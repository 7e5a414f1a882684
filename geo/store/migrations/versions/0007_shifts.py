"""When the shifts of an enterprise change.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    column: sa.Column[list[str]] = sa.Column(
        "shifts", ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")
    )
    op.add_column("enterprise", column)


def downgrade() -> None:
    """Go down."""
    op.drop_column("enterprise", "shifts")
