"""The chief's card in a real browser: how near the border each enterprise is, and whose it is said to be."""

from collections.abc import Iterator

import pytest
from districts import cloned, opened, point, square
from playwright.sync_api import Page, expect
from publications import publish
from visiting import Visitor
from watching import Watch, served

from geo.profile import load_profile

DEMO = load_profile("demo")
UPRIGHT = {"viewport": {"width": 768, "height": 1024}, "locale": "zh-CN"}


@pytest.fixture
def address(template_url: str) -> Iterator[str]:
    """Two grids side by side; an enterprise in the middle of one, one at the border, one on it."""
    with cloned(template_url) as url, opened(url) as engine:
        grids = [(square(0, 0, 4, 3), {"source_id": "1", "code": "0412", "name": "东园", "chief": "王"})]
        grids += [(square(4, 0, 4, 3), {"source_id": "2", "code": "0413", "name": "西园"})]
        publish(engine, grids, zone=DEMO)
        rows = [(point(2.123456, 1.5), "甲工厂"), (point(3.923456, 1.2), "乙公司"), (point(4, 2), "丙店")]
        rows += [(point(1.012345, 0.512345), "丁科技"), (point(4.051234, 2.4), "戊物流")]
        firms = [(shape, {"source_id": name, "name": name, "workers": 12}) for shape, name in rows]
        publish(engine, firms, kind="enterprises", zone=DEMO)
        with served(url, engine) as found:
            yield found


@pytest.fixture
def watch(browser: Visitor) -> Watch:
    return Watch(browser, **UPRIGHT)


def row(page: Page, name: str) -> object:
    return page.locator("#list-enterprises li", has_text=name)


def test_a_chief_sees_at_a_glance_and_says_whose_it_is(
    address: str, watch: Watch, browser: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = watch.open(f"{address}/grids/0412")
    expect(row(page, "甲工厂")).to_contain_text("在网格内，距边界 166 米")
    expect(row(page, "乙公司")).to_contain_text("距网格 0413 仅 7.3 米：归谁？")
    expect(row(page, "丙店")).to_contain_text("正在本网格与 0413 的边界上：归谁？")
    expect(row(page, "甲工厂").get_by_role("button", name="归本网格", exact=True)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
    small = page.locator(".claims button").evaluate_all(
        "(all) => all.map((b) => b.getBoundingClientRect()).filter((r) => r.height < 43.5 || r.width < 43.5)"
    )
    assert small == []
    page.screenshot(path=str(tmp_path_factory.getbasetemp() / "claims-1.png"))
    row(page, "丙店").get_by_role("button", name="归本网格", exact=True).click()
    expect(row(page, "丙店")).to_contain_text("local 指定，至")
    row(page, "乙公司").get_by_role("button", name="不归本网格").click()
    row(page, "乙公司").get_by_role("button", name="归网格 0413").click()
    expect(row(page, "乙公司")).to_contain_text("已记下：乙公司 归网格 0413")
    row(page, "甲工厂").get_by_role("button", name="依据").click()
    expect(row(page, "甲工厂").locator(".why")).to_contain_text("位置来自文件 drawing")
    page.screenshot(path=str(tmp_path_factory.getbasetemp() / "claims-2.png"))
    row(page, "丁科技").get_by_role("button", name="依据").click()
    row(page, "丁科技").get_by_role("button", name="改归别的网格").click()
    row(page, "丁科技").get_by_label("网格编码").fill("0413")
    row(page, "丁科技").get_by_label("理由").fill("大门在西园")
    page.screenshot(path=str(tmp_path_factory.getbasetemp() / "claims-3.png"))
    row(page, "丁科技").get_by_role("button", name="就这样定").click()
    expect(row(page, "丁科技")).to_contain_text("已记下：丁科技 归网格 0413")
    page.goto(f"{address}/grids/0413")
    expect(row(page, "乙公司")).to_contain_text("local 指定，至")
    expect(row(page, "乙公司")).to_contain_text("在网格外 7.3 米")
    row(page, "乙公司").get_by_role("button", name="撤销指定").click()
    expect(row(page, "乙公司")).to_contain_text("已撤销：乙公司 重新按边界判定。")
    page.goto(f"{address}/grids/0412")
    expect(row(page, "乙公司")).to_contain_text("归谁？")
    assert watch.complaints == []
    assert browser.foreign == []
