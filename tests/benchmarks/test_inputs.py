"""The benchmark of the inputs runs; how fast is not asserted."""

from pathlib import Path

import pytest

from tests.benchmarks.running import figures_of


@pytest.mark.slow
def test_inputs_are_read_without_errors_and_measured(tmp_path: Path) -> None:
    """Each input has seconds and memory, printed and kept as JSON; a misread one would end it."""
    file = tmp_path / "figures" / "inputs.json"
    sizes = ("--sheet-rows", "430", "--table-rows", "200", "--rows-by-sex-and-age", "8400")
    options = (*sizes, "--repeat", "1")
    figures, printed = figures_of("inputs.py", file, *options)
    assert [one["input"] for one in figures] == [
        "sheet, 430 sub-tasks",
        "sheet, 430 rows in each of five tabs",
        "table, 200 rows",
        "table, 8,400 rows by sex and age, totals read",
        "table, 8,400 rows by sex and age, each member read",
    ]
    assert all(one["seconds"] > 0 and one["peak_mb"] > 20 for one in figures)
    assert "| table, 200 rows | " in printed
