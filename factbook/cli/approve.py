"""``factbook approve``: a decision about a report that waits for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from factbook.cli.ask import given
from factbook.cli.boundary import BAD_INPUT, exit_code_of
from factbook.cli.console import PlainConsole, say
from factbook.cli.engines import EngineMaker
from factbook.cli.run import run_report
from factbook.config.redaction import without_secrets
from factbook.errors import StoppedError
from factbook.folder.border import require_own
from factbook.folder.manifest import Manifest
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import waiting_owner
from factbook.lease.owner import Owner
from factbook.project.project import Project
from factbook.runs.approval import Decision
from factbook.runs.opening import project_of
from factbook.runs.ref import RunRef

NOT_OF_TEXT = {"dask_address", "keep_runs", "limits", "prices", "publish", "run", "runner"}
"""Keys of the configuration that a decision may change: no text depends on them."""

LIMITS_OF_TEXT = ("evidence_facts", "max_facts", "max_repairs")
"""Keys of ``[limits]`` that texts do depend on."""


DecideOnServer = Callable[[Path, RunFolder, Owner, Decision | None, Console], int]
"""Gives a flow run that waits on a server the decision, or asks for one; returns the exit code."""


def approve_report(
    ref: RunRef,
    decision: Decision | None,
    engine_maker: EngineMaker,
    decide_on_server: DecideOnServer | None,
) -> int:
    """Decide about a report that waits for approval, and return the exit code.

    Args:
        ref: The run that waits.
        decision: What is decided; None to ask for it.
        engine_maker: Gives the engine that carries the run on.
        decide_on_server: Decides about a run that waits on a server.
    """
    errors = PlainConsole(stderr=True)

    def work() -> int:
        opened = project_of(ref)
        folder = RunFolder.of(ref.out_folder, opened.slug)
        require_own(folder.path, Path(ref.project), is_own_out=ref.out is None)
        waiting = waiting_owner(folder)
        if waiting is not None:
            if decide_on_server is None:
                raise StoppedError(
                    f"Flow run {waiting.flow_run} waits on a Prefect server, which this program "
                    "does not know. Decide with the program that has started it"
                )
            return decide_on_server(Path(ref.project), folder, waiting, decision, errors)
        manifest = Manifest.read(folder.path)
        problem = _cannot_be_decided(folder, manifest, opened)
        if manifest is None or problem:
            say(errors, problem)
            return BAD_INPUT
        return _decide(ref, decision, manifest, engine_maker)

    return exit_code_of(work, consequence="Nothing was decided")


def _cannot_be_decided(folder: RunFolder, manifest: Manifest | None, project: Project) -> str:
    """Why there is nothing to decide about; empty when there is."""
    if manifest is None or manifest.outcome.state != "AwaitingApproval":
        return (
            f"Nothing waits for approval in {folder.path}. A run waits there when the project has "
            "review = true: factbook run writes the report and asks."
        )
    others = _other_settings(manifest, project)
    if others:
        return (
            f"The report that waits was written with other settings: {', '.join(others)}. Give "
            "--set as that run had them, or run the report again with factbook run."
        )
    return ""


def _decide(
    ref: RunRef, decision: Decision | None, manifest: Manifest, engine_maker: EngineMaker
) -> int:
    """Carry the run on with a decision, or with one that is asked for."""
    answer = given(decision, manifest.outcome.review) if decision is not None else None
    ref = ref.model_copy(update={"fail_on_change": manifest.outcome.fail_on_change})
    return run_report(ref, engine_maker, is_decided=True, answer=answer)


def decision_of(*, yes: bool, reject: bool, rewrite: Sequence[str], note: str) -> Decision | None:
    """The decision that options give; None where they give none.

    Args:
        yes: Whether the report is approved.
        reject: Whether it is rejected.
        rewrite: Sections to rewrite.
        note: What is asked of them.
    """
    if yes or reject:
        return Decision("approve" if yes else "reject")
    return Decision("rewrite", tuple(rewrite), note) if rewrite else None


def _other_settings(manifest: Manifest, project: Project) -> list[str]:
    """Keys of the configuration that are not as the report was written with.

    A key that the configuration has not had then is one of a later version of Factbook.
    """
    before = _of_text(manifest.config)
    now = _of_text(without_secrets(project.config.model_dump(mode="json")))
    return [key for key, value in now.items() if key in before and before[key] != value]


def _of_text(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a configuration a text may depend on."""
    limits = config.get("limits", {})
    return {
        **{key: value for key, value in config.items() if key not in NOT_OF_TEXT},
        **{f"limits.{key}": limits[key] for key in LIMITS_OF_TEXT if key in limits},
    }
