"""A run from a shell: who is stopped by Ctrl-C."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable
from pathlib import Path

from factbook.runs.sessions import close_session, current_session, hold_session, renew_session
from flows.shell import SECONDS_TO_STOP, interruptible
from rich.console import Console

from factbook.runs.ref import RunRef

MakeProject = Callable[..., Path]


def test_interrupt_stops_the_session_that_works_now(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """After a rewrite that is another one than the run began with."""
    ref = RunRef(project=str(make_project()), out=str(tmp_path / "out"))
    before = hold_session(ref)
    try:
        with interruptible(before, Console(file=io.StringIO())):
            now = renew_session(ref)
            os.kill(os.getpid(), signal.SIGINT)
            assert now.stop.wait(SECONDS_TO_STOP / 2)
        assert current_session(before) is now
        assert not before.stop.is_set()
    finally:
        close_session(ref)
