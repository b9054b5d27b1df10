"""``factbook server``: the commands, what they print, and their exit codes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from rich.console import Console

from factbook.errors import StoppedError, UserError


def start() -> int:
    """Become the server; returns only when it cannot start."""
    from server.start import become_server

    return _told(become_server)


def work(arguments: Sequence[str]) -> int:
    """Become a worker; returns only when it cannot start."""
    from server.start import become_worker

    return _told(lambda: become_worker(arguments))


def equip() -> int:
    """Make what the server needs, and print what was done."""
    from server.run import (
        at_once,
        on_server,
    )

    def work() -> None:
        with on_server(), at_once():  # before the rest of Prefect is imported: it takes seconds
            from server.setup import set_up

            for step in set_up():
                remark = f" ({step.remark})" if step.remark else ""
                print(f"{step.thing}: {step.change}{remark}", flush=True)

    return _told(work)


def show_environment() -> int:
    """Print, for a shell, what programs of Prefect need to reach the server."""
    from server.connection import connection

    def work() -> None:
        for name, value in connection().environment.items():
            print(f"export {name}={shlex.quote(value)}")

    return _told(work)


def _told(action: Callable[[], None]) -> int:
    """Do something; print what stops it, and return the exit code as a run has it."""
    errors = Console(stderr=True)
    try:
        action()
    except UserError as error:
        from factbook.cli.findings import print_findings

        print_findings(error.findings, errors)
        return 2
    except StoppedError as error:
        errors.print(f"Stopped: {error}.", markup=False, highlight=False, soft_wrap=True)
        return 3
    return 0
