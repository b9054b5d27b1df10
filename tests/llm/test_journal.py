"""The journal: lines that outlive a kill, from many threads and processes."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from factbook.errors import StoppedError
from factbook.llm.journal import Began, Cached, Ended, Event, FileJournal, RunEnded, Sent
from tests.hostile.mutations import (
    Canaries,
    Mutation,
    dangling_link,
    link_to_file,
    pipe,
    unix_socket,
)
from tests.llm import forking

DRAFT = "draft"

IN_ANOTHER_PROCESS = """
import os, random, resource, signal, sys, time
from pathlib import Path
from factbook.errors import StoppedError
from factbook.llm.journal import Cached, FileJournal
from tests.llm.forking import forked, kill_at_work

journal = FileJournal(Path(sys.argv[1]))
notes = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def append(name, size):
    journal.append(Cached(section=name, pass_="draft", model="x" * size, key="k"))
    os.write(notes, (name + "\\n").encode())
"""
"""What a process of its own needs to write to a journal; it forks others, having one thread."""


def in_another_process(
    code: str, journal: FileJournal, notes: Path
) -> subprocess.CompletedProcess[str]:
    """Run code with a journal in a new process, to its end."""
    return forking.in_another_process(IN_ANOTHER_PROCESS + code, journal.path, notes)


def make_events() -> tuple[Event, ...]:
    """One event of each kind."""
    return (
        Began(run="r1", provider="openai"),
        Sent(
            attempt="1.1.2@AT/draft/1",
            section="1.1.2@AT",
            pass_=DRAFT,
            model="gpt-5",
            key="ab" * 32,
            bound_usd=Decimal("0.012345"),
        ),
        Ended(
            attempt="1.1.2@AT/draft/1",
            outcome="answered",
            input_tokens=900,
            output_tokens=120,
            cost_usd=Decimal("0.002325"),
            seconds=2.5,
        ),
        Cached(section="1.1.2@FR", pass_=DRAFT, model="gpt-5", key="cd" * 32),
        RunEnded(exit_code=1),
    )


def sections(journal: FileJournal) -> list[str]:
    """Sections of the `Cached` events, in order."""
    return [event.section for event in journal.read().events if isinstance(event, Cached)]


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    """A journal whose file is not there yet."""
    return FileJournal(tmp_path / "journal.jsonl")


def test_events_come_back_as_they_were(journal: FileJournal) -> None:
    """One by one or together, in their order; no journal has none."""
    assert journal.read().events == ()
    events = make_events()
    journal.append(*events[:2])
    for event in events[2:]:
        journal.append(event)
    content = FileJournal(journal.path).read()
    assert content.events == events
    assert content.unreadable == 0


def test_line_is_json_with_the_names_of_the_design(journal: FileJournal) -> None:
    """Money is decimal text; a pass is called so; the time is in UTC."""
    journal.append(*make_events())
    lines = [json.loads(line) for line in journal.path.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["run", "sent", "ended", "cached", "end"]
    assert lines[1]["pass"] == DRAFT
    assert lines[1]["bound_usd"] == "0.012345"
    assert lines[2]["cost_usd"] == "0.002325"
    assert lines[1]["time"].endswith("Z")


def test_appending_nothing_makes_no_file(journal: FileJournal) -> None:
    """A run without events leaves no trace."""
    journal.append()
    assert not journal.path.exists()


@pytest.mark.parametrize("torn", [b"{", b'{"event":"sent","att', b"\xff", b"null", b"[1]", b"{}"])
def test_torn_line_is_counted_and_does_no_harm(journal: FileJournal, torn: bytes) -> None:
    """What a killed process has left ends where the next line begins."""
    events = make_events()
    journal.append(*events[:2])
    with journal.path.open("ab") as file:
        file.write(torn)
    journal.append(events[2])
    content = journal.read()
    assert content.events == events[:3]
    assert content.unreadable == 1
    assert journal.path.read_bytes().endswith(b"\n")


def test_journal_cut_off_anywhere_keeps_the_lines_before(journal: FileJournal) -> None:
    """At every length, and it can be written on."""
    events = make_events()
    journal.append(*events)
    whole = journal.path.read_bytes()
    for length in range(0, len(whole), 3):
        journal.path.write_bytes(whole[:length])
        complete = whole[: length + 1].count(b"\n")  # the line feed itself may be what is missing
        journal.append(events[-1])
        content = journal.read()
        assert content.events[:complete] == events[:complete]
        assert content.events[-1] == events[-1]
        assert content.unreadable <= 1


def test_field_of_a_later_version_is_passed_over(journal: FileJournal) -> None:
    """Spending stays readable; a kind of event that is not known is counted."""
    line = json.loads(make_events()[2].model_dump_json())
    journal.path.write_text(
        json.dumps(line | {"mood": "good"}) + "\n" + json.dumps({"event": "paused"}) + "\n"
    )
    content = journal.read()
    assert content.events == (make_events()[2].model_copy(update={"time": content.events[0].time}),)
    assert content.unreadable == 1


def test_line_that_was_sent_twice_is_one_event(journal: FileJournal) -> None:
    """A server whose answer got lost has it twice; the time tells it from another one like it."""
    journal.append(*make_events())
    journal.path.write_bytes(journal.path.read_bytes() * 2)
    assert len(journal.read().events) == 5
    assert journal.read().unreadable == 0


def test_many_threads_append_to_one_file(journal: FileJournal) -> None:
    """Each line is whole, none is lost, those of one thread stay in their order."""

    def work(n: int) -> None:
        for i in range(25):
            journal.append(Cached(section=f"{n}/{i}", pass_=DRAFT, model="m", key="k"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    found = sections(journal)
    for n in range(8):
        own = [name for name in found if name.startswith(f"{n}/")]
        assert own == [f"{n}/{i}" for i in range(25)]
    assert len(found) == 200
    assert journal.read().unreadable == 0


def test_many_processes_append_to_one_file(journal: FileJournal, tmp_path: Path) -> None:
    """Lines of any length, also much longer than a page."""
    code = """
def work(n):
    for i in range(30):
        append(f"{n}/{i}", random.choice((1, 5_000, 200_000)))

assert all(os.waitpid(child, 0)[1] == 0 for child in forked(16, work))
"""
    done = in_another_process(code, journal, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    assert Counter(sections(journal)) == {f"{n}/{i}": 1 for n in range(16) for i in range(30)}
    assert journal.read().unreadable == 0


def test_killed_processes_lose_no_acknowledged_line(journal: FileJournal, tmp_path: Path) -> None:
    """SIGKILL at forty random moments while another process goes on writing."""
    code = """
def work(n):
    for i in range(10_000):
        append(f"{n}/{i}", random.choice((1, 5_000, 30_000)))

random.seed(1)
[steady] = forked(1, lambda _: work("steady"))
for n in range(40):
    kill_at_work(lambda _: work(n), random.uniform(0, 0.03))
os.kill(steady, signal.SIGKILL)
os.waitpid(steady, 0)
"""
    done = in_another_process(code, journal, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    acknowledged = (tmp_path / "notes").read_text().split()
    content = journal.read()
    assert len(acknowledged) >= 40
    assert set(acknowledged) <= set(sections(journal))
    assert content.unreadable <= 41
    assert len(content.events) <= len(acknowledged) + 41


def test_full_disk_stops_the_run_and_the_journal_goes_on_later(
    journal: FileJournal, tmp_path: Path
) -> None:
    """A real limit on the size of files: half a line at most, and the next one is whole."""
    code = """
append("before", 10)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
for _ in range(2):
    try:
        append("lost", 1000)
    except StoppedError as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
append("after", 10)
"""
    done = in_another_process(code, journal, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Free disk space") == 2
    assert sections(journal) == ["before", "after"]
    assert journal.read().unreadable == 1


def test_journal_that_cannot_be_written_or_read_stops_the_run(tmp_path: Path) -> None:
    """It says which file, and what to do."""
    journal = FileJournal(tmp_path / "gone" / "journal.jsonl")
    with pytest.raises(StoppedError, match=r"journal\.jsonl cannot be written.*same command again"):
        journal.append(RunEnded(exit_code=0))
    folder = FileJournal(tmp_path)
    with pytest.raises(StoppedError, match="cannot be read"):
        folder.read()


def test_no_file_stays_open(journal: FileJournal) -> None:
    """Thousands of attempts must not run out of files."""
    journal.append(make_events()[0])
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count of open files
    for _ in range(20):
        journal.append(make_events()[0])
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.parametrize("mutation", [link_to_file, dangling_link, pipe, unix_socket])
def test_what_is_no_file_is_neither_appended_to_nor_read(
    tmp_path: Path, mutation: Mutation
) -> None:
    """A link may lead to a file that a shell reads; a pipe never ends."""
    canaries = Canaries.make(tmp_path / "canaries")
    before = canaries.state()
    journal = FileJournal(tmp_path / "journal.jsonl")
    mutation(journal.path, canaries)
    with pytest.raises(StoppedError, match=r"journal\.jsonl cannot be written: it is a"):
        journal.append(Began(run="r1", provider="openai"))
    with pytest.raises(StoppedError, match=r"journal\.jsonl cannot be read: it is a"):
        journal.read()
    assert canaries.state() == before


def test_file_with_another_name_is_not_appended_to(tmp_path: Path) -> None:
    """The other name may be that of any file."""
    other = tmp_path / "profile"
    other.write_text("alias ls=ls\n")
    journal = FileJournal(tmp_path / "journal.jsonl")
    journal.path.hardlink_to(other)
    with pytest.raises(StoppedError, match="the file has another name as well"):
        journal.append(Began(run="r1", provider="openai"))
    assert other.read_text() == "alias ls=ls\n"


@pytest.mark.parametrize("size_bytes", [64_000_001, 450_000_000, 60_000_000_000])
def test_journal_that_is_too_large_is_not_read(tmp_path: Path, size_bytes: int) -> None:
    """Events take many times their bytes in memory; the message says what to do."""
    journal = FileJournal(tmp_path / "journal.jsonl")
    journal.append(*make_events())
    os.truncate(journal.path, size_bytes)
    with pytest.raises(StoppedError, match="at most 64 MB are read.*another folder"):
        journal.read()


def test_largest_journal_is_read(tmp_path: Path) -> None:
    """The bound is of what is refused."""
    journal = FileJournal(tmp_path / "journal.jsonl")
    events = make_events()
    journal.append(*events)
    os.truncate(journal.path, 64_000_000)
    assert journal.read().events == events
