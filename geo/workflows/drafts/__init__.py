"""Drafts: a file or a drawing on its way to a release – looked at, mended, drawn on, foretold, issued."""
