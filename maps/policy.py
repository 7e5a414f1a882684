"""The Content-Security-Policy: nothing but our own files, and Folium's inline parts by their hash."""

import base64
import hashlib
from html.parser import HTMLParser

DATA_TYPES = frozenset({"application/json"})
"""Types of ``<script>`` that browsers never run, and which need no hash."""


class _Inline(HTMLParser):
    """Collects the text of inline scripts and style elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: dict[str, list[str]] = {"script": [], "style": []}
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        data = tag == "script" and attributes.get("type") in DATA_TYPES
        if tag in self.found and "src" not in attributes and not data:
            self._open = tag
            self.found[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.found[self._open][-1] += data


def inline_parts(html: str) -> dict[str, list[str]]:
    """Return the text of each inline script and style of a page, in order.

    Data blocks (``<script type="application/json">``) are left out: browsers do not run them.
    """
    parser = _Inline()
    parser.feed(html)
    parser.close()
    return parser.found


def source_hash(text: str) -> str:
    """Return a script's or style's text as a policy names it: ``'sha256-…'``."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def security_policy(trusted: str = "") -> str:
    """Return the policy of a page whose inline parts are all in this markup.

    Parameters
    ----------
    trusted : str
        Markup that was made without any user data. It must never be the whole page: a script that
        slipped in with a name would be allowed by its own hash.
    """
    parts = inline_parts(trusted)
    scripts = sorted({source_hash(text) for text in parts["script"]})
    styles = sorted({source_hash(text) for text in parts["style"]})
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src", "'self'", *scripts]),
            " ".join(["style-src", "'self'", *styles]),
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )
