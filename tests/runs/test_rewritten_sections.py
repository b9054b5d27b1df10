"""Sections that an editor asks a run to write anew."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from factbook.runs.rewrite import RewriteRequest
from tests.adopt.returned import SECTION, run, section
from tests.conftest import CSV_AND_MARKDOWN
from tests.runs.test_model_runs import KEY, ONE_UNKNOWN_MODEL, QUICK
from tests.servers import fixtures
from tests.servers.fixtures import Serve
from tests.writers import PartialWriter

MakeProject = Callable[..., Path]
model_server = fixtures.model_server


@pytest.mark.slow
def test_rewrite_asks_the_model_for_that_section_with_the_note(
    make_project: MakeProject,
    monkeypatch: pytest.MonkeyPatch,
    model_server: Serve,
) -> None:
    """And for those that follow on from it; an edit is set aside; the note stays."""
    server = model_server({"key": KEY})
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    project = make_project(before=CSV_AND_MARKDOWN, after=QUICK)
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
    told: list[str] = []
    second = run(project, *model, request=request, notify=told.append)
    assert told[-1].startswith("The edit of 1.1.1@AT is set aside. To have it back: mv ")
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


@pytest.mark.slow
def test_command_line_refuses_what_it_cannot_rewrite(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown section with the nearest, a note of nothing, a note on a dry run: exit 2."""
    from factbook.cli.app import app

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


def test_request_of_a_run_that_is_skipped_is_not_noted(
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
