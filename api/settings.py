"""The settings of one instance: the only reader of the environment."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from geo.errors import InputError
from geo.profile import Profile, load_profile


class Settings(BaseSettings):
    """What ``GRIDCIRCLE_*`` in the environment says, with the defaults of one machine.

    Parameters
    ----------
    home : Path
        ``GRIDCIRCLE_HOME``: where the private cluster and uploads lie.
    database_url : str, optional
        ``GRIDCIRCLE_DATABASE_URL``: a PostGIS to use in the place of the private one.
    host, port
        ``GRIDCIRCLE_HOST``, ``GRIDCIRCLE_PORT``: where the service listens. Until accounts exist the host
        is a loopback address.
    profile : str, optional
        ``GRIDCIRCLE_PROFILE``: the name of a shipped profile or the path of a TOML file; by default what
        stands in the file ``profile`` of the home, else ``default``.
    upload_limit_mb : int
        ``GRIDCIRCLE_UPLOAD_LIMIT_MB``: the largest upload on the web.
    language : str
        ``GRIDCIRCLE_LANGUAGE``: of the pages, where the reader has not chosen one.
    worker : str
        ``GRIDCIRCLE_WORKER``: whether the service carries out jobs itself; ``off`` leaves them to
        ``gridcircle worker``.
    """

    model_config = SettingsConfigDict(env_prefix="GRIDCIRCLE_", env_ignore_empty=True, extra="ignore")

    home: Path = Path("var")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    profile: str | None = None
    upload_limit_mb: int = Field(default=50, ge=1)
    language: Literal["zh", "en"] = "zh"
    worker: Literal["on", "off"] = "on"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings.

        Raises
        ------
        InputError
            Where a variable holds what it cannot hold.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            variable = f"GRIDCIRCLE_{first['loc'][0]}".upper()
            reason = first["msg"].removeprefix("Value error, ")
            raise InputError(
                f"{variable} in the environment cannot be used: {reason}. Correct it or leave it out.",
                variable=variable,
            ) from error

    @field_validator("database_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                make_url(value)
            except ArgumentError as error:
                # The value itself is not told: it may hold a password.
                raise ValueError("it is no address such as postgresql://user@host/database") from error
        return value

    @cached_property
    def zone(self) -> Profile:
        """The profile, read."""
        kept = self.home / "profile"
        name = self.profile or (kept.read_text("utf-8").strip() if kept.is_file() else "default")
        return load_profile(name)

    def keep_profile(self, name: str) -> None:
        """Make a profile that of the home, unless the environment names one."""
        if self.profile is None:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / "profile").write_text(f"{name}\n", "utf-8")
            self.__dict__.pop("zone", None)
