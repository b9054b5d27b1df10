"""The journal in Redis: a real server of the test's own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from factbook.errors import StoppedError
from factbook.llm.journal import FileJournal, RunEnded
from factbook.llm.journal_redis import SECONDS_KEPT, RedisJournal
from tests.llm.test_journal import make_events
from tests.servers.redis_server import redis_server


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Redis server that keeps nothing on disk, with a password."""
    with redis_server(tmp_path_factory.mktemp("redis"), "hush") as address:
        yield address


@pytest.fixture
def journal(address: str, request: pytest.FixtureRequest) -> Iterator[RedisJournal]:
    """A journal of a report of the test's own."""
    journal = RedisJournal(address, request.node.name)
    yield journal
    journal.close()


def test_events_come_back_as_they_were(journal: RedisJournal, address: str) -> None:
    """In their order, for every process that knows the report, and not for another report."""
    assert journal.read().events == ()
    events = make_events()
    journal.append()
    journal.append(*events[:3])
    journal.append(*events[3:])
    assert journal.read().events == events
    other = RedisJournal(address, "another report")
    assert other.read().events == ()
    other.close()


def test_journal_is_kept_for_ninety_days(
    journal: RedisJournal, address: str, request: pytest.FixtureRequest
) -> None:
    """Counted from its last event."""
    journal.append(*make_events())
    with Redis.from_url(address) as redis:
        left = redis.ttl(f"factbook:journal:{request.node.name}")
    assert SECONDS_KEPT - 60 <= left <= SECONDS_KEPT == 90 * 24 * 3600


def test_collecting_brings_each_event_into_the_file_once(
    journal: RedisJournal, tmp_path: Path
) -> None:
    """After what is there already, in order, however often it is done."""
    file = FileJournal(tmp_path / "journal.jsonl")
    before, *events = make_events()
    file.append(before)
    journal.append(*events[:2])
    journal.collect(file)
    journal.collect(file)
    assert list(file.read().events) == [before, *events[:2]]
    journal.append(*events[2:])
    journal.collect(file)
    assert list(file.read().events) == [before, *events]
    assert len(file.lines()) == 5


def test_event_that_is_there_twice_is_one(journal: RedisJournal, tmp_path: Path) -> None:
    """The client sends it again when the answer got lost."""
    [event] = make_events()[:1]
    journal.append(event)
    journal.append(event)
    file = FileJournal(tmp_path / "journal.jsonl")
    journal.collect(file)
    assert journal.read().events == file.read().events == (event,)
    assert len(file.lines()) == 1


def test_server_that_is_unavailable_stops_the_run_and_its_password_stays_secret() -> None:
    """The message names the server and the setting."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        journal = RedisJournal(f"redis://:hush@127.0.0.1:{port}/0", "report")
        with pytest.raises(StoppedError, match=rf"127\.0\.0\.1:{port}.*limits\.shared") as raised:
            journal.append(RunEnded(exit_code=0))
        assert "hush" not in str(raised.value)
        with pytest.raises(StoppedError, match="cannot be read"):
            journal.read()
        journal.close()


def test_server_that_takes_nothing_stops_the_run(address: str) -> None:
    """A wrong password is reported like an unavailable server."""
    journal = RedisJournal(address.replace("hush", "wrong"), "report")
    with pytest.raises(StoppedError, match="cannot be written: AuthenticationError"):
        journal.append(RunEnded(exit_code=0))
    journal.close()


def test_numbers_of_attempts_are_given_once(address: str, journal: RedisJournal) -> None:
    """By two processes of a report, above those that only its file knows; names count apart."""
    other = RedisJournal(address, "test_numbers_of_attempts_are_given_once")
    given = [one.next_number("1.1.1@AT/draft", 3) for one in (journal, other, journal)]
    assert given == [4, 5, 6]
    assert other.next_number("1.1.1@AT/draft", 0) == 7
    assert other.next_number("1.1.2@AT/draft", 0) == 1
    other.close()
