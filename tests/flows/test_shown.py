"""What a server that stays is shown of a run's end."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import ReportCalls
from factbook.llm.ledger import Totals
from factbook.runs.outcome import Outcome
from factbook.runs.publish import Published
from flows.artifacts.artifact_keys import artifact_key
from flows.artifacts.ending import CHANGES_SHOWN, cost_rows, summary
from tests.manifests import made_manifest

DONE = Outcome("Completed", "2 sections written")
PLACE = "/srv/reports/a-report"


def manifest(title: str = "Wind", **times: float) -> Manifest:
    """As much of a ``run.json`` as the summary tells."""
    sections = {
        f"1.1.{n}@AT": {"chapter": "1", "title": title, "place": "Austria", "status": status}
        for n, status in ((1, "written"), (2, "degraded"), (3, "written"))
    }
    sections |= {
        f"2.1.{n}@AT": {
            "chapter": "2",
            "title": title,
            "place": "Austria",
            "status": status,
            "is_selected": False,
        }
        for n, status in ((1, "missing"), (2, "written"))
    }
    conclusion = {"chapter": "conclusion", "title": title, "place": "Austria"}
    sections["conclusion@AT"] = {**conclusion, "status": "written"}
    totals = {"made": 3, "cached": 1, "cost_usd": 0.25}
    worked = {"sequential_seconds": 40.0, "section_seconds": {"1.1.1@AT": 40.0}}
    return made_manifest(
        project="A *bold* report",
        headings={"1": "The mix", "2": "Prices", "conclusion": "What follows"},
        sections=sections,
        checks={"supported": 7},
        calls={"made": 9, "cached": 1, "cost_usd": 1.5, "this_run": totals},
        times={"elapsed_seconds": 2.0, **worked, **times},
        files=["a report.html", "run.json"],
    )


def shown(
    title: str = "Wind",
    changed: tuple[str, ...] | None = (),
    published: tuple[Published, ...] = (),
    seconds: float | None = None,
) -> str:
    """The summary as Markdown."""
    outcome = replace(DONE, changed=changed, published=published, unchanged_seconds=seconds)
    return "\n".join(summary(manifest(title), Path("/srv/out/a"), outcome))


def test_summary_counts_sections_calls_and_cost() -> None:
    """By chapter and what became of them, as on the terminal; of this run and in all."""
    text = shown()
    assert "**Completed**: 2 sections written" in text
    assert "| chapter | sections | written | unchanged | degraded | not selected |" in text
    assert "| 1 The mix | 3 | 1 | 1 | 1 | 0 |" in text
    assert "| 2 Prices | 2 | 0 | 0 | 0 | 2 |" in text
    assert "| What follows | 1 | 0 | 1 | 0 | 0 |" in text
    assert "- Checks: 7 supported\n" in text
    assert "3 made, 1 from the call store" in text
    assert "0.25 USD in this run, 1.50 USD in all" in text
    assert "2.0 s instead of 40.0 s" in text


def test_summary_claims_no_time_saved_by_a_run_that_took_longer() -> None:
    """One that has a few sections, or has waited for approval, takes longer than they do."""
    told = manifest(elapsed_seconds=50.0)
    text = "\n".join(summary(told, Path("/srv/out/a"), DONE))
    assert "- Time: 50.0 s\n" in text


def test_summary_begins_with_links_to_the_report() -> None:
    """What most come for; the other files follow at its end."""
    names = ("a-report.html", "a-report.md", "calls.csv")
    files = tuple(Published(n, PLACE, f"https://example.org/{n}", is_new=True) for n in names)
    links = ", ".join(f"[{n}](<https://example.org/{n}>)" for n in names[:2])
    text = shown(published=files)
    assert f"\n\nRead it: {links}\n\n| chapter |" in text
    assert "Read it" not in shown()


def test_summary_of_a_run_that_wrote_nothing_tells_no_work_of_another() -> None:
    """The manifest is that of the run before: its cost in all counts, what it did then does not."""
    text = shown(seconds=0.5)
    assert "| 1 The mix | 3 | 2 | 1 | 0 |" in text  # unchanged, degraded, not selected
    assert "0 made, 0 from the call store" in text
    assert "0.00 USD in this run, 1.50 USD in all" in text
    assert "- Time: 0.5 s\n" in text


def test_summary_names_where_files_are_published() -> None:
    """Host and path of a folder, the address of another place; how many were copied now."""
    files = (Published("a", PLACE, "", is_new=True), Published("run.json", PLACE, "", is_new=False))
    where = f"Published on {socket.gethostname()} in `{PLACE}`: 2 files, 1 of them copied now"
    assert where in shown(published=files)
    remote = (Published("a", "s3://bucket/a-report", "", is_new=True),)
    assert "Published in `s3://bucket/a-report`: 1 file, 1 of them" in shown(published=remote)
    assert "Published" not in shown()


def test_summary_names_what_changed() -> None:
    """Some by title and place, the rest counted; a first run has nothing to be compared with."""
    many = tuple(f"9.9.{n}@AT" for n in range(CHANGES_SHOWN + 2))
    assert "- 1.1.1@AT Wind, Austria" in shown(changed=("1.1.1@AT",))
    assert "- 9.9.0@AT removed" in shown(changed=many)
    assert "- and 2 more" in shown(changed=many)
    assert "No text has changed" in shown(changed=())
    assert "There is no earlier finished run" in shown(changed=None)


def test_text_of_a_project_is_no_markup() -> None:
    """Titles and names come out as they are, whatever they hold."""
    page_of_readers = Published("a report.html", PLACE, "https://example.org/a%20b", is_new=True)
    hostile = "<script>x</script> [a](javascript:x) | *b*"
    page = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(shown(hostile, changed=("1.1.1@AT",), published=(page_of_readers,)))
    )
    assert "<script>" not in page
    assert 'href="javascript' not in page
    assert "A *bold* report" in page
    assert '<a href="https://example.org/a%20b">a report.html</a>' in page
    assert "<li>run.json</li>" in page


def test_cost_has_a_row_a_model() -> None:
    """A run without calls has none."""
    calls = ReportCalls(
        by_model={"gpt-5": Totals(made=2, cost_usd=Decimal("0.5")), "gpt-5-mini": Totals(made=1)}
    )
    rows = cost_rows(calls)
    assert [(row["model"], row["made"]) for row in rows] == [("gpt-5", 2), ("gpt-5-mini", 1)]
    assert rows[0]["cost_usd"] == 0.5
    assert cost_rows(ReportCalls()) == []


def key(*what: str, folder: str = "/srv/projects/a") -> str:
    """A key of the project's artifacts."""
    return artifact_key(Path(folder), "a-report", *what)


def test_key_of_an_artifact_is_one_that_a_server_takes() -> None:
    """Lower-case letters, digits and dashes alone, and it can be read."""
    for what in (("summary",), ("chapter", "1.10"), ("chapter", "Öl & Gas"), ("chapter", "石油")):
        assert re.fullmatch(r"a-report(-[a-z0-9]+)+", key(*what)), what
    assert re.fullmatch(r"a-report-[0-9a-f]{6}-summary", key("summary"))
    assert re.fullmatch(r"a-report-[0-9a-f]{6}-chapter-1", key("chapter", "1"))
    assert key("summary") == key("summary")


def test_chapters_of_different_ids_have_different_keys() -> None:
    """Whatever a key cannot hold of an id."""
    ids = ("1.1", "1-1", "1.1.", "1", "1.", "A", "a", "Ä", "石油", "原油", "&", "+")
    assert len({key("chapter", one) for one in ids}) == len(ids)


def test_projects_of_one_name_have_histories_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told apart by their place below the folder of projects, wherever a machine has that."""
    for root in ("here", "there"):
        for name in ("europe", "europe-draft"):
            (tmp_path / root / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "here" / "europe")
    keys = {}
    for root in ("here", "there"):
        monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path / root))
        for name in ("europe", "europe-draft"):
            keys[root, name] = key("summary", folder=str(tmp_path / root / name))
    assert keys["here", "europe"] == keys["there", "europe"]
    assert keys["here", "europe"] != keys["here", "europe-draft"]
    monkeypatch.delenv("FACTBOOK_PROJECTS_ROOT")
    one, other = (key("summary", folder=str(tmp_path / n / "europe")) for n in ("here", "there"))
    assert one != other
    assert key("summary", folder=str(tmp_path / "link")) == one


@pytest.mark.usefixtures("server")
def test_name_of_a_run_says_project_and_planned_time_whenever_it_goes_on(tmp_path: Path) -> None:
    """A run that waits for approval is started again days later, and is called the same."""
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow
    from prefect.states import Scheduled

    from flows.check import check_project

    planned = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
    parameters = {"project": str(tmp_path / "europe")}
    with get_client(sync_client=True) as client:
        flow_run = client.create_flow_run(
            check_project, parameters=parameters, state=Scheduled(scheduled_time=planned)
        )
        run_flow(check_project, flow_run=flow_run, parameters=parameters, return_type="state")
        assert client.read_flow_run(flow_run.id).name == "europe 2026-01-05 06:00:00 UTC"
