"""From a file to a release: received, checked, mended, drawn, published; and nothing lost on the way."""

import zipfile
from pathlib import Path

import pytest
from districts import SMALL, SMALL_FILES, cloned, geojson, opened, point
from drawn_drafts import SAID, opened_draft, pair, sent, verdicts
from sqlalchemy import Engine

from geo.errors import ConflictError, InputError, NotFound, ProfileError
from geo.frames import Said
from geo.profile import load_profile
from geo.store import audit, drafts, geocodes, originals, releases
from geo.store.engine import reading
from geo.workflows.drafts.checking import check
from geo.workflows.drafts.drafting import Desk, discard, find, reconsider
from geo.workflows.drafts.issuing import Issue, publish_draft
from geo.workflows.drafts.remedies import Choice
from geo.workflows.drafts.revising import mend_draft
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

pytestmark = pytest.mark.usefixtures("quick_reading")


def test_a_file_becomes_a_draft_a_release_and_a_memory(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    entered = sent(desk, pair(tmp_path), source="planning", by="li")
    assert (entered.state, entered.name, entered.step) == ("reading", "网格.geojson", None)
    draft = check(desk, entered.id)
    assert (draft.state, draft.step, draft.error) == ("open", 0, None)
    assert draft.facts["format"] == "geojson"
    assert draft.facts["extent"] == pytest.approx([104.0, 30.5, 104.003, 30.502])
    answer = publish_draft(desk, draft.id, Issue(note="first", by="li", key="k1"))
    assert (answer["release"], answer["added"]) == (1, 2)
    done = find(engine, draft.id)
    assert (done.state, done.release_number) == ("published", 1)
    with reading(engine) as connection:
        told = releases.describe(connection, 1)
        assert [one.by for one in audit.entries(connection, "release 1")] == ["li"]
    assert (told.note, told.details["draft"], told.details["file"]["name"]) == ("first", draft.id, done.name)
    # The same request is answered again; another one comes too late.
    assert publish_draft(desk, draft.id, Issue(note="first", by="li", key="k1")) == answer
    with pytest.raises(ConflictError, match="was published"):
        publish_draft(desk, draft.id, Issue(base=1))
    again = opened_draft(desk, pair(tmp_path, 2), source="planning", said=Said())
    assert (again.said["crs"], again.facts["remembered"]) == ("EPSG:4326", True)
    assert not opened_draft(desk, pair(tmp_path, 2), source="others", said=Said()).facts["remembered"]


def test_the_original_is_kept_before_anything_is_read(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "g.zip"
    file.write_bytes(b"PK\x03\x04 and then nothing of the kind")
    draft = opened_draft(desk, file)
    assert (draft.state, draft.error["code"]) == ("refused", "file-refused")  # type: ignore[index]
    assert originals.place(desk.home, draft.sha256 or "").read_bytes() == file.read_bytes()


def test_an_error_can_be_published_by_name(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path, 2, east=1.5))
    publish_draft(desk, draft.id, Issue(accept=("overlap",)))
    with reading(engine) as connection:
        assert releases.describe(connection, 1).details["accepted"] == ["overlap"]


def test_known_addresses_in_a_zip_come_through_the_desk(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    rows = "标准地址,经度,纬度\n天府大道1700号,104.07,30.55\n,104.05,30.53\n软件园,104.06,30.54\n"
    with zipfile.ZipFile(tmp_path / "地址.zip", "w") as archive:
        archive.writestr("交付/标准地址.csv", rows)
        archive.writestr("说明.txt", "x")
    draft = opened_draft(desk, tmp_path / "地址.zip", "addresses", source="police")
    assert (draft.state, draft.facts["format"], draft.facts["entry"]) == ("open", "csv", "交付/标准地址.csv")
    errors = [one for one in verdicts(engine, draft) if one["severity"] == "error"]
    assert [(one["code"], one["grids"]) for one in errors] == [("address-missing", ["row 2"])]
    with pytest.raises(InputError, match="address-missing 1"):
        publish_draft(desk, draft.id, Issue())
    answer = publish_draft(desk, draft.id, Issue(accept=["address-missing"]))
    assert (answer["added"], answer["release"]) == (2, None)
    with reading(engine) as connection:
        known = geocodes.known(connection)
    assert sorted(known["text"]) == ["天府大道1700号", "软件园"]


def test_two_publishers_on_one_base(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    first, second = (opened_draft(desk, pair(tmp_path, border)) for border in (1, 2))
    publish_draft(desk, first.id, Issue(by="li"))
    with pytest.raises(ConflictError, match="by li"):
        publish_draft(desk, second.id, Issue(by="wang"))
    assert find(engine, second.id).state == "open"
    assert publish_draft(desk, second.id, Issue(base=1))["release"] == 2


def test_drafts_end(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path))
    discard(desk, draft.id)
    for change in (
        lambda: check(desk, draft.id),
        lambda: reconsider(desk, draft.id, {"crs": "EPSG:4544"}),
        lambda: mend_draft(desk, draft.id, Choice()),
        lambda: publish_draft(desk, draft.id, Issue()),
    ):
        with pytest.raises(ConflictError, match="was discarded"):
            change()
    assert originals.place(desk.home, draft.sha256 or "").is_file()
    with reading(engine) as connection:
        assert drafts.listed(connection) == []


def test_a_draft_of_no_kind_or_level_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no kind of file"):
        sent(desk, pair(tmp_path), "maps")
    with pytest.raises(ProfileError, match="no level"):
        sent(desk, pair(tmp_path), level="deep")
    with pytest.raises(NotFound, match="no draft 7"):
        check(desk, 7)
    file = geojson(tmp_path / "e.geojson", [(point(1, 1), {"name": "e"})])
    enterprises = opened_draft(desk, file, "enterprises")
    with pytest.raises(InputError, match="no borders"):
        mend_draft(desk, enterprises.id, Choice())


@pytest.mark.parametrize(("name", "kind", "options"), SMALL_FILES)
def test_what_stands_sent_again_changes_nothing(
    small_url: str, tmp_path: Path, name: str, kind: str, options: dict[str, str]
) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        desk = Desk(engine, load_profile("demo"), tmp_path / "home")
        draft = opened_draft(desk, SMALL / name, kind, said=SAID, **options)
        assert draft.state == "open", draft.error
        errors = {one["code"] for one in verdicts(engine, draft) if one["severity"] == "error"}
        answer = publish_draft(desk, draft.id, Issue(accept=tuple(errors)))
        assert (answer["added"], answer["updated"], answer["retired"]) == (0, 0, [])
        assert answer["release"] in (None, draft.base_number)
        assert load_file(engine, desk.profile, SMALL / name, kind, options=LoadOptions(**options)).ok
