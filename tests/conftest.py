"""What several test modules share: a real PostGIS, a real browser, the shared sample data."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from districts import cloned, fill_with_samples
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from reading import reading_here
from visiting import Visitor

from geo.store.cluster.private import running
from geo.store.schema import upgrade

SHARED = Path(__file__).parents[2] / "shared" / "data"
CHROMIUM = "/usr/bin/chromium"
# The browser's own services call home at each start; the resolver rule lets no name be looked up.
CHROMIUM_OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1",
)
# A suite in the background begins without Ctrl-C, and would hand that on to programs that it stops so.
signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that the server's account may pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="gridcircle-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def template_url(open_folder: Path) -> Iterator[str]:
    """The URL of a migrated, empty database; nobody may stay connected to it."""
    with running(open_folder / "var", settings=THROWAWAY) as url:
        upgrade(url)
        yield url


@pytest.fixture
def database_url(template_url: str) -> Iterator[str]:
    """The URL of a migrated, empty database of the test's own."""
    with cloned(template_url) as url:
        yield url


@pytest.fixture(scope="session")
def small_url(template_url: str) -> Iterator[str]:
    """The URL of a database with the samples loaded, to be cloned; nobody may stay connected to it."""
    with cloned(template_url) as url:
        with reading_here():
            fill_with_samples(url)
        yield url


@pytest.fixture(scope="module")
def quick_reading() -> Iterator[None]:
    """Files are read in this process, for modules whose subject is what comes after the reading."""
    with reading_here():
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of sample data that is kept beside the project, not in it."""
    if not SHARED.is_dir():
        pytest.skip(f"the sample data beside the project are not there: {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Visitor]:
    visitor = Visitor(chromium)
    yield visitor
    for context in chromium.contexts:
        context.close()
