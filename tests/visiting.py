"""A visitor: a real browser that reaches this machine alone, and keeps what else its pages asked for."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route


@dataclass
class Visitor:
    """A browser whose pages reach this machine alone; ``foreign`` lists what else they asked for."""

    chromium: Browser
    foreign: list[str] = field(default_factory=list)

    def page(self, **options: Any) -> Page:
        """Open a page in a context of its own; the options are Playwright's for a context."""
        context = self.chromium.new_context(service_workers="block", **options)
        context.route("**/*", self._decide)
        return context.new_page()

    def _decide(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            return route.continue_()
        self.foreign.append(route.request.url)
        return route.abort()
