"""How much demand a station can serve.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("station", sa.Column("capacity", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("station_capacity_check"), "station", "capacity >= 0")


def downgrade() -> None:
    """Go down."""
    op.drop_constraint(op.f("station_capacity_check"), "station", type_="check")
    op.drop_column("station", "capacity")
