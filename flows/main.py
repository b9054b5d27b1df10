"""The program ``factbook``: the library's command line, with Prefect and its server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factbook.cli.app import Program
from factbook.cli.app import main as run_command
from flows.engines import prefect_engine
from server.cli import server

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from factbook.folder.run_folder import RunFolder
    from factbook.lease.owner import Owner
    from factbook.runs.approval import Decision


def main() -> None:
    """Entry point of the console script."""
    program = Program(engines={"prefect": prefect_engine}, decide_on_server=_decide_on_server)
    run_command(program, [server])


def _decide_on_server(
    project: Path, folder: RunFolder, waiting: Owner, decision: Decision | None, errors: Console
) -> int:
    from flows.decide import decide_on_server

    return decide_on_server(project, folder, waiting, decision, errors)


if __name__ == "__main__":
    main()
