"""Which inputs differ between two runs."""

from dataclasses import replace

from factbook.data.grids.input_file import InputFile
from factbook.diff.input_changes import input_changes

OLD = InputFile("etm.csv", "ETM", "a" * 64, 10, "2026-01-01T00:00:00+00:00", "2025 edition", 1200)


def test_content_rows_and_edition() -> None:
    """Each is named where it differs."""
    new = replace(OLD, sha256="b" * 64, published="2026 edition", rows=1300)
    [change] = input_changes([OLD], [new])
    assert str(change) == (
        "etm.csv: 2025 edition → 2026 edition; 1,200 → 1,300 rows; "
        "SHA-256 aaaaaaaaaaaa… → bbbbbbbbbbbb…"
    )


def test_new_and_gone_files() -> None:
    """In order of their names."""
    new = replace(OLD, file="a.csv")
    assert [str(one) for one in input_changes([OLD], [new])] == [
        "a.csv: new (2025 edition; 1,200 rows; SHA-256 aaaaaaaaaaaa…)",
        "etm.csv: gone (2025 edition; 1,200 rows; SHA-256 aaaaaaaaaaaa…)",
    ]


def test_same_content_written_again_is_no_change() -> None:
    """Only the time of the file differs."""
    assert input_changes([OLD], [replace(OLD, modified="2026-05-05T00:00:00+00:00")]) == ()


def test_earlier_versions_noted_no_inputs() -> None:
    """Nothing is known of what they read."""
    assert input_changes([], [OLD]) == ()
    assert input_changes([OLD], []) == ()
