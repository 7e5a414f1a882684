from datetime import date
from importlib import resources

import pytest

from geo.errors import ProfileError
from geo.profile import GENERAL, load_profile, shipped_profiles

FIVE = ("chengdu", "keqiao", "lucheng", "shucheng", "tianning")


def test_what_is_shipped() -> None:
    assert shipped_profiles() == sorted([*FIVE, "default", "demo"])


def test_the_calendar_of_a_country_stands_beside_a_zones_own_days(tmp_path) -> None:
    calendar = load_profile("default").calendar
    assert (len(calendar.holidays), len(calendar.workdays)) == (33, 6)
    assert date(2026, 2, 17) in calendar.holidays
    # Work is made up for at weekends that are no holidays.
    assert all(day.weekday() >= 5 and day not in calendar.holidays for day in calendar.workdays)
    own = tmp_path / "own.toml"
    shipped = (resources.files("geo") / "profiles" / "default.toml").read_text("utf-8")
    own.write_text(shipped + "holidays = [2026-11-11]\n", "utf-8")
    assert set(load_profile(str(own)).calendar.holidays) - set(calendar.holidays) == {date(2026, 11, 11)}
    own.write_text(shipped.replace('of = "china"', 'of = "atlantis"'), "utf-8")
    with pytest.raises(ProfileError, match="no calendar of “atlantis”"):
        load_profile(str(own))


@pytest.mark.parametrize("name", shipped_profiles())
def test_every_shipped_profile_says_what_a_zone_needs(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert profile.counting in profile.levels
    assert profile.counting.geometry, "published figures are drawn on a map"
    assert profile.bases[-1] == GENERAL
    titles = [profile.title, *(level.title for level in profile.levels)]
    titles += [*profile.kind_titles.values(), *profile.functions.values()]
    assert all(title.keys() == {"zh", "en"} and all(title.values()) for title in titles)
    pairs = [(level.basis, level.name) for level in profile.levels]
    assert len(set(pairs)) == len(pairs)
    kinds = {kind for level in profile.levels for kind in level.kinds} | {*profile.circle.kinds}
    assert kinds <= profile.kind_titles.keys()
    assert profile.zone_info.key == "Asia/Shanghai"
    for level in profile.levels:
        assert profile.level(level.basis, level.name) is level
        assert level.match is None or not level.geometry


def test_the_five_systems_differ_in_configuration_alone() -> None:
    five = {name: load_profile(name) for name in FIVE}
    assert {name: profile.circle.minutes for name, profile in five.items()} == {
        "chengdu": 15,
        "keqiao": 15,
        "lucheng": 15,
        "shucheng": 15,
        "tianning": 5,
    }
    assert five["chengdu"].circle.kinds == ("centre",)
    assert five["shucheng"].bases == ["area", "industry", "chain", GENERAL]
    assert [level.match for level in five["shucheng"].levels] == [None, "industry", "chains", None]
    assert five["lucheng"].level("area", "micro").tiling == "complete"
    assert not five["tianning"].level("area", "committee").geometry
    assert five["tianning"].chain_names == {"智能智造": "智能制造"}


def test_speeds() -> None:
    circle = load_profile("default").circle
    assert [round(circle.speed(mode) * 60) for mode in ("walk", "ebike", "drive")] == [5000, 15000, 30000]


def test_a_level_that_is_not_there() -> None:
    with pytest.raises(ProfileError, match="no level chain/grid; it has area/block, area/grid, area/micro"):
        load_profile("demo").level("chain", "grid")


GRID = '[[bases.area]]\nname = "grid"\ntitle = {zh = "网格", en = "grid"}\n'
TOP = 'title = {zh = "甲", en = "A"}\ncounting = "area/grid"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tiem_zone = 'UTC'\n" + TOP + GRID, "“zone” has no “tiem_zone”; it takes title, time_zone"),
        ("time_zone = 'Mars/One'\n" + TOP + GRID, "“Mars/One” is no time zone"),
        (TOP + "circle = {minuets = 5}\n" + GRID, "“circle” has no “minuets”; it takes minutes"),
        (TOP + "circle = {minutes = 0}\n" + GRID, "“minutes” in “circle” is a number above 0"),
        (TOP + "circle = {minutes = inf}\n" + GRID, "“minutes” in “circle” is a number above 0, not inf"),
        (TOP + "circle.speed_m_per_min = {wlak = 80}\n" + GRID, "“circle.speed_m_per_min” has no “wlak”"),
        (
            TOP + "circle.speed_m_per_min = {walk = 0}\n" + GRID,
            "“walk” in “circle.speed_m_per_min” is a number",
        ),
        (TOP + "circle.radii_m = {15 = -1}\n" + GRID, "“15” in “circle.radii_m” is a number above 0"),
        (TOP + "circle.radii_m = {quarter = 1}\n" + GRID, "a time in “circle.radii_m” is a number above 0"),
        (TOP + "circle = {kinds = ['library']}\n" + GRID, "promises library; a facility is one of station"),
        (TOP + GRID + "tiling = 'compleat'\n", "“tiling” is complete or disjoint"),
        (TOP + GRID + "kind = ['a']\n", "“bases.area” has no “kind”"),
        (TOP.replace("title", "kinds") + GRID, "it lacks “title”"),
    ],
)
def test_what_a_profile_gets_wrong_is_told_by_its_name(text: str, said: str, tmp_path) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileError, match=said):
        load_profile(str(path))


WRONG = {
    "counting": 'title = {zh = "甲", en = "A"}\ncounting = "area/cell"\n[[bases.area]]\nname = "grid"\n'
    'title = {zh = "网格", en = "grid"}',
    "title": 'counting = "area/grid"\n[[bases.area]]\nname = "grid"\ntitle = {zh = "网格", en = "grid"}',
    "speed": 'title = {zh = "甲", en = "A"}\ncounting = "area/grid"\ncircle = {velocity = 3}\n'
    '[[bases.area]]\nname = "grid"\ntitle = {zh = "网格", en = "grid"}',
    "syntax": "title = ",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_profile_that_contradicts_itself(wrong: str, tmp_path) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(WRONG[wrong], "utf-8")
    with pytest.raises(ProfileError, match="The profile “zone” cannot be read: "):
        load_profile(str(path))


def test_a_profile_that_is_nowhere(tmp_path) -> None:
    with pytest.raises(
        ProfileError, match=r"no profile named “mars”; name a \.toml file or one of chengdu, "
    ):
        load_profile("mars")
    with pytest.raises(ProfileError, match="no profile file"):
        load_profile(str(tmp_path / "zone.toml"))
    with pytest.raises(ProfileError, match="no profile named"):
        load_profile("../demo")
