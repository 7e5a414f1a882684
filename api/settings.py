"""The settings of one instance: the only reader of the environment."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    profile : str
        ``GRIDCIRCLE_PROFILE``: the name of a shipped profile or the path of a TOML file.
    upload_limit_mb : int
        ``GRIDCIRCLE_UPLOAD_LIMIT_MB``: the largest upload on the web.
    language : str
        ``GRIDCIRCLE_LANGUAGE``: of the pages, where the reader has not chosen one.
    """

    model_config = SettingsConfigDict(env_prefix="GRIDCIRCLE_", extra="ignore")

    home: Path = Path("var")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    profile: str = "default"
    upload_limit_mb: int = Field(default=50, ge=1)
    language: Literal["zh", "en"] = "zh"

    @cached_property
    def zone(self) -> Profile:
        """The profile, read."""
        return load_profile(self.profile)
