"""States that somebody has set on the server: what they say to be stored is not loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect import State, flow
from prefect.client.orchestration import get_client
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultRecordMetadata, ResultStore
from prefect.runtime import flow_run
from prefect.serializers import JSONSerializer, PickleSerializer, Serializer
from prefect.states import Completed

from factbook.runs.ref import RunRef
from flows.engine import _of_chapter
from tasks.chapter import chapter_task

pytestmark = pytest.mark.usefixtures("server")


class Payload:
    """Makes a file when it is loaded, as its pickle says."""

    def __init__(self, canary: Path) -> None:
        self._canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        """What loading calls."""
        return Path.touch, (self._canary,)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that is made by code of somebody else."""
    return tmp_path / "canary"


def stored(folder: Path, canary: Path, serializer: Serializer[Any]) -> ResultRecordMetadata:
    """What says where a payload is stored."""
    store = ResultStore(
        result_storage=LocalFileSystem(basepath=str(folder)), serializer=PickleSerializer()
    )
    store.write(Payload(canary), key="payload")
    return ResultRecordMetadata(storage_key=str(folder / "payload"), serializer=serializer)


def forge(data: object) -> None:
    """Set the flow run of the caller to *Completed*, as whoever may use the server can."""
    state = {"type": "COMPLETED", "data": data}
    with get_client(sync_client=True) as client:
        path = f"/flow_runs/{flow_run.id}/set_state"
        answer = client.request("POST", path, json={"state": state, "force": True})
    assert answer.json()["status"] == "ACCEPT"


def of_chapter(data: object, *, at_work: bool = False) -> State[Any]:
    """State of the task of a chapter whose state somebody sets as it begins, or while it works."""

    def name() -> str:
        if not at_work:
            forge(data)
        return "chapter"

    @flow(name="chapter", flow_run_name=name, persist_result=False)
    def chapter(run: RunRef, chapter_id: str, name: str) -> State[Any]:
        assert at_work, "the state was not taken over"
        forge(data)
        return Completed()

    write_chapter: Callable[..., Any] = chapter_task(chapter)
    states: list[State[Any]] = []

    @flow(persist_result=False)
    def report() -> None:
        states.append(write_chapter(RunRef(project="project"), "1", "1", [], return_state=True))

    report()
    return states[0]


@pytest.mark.parametrize("serializer", [PickleSerializer(), JSONSerializer()])
@pytest.mark.parametrize("at_work", [False, True], ids=["begins", "works"])
def test_nothing_is_loaded(
    tmp_path: Path, canary: Path, at_work: bool, serializer: Serializer[Any]
) -> None:
    """Neither a pickle, which is code, nor what names functions to decode it with."""
    metadata = stored(tmp_path, canary, serializer)
    state = of_chapter(metadata.model_dump(mode="json"), at_work=at_work)
    assert not canary.exists()
    ended = _of_chapter("1", state)
    assert ended.result is None
    assert "somebody has set the state" in str(ended.error)


def test_payload_is_one(tmp_path: Path, canary: Path) -> None:
    """Prefect itself runs its code: the test above would see it."""
    state: State[Any] = Completed(data=stored(tmp_path, canary, PickleSerializer()))
    state.result()
    assert canary.exists()


def test_what_no_chapter_returns_is_none() -> None:
    """What a state says in plain words is not taken for a chapter either."""
    ended = _of_chapter("1", of_chapter({"sections": ["1.1.1@AT"]}))
    assert ended.result is None
    assert "somebody has set the state" in str(ended.error)
