"""The long statements: one .sql file each, beside this module."""

from functools import cache
from importlib import resources
from typing import LiteralString


@cache
def statement(name: str) -> LiteralString:
    """Return the text of ``sql/NAME.sql``; these files are part of the code, hence literal."""
    return (resources.files("geo.store") / "sql" / f"{name}.sql").read_text("utf-8")
