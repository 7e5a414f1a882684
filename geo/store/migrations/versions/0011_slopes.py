"""How steep a street is.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("street", sa.Column("slope", sa.Double(), nullable=True))
    op.create_check_constraint(op.f("street_slope_check"), "street", "slope between -1 and 1")


def downgrade() -> None:
    """Go down."""
    op.drop_constraint(op.f("street_slope_check"), "street", type_="check")
    op.drop_column("street", "slope")
