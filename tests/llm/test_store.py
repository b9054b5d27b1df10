"""The call store: whole records, bad ones set aside, one call among many processes."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import logging
import os
import stat
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import BaseFileLock

from factbook.errors import StoppedError
from factbook.llm.chat import ChatAnswer, ChatRequest, Message, Source, Usage
from factbook.llm.store import CallStore
from factbook.llm.stored_call import BadRecordError, load
from tests.hostile.mutations import (
    Canaries,
    Mutation,
    link_to_file,
    nested,
    nested_more,
    pipe,
    sparse,
)
from tests.hostile.mutations import put as put_there
from tests.llm import forking

ANSWER = ChatAnswer(
    text="Wind gave {F1}. Größer – ≥ 3 %.",
    model="gpt-5-2025-08-07",
    usage=Usage(input_tokens=900, output_tokens=120),
    sources=(Source(title="Statistics", url="https://example.org/a"),),
)

MORE_USAGE = {"input_tokens": 900, "output_tokens": 120, "cached_tokens": 300}

IN_ANOTHER_PROCESS = """
import asyncio, os, random, resource, signal, sys, time
from pathlib import Path
from factbook.errors import StoppedError
from factbook.llm.chat import ChatAnswer, ChatRequest, Message
from factbook.llm.store import CallStore
from tests.llm.forking import forked, kill_at_work

store = CallStore(Path(sys.argv[1]))
notes = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def request(name):
    return ChatRequest(model="m", messages=(Message(role="user", content=name),), max_tokens=9)

def put(name, text):
    asked = request(name)
    store.put(asked.key("p"), asked, ChatAnswer(text=text), provider="p")

def note(text):
    os.write(notes, (text + "\\n").encode())

def all_well(children):
    return all(os.waitpid(child, 0)[1] == 0 for child in children)
"""
"""What a process of its own needs to use a store; it forks others, as it has one thread."""


def in_another_process(
    code: str, store: CallStore, notes: Path
) -> subprocess.CompletedProcess[str]:
    """Run code with a store in a new process, to its end."""
    return forking.in_another_process(IN_ANOTHER_PROCESS + code, store.folder, notes)


def make_request(text: str = "Write.") -> ChatRequest:
    """A request that differs by its prompt."""
    messages = (Message(role="user", content=text),)
    return ChatRequest(model="gpt-5", messages=messages, max_tokens=500)


def kept(store: CallStore, text: str = "Write.") -> tuple[str, Path]:
    """Store an answer; its key and its file."""
    request = make_request(text)
    key = request.key("openai")
    store.put(key, request, ANSWER, provider="openai")
    return key, store.path(key)


def reseal(path: Path, body: dict[str, object]) -> None:
    """Write a record as another version would have: with a checksum that fits."""
    body.pop("checksum", None)
    content = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    checksum = hashlib.sha256(content.encode()).hexdigest()
    path.write_text(json.dumps({**body, "checksum": checksum}), encoding="utf-8")


def set_aside(store: CallStore) -> list[Path]:
    """What was set aside."""
    return sorted((store.folder / "set-aside").glob("*"))


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    """A store that is not there yet."""
    return CallStore(tmp_path / "out" / ".store")


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """What is logged as a warning."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger = logging.getLogger("factbook")
    listener = Listener(logging.WARNING)
    logger.addHandler(listener)
    yield said
    logger.removeHandler(listener)


def test_answer_comes_back_as_it_was(store: CallStore) -> None:
    """With its tokens and sources; another key has none."""
    key, _ = kept(store)
    assert store.get(key) == ANSWER
    assert store.get(make_request("Other.").key("openai")) is None
    assert CallStore(store.folder).get(key) == ANSWER


def test_record_holds_no_prompt_and_tells_what_it_is(store: CallStore) -> None:
    """Key, provider, model, time; what was asked can only be recognised."""
    key, path = kept(store, "A secret prompt.")
    assert path == store.folder / key[:2] / f"{key}.json"
    body = json.loads(path.read_bytes())
    assert (body["version"], body["key"], body["provider"]) == (1, key, "openai")
    assert (body["model"], body["max_tokens"], body["is_search"]) == ("gpt-5", 500, False)
    assert {"time", "checksum", "answer"} <= set(body)
    assert b"secret prompt" not in path.read_bytes()


def test_store_can_be_entered_by_its_owner_only(store: CallStore, tmp_path: Path) -> None:
    """But a folder that is there keeps its permissions: a team may share one."""
    kept(store)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o770)
    kept(CallStore(shared))
    assert stat.S_IMODE(shared.stat().st_mode) == 0o770


def test_nothing_is_made_before_it_is_needed(store: CallStore) -> None:
    """Asking a store that is not there leaves no trace."""
    assert store.get("0" * 64) is None
    assert not store.folder.exists()


def test_later_answer_replaces_an_earlier_one(store: CallStore) -> None:
    """The last one stands, whole, and nothing beside it."""
    key, path = kept(store)
    request = make_request()
    store.put(key, request, ChatAnswer(text="Other."), provider="openai")
    answer = store.get(key)
    assert answer is not None
    assert answer.text == "Other."
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_what_is_no_key_is_refused(store: CallStore, key: str) -> None:
    """No name leads outside the store."""
    with pytest.raises(ValueError, match="is not a key"):
        store.get(key)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"3", b"{}", b"\xff\xfe", b'{"version": 1}', b'{"version": "x"}'],
)
def test_damaged_record_is_set_aside_and_absent(
    store: CallStore, warnings: list[str], content: bytes
) -> None:
    """With one warning; it is kept for whoever wants to look, and the call is made again."""
    key, path = kept(store)
    path.write_bytes(content)
    assert store.get(key) is None
    assert not path.exists()
    assert [aside.read_bytes() for aside in set_aside(store)] == [content]
    assert len(warnings) == 1
    assert str(path) in warnings[0]
    assert str(set_aside(store)[0]) in warnings[0]
    assert store.get(key) is None
    assert len(warnings) == 1
    kept(store)
    assert store.get(key) == ANSWER


def test_record_cut_off_anywhere_is_set_aside(store: CallStore) -> None:
    """However much of it is there."""
    key, path = kept(store)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert store.get(key) is None
    assert len(set_aside(store)) == len(range(0, len(whole), 7))


def test_record_with_any_byte_changed_is_set_aside(store: CallStore) -> None:
    """The checksum is over all of it."""
    key, path = kept(store)
    whole = path.read_bytes()
    for position in range(0, len(whole), 11):
        changed = bytearray(whole)
        changed[position] ^= 1
        path.write_bytes(changed)
        assert store.get(key) is None, position
        assert not path.exists()


def test_record_of_another_key_is_set_aside(store: CallStore, warnings: list[str]) -> None:
    """A text never stands under a key that is not its own (promise 4)."""
    key, path = kept(store)
    _, other = kept(store, "Other.")
    path.write_bytes(other.read_bytes())
    assert store.get(key) is None
    assert "another call" in warnings[0]


def test_record_that_cannot_be_read_is_set_aside(store: CallStore, warnings: list[str]) -> None:
    """A folder in its place stands for what the owner of all files can read no more than others."""
    key, path = kept(store)
    path.unlink()
    path.mkdir()
    assert store.get(key) is None
    assert "cannot be read" in warnings[0]
    kept(store)
    assert store.get(key) == ANSWER


@pytest.mark.parametrize("mutation", [link_to_file, pipe, sparse, nested, nested_more])
def test_record_that_is_no_file_of_a_store_is_set_aside(
    store: CallStore, tmp_path: Path, mutation: Mutation
) -> None:
    """As any that is damaged; what a link leads to is neither read nor moved."""
    canaries = Canaries.make(tmp_path / "canaries")
    before = canaries.state()
    key, path = kept(store)
    put_there(mutation, path, canaries)
    assert store.get(key) is None
    [aside] = set_aside(store)
    assert aside.is_symlink() is (mutation is link_to_file)
    assert canaries.state() == before


def test_folder_of_a_store_that_is_a_link_is_not_used(store: CallStore, tmp_path: Path) -> None:
    """Nothing is moved out of it, and nothing written into it."""
    key, path = kept(store)
    elsewhere = tmp_path / "elsewhere"
    path.parent.rename(elsewhere)
    path.parent.symlink_to(elsewhere)
    (elsewhere / path.name).write_bytes(b"a file of the user's")
    for use in (lambda: store.get(key), lambda: kept(store)):
        with pytest.raises(StoppedError, match="it is a link, not a folder"):
            use()
    assert [one.name for one in elsewhere.iterdir()] == [path.name]
    assert (elsewhere / path.name).read_bytes() == b"a file of the user's"


def test_record_of_a_later_version_stays_until_it_is_replaced(
    store: CallStore, warnings: list[str]
) -> None:
    """It is absent, with a sentence; only a new answer takes its place."""
    key, path = kept(store)
    body = json.loads(path.read_bytes()) | {"version": 2}
    path.write_text(json.dumps(body))
    assert store.get(key) is None
    assert path.exists()
    assert set_aside(store) == []
    assert "later version" in warnings[0]
    kept(store)
    assert store.get(key) == ANSWER


def test_fields_that_a_record_has_got_since_are_passed_over(
    store: CallStore, warnings: list[str]
) -> None:
    """Of the record or of its answer: what is paid for is not paid again after a step back."""
    key, path = kept(store)
    body = json.loads(path.read_bytes())
    body |= {"region": "eu", "answer": {**body["answer"], "reasoning": "…", "usage": MORE_USAGE}}
    reseal(path, body)
    assert store.get(key) == ANSWER
    assert warnings == []


def test_fields_that_an_earlier_record_lacks_have_their_defaults(store: CallStore) -> None:
    """An answer from before searches were counted is an answer."""
    key, path = kept(store)
    body = json.loads(path.read_bytes())
    for name in ("sources", "searches", "model"):
        del body["answer"][name]
    reseal(path, body)
    assert store.get(key) == ChatAnswer(text=ANSWER.text, usage=ANSWER.usage)


def test_good_record_put_in_the_meantime_is_not_set_aside(
    store: CallStore, warnings: list[str]
) -> None:
    """Two processes find one damaged; the slower one moves the new one, and puts it back."""
    key, path = kept(store)
    assert store.set_aside(path, BadRecordError("it was damaged")) == ANSWER
    assert store.get(key) == ANSWER
    assert set_aside(store) == []
    assert warnings == []


def test_record_set_aside_by_another_process_is_absent(
    store: CallStore, warnings: list[str]
) -> None:
    """The slower one finds nothing, and says nothing."""
    _, path = kept(store)
    path.unlink()
    assert store.set_aside(path, BadRecordError("it was damaged")) is None
    assert warnings == []


def test_damaged_record_that_cannot_be_moved_stops_the_run(store: CallStore) -> None:
    """Nothing is paid for that could not be kept."""
    key, path = kept(store)
    path.write_bytes(b"{")
    (store.folder / "set-aside").write_text("a file where the folder should be")
    with pytest.raises(StoppedError, match=r"set-aside.*run the same command again"):
        store.get(key)


def test_store_in_the_place_of_a_file_stops_the_run(tmp_path: Path) -> None:
    """It is found before the first call, and by every method."""
    (tmp_path / "file").write_text("here already")
    store = CallStore(tmp_path / "file" / ".store")
    request = make_request()
    key = request.key("openai")

    async def hold() -> None:
        async with store.lock(key):
            pass

    with pytest.raises(StoppedError, match=r"file.*correct the folder's permissions"):
        store.create()
    with pytest.raises(StoppedError):
        store.get(key)
    with pytest.raises(StoppedError):
        store.put(key, request, ANSWER, provider="openai")
    with pytest.raises(StoppedError):
        asyncio.run(hold())


def test_created_store_is_empty(store: CallStore) -> None:
    """Trying whether it can be written to leaves nothing."""
    store.create()
    store.create()
    assert list(store.folder.iterdir()) == []


def test_full_disk_stops_the_run_and_leaves_nothing_half(store: CallStore, tmp_path: Path) -> None:
    """A real limit on the size of files: an error that says what to do, no file, no leftover."""
    code = """
put("before", "short")
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    put("large", "x" * 100_000)
except StoppedError as error:
    print(error)
put("after", "short")
"""
    done = in_another_process(code, store, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    assert "Free disk space" in done.stdout
    assert len([load(path) for path in store.record_paths()]) == 2
    assert list(store.folder.glob("*/.*")) == []


def test_killed_process_leaves_no_half_record(store: CallStore, tmp_path: Path) -> None:
    """SIGKILL at forty random moments: every record is whole, no acknowledged one is lost."""
    code = """
def work(n):
    for i in range(10_000):
        put(f"{n}/{i}", f"{n}/{i} " + "x" * random.choice((10, 50_000, 500_000)))
        note(request(f"{n}/{i}").key("p"))

random.seed(1)
for n in range(40):
    kill_at_work(lambda _: work(n), random.uniform(0, 0.03))
"""
    done = in_another_process(code, store, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    records = {load(path).key for path in store.record_paths()}
    acknowledged = (tmp_path / "notes").read_text().split()
    assert len(acknowledged) >= 40
    assert set(acknowledged) <= records
    assert len(records) <= len(acknowledged) + 40


def test_many_processes_put_same_and_different_keys(store: CallStore, tmp_path: Path) -> None:
    """16 processes, 100 answers each, half of them to the same 50 requests: all whole."""
    code = """
def work(n):
    for i in range(50):
        put(f"own {n}/{i}", f"{n}/{i}")
        put(f"shared {i}", f"shared {i} by {n}")
        assert store.get(request(f"shared {i}").key("p")).text.startswith(f"shared {i} by")

assert all_well(forked(16, work))
"""
    done = in_another_process(code, store, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    texts = Counter(load(path).answer.text.partition(" by")[0] for path in store.record_paths())
    assert len(texts) == 16 * 50 + 50
    assert set(texts.values()) == {1}
    assert list(store.folder.glob("*/.*")) == []


def test_key_that_many_processes_want_is_called_once(store: CallStore, tmp_path: Path) -> None:
    """Eight processes, four keys: the first makes the call, the others find its answer."""
    code = """
async def call(name):
    key = request(name).key("p")
    async with store.lock(key):
        if store.get(key) is None:
            note(name)
            await asyncio.sleep(0.05)
            put(name, "answer")

async def calls(n):
    await asyncio.gather(*(call(f"k{(n + i) % 4}") for i in range(4)))

assert all_well(forked(8, lambda n: asyncio.run(calls(n))))
"""
    done = in_another_process(code, store, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    assert sorted((tmp_path / "notes").read_text().split()) == ["k0", "k1", "k2", "k3"]
    assert list((store.folder / "locks").iterdir()) == []


def test_lock_is_held_by_one_task_at_a_time(store: CallStore) -> None:
    """Also when its file is removed at each release while many wait for it."""
    held: list[int] = []
    most: list[int] = []

    async def hold(n: int) -> None:
        async with store.lock("ab" * 32):
            held.append(n)
            most.append(len(held))
            await asyncio.sleep(0.001)
            held.remove(n)

    async def all_of_them() -> None:
        await asyncio.gather(*(hold(n) for n in range(12)))

    asyncio.run(all_of_them())
    assert most == [1] * 12


def test_waiting_for_a_lock_leaves_the_loop_free(store: CallStore) -> None:
    """Another key goes on meanwhile, and whoever waits can be cancelled."""

    async def scenario() -> str:
        async with store.lock("aa" * 32):
            waiting = asyncio.create_task(hold("aa" * 32))
            await hold("bb" * 32)
            assert not waiting.done()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        return await asyncio.wait_for(hold("aa" * 32), 10)

    async def hold(key: str) -> str:
        async with store.lock(key):
            return key

    assert asyncio.run(scenario()) == "aa" * 32


def test_lock_of_a_killed_process_is_free(store: CallStore, tmp_path: Path) -> None:
    """The operating system lets go; the next process makes the call."""
    code = """
async def hold():
    async with store.lock("ab" * 32):
        note("held")
        await asyncio.sleep(60)

kill_at_work(lambda _: asyncio.run(hold()), 0)
"""
    done = in_another_process(code, store, tmp_path / "notes")
    assert done.returncode == 0, done.stderr
    assert len(list((store.folder / "locks").iterdir())) == 1

    async def hold() -> bool:
        async with store.lock("ab" * 32):
            return True

    assert asyncio.run(asyncio.wait_for(hold(), 10))
    assert list((store.folder / "locks").iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_file_system_without_locks_holds_nothing_up(store: CallStore, number: int) -> None:
    """Two tasks ask for one key at once; nothing stays behind, and the answers are kept."""

    class NoLock(BaseFileLock):
        def _acquire(self) -> None:
            raise OSError(number, os.strerror(number))

        def _release(self) -> None:
            raise AssertionError("it was never held")

    without = CallStore(store.folder, lock=lambda path: NoLock(path, blocking=False))

    async def both() -> None:
        async with without.lock("ab" * 32), without.lock("ab" * 32):
            pass

    asyncio.run(both())
    assert list(store.folder.rglob("*.lock")) == []


def test_lock_that_fails_otherwise_stops_the_run(store: CallStore) -> None:
    """A broken disk is no file system without locks."""

    class Broken(BaseFileLock):
        def _acquire(self) -> None:
            raise OSError(errno.EIO, "Input/output error")

        def _release(self) -> None:
            raise AssertionError("it was never held")

    async def hold() -> None:
        async with CallStore(store.folder, lock=lambda path: Broken(path)).lock("ab" * 32):
            raise AssertionError("it is not held")

    with pytest.raises(StoppedError, match="Input/output error"):
        asyncio.run(hold())


def test_use_of_a_record_is_noted(store: CallStore) -> None:
    """Its file's time is that of the last use, by which pruning goes."""
    key, path = kept(store)
    os.utime(path, (1000, 1000))
    assert store.get(key) == ANSWER
    assert path.stat().st_mtime > 1000
