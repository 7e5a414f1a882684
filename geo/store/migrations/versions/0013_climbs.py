"""How much a street goes up and down altogether.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("street", sa.Column("climb", sa.Double(), nullable=True))
    op.create_check_constraint(op.f("street_climb_check"), "street", "climb between 0 and 1")


def downgrade() -> None:
    """Go down."""
    op.drop_constraint(op.f("street_climb_check"), "street", type_="check")
    op.drop_column("street", "climb")
