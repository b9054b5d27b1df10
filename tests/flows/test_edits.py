"""Edits through Prefect: adopted from real reports, kept over runs, flagged when data change."""

from __future__ import annotations

import csv
import json
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from factbook.cli.adopt import adopt_report
from factbook.errors import UserError
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import NO_REQUEST, RewriteRequest
from factbook.runs.start import start_run
from tests.flows.conftest import PartialWriter
from tests.flows.test_model_runs import KEY, ONE_UNKNOWN_MODEL, QUICK
from tests.runs.run_folders import Section, save_run
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server
MakeProject = Callable[..., Path]

SECTION = "1.1.1@AT"
OPENING = "As every reader in Austria knows, "
OUTPUTS = 'outputs = ["csv", "md", "docx", "html"]\n'
ALL_OUTPUTS = 'outputs = ["csv", "md", "docx", "html", "pdf"]\n'
FORMATS = ("md", "docx", "html", "csv", "pdf")
FLAG = "A person has edited this text, and the data have changed since"


def run(
    project: Path,
    *settings: str,
    writer: PartialWriter | None = None,
    request: RewriteRequest = NO_REQUEST,
) -> Outcome:
    """Run a project through Prefect in this process."""
    ref = RunRef(project=str(project), assignments=settings)
    return start_run(ref, writer=writer, request=request)


def manifest(end: Outcome) -> dict[str, Any]:
    """The run's manifest."""
    body: dict[str, Any] = json.loads((end.folder / "run.json").read_text(encoding="utf-8"))
    return body


def section(end: Outcome, section_id: str = SECTION) -> dict[str, Any]:
    """What the manifest says of a section."""
    found: dict[str, Any] = manifest(end)["sections"][section_id]
    return found


def report(end: Outcome, suffix: str) -> Path:
    """The report in a format."""
    return end.folder / f"electricity-in-europe.{suffix}"


def shown(end: Outcome, suffix: str) -> str:
    """All text of the report in a format, every blank one space."""
    path = report(end, suffix)
    if suffix == "docx":
        text = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    elif suffix == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            text = "\n".join(row["final_copy"] for row in csv.DictReader(file))
    elif suffix == "pdf":
        pages = pypdf.PdfReader(path).pages
        text = "\n".join(page.extract_text() for page in pages)
    else:
        text = path.read_text(encoding="utf-8").replace("\\", "").replace("&#39;", "'")
        text = text.replace("&#x27;", "'")
    return " ".join(text.split())


def body_of(document: Any, section_id: str) -> list[Paragraph]:
    """The paragraphs of a section's text in a Word report."""
    found: list[Paragraph] = []
    is_inside = False
    mark = "_s_" + "".join(c if c.isalnum() else f"_{ord(c):02x}" for c in section_id)
    for paragraph in document.paragraphs:
        if paragraph.style.name.startswith("Heading"):
            marks = paragraph._p.iter(qn("w:bookmarkStart"))
            is_inside = mark in [bookmark.get(qn("w:name")) for bookmark in marks]
        elif is_inside and paragraph.style.name == "Body Text":
            found.append(paragraph)
    return found


def edited_word(end: Outcome, path: Path, section_id: str = SECTION) -> Path:
    """The Word report with the beginning of a section's text changed, as an editor saves it."""
    document = docx.Document(str(report(end, "docx")))
    first = body_of(document, section_id)[0]
    first.runs[0].text = OPENING + first.text[0].lower() + first.text[1:]
    document.save(str(path))
    return path


def edits_in(project: Path) -> list[str]:
    """Names of the edits of a project."""
    return sorted(path.name for path in (project / "edits").glob("*.md"))


def change_cell(project: Path, before: str, after: str) -> None:
    """Change one line of the data."""
    path = project / "etm.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(f"\n{before}") == 1
    path.write_text(text.replace(f"\n{before}", f"\n{after}"), encoding="utf-8")


@pytest.mark.usefixtures("server")
def test_edited_word_report_stands_in_all_formats_and_is_flagged_when_data_change(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The way of an edit: report, editor, adoption, next run, changed data."""
    project = make_project(before=ALL_OUTPUTS)
    first = run(project)
    changed = edited_word(first, tmp_path / "changed.docx")
    assert adopt_report(first.folder, changed, None, dry_run=True) == 0
    assert not (project / "edits").exists()
    assert adopt_report(first.folder, changed, None, dry_run=False) == 0
    assert "not taken over" not in capsys.readouterr().err
    assert edits_in(project) == [f"{SECTION}.md"]
    text = (project / "edits" / f"{SECTION}.md").read_text(encoding="utf-8")
    assert text.startswith(OPENING)
    assert "{F1}" in text
    assert "TWh" not in text  # every figure of it is tied to its fact again

    second = run(project)
    assert second.exit_code == 0
    assert section(second)["status"] == "edited"
    assert section(second)["edit"]["outdated"] is False
    assert manifest(second)["sections_by_status"]["edited"] == 1
    for suffix in FORMATS:
        assert OPENING in shown(second, suffix), suffix
        assert FLAG not in shown(second, suffix), suffix

    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    third = run(project)
    edit = section(third)["edit"]
    assert third.exit_code == 0
    assert third.message.endswith(f"1 edited; 1 edit is older than its data: {SECTION}")
    outdated = [f for f in manifest(third)["findings"] if f["code"] == "edit.outdated"]
    assert [finding["file"] for finding in outdated] == [f"edits/{SECTION}.md"]
    assert section(third)["status"] == "edited"
    assert edit["outdated"] is True
    assert any(change == "Total 2021: 65.9 → 66.1 TWh" for change in edit["changes"])
    written_now = " ".join(edit["writer_text"].split())
    assert written_now.startswith("Compared with")
    for suffix in FORMATS:
        assert OPENING in shown(third, suffix), suffix
        assert FLAG in shown(third, suffix), suffix
        assert "Total 2021: 65.9 → 66.1 TWh" in shown(third, suffix), suffix
        assert written_now in shown(third, suffix), suffix
    capsys.readouterr()
    assert adopt_report(third.folder, report(third, "docx"), None, dry_run=True) == 0
    assert adopt_report(third.folder, report(third, "md"), None, dry_run=True) == 0
    out, err = capsys.readouterr()
    assert "0 sections changed" in out
    assert "would be" not in out
    assert err == ""


@pytest.mark.usefixtures("server")
def test_edits_are_shown_on_demand_and_such_a_report_comes_back(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """A note under the section and one at the front; no section is written for it."""
    project = make_project(before=ALL_OUTPUTS)
    run(project)
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("By hand: {F1}.\n", encoding="utf-8")
    plain = run(project)
    documents = [suffix for suffix in FORMATS if suffix != "csv"]
    for suffix in documents:
        assert "edited" not in shown(plain, suffix), suffix
    asked = PartialWriter()
    told = run(project, "show_edits=true", writer=asked)
    assert asked.begun == []
    count = f"1 of {len(manifest(told)['sections'])} sections has been edited by a person"
    for suffix in documents:
        assert shown(told, suffix).count("A person has edited this text.") == 1, suffix
        assert f"{count} ({SECTION})." in shown(told, suffix), suffix
    for suffix in ("docx", "md"):
        assert adopt_report(told.folder, report(told, suffix), None, dry_run=True) == 0
        out, err = capsys.readouterr()
        assert "0 sections changed" in out
        assert err == ""
    run(project)
    assert "edited" not in shown(plain, "md")


@pytest.mark.usefixtures("server")
def test_what_an_edit_by_hand_was_made_against_outlives_the_run_folder(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is flagged without any record, until a person confirms it; then nothing is left to do."""
    project = make_project(before=OUTPUTS)
    run(project)
    path = project / "edits" / f"{SECTION}.md"
    path.parent.mkdir()
    path.write_text("By hand: {F1}.\n", encoding="utf-8")
    first = run(project)
    assert section(first)["edit"]["outdated"] is False
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    shutil.rmtree(first.folder)
    second = run(project)
    assert "Total 2021: 65.9 → 66.1 TWh" in section(second)["edit"]["changes"]
    assert path.read_text(encoding="utf-8") == "By hand: {F1}.\n"
    confirm = RewriteRequest(confirm=(SECTION, "1.1.1@AT"))
    third = run(project, request=confirm)
    assert "Confirmed: the edit of 1.1.1@AT stands" in capsys.readouterr().err
    assert section(third)["edit"]["outdated"] is False
    assert FLAG not in shown(third, "md")
    again = PartialWriter()
    key = section(third)["key"]
    fourth = run(project, writer=again, request=confirm)
    assert (section(fourth)["key"], again.begun) == (key, [])
    assert "Nothing to confirm" in capsys.readouterr().err


@pytest.mark.usefixtures("server")
def test_model_sums_up_an_edit_once(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, model_server: Serve
) -> None:
    """With summaries and sense checks on, those of the edit are asked for, and paid for once."""
    server = model_server({"key": KEY})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    flags = "add_summary = true\nadd_feedback = true\n"
    project = make_project(before=OUTPUTS + flags, after=QUICK)
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("A person's words.", encoding="utf-8")
    model = ("provider=openai", "objective_list=1", *ONE_UNKNOWN_MODEL)
    first = run(project, *model)
    asked = [hit.call_id for hit in server.ledger() if hit.call_id.startswith(SECTION)]
    assert asked == [f"{SECTION}/sense_check/1", f"{SECTION}/summary/1"]
    path = first.folder / "objective_1_results.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["sub_task_id"], row["country"]): row for row in csv.DictReader(file)}
    own = rows["1.1.1", "Austria"]
    assert (own["status"], own["final_copy"]) == ("edited", "A person's words.")
    assert own["summary"]
    assert own["feedback"].startswith("Sense check")
    paid = len(server.ledger())
    run(project, *model)
    assert len(server.ledger()) == paid


@pytest.mark.usefixtures("server")
def test_untouched_reports_give_no_edit(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    """Generated sections, conclusions and annex included; nothing is said to be lost."""
    project = make_project(before=OUTPUTS + "add_introduction_to_task = true\n")
    end = run(project)
    count = len(manifest(end)["sections"])
    for suffix in ("docx", "md"):
        assert adopt_report(end.folder, report(end, suffix), None, dry_run=False) == 0
        out, err = capsys.readouterr()
        assert f"0 sections changed, {count} as they were" in out
        assert err == ""
    assert not (project / "edits").exists()


@pytest.mark.usefixtures("server")
def test_annex_of_changes_is_no_change(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report with ``compare_to`` comes back as it was; a change in its annex is told."""
    project = make_project(before='outputs = ["md", "docx"]\n')
    shutil.copytree(run(project).folder, project / "before")
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    end = run(project, "compare_to=before")
    settings = project / "project.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'compare_to = "before"\n{text}', encoding="utf-8")
    for suffix in ("docx", "md"):
        assert adopt_report(end.folder, report(end, suffix), None, dry_run=False) == 0
        out, err = capsys.readouterr()
        assert "0 sections changed" in out
        assert err == ""
    changed = tmp_path / "changed.md"
    written = report(end, "md").read_text(encoding="utf-8")
    assert written.count("1.25 → 1.45") >= 1
    changed.write_text(written.replace("1.25 → 1.45", "1.25 → 1.46"), encoding="utf-8")
    assert adopt_report(end.folder, changed, None, dry_run=False) == 0
    assert "1.25 → 1.46" in capsys.readouterr().err
    assert not (project / "edits").exists()


@pytest.mark.usefixtures("server")
def test_retyped_report_gives_no_edit(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quotation marks, dashes and line ends are programs' work; one sentence says so."""
    project = make_project(before='outputs = ["md"]\n')
    end = run(project)
    text = report(end, "md").read_text(encoding="utf-8")
    retyped = tmp_path / "retyped.md"
    wrapped = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace(". ", ".\n")
    retyped.write_text(wrapped, encoding="utf-8")
    assert adopt_report(end.folder, retyped, None, dry_run=False) == 0
    out, err = capsys.readouterr()
    assert "0 sections changed" in out
    assert err.startswith("not taken over: other quotation marks or dashes in 1.1.1@AT")
    assert err.count("not taken over") == 1


@pytest.mark.usefixtures("server")
def test_section_that_has_lost_its_heading_is_told(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its text counts as the one before's, and stands in the report twice."""
    project = make_project(before='outputs = ["md"]\n')
    end = run(project)
    text = report(end, "md").read_text(encoding="utf-8")
    merged = tmp_path / "merged.md"
    merged.write_text(
        re.sub(r"<!-- section 1\.1\.1@FR [^>]*>\n\n##### France\n\n", "", text), encoding="utf-8"
    )
    assert adopt_report(end.folder, merged, None, dry_run=True) == 0
    out, err = capsys.readouterr()
    assert "would be edited: 1.1.1@AT" in out
    assert "1.1.1@FR has lost its heading, and its text counts as part of 1.1.1@AT" in err


@pytest.mark.usefixtures("server")
def test_edited_markdown_is_adopted_and_what_has_no_place_is_told(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """New paragraphs and lists are taken; foreign headings and removed sections are named."""
    project = make_project(before=OUTPUTS)
    end = run(project)
    text = report(end, "md").read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- section 1.1.1@AT ")
    _, mark, rest = rest.partition("<!-- section 1.1.1@FR ")
    _, mark_eu, tail = rest.partition("<a id=")
    changed = tmp_path / "changed.md"
    changed.write_text(
        f"{head}<!-- section 1.1.1@AT -->\n##### Austria\n"
        "All *new* here:\n\n- one\n- 2.5 % of 3*4\n"
        f"\n## My own chapter\n\nA thought.\n\n{mark_eu}{tail}",
        encoding="utf-8",
        newline="\r\n",
    )
    assert mark
    assert adopt_report(end.folder, changed, None, dry_run=False) == 0
    err = capsys.readouterr().err
    assert "the heading 'My own chapter' is not from the report" in err
    assert "a text at 'My own chapter': A thought." in err
    assert "1.1.1@FR is not in the file" in err
    assert edits_in(project) == ["1.1.1@AT.md"]
    written = (project / "edits" / "1.1.1@AT.md").read_text(encoding="utf-8")
    assert written == "All *new* here:\n\n- one\n- 2.5 % of 3*4\n"


@pytest.mark.usefixtures("server")
def test_tracked_changes_count_as_accepted(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is inserted is there, what is deleted is not; a heading without a mark is found."""
    project = make_project(before=OUTPUTS)
    end = run(project)
    document = docx.Document(str(report(end, "docx")))
    first, second = body_of(document, SECTION)[:2]
    removed, added = OxmlElement("w:del"), OxmlElement("w:ins")
    run_of = first.runs[0]._r
    run_of.addprevious(removed)
    removed.append(run_of)
    for letters in run_of.findall(qn("w:t")):
        letters.tag = qn("w:delText")
    first._p.append(added)
    new = OxmlElement("w:r")
    content = OxmlElement("w:t")
    content.text = "Inserted words."
    new.append(content)
    added.append(new)
    kept = second.text
    for bookmark in list(document.element.body.iter(qn("w:bookmarkStart"))):
        bookmark.getparent().remove(bookmark)
    path = tmp_path / "tracked.docx"
    document.save(str(path))
    assert adopt_report(end.folder, path, None, dry_run=False) == 0
    told = capsys.readouterr().err
    assert "no mark of the text" in told
    assert "not taken over" not in told
    assert edits_in(project) == [f"{SECTION}.md"]
    text = shown(run(project), "csv")
    assert f"Inserted words. {' '.join(kept.split())}" in text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"no zip", "it is not a Word document"),
        ("a.md", b"# Another text\n", "it holds no section of the run"),
        ("a.md", b"\xff", "byte 1 of it is not UTF-8"),
        ("a.pdf", b"%PDF", "cannot be adopted"),
        ("a.txt", None, "cannot be adopted"),
        ("gone.md", None, "it cannot be read"),
    ],
)
@pytest.mark.usefixtures("server")
def test_file_that_is_no_report_is_bad_input(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    """A sentence says so, exit 2, and nothing is written."""
    project = make_project()
    folder = save_run(
        project / "out" / "electricity-in-europe", Section(SECTION), slug="electricity-in-europe"
    )
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert adopt_report(folder, tmp_path / name, None, dry_run=False) == 2
    assert said in capsys.readouterr().err
    assert not (project / "edits").exists()


def test_folder_that_is_no_run_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So is a run whose project is not known."""
    assert adopt_report(tmp_path, tmp_path / "a.md", None, dry_run=False) == 2
    assert "it has no run.json" in capsys.readouterr().err
    save_run(tmp_path, Section(SECTION))
    assert adopt_report(tmp_path, tmp_path / "a.md", None, dry_run=False) == 2
    assert "Name the project with --project" in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("server")
def test_removed_edit_brings_the_writers_text_back(make_project: MakeProject) -> None:
    """Sections that do not follow on from it are not written anew."""
    project = make_project(before=OUTPUTS)
    run(project, writer=PartialWriter())
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("A person's words.", encoding="utf-8")
    again = PartialWriter()
    end = run(project, writer=again)
    assert section(end)["status"] == "edited"
    assert SECTION not in again.begun
    assert "1.1.1@FR" not in again.begun
    (project / "edits" / f"{SECTION}.md").unlink()
    back = run(project, writer=PartialWriter())
    assert section(back)["status"] == "written"
    assert section(back)["edit"] is None


@pytest.mark.usefixtures("server")
def test_edit_of_no_section_is_told_and_left_alone(make_project: MakeProject) -> None:
    """The run goes on without it."""
    project = make_project(before=OUTPUTS)
    (project / "edits").mkdir()
    lost = project / "edits" / "1.1.1@AU.md"
    lost.write_text("Words.", encoding="utf-8")
    end = run(project)
    assert end.exit_code == 0
    assert [f["code"] for f in manifest(end)["findings"] if f["code"].startswith("edit.")] == [
        "edit.no-section"
    ]
    assert lost.read_text(encoding="utf-8") == "Words."


@pytest.mark.usefixtures("server")
def test_rewrite_asks_the_model_for_that_section_with_the_note(
    make_project: MakeProject,
    monkeypatch: pytest.MonkeyPatch,
    model_server: Serve,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And for those that follow on from it; an edit is set aside; the note stays."""
    server = model_server({"key": KEY})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    project = make_project(before=OUTPUTS, after=QUICK)
    model = ("provider=openai", *ONE_UNKNOWN_MODEL)
    (project / "edits").mkdir()
    (project / "edits" / f"{SECTION}.md").write_text("A person's words.", encoding="utf-8")
    first = run(project, *model)
    asked = {hit.call_id.split("/")[0] for hit in server.ledger()}
    assert section(first)["status"] == "edited"
    assert SECTION not in asked
    assert "1.1.1@FR" in asked

    paid = len(server.ledger())
    request = RewriteRequest((SECTION,), "shorter, mention hydro")
    second = run(project, *model, request=request)
    told = capsys.readouterr().err
    assert "The edit of 1.1.1@AT is set aside. To have it back: mv " in told
    later = [hit.call_id.split("/")[0] for hit in server.ledger()[paid:]]
    assert SECTION in later
    assert "conclusion@AT" in later
    assert "1.1.1@FR" not in later
    assert section(second)["status"] == "written"
    assert (project / "edits" / "set-aside" / f"{SECTION}.md").is_file()
    assert "shorter" in (project / "notes" / f"{SECTION}.md").read_text(encoding="utf-8")

    paid = len(server.ledger())
    assert run(project, *model).exit_code == 0
    assert len(server.ledger()) == paid
    assert run(project, *model, request=RewriteRequest((SECTION,))).exit_code == 0
    assert SECTION in [hit.call_id.split("/")[0] for hit in server.ledger()[paid:]]


def test_command_line_refuses_what_it_cannot_rewrite(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown section with the nearest, a note of nothing, a note on a dry run: exit 2."""
    from flows.main import app

    monkeypatch.setattr(logging.getLogger("factbook"), "handlers", [])  # back again after it
    project = make_project()

    def told(*arguments: str) -> str:
        code = app(["run", str(project), *arguments], result_action="return_value")
        assert code == 2
        return " ".join(capsys.readouterr().err.split())

    assert "--provider openai or local" in told("--rewrite", SECTION)
    assert "Did you mean '1.1.1@AT'?" in told("--rewrite", "1.1.1@AU", "--note", "shorter")
    assert "Name the section with --rewrite" in told("--note", "shorter")
    assert "do not go with --dry-run" in told("--dry-run", "--rewrite", SECTION)
    assert "do not go with --dry-run" in told("--dry-run", "--confirm", SECTION)
    assert "has no edit in the project" in told("--confirm", SECTION)
    assert "either --rewrite or --confirm" in told("--confirm", SECTION, "--rewrite", SECTION)
    assert not (project / "notes").exists()
    assert not (project / "out").exists()


def edited_markdown(end: Outcome, path: Path, opening: str, section_id: str = SECTION) -> Path:
    """The Markdown report with words put before a section's text, as an editor saves it."""
    text = report(end, "md").read_text(encoding="utf-8")
    pattern = rf"(<!-- section {re.escape(section_id)} [^>]*>\n\n#+ [^\n]*\n\n)"
    changed, count = re.subn(pattern, lambda found: found.group() + opening, text)
    assert count == 1
    path.write_text(changed, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", ["md", "docx"])
@pytest.mark.usefixtures("server")
def test_untouched_report_of_an_earlier_run_gives_no_edit(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """Last month's figures are nobody's edits; nor is another editor's text taken back."""
    project = make_project(before='outputs = ["md", "docx"]\n')
    first = run(project)
    old = tmp_path / f"old.{suffix}"
    shutil.copy(report(first, suffix), old)
    other = edited_markdown(first, tmp_path / "other.md", "An editor's. ", "1.1.1@FR")
    assert adopt_report(first.folder, other, None, dry_run=False) == 0
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    second = run(project)
    capsys.readouterr()
    assert adopt_report(second.folder, old, None, dry_run=False) == 0
    out, err = capsys.readouterr()
    assert "0 sections changed" in out
    assert "changed table" not in err  # it is compared with the run that made it
    assert edits_in(project) == ["1.1.1@FR.md"]


@pytest.mark.parametrize("keep_runs", [5, 0])
@pytest.mark.usefixtures("server")
def test_changed_section_of_an_earlier_report_is_flagged(
    make_project: MakeProject,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    keep_runs: int,
) -> None:
    """With what has changed since, as long as that run is kept; else it says that nobody knows."""
    project = make_project(before=f'outputs = ["md"]\nkeep_runs = {keep_runs}\n')
    first = run(project)
    changed = edited_markdown(first, tmp_path / "changed.md", OPENING)
    change_cell(project, "Austria,Solar,2021,1.25,", "Austria,Solar,2021,1.45,")
    second = run(project)
    assert adopt_report(second.folder, changed, None, dry_run=False) == 0
    assert "1.1.1@AT has been made with" in capsys.readouterr().err
    assert edits_in(project) == ["1.1.1@AT.md"]
    edit = section(run(project))["edit"]
    assert edit["outdated"] is True
    known = "Total 2021: 65.9 → 66.1 TWh" in edit["changes"]
    assert known == bool(keep_runs)


@pytest.mark.usefixtures("server")
def test_text_that_another_editor_has_changed_meanwhile_is_a_conflict(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither is lost: the second is told, and taken with --replace, which keeps the first."""
    project = make_project(before='outputs = ["md"]\n')
    first = run(project)
    one = edited_markdown(first, tmp_path / "one.md", "One. ")
    two = edited_markdown(first, tmp_path / "two.md", "Two. ")
    assert adopt_report(first.folder, one, None, dry_run=False) == 0
    assert adopt_report(first.folder, one, None, dry_run=False) == 0  # once more changes nothing
    path = project / "edits" / f"{SECTION}.md"
    stands = path.read_text(encoding="utf-8")
    for end in (first, run(project)):
        capsys.readouterr()
        assert adopt_report(end.folder, two, None, dry_run=False) == 2
        out, err = capsys.readouterr()
        assert "1.1.1@AT has been edited otherwise meanwhile" in err
        assert "0 sections changed" in out
        assert out.rstrip().endswith("1 not taken over.")
        assert path.read_text(encoding="utf-8") == stands
    assert adopt_report(first.folder, two, None, dry_run=False, replace=True) == 0
    assert "the edit that stood there is set aside" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8").startswith("Two. ")
    aside = project / "edits" / "set-aside" / f"{SECTION}.md"
    assert aside.read_text(encoding="utf-8") == stands
    three = edited_markdown(run(project), tmp_path / "three.md", "Three. ")
    assert adopt_report(first.folder, three, None, dry_run=False) == 0  # made from the second
    assert path.read_text(encoding="utf-8").startswith("Three. Two. ")


@pytest.mark.usefixtures("server")
def test_report_without_marks_is_compared_with_the_run(
    make_project: MakeProject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As reports of earlier versions are; one sentence says so."""
    project = make_project(before='outputs = ["md"]\n')
    end = run(project)
    bare = edited_markdown(end, tmp_path / "bare.md", OPENING)
    text = re.sub(r"(?m)^<!-- .*\n", "", bare.read_text(encoding="utf-8"))
    bare.write_text(text, encoding="utf-8")
    assert adopt_report(end.folder, bare, None, dry_run=False) == 0
    out, err = capsys.readouterr()
    assert "edited: 1.1.1@AT" in out
    assert err.count("no mark of the text") == 1
    assert edits_in(project) == ["1.1.1@AT.md"]


@pytest.mark.parametrize("suffix", ["md", "docx"])
@pytest.mark.usefixtures("server")
def test_report_of_another_project_is_refused(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """Its sections have the same ids, and other texts."""
    mine, other = make_project(), make_project(name="other")
    settings = other / "project.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'project_name = "Another report"\n{text}', "utf-8")
    outputs = 'outputs=["md", "docx"]'
    end, foreign = run(mine, outputs), run(other, outputs)
    file = foreign.folder / f"another-report.{suffix}"
    assert adopt_report(end.folder, file, None, dry_run=False) == 2
    assert "it is a report of another project" in capsys.readouterr().err
    assert adopt_report(foreign.folder, file, mine, dry_run=False) == 2
    assert "it is a run of 'Another report'" in " ".join(capsys.readouterr().err.split())
    assert adopt_report(mine, file, None, dry_run=False) == 2
    assert "Did you mean" in capsys.readouterr().err
    assert not (mine / "edits").exists()


@pytest.mark.usefixtures("server")
def test_wish_of_a_run_that_is_skipped_is_not_noted(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run holds the project: it would be counted, and paid for, twice."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    project = make_project()
    folder = RunFolder.of(project / "out", "electricity-in-europe")
    folder.create()
    lease = Lease.take(folder)
    request = RewriteRequest((SECTION,), "shorter")
    try:
        end = run(project, "provider=openai", writer=PartialWriter(), request=request)
    finally:
        lease.release()
    assert end.state == "Skipped"
    assert not (project / "notes").exists()


@pytest.mark.usefixtures("server")
def test_edit_that_refers_to_no_fact_is_an_error_before_anything_is_written(
    make_project: MakeProject,
) -> None:
    """It would stand in the report as F9999."""
    project = make_project()
    edit = project / "edits" / f"{SECTION}.md"
    edit.parent.mkdir()
    edit.write_text("Solar gave {F9999}.", encoding="utf-8")
    with pytest.raises(UserError, match="The edit refers to F9999, which is no fact"):
        run(project)
    assert not (project / "out").exists()
