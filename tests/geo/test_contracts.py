import pytest

from geo.contracts import CONTRACTS, LATITUDE_HEADERS, LONGITUDE_HEADERS
from geo.read.columns.headers import match, normalise


@pytest.mark.parametrize("kind", CONTRACTS)
def test_headers_of_a_contract_mean_one_column_each(kind):
    contract = CONTRACTS[kind]
    meaning = {}
    for column in contract.columns:
        for alias in {normalise(a) for a in (column.name, *column.headers)}:
            assert meaning.setdefault(alias, column.name) == column.name


@pytest.mark.parametrize("kind", CONTRACTS)
def test_what_we_write_is_what_we_read(kind):
    contract = CONTRACTS[kind]
    for written in (contract.names, [(c.headers or (c.name,))[0] for c in contract.columns]):
        assert match(written, contract) == {name: i for i, name in enumerate(contract.names)}


@pytest.mark.parametrize("kind", CONTRACTS)
def test_every_row_has_an_id_and_columns_are_unique(kind):
    names = CONTRACTS[kind].names
    assert names[0] == "source_id"
    assert len(names) == len(set(names))
    assert "geometry" not in names


def test_longitude_and_latitude_share_no_header():
    assert not {normalise(h) for h in LONGITUDE_HEADERS} & {normalise(h) for h in LATITUDE_HEADERS}
