"""What ``factbook check`` says of the measures of a project."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from factbook.cli.measures import measures_as_json, print_measures
from factbook.project.project import Project, open_project
from tests.many_measures import measures, write_project

TOML = """
[measures."Minimum wage"]
better = "high"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Measures of all fields; of one the project says something itself."""
    folder = write_project(tmp_path_factory.mktemp("many"))
    with (folder / "project.toml").open("a", encoding="utf-8") as file:
        file.write(TOML)
    return open_project(folder)


def printed(project: Project, *, all_of_them: bool) -> list[str]:
    """The lines that are printed."""
    file = io.StringIO()
    print_measures(project, Console(file=file, width=80), all_of_them=all_of_them)
    return file.getvalue().splitlines()


def test_check_names_some_measures_and_how_to_see_all(project: Project) -> None:
    """A line each, with what its figures may become; the last says how many more there are."""
    *lines, last = printed(project, all_of_them=False)
    assert all(
        re.match(r"measure: figures, .+: (added over |over places the mean |never added \()", one)
        for one in lines
    )
    more = len(measures()) - len(lines)
    assert more > 0
    assert last == f"measure: {more} more; --explain-measures shows all, and why"


def test_all_measures_are_explained(project: Project) -> None:
    """Each has a line of reasons, also those that the project gives."""
    lines = printed(project, all_of_them=True)
    heads, reasons = lines[::2], lines[1::2]
    assert len(heads) == len(reasons) == len(measures())
    assert all(one.startswith("measure: figures, ") for one in heads)
    assert all(one.startswith("    ") and one.strip() for one in reasons)
    [wage] = [why for head, why in zip(heads, reasons, strict=True) if "Minimum wage" in head]
    assert wage.startswith("    high figures are better; ")
    [degrees] = [why for head, why in zip(heads, reasons, strict=True) if "°C" in head]
    assert "no changes in per cent" in degrees


def test_json_has_the_same(project: Project) -> None:
    """Of wages nothing is added; each measure has its reasons."""
    found = {one["measure"]: one for one in measures_as_json(project)}
    assert sorted(found) == sorted(measures())
    wage = found["Minimum wage"]
    assert (wage["over_places"], wage["over_categories"], wage["over_time"]) == ("none",) * 3
    assert wage["better"] == "high"
    assert all(one["reasons"] for one in found.values())
