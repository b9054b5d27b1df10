"""Calls, failures, crashes, damage and new starts in any order: what holds whatever comes."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from factbook.errors import (
    CutOffError,
    FactbookError,
    RateLimitedError,
    RefusedError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.chat import Answered, ChatAnswer, ChatRequest, Usage
from factbook.llm.journal import Event, FileJournal, RunEnded, to_line
from factbook.llm.ledger import report_events, spent_usd
from factbook.llm.store import CallStore
from tests.llm.dependencies import Bench, a_request, bench

BUDGET_USD = 0.04
INPUT_USD, OUTPUT_USD = Decimal("0.000001"), Decimal("0.00001")
ANSWERS = ("good", "good", "good", "away", "charged", "rate limited", "cut off", "refused")
DAMAGES = ("flip", "cut", "empty", "swap")
TOPICS = range(8)


def asked(topic: int) -> ChatRequest:
    """What is asked of a topic."""
    return a_request(f"Write topic {topic}.")


def topic_of(request: ChatRequest) -> int:
    """The topic of a request, also when it was given more room."""
    return int(request.messages[-1].content.split()[-1].rstrip("."))


@dataclass
class Disk:
    """Takes what a process writes until the process dies; then it takes nothing.

    Attributes:
        writes_left: Number of writes before the process dies; None for a long life.
        does_last_count: Whether the write at which it dies still reaches the disk.
        is_dead: Whether it has died.
    """

    writes_left: int | None = None
    does_last_count: bool = False
    is_dead: bool = False

    def may_write(self) -> bool:
        """Whether a write reaches the disk; kills the process when its time has come.

        Raises:
            StoppedError: The process is dead.
        """
        if self.is_dead:
            raise StoppedError("dead")
        if self.writes_left is None:
            return True
        self.is_dead = self.writes_left == 0
        self.writes_left -= 1
        return self.does_last_count or not self.is_dead

    def look(self) -> None:
        """End what the process does, if it has died.

        Raises:
            StoppedError: It is dead.
        """
        if self.is_dead:
            raise StoppedError("dead")


@dataclass
class Provider:
    """Answers as it is told, charges for it, and remembers what it must not be asked again.

    Attributes:
        disk: Of the process that asks: one that is dead asks nothing.
        script: How the next attempts end; then they end well.
        charged_usd: What it has charged since the report began.
        saved: Topics whose answer is in the store.
        repeated: Those that it was asked for all the same.
        attempts: Ids of all attempts.
    """

    disk: Disk = field(default_factory=Disk)
    script: list[str] = field(default_factory=list)
    charged_usd: Decimal = Decimal(0)
    saved: set[int] = field(default_factory=set)
    repeated: list[int] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    provider: str = "openai"

    async def attempt(
        self, request: ChatRequest, *, call_id: str, timeout_seconds: float
    ) -> ChatAnswer:
        """Answer as the script says."""
        self.disk.look()
        self.attempts.append(call_id)
        if topic_of(request) in self.saved:
            self.repeated.append(topic_of(request))
        ending = self.script.pop() if self.script else "good"
        if ending == "away":
            raise TransientCallError("away", "500", was_charged=False)
        if ending == "rate limited":
            raise RateLimitedError("slower", "429", was_charged=False)
        self.charged_usd += 100 * INPUT_USD + request.max_tokens * OUTPUT_USD
        if ending == "charged":
            raise TransientCallError("cut off in the middle", "connection", was_charged=True)
        if ending == "refused":
            raise RefusedError("no")
        if ending == "cut off":
            raise CutOffError(
                "too long", "cut_off", input_tokens=100, output_tokens=request.max_tokens
            )
        usage = Usage(input_tokens=100, output_tokens=request.max_tokens)
        return ChatAnswer(text=f"On topic {topic_of(request)}, by {call_id}", usage=usage)

    async def close(self) -> None:
        """Nothing is open."""


class MortalStore(CallStore):
    """A store on a disk that takes nothing of a dead process."""

    def __init__(self, folder: Path, provider: Provider) -> None:
        super().__init__(folder)
        self._provider = provider

    def put(self, key: str, request: ChatRequest, answer: ChatAnswer, *, provider: str) -> None:
        """Keep an answer, if the process lives that long."""
        if self._provider.disk.may_write():
            super().put(key, request, answer, provider=provider)
            self._provider.saved.add(topic_of(request))
        self._provider.disk.look()


class MortalJournal(FileJournal):
    """A journal on a disk that takes half a line, or a whole one, of a dying process."""

    def __init__(self, path: Path, disk: Disk) -> None:
        super().__init__(path)
        self._disk = disk

    def append(self, *events: Event) -> None:
        """Add events, if the process lives that long."""
        if self._disk.may_write():
            super().append(*events)
        else:
            with self.path.open("ab") as file:
                file.write(to_line(events[0])[:40])
        self._disk.look()


class AnyOrder(RuleBasedStateMachine):
    """A report that many processes work on, one after another, with one budget."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.provider = Provider()
        self.journal = FileJournal(self.folder / "j.jsonl")
        self.start()

    def start(self) -> None:
        """A new process opens what the last one has left."""
        self.provider.disk = Disk()
        self.opened = ExitStack()
        self.one: Bench = self.opened.enter_context(
            bench(
                self.folder,
                self.provider,
                store=MortalStore(self.folder / "store", self.provider),
                journal=MortalJournal(self.journal.path, self.provider.disk),
                spent_usd=float(self.journal_usd),
                budget_usd=BUDGET_USD,
                deadline_seconds=0.4,  # less than the first wait between two attempts
            )
        )

    def teardown(self) -> None:
        """Let go of all files."""
        self.opened.close()
        self.temporary.cleanup()

    @property
    def journal_usd(self) -> Decimal:
        """What the journal says the report has cost."""
        return spent_usd(report_events(self.journal.read().events))

    @rule(
        topics=st.lists(st.sampled_from(TOPICS), min_size=1, max_size=5),
        script=st.lists(st.sampled_from(ANSWERS), max_size=5),
        writes=st.none() | st.integers(0, 8),
        does_last_count=st.booleans(),
    )
    def call(
        self, topics: list[int], script: list[str], writes: int | None, does_last_count: bool
    ) -> None:
        """Sections ask side by side, some for the same; the process may die at any write."""
        disk = self.provider.disk
        disk.writes_left, disk.does_last_count = writes, does_last_count
        self.provider.script = script
        saved = set(self.provider.saved)
        outcomes = self.one.outcomes([asked(topic) for topic in topics])
        for topic, outcome in zip(topics, outcomes, strict=True):
            if isinstance(outcome, Answered):
                assert outcome.answer.text.startswith(f"On topic {topic},")
            else:
                assert isinstance(outcome, FactbookError)
                assert topic not in saved or disk.is_dead
        disk.writes_left = None
        if disk.is_dead:
            self.crash()

    @rule()
    def crash(self) -> None:
        """The process ends without a word; the next one opens the same files."""
        self.provider.disk.is_dead = True
        self.opened.close()
        self.start()

    @rule(place=st.integers(0, 7), kind=st.sampled_from(DAMAGES), at=st.floats(0, 0.999))
    def damage(self, place: int, kind: str, at: float) -> None:
        """Something happens to a record: it is no answer any more."""
        paths = list(self.one.store.record_paths())
        if not paths or (kind == "swap" and len(paths) < 2):
            return
        path, other = paths[place % len(paths)], paths[(place + 1) % len(paths)]
        content = path.read_bytes()
        if not content:  # it was cut before
            return
        spot = int(len(content) * at)
        damaged = {path}
        if kind == "flip":
            path.write_bytes(content[:spot] + bytes([content[spot] ^ 1]) + content[spot + 1 :])
        elif kind == "cut":
            path.write_bytes(content[:spot])
        elif kind == "empty":
            path.write_bytes(b"")
        else:
            path.write_bytes(other.read_bytes())
            other.write_bytes(content)
            damaged.add(other)
        lost = {path.stem for path in damaged}
        self.provider.saved -= {t for t in TOPICS if asked(t).key("openai") in lost}

    @rule()
    def finish(self) -> None:
        """A run ends with exit 0: what comes after it is another report with its own budget."""
        self.journal.append(RunEnded(exit_code=0))
        self.provider.charged_usd = Decimal(0)
        self.crash()

    @invariant()
    def nothing_saved_is_asked_for_again(self) -> None:
        """Paid answers are paid once, and no two attempts bear one id."""
        assert self.provider.repeated == []
        assert len(set(self.provider.attempts)) == len(self.provider.attempts)

    @invariant()
    def cap_is_kept(self) -> None:
        """The journal tells at least what was charged, and it never passes the cap."""
        assert self.provider.charged_usd <= self.journal_usd <= Decimal(str(BUDGET_USD))


@pytest.mark.slow
def test_promises_hold_in_any_order() -> None:
    """Store, journal, budget and limiter over crashes, damage and new starts."""
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
