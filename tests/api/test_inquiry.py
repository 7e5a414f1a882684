"""Inquiries: to whom it is said that nothing changed."""

from pathlib import Path

import pytest
from clients import client_of
from districts import cloned, geojson, opened, square

from api.settings import Settings
from geo.workflows.publication.loading import load_file

pytestmark = pytest.mark.usefixtures("quick_reading")


def tag_of(url: str, path: str, profile: str = "demo") -> str:
    with client_of(url, profile=profile) as client:
        answer = client.get(path)
        assert answer.status_code == 200
        assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        return str(answer.headers["etag"])


@pytest.mark.parametrize("path", ["/api/v1/grids.geojson", "/api/v1/tiles/streets/14/8192/8192.pbf"])
def test_another_zone_at_the_same_address_is_another_answer(
    template_url: str, tmp_path: Path, path: str
) -> None:
    tags = []
    for corner in (0, 5):
        file = geojson(tmp_path / "grids.geojson", [(square(corner, 0), {"id": "1", "code": "0001"})])
        with cloned(template_url) as url:
            with opened(url) as engine:
                load_file(engine, Settings(profile="demo").zone, file, "grids")
            tags.append(tag_of(url, path))
    assert tags[0] != tags[1]


def test_another_profile_is_another_answer(small_url: str) -> None:
    with cloned(small_url) as url:
        tags = {tag_of(url, "/api/v1/coverage", profile) for profile in ("demo", "default")}
    assert len(tags) == 2
