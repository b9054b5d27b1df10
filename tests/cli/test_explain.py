"""``factbook explain``: a figure of a report, its fact, its derivation, its source rows."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest

from factbook.cli.console import PlainConsole
from factbook.cli.explain import MOST_EXPLAINED, print_explanations, show_figure
from factbook.evidence.references import references
from factbook.explain.explanation import ExplainedRun
from factbook.explain.figure_name import figure_named, number_in, plain
from factbook.folder.run_folder import RunFolder
from factbook.report.cells import GAP
from factbook.report.figure_table import figure_tables
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.record import SectionRecord
from tests.runs.run_folders import Section, save_run
from tests.sections import make_fact

WORLD = Path(__file__).parents[2] / "examples" / "world-energy-mix"
Explain = Callable[..., dict[str, Any]]


def written(project: Path, **others: Any) -> Path:
    """The run folder of a project's report, which is written as CSV."""
    settings = ('outputs=["csv"]', 'run.engine="threads"')
    end = start_run(RunRef(project=str(project), assignments=settings, **others))
    assert end.state == "Completed", end.message
    out = Path(others["out"]) if "out" in others else project / "out"
    [folder] = (path for path in out.iterdir() if (path / "run.json").is_file())
    return folder


@pytest.fixture(scope="module")
def world_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with tables of its own, and its report."""
    project = tmp_path_factory.mktemp("world") / "project"
    shutil.copytree(WORLD, project, ignore=lambda _, names: [n for n in names if n == "out"])
    written(project)
    return project


@pytest.fixture
def world(tmp_path: Path, world_once: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(world_once, tmp_path / "project"))


def run_of(project: Path) -> Path:
    """The run folder in a project."""
    [folder] = (path.parent for path in (project / "out").glob("*/run.json"))
    return folder


@pytest.fixture
def explain(capsys: pytest.CaptureFixture[str]) -> Explain:
    """Gives the JSON of a command that succeeds."""

    def explained(run: Path, figure: str, project: Path | None = None) -> dict[str, Any]:
        assert show_figure(run, figure, project, as_json=True) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return explained


def refused(capsys: pytest.CaptureFixture[str], run: Path, figure: str) -> dict[str, Any]:
    """The one finding with which a command ends, which is printed for people as well."""
    assert show_figure(run, figure, None, as_json=True) == 2
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert show_figure(run, figure, None, as_json=False) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert finding["remedy"] in err
    return dict(finding)


def records(run: Path) -> dict[str, SectionRecord]:
    """The records of a run by section."""
    folder = RunFolder(path=run, slug=run.name)
    ids = orjson.loads((run / "run.json").read_bytes())["sections"]
    found = {section_id: folder.read_record(section_id) for section_id in ids}
    return {section_id: record for section_id, record in found.items() if record is not None}


def cells_of(record: SectionRecord, place: str) -> int:
    """How many figures the tables of a section show."""
    tables = figure_tables(record, place)
    return sum(text != GAP for table in tables for row in table.rows for text in row[1:])


@pytest.mark.parametrize("figure", ["2.1.1@AT/F1", "2.1.1@AT F1", "2.1.1@AT {F1}"])
def test_fact_of_a_section_is_explained(finished_once: Path, explain: Explain, figure: str) -> None:
    """The figure as readers see it, its sentence, its value, and the cells of its rows."""
    run = run_of(finished_once)
    record = records(run)["2.1.1@AT"]
    assert "F1" in references(record.source_text)
    [one] = explain(run, figure)["explained"]
    assert (one["section"], one["place"], one["fact"]["id"]) == ("2.1.1@AT", "Austria", "F1")
    assert one["title"]
    assert one["fact"]["value"] == record.by_id["F1"].value
    told = next(found for found in one["found"] if found["where"] == "text")
    assert told["shown"] in told["words"]
    assert told["words"] in record.text.replace("\N{NO-BREAK SPACE}", " ")
    [source] = one["sources"]
    assert source["state"] == "unchanged"
    assert source["cells"]
    with (finished_once / source["file"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in source["cells"]:
        assert row["cells"] == rows[row["row"] - 1]
        assert row["row"] in source["rows"]


def test_every_figure_of_every_text_can_be_found(finished_once: Path) -> None:
    """By its fact, and as it stands; each is where the record has it."""
    run = ExplainedRun(run_of(finished_once))
    figures = 0
    for section_id, record in records(run.content.folder.path).items():
        found = run.find(figure_named(section_id, run.content.sections, ""))
        texts = [one for one in found if one.where == "text"]
        assert [one.fact_id for one in texts] == references(record.source_text)
        in_tables = {one.fact_id for one in found if one.where == "table"}
        place = run.content.sections[section_id].place
        assert len(in_tables) == cells_of(record, place), section_id
        for one in texts:
            name = figure_named(f"{section_id} {one.shown}", run.content.sections, "")
            assert one in run.find(name), one
            figures += 1
    assert figures > 100


def test_derived_figure_names_what_it_was_derived_from(
    finished_once: Path, explain: Explain
) -> None:
    """A relative change: both values with their facts, from which it follows."""
    run = run_of(finished_once)
    record, fact = next(
        (record, fact)
        for record in records(run).values()
        for fact in (record.by_id[one] for one in references(record.source_text))
        if fact.kind == "relative change" and fact.role == "place"
    )
    [one] = explain(run, f"{record.section_id}/{fact.id}")["explained"]
    after, before = one["operands"]
    value = (after["value"] - before["value"]) / before["value"] * 100
    assert value == pytest.approx(one["fact"]["value"])
    assert after["fact"].startswith("F")
    assert after["period"] > before["period"]
    assert one["fact"]["derivation"] == f"({after['period']} minus {before['period']}) ÷ " + (
        f"{before['period']} × 100"
    )


def test_sum_names_the_values_of_what_it_adds(finished_once: Path, explain: Explain) -> None:
    """As far as the section's evidence holds them."""
    run = run_of(finished_once)
    folder = RunFolder(path=run, slug="")
    section_id, fact = next(
        (section_id, fact)
        for section_id in records(run)
        for fact in folder.read_evidence(section_id).facts
        if fact.derivation.operation == "sum" and len(fact.derivation.operands) == 2
    )
    [one] = explain(run, f"{section_id}/{fact.id}")["explained"]
    values = [operand["value"] for operand in one["operands"]]
    assert sum(values) == pytest.approx(one["fact"]["value"])


def test_wide_table_shows_the_column_of_the_period(world_once: Path, explain: Explain) -> None:
    """Of fifty-odd years those that the figure is of, beside the labels."""
    run = run_of(world_once)
    record = records(run)["3.2.1@DE"]
    fact = next(f for f in record.facts if f.kind == "change")
    [one] = explain(run, f"3.2.1@DE/{fact.id}")["explained"]
    [source] = one["sources"]
    first, last = fact.period.split("–")
    assert {first, last} <= set(source["headings"])
    cells = dict(zip(source["headings"], source["cells"][0]["cells"], strict=True))
    assert float(cells[last]) - float(cells[first]) == pytest.approx(fact.value)
    assert cells["country"] == "Germany"


def test_rows_of_plexos_results_are_shown(finished_once: Path, explain: Explain) -> None:
    """They have other columns."""
    run = run_of(finished_once)
    folder = RunFolder(path=run, slug="")
    section_id, fact = next(
        (section_id, fact)
        for section_id in records(run)
        for fact in folder.read_evidence(section_id).facts
        if fact.table == "PLEXOS" and fact.is_value
    )
    [one] = explain(run, f"{section_id}/{fact.id}")["explained"]
    source = one["sources"][0]
    assert source["file"].startswith("plexos/")
    assert {"child_name", "value"} <= set(source["headings"])
    assert source["cells"]


def test_figure_in_many_places_is_listed(
    finished_once: Path, explain: Explain, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the argument that explains each; none is explained unasked."""
    run = run_of(finished_once)
    every = [one for name in records(run) for one in explain(run, name)["found"]]
    of_facts: dict[str, set[tuple[str, str]]] = {}
    for one in every:
        of_facts.setdefault(one["shown"], set()).add((one["section_id"], one["fact_id"]))
    figure = max(of_facts, key=lambda shown: len(of_facts[shown]))
    assert len(of_facts[figure]) > MOST_EXPLAINED
    body = explain(run, figure)
    number, unit = number_in(plain(figure)), figure.split(" ")[1:]
    alike = [o for o in every if number_in(plain(o["shown"])) == number]
    assert body["found"] == [one for one in alike if one["shown"].split(" ")[1:] == unit]
    assert body["explained"] == []
    assert show_figure(run, figure, None, as_json=False) == 0
    shown = capsys.readouterr().out.splitlines()
    first = body["found"][0]
    assert shown[1].startswith(f"{first['section_id']}/{first['fact_id']} {figure} (")
    assert shown[-1].endswith(f"factbook explain RUN '{first['section_id']}/{first['fact_id']}'")


def test_changed_and_missing_files_are_said_to_be(
    world: Path, explain: Explain, capsys: pytest.CaptureFixture[str]
) -> None:
    """No cell of another file is shown for one of the run."""
    run = run_of(world)
    table = world / "emissions.csv"
    before = table.read_text(encoding="utf-8")
    table.write_text(before.replace("Germany", "germany"), encoding="utf-8")
    [one] = explain(run, "3.2.1@DE/F1")["explained"]
    assert [(s["state"], s["cells"]) for s in one["sources"]] == [("changed", [])]
    table.unlink()
    [one] = explain(run, "3.2.1@DE/F1")["explained"]
    assert [(s["state"], s["cells"]) for s in one["sources"]] == [("missing", [])]
    os.mkfifo(table)
    [one] = explain(run, "3.2.1@DE/F1")["explained"]
    assert [(s["state"], s["cells"]) for s in one["sources"]] == [("unreadable", [])]
    table.unlink()
    table.write_text(before, encoding="utf-8")
    assert show_figure(run, "3.2.1@DE/F1", None, as_json=False) == 0
    assert "    row 5: country = Germany, " in capsys.readouterr().out


@pytest.mark.slow
def test_run_is_taken_where_it_stands(world: Path, tmp_path: Path, explain: Explain) -> None:
    """An earlier run, one of another output folder, and one without its project."""
    run = run_of(world)
    earlier = Path(shutil.copytree(run, run / "runs" / "20260101T000000Z"))
    elsewhere = written(world, out=str(tmp_path / "out"))
    alone = Path(shutil.copytree(run, tmp_path / "alone"))
    (alone / ".project").unlink()
    for folder in (run, earlier, elsewhere):
        [one] = explain(folder, "3.2.1@DE/F1")["explained"]
        assert one["sources"][0]["state"] == "unchanged", folder
    [one] = explain(alone, "3.2.1@DE/F1")["explained"]
    assert one["sources"][0]["state"] == "no project"
    [one] = explain(alone, "3.2.1@DE/F1", world)["explained"]
    assert one["sources"][0]["state"] == "unchanged"


def test_file_outside_of_the_project_is_not_opened(
    world: Path, tmp_path: Path, explain: Explain
) -> None:
    """Whatever a run folder that somebody has sent says of it, and through whatever link."""
    run = run_of(world)
    secret = tmp_path / "secret.csv"
    shutil.copy(world / "emissions.csv", secret)
    (world / "link.csv").symlink_to(secret)
    for name in ("../secret.csv", str(secret), "link.csv"):
        for path in (run / "evidence" / "3.2.1@DE.json", run / "run.json"):
            body = orjson.loads(path.read_bytes())
            for one in (*body.get("rows", ()), *body.get("inputs", ())):
                one["file"] = name
            path.write_bytes(orjson.dumps(body))
        [one] = explain(run, "3.2.1@DE/F1")["explained"]
        assert [(s["state"], s["cells"]) for s in one["sources"]] == [("outside", [])], name


def test_cells_command_no_terminal(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markup and escape sequences in a cell, or a heading, are shown as they are; long ones cut."""
    hostile = "[red]x\x1b]0;title\x07[/]\u202e"
    with (world / "emissions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows = [[f"note{hostile}" if at == 0 else f"{hostile}{'y' * 9999}", *row]
            for at, row in enumerate(rows)]  # fmt: skip
    with (world / "emissions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    shutil.rmtree(world / "out")
    run = written(world)
    assert show_figure(run, "3.2.1@DE/F1", None, as_json=False) == 0
    out, _ = capsys.readouterr()
    assert "note[red]x\\x1b]0;title\\x07[/]\\u202e = [red]x\\x1b]0;title\\x07" in out
    explained = ExplainedRun(run)
    file = io.StringIO()
    console = PlainConsole(file=file, width=100, force_terminal=True, no_color=True)
    print_explanations([explained.explanation("3.2.1@DE", "F1", [])], console)
    assert show_figure(run, "3.2.1@DE/F1", None, as_json=True) == 0
    for text in (out, file.getvalue(), capsys.readouterr().out):
        assert "[red]x" in text
        assert not {"\x07", "\u202e"} & set(text)
        assert "\x1b]" not in text
        assert "y" * 100 not in text


@pytest.mark.slow
def test_rows_of_a_workbook_are_read_through_its_guard(world: Path, explain: Explain) -> None:
    """A table of an xlsx file; one that the guard refuses is not opened, even as the run's."""
    with (world / "emissions.csv").open(encoding="utf-8", newline="") as file:
        rows = [[float(c) if c.replace(".", "").isdigit() and at else c for c in row]
                for at, row in enumerate(csv.reader(file))]  # fmt: skip
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(world / "emissions.xlsx")
    settings = world / "project.toml"
    text = settings.read_text(encoding="utf-8").replace("emissions.csv", "emissions.xlsx")
    settings.write_text(text, encoding="utf-8")
    shutil.rmtree(world / "out")
    run = written(world)
    [one] = explain(run, "3.2.1@DE/F1")["explained"]
    [source] = one["sources"]
    assert source["file"] == "emissions.xlsx"
    cells = dict(zip(source["headings"], source["cells"][0]["cells"], strict=True))
    assert float(cells[one["fact"]["period"]]) == one["fact"]["value"]


def test_workbook_that_the_guard_refuses_is_not_shown(world: Path, explain: Explain) -> None:
    """Even when its checksum is the one that the run folder names."""
    import hashlib

    bad = world / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04" + b"\x00" * 100)
    run = run_of(world)
    noted = {"sha256": hashlib.sha256(bad.read_bytes()).hexdigest(), "size_bytes": 104}
    for path in (run / "evidence" / "3.2.1@DE.json", run / "run.json"):
        body = orjson.loads(path.read_bytes())
        for one in body.get("rows", ()):
            one["file"] = "bad.xlsx"
        for one in body.get("inputs", ()):
            one.update(file="bad.xlsx", **noted)
        path.write_bytes(orjson.dumps(body))
    [one] = explain(run, "3.2.1@DE/F1")["explained"]
    [source] = one["sources"]
    assert (source["state"], source["cells"]) == ("unreadable", [])
    assert source["told"].startswith("it cannot be read any more: ")


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ("3.2.1@DX/F1", "section.unknown"),
        ("3.2.1@DX 39.7", "section.unknown"),
        ("3.2.1@DE/F9999", "explain.no-fact"),
        ("987654.3 TWh", "explain.no-figure"),
        ("3.2.1@DE 987654.3", "explain.no-figure"),
        ("hello", "explain.figure"),
        ("F1", "explain.figure"),
    ],
)
def test_what_the_run_does_not_have_is_refused(
    world_once: Path, capsys: pytest.CaptureFixture[str], figure: str, code: str
) -> None:
    """With what is near, and exit code 2."""
    finding = refused(capsys, run_of(world_once), figure)
    assert finding["code"] == code
    assert finding["allowed"]


def test_digits_without_a_fact_are_told_apart(
    world_once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A year in a sentence is no figure of the data."""
    finding = refused(capsys, run_of(world_once), "3.2.1@DE 1990")
    assert finding["code"] == "explain.plain-digits"


def test_damaged_runs_are_refused(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Folders that are none, evidence that is damaged or of another run, a manifest that is."""
    run = run_of(world)
    assert refused(capsys, tmp_path / "nowhere", "39.7")["code"] == "run.none"
    assert str(run) in refused(capsys, world, "39.7")["remedy"]
    evidence = run / "evidence" / "3.2.1@DE.json"
    whole = evidence.read_bytes()
    evidence.write_bytes(whole[: len(whole) // 2])
    finding = refused(capsys, run, "3.2.1@DE/F1")
    assert (finding["code"], "it is not JSON" in finding["message"]) == ("explain.evidence", True)
    evidence.write_bytes(orjson.dumps({**orjson.loads(whole), "id": "0" * 64}))
    assert refused(capsys, run, "3.2.1@DE/F1")["code"] == "explain.evidence"
    body = orjson.loads(whole)
    [change] = [fact for fact in body["facts"] if fact["id"] == "F3"]
    change["derived"]["operands"] = change["derived"]["operands"][:1]
    evidence.write_bytes(orjson.dumps(body))
    finding = refused(capsys, run, "3.2.1@DE/F3")
    assert (finding["code"], "F3" in finding["message"]) == ("explain.evidence", True)
    body["rows"] = [{**one, "rows": [0, -1, 10**17]} for one in body["rows"]]
    evidence.write_bytes(orjson.dumps(body))
    assert show_figure(run, "3.2.1@DE/F1", None, as_json=False) == 0
    assert "These rows are not in the file." in capsys.readouterr().out
    evidence.write_bytes(whole)
    (run / "records" / "3.2.1@DE.json").write_bytes(b"{}")
    assert refused(capsys, run, "3.2.1@DE/F1")["code"] == "run.incomplete"
    (run / "run.json").write_bytes(b"{")
    assert refused(capsys, run, "39.7")["code"] == "run.damaged"


def test_project_that_is_none_is_refused(
    world_once: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is looked up."""
    assert show_figure(run_of(world_once), "39.7", Path("nowhere"), as_json=False) == 2
    assert "nowhere" in capsys.readouterr().err


def test_figures_of_headlines_and_key_messages_are_found(tmp_path: Path, explain: Explain) -> None:
    """A key message may refer to a fact that the record does not keep, but the evidence has."""
    facts = (make_fact(1), make_fact(2, subject="Solar", value=2.78))
    others = {"headline": "Wind reached {F1}", "facts": facts[:1]}
    one = Section("1.1.1@AT", facts=facts, text="Wind gave {F1}.", others=others)
    message = {"section": "1.1.1@AT", "source_text": "Solar gave {F2}.", "text": "-"}
    run = save_run(tmp_path / "run", one, key_messages={"": [message], "1": [message]})
    body = explain(run, "6.48 TWh")
    assert [(found["where"], found["words"]) for found in body["found"]] == [
        ("headline", "Wind reached 6.48 TWh"),
        ("text", "Wind gave 6.48 TWh."),
    ]
    assert body["explained"][0]["sources"][0]["state"] == "no project"
    body = explain(run, "2.78")
    assert [(found["where"], found["words"]) for found in body["found"]] == [
        ("key message", "Solar gave 2.78 TWh.")
    ]
    assert body["explained"][0]["fact"]["id"] == "F2"


def test_fact_that_nothing_tells_is_explained(tmp_path: Path, explain: Explain) -> None:
    """It is in the evidence, and in no text."""
    one = Section("1.1.1@AT", facts=(make_fact(1), make_fact(2, subject="Solar", status="p")))
    [found] = explain(save_run(tmp_path / "run", one), "1.1.1@AT/F2")["explained"]
    assert (found["found"], found["fact"]["subject"], found["flags"]) == ([], "Solar", {"p": ""})


def test_text_that_refers_to_no_fact_of_its_record_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its record is damaged; nothing is rendered of it."""
    run = save_run(tmp_path / "run", Section("1.1.1@AT", text="Wind gave {F9}."))
    assert refused(capsys, run, "39.7")["code"] == "run.damaged"


def test_section_without_a_text_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no figure."""
    others = {"status": "failed", "reason": "The model was away", "facts": ()}
    run = save_run(tmp_path / "run", Section("1.1.1@AT", text="", others=others))
    finding = refused(capsys, run, "1.1.1@AT")
    assert finding["code"] == "explain.no-figure"
    assert "The model was away" in finding["message"]
