"""What a server that stays is shown of a whole run: its artifacts, and who holds the project."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factbook.cli.ask import AskingApprover
from factbook.lease.owner_file import OwnerFile
from factbook.runs import written_chapter as written
from factbook.runs.approval import Decision, Review
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.job import Draft, SectionJob
from flows.artifacts.artifact_keys import artifact_key
from flows.artifacts.ending import claim_rows
from flows.shell_engine import ShellEngine
from tests.runs.test_publishing import SETTINGS, SLUG, contradicted, published
from tests.writers import PartialWriter

MakeProject = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that readers look into, to which projects may publish."""
    folder = tmp_path / "public"
    folder.mkdir()
    monkeypatch.setenv("FACTBOOK_PUBLISH_TO", str(folder))
    return folder


def run(project: Path, *settings: str, **others: Any) -> Outcome:
    """Run a selection of a project on Prefect, as a shell does."""
    ref = RunRef(project=str(project), assignments=(*SETTINGS, *settings))
    with ShellEngine() as engine:
        return start_run(ref, engine, **others)


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


@pytest.mark.slow
def test_flagged_claim_is_told_whoever_decides_and_kept_on_the_server(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the review, in a table of its own, and counted in the summary."""
    monkeypatch.setattr(written, "reference_claims", contradicted)
    project = make_project()
    told: list[Review] = []

    def approve(review: Review, problem: str) -> Decision:
        told.append(review)
        return Decision("approve")

    run(project, "review=true", approver=AskingApprover(approve))
    [review] = told
    [claim] = review.flagged
    assert (claim.section_id, claim.verdict) == ("1.1.1@AT", "contradicted")
    shown = {key.rpartition("-")[2]: a.data for key, a in artifacts(project).items()}
    assert json.loads(shown["flagged"]) == claim_rows([claim])
    assert "- Checks: 1 contradicted, " in shown["summary"]


@pytest.mark.slow
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
        run(project, writer=Watching())
        [owner] = owners
        assert client.read_flow_run(UUID(owner)).name.startswith("project ")


@pytest.mark.slow
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
