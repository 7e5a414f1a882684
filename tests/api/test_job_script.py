"""The script that follows a job, in a real browser: shown, stopped, picked up again, and cut off."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from clients import served
from districts import cloned, opened
from fastapi.responses import HTMLResponse
from httpx import Client
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine
from toil import TOILS
from visiting import Visitor

from api.app import create_app
from api.jobs.queue import find, submit
from api.settings import Settings
from maps.assets import script_map, static_url
from maps.faults import IDS, WORDED
from maps.page import data_block
from maps.policy import security_policy
from maps.words import words

LONG_MS = 20_000
HOSTILE = '{{7*7}}<img src=x onerror="document.title=1">'


def trial_page() -> HTMLResponse:
    """A page with nothing but a place for a job."""
    catalogue = data_block(words("zh").sections(["job", "error", "fault"]))
    facts = data_block({"faults": {"ids": sorted(IDS), "worded": WORDED}})
    html = f"""<!DOCTYPE html><html lang="zh-Hans"><head><meta charset="utf-8"><title>trial</title>
        <script type="importmap">{data_block(script_map())}</script>
        <link rel="icon" href="{static_url("icon.svg")}">
        <link rel="stylesheet" href="{static_url("css/base.css")}">
        <link rel="stylesheet" href="{static_url("css/job.css")}">
        <script type="module">
            import * as job from "/static/js/job.js";
            const place = document.getElementById("place");
            const ended = (one) => {{ document.body.dataset.ended = one.state; }};
            window.job = job;
            const given = {{ key: "trial", onDone: ended }};
            window.show = (one) => {{ job.mountJob(place, one, given).catch(() => null); }};
            job.resumeJob(place, given);
            document.body.dataset.ready = "yes";
        </script></head><body><main class="sheet"><div id="place"></div></main>
        <script type="application/json" id="words">{catalogue}</script>
        <script type="application/json" id="facts">{facts}</script></body></html>"""
    return HTMLResponse(html, headers={"Content-Security-Policy": security_policy(html)})


@pytest.fixture(scope="module")
def engine(template_url: str) -> Iterator[Engine]:
    with cloned(template_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[Client]:
    app = create_app(Settings(profile="demo"), engine)
    app.state.kinds = TOILS
    app.add_api_route("/trial", trial_page, include_in_schema=False)
    with served(app) as client:
        yield client


@pytest.fixture
def page(client: Client, browser: Visitor) -> Iterator[Page]:
    page = browser.page(viewport={"width": 1024, "height": 768}, has_touch=True)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{client.base_url}/trial")
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    yield page
    assert complaints == []
    assert browser.foreign == []


def ask(engine: Engine, kind: str = "count", **arguments: Any) -> int:
    return submit(engine, kind, f"{kind}:{time.monotonic_ns()}", arguments, "somebody").id


def ends(page: Page, state: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-ended", state, timeout=LONG_MS)


def test_a_job_is_shown_until_it_is_done(engine: Engine, page: Page) -> None:
    page.evaluate("show", ask(engine, steps=150))
    place = page.locator("#place")
    expect(place).to_contain_text(re.compile(r"step \d+"))
    expect(place.locator("[role=status]")).not_to_be_empty()
    values = [page.evaluate("document.querySelector('progress').value") for _ in range(2)]
    page.wait_for_timeout(400)
    assert page.evaluate("document.querySelector('progress').value") > values[0]
    ends(page, "done")
    expect(place).to_have_text("已完成")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_job_is_stopped_with_a_finger(engine: Engine, page: Page) -> None:
    job = ask(engine, steps=2000)
    page.evaluate("show", job)
    button = page.get_by_role("button", name="停止")
    box = button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    button.tap()
    ends(page, "cancelled")
    assert find(engine, job).state == "cancelled"


def test_a_job_that_failed_says_why(engine: Engine, page: Page) -> None:
    page.evaluate("show", ask(engine, "refuse"))
    ends(page, "failed")
    expect(page.get_by_role("alert")).to_contain_text("Somebody published release 7")


def test_a_reload_goes_on_with_the_job(engine: Engine, page: Page) -> None:
    job = ask(engine, steps=200)
    page.evaluate("show", job)
    expect(page.locator("progress")).to_be_visible()
    page.reload()
    expect(page.locator("progress")).to_be_visible()
    ends(page, "done")
    page.reload()
    expect(page.locator("#place")).to_be_empty()


def test_without_a_stream_it_asks(engine: Engine, page: Page) -> None:
    page.route("**/events", lambda route: route.abort())
    page.evaluate("show", ask(engine, steps=150))
    ends(page, "done")


@pytest.mark.parametrize("status", [200, 502])
def test_a_proxy_that_swallows_the_stream_does_no_harm(engine: Engine, page: Page, status: int) -> None:
    def swallow(route: Route) -> None:
        route.fulfill(status=status, headers={"Content-Type": "text/event-stream"}, body="retry: 50\n\n")

    page.route("**/events", swallow)
    page.evaluate("show", ask(engine, steps=100))
    ends(page, "done")


def test_a_dropped_connection_is_told_and_outlived(engine: Engine, client: Client, page: Page) -> None:
    job = ask(engine, steps=500)
    now = json.dumps(client.get(f"/api/v1/jobs/{job}").json())
    # The stream is cut after its first event, and then nothing of the address answers any more.
    first = {"status": 200, "content_type": "text/event-stream", "body": f"event: progress\ndata: {now}\n\n"}
    page.route("**/api/**", lambda route: route.abort())
    page.route("**/events", lambda route: route.fulfill(**first), times=1)
    page.evaluate("show", job)
    expect(page.locator("#place")).to_contain_text("暂时没有回应", timeout=LONG_MS)
    page.unroute("**/api/**")
    ends(page, "done")


def test_what_is_not_there_is_told_at_once(page: Page) -> None:
    told = page.evaluate("job.follow(404404).catch((error) => error.code)")
    assert told == "not-found"


def test_following_ends_with_a_signal_and_the_job_goes_on(engine: Engine, page: Page) -> None:
    job = ask(engine, steps=100)
    name = page.evaluate(
        """(id) => {
            const leaving = new AbortController();
            setTimeout(() => leaving.abort(), 100);
            return job.follow(id, () => null, { signal: leaving.signal }).catch((error) => error.name);
        }""",
        job,
    )
    assert name == "AbortError"
    assert page.evaluate("(id) => job.follow({ id }).then((one) => one.state)", job) == "done"


def test_words_of_a_job_are_letters(engine: Engine, page: Page) -> None:
    page.evaluate("show", ask(engine, "say", message=HOSTILE, seconds=1.5))
    expect(page.locator("#place")).to_contain_text(HOSTILE)
    assert page.locator("img").count() == 0
    assert page.title() == "trial"
