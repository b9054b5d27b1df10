"""What changed between two runs and why, from a project that changes to the pages that tell it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from factbook.cli.app import app
from factbook.diff import ReportDiff, compare
from factbook.diff.page import to_page
from factbook.errors import StoppedError, UserError
from factbook.project.project import open_project
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.job import Draft, SectionJob
from factbook.writing.record import SectionRecord
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.writers import PartialWriter

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
SMALL = ("objective_list=1", "conclude_report=false")
CELL = "Austria,Solar,2021,1.25,Electricity generation,TWh"
CHANGED_CELL = "Austria,Solar,2021,4.91,Electricity generation,TWh"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, finished_once: Path) -> tuple[Path, Path, Path]:
    """A project, and two run folders of it: as it was, and with one cell of the data changed."""
    base = tmp_path_factory.mktemp("diff")
    project = Path(shutil.copytree(finished_once, base / "project"))
    old = Path(shutil.copytree(project / "out", base / "old")) / SLUG
    change_cell(project)
    return project, old, run(project, project / "out").folder


def run(
    project: Path,
    out: Path,
    *settings: str,
    fail_on_change: bool = False,
    writer: PartialWriter | None = None,
) -> Outcome:
    """Run a project in this process; its report is CSV and Markdown, unless a setting says more."""
    assignments = ("outputs=csv,md", *settings)
    ref = RunRef(
        project=str(project), out=str(out), assignments=assignments, fail_on_change=fail_on_change
    )
    return start_run(ref, writer=writer)


def change_cell(project: Path) -> None:
    """Change one value of the data."""
    path = project / "etm.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(CELL) == 1
    path.write_text(text.replace(CELL, CHANGED_CELL), encoding="utf-8")


def change_sheet(project: Path, sheet: str, column: str, row_id: str, text: str) -> None:
    """Change one cell of the prompt sheet."""
    path = project / "prompt_sheet.xlsx"
    book = openpyxl.load_workbook(path)
    head = [cell.value for cell in book[sheet][1]]
    for row in book[sheet].iter_rows(min_row=2):
        if str(row[head.index("ID")].value) == row_id:
            row[head.index(column)].value = text
    book.save(path)


def facts(folder: Path, section_id: str) -> list[dict[str, Any]]:
    """What a section's evidence says, without the rows that it comes from."""
    body = json.loads((folder / "evidence" / f"{section_id}.json").read_text(encoding="utf-8"))
    left_out = ("sources", "derivation", "derived")
    return [{k: v for k, v in fact.items() if k not in left_out} for fact in body["facts"]]


def text(folder: Path, section_id: str) -> str:
    """A section's text as readers see it."""
    body = json.loads((folder / "records" / f"{section_id}.json").read_text(encoding="utf-8"))
    body.pop("checksum")
    return SectionRecord.model_validate(body).text


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and errors of the command line, in this process."""
    code = app([str(one) for one in arguments], result_action="return_value", exit_on_error=False)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def parts_changed(diff: ReportDiff) -> dict[str, set[str]]:
    """Section id → parts of the key that its causes name."""
    return {one.section_id: {cause.part for cause in one.causes} for one in diff.sections}


@pytest.mark.slow
def test_one_cell_changes_the_sections_that_hold_it(runs: tuple[Path, Path, Path]) -> None:
    """Those whose evidence holds it or what is made of it; others if they tell other findings."""
    project, old, new = runs
    diff = compare(old, new)
    specs = open_project(project).outline.sections
    by_evidence = {s.id for s in specs if facts(old, s.id) != facts(new, s.id)}
    assert by_evidence <= {s.section_id for s in diff.sections}
    assert diff.unchanged == len(specs) - len(diff.sections) > 0
    for section in diff.sections:
        parts = {cause.part for cause in section.causes}
        expected = {"evidence"} if section.section_id in by_evidence else set()
        assert parts - {"plan"} == expected


@pytest.mark.slow
def test_diff_names_the_cell_the_region_total_and_the_rank(runs: tuple[Path, Path, Path]) -> None:
    """The cell with its file and row, first of all."""
    project, old, new = runs
    diff = compare(old, new)
    (cell,) = diff.data
    assert str(cell.fact) == "Solar/2021/Austria 1.25 → 4.91\xa0TWh (Electricity generation)"
    lines = (project / "etm.csv").read_text(encoding="utf-8").split("\n")
    assert cell.fact.source == f"etm.csv: {lines.index(CHANGED_CELL) + 1}"
    assert "1.2.1@AT" in cell.sections
    section = next(s for s in diff.sections if s.section_id == "1.2.1@AT")
    told = [str(fact) for fact in section.causes[0].facts]
    assert told[0] == str(cell.fact)
    assert any(re.match(r"Solar/2021/EU 1[\d.]+ → 1[\d.]+\xa0TWh", one) for one in told)
    assert any(re.match(r"Solar/2021/Austria \d+ of 27 → \d+ of 27 .*rank\)", one) for one in told)
    together = "Total of Wind, Solar, Austria, 2021, Electricity generation"
    assert (together, "7.7\xa0TWh", "11.4\xa0TWh") in [
        (figure.about, figure.old, figure.new) for figure in section.figures
    ]


@pytest.mark.slow
def test_diff_command_tells_cell_causes_and_figures(
    runs: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A line each, so that it can be searched; sections that read as before in short."""
    _, old, new = runs
    code, out, _ = call(capsys, "diff", old, new)
    assert code == 0
    lines = out.splitlines()
    assert re.fullmatch(r"Electricity in Europe: \d+ changed, \d+ unchanged", lines[0])
    (cell,) = lines[lines.index("Changed in the data") + 1 :][:1]
    assert re.fullmatch(
        r"  Solar/2021/Austria 1\.25 → 4\.91 TWh \(Electricity generation\), etm\.csv: \d+, "
        r"in \d+ sections",
        cell,
    )
    section = lines[lines.index("1.2.1@AT Wind and solar power, Austria: changed") :]
    assert re.fullmatch(
        r"  evidence: Solar/2021/Austria 1\.25 → 4\.91 TWh; and \d+ more facts", section[1]
    )
    assert any(one.startswith("  text: ") for one in section[2:4])
    assert any(line.startswith("Chapter 1 ") for line in lines)
    assert "Same text as before, though their inputs changed" in lines
    assert "[-65.9" not in out
    _, with_words, _ = call(capsys, "diff", old, new, "--words")
    assert re.search(r"\[-65\.9\s+TWh\W*-\]", with_words)
    assert re.search(r"\{\+69\.6\s+TWh\W*\+\}", with_words)


def test_diff_command_fails_on_change_when_asked(
    runs: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """And only when there is one."""
    _, old, new = runs
    assert call(capsys, "diff", old, new, "--fail-on-change")[0] == 1
    code, out, _ = call(capsys, "diff", old, old, "--fail-on-change")
    assert code == 0
    assert "0 changed" in out


def test_diff_command_writes_json_and_a_page(
    runs: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The JSON is all that there is to know; the page says the same."""
    _, old, new = runs
    page = tmp_path / "changes.html"
    code, out, _ = call(capsys, "diff", old, new, "--json", "--html", page)
    assert code == 0
    body = json.loads(out)
    assert body.pop("ok") is True
    assert ReportDiff.model_validate(body) == compare(old, new)
    html = page.read_text(encoding="utf-8")
    assert "Austria, solar, 2021: 1.25 → 4.91\xa0TWh (Electricity generation)" in html
    assert '<del class="figure">65.9\xa0TWh' in html


def test_diff_command_refuses_what_is_no_run(
    runs: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, exit code 2."""
    project, old, _ = runs
    code, out, errors = call(capsys, "diff", project, old)
    assert (code, out) == (2, "")
    assert "it is a project, not a run folder" in errors
    assert len(errors.strip().splitlines()) == 1
    assert call(capsys, "diff", old, tmp_path)[0] == 2


def test_diff_command_tells_machines_what_is_wrong(
    runs: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a dry run does; on the error stream there is nothing then."""
    project, old, new = runs
    code, out, errors = call(capsys, "diff", project, old, "--json")
    body = json.loads(out)
    assert (code, body["ok"], errors) == (2, False, "")
    assert body["findings"][0]["message"] == "it is a project, not a run folder"
    page = tmp_path / "none" / "changes.html"
    code, out, errors = call(capsys, "diff", old, new, "--json", "--html", page)
    body = json.loads(out)
    assert (code, body["ok"], body["findings"], errors) == (3, False, [], "")
    assert str(page) in body["stopped"]


@pytest.mark.slow
def test_change_of_the_sheet_is_told_by_its_part(make_project: MakeProject, tmp_path: Path) -> None:
    """A title, a guideline; sections that do not show it are not told."""
    project = make_project()
    generated = ("add_introduction_to_task=true",)
    old = run(project, tmp_path / "old", *generated).folder
    change_sheet(project, "Text Guidelines", "Standard", "1.2.1", "Write 60-90 words.")
    new = run(project, tmp_path / "new", *generated).folder
    named = parts_changed(compare(old, new))
    assert named == {name: {"sheet.guidelines"} for name in ("1.2.1@AT", "1.2.1@FR")}
    (words,) = {cause.words for one in compare(old, new).sections for cause in one.causes}
    assert words == (
        'the sheet\'s text guidelines: "at least 70 words, at most 110 words, 1 paragraph" → '
        '"at least 60 words, at most 90 words"'
    )
    change_sheet(project, "Sub Tasks", "Title", "2.1.1", "Coal <script>gas</script>")
    last = run(project, tmp_path / "last", *generated).folder
    named = parts_changed(compare(new, last))
    assert named == {
        f"{part}@{place}": {"sheet.titles"}
        for part in ("2.1#introduction", "2.1.1")
        for place in ("AT", "FR")
    }
    (title,) = compare(new, last).titles
    assert (title.id, title.new) == ("2.1.1", "Coal <script>gas</script>")


@pytest.mark.slow
def test_other_model_is_named(
    make_project: MakeProject,
    tmp_path: Path,
    model_server: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In every section that it wrote, with the one before."""
    provider = model_server({"key": "sk-diff"})
    monkeypatch.setenv("OPENAI_API_KEY", "sk-diff")
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
    project = make_project(after="[limits]\nrequests_per_minute = 60000\n")
    given = ("provider=openai", "skip_internet_search=true", "sub_task_list=1.1.1")
    old = run(project, tmp_path / "old", *given, "writer_model=gpt-5").folder
    new = run(project, tmp_path / "new", *given, "writer_model=gpt-5.1").folder
    changed = [one for one in compare(old, new).sections if one.change == "changed"]
    assert {"1.1.1@AT", "1.1.1@FR"} <= {section.section_id for section in changed}
    for section in changed:
        assert "model gpt-5 → gpt-5.1" in [cause.words for cause in section.causes]


@pytest.mark.slow
def test_run_fails_on_change_when_asked(make_project: MakeProject, tmp_path: Path) -> None:
    """The report is whole all the same; the first run has nothing to differ from."""
    project, out = make_project(), tmp_path / "out"
    for _ in range(2):
        end = run(project, out, *SMALL, fail_on_change=True)
        assert (end.state, end.exit_code) == ("Completed", 0), end.message
    change_cell(project)
    end = run(project, out, *SMALL, fail_on_change=True)
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert re.search(r"; \d+ sections differ from the last run: 1\.1\.1@AT", end.message)
    body = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    assert body["sections_by_status"]["written"] == 7
    assert body["outcome"]["state"] == "Incomplete"
    end = run(project, out, *SMALL, fail_on_change=True)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message


@pytest.mark.slow
def test_run_and_diff_fail_for_the_same_changes(
    finished_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A title that readers see is one, although no section is written for it; a key is none."""
    project, out, old = finished_project, finished_project / "out", tmp_path / "old"
    shutil.copytree(out / SLUG, old)
    change_sheet(project, "Objectives", "Title", "1", "Another title")
    end = run(project, out, fail_on_change=True)
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert call(capsys, "diff", old, end.folder, "--fail-on-change")[0] == 1
    end = run(project, out, fail_on_change=True)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message


class StoppingWriter(PartialWriter):
    """The offline writer, until a run has to stop at a section."""

    def write(self, job: SectionJob) -> Draft:
        """Write, or stop the run."""
        if job.section_id.startswith("conclusion@"):
            raise StoppedError("the quota is used up on purpose")
        return super().write(job)


@pytest.mark.slow
def test_change_of_a_run_that_stopped_still_fails_the_next(finished_project: Path) -> None:
    """It would be missed if the resumed run compared itself with what the first has written."""
    out = finished_project / "out"
    change_cell(finished_project)
    stopped = run(finished_project, out, fail_on_change=True, writer=StoppingWriter())
    assert stopped.state == "Stopped"
    end = run(finished_project, out, fail_on_change=True)
    assert (end.state, end.exit_code) == ("Incomplete", 1), end.message
    assert "differ from the last run: 1.1.1@AT" in end.message


@pytest.mark.slow
def test_annex_tells_the_changes_in_all_formats(
    finished_project: Path,
    finished_once: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`compare_to` names the earlier run; its path is relative to the project."""
    monkeypatch.setenv("FACTBOOK_INPUT_FOLDERS", str(tmp_path))
    project = finished_project
    old = Path(shutil.copytree(finished_once / "out", tmp_path / "old")) / SLUG
    change_cell(project)
    setting = f"compare_to={Path('..') / 'old' / old.name}"
    end = run(project, tmp_path / "new", setting, "outputs=md,html")
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    markdown = (end.folder / f"{old.name}.md").read_text(encoding="utf-8")
    annex = markdown[markdown.rindex("\n## Changes since ") :]
    assert "- Austria, solar, 2021: 1.25 → 4.91\xa0TWh (electricity generation)" in annex
    assert re.search(r"- 1\.2\.1 Wind and solar power, Austria.* \(changed: figures, text\)", annex)
    assert "| Austria, solar, 2021, electricity generation " in annex
    html = (end.folder / f"{old.name}.html").read_text(encoding="utf-8")
    assert re.search(r'<h2 id="annex-changes" dir="auto">Changes since \d{4}-\d\d-\d\d</h2>', html)
    same = run(project, tmp_path / "same", f"compare_to={end.folder}")
    markdown = (same.folder / f"{old.name}.md").read_text(encoding="utf-8")
    assert markdown.rstrip().endswith("Nothing that a reader sees has changed.")


@pytest.mark.slow
def test_selection_is_compared_with_its_own_sections(
    make_project: MakeProject,
    finished_once: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others are not gone, they are not shown."""
    monkeypatch.setenv("FACTBOOK_INPUT_FOLDERS", str(tmp_path))
    project = make_project()
    old = Path(shutil.copytree(finished_once / "out", tmp_path / "old")) / SLUG
    end = run(project, tmp_path / "new", f"compare_to={old}", "objective_list=1")
    assert end.exit_code == 0, end.message
    markdown = (end.folder / f"{old.name}-selection.md").read_text(encoding="utf-8")
    assert markdown.rstrip().endswith("Nothing that a reader sees has changed.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nowhere", "there is no such folder"),
        (".", "it is a project, not a run folder"),
        ("out/electricity-in-europe", "the folder that this run writes to"),
    ],
)
def test_compare_to_what_is_no_earlier_run(
    make_project: MakeProject, given: str, said: str
) -> None:
    """Found before anything is written."""
    project = make_project()
    with pytest.raises(UserError, match=said) as caught:
        run(project, project / "out", f"compare_to={given}")
    (finding,) = caught.value.findings
    assert (finding.code, finding.file) == ("config.compare-to", "project.toml")
    assert finding.remedy


def test_changed_inputs_are_named(runs: tuple[Path, Path, Path]) -> None:
    """The file of the changed cell, and no other; in lines, JSON and page."""
    _, old, new = runs
    diff = compare(old, new)
    assert [change.file for change in diff.inputs] == ["etm.csv"]
    assert "Changed inputs" in to_page(diff).decode()
    assert compare(old, old).inputs == ()
