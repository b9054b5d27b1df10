"""One cell of the data that changes: which sections a run writes anew, and what `diff` says of it.

Which they are is told by the evidence files and texts of the two runs, not by the program's plan.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from factbook.diff import compare
from factbook.project.project import open_project
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.record import SealedRecord
from tests.conftest import EXAMPLE
from tests.servers import fixtures
from tests.servers.fixtures import Serve

model_server = fixtures.model_server

NEIGHBOURS = '[countries]\nDE = "Germany"\nES = "Spain"\n'
"""Both have neighbours whose figures stand in their evidence: Portugal, France."""

BY_MODEL = (
    "provider=openai",
    "skip_internet_search=true",
    "add_summary=false",
    "outputs=csv,md",
)


class Before(NamedTuple):
    """A project and the folder that it was run into."""

    project: Path
    out: Path


def run(before: Before) -> Outcome:
    """Run a project in this process, with a model that answers on loopback."""
    project, out = before
    end = start_run(RunRef(project=str(project), out=str(out), assignments=BY_MODEL))
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    return end


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, model_server: Serve) -> Iterator[Before]:
    """A finished report."""
    provider = model_server({"key": "sk-cell"})
    folder = tmp_path_factory.mktemp("changed-cell")
    project = folder / "project"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("out"))
    path = project / "project.toml"
    text = re.sub(r"\[countries\]\n(?:[A-Z]{2} = .*\n)+", NEIGHBOURS, path.read_text("utf-8"))
    limits = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 100000000\n"
    path.write_text(f"{text}\n{limits}", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-cell")
        patch.setenv("OPENAI_BASE_URL", provider.base_url)
        base = Before(project, folder / "out")
        run(base)
        yield base


@pytest.fixture
def before(base: Before, tmp_path: Path) -> Before:
    """A copy of that report and its project, to be changed."""
    project, out = tmp_path / "project", tmp_path / "out"
    shutil.copytree(base.project, project)
    shutil.copytree(base.out, out)
    return Before(project, out)


def change_solar(project: Path, country: str, value: str) -> int:
    """Change solar power of 2021 in a country; returns the row, as a person counts them."""
    path = project / "etm.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = f"{country},Solar,2021,"
    (at,) = (n for n, line in enumerate(lines) if line.startswith(start) and line.endswith(",TWh"))
    parts = lines[at].split(",")
    lines[at] = ",".join([*parts[:3], value, *parts[4:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return at + 1


def evidence(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Section id → the facts of its evidence file, with their rows and derivations in full."""
    found = {}
    for path in (folder / "evidence").glob("*.json"):
        body = json.loads(path.read_bytes())
        for fact in body["facts"]:
            fact["sources"] = [body["rows"][number] for number in fact["sources"]]
            if isinstance(fact.get("derived"), int):
                fact["derived"] = body["derivations"][fact["derived"]]
        found[body["section"]] = body["facts"]
    return found


def said(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What facts say, without the rows that they come from."""
    return [{k: v for k, v in fact.items() if k != "sources"} for fact in facts]


def holding(facts: list[dict[str, Any]], row: int) -> bool:
    """Whether any fact is made of a row of the long table."""
    sources = [source for fact in facts for source in fact["sources"]]
    return any(s["file"] == "etm.csv" and row in s["rows"] for s in sources)


def texts(folder: Path) -> dict[str, str]:
    """Section id → text of its record, as readers and the sections that follow on see it."""
    records = (
        SealedRecord.model_validate_json(path.read_bytes())
        for path in (folder / "records").glob("*.json")
    )
    return {record.section_id: record.text for record in records}


def told_anew(old: Path, new: Path) -> set[str]:
    """Sections of which something else is worth saying, or that tell it now that no other does."""
    sections = [json.loads((run / "run.json").read_bytes())["sections"] for run in (old, new)]
    parts = [
        {
            name: [s["key_parts"].get(part) for part in ("evidence", "plan")]
            for name, s in one.items()
        }
        for one in sections
    ]
    return {name for name in parts[1] if parts[0][name] != parts[1][name]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("country", "value", "changed"),
    [
        ("Spain", "26.91", ("Solar", "Spain", "Electricity generation")),
        ("Portugal", "4.25", ("Solar", "EU", "Electricity generation")),
        ("France", "26.1", ("Solar", "Spain", "Electricity generation rank")),
    ],
    ids=["country-value", "region-total", "rank"],
)
def test_changed_cell_writes_what_holds_it_and_what_follows_on(
    before: Before, country: str, value: str, changed: tuple[str, str, str]
) -> None:
    """Those and no others, by a model; the difference names the cell by its file and row."""
    folder = before.out / "electricity-in-europe"
    kept = shutil.copytree(folder, before.out.parent / "kept" / folder.name)
    row = change_solar(before.project, country, value)
    run(before)
    written = set(json.loads((folder / "run.json").read_bytes())["times"]["section_seconds"])

    old, new = evidence(kept), evidence(folder)
    by_evidence = {name for name in new if said(old[name]) != said(new[name])}
    by_row = {name for name in new if holding(new[name], row)}
    assert by_row
    assert by_row <= by_evidence
    for name in by_evidence - by_row:  # a rank is of all places, and names its own row alone
        unlike = [fact for fact in said(new[name]) if fact not in said(old[name])]
        assert {fact["kind"] for fact in unlike} == {"rank"}
    told, tells = texts(kept), texts(folder)
    specs = open_project(before.project).outline.sections
    following = {s.id for s in specs if any(told[n] != tells[n] for n in s.upstream)}
    assert following - by_evidence
    assert written == by_evidence | following | told_anew(kept, folder)
    assert set(new) - written

    diff = compare(kept, folder)
    assert {section.section_id for section in diff.sections} == written
    (cell,) = (change for change in diff.data if change.fact.place == country)
    assert (cell.fact.new, cell.fact.source) == (float(value), f"etm.csv: {row}")
    facts = [fact for one in diff.sections for cause in one.causes for fact in cause.facts]
    assert changed in {(fact.subject, fact.place, fact.metric) for fact in facts}
