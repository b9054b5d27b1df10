"""Sections by a model compute in turn, and wait for answers side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from factbook.runs.gate import Gate
from factbook.runs.session import Session
from factbook.runs.sessions import close_session, hold_session

from factbook.llm.chat import Answered, CallCount, ChatAnswer, ChatRequest, Message, Pass
from factbook.runs.calls import _InTurn
from factbook.runs.ref import RunRef
from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline import OfflineWriter

MakeProject = Callable[..., Path]
TOGETHER = 3
PATIENCE_SECONDS = 120.0
COMPUTING_SECONDS = 0.05


class Asking(OfflineWriter):
    """Writes offline, and asks a model first, which answers when all sections have asked."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(add_summary=False)
        self.turn = Gate(1, stop)
        self.computing = 0
        self.most_computing = 0
        self._all_have_asked = threading.Barrier(TOGETHER)
        self._lock = threading.Lock()

    def call(self, section_id: str, pass_: Pass, request: ChatRequest) -> Answered:
        """The model's answer."""
        self._all_have_asked.wait(PATIENCE_SECONDS)
        answer = ChatAnswer(text="?")
        return Answered(answer=answer, seconds=0.0, waited_seconds=0.25)

    def write(self, job: SectionJob) -> Draft:
        """Compute, ask, compute again."""
        self.compute()
        messages = (Message(role="user", content="?"),)
        request = ChatRequest(model="m", messages=messages, max_tokens=1)
        answered = _InTurn(self, self.turn).call(job.section_id, "draft", request)
        self.compute()
        calls = CallCount(waited_seconds=answered.waited_seconds)
        return super().write(job).model_copy(update={"calls": calls})

    def compute(self) -> None:
        """Take a while, and count who else does."""
        with self._lock:
            self.computing += 1
            self.most_computing = max(self.most_computing, self.computing)
        time.sleep(COMPUTING_SECONDS)
        with self._lock:
            self.computing -= 1


@pytest.fixture
def session(make_project: MakeProject, tmp_path: Path) -> Iterator[tuple[Session, Asking]]:
    """A session whose sections ask, and who asks."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    stop = threading.Event()
    writer = Asking(stop)
    held = hold_session(ref, writer)
    held.calls = SimpleNamespace(turn=writer.turn, close=lambda: None)  # type: ignore[assignment]
    try:
        held.prepare()
        yield held, writer
    finally:
        close_session(ref)


def test_sections_compute_in_turn_and_wait_together(session: tuple[Session, Asking]) -> None:
    """Each lets the others compute while it waits; a queue for the turn is no work."""
    held, writer = session
    ids = [name for name, spec in held.specs.items() if not spec.upstream][:TOGETHER]
    assert len(ids) == TOGETHER
    threads = [threading.Thread(target=held.write, args=(name, ())) for name in ids]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    elapsed_seconds = time.monotonic() - started
    records = [held.folder.read_record(name) for name in ids]
    assert [record.status if record else None for record in records] == ["written"] * TOGETHER
    assert writer.most_computing == 1
    queued = sum(record.calls.waited_seconds - 0.25 for record in records if record)
    # After the answers, which come together, the last one lines up behind all others.
    assert (TOGETHER - 1) * COMPUTING_SECONDS < queued < TOGETHER * elapsed_seconds
