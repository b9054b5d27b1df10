"""The last step of a run: which report its readers get, and what a server shows of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factbook.checking.claims import Claim, reference_claims
from factbook.cli.ask import asked_by
from factbook.evidence.facts import Fact
from factbook.lease.owner_file import OwnerFile
from factbook.report.blocks import Document
from factbook.report.export import exporter
from factbook.runs import written_chapter as written
from factbook.runs.approval import Decision, Review
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.job import Draft, SectionJob
from flows.artifacts.ending import claim_rows
from flows.artifacts.keys import artifact_key
from tasks import export
from tests.flows.conftest import PartialWriter

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
SETTINGS = ("sub_task_list=1.1.1", "conclude_report=false", "outputs=md,html")
APPROVED = Decision("approve")

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """The folder that readers look into."""
    folder = tmp_path / "public"
    folder.mkdir()
    return folder


def run(
    project: Path, *settings: str, missing: str = "", decision: Decision | None = None
) -> Outcome:
    """Run a selection of a project; a section can lack its model, a person can decide."""
    writer = PartialWriter(unavailable=frozenset({missing})) if missing else None
    ref = RunRef(project=str(project), assignments=(*SETTINGS, *settings))
    with asked_by((lambda review, problem: decision) if decision else None):
        return start_run(ref, writer=writer)


def published(public: Path) -> list[str]:
    """Names of the files that readers find."""
    return sorted(path.name for path in public.glob("*/*"))


def artifacts(project: Path) -> dict[str, Any]:
    """Key → what the newest artifact of it says, of those of a project."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import ArtifactSort

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(sort=ArtifactSort.UPDATED_DESC)
    newest: dict[str, Any] = {}
    for artifact in found:
        newest.setdefault(str(artifact.key), artifact)
    own = artifact_key(project, SLUG, "")
    return {key: artifact for key, artifact in newest.items() if key.startswith(own)}


def test_incomplete_report_is_published_when_a_person_approves_it(
    make_project: MakeProject, public: Path
) -> None:
    """Who approves has seen what is missing; without that it replaces no good one, and says so."""
    project = make_project(after=f'[publish]\nto = "{public}"')
    end = run(project, missing="1.1.1@AT")
    assert end.state == "Incomplete"
    assert end.message.endswith("; not published, as it is incomplete")
    assert published(public) == []
    end = run(project, "review=true", missing="1.1.1@AT", decision=APPROVED)
    assert end.state == "Incomplete"
    assert end.message.endswith(f" files copied to {public / SLUG}")
    assert {f"{SLUG}-selection.html", "run.json"} < set(published(public))


def _contradicted(section_id: str, source_text: str, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    """The claims of a text; the first of 1.1.1@AT is contradicted."""
    claims = reference_claims(section_id, source_text, facts)
    if section_id == "1.1.1@AT":
        yield next(claims).model_copy(update={"verdict": "contradicted"})
    yield from claims


@pytest.mark.usefixtures("kept")
def test_flagged_claim_is_told_whoever_decides_and_kept_on_the_server(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the review, in a table of its own, and counted in the summary."""
    monkeypatch.setattr(written, "reference_claims", _contradicted)
    project = make_project()
    told: list[Review] = []

    def approve(review: Review, problem: str) -> Decision:
        told.append(review)
        return APPROVED

    with asked_by(approve):
        start_run(RunRef(project=str(project), assignments=(*SETTINGS, "review=true")))
    [review] = told
    [claim] = review.flagged
    assert (claim.section_id, claim.verdict) == ("1.1.1@AT", "contradicted")
    shown = {key.rpartition("-")[2]: a.data for key, a in artifacts(project).items()}
    assert json.loads(shown["flagged"]) == claim_rows([claim])
    assert "- Checks: 1 contradicted, " in shown["summary"]


def _without_html(suffix: str) -> Callable[[Document], bytes]:
    if suffix == "html":
        raise ValueError("no HTML on purpose")
    return exporter(suffix)


def test_approved_report_with_a_format_that_failed_is_not_published(
    make_project: MakeProject, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is nothing that the person has seen."""
    project = make_project(after=f'[publish]\nto = "{public}"')
    monkeypatch.setattr(export, "exporter", _without_html)
    end = run(project, "review=true", decision=APPROVED)
    assert "not exported: html" in end.message
    assert published(public) == []


def test_rejected_report_is_not_published_by_a_run_that_finds_it_unchanged(
    make_project: MakeProject, public: Path
) -> None:
    """It is not asked about again, and is not a report that was approved either."""
    project = make_project(after=f'[publish]\nto = "{public}"')
    settings = ("review=true", "only_if_changed=true")
    assert run(project, *settings, decision=Decision("reject")).state == "Rejected"
    end = run(project, *settings)
    assert (end.state, end.message) == ("Cached", "Nothing has changed since the last run")
    assert published(public) == []


@pytest.mark.usefixtures("kept")
def test_lease_names_the_flow_run_of_a_server_that_stays(make_project: MakeProject) -> None:
    """So that the run after it can end what it has left open on the server, should it die."""
    from prefect.client.orchestration import get_client

    class Watching(PartialWriter):
        def write(self, job: SectionJob) -> Draft:
            owner = OwnerFile(project / "out" / SLUG).read_if_there()
            owners.add(owner.flow_run if owner is not None else "")
            return super().write(job)

    owners: set[str] = set()
    project = make_project()
    with get_client(sync_client=True) as client:
        start_run(RunRef(project=str(project), assignments=SETTINGS), writer=Watching())
        [owner] = owners
        assert client.read_flow_run(UUID(owner)).name.startswith("project ")


@pytest.mark.usefixtures("kept")
def test_unchanged_report_with_a_new_place_is_copied_and_shown(
    make_project: MakeProject, public: Path
) -> None:
    """The message counts the files; the artifacts name the place, or link to it."""
    project = make_project()
    assert run(project).state == "Completed"
    settings = ("only_if_changed=true", f"publish.to={public}")
    end = run(project, *settings)
    count = len(published(public))
    assert count > 3
    assert end.state == "Cached"
    assert end.message == (
        f"Nothing has changed since the last run; {count} files copied to {public / SLUG}"
    )
    [summary] = [a.data for key, a in artifacts(project).items() if key.endswith("-summary")]
    assert f"**Cached**: {end.message.partition(';')[0]}" in summary
    where = f"Published on {socket.gethostname()} in `{public / SLUG}`"
    assert f"{where}: {count} files, {count} of them copied now" in summary
    assert "| chapter | sections | unchanged | not selected |" in summary
    assert "- Model calls: 0 made, 0 from the call store" in summary
    assert "No text has changed" in summary
    again = run(project, *settings, "publish.url=https://example.org/r")
    assert again.message == "Nothing has changed since the last run"
    shown = artifacts(project)
    [summary] = [a.data for key, a in shown.items() if key.endswith("-summary")]
    assert f"{where}: {count} files, 0 of them copied now" in summary
    link = f"https://example.org/r/{SLUG}/{SLUG}-selection.html"
    assert f"(<{link}>)" in summary
    [html] = [a.data for key, a in shown.items() if key.endswith("-selection-html")]
    assert link in html
