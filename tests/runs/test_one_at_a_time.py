"""Sections by a model compute one at a time, and wait for answers side by side."""

from __future__ import annotations

import threading
import time

from factbook.llm.chat import Answered, CallCount, ChatAnswer, ChatRequest, Message, Pass
from factbook.runs.author import Author
from factbook.runs.run import Run
from factbook.runs.run_calls import _Releasing
from factbook.runs.section_writer import SectionWriter
from factbook.runs.semaphore import FairSemaphore
from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline import OfflineWriter

TOGETHER = 3
PATIENCE_SECONDS = 120.0
COMPUTING_SECONDS = 0.05


class Asking(OfflineWriter):
    """Writes offline, and asks a model first, which answers when all sections have asked."""

    def __init__(self, computing: FairSemaphore) -> None:
        super().__init__(add_summary=False)
        self.most_computing = 0
        self._computing = 0
        self._calls = _Releasing(self, computing)
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
        answered = self._calls.call(job.section_id, "draft", request)
        self.compute()
        calls = CallCount(waited_seconds=answered.waited_seconds)
        return super().write(job).model_copy(update={"calls": calls})

    def compute(self) -> None:
        """Take a while, and count who else does."""
        with self._lock:
            self._computing += 1
            self.most_computing = max(self.most_computing, self._computing)
        time.sleep(COMPUTING_SECONDS)
        with self._lock:
            self._computing -= 1


def test_sections_compute_one_at_a_time_and_wait_together(held: Run) -> None:
    """Each lets the others compute while it waits; to queue for that is no work."""
    inputs, control = held.inputs, held.control
    computing = FairSemaphore(1, control.stop)
    writer = Asking(computing)
    sections = SectionWriter(inputs, control, Author(inputs, writer), computing)
    sections.prepare()
    ids = [name for name, spec in inputs.specs.items() if not spec.upstream][:TOGETHER]
    assert len(ids) == TOGETHER
    threads = [threading.Thread(target=sections.write, args=(name,)) for name in ids]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    elapsed_seconds = time.monotonic() - started
    records = [inputs.folder.read_record(name) for name in ids]
    assert [record.status if record else None for record in records] == ["written"] * TOGETHER
    assert writer.most_computing == 1
    queued = sum(record.calls.waited_seconds - 0.25 for record in records if record)
    # After the answers, which come together, the last one queues behind all others.
    assert (TOGETHER - 1) * COMPUTING_SECONDS < queued < TOGETHER * elapsed_seconds
