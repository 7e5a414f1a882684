"""The policy: each inline part by its hash, and no other."""

import base64
import hashlib

from maps.policy import inline_parts, security_policy, source_hash


def test_hash_is_that_of_the_text() -> None:
    expected = base64.b64encode(hashlib.sha256(b"alert(1)").digest()).decode()
    assert source_hash("alert(1)") == f"'sha256-{expected}'"


def test_finds_inline_parts_and_leaves_out_links_and_data() -> None:
    html = (
        '<script src="/a.js"></script><script>one < two && three</script>'
        '<script type="application/json">{"a":1}</script><style>p { color: red }</style>'
        '<script type="importmap">{}</script>'
    )
    assert inline_parts(html) == {
        "script": ["one < two && three", "{}"],
        "style": ["p { color: red }"],
    }


def test_page_without_inline_parts_allows_our_files_alone() -> None:
    policy = dict(part.split(" ", 1) for part in security_policy().split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in security_policy("<script>x</script>")
