"""What people say of streets is called a correction, in the table as everywhere else.

Revision: 0012, after 0011.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OLD, NEW = "street_word", "street_correction"
CONSTRAINTS = ("pkey", "kind_check", "reason_check", "modes_check", "undone_check")


def upgrade() -> None:
    """Go up."""
    _rename(OLD, NEW)


def downgrade() -> None:
    """Go down."""
    _rename(NEW, OLD)


def _rename(old: str, new: str) -> None:
    op.rename_table(old, new)
    for name in CONSTRAINTS:
        op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {old}_{name} TO {new}_{name}")
    op.execute(f"ALTER INDEX {old}_geom_idx RENAME TO {new}_geom_idx")
    op.execute(f"ALTER SEQUENCE {old}_id_seq RENAME TO {new}_id_seq")
