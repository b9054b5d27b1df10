"""Beginning a run: what is held, marked and let go."""

from __future__ import annotations

import json

import pytest

from factbook.errors import CancelledError, ProjectBusyError, StoppedError
from factbook.folder.claim import CLAIM
from factbook.folder.run_folder import RunFolder
from factbook.folder.unfinished import unfinished_since
from factbook.lease.lease import Lease
from factbook.lease.owner_file import OwnerFile
from factbook.runs.begin import begin_run, begun
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.worker_run import WorkerRun, watch, work_ref

SLUG = "electricity-in-europe"


@pytest.mark.slow
def test_run_marks_and_claims_the_folder_before_it_changes_it(new: RunRef) -> None:
    """The claim when it holds the lease, the mark with the first evidence."""
    with begun(new) as run:
        folder = run.inputs.folder.path
        assert (folder / CLAIM).is_file()
        assert unfinished_since(folder) is None
        run.prepare()
        assert unfinished_since(folder)


@pytest.mark.slow
def test_project_is_held_until_the_run_is_closed(new: RunRef) -> None:
    """No second run begins meanwhile, and the flow run of the first is named."""
    with begun(new, flow_run="a-flow-run") as run:
        owner = OwnerFile(run.inputs.folder.path).read_if_there()
        assert owner is not None
        assert owner.flow_run == "a-flow-run"
        with pytest.raises(ProjectBusyError):
            begin_run(new)
    Lease.take(run.inputs.folder).release()


@pytest.mark.slow
def test_run_that_cannot_begin_lets_the_project_go(
    new: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails once the lease is taken; the next run has it."""

    def full(*_: object) -> None:
        raise StoppedError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("factbook.runs.begin.claim", full)
        with pytest.raises(StoppedError, match="full"):
            begin_run(new)
    with begun(new) as run:
        assert run.control.lease is not None


@pytest.mark.slow
def test_new_run_withdraws_what_a_killed_one_has_handed_out(held: Run) -> None:
    """Its workers must not go on under the lease of another run."""
    ref = work_ref(held)
    worker = WorkerRun(ref)
    assert held.control.lease is not None
    held.control.lease.release()  # as the system does it for a process that is killed
    with begun(held.inputs.ref):
        assert watch(ref).is_over()
        assert worker.is_over()
    worker.close()
    with pytest.raises(CancelledError):
        worker.sections.write(next(iter(held.inputs.specs)))


@pytest.mark.slow
def test_run_that_goes_on_after_a_person_was_asked_takes_all_as_it_stands(
    finished: RunRef,
) -> None:
    """It knows the part before; one that begins anew knows nothing of it."""
    path = RunFolder.of(finished.out_folder, SLUG).manifest_path
    body = json.loads(path.read_text(encoding="utf-8"))
    body["outcome"] |= {"state": "AwaitingApproval", "exit_code": 3, "review": "d" * 64}
    path.write_text(json.dumps(body), encoding="utf-8")
    with begun(finished, is_decided=True) as run:
        assert run.inputs.takes_standing
        assert run.part.review == "d" * 64
    with begun(finished) as run:
        assert not run.inputs.takes_standing
        assert run.part.review == ""
