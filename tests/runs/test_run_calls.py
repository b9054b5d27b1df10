"""The account of a report over its runs: what one owes, the next one writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from factbook.config.settings import Settings
from factbook.folder.run_folder import RunFolder
from factbook.llm.journal import JOURNAL, Ended, FileJournal, RunEnded, Sent
from factbook.llm.periods import ARCHIVE
from factbook.project.project import Project, open_project
from factbook.runs.progress import Progress
from factbook.runs.run_calls import RunCalls, redis_address
from tests.manifests import save_manifest

MakeProject = Callable[..., Path]


@pytest.fixture
def project(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The example, which asks a provider that is never reached."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    return open_project(make_project(), ("provider=openai",))


@contextmanager
def opened(project: Project, folder: RunFolder) -> Iterator[RunCalls]:
    """The calls of a run."""
    store = folder.path.parent / ".s"
    stop = threading.Event()
    calls = RunCalls.open(project, project.folder, folder, store, Progress(1), stop)
    try:
        yield calls
    finally:
        calls.close()


def call(folder: RunFolder, number: int) -> None:
    """A call that was paid for."""
    name = f"1.1.1@AT/draft/{number}"
    sent = {"section": "1.1.1@AT", "pass": "draft", "model": "gpt-5", "key": "k"}
    FileJournal(folder.path / JOURNAL).append(
        Sent.model_validate({"attempt": name, **sent}),
        Ended(attempt=name, outcome="answered", cost_usd=Decimal("0.1")),
    )


def test_end_that_a_killed_run_owes_is_written_by_the_next(
    project: Project, tmp_path: Path
) -> None:
    """The report that it had finished is charged to no other; its lines are archived."""
    folder = RunFolder.of(tmp_path, "report")
    with opened(project, folder) as calls:
        calls.begin("openai")
        call(folder, 1)
        told = calls.totals(0)
        assert (told.made, told.cost_usd) == (1, Decimal("0.1"))
        assert len(calls.rows(())) == 1
        save_manifest(folder.path, calls=told.model_dump(mode="json"))  # and it is killed
    for _ in range(2):
        with opened(project, folder) as calls:
            assert calls.rows(()) == []
            assert calls.totals(0).made == 0
        journal = FileJournal(folder.path / JOURNAL)
        sent, end = journal.read().events
        assert isinstance(sent, Sent)
        assert end == RunEnded(exit_code=0, time=end.time)
    assert len(FileJournal(folder.path / ARCHIVE).lines()) == 4


@pytest.mark.slow
def test_run_that_broke_off_before_its_manifest_owes_nothing(
    project: Project, tmp_path: Path
) -> None:
    """The manifest is of the run before: what was paid since counts for the next."""
    folder = RunFolder.of(tmp_path, "report")
    with opened(project, folder) as calls:
        calls.begin("openai")
        save_manifest(folder.path, calls=calls.totals(0).model_dump(mode="json"))
        calls.end(0)
    with opened(project, folder) as calls:
        calls.begin("openai")
        call(folder, 1)
    with opened(project, folder) as calls:
        assert len(calls.rows(())) == 1
        call(folder, 2)
        assert calls.totals(0).made == len(calls.rows(())) == 1
        assert calls.totals(0).attempts == 2


@pytest.mark.parametrize(
    ("address", "redis_url", "password", "used"),
    [
        ("redis://host/3", "redis://:word@host:6379/0", None, "redis://:word@host:6379/3"),
        ("redis://host/3", "redis://host?timeout=5", "a:b", "redis://:a%3Ab@host/3?timeout=5"),
        ("redis://host/3", "redis://me@host", "word", "redis://me:word@host/3"),
        ("redis://host", "redis://:word@host", "other", "redis://:word@host"),
        ("redis://own/1", None, "word", "redis://:word@own/1"),
        ("redis://own/1", "redis://:word@host", None, "redis://own/1"),
        (None, "redis://:word@host", None, None),
    ],
)
def test_server_of_redis_is_that_of_the_environment(
    address: str | None, redis_url: str | None, password: str | None, used: str | None
) -> None:
    """A project chooses the database alone; a program may name a server of its own."""
    values = {"redis_url": redis_url, "redis_password": password}
    assert redis_address(address, Settings.model_validate(values)) == used
