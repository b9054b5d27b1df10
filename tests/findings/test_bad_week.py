"""What a bad week does to a table: without a country, a year or a group other things are true."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.project.project import Project, open_project
from tests.findings.test_truth import EXAMPLES, READERS, evidence_in, false_in

EXAMPLE = EXAMPLES / "europe-electricity"
Row = dict[str, str]


def _without(folder: Path, is_gone: Callable[[Row], bool]) -> Project:
    """The example without some rows of its long table; chapter 3 has tables of its own."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out"))
    with (EXAMPLE / "etm.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "etm.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if not is_gone(row))
    return open_project(folder, ('objective_list=["1", "2"]',))


def _named(project: Project) -> list[tuple[str, str]]:
    """Section, and a place, period or subject that a finding of it rests on or names."""
    return [
        (spec.id, name)
        for spec, evidence in evidence_in(project)
        for finding in evidence.findings
        for name in (
            *finding.periods,
            *finding.words.values(),
            *(evidence.by_id[i].place for i in finding.facts.values()),
            *(evidence.by_id[i].subject for i in finding.facts.values()),
        )
    ]


@pytest.mark.slow
def test_findings_without_a_country_name_it_nowhere(tmp_path: Path) -> None:
    """No neighbour, no leader, no exception; and counts are among those that are left."""
    whole, less = (
        open_project(EXAMPLE),
        _without(tmp_path / "a", lambda r: r["COUNTRY"] == "Poland"),
    )
    assert any(name == "Poland" for section, name in _named(whole) if section[0] in "12")
    assert not [section for section, name in _named(less) if name == "Poland"]
    false, count = false_in(less, READERS["europe-electricity"])
    assert false == []
    assert count > 100


@pytest.mark.parametrize("year", ["2021", "2018", "2010"])
def test_findings_without_a_year_are_true_of_the_others(year: str, tmp_path: Path) -> None:
    """The last year, one in between and the first: no trend goes across what is not there."""
    less = _without(tmp_path / "a", lambda r: r["YEAR"] == year)
    assert not [section for section, name in _named(less) if name == year]
    false, count = false_in(less, READERS["europe-electricity"])
    assert false == []
    assert count > 50


@pytest.mark.slow
def test_findings_without_a_category_are_about_others(tmp_path: Path) -> None:
    """No crossing with it, no share of a total that it is in; the group it was in goes on."""
    less = _without(tmp_path / "a", lambda r: r["SECTOR"] == "Bioenergy")
    assert any(name == "Bioenergy" for _, name in _named(open_project(EXAMPLE)))
    assert not [section for section, name in _named(less) if name == "Bioenergy"]
    assert any(name == "Renewables" for _, name in _named(less))
    false, _ = false_in(less, READERS["europe-electricity"])
    assert false == []
