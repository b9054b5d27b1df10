"""Ctrl-C stops the run that works."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from factbook.cli.interrupts import SECONDS_TO_STOP, interruptible
from factbook.runs.begin import begun
from factbook.runs.ref import RunRef

MakeProject = Callable[..., Path]


@pytest.mark.slow
def test_interrupt_stops_the_run_that_has_changed_its_inputs(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """After a rewrite it reads others than it began with."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    with begun(ref) as run, interruptible(run, Console(file=io.StringIO())):
        before = run.inputs
        run.renew()
        assert run.inputs is not before
        os.kill(os.getpid(), signal.SIGINT)
        assert run.control.stop.wait(SECONDS_TO_STOP / 2)
