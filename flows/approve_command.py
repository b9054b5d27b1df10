"""``factbook approve``: a decision about a report that waits for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from factbook.cli.ask import (
    ask_for_decision,
    given,
    is_terminal,
)
from factbook.cli.findings import (
    count_line,
    print_findings,
)
from factbook.config.redaction import without_secrets
from factbook.errors import ProjectBusyError, StoppedError, UserError
from factbook.folder.manifest import read_manifest
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import (
    let_go,
    waiting_owner,
)
from factbook.lease.owner import Owner
from factbook.project.project import (
    Project,
    open_project,
)
from factbook.runs.approval import Decision
from factbook.runs.ref import RunRef
from flows.shell import run_report
from flows.start import EXIT_CODES

NOT_OF_TEXT = {"dask_address", "keep_runs", "limits", "prices", "publish", "runner"}
"""Keys of the configuration that a decision may change: no text depends on them."""

LIMITS_OF_TEXT = ("evidence_facts", "max_facts", "max_repairs")
"""Keys of ``[limits]`` that texts do depend on."""


def approve_report(
    project: Path,
    settings: tuple[str, ...],
    out: Path | None,
    *,
    yes: bool,
    reject: bool,
    rewrite: Sequence[str],
    note: str,
) -> int:
    """Decide about a report that waits for approval, and return the exit code.

    Args:
        project: The project folder.
        settings: ``--set`` assignments of the run that waits.
        out: The folder for the results; None for ``out`` inside the project.
        yes: Whether it is approved.
        reject: Whether it is rejected.
        rewrite: Sections to write anew; with none of the three the decision is asked for.
        note: What is asked of them.
    """
    decision = _decided(yes, reject, rewrite, note)
    ref = RunRef(project=str(project), assignments=settings, out=str(out) if out else None)
    errors = Console(stderr=True)
    try:
        opened = open_project(project, settings)
        folder = RunFolder.of(ref.out_folder, opened.slug)
        waiting = waiting_owner(folder)
        if waiting is not None:
            return _decide_on_server(folder, waiting, decision, errors)
    except UserError as error:
        print_findings(error.findings, errors)
        errors.print(f"{count_line(error.findings)}. Nothing was decided.")
        return EXIT_CODES["BadInput"]
    except (ProjectBusyError, StoppedError) as error:
        errors.print(f"Stopped: {error}.", markup=False, soft_wrap=True)
        return EXIT_CODES["Stopped"]
    manifest = read_manifest(folder.path)
    outcome = manifest.get("outcome", {})
    if outcome.get("state") != "AwaitingApproval":
        errors.print(
            f"Nothing waits for approval in {folder.path}. A run waits there when the project has "
            "review = true: factbook run writes the report and asks.",
            markup=False,
            soft_wrap=True,
        )
        return EXIT_CODES["BadInput"]
    others = _other_settings(manifest, opened)
    if others:
        errors.print(
            f"The report that waits was written with other settings: {', '.join(others)}. Give "
            "--set as that run had them, or write it anew with factbook run.",
            markup=False,
            soft_wrap=True,
        )
        return EXIT_CODES["BadInput"]
    answer = given(decision, str(outcome.get("review", ""))) if decision is not None else None
    return run_report(
        project,
        settings,
        out,
        strict=False,
        fail_on_change=outcome.get("fail_on_change") is True,
        is_decided=True,
        answer=answer,
    )


def _decided(yes: bool, reject: bool, rewrite: Sequence[str], note: str) -> Decision | None:
    if yes or reject:
        return Decision("approve" if yes else "reject")
    return Decision("rewrite", tuple(rewrite), note) if rewrite else None


def _other_settings(manifest: Mapping[str, Any], project: Project) -> list[str]:
    """Keys of the configuration that are not as the report was written with.

    A key that the configuration has not had then is one of a later version of Factbook.
    """
    before = _of_text(manifest.get("config", {}))
    now = _of_text(without_secrets(project.config.model_dump(mode="json")))
    return [key for key, value in now.items() if key in before and before[key] != value]


def _of_text(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a configuration a text may depend on."""
    limits = config.get("limits", {})
    return {
        **{key: value for key, value in config.items() if key not in NOT_OF_TEXT},
        **{f"limits.{key}": limits[key] for key in LIMITS_OF_TEXT if key in limits},
    }


def _decide_on_server(
    folder: RunFolder, waiting: Owner, decision: Decision | None, errors: Console
) -> int:
    """Give a suspended flow run the decision; it goes on where a worker takes it up.

    Raises:
        ConfigError: The server refuses us, or is none.
        StoppedError: The server is away, or does not know the flow run; there is no decision and
            no terminal to ask on.
    """
    from server.run import (
        at_once,
        on_server,
    )

    with on_server(), at_once():  # tells first what Prefect cannot read of its settings
        from flows.waiting import UnknownRunError, waiting_run

        try:
            run = waiting_run(waiting.flow_run)
        except UnknownRunError as error:
            if decision is None or decision.action != "reject":
                raise
            # Nobody can give a deleted run its decision; one that waits on another server after
            # all finds that the project is not its own any more.
            errors.print(f"{error}.", markup=False, highlight=False, soft_wrap=True)
            run = None
        if run is None:
            let_go(folder, flow_run=waiting.flow_run)
            errors.print("Its flow run waits no more. The project is free again.")
            if decision is not None and decision.action == "reject":
                return 0
            errors.print("Nothing was decided: factbook run writes the report and asks.")
            return EXIT_CODES["BadInput"]
        if decision is None:
            if not is_terminal(errors):
                raise StoppedError(
                    "There is no terminal to ask on. Give --yes, --reject or --rewrite"
                )
            decision = ask_for_decision(run.told, "", errors)
        if decision is None:
            raise StoppedError("Nothing was decided: the report goes on waiting")
        run.resume(decision)
    errors.print(f"{run.name} goes on: {decision.action}.", markup=False, highlight=False)
    return 0
