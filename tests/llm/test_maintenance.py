"""Looking after a store: what it holds, whether it is sound, what may go."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from factbook.files.locks import file_lock
from factbook.llm.chat import ChatAnswer, ChatRequest, Message
from factbook.llm.maintenance import prune, stats, verify
from factbook.llm.store import CallStore

DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    """A store that is not there yet."""
    return CallStore(tmp_path / ".store")


def put(store: CallStore, text: str, model: str = "gpt-5") -> Path:
    """Store an answer; its file."""
    messages = (Message(role="user", content=text),)
    request = ChatRequest(model=model, messages=messages, max_tokens=10)
    key = request.key("openai")
    store.put(key, request, ChatAnswer(text=text), provider="openai")
    return store.path(key)


def aged(path: Path, days: float) -> Path:
    """A file, last used some days ago."""
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def left_behind(store: CallStore, days: float) -> list[Path]:
    """A temporary file and a lock of a process that died some days ago."""
    record = put(store, "beside")
    paths = [
        record.with_name(f".{record.stem}.1.ab.tmp"),
        store.folder / "locks" / f"{'ab' * 32}.lock",
    ]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
        aged(path, days)
    return paths


def newer(path: Path) -> Path:
    """A record as a later version would write it."""
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"version": 9}))
    return path


def test_store_that_is_not_there_holds_nothing(store: CallStore) -> None:
    """And looking at it does not make it."""
    assert stats(store).records.number == 0
    assert stats(store).oldest is None
    assert verify(store).sound == 0
    assert prune(store, older_than_days=0, set_aside=True, dry_run=False).records.number == 0
    assert not store.folder.exists()


def test_stats_count_by_model(store: CallStore) -> None:
    """Records, bytes, and when the first and the last was stored."""
    paths = [put(store, "a"), put(store, "b"), put(store, "c", model="gpt-5-mini")]
    found = stats(store)
    assert found.records.number == 3
    assert found.records.size_bytes == sum(path.stat().st_size for path in paths)
    assert {name: size.number for name, size in found.by_model.items()} == {
        "gpt-5": 2,
        "gpt-5-mini": 1,
    }
    times = [json.loads(path.read_bytes())["time"] for path in paths]
    assert found.oldest is not None
    assert found.newest is not None
    body = found.model_dump(mode="json")
    assert (body["oldest"], body["newest"]) == (min(times), max(times))


def test_stats_tell_what_is_no_record(store: CallStore) -> None:
    """Damaged ones, newer ones, those set aside, leftovers; and change nothing."""
    put(store, "good")
    put(store, "bad").write_bytes(b"{")
    newer(put(store, "newer"))
    left_behind(store, days=0)
    before = sorted(store.folder.rglob("*"))
    found = stats(store)
    assert (found.records.number, found.unsound.number, found.leftovers.number) == (2, 2, 2)
    assert sorted(store.folder.rglob("*")) == before
    verify(store)
    assert stats(store).set_aside.number == 1
    assert stats(store).unsound.number == 1


def test_verify_sets_bad_records_aside(store: CallStore) -> None:
    """And tells of newer ones, which stay."""
    good, bad = put(store, "good"), put(store, "bad")
    bad.write_bytes(bad.read_bytes().replace(b'"bad"', b'"mad"'))
    later = newer(put(store, "newer"))
    found = verify(store)
    assert found.sound == 1
    assert [str(bad) in said for said in found.bad] == [True]
    assert [str(later) in said for said in found.newer] == [True]
    assert good.exists()
    assert later.exists()
    assert not bad.exists()
    assert len(list((store.folder / "set-aside").iterdir())) == 1
    assert verify(store).bad == ()


def test_prune_removes_records_by_their_last_use(store: CallStore) -> None:
    """One that a run has used since stays; without a number of days all stay."""
    old, used, new = aged(put(store, "old"), 40), aged(put(store, "used"), 40), put(store, "new")
    assert store.get(used.stem) is not None
    assert prune(store, older_than_days=None, set_aside=False, dry_run=False).records.number == 0
    size_bytes = old.stat().st_size
    found = prune(store, older_than_days=30, set_aside=False, dry_run=False)
    assert (found.records.number, found.records.size_bytes) == (1, size_bytes)
    assert [path.exists() for path in (old, used, new)] == [False, True, True]


def test_prune_removes_what_was_set_aside_only_when_asked(store: CallStore) -> None:
    """A damaged record is never deleted silently."""
    put(store, "bad").write_bytes(b"{")
    verify(store)
    assert prune(store, older_than_days=0, set_aside=False, dry_run=False).set_aside.number == 0
    assert stats(store).set_aside.number == 1
    assert prune(store, older_than_days=None, set_aside=True, dry_run=False).set_aside.number == 1
    assert stats(store).set_aside.number == 0


def test_prune_removes_leftovers_of_more_than_a_day(store: CallStore) -> None:
    """Those of today may belong to a run at work."""
    today = left_behind(store, days=0.9)
    assert prune(store, older_than_days=None, set_aside=False, dry_run=False).leftovers.number == 0
    assert all(path.exists() for path in today)
    before = left_behind(store, days=1.1)
    assert prune(store, older_than_days=None, set_aside=False, dry_run=False).leftovers.number == 2
    assert not any(path.exists() for path in before)


def test_prune_leaves_a_lock_that_is_held(store: CallStore) -> None:
    """However old its file is."""
    temporary, lock = left_behind(store, days=2)
    with file_lock(lock):
        aged(lock, 2)
        prune(store, older_than_days=None, set_aside=False, dry_run=False)
        assert lock.exists()
    assert not temporary.exists()


def test_dry_run_removes_nothing_and_says_the_same(store: CallStore) -> None:
    """What it counts is what would go."""
    left_behind(store, days=2)
    put(store, "bad").write_bytes(b"{")
    verify(store)
    aged(put(store, "old"), 40)
    before = sorted(store.folder.rglob("*"))
    planned = prune(store, older_than_days=30, set_aside=True, dry_run=True)
    assert sorted(store.folder.rglob("*")) == before
    assert prune(store, older_than_days=30, set_aside=True, dry_run=False) == planned
    assert [planned.records.number, planned.set_aside.number, planned.leftovers.number] == [1, 1, 2]
