"""The last step of a run: which report its readers get."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from factbook.checking.claims import Claim, reference_claims
from factbook.cli.ask import AskingApprover
from factbook.evidence.facts import Fact
from factbook.report.blocks import Document
from factbook.report.export import exporter
from factbook.runs import finish
from factbook.runs import written_chapter as written
from factbook.runs.approval import Decision, Review
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.writers import PartialWriter

MakeProject = Callable[..., Path]
SLUG = "electricity-in-europe"
SETTINGS = ("sub_task_list=1.1.1", "conclude_report=false", "outputs=md,html")
APPROVED = Decision("approve")


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that readers look into, to which projects may publish."""
    folder = tmp_path / "public"
    folder.mkdir()
    monkeypatch.setenv("FACTBOOK_PUBLISH_TO", str(folder))
    return folder


def run(
    project: Path, *settings: str, missing: str = "", decision: Decision | None = None
) -> Outcome:
    """Run a selection of a project; a section can lack its model, a person can decide."""
    writer = PartialWriter(unavailable=frozenset({missing})) if missing else None
    ref = RunRef(project=str(project), assignments=(*SETTINGS, *settings))
    approver = AskingApprover((lambda review, problem: decision) if decision else None)
    return start_run(ref, writer=writer, approver=approver)


def published(public: Path) -> list[str]:
    """Names of the files that readers find."""
    return sorted(p.name for p in public.glob("*/*") if not p.name.startswith("."))


@pytest.mark.slow
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


def contradicted(section_id: str, source_text: str, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    """The claims of a text; the first of 1.1.1@AT is contradicted, not that of its headline."""
    claims = reference_claims(section_id, source_text, facts)
    if section_id == "1.1.1@AT" and source_text.endswith("."):
        yield replace(next(claims), verdict="contradicted")
    yield from claims


def _without_html(suffix: str) -> Callable[[Document], bytes]:
    if suffix == "html":
        raise ValueError("no HTML on purpose")
    return exporter(suffix)


@pytest.mark.slow
def test_approved_report_with_a_format_that_failed_is_not_published(
    make_project: MakeProject, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is nothing that the person has seen."""
    project = make_project(after=f'[publish]\nto = "{public}"')
    monkeypatch.setattr(finish, "exporter", _without_html)
    end = run(project, "review=true", decision=APPROVED)
    assert "not exported: html" in end.message
    assert published(public) == []


@pytest.mark.slow
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


@pytest.mark.slow
def test_unchanged_report_with_a_new_place_is_copied(
    make_project: MakeProject, public: Path
) -> None:
    """The message counts the files, and says nothing of them the next time."""
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
    again = run(project, *settings, "publish.url=https://example.org/r")
    assert again.message == "Nothing has changed since the last run"
    link = f"https://example.org/r/{SLUG}/{SLUG}-selection.html"
    assert again.links[f"{SLUG}-selection.html"] == link


@pytest.mark.slow
def test_flagged_claim_is_told_whoever_decides(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the review, and in the outcome of the run."""
    monkeypatch.setattr(written, "reference_claims", contradicted)
    told: list[Review] = []

    def approve(review: Review, problem: str) -> Decision:
        told.append(review)
        return APPROVED

    ref = RunRef(project=str(make_project()), assignments=(*SETTINGS, "review=true"))
    end = start_run(ref, approver=AskingApprover(approve))
    [review] = told
    [claim] = review.flagged
    assert (claim.section_id, claim.verdict) == ("1.1.1@AT", "contradicted")
    assert list(end.flagged) == [claim]
