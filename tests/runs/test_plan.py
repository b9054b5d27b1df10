"""The plan: what a run would write and why, without writing or calling anything."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from factbook.config.settings import Settings
from factbook.errors import ConfigError
from factbook.folder.run_folder import RunFolder
from factbook.llm.chat import Answered, ChatRequest, Message, Pass
from factbook.llm.prices import Prices
from factbook.llm.store import CallStore
from factbook.project.project import open_project
from factbook.runs.forecast import ForecastCalls
from factbook.runs.plan import Plan, forecast, make_plan
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.writing.job import Writer
from factbook.writing.model.provider import Provider
from tests.conftest import copy_example

MakeProject = Callable[..., Path]
SAID = (
    *("place", "subject", "metric", "period", "value", "unit", "role", "table", "among"),
    "derivation",
)


def ref_of(project: Path, out: Path, *settings: str) -> RunRef:
    """Names a run."""
    return RunRef(project=str(project), out=str(out), assignments=settings)


def plan_of(project: Path, out: Path, *settings: str) -> Plan:
    """What a run would write."""
    ref = ref_of(project, out, *settings)
    return make_plan(ref, open_project(project, settings), Settings())


def write(project: Path, out: Path, *settings: str, writer: Writer | None = None) -> Run:
    """Write all sections, without an engine."""
    run = Run(ref_of(project, out, *settings), open_project(project, settings), writer=writer)
    run.prepare()
    for chapter in run.inputs.project.outline.in_order_of_edges():
        for spec in chapter.in_order_of_edges():
            run.sections.write(spec.id)
    return run


class Written(NamedTuple):
    """A project, the folder that holds its report, and the run that has written it."""

    project: Path
    out: Path
    run: Run

    @property
    def folder(self) -> RunFolder:
        """The run folder."""
        return RunFolder.of(self.out, "electricity-in-europe")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A finished report; nobody changes it."""
    folder = tmp_path_factory.mktemp("written")
    project, out = copy_example(folder / "project"), folder / "out"
    return Written(project, out, write(project, out))


@pytest.fixture
def written(report: Written, tmp_path: Path) -> Written:
    """A copy of it, and the run that has written the first one."""
    shutil.copytree(report.project, tmp_path / "project")
    shutil.copytree(report.out, tmp_path / "out")
    return Written(tmp_path / "project", tmp_path / "out", report.run)


def of_action(plan: Plan, action: str) -> set[str]:
    """Ids of the sections with one action."""
    return {section.section_id for section in plan.sections if section.action == action}


def set_cell(project: Path, country: str, value: str) -> None:
    """Change solar generation of 2021 in a country."""
    path = project / "etm.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    (at,) = (
        number
        for number, line in enumerate(lines)
        if line.startswith(f"{country},Solar,2021,") and line.endswith(",TWh")
    )
    parts = lines[at].split(",")
    lines[at] = ",".join([*parts[:3], value, *parts[4:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def edit_sheet(project: Path, tab: str, edit: Callable[[Any], None]) -> None:
    """Change a tab of the prompt sheet."""
    path = project / "prompt_sheet.xlsx"
    book = openpyxl.load_workbook(path)
    edit(book[tab])
    book.save(path)


def evidence_differs(one: Run, other: Run) -> set[str]:
    """Sections whose evidence files say something else, where it stands aside."""

    def said(run: Run) -> dict[str, Any]:
        found = {}
        for path in run.inputs.folder.evidence_folder.glob("*.json"):
            body = json.loads(path.read_bytes())
            facts = [[fact.get(name) for name in SAID] for fact in body["facts"]]
            found[body["section"]] = (facts, body["gaps"], body["origins"])
        return found

    before, after = said(one), said(other)
    return {name for name in after if before.get(name) != after[name]}


def changed_facts(one: Run, other: Run) -> set[tuple[str, str]]:
    """Kind and place of the facts that only one of two runs holds."""
    held = [
        {
            (fact["kind"], fact["place"], *(fact.get(name) for name in SAID))
            for path in run.inputs.folder.evidence_folder.glob("*.json")
            for fact in json.loads(path.read_bytes())["facts"]
        }
        for run in (one, other)
    ]
    return {(kind, place) for kind, place, *_ in held[0] ^ held[1]}


def texts(run: Run) -> dict[str, str]:
    """Texts as they stand in the records."""
    records = (run.inputs.folder.read_record(section_id) for section_id in run.inputs.specs)
    return {record.section_id: record.text for record in records if record is not None}


def test_plan_of_a_new_project_writes_everything_and_nothing_yet(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """All sections are new, in the order of the sheet, and no folder is made."""
    project, out = make_project(), tmp_path / "out"
    plan = plan_of(project, out)
    outline = open_project(project).outline
    assert [section.section_id for section in plan.sections] == [s.id for s in outline.sections]
    assert of_action(plan, "new") == {section.id for section in outline.sections}
    assert all(section.causes == () for section in plan.sections)
    assert (plan.forecast.sections, plan.forecast.calls) == (len(plan.sections), 0)
    assert not out.exists()
    assert not (project / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("report_date=2026-05-01",),
        ('outputs=["md"]',),
        ("run_objectives_concurrent=false", "run_task_concurrent=false"),
        ("limits.max_workers=2", "limits.max_in_flight=3", "limits.requests_per_minute=7"),
        ("limits.budget_usd=5", "limits.deadline_seconds=10", "keep_runs=2"),
    ],
)
def test_settings_that_no_text_shows_change_nothing(
    report: Written, settings: tuple[str, ...]
) -> None:
    """A finished report stands, whatever its date, its formats, its concurrency, its limits."""
    plan = plan_of(report.project, report.out, *settings)
    assert of_action(plan, "unchanged") == {section.section_id for section in plan.sections}
    assert (plan.to_write, plan.forecast.sections) == ((), 0)
    assert plan.forecast.unchanged == len(plan.sections)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("country", "value", "changes"),
    [
        ("Austria", "2.91", ("value", "Austria")),
        ("Portugal", "4.25", ("total", "EU")),  # without sections of its own
        ("Netherlands", "14.9", ("rank", "France")),  # overtakes it
    ],
)
def test_changed_cell_writes_what_holds_it(
    written: Written, tmp_path: Path, country: str, value: str, changes: tuple[str, str]
) -> None:
    """A country's value, a total of the region, a rank: no section but these is written.

    Which they are is told by the evidence files of a run made as new. The offline writer reads of
    a section that another follows on from no more than its title.
    """
    project, before = written.project, written.run
    set_cell(project, country, value)
    after = write(project, tmp_path / "as-new")
    holding = evidence_differs(before, after)
    assert changes in changed_facts(before, after)
    assert holding
    assert set(after.inputs.specs) - holding

    plan = plan_of(project, written.out)
    # What one section has found now may be told there, and in another no more.
    moved = {s.section_id for s in plan.to_write if s.causes == (ELSEWHERE,)}
    assert of_action(plan, "changed") == holding | moved
    assert not of_action(plan, "new") | of_action(plan, "again")
    own = [section for section in plan.to_write if section.section_id not in moved]
    assert all(section.causes[0].startswith("evidence: ") for section in own)
    assert all(section.facts_changed > 0 for section in own)
    old, new = texts(before), texts(after)
    assert {name for name in new if old[name] != new[name]} <= holding | moved


@pytest.mark.slow
def test_facts_are_told_although_a_run_broke_off_after_its_evidence(written: Written) -> None:
    """Today's evidence stands in the folder already: the record's own facts are compared."""
    project, out, _ = written
    set_cell(project, "Austria", "2.91")
    changed = of_action(plan_of(project, out), "changed")
    Run(ref_of(project, out), open_project(project)).prepare()
    plan = plan_of(project, out)
    assert of_action(plan, "changed") == changed
    (section,) = (s for s in plan.sections if s.section_id == "1.2.1@AT")
    assert section.causes[0].startswith("evidence: Solar/2021/Austria 1.25 → 2.91")


@pytest.mark.slow
def test_rows_of_the_sheet_in_another_order_change_no_sub_task(written: Written) -> None:
    """Only a conclusion may, whose evidence stands in the order of the sheet."""
    project, out, _ = written

    def turn_round(sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)

    for tab in ("Text Guidelines", "Default Charts", "External Search", "Cross Reference"):
        edit_sheet(project, tab, turn_round)
    assert plan_of(project, out).to_write == ()
    for tab in ("Objectives", "Tasks", "Sub Tasks"):
        edit_sheet(project, tab, turn_round)
    plan = plan_of(project, out)
    assert [s.section_id for s in plan.sections][0].startswith("3.2.2@")
    assert all(section.section_id.startswith("conclusion@") for section in plan.to_write)


@pytest.mark.slow
@pytest.mark.parametrize("files", ["etm.csv", "plexos/*.csv", "nodes.csv", "borders.csv"])
def test_rows_of_the_data_in_another_order_write_nothing(
    written: Written, tmp_path: Path, files: str
) -> None:
    """What the facts say is the same, wherever they stand in the file."""
    project, out, before = written
    for path in project.glob(files):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(28).shuffle(rows)  # noqa: S311 - the same every time
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    assert plan_of(project, out).to_write == ()
    after = write(project, tmp_path / "as-new")
    assert texts(after) == texts(before)


@pytest.mark.slow
def test_evidence_names_the_rows_as_they_stand_today(written: Written) -> None:
    """Also where no section is written: a row put in before others moves them all."""
    project, out, _ = written
    path = project / "etm.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *rows[::-1], ""]), encoding="utf-8")
    Run(ref_of(project, out), open_project(project)).prepare()
    lines = path.read_text(encoding="utf-8").splitlines()
    facts = written.folder.read_evidence("1.2.1@AT").facts
    cells = [
        fact
        for fact in facts
        if fact.kind == "value" and [s.file for s in fact.sources] == ["etm.csv"]
        and len(fact.sources[0].rows) == 1
    ]  # fmt: skip
    assert cells
    for fact in cells:
        country, subject, year, value, *_ = lines[fact.sources[0].rows[0] - 1].split(",")
        said = (country, subject, year, float(value))
        assert said == (fact.place, fact.subject, fact.period, fact.value)


@pytest.mark.slow
@pytest.mark.parametrize("status", ["degraded", "refused", "failed"])
def test_section_that_is_not_finished_is_tried_again(written: Written, status: str) -> None:
    """And the plan says what it was."""
    record = written.folder.read_record("2.1.1@FR")
    assert record is not None
    again = record.model_copy(update={"status": status, "reason": "the model was away"})
    written.folder.save_record(again)
    plan = plan_of(written.project, written.out)
    assert of_action(plan, "again") == {"2.1.1@FR"}
    (section,) = (s for s in plan.sections if s.action == "again")
    assert section.causes == (f"it was {status}: the model was away",)


@pytest.mark.slow
def test_lost_record_is_new_and_what_follows_on_from_it_stands(written: Written) -> None:
    """It will have the same text again, so that nothing else changes."""
    (written.folder.records_folder / "1.2.1@AT.json").unlink()
    plan = plan_of(written.project, written.out)
    assert {section.section_id for section in plan.to_write} == {"1.2.1@AT"}
    assert of_action(plan, "new") == {"1.2.1@AT"}


def test_conclusion_without_an_earlier_run_is_bad_input(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """A plan says what a run would say."""
    with pytest.raises(ConfigError, match="no earlier run has written"):
        plan_of(make_project(), tmp_path / "out", "run_main_report=false")


class Listening:
    """Stand-in answers of a forecast, and what each section was told."""

    def __init__(self, provider: Provider, store: Path) -> None:
        self._calls = ForecastCalls(CallStore(store), "openai", provider.prices, 0)
        self.told: dict[str, str] = {}

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """An answer of the length asked for."""
        text = "\n".join(message.content for message in request.messages)
        self.told[section_id] = self.told.get(section_id, "") + text
        return self._calls.call(section_id, pass_, request)


@pytest.fixture
def with_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment; nobody is asked."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")


ELSEWHERE = "which findings other sections tell"
BY_MODEL = ("provider=openai", "add_introduction_to_task=true", "add_sub_task_summary=true")


def write_by_model(project: Path, out: Path) -> Listening:
    """Write all sections with stand-in answers, under the keys of a run by a model."""
    opened = open_project(project, BY_MODEL)
    provider = Provider(opened.config, Settings(), project)
    calls = Listening(provider, out / ".store")
    write(project, out, *BY_MODEL, writer=provider.writer(calls))
    return calls


@pytest.mark.slow
@pytest.mark.usefixtures("with_key")
def test_changed_title_writes_only_sections_whose_prompt_shows_it(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """With a model: itself, its task, and what follows on from it; the plan counts their calls."""
    project, out = make_project(), tmp_path / "out"
    told = write_by_model(project, out).told
    assert plan_of(project, out, *BY_MODEL).to_write == ()

    def retitle(sheet: Any) -> None:
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "2.2.1":
                row[3].value = "Other gases"

    edit_sheet(project, "Sub Tasks", retitle)
    title = "Emissions from agriculture, energy and waste"
    showing = {section_id for section_id, text in told.items() if title in text}
    plan = plan_of(project, out, *BY_MODEL)
    changed = of_action(plan, "changed")
    assert {"2.2.1@AT", "2.2#introduction@AT", "2.2#summary@FR"} <= showing
    assert {"1.1.1@AT", "2.1.1@AT", "2.1#summary@FR"} & showing == set()
    assert showing <= changed
    # Besides, only what follows on from a text that a model would now write otherwise.
    assert _depends(plan, changed - showing, showing)
    assert sum(s.calls for s in plan.sections) == plan.forecast.calls
    assert all((s.calls > 0) == (s.section_id in changed) for s in plan.sections)
    costs = [s.cost_usd for s in plan.sections]
    low, high = plan.forecast.cost_usd or (0.0, 0.0)
    assert sum(c[0] for c in costs if c) == pytest.approx(low)
    assert 0 < low < high == pytest.approx(sum(c[1] for c in costs if c))


def _depends(plan: Plan, others: Iterable[str], changed: set[str]) -> bool:
    """Whether sections are written for the sake of changed ones alone."""
    by_id = {section.section_id: section for section in plan.sections}
    return all(
        cause.startswith("upstream ") and cause.removeprefix("upstream ") in changed
        for name in others
        for cause in by_id[name].causes
    )


@pytest.mark.slow
def test_changed_title_writes_only_what_shows_it_offline(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """No section whose text is of figures alone; an introduction, which names what it opens."""
    project, out = make_project(), tmp_path / "out"
    settings = ("add_introduction_to_task=true", "add_sub_task_summary=true")
    write(project, out, *settings)

    def retitle(sheet: Any) -> None:
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "2.2.1":
                row[3].value = "Other gases"

    edit_sheet(project, "Sub Tasks", retitle)
    plan = plan_of(project, out, *settings)
    assert of_action(plan, "changed") == {
        f"2.2#{kind}@{place}" for kind in ("introduction", "summary") for place in ("AT", "FR")
    }
    assert {cause for s in plan.to_write for cause in s.causes} == {"titles in the sheet"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("compare_to", "said"), [("may", "no such folder"), ("", "the folder that this run writes to")]
)
def test_run_that_cannot_be_compared_with_is_told_before_a_run(
    make_project: MakeProject, compare_to: str, said: str
) -> None:
    """By `check` too, offline as well: a folder that is missing, or the run's own."""
    folder = make_project()
    own = f"out/{open_project(folder).slug}"
    settings = (f"compare_to={compare_to or own}",)
    ref = RunRef(project=str(folder), assignments=settings)
    with pytest.raises(ConfigError, match=said):
        forecast(ref, open_project(folder, settings), Settings())


def test_final_edit_is_expected_to_keep_the_figures_of_another_text(tmp_path: Path) -> None:
    """Else it would be taken back, and what follows on from the section would stand as it is."""
    calls = ForecastCalls(CallStore(tmp_path), "openai", Prices({}), 0)
    prompt = "F1,Austria,Wind,Generation,2021,1.0,TWh\n<text>\nGas gave {F2}.\n</text>\nEdit it."
    request = ChatRequest(
        model="gpt-5", messages=(Message(role="user", content=prompt),), max_tokens=400
    )
    assert calls.call("1.1.1@AT", "polish", request).answer.text == "Gas gave {F2}!"


@pytest.mark.slow
def test_plan_tells_which_texts_stay(finished_project: Path) -> None:
    """One changed cell changes much evidence, and few texts: the offline writer is asked."""
    table = finished_project / "etm.csv"
    old = "Austria,Solar,2021,1.25,Electricity generation,TWh"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, old.replace("1.25", "1.26")), encoding="utf-8")
    plan = plan_of(finished_project, finished_project / "out")
    other = {section.section_id for section in plan.to_write if not section.same_text}
    assert {"1.1.1@AT", "1.2.1@AT", "conclusion@AT"} <= other
    assert len(plan.to_write) > len(other)
    folder = RunFolder.of(finished_project / "out", "electricity-in-europe")
    before = _texts(folder, plan)
    write(finished_project, finished_project / "out")
    after = _texts(folder, plan)
    assert {name for name, text in after.items() if text != before[name]} == other


def _texts(folder: RunFolder, plan: Plan) -> dict[str, str]:
    """Section id → the text that readers see."""
    records = [folder.read_record(section.section_id) for section in plan.sections]
    return {one.section_id: one.text for one in records if one is not None}
