"""Warnings alike are one."""

from __future__ import annotations

from factbook.data.cleaning import alike_once
from factbook.errors import Finding


def test_warnings_that_differ_in_their_file_are_one() -> None:
    """Eight tables without a column are one warning, with a count; errors stay apart."""
    alike = [
        Finding(severity="warning", code="data.no-column", message="no column", file=f"{n}.csv")
        for n in range(8)
    ]
    errors = [one.model_copy(update={"severity": "error"}) for one in alike[:2]]
    first, *others = alike_once([*alike, *errors])
    assert first.file == "8 files (0.csv, 1.csv, 2.csv, 3.csv, 4.csv, 5.csv and 2 more)"
    assert others == errors
