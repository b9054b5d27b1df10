"""Rewrite requests: refused before anything is written, or noted in the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.edits.edit import EDITS
from factbook.edits.notes import NOTES
from factbook.edits.section_texts import text_path
from factbook.errors import ConfigError
from factbook.project.project import Project, open_project
from factbook.runs.begin import begun
from factbook.runs.inputs import RunInputs
from factbook.runs.ref import RunRef
from factbook.runs.rewrite import NO_REQUEST, RewriteRequest, check_request, follow_request
from factbook.runs.run_report import run_report
from factbook.runs.thread_engine import ThreadEngine
from factbook.writing.offline import OfflineWriter

SECTION = "1.2.1@AT"


@pytest.fixture
def by_model(finished: RunRef, monkeypatch: pytest.MonkeyPatch) -> RunRef:
    """A run by a model, which follows notes; nobody is asked."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    return finished.model_copy(update={"assignments": ("provider=openai",)})


@pytest.fixture
def inputs(by_model: RunRef) -> RunInputs:
    """What such a run reads, with an edit of one section."""
    project = opened(by_model)
    edit = text_path(project.folder / EDITS, SECTION)
    edit.parent.mkdir()
    edit.write_text("By hand.\n", encoding="utf-8")
    return RunInputs.of(by_model, opened(by_model))


def opened(ref: RunRef) -> Project:
    """The project of a run, with its findings."""
    return open_project(Path(ref.project), ref.assignments)


def codes(request: RewriteRequest, project: Project) -> list[str]:
    """What is wrong with a request."""
    with pytest.raises(ConfigError) as error:
        check_request(request, project)
    return [finding.code for finding in error.value.findings]


def test_request_is_whatever_is_asked() -> None:
    """Also a note of nothing, which is refused."""
    assert not NO_REQUEST
    for request in (
        RewriteRequest(rewrite=(SECTION,)),
        RewriteRequest(note=""),
        RewriteRequest(confirm=(SECTION,)),
    ):
        assert request


@pytest.mark.slow
def test_request_that_cannot_be_followed_is_refused(inputs: RunInputs, finished: RunRef) -> None:
    """By its code; a request that can be followed is not."""
    project = inputs.project
    check_request(NO_REQUEST, project)
    check_request(RewriteRequest((SECTION,), "shorter"), project)
    check_request(RewriteRequest(confirm=(SECTION,)), project)
    assert codes(RewriteRequest(note="shorter"), project) == ["config.note"]
    both = RewriteRequest(rewrite=(SECTION, "1.1.1@AT"), confirm=(SECTION,))
    assert codes(both, project) == ["config.rewrite-confirm"]
    assert codes(RewriteRequest(rewrite=("9.9.9@AT",)), project) == ["config.no-section"]
    assert codes(RewriteRequest(confirm=("1.1.1@AT",)), project) == ["config.no-edit"]
    offline = opened(finished)
    assert codes(RewriteRequest(rewrite=(SECTION,)), offline) == ["config.rewrite-offline"]


@pytest.mark.slow
def test_refused_request_notes_nothing(inputs: RunInputs) -> None:
    """Not even of the sections that are all right."""
    with pytest.raises(ConfigError):
        follow_request(RewriteRequest(("1.1.1@AT", "9.9.9@AT"), "shorter"), inputs)
    assert not (inputs.project.folder / NOTES).exists()


@pytest.mark.slow
def test_rewrite_is_noted_and_its_edit_set_aside(inputs: RunInputs) -> None:
    """Both are told, with the way back."""
    folder = inputs.project.folder
    told = follow_request(RewriteRequest((SECTION, "1.1.1@AT", SECTION), "shorter"), inputs)
    assert [sentence.partition(" will be rewritten")[0] for sentence in told[:2]] == [
        SECTION,
        "1.1.1@AT",
    ]
    assert len(told) == 3
    assert told[2].startswith(f"The edit of {SECTION} is set aside. To have it back: ")
    note = text_path(folder / NOTES, SECTION).read_text(encoding="utf-8")
    assert note.startswith("shorter\n")
    assert not text_path(folder / EDITS, SECTION).exists()


@pytest.mark.slow
def test_confirmed_edit_that_is_not_flagged_is_told(inputs: RunInputs) -> None:
    """There is nothing to settle."""
    told = follow_request(RewriteRequest(confirm=(SECTION,)), inputs)
    assert told == [f"Nothing to confirm: the last run did not flag the edit of {SECTION}"]
    assert text_path(inputs.project.folder / EDITS, SECTION).exists()


@pytest.mark.slow
def test_run_follows_a_request_before_it_writes(by_model: RunRef) -> None:
    """What was noted is told, and enters the keys of the same run: the section is new."""
    told: list[str] = []
    request = RewriteRequest((SECTION,), "shorter")
    with begun(by_model, OfflineWriter()) as run:
        run_report(run, ThreadEngine())
    with begun(by_model, OfflineWriter()) as run:
        outcome = run_report(run, ThreadEngine(), request=request, notify=told.append)
        assert run.inputs.project.notes.asked.keys() == {SECTION}
    assert outcome.state == "Completed", outcome.message
    assert len(told) == 1
    assert ": 1 written now" in outcome.message
