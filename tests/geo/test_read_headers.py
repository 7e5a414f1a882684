import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.contracts import ENTERPRISES, GRIDS, STATIONS, Column, Contract
from geo.read.columns.headers import find, match, normalise


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        (" Grid_Code ", "gridcode"),
        ("职工人数（人）", "职工人数"),
        ("职工人数(单位：人", "职工人数"),
        ("ＩＤ", "id"),
        ("企业 名称", "企业名称"),
        ("(id)", "(id)"),
        ("", ""),
    ],
)
def test_normalise(header, plain):
    assert normalise(header) == plain


@given(st.text("AbZ12编码（）()【】[_- \u3000ＩＤ", max_size=12))
def test_normalising_twice_is_normalising_once(header):
    assert normalise(normalise(header)) == normalise(header)


def test_first_alias_wins_and_a_header_serves_one_column():
    found = match(["地址", "实际经营地址", "名称", "企业名称"], ENTERPRISES)
    assert found == {"name": 3, "address": 1}


def test_name_of_the_column_itself_comes_first():
    assert match(["类型", "kind", "type"], STATIONS)["kind"] == 1


def test_headers_cut_at_ten_bytes():
    cut = ["统一社会信", "企业名称", "实际经营地"]
    assert match(cut, ENTERPRISES) == {"name": 1}
    assert match(cut, ENTERPRISES, cut=True) == {"name": 1, "credit_code": 0, "address": 2}


def test_header_cut_within_a_character():
    # 网格长姓名 is ten bytes in GBK and fifteen in UTF-8, of which ten end within the fourth.
    assert match(["网格长\ufffd"], GRIDS, cut=True) == {"chief": 0}


def test_a_short_header_is_not_taken_for_a_cut_one():
    assert match(["统一"], ENTERPRISES, cut=True) == {}


def test_a_beginning_of_two_columns_means_neither():
    columns = (Column("a", "text", ("服务功能甲类",)), Column("b", "text", ("服务功能甲种",)))
    contract = Contract("both", (), columns)
    assert match(["服务功能甲"], contract, cut=True) == {}
    assert match(["服务功能甲", "服务功能甲种"], contract, cut=True) == {"b": 1, "a": 0}


@given(st.permutations(["企业名称", "信用代码", "地址", "人数", "什么"]))
def test_order_of_headers_changes_nothing(headers):
    found = {name: headers[at] for name, at in match(headers, ENTERPRISES).items()}
    assert found == {
        "name": "企业名称",
        "credit_code": "信用代码",
        "address": "地址",
        "workers": "人数",
    }


def test_find_goes_by_the_order_of_aliases():
    assert find(["x", "经度"], ("经度", "x")) == 1
    assert find(["a"], ("b",)) is None
