"""Whether a flow run is of a project, by the name that it was started with."""

from __future__ import annotations

from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import Flow, FlowRun

from flows.flow_runs import is_of_project
from server.checkout import CHECKOUT
from server.names import REPORT_FLOW

EXAMPLE = "examples/europe-electricity"


class Flows:
    """What a client says of flows: all are of one name."""

    def __init__(self, name: str = REPORT_FLOW) -> None:
        self._name = name

    def read_flow(self, flow_id: UUID) -> Flow:
        """The flow of a run."""
        return Flow(id=flow_id, name=self._name)


def is_of(folder: Path, named: object, *, deployed: bool, flow: str = REPORT_FLOW) -> bool:
    """Whether a flow run that was started with a name is of the project in a folder."""
    run = FlowRun(
        flow_id=uuid4(),
        deployment_id=uuid4() if deployed else None,
        parameters={"project": named},
    )
    return is_of_project(cast(SyncPrefectClient, Flows(flow)), run, folder)


@pytest.mark.parametrize("deployed", [True, False])
def test_path_from_the_root_folder_on_is_believed(tmp_path: Path, *, deployed: bool) -> None:
    """It means the same to every process of a machine."""
    (tmp_path / "other").mkdir()
    assert is_of(tmp_path, str(tmp_path), deployed=deployed)
    assert not is_of(tmp_path, str(tmp_path / "other"), deployed=deployed)
    assert not is_of(tmp_path, str(tmp_path / "none"), deployed=deployed)
    assert not is_of(tmp_path, str(tmp_path), deployed=deployed, flow="another")
    assert not is_of(tmp_path, 3, deployed=deployed)


@pytest.mark.parametrize("deployed", [True, False])
def test_name_is_not_looked_for_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, deployed: bool
) -> None:
    """Else a folder that somebody has sent would be the project of a worker, by its name alone."""
    sent = tmp_path / EXAMPLE
    sent.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert not is_of(sent, EXAMPLE, deployed=deployed)
    assert not is_of(sent, ".", deployed=deployed)
    assert is_of(CHECKOUT / EXAMPLE, EXAMPLE, deployed=deployed) == deployed


def test_name_below_the_root_comes_before_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the worker, which takes the first of the two that is a folder."""
    monkeypatch.setenv("FACTBOOK_PROJECTS_ROOT", str(tmp_path))
    assert is_of(CHECKOUT / EXAMPLE, EXAMPLE, deployed=True)
    below = tmp_path / EXAMPLE
    below.mkdir(parents=True)
    assert is_of(below, EXAMPLE, deployed=True)
    assert not is_of(CHECKOUT / EXAMPLE, EXAMPLE, deployed=True)
    assert not is_of(below, EXAMPLE, deployed=False)
