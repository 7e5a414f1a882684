"""What went wrong, in words, and what to do next."""

from collections.abc import Mapping
from typing import Any

from maps.faults import sentence_of
from maps.page import Context, Page, render
from maps.words import words


def error_page(context: Context, error: Mapping[str, Any]) -> Page:
    """Return the page of an error.

    Parameters
    ----------
    context : Context
        What every page knows.
    error : mapping
        ``code``, ``message`` and ``details`` as in the API's errors.
    """
    t = words(context.language)
    code = str(error["code"])
    return render(
        "error.html",
        context,
        values={
            "code": code,
            "sentence": t.known(f"error.{code}", t("error.title")),
            "fault": sentence_of(error, t),
            "next": t.known(f"next.{code}", t("next.otherwise")),
        },
    )
