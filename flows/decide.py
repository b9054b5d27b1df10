"""``factbook approve`` of a run that waits on a Prefect server: the server gets the decision."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from factbook.cli.ask import ask_for_decision, is_terminal
from factbook.cli.console import say
from factbook.errors import StoppedError
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import release_waiting
from factbook.lease.owner import Owner
from factbook.runs.approval import Decision
from factbook.runs.outcome import EXIT_CODES


def decide_on_server(
    project: Path, folder: RunFolder, waiting: Owner, decision: Decision | None, errors: Console
) -> int:
    """Give a suspended flow run the decision; it continues where a worker takes it up.

    Args:
        project: The project folder.
        folder: The run folder.
        waiting: Who waits.
        decision: What is decided; None to ask for it.
        errors: Where to ask and to say what happens.

    Returns:
        The exit code.

    Raises:
        ConfigError: The server refuses us, or there is none.
        StoppedError: The server is unavailable, or does not know the flow run; there is no
            decision and no terminal to ask on.
    """
    from server.client import use_server, without_retries

    with use_server(), without_retries():  # tells first what Prefect cannot read of its settings
        from flows.waiting import UnknownRunError, waiting_run

        try:
            run = waiting_run(waiting.flow_run, project)
        except UnknownRunError as error:
            if decision is None or decision.action != "reject":
                raise
            # Nobody can give a deleted run its decision; one that waits on another server after
            # all finds that the project is not its own any more.
            say(errors, f"{error}.")
            run = None
        if run is None:
            release_waiting(folder, flow_run=waiting.flow_run)
            errors.print("Its flow run no longer waits. The project is free again.")
            if decision is not None and decision.action == "reject":
                return 0
            errors.print("Nothing was decided: factbook run writes the report and asks.")
            return EXIT_CODES["BadInput"]
        if decision is None:
            if not is_terminal(errors):
                raise StoppedError(
                    "There is no terminal to ask on. Give --yes, --reject or --rewrite"
                )
            decision = ask_for_decision(run.description, "", errors)
        if decision is None:
            raise StoppedError("Nothing was decided: the report still waits")
        run.resume(decision)
    say(errors, f"{run.name} continues: {decision.action}.", is_wrapped=True)
    return 0
