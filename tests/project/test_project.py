"""Opening a project: everything wrong is said at once, and what would go unsaid is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from factbook.data.cleaning import Cleaning
from factbook.errors import Finding, UserError
from factbook.project.about import _data_notes
from factbook.project.project import Project, open_project
from factbook.sheet.layout import LAYOUTS
from factbook.sheet.outline import OutlineMaker

HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
ROWS = [
    f"Austria,{s},{y},{v},Demand,TWh" for s, v in (("Coal", 8), ("Gas", 4)) for y in (2015, 2021)
]
Change = Callable[[dict[str, list[dict[str, Any]]]], None]


def _sheet() -> dict[str, list[dict[str, Any]]]:
    """A sheet of one section a country."""
    return {
        "Read me": [{"Project Name": "Review", "Context": "A test"}],
        "Aims": [{"ID": "A", "Title": "Describe"}],
        "Objectives": [{"ID": "1", "Aim ID": "A", "Title": "Power"}],
        "Tasks": [{"ID": "1.1", "Objective ID": "1", "Title": "Supply"}],
        "Sub Tasks": [
            {
                "ID": "1.1.1", "Task_section_id": "1.1", "Title": "By fuel",
                "Description": "Describe it.", "Input": "ETM", "Geographic Level": "country",
            }
        ],
        "Default Charts": [
            {"sub_task_id": "1.1.1", "Image": "ETM", "property_list": "Demand"},
        ],
        "All Categories": [{"category_name": "Coal", "group": "Fossil"}],
    }  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Opens a project with a changed sheet and some lines of configuration."""

    def make(toml: str = "", change: Change | None = None, **options: Any) -> Project:
        sheets = _sheet()
        if change:
            change(sheets)
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for layout in LAYOUTS:
            page = book.create_sheet(layout.name)
            page.append(list(layout.columns))
            for row in sheets.get(layout.name, ()):
                page.append([row.get(column) for column in layout.columns])
        book.save(tmp_path / "prompt_sheet.xlsx")
        (tmp_path / "etm.csv").write_text("\n".join([HEAD, *ROWS, ""]))
        top, _, rest = toml.partition("\n[")
        data = '[data]\netm = "etm.csv"\n'
        text = f"{top}\n{data}" + (f"[{rest}" if rest else "")
        if "[region]" not in text:
            text += '\n[region]\nname = "EU"\nmembers = ["Austria"]\n'
        (tmp_path / "project.toml").write_text(text)
        return open_project(tmp_path, **options)

    return make


def _refused(project: Callable[..., Project], *args: Any, **options: Any) -> list[Finding]:
    with pytest.raises(UserError) as raised:
        project(*args, **options)
    return list(raised.value.findings)


def _found(project: Callable[..., Project], *args: Any) -> list[Finding]:
    """All findings, errors or not."""
    try:
        return list(project(*args).findings)
    except UserError as error:
        return list(error.findings)


def test_good_project_has_no_findings(project: Callable[..., Project]) -> None:
    """Nothing is said of a project without a fault."""
    assert project('\n[groups]\nDirty = ["fossil", "GAS"]\n').findings == ()


def test_all_problems_come_at_once(project: Callable[..., Project]) -> None:
    """Sheet, selection, groups and lists of ids are told together, in one error."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0]["property_list"] = "Demnad"
        sheets["Tasks"].append({"ID": "9.1", "Objective ID": "9", "Title": "Lost"})

    findings = _refused(
        project, 'objective_list = ["7"]\n[groups]\nDirty = ["Fossill", "Xyzzy"]\n', change
    )
    errors = [f for f in findings if f.severity == "error"]
    assert {f.code for f in errors} == {
        "sheet.orphan", "config.unknown-id", "sheet.no-property", "config.unknown-category",
    }  # fmt: skip
    [selection] = [f for f in errors if f.code == "sheet.no-property"]
    assert (selection.file, selection.cells) == ("prompt_sheet.xlsx", ("E2",))
    near, far = (f for f in errors if f.code == "config.unknown-category")
    assert near.remedy == "Did you mean 'Fossil'?"
    assert far.allowed == "Coal, Fossil, Gas"


def test_lookalikes_in_the_sheet_are_told_with_their_letters(
    project: Callable[..., Project],
) -> None:
    """A name typed with a letter of another script is not the data's; nobody sees why."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Sub Tasks"][0]["Geographic Level"] = "Еurope"
        sheets["Default Charts"][0] |= {"property_list": "Dеmand", "category_list": "Gаs, Кохле"}
        sheets["All Categories"].append({"category_name": "Сoal", "group": "Fossil"})

    findings = _found(project, "", change)
    told = {f.cells[0]: f for f in findings if f.code == "sheet.lookalikes"}
    assert {f.severity for f in told.values()} == {"warning"}
    assert [(f.sheet, *f.cells) for f in told.values()] == [
        ("Sub Tasks", "G2"),
        ("Default Charts", "E2"),
        ("Default Charts", "F2"),
        ("All Categories", "A3"),
    ]
    assert "'Gаs' with а (U+0430 cyrillic small letter a)" in told["F2"].message
    assert "Кохле" not in told["F2"].message
    assert {"sheet.no-property", "sheet.unknown-value"} <= {f.code for f in findings}


def test_project_with_too_many_sections_is_refused_before_they_are_made(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sheet of a megabyte can ask for hundreds of thousands of them."""
    made: list[object] = []
    monkeypatch.setattr(OutlineMaker, "whole", made.append)
    findings = _refused(project, "[limits]\nmax_sections = 1\n")
    assert [f.code for f in findings if f.severity == "error"] == ["sheet.too-many-sections"]
    assert not made


def test_suggestions_of_a_project_are_bounded(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of a thousand groups are not all compared with those of thousands of categories."""
    names = [f"Fossill{number}" for number in range(100)]
    monkeypatch.setattr("factbook.errors.MOST_COMPARED", 1000)
    findings = _refused(project, f"[groups]\nDirty = {names}\n")
    remedies = [f.remedy for f in findings if f.code == "config.unknown-category"]
    assert len(remedies) == 100
    assert remedies[0] == "Did you mean 'Fossil'?"
    assert remedies[-1] == "Remove it"


def test_ids_of_a_selection_are_checked_without_data(project: Callable[..., Project]) -> None:
    """A missing table does not hide a wrong list of ids."""
    findings = _refused(
        project, 'sub_task_list = ["1.1.7"]\n[data.tables.own]\nfile = "none.csv"\n'
    )
    assert {f.code for f in findings if f.severity == "error"} == {
        "config.unknown-id", "data.missing-file",
    }  # fmt: skip


def test_unknown_source_is_told_once(project: Callable[..., Project]) -> None:
    """Linting and selecting see the same fault."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0]["Image"] = sheets["Sub Tasks"][0]["Input"] = "ETN"

    errors = [f for f in _refused(project, "", change) if f.severity == "error"]
    assert [f.code for f in errors] == ["sheet.unknown-value", "sheet.unknown-value"]
    assert [f.cells for f in errors] == [("F2",), ("C2",)]


def test_table_that_the_project_lacks_is_told_once(project: Callable[..., Project]) -> None:
    """PLEXOS is a known word, and here no table: linting says how to get it."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Sub Tasks"][0]["Input"] = None
        sheets["Default Charts"][0]["Image"] = "plexos_chart"

    [error] = _refused(project, "", change)
    assert (error.code, error.cells) == ("sheet.unknown-value", ("C2",))
    assert error.allowed == "ETM"
    assert "Set plexos under [data] in project.toml" in error.remedy


def test_name_of_a_table_is_known_in_any_case(project: Callable[..., Project]) -> None:
    """As with ETM, case makes no difference to a table of the user's own."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Sub Tasks"][0]["Input"] = "OWN"
        sheets["Default Charts"][0]["Image"] = "Own"

    opened = project('\n[data.tables.own]\nfile = "etm.csv"\n', change)
    assert opened.findings == ()
    section = opened.outline.sections[0]
    assert section.sub_task is not None
    assert opened.builder.build(section.id, section.sub_task, section.place).facts


@pytest.mark.parametrize(
    ("column", "text", "code", "cell"),
    [
        ("property_list", "Demnad", "no-property", "E2"),
        ("category_list", "Cole", "no-category", "F2"),
        ("collection_name", "Generator", "unused-collection", "D2"),
        ("Period_type", "Month", "no-periods", "H2"),
    ],
)
def test_finding_of_a_selection_names_its_cell(
    project: Callable[..., Project], column: str, text: str, code: str, cell: str
) -> None:
    """Of a row that selects, the cell that is wrong."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0][column] = text

    findings = _found(project, "", change)
    assert [f.cells for f in findings if f.code == f"sheet.{code}"] == [(cell,)]


def test_unreadable_id_hides_nothing_else(project: Callable[..., Project]) -> None:
    """The rows that can be read are looked at; what seems to be absent is not told."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        second = {**sheets["Sub Tasks"][0], "ID": "1.1.2", "Title": "More", "Input": None}
        sheets["Sub Tasks"] += [{**second, "ID": None, "Title": "Other"}, second]
        sheets["Default Charts"][0]["property_list"] = "Demnad"
        sheets["Default Charts"].append({"Image": "ETM", "property_list": "Told with its row"})
        sheets["All Categories"][0]["category_name"] = "Xyzzy"

    findings = _refused(project, 'sub_task_list = ["1.1.7"]\n', change)
    assert [(f.code, f.sheet, f.cells) for f in findings] == [
        ("sheet.missing-value", "Sub Tasks", ("A3",)),
        ("sheet.missing-value", "Default Charts", ("A3",)),
        ("sheet.no-property", "Default Charts", ("E2",)),
    ]


def test_entries_of_a_missing_sub_task_are_looked_at(project: Callable[..., Project]) -> None:
    """A chart that belongs to nothing comes with what else is wrong in its row."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        lost = {"sub_task_id": "7.7.7", "Image": "ETM", "property_list": "Demnad"}
        sheets["Default Charts"] += [lost, {**lost, "sub_task_id": None}]
        sheets["External Search"] = [{"ID": "8.8.8", "Data Source": "LLM Call"}]

    findings = _refused(project, "", change)
    assert [(f.code, f.sheet, f.cells) for f in findings] == [
        ("sheet.missing-value", "Default Charts", ("A4",)),
        ("sheet.orphan", "Default Charts", ("A3",)),
        ("sheet.orphan", "External Search", ("A2",)),
        ("sheet.no-property", "Default Charts", ("E3",)),
    ]


def test_report_without_sections_names_the_file(project: Callable[..., Project]) -> None:
    """As every finding of the sheet does, and as the project names it."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Sub Tasks"] = []

    [finding] = _refused(project, "", change)
    assert (finding.code, finding.file) == ("sheet.no-rows", "prompt_sheet.xlsx")


def test_group_that_replaces_the_sheet_s_is_told(project: Callable[..., Project]) -> None:
    """With the categories of both; the same categories again are no other group."""
    [warning] = project('\n[groups]\nfossil = ["Coal", "Gas"]\n').findings
    assert (warning.severity, warning.code) == ("warning", "config.group-redefined")
    assert "fossil is Coal, Gas" in warning.message
    assert "sheet 'All Categories', which is Coal" in warning.message
    assert project('\n[groups]\nFossil = ["coal"]\n').findings == ()


def test_years_that_a_table_lacks_are_told(
    project: Callable[..., Project],
) -> None:
    """The years that there are stand beside them."""
    opened = project("", assignments=["data.base_year=1990", "data.target_year=2021"])
    [warning] = opened.findings
    assert (warning.severity, warning.code) == ("warning", "config.absent-year")
    assert "base_year is 1990" in warning.message
    assert "ETM has 2015, 2021" in warning.message
    assert project("", assignments=["data.base_year=2015"]).findings == ()


def test_sections_without_figures_are_told(project: Callable[..., Project]) -> None:
    """Empty evidence and categories of no table come with the file, before anything is written."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        region = {**sheets["Sub Tasks"][0], "ID": "1.1.2", "Title": "In the EU"}
        sheets["Sub Tasks"].append({**region, "Geographic Level": "EU"})
        sheets["Default Charts"].append({"sub_task_id": "1.1.2", "Image": "ETM"})
        sheets["All Categories"].append({"category_name": "Gass", "group": "Fossil"})

    opened = project('\n[region]\nname = "EU"\nmembers = ["France"]\n', change)
    assert [f.code for f in opened.findings] == ["sheet.unknown-category", "sheet.no-facts"]
    assert {f.file for f in opened.findings} == {"prompt_sheet.xlsx"}
    assert [f.cells for f in opened.findings] == [("A3",), ("row 3",)]
    section = next(s for s in opened.outline.sections if s.id == "1.1.2@EU")
    assert section.sub_task is not None
    assert opened.builder.build(section.id, section.sub_task, section.place).facts == ()


def test_wrong_selection_is_not_told_twice(project: Callable[..., Project]) -> None:
    """A sub-task whose entry is an error is not told to be empty as well."""

    def change(sheets: dict[str, list[dict[str, Any]]]) -> None:
        sheets["Default Charts"][0]["property_list"] = "Demnad"

    assert [f.code for f in _refused(project, "", change)] == ["sheet.no-property"]


def test_annex_tells_a_cleaning_and_its_warning_once(project: Callable[..., Project]) -> None:
    """Of rows that are left out it says so; other findings of the data come after."""
    opened = project()
    cleanings = (
        Cleaning("aggregates", "ETM", 2, (), "2 rows for places of several countries, left out"),
        Cleaning("unmatched-nodes", "nodes", 1, (), "1 row without a node; left out"),
    )
    findings = tuple(
        Finding(severity="warning", code=code, message=f"about {code}")
        for code in ("data.aggregates", "data.unknown-nodes", "data.total-sum", "sheet.no-facts")
    )
    dataset = replace(opened.dataset, cleanings=cleanings)
    notes = _data_notes(replace(opened, dataset=dataset, findings=findings))
    assert notes == (cleanings[0].sentence, cleanings[1].sentence, "about data.total-sum")


def _slipped(make_project: Callable[..., Path]) -> Path:
    """The example with one figure of the middle of a series in another unit."""
    project = make_project()
    path = project / "etm.csv"
    text = path.read_text(encoding="utf-8")
    row = "Austria,Hydro,2018,"
    value = text.partition(row)[2].partition(",")[0]
    path.write_text(text.replace(row + value, f"{row}{float(value) * 1000}"), encoding="utf-8")
    return project


@pytest.mark.slow
def test_implausible_figures_are_warnings(make_project: Callable[..., Path]) -> None:
    """They are told before anything is written, and `--strict` makes them errors."""
    project = _slipped(make_project)
    opened = open_project(project)
    [found] = [one for one in opened.findings if one.code.startswith("data.implausible")]
    assert found.code == "data.implausible-factor-1000"
    assert "Austria, Hydro" in found.message
    assert any(found.message == note for note in _data_notes(opened))
    with pytest.raises(UserError):
        open_project(project, strict=True)
    quiet = open_project(project, ["plausibility.off=true"])
    assert not [one for one in quiet.findings if one.code.startswith("data.implausible")]


@pytest.mark.slow
def test_figures_revised_since_compare_to(finished_project: Path) -> None:
    """The evidence of an earlier run says what its figures were."""
    path = finished_project / "etm.csv"
    text = path.read_text(encoding="utf-8")
    row = "Austria,Solar,2021,1.25,"
    assert text.count(row) == 1
    path.write_text(text.replace(row, "Austria,Solar,2021,2.91,"), encoding="utf-8")
    before = open_project(finished_project)
    assert not [one for one in before.findings if one.code == "data.revised"]
    settings = ["compare_to=out/electricity-in-europe"]
    [found] = [
        one
        for one in open_project(finished_project, settings).findings
        if one.code in ("data.revised", "data.gone")
    ]
    assert "2021: 2.91 TWh (before 1.25)" in found.message
    assert found.file == "etm.csv"


def test_run_that_cannot_be_compared_with_is_told_elsewhere(finished_project: Path) -> None:
    """Opening the project is not where a report is compared."""
    opened = open_project(finished_project, ["compare_to=no-such-run"])
    assert not [one for one in opened.findings if one.code == "data.revised"]


def test_place_that_is_the_sum_of_others_is_refused(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every name is a place its figures tell; dropped, or the region's row, it is none."""
    figures = {"North": (251, 617, 873, 92), "South": (158, 583, 852, 311)}
    figures["Uplands"] = (409, 1200, 1725, 403)
    rows = [
        f"{place},Coal,{2019 + at},{value},Demand,TWh"
        for place, values in figures.items()
        for at, value in enumerate(values)
    ]
    monkeypatch.setattr(f"{__name__}.ROWS", rows)
    toml = '\n[places]\nkind = "free"\n[region]\nname = "All"\nmembers = "all"\n'
    [finding] = [f for f in _refused(project, toml) if f.severity == "error"]
    assert finding.code == "data.place-sum"
    assert "'Uplands' is the sum of 'North', 'South' in Demand (TWh)" in finding.message
    assert 'drop = ["Uplands"]' in finding.remedy
    assert 'row = "Uplands"' in finding.remedy
    assert project(toml + 'row = "Uplands"\n').dataset.countries[-1].name == "South"
    dropped = toml.replace('kind = "free"', 'kind = "free"\ndrop = ["Uplands"]')
    assert project(dropped).dataset.countries[-1].name == "South"
