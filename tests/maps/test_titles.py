"""What the workbook of a comparison is called in each language."""

from maps.titles import keys, ledger_titles


def test_every_sheet_column_and_value_has_a_title() -> None:
    for language in ("zh", "en"):
        titles = ledger_titles(language)
        assert [key for key in keys() if key not in titles or titles[key] == ""] == []
        assert titles["service-coverage-workers"]
    assert (ledger_titles("zh")["merged"], ledger_titles("en")["merged"]) == ("合并", "merged")
