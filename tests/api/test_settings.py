"""The environment is read in one place, and a wrong word in it is told in a sentence."""

from pathlib import Path

import pytest

from api.settings import Settings
from geo.errors import InputError


def test_the_defaults_are_those_of_one_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GRIDCIRCLE_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment()
    assert (settings.home, settings.host, settings.port) == (Path("var"), "127.0.0.1", 8000)
    assert settings.zone.name == "default"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRIDCIRCLE_PORT", "abc"),
        ("GRIDCIRCLE_PORT", "80000"),
        ("GRIDCIRCLE_LANGUAGE", "de"),
        ("GRIDCIRCLE_UPLOAD_LIMIT_MB", "0"),
        ("GRIDCIRCLE_DATABASE_URL", "host secret"),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError, match=variable) as found:
        Settings.from_environment()
    assert "secret" not in found.value.message, "an address may hold a password"


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDCIRCLE_HOME", "")
    monkeypatch.setenv("GRIDCIRCLE_DATABASE_URL", "")
    settings = Settings.from_environment()
    assert (settings.home, settings.database_url) == (Path("var"), None)


def test_the_home_keeps_its_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRIDCIRCLE_PROFILE", raising=False)
    monkeypatch.setenv("GRIDCIRCLE_HOME", str(tmp_path))
    Settings.from_environment().keep_profile("demo")
    assert Settings.from_environment().zone.name == "demo"
    monkeypatch.setenv("GRIDCIRCLE_PROFILE", "default")
    assert Settings.from_environment().zone.name == "default"
