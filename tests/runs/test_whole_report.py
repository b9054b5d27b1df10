"""The library writes a whole report by itself: which sections, which files, which end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
from tests.manifests import manifest_in
from tests.runs.reports import digests, manifest, rows, run
from tests.writers import PartialWriter

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
SIDE_BY_SIDE = ("run_objectives_concurrent=true", "run_task_concurrent=true")
FLAGS = "add_introduction_to_task = true\nadd_sub_task_summary = true\n"


@pytest.mark.slow
def test_failed_section_alone_is_written_again(make_project: MakeProject, tmp_path: Path) -> None:
    """After the cause is gone, the next run writes what was missing and what depends on it."""
    project = make_project()
    run(project, tmp_path / "out", writer=PartialWriter(broken=frozenset({"1.1.1@AT"})))
    healthy = PartialWriter()
    end = run(project, tmp_path / "out", writer=healthy)
    assert end.exit_code == 0
    assert set(healthy.begun) == {"1.1.1@AT", "1.2.2@AT", "conclusion@AT"}


@pytest.mark.slow
def test_degraded_section_is_marked_and_written_anew(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """A degraded section ends as Incomplete, is marked, and leaves nothing in the next report."""
    project = make_project()
    first = run(
        project, tmp_path / "out", writer=PartialWriter(unavailable=frozenset({"1.1.1@FR"}))
    )
    assert (first.state, first.exit_code) == ("Incomplete", 1)
    assert manifest(first)["sections"]["1.1.1@FR"]["status"] == "degraded"
    markdown = (first.folder / "electricity-in-europe.md").read_text(encoding="utf-8")
    assert "the model is away on purpose" in markdown
    healthy = PartialWriter()
    second = run(project, tmp_path / "out", writer=healthy)
    assert "1.1.1@FR" in healthy.begun
    assert (second.state, second.exit_code) == ("Completed", 0)
    for path in second.folder.rglob("*"):
        if path.is_file():
            assert b"away on purpose" not in path.read_bytes()


@pytest.mark.slow
def test_dependants_begin_after_their_upstream(make_project: MakeProject, tmp_path: Path) -> None:
    """Under full concurrency no section begins before those that it follows on from have ended."""
    project = make_project(before=FLAGS)
    writer = PartialWriter(seconds=0.05)
    end = run(project, tmp_path / "out", *SIDE_BY_SIDE, writer=writer)
    assert end.exit_code == 0
    order = {name: position for position, name in enumerate(writer.ended)}
    begun = {name: position for position, name in enumerate(writer.begun)}
    assert begun["1.1.1@AT"] < begun["1.2.2@AT"]
    assert order["1.1.1@AT"] < order["1.2.2@AT"] < order["1.2#summary@AT"]
    # across chapters, and for the conclusion, which depends on all
    assert order["1.2.1@AT"] < order["3.1.2@AT"] < order["conclusion@AT"]
    assert max(map(order.get, (n for n in order if "conclusion" not in n))) < min(
        map(order.get, (n for n in order if "conclusion" in n))
    )


@pytest.mark.slow
def test_unchanged_sections_are_cached(finished_project: Path) -> None:
    """A second run writes no section anew, and its files have the same bytes."""
    before = digests(finished_project / "out" / SLUG)
    writer = PartialWriter()
    second = run(finished_project, finished_project / "out", writer=writer)
    assert writer.begun == []
    assert digests(second.folder) == before
    assert manifest(second)["times"]["section_seconds"] == {}


@pytest.mark.slow
def test_selection_leaves_the_full_report_alone(finished_project: Path) -> None:
    """A selection writes files of its own, and merges the manifest and the checks."""
    out = finished_project / "out"
    before, sections = digests(out / SLUG), manifest_in(out / SLUG).sections
    writer = PartialWriter()
    settings = ("objective_list=3", "report_date=2026-01-02", "outputs=csv,md,docx,html,pdf")
    part = run(finished_project, out, *settings, writer=writer)
    assert part.exit_code == 0
    after = digests(part.folder)
    new = set(after) - set(before)
    assert new == {
        f"electricity-in-europe-selection.{suffix}"
        for suffix in ("csv", "md", "docx", "html", "pdf")
    }
    assert {name: after[name] for name in before} == before
    assert writer.begun == []
    assert set(manifest(part)["sections"]) == set(sections)
    assert {body["status"] for body in manifest(part)["sections"].values()} == {"written"}


@pytest.mark.slow
def test_first_selection_writes_what_is_selected(make_project: MakeProject, tmp_path: Path) -> None:
    """Without an earlier run a selection writes its sections and what is said about them."""
    writer = PartialWriter()
    end = run(make_project(before=FLAGS), tmp_path / "out", "sub_task_list=1.1.2", writer=writer)
    assert end.exit_code == 0
    assert set(writer.begun) == {
        *("1.1.2@EU", "1.1#introduction@EU", "1.1#summary@EU", "conclusion@EU")
    }
    statuses = {body["status"] for body in manifest(end)["sections"].values()}
    assert statuses == {"written", "missing"}


@pytest.mark.slow
def test_outdated_files_are_removed(finished_project: Path) -> None:
    """What the report no longer holds does not stay in the run folder as if it did."""
    assert (finished_project / "out" / SLUG / "objective_conclusion_results.csv").exists()
    second = run(finished_project, finished_project / "out", "conclude_report=false")
    assert second.exit_code == 0
    assert not [path for path in second.folder.rglob("*conclusion*")]
    assert (second.folder / "records" / "1.1.1@AT.json").exists()


def test_second_run_at_once_is_skipped(make_project: MakeProject, tmp_path: Path) -> None:
    """While one run holds the project another ends as Skipped, and says who holds it."""
    folder = RunFolder.of(tmp_path / "out", SLUG)
    folder.create()
    with lease(folder):
        end = run(make_project(), tmp_path / "out")
    assert (end.state, end.exit_code) == ("Skipped", 0)
    assert "process" in end.message
    assert not list(folder.path.glob("objective_*"))


def test_eu_generation_in_the_report_equals_the_table(finished_once: Path) -> None:
    """The Union's generation per year is the sum of its 27 members in the table."""
    from country_converter import CountryConverter

    members = set(CountryConverter().EU27as("name_short")["name_short"])
    sums: dict[str, float] = {}
    for row in rows(finished_once / "etm.csv"):
        if row["PROPERTY"] == "Electricity generation" and row["COUNTRY"] in members:
            sums[row["YEAR"]] = sums.get(row["YEAR"], 0.0) + float(row["VALUE"])
    path = finished_once / "out" / SLUG / "evidence" / "1.1.2@EU.json"
    evidence = json.loads(path.read_text(encoding="utf-8"))
    totals = {
        fact["period"]: fact["value"]
        for fact in evidence["facts"]
        if (fact["place"], fact["subject"], fact["metric"])
        == ("EU", "Total", "Electricity generation")
    }
    assert totals == pytest.approx(sums)
    assert len(totals) >= 10


@pytest.mark.slow
def test_conclusion_alone_concludes_an_earlier_run(
    make_project: MakeProject, tmp_path: Path, finished_once: Path
) -> None:
    """Only the conclusions are written; the report is the whole, with what was written before."""
    project = make_project()
    before = run(project, tmp_path / "out", "conclude_report=false")
    assert before.exit_code == 0
    writer = PartialWriter()
    end = run(project, tmp_path / "out", "run_main_report=false", writer=writer)
    assert (end.state, end.exit_code) == ("Completed", 0), end.message
    assert end.message == "23 sections: 3 written now, 20 unchanged"
    assert set(writer.begun) == {"conclusion@AT", "conclusion@FR", "conclusion@EU"}
    assert digests(end.folder) == digests(finished_once / "out" / SLUG)


@pytest.mark.slow
def test_conclusion_alone_tells_what_the_earlier_run_lacks(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """A section without a record leaves its placeholder, and the run is Incomplete."""
    project = make_project()
    first = run(project, tmp_path / "out", "sub_task_list=1.1.1", "conclude_report=false")
    assert first.exit_code == 0
    end = run(project, tmp_path / "out", "run_main_report=false")
    assert (end.state, end.exit_code) == ("Incomplete", 1)
    assert end.message.startswith("18 of 23 sections are not written: 1.1.2@EU, ")
    markdown = (end.folder / "electricity-in-europe.md").read_text(encoding="utf-8")
    assert "Section 1.1.2@EU is missing: it has not been written yet." in markdown
    assert (end.folder / "objective_1_results.csv").exists()
