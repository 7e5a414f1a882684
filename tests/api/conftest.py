"""What the tests of pages share: the samples served, and a page that keeps its complaints."""

from collections.abc import Iterator

import pytest
from districts import cloned, opened
from visiting import Visitor
from watching import Watch, served


@pytest.fixture(scope="module")
def address(small_url: str) -> Iterator[str]:
    """The address of a service on the samples, for one module's tests."""
    with cloned(small_url) as url, opened(url) as engine, served(url, engine) as found:
        yield found


@pytest.fixture
def watch(browser: Visitor) -> Watch:
    return Watch(browser)
